using System.Text.RegularExpressions;

namespace Breakwater.Cli.Pages;

/// <summary>A rule's page as its first line names it: <c># BW0601 UnboundedQueue: Queue has no bound</c>.</summary>
internal sealed record RulePage(string Id, string Name, string File)
{
    public string Text() => System.IO.File.ReadAllText(File);
}

/// <summary>The pages that the tool carries, found by id or name.</summary>
internal sealed partial class RulePages
{
    private readonly ImmutableArray<RulePage> _pages;

    private RulePages(ImmutableArray<RulePage> pages) => _pages = pages;

    public static RulePages In(string folder) => new(Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "BW*.md").Order(StringComparer.Ordinal).Select(Read)]
        : []);

    /// <summary>The page of the rule that is called so; refuses with the nearest names when there is none.</summary>
    public RulePage Find(string rule)
    {
        if (_pages.FirstOrDefault(p => Is(p.Id, rule) || Is(p.Name, rule)) is { } page)
            return page;

        // A name and an id are never near to each other, so what was meant decides itself.
        var near = Nearest.To(rule, _pages.SelectMany(p => new[] { p.Id, p.Name }));
        throw new Refusal(
            ExitCode.Usage,
            $"There is no rule '{rule}'." + (near.IsEmpty ? "" : $" Did you mean {string.Join(" or ", near.Select(Both))}?"),
            $"All rules: {CarriedFiles.Documentation}");
    }

    private string Both(string idOrName)
    {
        var page = _pages.First(p => p.Id == idOrName || p.Name == idOrName);
        return $"{page.Id} ({page.Name})";
    }

    private static bool Is(string name, string text) => name.Equals(text, StringComparison.OrdinalIgnoreCase);

    private static RulePage Read(string file)
    {
        var title = TitleLine().Match(File.ReadLines(file).FirstOrDefault() ?? "");
        return new(Path.GetFileNameWithoutExtension(file), title.Groups["name"].Value, file);
    }

    [GeneratedRegex(@"^# BW\d{4} (?<name>\w+)")]
    private static partial Regex TitleLine();
}
