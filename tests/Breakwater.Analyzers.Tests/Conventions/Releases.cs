using System.Text.RegularExpressions;

namespace Breakwater.Tests.Conventions;

/// <summary>
/// The snapshots docs/releases/&lt;version&gt;.md, one table row per rule: <c>| BW0601 | UnboundedQueue | Warning | …</c>. They replace
/// AnalyzerReleases files: an id never vanishes without a retired page, is never reused, and its severity never changes in silence.
/// </summary>
internal static partial class Releases
{
    private sealed record Line(string Id, string Name, string Severity);

    /// <summary>The first release that lists the rule.</summary>
    public static string Since(House house, string id) =>
        Snapshots(house).FirstOrDefault(s => s.Lines.Any(l => l.Id == id)).Version?.ToString() ?? "unreleased";

    public static IEnumerable<Complaint> Check(House house)
    {
        foreach (var (id, history) in Snapshots(house).SelectMany(s => s.Lines).GroupBy(l => l.Id).Select(g => (g.Key, g.ToList())))
        {
            var path = $"docs/rules/{id}.md";
            var page = house.Text(path);
            var live = house.Rules.FirstOrDefault(r => r.Id == id);
            if (live is null)
            {
                if (page is null || !Retired().IsMatch(page))
                    yield return new(id, $"was released and is gone; keep {path} with a line '> Retired in <version>: <reason>'");
                continue;
            }

            if (page is not null && Retired().IsMatch(page))
                yield return new(id, $"is a retired id and must not be used again by '{live.Name}'; take a new one");
            if (history.Any(l => l.Name != live.Name))
                yield return new(id, $"was released as '{history.First(l => l.Name != live.Name).Name}' and must not be used again by '{live.Name}'; take a new one");

            var severities = history.Select(l => l.Severity).Append(live.Descriptor.DefaultSeverity.ToString()).ToList();
            var told = page is null ? null : Page.Parse(page)["History"]?.Text;
            foreach (var (before, after) in severities.Zip(severities.Skip(1)).Where(p => p.First != p.Second))
            {
                if (told is null || !told.Split('\n').Any(l => l.Contains(before, StringComparison.Ordinal) && l.Contains(after, StringComparison.Ordinal)))
                    yield return new(id, $"changed from {before} to {after}; say so in a line under '## History' of {path}");
            }
        }
    }

    private static IEnumerable<(Version? Version, IReadOnlyList<Line> Lines)> Snapshots(House house) =>
        house.Files("docs/releases", ".md")
            .Select(f => (Version: Version.TryParse(Path.GetFileNameWithoutExtension(f), out var version) ? version : null, File: f))
            .Where(s => s.Version is not null)
            .OrderBy(s => s.Version)
            .Select(s => (s.Version, (IReadOnlyList<Line>)[.. Row().Matches(house.Text(s.File)!).Select(m => new Line(m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value))]));

    [GeneratedRegex(@"^\|\s*\[?(BW\d{4})(?:\]\([^)]*\))?\s*\|\s*(\w+)\s*\|\s*(\w+)\s*\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^> Retired in \S+", RegexOptions.Multiline)]
    private static partial Regex Retired();
}
