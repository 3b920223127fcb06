using Breakwater.Cli.Building;
using Breakwater.Cli.Findings;

namespace Breakwater.Cli.Reports;

/// <summary>A scan's result as the user asked to see it.</summary>
/// <param name="Result">With the findings that are to be shown.</param>
/// <param name="Threshold">The lightest finding that fails the scan; null when none does.</param>
internal sealed record ScanReport(ScanResult Result, Severity? Threshold)
{
    /// <summary>How many findings are at or above the threshold.</summary>
    public int Failing => Threshold is { } lightest ? Result.Findings.Count(f => f.Severity >= lightest) : 0;

    public int ExitCode => Failing > 0 ? Cli.ExitCode.Findings : Cli.ExitCode.Clean;

    /// <summary>A finding's path relative to the scanned folder, with forward slashes everywhere; the full path on another drive.</summary>
    public string? Relative(Finding finding) =>
        finding.File is null ? null : Path.GetRelativePath(Result.Target.Root, finding.File).Replace('\\', '/');
}
