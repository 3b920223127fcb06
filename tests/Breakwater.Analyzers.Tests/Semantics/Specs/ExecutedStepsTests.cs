using Breakwater.Semantics.Specs;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Tests.Semantics.Specs;

public class ExecutedStepsTests
{
    [Fact]
    public void Backgrounds_come_first_and_pass_their_kind_on() => Assert.Equal(
        [
            "When background", "When own",
            "When background", "Then of the rule", "Then in the rule", "Given own", "Given other",
        ],
        Steps("""
            Feature: F
              Background:
                When background
              Scenario: A
                And own
              Rule: R
                Background:
                  Then of the rule
                Scenario: B
                  But in the rule
                  Given own
                  * other
            """));

    [Fact]
    public void A_conjunction_without_a_predecessor_is_a_Given() => Assert.Equal(
        ["Given a", "Given b", "When c", "Given a"],
        Steps("Feature: F\nScenario: A\nBut a\n* b\nWhen c\nScenario: B\nAnd a"));

    [Fact]
    public void Outlines_run_once_per_row_of_each_table() => Assert.Equal(
        [
            "Given background <x>", "Given a 1", "Given a 2", "When always", "Then 1 is p <z>", "Then 2 is q <z>",
            "Given background <x>", "Given a 3", "When always", "Then 3 is <y> <z>",
        ],
        Steps("""
            Feature: F
              Background:
                Given background <x>
              Scenario Outline: O
                Given a <x>
                When always
                Then <x> is <y> <z>
                Examples:
                  | x | y |
                  | 1 | p |
                  | 2 | q |
                Examples: no rows
                  | x |
                Examples: nothing
                Examples:
                  | x |
                  | 3 |
            """));

    [Fact]
    public void Values_are_not_filled_in_twice() => Assert.Equal(
        ["Given <b> B a < B> <", "Given x"],
        Steps("Feature: F\nScenario Outline: O\nGiven <a> <b> a < <b>> <\nGiven x\nExamples:\n| a | b |\n| <b> | B |"));

    [Fact]
    public void An_outline_without_rows_gives_nothing() =>
        Assert.Empty(Steps("Feature: F\nScenario Outline: O\nGiven <a>\nScenario: P\nGiven b\nExamples:\n| x |"));

    [Fact]
    public void A_scenario_with_external_data_gives_nothing() => Assert.Equal(
        ["Given b 1"],
        Steps("Feature: F\n@DataSource:x.csv\nScenario: S\nGiven <a>\n@DataSource:x.csv\nScenario: P\nGiven b <x>\nExamples:\n| x |\n| 1 |"));

    [Fact]
    public void Tags_of_all_levels_are_effective()
    {
        var runs = ExecutedSteps.Of(Read("@f\nFeature: F\n@r\nRule: R\n@s\nScenario Outline: O\nGiven <x>\n@e\nExamples:\n| x |\n| 1 |\n@Ignore\nExamples:\n| x |\n| 2 |"))
            .Select(s => s.Run).ToList();

        Assert.Equal(2, runs.Count);
        Assert.Equal(["e", "f", "r", "s"], runs[0].Tags.Order());
        Assert.Equal(("F", "O", false), (runs[0].Feature, runs[0].Scenario, runs[0].IsIgnored));
        Assert.True(runs[1].IsIgnored);
    }

    private static IEnumerable<string> Steps(string document) => ExecutedSteps.Of(Read(document)).Select(s => $"{s.Kind} {s.Text}");

    private static Feature Read(string document) => FeatureFile.Read("x.feature", SourceText.From(document), "en", default).Feature!;
}
