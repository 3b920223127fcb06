using Breakwater.Semantics.Hosting;

namespace Breakwater.Tests.Semantics;

public class RunsOnceTests
{
    [Theory]
    [InlineData("public class C { public static void Main() { } }", "Main", true)]
    [InlineData("public class C : Microsoft.Extensions.Hosting.IHostedService { public Task StartAsync(CancellationToken c) => Task.CompletedTask; public Task StopAsync(CancellationToken c) => Task.CompletedTask; }", "StopAsync", true)]
    [InlineData("public class C : Microsoft.Extensions.Hosting.IHostedService { public Task StartAsync(CancellationToken c) => Task.CompletedTask; public Task StopAsync(CancellationToken c) => Task.CompletedTask; }", "StartAsync", false)]
    [InlineData("public class C { public Task StopAsync() => Task.CompletedTask; }", "StopAsync", false)]
    [InlineData("public class C : IDisposable { public void Dispose() { } }", "Dispose", true)]
    [InlineData("public class C { public void Dispose() { } }", "Dispose", false)]
    [InlineData("public class C : IAsyncDisposable { public ValueTask DisposeAsync() => default; }", "DisposeAsync", true)]
    public void KnowsTheEndsOfAProcess(string code, string method, bool expected)
    {
        var probe = new Probe(code);

        Assert.Equal(expected, RunsOnce.Contains(probe.Method(method), probe.Compilation));
    }
}
