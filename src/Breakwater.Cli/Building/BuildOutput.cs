using System.Text.RegularExpressions;

namespace Breakwater.Cli.Building;

/// <summary>Understands what <c>dotnet build</c> prints at minimal verbosity.</summary>
internal static partial class BuildOutput
{
    /// <summary>The build's errors as it words them, each once, without the project that is repeated at the end of every line.</summary>
    public static ImmutableArray<string> Errors(IEnumerable<string> lines) =>
        [.. lines.Select(l => l.Trim()).Where(l => ErrorLine().IsMatch(l)).Select(l => ProjectSuffix().Replace(l, "")).Distinct()];

    /// <summary>Whether every error is one of our rules', which a project's own configuration can make an error.</summary>
    public static bool AreOurs(ImmutableArray<string> errors) => !errors.IsEmpty && errors.All(e => OurError().IsMatch(e));

    /// <summary>Whether <c>dotnet</c> found no SDK to build with: none at all, or none that a <c>global.json</c> accepts.</summary>
    public static bool LacksSdk(IEnumerable<string> lines) =>
        lines.Any(l => l.Contains("No .NET SDKs were found", StringComparison.Ordinal)
            || l.Contains("A compatible .NET SDK was not found", StringComparison.Ordinal));

    /// <summary>The project that a line reports as built, or null.</summary>
    public static string? Built(string line)
    {
        var match = BuiltLine().Match(line);
        return match.Success ? match.Groups["project"].Value : null;
    }

    // "origin : error CODE: text", where origin may have a position, and code may be missing.
    [GeneratedRegex(@"^([^\s].*?\s?:\s)?(\w+ )?error(\s[A-Za-z]+\d+)?\s?:\s", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"\s\[[^\[\]]+(proj|slnx?|slnf)(::[^\[\]]*)?\]$", RegexOptions.CultureInvariant)]
    private static partial Regex ProjectSuffix();

    [GeneratedRegex(@"\berror BW\d{4}\s?:", RegexOptions.CultureInvariant)]
    private static partial Regex OurError();

    [GeneratedRegex(@"^\s+(?<project>\S.*?) -> .+$", RegexOptions.CultureInvariant)]
    private static partial Regex BuiltLine();
}
