using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class DurationsTests
{
    [Theory]
    [InlineData("TimeSpan.FromMinutes(5)", 300.0)]
    [InlineData("TimeSpan.FromHours(0.5)", 1800.0)]
    [InlineData("TimeSpan.FromMinutes(minutes: 1, seconds: 30)", 90.0)]
    [InlineData("new TimeSpan(1, 0, 5)", 3605.0)]
    [InlineData("new TimeSpan(2, 1, 0, 0)", 176400.0)]
    [InlineData("TimeSpan.Zero", 0.0)]
    [InlineData("Life", 60.0)]
    [InlineData("local", 60.0)]
    [InlineData("Short", 1.0)]
    [InlineData("DateTimeOffset.UtcNow.AddMinutes(2)", 120.0)]
    [InlineData("(TimeSpan?)TimeSpan.FromHours(1)", 3600.0)]
    [InlineData("TimeSpan.MaxValue", null)]
    [InlineData("TimeSpan.FromMinutes(n)", null)]
    [InlineData("TimeSpan.FromMinutes(5) * n", null)]
    [InlineData("Given", null)]
    public void ReadsWhatIsWrittenOut(string value, double? seconds)
    {
        var probe = new Probe($"public class C {{ private static readonly TimeSpan Life = TimeSpan.FromMinutes(1); private static TimeSpan Short => TimeSpan.FromSeconds(1); private static TimeSpan Given {{ get; set; }} = TimeSpan.FromHours(1); public void M(int n) {{ var local = Life; var value = {value}; }} }}");
        var declared = probe.Body("M").Descendants().OfType<IVariableDeclaratorOperation>().Single(d => d.Symbol.Name == "value");
        Assert.Equal(seconds, Durations.Of(declared.Initializer!.Value, probe.Compilation)?.TotalSeconds);
    }
}
