using Breakwater.Semantics;

namespace Breakwater.Tests.Semantics;

public class AsyncWorkTests
{
    private const string Helpers = """
        Task IdleAsync() => Task.Delay(1);
        async Task DeepAsync() { await IdleAsync(); await api.LoadAsync(1); }
        Task Sync() { Console.WriteLine(); return Task.CompletedTask; }
        """;

    [Theory]
    [InlineData("await api.LoadAsync(1);", 1)]
    [InlineData("await api.LoadAsync(1).ConfigureAwait(false); _ = api.LoadAsync(2);", 2)]
    [InlineData("await DeepAsync();", 1)]
    [InlineData("await Task.Run(() => { });", 1)]
    [InlineData("_ = Task.Run(async () => await api.LoadAsync(1));", 1)]
    [InlineData("var task = api.LoadAsync(1); await task;", 1)]
    [InlineData("await foreach (var item in items) { }", 1)]
    [InlineData("await Task.Delay(1); await Task.Yield(); await Task.CompletedTask;", 0)]
    [InlineData("await IdleAsync();", 0)]
    [InlineData("await Sync(); _ = Sync();", 0)]
    [InlineData("_ = Task.Run(() => Console.WriteLine());", 0)]
    [InlineData("await channel.Writer.WriteAsync(1);", 0)]
    [InlineData("Func<Task> later = async () => await api.LoadAsync(1); await Task.Yield();", 0)]
    public void CountsWhatTakesItsTime(string statements, int expected)
    {
        var probe = new Probe($"class C(IProductApi api, IAsyncEnumerable<int> items, System.Threading.Channels.Channel<int> channel) {{ public async void M() {{ {statements} }} {Helpers} }}");
        Assert.Equal(expected, new AsyncWork(probe.Compilation, default).In(probe.Body("M"), awaits: true).Count());
    }

    [Fact]
    public void AwaitsOfAnAwaitedBodyDoNotCount()
    {
        var probe = new Probe("class C(IProductApi api) { public async Task M() { await api.LoadAsync(1); _ = api.LoadAsync(2); } }");
        Assert.Single(new AsyncWork(probe.Compilation, default).In(probe.Body("M"), awaits: false));
    }

    [Theory]
    [InlineData("Run(() => { })", false)]
    [InlineData("Run(new Action(Named))", true)]
    [InlineData("Run(_kept)", false)]
    [InlineData("Run(local)", true)]
    public void FindsTheCodeOfADelegate(string call, bool isNamed)
    {
        var probe = new Probe($"class C {{ readonly Action _kept = () => {{ }}; public void M() {{ Action local = Named; {call}; }} void Named() {{ }} void Run(Action a) {{ }} }}");
        Assert.Equal(isNamed, DelegateCode.Of(probe.Calls("M", "Run")[0].Arguments[0].Value, probe.Compilation, default)?.IsNamed);
    }

    [Theory]
    [InlineData("Run(given)")]
    [InlineData("Run(Virtual)")]
    [InlineData("Run(Console.WriteLine)")]
    [InlineData("Run(changed)")]
    public void GivesUpOnCodeThatIsNotSeen(string call)
    {
        var probe = new Probe($"class C {{ public void M(Action given) {{ Action changed = () => {{ }}; changed = given; {call}; }} public virtual void Virtual() {{ }} void Run(Action a) {{ }} }}");
        Assert.Null(DelegateCode.Of(probe.Calls("M", "Run")[0].Arguments[0].Value, probe.Compilation, default));
    }
}
