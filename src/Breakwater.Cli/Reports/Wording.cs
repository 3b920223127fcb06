using Breakwater.Cli.Findings;

namespace Breakwater.Cli.Reports;

/// <summary>Words and numbers as reports spell them.</summary>
internal static class Wording
{
    /// <summary><c>info</c>, <c>warning</c>, <c>error</c>: as options and editorconfig files spell them.</summary>
    public static string Word(this Severity severity) => severity.ToString().ToLowerInvariant();

    public static string Counted(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
