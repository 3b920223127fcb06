using System.CommandLine;
using Breakwater.Cli.Building;
using Breakwater.Cli.Findings;
using Breakwater.Cli.Reports;
using Breakwater.Cli.Targets;

namespace Breakwater.Cli.Commands;

/// <summary><c>breakwater scan</c>: what the rules say about code that need not have them installed.</summary>
internal static class ScanCommand
{
    private const string Description = """
        Builds a solution, project or folder with Breakwater's rules added and reports what they find.
        Nothing is installed; in the scanned repository only bin and obj change, as by any build.

        Exit codes: 0 nothing at or above the threshold, 1 findings at or above it, 2 wrong usage, 3 the build failed.
        """;

    public static Command Create(Surroundings surroundings)
    {
        var target = new Argument<string?>("target")
        {
            Description = "A .slnx, .sln, .slnf or .csproj file, or a folder; the current folder if left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var format = Choice("--format", "How to report.", "console", "json");
        var failOn = Choice("--fail-on", "The lightest finding that makes the exit code 1.", "warning", "info", "none");
        var severity = Choice("--severity", "The lightest finding that is reported.", "info", "warning");
        var topics = new Option<string[]>("--topic")
        {
            Description = "Report this topic only, such as 'backpressure'; may be given several times.",
            HelpName = "topic",
        };

        var command = new Command("scan", Description) { target, format, failOn, severity, topics };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var filter = new FindingFilter(SeverityOf(parsed.GetValue(severity)!), parsed.GetValue(topics) ?? []);
            var threshold = parsed.GetValue(failOn) is "none" ? (Severity?)null : SeverityOf(parsed.GetValue(failOn)!);
            var resolved = TargetResolution.Resolve(parsed.GetValue(target), surroundings.CurrentDirectory);

            var result = await Progress.WatchAsync(
                surroundings.Error, resolved.Name, built => Scan.RunAsync(resolved, surroundings, built, cancellationToken));
            var report = new ScanReport(result with { Findings = filter.Apply(result.Findings) }, threshold);
            if (parsed.GetValue(format) is "json")
                JsonReport.Write(report, surroundings.Output.Writer);
            else
                new ConsoleReport(surroundings.Output, surroundings.Command).Write(report);
            return report.ExitCode;
        });
        return command;
    }

    private static Severity SeverityOf(string word) => Enum.Parse<Severity>(word, ignoreCase: true);

    private static Option<string> Choice(string name, string description, string usual, params string[] others)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', others.Prepend(usual)),
            DefaultValueFactory = _ => usual,
        };
        option.AcceptOnlyFromAmong([usual, .. others]);
        return option;
    }
}
