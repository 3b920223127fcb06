using Breakwater.Cli.Findings;

namespace Breakwater.Cli.Reports;

/// <summary>The end of a report: how many of what, what was scanned, what to do next, and what the exit code says.</summary>
internal sealed class Summary(Screen screen, string command)
{
    public void Write(ScanReport report)
    {
        Numbers(report);
        Scanned(report);
        Next(report);
        Exit(report);
    }

    private void Numbers(ScanReport report)
    {
        var findings = report.Result.Findings;
        if (findings.IsEmpty)
        {
            screen.Line(new Piece("No findings", Look.Good), $" in {report.Result.Target.Name}.");
            return;
        }

        var severities = findings.Select(f => f.Severity).Distinct().OrderDescending().ToArray();
        var topics = findings.GroupBy(f => f.Topic).OrderBy(t => t.Key.Number).ToArray();
        var width = topics.Max(t => Topics.Display(t.Key).Length) + 2;
        screen.Line([new Piece("Summary".PadRight(width), Look.Heading), .. severities.Select(s => new Piece(Column(s.Word()), Look.Of(s)))]);
        foreach (var topic in topics)
            Row(Topics.Display(topic.Key).PadRight(width), topic, severities);
        if (topics.Length > 1)
            Row("all topics".PadRight(width), findings, severities);
    }

    private void Row(string name, IEnumerable<Finding> findings, Severity[] severities)
    {
        var counts = findings.CountBy(f => f.Severity).ToDictionary();
        screen.Line([name, .. severities.Select(s => new Piece(Column(
            counts.TryGetValue(s, out var count) ? count.ToString(CultureInfo.InvariantCulture) : "-")))]);
    }

    private static string Column(string text) => text.PadLeft(9);

    private void Scanned(ScanReport report)
    {
        var result = report.Result;
        var others = result.OtherProjects == 0 ? "" : $" ({Wording.Counted(result.OtherProjects, "project")} in other languages not analyzed)";
        screen.Line();
        screen.Line(new Piece(string.Create(
            CultureInfo.InvariantCulture,
            $"Scanned {Wording.Counted(result.Projects, "project")}{others} of {result.Target.Name} in {result.Time.TotalSeconds:0.0} s."), Look.Quiet));
        screen.Line();
    }

    private void Next(ScanReport report)
    {
        var steps = new List<(string Do, string Why)>();
        if (report.Result.Findings.MaxBy(f => f.Severity) is { } worst)
            steps.Add(($"{command} explain {worst.Rule}", "why it matters, what to write instead, when to suppress"));
        if (!report.Result.HasPackage)
            steps.Add(("dotnet add package Breakwater.Analyzers", "the same findings in every build and, with fixes, in the editor"));
        steps.Add((CarriedFiles.Documentation, "all rules, options and how to adopt them"));

        screen.Line(new Piece("Next", Look.Heading));
        var width = steps.Max(s => s.Do.Length) + 3;
        var fits = steps.All(s => 2 + width + s.Why.Length <= screen.Width);
        foreach (var (what, why) in steps)
        {
            if (fits)
                screen.Line("  ", new Piece(what.PadRight(width), Look.Code), new Piece(why, Look.Quiet));
            else
            {
                screen.Line("  ", new Piece(what, Look.Code));
                screen.Prose(why, "    ", Look.Quiet);
            }
        }

        screen.Line();
    }

    private void Exit(ScanReport report)
    {
        var meaning = report switch
        {
            { Threshold: null } => "findings do not fail this scan (--fail-on none).",
            { Failing: 0 } => $"no finding of severity {AtLeast(report)}.",
            _ => $"{Wording.Counted(report.Failing, "finding")} of severity {AtLeast(report)} (--fail-on changes that).",
        };
        screen.Prose([new Piece($"Exit code {report.ExitCode}: ", Look.Strong), meaning]);
    }

    private static string AtLeast(ScanReport report) =>
        report.Threshold == Severity.Info ? "info or above" : "warning or above";
}
