using Breakwater.Semantics.Hosting;

namespace Breakwater.Tests.Semantics;

public class ItemHandlersTests
{
    [Theory]
    [InlineData("await foreach (var o in r.ReadAllAsync(ct)) Use(o);", "ReadLoop", true)]
    [InlineData("await foreach (var o in r.ReadAllAsync(ct)) { var copy = o + 1; Use(copy); }", "ReadLoop", true)]
    [InlineData("await foreach (var o in r.ReadAllAsync(ct)) { var copy = o + 1; var again = copy + 1; Use(again); }", "ReadLoop", false)]
    [InlineData("await foreach (var o in r.ReadAllAsync(ct)) Use(1);", "ReadLoop", false)]
    [InlineData("while (await r.WaitToReadAsync(ct)) { if (r.TryRead(out var o)) Use(o); }", "ReadLoop", true)]
    [InlineData("while (true) Use(await r.ReadAsync(ct));", "ReadLoop", true)]
    [InlineData("await foreach (var o in r.ReadAllAsync(ct)) Go(o); void Go(int p) => Use(p);", "ReadLoop", true)]
    [InlineData("await foreach (var o in r.ReadAllAsync(ct)) { Action go = () => Use(o); go(); }", "ReadLoop", true)]
    [InlineData("Use(1); await foreach (var o in r.ReadAllAsync(ct)) { }", null, false)]
    [InlineData("for (var i = 0; i < 3; i++) Use(await r.ReadAsync(ct));", null, false)]
    public void FindsTheLoopAndItsItem(string statements, string? kind, bool isOfItem)
    {
        var probe = new Probe($"class S(System.Threading.Channels.ChannelReader<int> r) : Microsoft.Extensions.Hosting.BackgroundService {{ protected override async Task ExecuteAsync(CancellationToken ct) {{ await Task.Yield(); {statements} }} void Use(int i) {{ }} }}");
        var handlers = ItemHandlers.Of(probe.Compilation)!;
        var call = probe.Calls("ExecuteAsync", "Use").Single();
        var found = handlers.Around(call, default);
        Assert.Equal(kind, found?.Kind.ToString());
        Assert.Equal(isOfItem, found is not null && handlers.ComesFromItem(call.Arguments[0].Value, found));
    }

    [Theory]
    [InlineData("Use(context.Message.Id);", true)]
    [InlineData("Use(context.CancellationToken.GetHashCode());", false)]
    [InlineData("Use(1);", false)]
    public void FindsTheMessageOfAConsumer(string statement, bool isOfItem)
    {
        var probe = new Probe($"class S : MassTransit.IConsumer<Product> {{ public Task Consume(MassTransit.ConsumeContext<Product> context) {{ {statement} return Task.CompletedTask; }} void Use(int i) {{ }} }}");
        var handlers = ItemHandlers.Of(probe.Compilation)!;
        var call = probe.Calls("Consume", "Use").Single();
        var found = handlers.Around(call, default);
        Assert.Equal(EntryPointKind.Message, found?.Kind);
        Assert.Equal(isOfItem, handlers.ComesFromItem(call.Arguments[0].Value, found!));
    }

    [Fact]
    public void OtherCodeHasNoHandler()
    {
        var probe = new Probe("class S { public void M(int o) { Use(o); } void Use(int i) { } }");
        Assert.Null(ItemHandlers.Of(probe.Compilation)!.Around(probe.Calls("M", "Use").Single(), default));
    }
}
