namespace Breakwater.Cli.Tests;

public sealed class ConsoleReportTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void The_whole_report_reads_like_this()
    {
        var orders = _place.Write("src/Orders.cs", "class Orders\n{\n    readonly Channel<int> _all = Channel.CreateUnbounded<int>();\n}\n");

        var text = Text(
            Severity.Warning,
            Some.Finding(file: orders, line: 3, column: 34, length: 30),
            Some.Finding("BW1101", orders, line: 9, severity: Severity.Info, title: "Entries expire together", message: "Every caller loads it at once"),
            Some.Finding("BW1101", null, severity: Severity.Info, title: "Entries expire together", message: "Nobody knows where"));

        Assert.Equal(
            """
            ── Backpressure · 1 finding ────────────────────────────────────────────────────

            warning BW0601 Queue has no bound
              ┌─ src/Orders.cs:3:34
            2 │ {
            3 │     readonly Channel<int> _all = Channel.CreateUnbounded<int>();
              │                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            4 │ }
              │
                The queue grows until the process dies
                https://example.org/BW0601

            ── Thundering herd · 2 findings ────────────────────────────────────────────────

            info BW1101 Entries expire together
              src/Orders.cs:9:1
                Every caller loads it at once
                Nobody knows where
                https://example.org/BW1101

            Summary            warning     info
            Backpressure             1        -
            Thundering herd          -        2
            all topics               1        2

            Scanned 2 projects of App.slnx in 4.2 s.

            Next
              breakwater explain BW0601
                why it matters, what to write instead, when to suppress
              dotnet add package Breakwater.Analyzers
                the same findings in every build and, with fixes, in the editor
              https://breakwater-net.github.io/rules/
                all rules, options and how to adopt them

            Exit code 1: 1 finding of severity warning or above (--fail-on changes that).

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void Prose_is_wrapped_but_paths_and_links_are_never_cut()
    {
        var folder = string.Join('/', Enumerable.Repeat("folder", 20));
        var file = _place.Write(folder + "/A.cs", "x\n");

        var lines = Text(Severity.Warning, Some.Finding(file: file, message: string.Join(' ', Enumerable.Repeat("word", 60)))).Split('\n');

        Assert.Contains($"  ┌─ {folder}/A.cs:1:1", lines);
        Assert.All(lines.Where(l => l.Contains("word", StringComparison.Ordinal)), l => Assert.True(l.Length <= 80, l));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_said_in_place_of_its_code()
    {
        var text = Text(Severity.Warning, Some.Finding(file: _place["gone.cs"]));

        Assert.Contains(" ┌─ gone.cs:1:1\n │  (the code is not shown: the file is not there)\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Wide_characters_do_not_move_the_mark()
    {
        var file = _place.Write("x.feature", "Say(\"日本\", now);\n");

        Assert.Contains("1 │ Say(\"日本\", now);\n  │             ^^^\n", Text(Severity.Warning, Some.Finding(file: file, column: 11, length: 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void No_findings_are_good_news_with_next_steps()
    {
        var text = Text(Severity.Warning);

        Assert.StartsWith("No findings in App.slnx.\n", text, StringComparison.Ordinal);
        Assert.Contains("dotnet add package Breakwater.Analyzers", text, StringComparison.Ordinal);
        Assert.DoesNotContain("explain", text, StringComparison.Ordinal);
        Assert.EndsWith("Exit code 0: no finding of severity warning or above.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_that_has_the_package_is_not_told_to_install_it()
    {
        var report = Some.Report(_place.Folder, Severity.Warning);

        Assert.DoesNotContain("dotnet add package", Text(report with { Result = report.Result with { HasPackage = true } }), StringComparison.Ordinal);
    }

    [Fact]
    public void Projects_in_other_languages_are_counted_as_not_analyzed()
    {
        var report = Some.Report(_place.Folder, Severity.Warning);

        Assert.Contains(
            "Scanned 2 projects (1 project in other languages not analyzed) of App.slnx",
            Text(report with { Result = report.Result with { OtherProjects = 1 } }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 0, "Exit code 0: findings do not fail this scan (--fail-on none).")]
    [InlineData(Severity.Info, 1, "Exit code 1: 1 finding of severity info or above (--fail-on changes that).")]
    [InlineData(Severity.Warning, 0, "Exit code 0: no finding of severity warning or above.")]
    internal void The_last_line_says_what_the_exit_code_means(Severity? threshold, int exitCode, string last)
    {
        var report = Some.Report(_place.Folder, threshold, Some.Finding(file: null, severity: Severity.Info));

        Assert.Equal(exitCode, report.ExitCode);
        Assert.EndsWith(last + "\n", Text(report), StringComparison.Ordinal);
    }

    private string Text(Severity? threshold, params Finding[] findings) => Text(Some.Report(_place.Folder, threshold, findings));

    private static string Text(ScanReport report)
    {
        using var output = new StringWriter();
        new ConsoleReport(Some.Screen(output, 80), "breakwater").Write(report);
        return output.ToString().ReplaceLineEndings("\n");
    }
}
