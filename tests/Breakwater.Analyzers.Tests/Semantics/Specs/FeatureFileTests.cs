using Breakwater.Semantics.Specs;
using Gherkin;
using Gherkin.Ast;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Tests.Semantics.Specs;

/// <summary>Our reading of a feature file beside that of Gherkin's own parser.</summary>
public class FeatureFileTests
{
    private static readonly string[] Documents =
    [
        "",
        "\n\n",
        "# comment only",
        "# language: de",
        "# language: xx\nFeature: F",
        "#language:fr\nFonctionnalité: F\n  Scénario: S\n    Lorsqu'il\n    Quand il  paie  \t\n    * x",
        "# first\n#  language : de  \n@a\nFunktion: F\n\n  Grundlage:\n    Angenommen a\n  Beispiel: S\n    Und b\n    Aber c",
        "Feature: F\n# language: de\n  Scenario: S\n    Given a",
        "@a\n# language: de\nFeature: F",
        "@a",
        "@a @b\n\n# c\n@c\nFeature: F",
        "@a b\nFeature: F",
        "@a#b @c # @d e\nFeature: F\n@x@y\nScenario: S\n  Given a",
        "@ @a\nFeature: F",
        "hello",
        "Feature F",
        "Feature : F",
        "Feature:F\nGiven a\n* b\n| c |\n\"\"\"\nExamples: x\nFeature: G\nScenario: S\nGiven a",
        "Feature: F\n  Background:\n    some words\n    | x |\n    Given a\n  Background:\n    Given b",
        "Feature: F\n  Scenario: S\n  Background:\n    Given a",
        "Feature: F\n  Scenario: S\n    Given a\n  Background:\n    Given b",
        "Feature: F\n  @a\n  Background:\n    Given b",
        "Feature: F\n  Background:\n    Given a\n  @a\n  Scenario: S\n    And b\n  @r\n  Rule: R\n    d\n    Background: x\n      y\n      Given c\n    @s\n    Example: E\n      But d\n  Rule: Q\n  Rule: P",
        "Feature: F\n  Rule: R\n    Given description\n    Scenario: S\n      Given a\n  Scenario: T\n    When b",
        "Feature: F\n  Scenario: S\n    words\n    # comment\n    more words\n    | x |\n    Given a\n    words",
        "Feature: F\n  Scenario: S\n    Given a\n      | x | y |\n\n      # c\n      | 1 | 2 |\n    When b\n      | x |\n      \"\"\"\n      z\n      \"\"\"\n    Then c\n      ```\n      \"\"\"\n      ```\n      | x |",
        "Feature: F\n  Scenario: S\n    Given a\n      | x |\n      \"\"\"\n      \"\"\"\n      | x |",
        "Feature: F\n  Scenario: S\n    Given a\n      \"\"\"\n      \"\"\"\n      \"\"\"\n      \"\"\"",
        "Feature: F\n  Scenario: S\n    Given a\n      | x | y |\n      | 1 |",
        "Feature: F\n  Scenario: S\n    Given a\n      | x | y \\| |\n      | 1 | 2 \\|",
        "Feature: F\n  Scenario: S\n    Given a\n      | x \\\\ | y |\n      | \\n | \\a | ignored",
        "Feature: F\n  Scenario: S\n    Given a\n      \"\"\"json\n      @a\n      Scenario: T\n      ```\n      \"\"\"trailing\n    When b",
        "Feature: F\n  Scenario: S\n    Given a\n      \"\"\"\n      never closed",
        "Feature: F\n  Scenario: S\n      \"\"\"\n      \"\"\"\n   Given a",
        "Feature: F\n  Scenario Outline: S\n    Given <x>\n    Examples:\n      words\n      Given words\n      | x |\n      | 1 |\n\n      | 2 |\n    @t\n    @u\n    Examples: two\n    # c\n    Scenarios:\n      | x |\n  Scenario Template: T\n    Given a",
        "Feature: F\n  Scenario Outline: S\n    Given <x>\n    Examples:\n      | x |\n      | 1 | 2 |",
        "Feature: F\n  Scenario Outline: S\n    Given <x>\n    Examples:\n      | x |\n    Given b",
        "Feature: F\n  Scenario: S\n    Given a\n  @t\n  Rule: R\n    Scenario: T\n      Given b\n    @u\n    # c\n\n    @v\n    Examples:\n      | x |",
        "Feature: F\n  Scenario: S\n    Given a\n  @t\n    Given b",
        "Feature: F\n  Scenario: S\n    Given a\n  @t",
        "Feature: F\n  Scenario: S\n    Given a\n  @t u\n  Scenario: T",
        "Feature: F\n  Examples:\n    | x |\n  Scenario: S\n    Given a",
        "Feature: F\n  Scenario: S\n    Givena\n    Given b",
        "Feature: F\n  Scenario: S\n    Given a\n    Givenb",
        "Feature: F\n  Scenario: S\n    Given \n    Given\n",
        "Feature: F\r\n  Scenario: S\r\n    Given a\r    When b\n\r    Then c\r\n",
        "Feature: F\n\tScenario: S\n\t\u00A0Given\u00A0a\n\t\u2003Given a\u2003\n    And \u2028b\u0085 c\n",
        "Feature: F\n  Scenario: S\n    * a\n    *b",
        "# language: ja\n機能: F\n  シナリオ: S\n    前提a\n    かつb\n    もしc\n    ならばd",
        "# language: em\n📚: F\n  📕: S\n    😐a\n    🎬b\n    🙏c",
        "# language: en-pirate\nAhoy matey!: F\n  Heave to: S\n    Gangway! a\n    Blimey! b\n    Aye c",
        "# language: zh-CN\n功能: F\n  场景: S\n    假如a\n    当b\n    那么c\n    而且d\n    但是e",
        "Feature: F\n  Scenario: S\n    Given <x>\n  Scenario: 2\n\n\n    description\n\n    Given a\n\n\n    And b",
    ];

    public static TheoryData<int> Handwritten() => [.. Enumerable.Range(0, Documents.Length)];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Handwritten))]
    public void Reads_as_Gherkin_does(int index) => Compare(Documents[index]);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Reads_generated_documents_as_Gherkin_does(int seed)
    {
        var accepted = 0;
        for (var i = 0; i < 40; i++)
            accepted += Compare(Generate(new Random((seed * 1000) + i), faults: i % 4)) ? 1 : 0;
        Assert.InRange(accepted, 5, 39);
    }

    [Fact]
    public void Each_text_is_read_once()
    {
        var file = new Text("x.feature", "Feature: F");

        Assert.Same(FeatureFile.Of(file, "en", default), FeatureFile.Of(file, "en", default));
        Assert.NotSame(FeatureFile.Of(file, "en", default), FeatureFile.Of(file, "de", default));
        Assert.Null(FeatureFile.Of(new Text("x.txt", "Feature: F"), "en", default));
    }

    [Fact]
    public void Names_and_tags_are_kept_and_cells_unescaped()
    {
        var feature = Read("@a @b#c # d\nFeature:  The title \n@r\nRule: R\n@s\nScenario Outline:  O \nGiven x\n@e\nExamples: E\n|  a\\|b | \\\\ | \\n | \\x |\n| 1 | 2 | 3 | 4 |").Feature!;

        Assert.Equal("The title", feature.Title);
        Assert.Equal(["a", "b#c"], feature.Tags);
        var rule = Assert.Single(feature.Rules);
        Assert.Equal(["r"], rule.Tags);
        var scenario = Assert.Single(rule.Scenarios);
        Assert.True(scenario.IsOutline);
        Assert.Equal("O", scenario.Title);
        Assert.Equal(["s"], scenario.Tags);
        var examples = Assert.Single(scenario.Examples);
        Assert.Equal(["e"], examples.Tags);
        Assert.Equal(["a|b", "\\", "\n", "\\x"], examples.Header);
        Assert.Equal(["1", "2", "3", "4"], Assert.Single(examples.Rows));
    }

    [Fact]
    public void Examples_make_any_scenario_an_outline()
    {
        var feature = Read("Feature: F\nScenario: A\nGiven x\nExamples:\nScenario: B\nScenario Template: C").Feature!;

        Assert.Equal([true, false, true], feature.Scenarios.Select(s => s.IsOutline));
    }

    /// <summary>Whether both accept the document; fails when only one does, or when they read different steps.</summary>
    private static bool Compare(string document)
    {
        var ours = Read(document);
        GherkinDocument? theirs = null;
        CompositeParserException? rejected = null;
        try
        {
            theirs = new Parser().Parse(new StringReader(document));
        }
        catch (CompositeParserException e)
        {
            rejected = e;
        }

        Assert.True((rejected is null) == (ours.Error is null), $"Gherkin: {rejected?.Message ?? "accepted"}\nOurs: {ours.Error?.Message ?? "accepted"}\n{document}");
        if (ours.Error is { } error)
        {
            var first = rejected!.Errors.Select(e => e.Location!.Value).OrderBy(l => l.Line).ThenBy(l => l.Column).First();
            var atEnd = first.Line > LineOf(document, document.Length) || first.Column == 0;
            Assert.True(atEnd || Place(document, error.Span.Start) == (first.Line, first.Column), rejected.Message + "\n" + document);
            return false;
        }

        Assert.Equal(theirs!.Feature is null ? [] : Steps(document, theirs.Feature), ours.Feature is null ? [] : Steps(document, ours.Feature));
        return true;
    }

    private static IEnumerable<string> Steps(Breakwater.Semantics.Specs.Feature feature, Func<Breakwater.Semantics.Specs.Step, string> show)
    {
        foreach (var step in Body(feature.Background, feature.Scenarios))
            yield return show(step);
        foreach (var step in feature.Rules.SelectMany(r => Body(r.Background, r.Scenarios)))
            yield return show(step);

        static IEnumerable<Breakwater.Semantics.Specs.Step> Body(
            IEnumerable<Breakwater.Semantics.Specs.Step> background, IEnumerable<Breakwater.Semantics.Specs.Scenario> scenarios) =>
            background.Concat(scenarios.SelectMany(s => s.Steps));
    }

    private static List<string> Steps(string document, Breakwater.Semantics.Specs.Feature feature) =>
    [
        .. Steps(feature, s => $"{Place(document, s.Span.Start).Line}: {s.Keyword} [{s.Text}] table {s.HasTable} doc {s.HasDocString}, column {(s.Text == "" ? 0 : Place(document, s.Span.Start).Column)}"),
        .. feature.Scenarios.Concat(feature.Rules.SelectMany(r => r.Scenarios)).SelectMany(s => s.Examples.Select(e => $"{string.Join(' ', s.Tags)}/{string.Join(' ', e.Tags)} {s.Title}: {string.Join('|', e.Header)} {string.Join('/', e.Rows.Select(r => string.Join('|', r)))}")),
    ];

    private static List<string> Steps(string document, global::Gherkin.Ast.Feature feature)
    {
        var lines = document.Replace("\r\n", "\n").Split('\r', '\n');
        var dialect = new GherkinDialectProvider().GetDialect(feature.Language, null);
        var steps = new List<string>();
        var examples = new List<string>();
        Visit(feature.Children);
        return [.. steps, .. examples];

        void Visit(IEnumerable<IHasLocation> children)
        {
            foreach (var child in children)
            {
                if (child is global::Gherkin.Ast.Rule rule)
                    Visit(rule.Children);
                if (child is IHasSteps container)
                    steps.AddRange(container.Steps.Select(Show));
                if (child is global::Gherkin.Ast.Scenario scenario)
                    examples.AddRange(scenario.Examples.Select(e => $"{Tags(scenario)}/{Tags(e)} {scenario.Name}: {Cells(e.TableHeader)} {string.Join('/', (e.TableBody ?? []).Select(Cells))}"));
            }
        }

        string Show(global::Gherkin.Ast.Step step)
        {
            var kind = dialect.AndStepKeywords.Contains(step.Keyword) ? StepKeyword.And
                : dialect.GivenStepKeywords.Contains(step.Keyword) ? StepKeyword.Given
                : dialect.WhenStepKeywords.Contains(step.Keyword) ? StepKeyword.When
                : dialect.ThenStepKeywords.Contains(step.Keyword) ? StepKeyword.Then : StepKeyword.But;
            var keyword = step.Location.Column - 1 + step.Keyword.Length;
            var column = step.Text == "" ? 0 : lines[step.Location.Line - 1].IndexOf(step.Text, keyword, StringComparison.Ordinal) + 1;
            return $"{step.Location.Line}: {kind} [{step.Text}] table {step.DataTable is not null} doc {step.DocString is not null}, column {column}";
        }

        static string Tags(IHasTags node) => string.Join(' ', node.Tags.Select(t => t.Name[1..]));

        static string Cells(TableRow? row) => string.Join('|', (row?.Cells ?? []).Select(c => c.Value));
    }

    private static FeatureFile Read(string document) => FeatureFile.Read("x.feature", SourceText.From(document), "en", default);

    /// <summary>Line and column as Gherkin counts them, where only carriage return and line feed end a line.</summary>
    private static (int Line, int Column) Place(string document, int position)
    {
        var start = position;
        while (start > 0 && document[start - 1] is not ('\r' or '\n'))
            start--;
        return (LineOf(document, position), position - start + 1);
    }

    private static int LineOf(string document, int position)
    {
        var line = 1;
        for (var at = 0; at < position; at++)
        {
            if (document[at] == '\n' || (document[at] == '\r' && !(at + 1 < document.Length && document[at + 1] == '\n')))
                line++;
        }

        return line;
    }

    /// <summary>A document put together from lines that mostly stand where they may, and some that do not.</summary>
    private static string Generate(Random random, int faults)
    {
        string[] headers = ["Scenario: S", "Scenario Outline: O", "Example: E", "Rule: R", "Examples:", "Background:", "Scenarios: x", "Feature: F"];
        string[] steps = ["Given a", "When b <x>", "Then c  ", "And  d", "But e", "* f", "Given ", "  When\tg"];
        string[] arguments = ["| a | b |\n| 1 | 2 |", "| a |\n\n# c\n| 1 |", "\"\"\"\ntext\n@t\n\"\"\"", "```x\n\"\"\"\n```", "| \\| |\n| \\\\ |", "| a |\n| 1 | 2 |", "| a \\|\n| b |"];
        string[] others = ["", "   ", "# comment", "@tag", "@a @b", "words", "@x # y", "\"\"\"", "| r |", "@ bad"];
        var lines = new List<string>();
        if (random.Next(3) == 0)
            lines.Add(random.Next(2) == 0 ? "# comment" : "");
        if (random.Next(3) == 0)
            lines.Add("@feature @tags");
        lines.Add("Feature: " + random.Next(9));
        if (random.Next(3) == 0)
            lines.Add("* bullet\nGiven words");
        if (random.Next(3) == 0)
            lines.Add("Background:\n  Given z");
        for (var i = random.Next(6); i >= 0; i--)
        {
            if (random.Next(3) == 0)
                lines.Add("@s" + i);
            lines.Add(headers[random.Next(faults > 1 ? headers.Length : 3)]);
            for (var j = random.Next(5); j > 0; j--)
            {
                lines.Add("  " + steps[random.Next(steps.Length)]);
                if (random.Next(3) == 0)
                    lines.Add("    " + arguments[random.Next(faults > 0 ? arguments.Length : 5)].Replace("\n", "\n    "));
            }

            if (random.Next(4) == 0)
                lines.Add("@e\nExamples:\n  | x |\n  | 1 |");
            if (faults > 2 && random.Next(3) == 0)
                lines.Add(others[random.Next(others.Length)]);
            else if (random.Next(3) == 0)
                lines.Add(others[random.Next(3)]);
        }

        return string.Join(random.Next(4) == 0 ? "\r\n" : "\n", lines);
    }

    private sealed class Text(string path, string content) : AdditionalText
    {
        private readonly SourceText _text = SourceText.From(content);

        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => _text;
    }
}
