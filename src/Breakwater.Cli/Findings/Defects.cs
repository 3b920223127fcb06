namespace Breakwater.Cli.Findings;

/// <summary>
/// From what several compilations report to what is wrong: a file that is compiled for two frameworks, or linked into two projects,
/// has its defect once.
/// </summary>
internal static class Defects
{
    public static ImmutableArray<Finding> Of(IEnumerable<Finding> reported) =>
        [.. reported
            .GroupBy(f => (f.Rule, f.File, f.Span.Line, f.Span.Column, Whole: f.File is null ? f.Message : null))
            .Select(same => same.OrderByDescending(f => f.Severity).First())
            .OrderBy(f => f.Rule, StringComparer.Ordinal)
            .ThenBy(f => f.File, StringComparer.Ordinal)
            .ThenBy(f => f.Span.Line)
            .ThenBy(f => f.Span.Column)];
}
