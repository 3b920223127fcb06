using Breakwater.Core;
using Breakwater.Semantics.Hosting;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class ServiceExecutionTests
{
    [Theory]
    [InlineData("async Task ExecuteAsync(CancellationToken stop) { await Task.Yield(); Mark(); }", true)]
    [InlineData("async Task ExecuteAsync(CancellationToken stop) { await Task.Run(() => { Mark(); }); }", true)]
    [InlineData("Task ExecuteAsync(CancellationToken stop) => Task.Run(Mark, stop);", true, true)]
    [InlineData("Task ExecuteAsync(CancellationToken stop) => Near();", true)]
    [InlineData("Task ExecuteAsync(CancellationToken stop) { return Task.Run(async () => await Near()); }", true)]
    [InlineData("Task ExecuteAsync(CancellationToken stop) { Near().GetAwaiter().GetResult(); return Task.CompletedTask; }", true)]
    [InlineData("Task ExecuteAsync(CancellationToken stop) { Mark(); return Task.CompletedTask; }", true)]
    [InlineData("async Task ExecuteAsync(CancellationToken stop) { var near = Near(); await near.ConfigureAwait(false); }", true)]
    [InlineData("Task ExecuteAsync(CancellationToken stop) { kept = Near(); return kept; }", true)]
    [InlineData("Task ExecuteAsync(CancellationToken stop) => kept = Near();", true)]
    [InlineData("Task ExecuteAsync(CancellationToken stop) => Task.WhenAll(Near(), Task.Delay(1));", true)]
    [InlineData("Task ExecuteAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Near()));", true)]
    [InlineData("async Task ExecuteAsync(CancellationToken stop) { await Local(); async Task Local() { await Task.Yield(); Mark(); } }", true)]
    [InlineData("async Task ExecuteAsync(CancellationToken stop) { _ = Near(); await Task.Delay(-1, stop); }", false)]
    [InlineData("async Task ExecuteAsync(CancellationToken stop) { kept = Near(); await Task.Delay(-1, stop); }", false)]
    [InlineData("async Task ExecuteAsync(CancellationToken stop) { var near = Near(); await Task.WhenAny(near, Task.Delay(-1, stop)); }", false)]
    [InlineData("async Task ExecuteAsync(CancellationToken stop) { await Near().WaitAsync(stop); }", false)]
    [InlineData("Task ExecuteAsync(CancellationToken stop) { var near = Near(); return Task.CompletedTask; }", false)]
    [InlineData("async Task ExecuteAsync(CancellationToken stop) { Start(); await Task.Yield(); }", false)]
    [InlineData("Task ExecuteAsync(CancellationToken stop) => Far();", false)]
    [InlineData("async Task ExecuteAsync(CancellationToken stop) { Action later = () => Mark(); await Task.Yield(); }", false)]
    public void KnowsWhatTheHostWaitsFor(string execute, bool runs, bool isMarkItself = false)
    {
        var near = execute.Contains("Near()", StringComparison.Ordinal) || execute.Contains("Far()", StringComparison.Ordinal) || execute.Contains("Start()", StringComparison.Ordinal);
        var probe = new Probe($$"""
            public class S : Microsoft.Extensions.Hosting.BackgroundService
            {
                private Task? kept;
                protected override {{execute}}
                private async Task Near() { await Task.Yield(); {{(near ? "Mark();" : "")}} }
                private Task Far() => Nearer();
                private Task Nearer() => Near();
                private async void Start() => await Near();
                private void Mark() => Console.WriteLine();
            }
            """);
        var type = probe.Compilation.GetTypeByMetadataName("S")!;
        var execution = ServiceExecution.Of(type, probe.Compilation.Find("Microsoft.Extensions.Hosting.BackgroundService")!, probe.Compilation, CancellationToken.None)!;
        var place = isMarkItself ? probe.Calls("Mark", "WriteLine").Single() : probe.Calls(near ? "Near" : "ExecuteAsync", "Mark").Single();

        Assert.Equal("stop", execution.StoppingToken.Name);
        Assert.Equal(runs, execution.Runs(place));
    }

    [Fact]
    public void KnowsOnlyServicesWithABodyOfTheirOwn()
    {
        var compilation = new Probe("""
            public abstract class Base : Microsoft.Extensions.Hosting.BackgroundService { }
            public abstract class Other { protected abstract Task ExecuteAsync(CancellationToken stop); }
            public class Derived : Other { protected override Task ExecuteAsync(CancellationToken stop) => Task.CompletedTask; }
            """).Compilation;
        var service = compilation.Find("Microsoft.Extensions.Hosting.BackgroundService")!;
        Assert.All(["Base", "Other", "Derived"], name => Assert.Null(ServiceExecution.Of(compilation.GetTypeByMetadataName(name)!, service, compilation, CancellationToken.None)));
    }
}
