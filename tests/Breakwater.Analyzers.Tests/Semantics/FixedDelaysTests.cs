using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class FixedDelaysTests
{
    private const string Members = """
        private static readonly Random Rng = new(); private static readonly TimeSpan Step = TimeSpan.FromSeconds(3); private static readonly int Offset = Random.Shared.Next();
        private int Seconds { get; set; } = 2; private int Drawn => Random.Shared.Next(); private static readonly TimeSpan[] Steps = [TimeSpan.FromSeconds(1)];
        static TimeSpan Twice(int n) => TimeSpan.FromSeconds(n * 2); static TimeSpan Deep(int n) => Twice(n); static TimeSpan Wide(int n) => TimeSpan.FromSeconds(Rng.Next(n)); static int Parsed(string s) => int.Parse(s);
        """;

    private static (Probe Probe, IOperation Value) For(string value, string before = "")
    {
        var probe = new Probe($"public class C {{ {Members} public void M(int n, TimeSpan given, Func<TimeSpan> made) {{ {before} var value = {value}; }} }}");
        var declared = probe.Body("M").Descendants().OfType<IVariableDeclaratorOperation>().Single(d => d.Symbol.Name == "value");
        return (probe, declared.Initializer!.Value);
    }

    [Theory]
    [InlineData("TimeSpan.FromSeconds(2)", true)]
    [InlineData("Step * 2 + new TimeSpan(0, 0, 1)", true)]
    [InlineData("TimeSpan.FromSeconds(Math.Pow(2, Seconds))", true)]
    [InlineData("Seconds > 3 ? Step : TimeSpan.Zero", true)]
    [InlineData("Steps[Seconds]", true)]
    [InlineData("Twice(3)", true)]
    [InlineData("Wide(3)", false)]
    [InlineData("TimeSpan.FromSeconds(Offset)", false)]
    [InlineData("TimeSpan.FromSeconds(Drawn)", false)]
    [InlineData("Rng.Next(2) == 0 ? Step : TimeSpan.Zero", false)]
    [InlineData("given", false)]
    [InlineData("made()", false)]
    [InlineData("TimeSpan.FromMilliseconds(Environment.TickCount % 100)", false)]
    [InlineData("TimeSpan.FromSeconds(Parsed(\"1\"))", false)]
    [InlineData("Deep(3)", false)]
    public void KnowsWhatIsFixed(string value, bool isFixed)
    {
        var (probe, operation) = For(value);
        Assert.Equal(isFixed, FixedDelays.Of(probe.Compilation).IsFixed(operation));
    }

    [Theory]
    [InlineData("var d = 1; d *= 2; d++;", true)]
    [InlineData("var d = 1; d = Math.Min(d * 2, 30);", true)]
    [InlineData("var d = 1; d += Rng.Next(3);", false)]
    [InlineData("var d = n;", false)]
    [InlineData("int.TryParse(\"1\", out var d);", false)]
    public void FollowsWhatALocalIsGiven(string before, bool isFixed)
    {
        var (probe, operation) = For("d", before);
        Assert.Equal(isFixed, FixedDelays.Of(probe.Compilation).IsFixed(operation));
    }

    [Theory]
    [InlineData("250", 250.0)]
    [InlineData("TimeSpan.FromSeconds(2)", 2000.0)]
    [InlineData("new TimeSpan(0, 1, 2)", 62000.0)]
    [InlineData("Step * 2 + TimeSpan.FromMilliseconds(Math.Pow(2, 3))", 6008.0)]
    [InlineData("TimeSpan.Zero.Add(TimeSpan.FromMinutes(1))", 60000.0)]
    [InlineData("1 << 4", 16.0)]
    [InlineData("Seconds > 3 ? Step : TimeSpan.Zero", 3000.0)]
    [InlineData("Seconds", null)]
    [InlineData("TimeSpan.FromSeconds(Seconds)", null)]
    [InlineData("given", null)]
    public void MeasuresWhatIsConstant(string value, double? milliseconds)
    {
        var (probe, operation) = For(value);
        Assert.Equal(milliseconds, DelayLength.Of(operation, probe.Compilation));
    }

    [Fact]
    public void MeasuresTheLongestOfAllAttempts()
    {
        var probe = new Probe("public class C { public void M() { Func<int, TimeSpan> wait = n => TimeSpan.FromMilliseconds(50 * n); } }");
        var wait = probe.Body("M").Descendants().OfType<IVariableDeclaratorOperation>().Single().Initializer!.Value;
        Assert.Equal(200, DelayLength.OfDelegate(wait, probe.Compilation, attempts: 4));
    }
}
