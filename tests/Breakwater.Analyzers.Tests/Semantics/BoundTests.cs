using Breakwater.Semantics;

namespace Breakwater.Tests.Semantics;

public class BoundTests
{
    [Theory]
    [InlineData("", "", "default")]
    [InlineData("", "null", "null")]
    [InlineData("", "\"a\"", "\"a\"")]
    [InlineData("name ??= \"own\";", "", "name")]
    [InlineData("name ??= \"own\";", "null", "name")]
    [InlineData("name ??= \"own\";", "name: null", "name")]
    [InlineData("name = name ?? \"own\";", "", "name")]
    [InlineData("name ??= \"own\";", "\"a\"", "\"a\"")]
    [InlineData("name ??= \"own\";", "given", "given")]
    public void TakesNoNullForWhatReplacesIt(string before, string argument, string expected)
    {
        var probe = new Probe(
            $$"""
            public static class C
            {
                private static void Inner(string? name = null) { {{before}} Console.WriteLine(name); }
                public static void M(string given) => Inner({{argument}});
            }
            """);
        var call = probe.Calls("M", "Inner").Single();
        var used = probe.Calls("Inner", "WriteLine").Single().Arguments[0].Value;
        var (operation, _) = new Bound(used, new Frame(call, call.TargetMethod, null)).Resolve();
        Assert.Equal(expected, operation.Syntax == call.Syntax ? "default" : operation.Syntax.ToString());
    }
}
