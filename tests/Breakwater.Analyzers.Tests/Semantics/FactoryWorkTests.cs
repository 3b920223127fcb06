using Breakwater.Semantics.Data;

namespace Breakwater.Tests.Semantics;

public class FactoryWorkTests
{
    private static (FactoryWork Work, IOperation Factory, LiveResources Resources) Of(string factory)
    {
        var probe = new Probe(
            $$"""
            public sealed class Owner : IDisposable { private readonly Timer timer = new(_ => { }); public void Dispose() => timer.Dispose(); }
            public sealed class Holder(Timer timer) : IDisposable { private readonly Timer timer = timer; public void Dispose() => timer.Dispose(); }
            public sealed class Runner { public Runner() { _ = Task.Run(() => { }); } }
            public class C(IProductApi api, HttpClient http, IServiceProvider services)
            {
                public void M() { Use({{factory}}); }
                private static void Use(Func<int, object?> factory) { }
                private static FileStream Open(int i) => File.OpenRead("a" + i);
                private string Read(int i) => Deeper(i);
                private static string Deeper(int i) => File.ReadAllText("a" + i);
                private async Task<string> LaterAsync(int i) { await Task.Yield(); return Read(i); }
                private async Task<string> FirstAsync(int i) { var s = Deeper(i); await Task.Yield(); return s; }
            }
            """);
        return (FactoryWork.Of(probe.Compilation), probe.Calls("M", "Use").Single().Arguments[0].Value, LiveResources.Of(probe.Compilation));
    }

    [Theory]
    [InlineData("i => File.ReadAllText(\"a\")", true)]
    [InlineData("i => Read(i)", true)]
    [InlineData("Read", true)]
    [InlineData("i => http.GetStringAsync(\"/\").Result", true)]
    [InlineData("i => { var t = api.LoadAsync(i); return t.GetAwaiter().GetResult(); }", true)]
    [InlineData("i => FirstAsync(i)", true)]
    [InlineData("i => LaterAsync(i)", false)]
    [InlineData("i => http.GetStringAsync(\"/\")", false)]
    [InlineData("i => new List<Func<int, string>> { Read }", false)]
    [InlineData("i => i", false)]
    public void SeesBlockingUpToTheFirstAwait(string factory, bool blocks)
    {
        var (work, code, _) = Of(factory);
        Assert.Equal(blocks, work.Blocks(code, CancellationToken.None));
    }

    [Theory]
    [InlineData("i => { _ = Task.Run(() => { }); return i; }", true)]
    [InlineData("i => { var t = LaterAsync(i); return i; }", true)]
    [InlineData("i => { new Thread(() => { }).Start(); return i; }", true)]
    [InlineData("i => new Runner()", true)]
    [InlineData("i => Task.Run(() => { })", false)]
    [InlineData("i => { var t = LaterAsync(i); return Task.WhenAll(t, t); }", false)]
    [InlineData("i => LaterAsync(i).ContinueWith(t => t.Result)", false)]
    [InlineData("i => LaterAsync(i).Result", false)]
    public void SeesWorkThatIsLeftRunning(string factory, bool starts)
    {
        var (work, code, _) = Of(factory);
        Assert.Equal(starts, work.Starts(code, CancellationToken.None));
    }

    [Theory]
    [InlineData("i => File.OpenRead(\"a\")", "FileStream")]
    [InlineData("Open", "FileStream")]
    [InlineData("i => { var f = Open(i); return f; }", "FileStream")]
    [InlineData("i => Task.FromResult(new Timer(_ => { }))", "Timer")]
    [InlineData("i => ConnectionMultiplexer.ConnectAsync(\"a\")", "ConnectionMultiplexer")]
    [InlineData("i => i > 0 ? new Owner() : null", "Owner")]
    [InlineData("i => new Holder(null!)", null)]
    [InlineData("i => new SemaphoreSlim(1)", null)]
    [InlineData("i => new HttpClient()", null)]
    [InlineData("i => services.GetRequiredService<IConnectionMultiplexer>()", null)]
    public void SeesWhatAFactoryOpens(string factory, string? resource)
    {
        var (_, code, resources) = Of(factory);
        Assert.Equal(resource, resources.CreatedBy(code, CancellationToken.None)?.Name);
    }
}
