using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class LogCallsTests
{
    [Theory]
    [InlineData("log.LogInformation(\"{A}\", Value());", true)]
    [InlineData("LoggerExtensions.LogInformation(log, \"{A}\", Value().ToUpper());", true)]
    [InlineData("using (log.BeginScope(Value())) { }", true)]
    [InlineData("Console.WriteLine(Value());", true)]
    [InlineData("Seen(log, Value());", true)]
    [InlineData("var a = Value(); log.LogInformation(a);", true)]
    [InlineData("var a = Value(); var b = a + 1; log.LogInformation(b);", true)]
    [InlineData("string a; a = Value(); log.LogInformation(a);", true)]
    [InlineData("if (Value() != null) log.LogInformation(\"x\");", true)]
    [InlineData("if (Value() != null) { log.LogInformation(\"x\"); } else { log.LogInformation(\"y\"); }", true)]
    [InlineData("if (Try(out var a)) { log.LogInformation(a); } string Try2() => Value();", false)]
    [InlineData("var a = Value(); log.LogInformation(a); Keep(a);", false)]
    [InlineData("if (Value() != null) Keep(\"x\");", false)]
    [InlineData("Keep(Value());", false)]
    [InlineData("return Value();", false)]
    [InlineData("Value();", false)]
    public void KnowsWhatIsOnlyLogged(string code, bool onlyLogged)
    {
        var probe = For(code.Contains("return") ? code : code + " return \"\";");
        Assert.Equal(onlyLogged, LogCalls.OnlyUse(Assert.Single(probe.Calls("M", "Value"))));
    }

    [Theory]
    [InlineData("if (Try(out var a)) { log.LogInformation(a); }", true)]
    [InlineData("Try(out var a); log.LogInformation(a);", true)]
    [InlineData("if (Try(out var a)) { log.LogInformation(a); } Keep(a);", false)]
    [InlineData("Try(out var a); Keep(a);", false)]
    public void FollowsWhatACallFills(string code, bool onlyLogged) =>
        Assert.Equal(onlyLogged, LogCalls.OnlyUse(Assert.Single(For(code + " return \"\";").Calls("M", "Try"))));

    private static Probe For(string code) => new(
        $$"""
        using Microsoft.Extensions.Logging;
        public static partial class C
        {
            public static string M(ILogger log) { {{code}} }
            private static string Value() => "";
            private static bool Try(out string value) { value = ""; return true; }
            private static void Keep(string value) { }
            [LoggerMessage(Level = LogLevel.Information, Message = "{Value}")] private static partial void Seen(ILogger log, string value);
            private static partial void Seen(ILogger log, string value) { }
        }
        """);
}
