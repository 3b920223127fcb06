using System.Text.RegularExpressions;
using Breakwater.Semantics.Specs;
using Reqnroll.Bindings;
using Reqnroll.Bindings.CucumberExpressions;

namespace Breakwater.Tests.Semantics.Specs;

/// <summary>Our reading of expressions beside that of the run time.</summary>
public class CucumberExpressionTests
{
    private static readonly string[] Expressions =
    [
        "", "plain", "a cart with {int} item(s)", "I pay by {string}", "the order is {word}", "{float} {double} {decimal}", "{long} {byte}",
        "{Int16} {Int32} {Int64} {Byte} {Single} {Double} {Decimal}", "any {} thing", "{Boolean} {Char} {DateTime} {Guid}", "{bool}", "{short}",
        "{TimeSpan}", "{DateOnly}", "{INT}", "{unknown}", "{a(b)}", "{a.b}", "{a/b}", "{a[b]}", "{in\\t}", "{int", "int}", "a (b", "a b)", "a (b) c",
        "a () b", "a (b(c)) d", "a ({int}) b", "in/on", "the in/on day", "in/on/at x", "a/", "/a", "a//b", "(a)/b", "a/(b)", "a(b)/c", "a/b(c) d",
        "{int}/x", "x/{int}", "{int}a/b", "a/b{int}", "a (b/c) d", "x (y/z)/w", "a\\/b", "a \\(b\\) c", "a \\{int\\} b", "a \\\\ b", "a\\ b/c", "a\\b", "a\\",
        "(once|twice)", "it runs (once|twice)", "3.5 + 4? [x] ^ $", "(a b)", "a(n) b(s)", "{int}{int}", "{string}{string}", "a   b", " a", "a ", "}", ")", "{}", "{ }",
        "a/b c/d e", "a( b)/c( d) e", "\\(", "\\/", "a (\\)) b", "a (\\() b", "a/b\\/c", "{word}s", "{word}'s {string}", "é/ü ß", "😐 (🎬)",
    ];

    private static readonly string[] Texts =
    [
        "", "plain", "a cart with 2 items", "a cart with -1 item", "a cart with one item", "I pay by \"card\"", "I pay by 'card'", "I pay by card",
        "I pay by \"a \\\" b\"", "I pay by ''", "the order is paid", "the order is on hold", "1.5 -2 +3e5", ".5 1,000.5 7", "1 2", "1 2 3 4 5 6 7", "any  thing",
        "any thing", "a b c d", "int}", "a b)", "a b c", "a  c", "in", "on", "the in day", "the on day", "at x", "a", "b", "ac", "ab", "abc", "a d", "bc d", "b d",
        "1/x", "x/1", "1a", "1b", "a1", "b1", "a (b) c", "a b d", "a c d", "a  d", "a b/c d", "x y/w", "a/b", "a {int} b", "a \\ b", "a b", "c", "once", "it runs ",
        "it runs once|twice", "3.5 + 4? [x] ^ $", "a bs", "an b", "12", "1-2", "\"a\"'b'", "a   b", " a", "a ", "}", ")", " ", "a c e", "b d e", "c d e", "(", "/",
        "a ) b", "a ( b", "b/c", "dogs", "Ann's \"hat\"", "é ß", "ü ß", "😐 🎬", "😐 ", "true x 2026-01-01 z",
    ];

    public static TheoryData<string> All() => [.. Expressions];

    public static TheoryData<string> Kinds() =>
    [
        "^a", "a$", "^a$", "a", "(once|twice)", "a (.*)", "a .* b", "a (b+)", "a (b*) c", "a (b) c*", "a {int} (.*)", "a {int", "a \\d+", "a \\d{4}", "a \\.", "a.",
        "a \\w+", "a ([^ ]+)", "a (\\d+)", "{}", "{a b} (.*)", "a (x|y)+", "()*", "(+)", "", "$", "a \\d", "{int}$", ".*", "a\\+",
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void Matches_what_the_run_time_matches(string expression)
    {
        Regex? theirs = null;
        try
        {
            theirs = new ReqnrollCucumberExpression(expression, new CucumberExpressionParameterTypeRegistry(new BindingRegistry())).Regex;
        }
        catch (Exception)
        {
        }

        var ours = CucumberExpression.Read(expression, new ParameterTypes().PatternOf);

        Assert.True((theirs is null) == (ours.Pattern is null), $"theirs: {theirs?.ToString() ?? "invalid"}, ours: {ours.Pattern ?? ours.Error}");
        Assert.True((ours.Pattern is null) == (ours.Error is not null));
        if (theirs is null)
            return;
        Assert.All(Texts, text => Assert.Equal(Arguments(theirs, text), Arguments(new Regex(ours.Pattern!), text)));
        Assert.All(Texts.Where(t => theirs.IsMatch(t)), text => Assert.Equal(ours.Parameters, Arguments(theirs, text)!.Count));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_kind_is_that_of_the_run_time(string expression) =>
        Assert.Equal(
            new CucumberExpressionDetector().IsCucumberExpression(expression) ? ExpressionKind.Cucumber : ExpressionKind.Regex,
            StepBinding.KindOf(expression));

    [Fact]
    public void An_unknown_parameter_is_named()
    {
        Assert.Equal("bool", CucumberExpression.Read("a {bool}", new ParameterTypes().PatternOf).UnknownParameter);
        Assert.Null(CucumberExpression.Read("a (b", new ParameterTypes().PatternOf).UnknownParameter);
    }

    private static List<string>? Arguments(Regex regex, string text)
    {
        var match = regex.Match(text);
        return match.Success ? [.. match.Groups.Cast<Group>().Skip(1).Where(g => g.Success).Select(g => g.Value)] : null;
    }
}
