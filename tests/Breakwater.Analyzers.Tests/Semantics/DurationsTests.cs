using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class DurationsTests
{
    [Theory]
    [InlineData("TimeSpan.FromMinutes(5)", 300d)]
    [InlineData("TimeSpan.FromSeconds(0.5)", 0.5)]
    [InlineData("TimeSpan.FromDays(1)", 86400d)]
    [InlineData("TimeSpan.FromMilliseconds(Count)", 3d)]
    [InlineData("new TimeSpan(1, 2, 3)", 3723d)]
    [InlineData("new TimeSpan(1, 0, 0, 1)", 86401d)]
    [InlineData("TimeSpan.Zero", 0d)]
    [InlineData("Life", 3600d)]
    [InlineData("Short", 1d)]
    [InlineData("once", 120d)]
    [InlineData("DateTimeOffset.UtcNow.AddMinutes(2)", 120d)]
    [InlineData("(TimeSpan?)TimeSpan.FromHours(1)", 3600d)]
    [InlineData("given", null)]
    [InlineData("TimeSpan.FromMinutes(n)", null)]
    [InlineData("twice", null)]
    [InlineData("TimeSpan.MaxValue", null)]
    [InlineData("Changing", null)]
    public void ReadsWhatTheSourceFixes(string expression, double? seconds)
    {
        var probe = new Probe($"public class C {{ private const int Count = 3000; private static readonly TimeSpan Life = TimeSpan.FromHours(1); private static TimeSpan Short => TimeSpan.FromSeconds(1); public TimeSpan Changing {{ get; set; }} = TimeSpan.FromHours(1); public void M(TimeSpan given, int n) {{ var once = TimeSpan.FromMinutes(2); var twice = once; if (n > 1) twice = given; Use({expression}); }} private static void Use(object? value) {{ }} }}");
        Assert.Equal(seconds, Durations.Of(probe.Calls("M", "Use").Single().Arguments[0].Value, probe.Compilation)?.TotalSeconds);
    }
}
