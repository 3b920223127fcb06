using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class WallClockTests
{
    [Theory]
    [InlineData("DateTime.Today", true)]
    [InlineData("DateTime.UtcNow.Date.AddDays(1)", true)]
    [InlineData("DateTimeOffset.Now.Date.AddDays(1).AddHours(3)", true)]
    [InlineData("new DateTimeOffset(DateTime.Today, TimeSpan.Zero)", true)]
    [InlineData("DateTime.Today + TimeSpan.FromDays(1)", true)]
    [InlineData("DateTime.Today.Add(Day)", true)]
    [InlineData("DateTime.SpecifyKind(DateTime.Today, DateTimeKind.Utc).ToUniversalTime()", true)]
    [InlineData("local.AddHours(1)", true)]
    [InlineData("Midnight()", true)]
    [InlineData("Noon", true)]
    [InlineData("clock.GetUtcNow().Date", true)]
    [InlineData("DateTime.UtcNow.AddDays(1)", false)]
    [InlineData("DateTime.Today.AddDays(n)", false)]
    [InlineData("DateTime.Today.AddSeconds(Random.Shared.Next(9))", false)]
    [InlineData("new DateTime(2030, 1, 1)", false)]
    [InlineData("DateTimeOffset.MaxValue", false)]
    [InlineData("Given", false)]
    public void KnowsAMomentOfTheCalendar(string value, bool expected)
    {
        const string Members = "static readonly TimeSpan Day = TimeSpan.FromDays(1); static DateTime Midnight() => DateTime.Today.AddDays(1); static DateTime Noon => DateTime.Today.AddHours(12); static DateTime Given { get; set; }";
        var probe = new Probe($"public class C {{ {Members} public void M(int n, TimeProvider clock) {{ var local = DateTime.Today; var value = {value}; }} }}");
        var declared = probe.Body("M").Descendants().OfType<IVariableDeclaratorOperation>().Single(d => d.Symbol.Name == "value");
        Assert.Equal(expected, WallClock.IsMoment(new(declared.Initializer!.Value), probe.Compilation));
    }
}
