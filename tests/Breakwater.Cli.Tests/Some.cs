using Breakwater.Cli.Building;
using Breakwater.Cli.Targets;
using Spectre.Console;

namespace Breakwater.Cli.Tests;

/// <summary>Findings, results and screens as tests need them.</summary>
internal static class Some
{
    public static Finding Finding(
        string rule = "BW0601", string? file = "a.cs", int line = 1, int column = 1, int length = 1, Severity severity = Severity.Warning,
        string message = "The queue grows until the process dies", string title = "Queue has no bound") =>
        new(rule, title, severity, message, file, new Span(line, column, line, column + length), "https://example.org/" + rule, null);

    public static Screen Screen(TextWriter output, int width = 120) =>
        Reports.Screen.Create(new AnsiConsoleOutput(output), AnsiSupport.No, width);

    public static ScanReport Report(string root, Severity? threshold, params Finding[] findings) =>
        new(new ScanResult(new ScanTarget(root, [Path.Combine(root, "App.slnx")]), [.. findings], 2, 0, HasPackage: false, TimeSpan.FromSeconds(4.2)), threshold);
}
