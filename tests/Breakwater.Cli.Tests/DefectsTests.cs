namespace Breakwater.Cli.Tests;

public sealed class DefectsTests
{
    [Fact]
    public void A_place_has_a_defect_once_however_many_compilations_report_it()
    {
        var defects = Defects.Of([Some.Finding(line: 3), Some.Finding(line: 3, severity: Severity.Error), Some.Finding(line: 3)]);

        Assert.Equal(Severity.Error, Assert.Single(defects).Severity);
    }

    [Fact]
    public void Another_rule_file_line_or_column_is_another_defect() =>
        Assert.Equal(5, Defects.Of(
            [
                Some.Finding(line: 3), Some.Finding(rule: "BW1101", line: 3), Some.Finding(file: "b.cs", line: 3),
                Some.Finding(line: 4), Some.Finding(line: 3, column: 9),
            ]).Length);

    [Fact]
    public void Findings_about_whole_projects_are_told_apart_by_what_they_say() =>
        Assert.Equal(2, Defects.Of(
            [Some.Finding(file: null, message: "a"), Some.Finding(file: null, message: "b"), Some.Finding(file: null, message: "a")]).Length);

    [Fact]
    public void They_come_by_rule_and_place()
    {
        var defects = Defects.Of(
            [Some.Finding(rule: "BW1101"), Some.Finding(file: "b.cs"), Some.Finding(line: 20), Some.Finding(line: 3)]);

        Assert.Equal([("BW0601", "a.cs", 3), ("BW0601", "a.cs", 20), ("BW0601", "b.cs", 1), ("BW1101", "a.cs", 1)], defects.Select(d => (d.Rule, d.File, d.Span.Line)));
    }
}
