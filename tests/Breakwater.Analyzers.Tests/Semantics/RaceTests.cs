using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class RaceTests
{
    [Theory]
    [InlineData("await Task.WhenAny(work, Task.Delay(1));", "work | Task.Delay(1) | only")]
    [InlineData("var late = Task.Delay(1); await Task.WhenAny(work, late);", "work | Task.Delay(1) | only")]
    [InlineData("var load = Task.Run(() => 1); await Task.WhenAny([load, Task.Delay(1)]);", "load | Task.Delay(1) | only")]
    [InlineData("var late = Task.Delay(1); await Task.WhenAny(work, late); await late;", "work | Task.Delay(1) | shared")]
    [InlineData("var late = Task.Delay(1); while (true) { await Task.WhenAny(work, late); }", "work | Task.Delay(1) | shared")]
    [InlineData("await Task.WhenAny(Task.Delay(1));", " | Task.Delay(1) | only")]
    [InlineData("await Task.WhenAll(work, Task.Delay(1));", "none")]
    [InlineData("await Task.Delay(1);", "none")]
    public void TellsTheDelayFromTheOthers(string statements, string expected)
    {
        var probe = new Probe($"public class C {{ async Task M(Task work) {{ {statements} }} }}");
        var delay = probe.Body("M").DescendantsAndSelf().OfType<IInvocationOperation>().First(c => c.TargetMethod.Name == "Delay");

        var race = Race.Around(delay);

        Assert.Equal(expected, race is null
            ? "none"
            : $"{string.Join(", ", race.Others.Select(o => o.Syntax))} | {string.Join(", ", race.Delays.Select(d => d.Syntax))} | {(race.HoldsOnly(delay) ? "only" : "shared")}");
    }
}
