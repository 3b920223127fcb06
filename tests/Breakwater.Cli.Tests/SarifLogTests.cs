using System.Text.Json;

namespace Breakwater.Cli.Tests;

public sealed class SarifLogTests
{
    private const string Rules = """
        [{ "id": "BW0601", "shortDescription": { "text": "Queue has no bound" }, "helpUri": "https://example.org/BW0601",
           "defaultConfiguration": { "level": "note" }, "properties": { "category": "BreakwaterBackpressure" } },
         { "id": "CA1822", "shortDescription": { "text": "Mark members as static" } }]
        """;

    [Fact]
    public void A_result_is_read_with_everything_its_rule_says()
    {
        var finding = Assert.Single(Read("""
            { "ruleId": "BW0601", "ruleIndex": 0, "level": "warning", "message": { "text": "'a' grows" },
              "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": "file:///src/a%20b/Orders.cs" },
                "region": { "startLine": 6, "startColumn": 42, "endLine": 7, "endColumn": 3 } } }],
              "properties": { "warningLevel": 1, "customProperties": { "breakwater.fix": "changes-behaviour" } } }
            """));

        Assert.Equal(
            new Finding(
                "BW0601", "Queue has no bound", Severity.Warning, "'a' grows", new Uri("file:///src/a b/Orders.cs").LocalPath,
                new Span(6, 42, 7, 3), "https://example.org/BW0601", "changes-behaviour"),
            finding);
        Assert.Equal("backpressure", finding.Topic.Slug);
    }

    [Theory]
    [InlineData("\"level\": \"error\",", Severity.Error)]
    [InlineData("\"level\": \"warning\",", Severity.Warning)]
    [InlineData("\"level\": \"note\",", Severity.Info)]
    [InlineData("\"level\": \"none\",", Severity.Info)]
    [InlineData("", Severity.Info)]
    internal void The_level_in_force_counts_and_the_rules_own_where_none_is_said(string level, Severity expected) =>
        Assert.Equal(expected, Assert.Single(Read($$"""{ "ruleId": "BW0601", {{level}} "message": { "text": "x" } }""")).Severity);

    [Theory]
    [InlineData("CS0168")]
    [InlineData("CA1822")]
    [InlineData("BW1")]
    [InlineData("XBW0601")]
    public void Rules_of_others_are_left_out(string id) =>
        Assert.Empty(Read($$"""{ "ruleId": "{{id}}", "level": "warning", "message": { "text": "x" } }"""));

    [Theory]
    [InlineData("""[{ "kind": "inSource" }]""", 0)]
    [InlineData("""[{ "kind": "external", "status": "accepted" }]""", 0)]
    [InlineData("""[{ "kind": "external", "status": "rejected" }]""", 1)]
    [InlineData("[]", 1)]
    public void What_is_suppressed_is_left_out(string suppressions, int left) =>
        Assert.Equal(left, Read($$"""{ "ruleId": "BW0601", "message": { "text": "x" }, "suppressions": {{suppressions}} }""").Length);

    [Fact]
    public void A_finding_about_a_whole_project_has_no_file()
    {
        var finding = Assert.Single(Read("""{ "ruleId": "BW0002", "level": "note", "message": { "text": "x" } }"""));

        Assert.Null(finding.File);
        Assert.Equal("BW0002", finding.Title);
    }

    [Fact]
    public void A_rule_of_a_topic_that_is_newer_than_the_tool_has_a_topic_all_the_same() =>
        Assert.Equal("Topic 77", Topics.Display(Assert.Single(Read("""{ "ruleId": "BW7701", "message": { "text": "x" } }""")).Topic));

    [Theory]
    [InlineData("")]
    [InlineData("{ \"runs\": [")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void What_is_not_a_log_is_refused(string text) => Assert.ThrowsAny<JsonException>(() => SarifLog.Read(text));

    private static ImmutableArray<Finding> Read(string results) => SarifLog.Read(
        $$"""{ "version": "2.1.0", "runs": [{ "results": [{{results}}], "tool": { "driver": { "name": "C#", "rules": {{Rules}} } } }] }""");
}
