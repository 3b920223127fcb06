using System.Collections.Immutable;
using System.Text;
using Breakwater.Rules.Behavior.UndefinedStep;
using Breakwater.Rules.Configuration.UnreadableDocument;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Tests.Configuration;

public class UnreadableDocumentTests
{
    [Theory]
    [InlineData("Feature: F\n  Scenario: S\n    Given a\n    [|oops|]\n    Given b\n    oops")]
    [InlineData("[|hello|]")]
    [InlineData("[|# language: klingon|]\nFeature: F")]
    [InlineData("@tag\n[||]")]
    [InlineData("[|@one two|]\nFeature: F")]
    [InlineData("Feature: F\n  Scenario: S\n    Given a\n      | 1 | 2 |\n      [|\\| 3 \\||]\n")]
    [InlineData("Feature: F\n  Scenario: S\n    Given a\n      [|\"\"\"|]\n      never closed\n")]
    [InlineData("Feature: F\n  Scenario: S\n    Given a\n  [|Background:|]\n    Given b")]
    [InlineData("Feature: F\n  Scenario: S\n    Given a\n[|Feature: G|]")]
    public Task Reports_the_first_error_at_its_place(string feature) => Check(feature.Replace("\\|", "|"));

    [Fact]
    public Task Says_what_is_wrong()
    {
        var test = Test("{|#0:# language: xx|}\nFeature: F");
        test.ExpectedDiagnostics.Add(new DiagnosticResult("BW0004", DiagnosticSeverity.Warning).WithLocation(0)
            .WithMessage("'x.feature' cannot be read because the language 'xx' is unknown; no rule checks this document"));
        return test.RunAsync(Xunit.TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n# nothing but a comment\n")]
    [InlineData("Feature:")]
    [InlineData("# language: de-AT\nFunktion: F")]
    public Task Is_silent_on_what_can_be_read(string feature) => Check(feature);

    [Fact]
    public Task Reports_a_configured_language_that_is_unknown()
    {
        var test = Test("[||]Feature: F");
        test.TestState.AdditionalFiles.Add(("reqnroll.json", """{ "language": { "feature": "xx" } }"""));
        return test.RunAsync(Xunit.TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Is_silent_without_Reqnroll()
    {
        var test = Test("not Gherkin");
        test.TestState.AdditionalReferences.Clear();
        test.TestState.AdditionalReferences.AddRange(References.Framework);
        return test.RunAsync(Xunit.TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Is_silent_on_other_files()
    {
        var test = Test("Feature: F");
        test.TestState.AdditionalFiles.Add(("notes.txt", "not Gherkin"));
        return test.RunAsync(Xunit.TestContext.Current.CancellationToken);
    }

    public static TheoryData<string, string> Hostile() => new()
    {
        { "binary", string.Concat(Enumerable.Range(0, 70_000).Select(i => (char)(i * 7919 % 0xD800))) },
        { "null characters", new string('\0', 1_000_000) },
        { "one endless line", "Feature: F\n  Scenario: S\n    Given " + new string('x', 5_000_000) },
        { "blank lines", "Feature: F\n" + new string('\n', 2_000_000) },
        { "tags", "Feature: F\n" + Repeat("@a @b\n", 200_000) },
        { "pipes", "Feature: F\n  Scenario: S\n    Given a\n" + Repeat("||||||||||\n", 100_000) },
        { "placeholders", "Feature: F\n  Scenario Outline: S\n    Given " + Repeat("<x", 20_000) + "\n    Examples:\n      | x |\n" + Repeat("      | y |\n", 1_000) },
        { "examples", "Feature: F\n  Scenario Outline: S\n" + Repeat("    Given a <x>\n", 100) + "    Examples:\n      | x |\n" + Repeat("      | y |\n", 5_000) },
        { "nested quotes", "Feature: F\n  Scenario: S\n    Given a\n" + Repeat("\"\"\"\n```\n", 100_000) },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Neither_crashes_nor_hangs(string what, string content)
    {
        var compilation = CSharpCompilation.Create("T",
            [CSharpSyntaxTree.ParseText("using Reqnroll; [Binding] public class S { [Given(\"a {word}\")] public void A(string s) { } }")],
            References.All, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var options = new AnalyzerOptions([new Text("x.feature", content), new Text("gone.feature", null)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        var found = await compilation
            .WithAnalyzers(ImmutableArray.Create<DiagnosticAnalyzer>(new UnreadableDocumentAnalyzer(), new UndefinedStepAnalyzer()), options)
            .GetAnalyzerDiagnosticsAsync(limit.Token);

        Assert.True(found.Length <= 1, what);
        Assert.All(found, d => Assert.Contains(d.Id, new[] { "BW0004", "BW0301" }));
    }

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    private static Task Check(string feature) => Test(feature).RunAsync(Xunit.TestContext.Current.CancellationToken);

    private static RuleTest<UnreadableDocumentAnalyzer> Test(string feature)
    {
        var test = new RuleTest<UnreadableDocumentAnalyzer>();
        test.TestState.Sources.Add("");
        test.TestState.AdditionalFiles.Add(("x.feature", feature));
        return test;
    }

    /// <summary>An additional file; without content, one that the host cannot load.</summary>
    private sealed class Text(string path, string? content) : AdditionalText
    {
        private readonly SourceText? _text = content is null ? null : SourceText.From(content);

        public override string Path => path;

        public override SourceText? GetText(CancellationToken cancellationToken = default) => _text;
    }
}
