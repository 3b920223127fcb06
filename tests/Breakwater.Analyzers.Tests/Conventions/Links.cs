using System.Text.RegularExpressions;

namespace Breakwater.Tests.Conventions;

/// <summary>Every link of the documentation to a file of this repository leads somewhere.</summary>
internal static partial class Links
{
    public static IEnumerable<Complaint> Check(House house) =>
        house.Files("docs", ".md").Concat(new[] { "README.md" }.Where(f => house.Text(f) is not null)).SelectMany(file =>
            Link().Matches(Page.Prose(house.Text(file)!))
                .Select(m => m.Groups[1].Value)
                .Where(target => !Resolves(house, file, target))
                .Select(target => new Complaint(file, $"links to '{target}', which does not exist")));

    private static bool Resolves(House house, string file, string target)
    {
        if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
            return true;
        var (path, anchor) = target.Split('#') is [var p, var a] ? (p, a) : (target, null);
        var folder = path.StartsWith('/') ? "docs" : Path.GetDirectoryName(file)!;
        var resolved = path.Length == 0 ? file : house.Relative(Path.GetFullPath(house.At(Path.Combine(folder, path.TrimStart('/')))));
        var page = new[] { resolved, resolved + ".md", resolved + "/index.md" }.FirstOrDefault(f => house.Text(f) is not null);
        if (page is null)
            return Directory.Exists(house.At(resolved)) && anchor is null;
        return anchor is null || Page.Prose(house.Text(page)!).Split('\n').Any(l => l.StartsWith('#') && Slug(l) == anchor);
    }

    /// <summary>The anchor that the site and the repository's host give a heading.</summary>
    private static string Slug(string heading) =>
        NotInAnchor().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(\s*<?([^)\s>]+)>?[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
