using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class KeepingTests
{
    [Theory]
    [InlineData("new Timer(_ => { });", "Dropped")]
    [InlineData("_ = new Timer(_ => { });", "Dropped")]
    [InlineData("var t = new Timer(_ => { });", "Local t")]
    [InlineData("Timer? t; t = on ? null : (new Timer(_ => { }));", "Local t")]
    [InlineData("using var t = new Timer(_ => { });", "Elsewhere")]
    [InlineData("_field = new Timer(_ => { });", "Elsewhere")]
    [InlineData("GC.KeepAlive(new Timer(_ => { }));", "Elsewhere")]
    public void SaysWhereAnObjectGoes(string statement, string expected)
    {
        var keeping = Keeping.Of(Creation(statement));

        Assert.Equal(expected, keeping.Kind + (keeping.Local is { } local ? " " + local.Name : ""));
    }

    [Theory]
    [InlineData("var t = new Timer(_ => { });", "0 uses")]
    [InlineData("var t = new Timer(_ => { }); t.Change(0, 1); t?.Change(0, 1);", "2 changes")]
    [InlineData("var t = new Timer(_ => { }); t.Dispose();", "1 uses")]
    [InlineData("var t = new Timer(_ => { }); await Task.Yield(); t.Change(0, 1);", "1 changes beyond await")]
    [InlineData("await Task.Yield(); var t = new Timer(_ => { }); t.Change(0, 1); await Task.Yield();", "1 changes")]
    [InlineData("var t = new Timer(_ => { }); Action a = () => t.Dispose();", "captured")]
    public void SaysHowLongALocalHoldsIt(string statements, string expected)
    {
        var creation = Creation(statements);

        var hold = LocalHold.Of(Keeping.Of(creation).Local!, creation);

        Assert.Equal(expected, hold is null
            ? "captured"
            : $"{hold.Uses.Length} {(hold.Uses.Length > 0 && hold.Uses.All(u => u.IsCallOf("Change")) ? "changes" : "uses")}{(hold.LastsBeyondAwait ? " beyond await" : "")}");
    }

    private static IOperation Creation(string statements) =>
        new Probe($"public class C {{ Timer? _field; async Task M(bool on) {{ {statements} await Task.Yield(); }} }}")
            .Body("M").DescendantsAndSelf().OfType<IObjectCreationOperation>().First(c => c.Type?.Name == "Timer");
}
