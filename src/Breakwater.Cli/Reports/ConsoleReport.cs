using Breakwater.Cli.Findings;

namespace Breakwater.Cli.Reports;

/// <summary>The findings for people: by topic, each with its place, its code and its consequence; then the numbers and what to do next.</summary>
/// <param name="screen">Where to write.</param>
/// <param name="command">How the user starts the tool.</param>
internal sealed class ConsoleReport(Screen screen, string command)
{
    private readonly SourceFiles _sources = new();

    public void Write(ScanReport report)
    {
        foreach (var topic in report.Result.Findings.GroupBy(f => f.Topic).OrderBy(t => t.Key.Number))
        {
            Heading(Topics.Display(topic.Key), Wording.Counted(topic.Count(), "finding"));
            foreach (var finding in topic.Where(f => f.Severity > Severity.Info))
                Full(finding, report);
            foreach (var rule in topic.Where(f => f.Severity == Severity.Info).GroupBy(f => f.Rule))
                Compact([.. rule], report);
        }

        new Summary(screen, command).Write(report);
    }

    private void Heading(string name, string count)
    {
        var tail = Math.Max(0, Math.Min(screen.Width, 100) - name.Length - count.Length - 7);
        screen.Line(new Piece("── ", Look.Quiet), new Piece(name, Look.Heading), new Piece($" · {count} " + new string('─', tail), Look.Quiet));
        screen.Line();
    }

    private void Full(Finding finding, ScanReport report)
    {
        Title(finding);
        var gutter = Excerpt(finding, report);
        screen.Prose(finding.Message, gutter + "   ");
        if (finding.HelpUri is { } help)
            screen.Line(gutter + "   ", new Piece(help, Look.Link));
        screen.Line();
    }

    private void Title(Finding finding) =>
        screen.Line(
            new Piece(finding.Severity.Word(), Look.Of(finding.Severity)), " ",
            new Piece(finding.Rule, Look.Strong), " ", new Piece(finding.Title, Look.Strong));

    /// <summary>Writes place and code; gives the indentation under which the text lines up with the code.</summary>
    private string Excerpt(Finding finding, ScanReport report)
    {
        if (finding.File is null)
            return "";

        var (source, problem) = _sources.Read(finding.File);
        var lines = SourceExcerpt.Of(source, finding.Span, screen.Width - 8);
        var gutter = new string(' ', lines.IsEmpty ? 1 : Digits(lines[^1].Number) + 1);
        screen.Line(gutter, new Piece("┌─ ", Look.Quiet), Place(finding, report));
        if (problem is not null)
            screen.Line(gutter, new Piece($"│  (the code is not shown: {problem})", Look.Quiet));
        foreach (var line in lines)
        {
            screen.Line(new Piece($"{line.Number.ToString(CultureInfo.InvariantCulture).PadLeft(gutter.Length - 1)} │ ", Look.Quiet), line.Text);
            if (line.Length > 0)
            {
                screen.Line(
                    gutter, new Piece("│ ", Look.Quiet), new string(' ', Screen.Cells(line.Text[..line.Start])),
                    new Piece(new string('^', Screen.Cells(line.Text.Substring(line.Start, line.Length))), Look.Of(finding.Severity)));
            }
        }

        screen.Line(gutter, new Piece("│", Look.Quiet));
        return gutter[..^1];
    }

    /// <summary>Suggestions of one rule, without their code.</summary>
    private void Compact(ImmutableArray<Finding> findings, ScanReport report)
    {
        Title(findings[0]);
        foreach (var finding in findings)
        {
            if (finding.File is not null)
                screen.Line("  ", Place(finding, report));
            screen.Prose(finding.Message, "    ");
        }

        if (findings[0].HelpUri is { } help)
            screen.Line("    ", new Piece(help, Look.Link));
        screen.Line();
    }

    private static string Place(Finding finding, ScanReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{report.Relative(finding)}:{finding.Span.Line}:{finding.Span.Column}");

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
}
