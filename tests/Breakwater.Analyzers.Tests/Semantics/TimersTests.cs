using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class TimersTests
{
    [Theory]
    [InlineData("-1", true, false)]
    [InlineData("Timeout.Infinite", true, false)]
    [InlineData("Timeout.InfiniteTimeSpan", true, false)]
    [InlineData("TimeSpan.FromMilliseconds(-1)", true, false)]
    [InlineData("new TimeSpan(0, 0, 0, 0, -1)", true, false)]
    [InlineData("uint.MaxValue", true, false)]
    [InlineData("-1L", true, false)]
    [InlineData("Never", true, false)]
    [InlineData("local", true, false)]
    [InlineData("0", false, true)]
    [InlineData("TimeSpan.Zero", false, true)]
    [InlineData("default(TimeSpan)", false, true)]
    [InlineData("TimeSpan.FromSeconds(0)", false, true)]
    [InlineData("5", false, false)]
    [InlineData("given", false, false)]
    [InlineData("TimeSpan.FromSeconds(1)", false, false)]
    [InlineData("given > 0 ? given : -1", false, false)]
    public void KnowsWhatIsInfiniteAndWhatIsZero(string time, bool never, bool zero)
    {
        var probe = new Probe($"public class C {{ static readonly TimeSpan Never = Timeout.InfiniteTimeSpan; public void M(int given) {{ var local = Never; var value = {time}; }} }}");
        var value = probe.Body("M").Descendants().OfType<IVariableDeclaratorOperation>().Single(d => d.Symbol.Name == "value").Initializer!.Value;
        Assert.Equal(never, Timers.IsNever(value, probe.Compilation));
        Assert.Equal(zero, Timers.IsZero(value, probe.Compilation));
    }

    [Theory]
    [InlineData("new Timer(_ => { }, null, 1, 2)", "Threading", true)]
    [InlineData("new Timer(_ => { }, null, 1, 0)", "Threading", false)]
    [InlineData("new Timer(_ => { })", "Threading", false)]
    [InlineData("TimeProvider.System.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.FromSeconds(1))", "Provided", true)]
    [InlineData("new System.Timers.Timer(100)", "Event", true)]
    public void KnowsTheCreations(string creation, string kind, bool isPeriodic)
    {
        var probe = new Probe($"public class C {{ public void M() {{ var value = {creation}; }} }}");
        var timers = Timers.Of(probe.Compilation)!;
        var found = probe.Body("M").Descendants().Select(timers.CreationAt).OfType<TimerCreation>().Single();
        Assert.Equal(kind, found.Kind.ToString());
        Assert.Equal(isPeriodic, found.IsPeriodic(probe.Compilation));
    }

    [Fact]
    public void OtherTimersAreNone()
    {
        var probe = new Probe("public class Timer { public Timer(int period) { } } public class C { public void M() { var a = new PeriodicTimer(TimeSpan.FromSeconds(1)); var b = new global::Timer(1); } }");
        Assert.DoesNotContain(probe.Body("M").Descendants(), o => Timers.Of(probe.Compilation)!.CreationAt(o) is not null);
    }
}
