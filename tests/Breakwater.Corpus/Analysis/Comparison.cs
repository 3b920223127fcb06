using System.Globalization;
using System.Text;

namespace Breakwater.Corpus.Analysis;

/// <summary>
/// What changed between two outputs of <c>run</c>. A finding that only moved to another line of its file, with the same message,
/// is not a change.
/// </summary>
internal static class Comparison
{
    /// <summary>The difference as Markdown: a table of counts per rule, then the findings themselves.</summary>
    public static string Markdown(IEnumerable<Finding> before, IEnumerable<Finding> after)
    {
        var old = before.ToList();
        var now = after.ToList();
        var added = Missing(now, old);
        var gone = Missing(old, now);
        if (added.Count + gone.Count == 0)
            return "No findings changed.\n";

        var text = new StringBuilder("| rule | before | after | new | gone |\n|---|--:|--:|--:|--:|\n");
        var rules = added.Concat(gone).Select(f => f.Id).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var rule in rules)
            text.Append(CultureInfo.InvariantCulture, $"| {rule} | {Count(old, rule)} | {Count(now, rule)} | {Count(added, rule)} | {Count(gone, rule)} |\n");
        foreach (var rule in rules)
        {
            Append(text, rule + ": new", added.Where(f => f.Id == rule));
            Append(text, rule + ": gone", gone.Where(f => f.Id == rule));
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, IEnumerable<Finding> findings)
    {
        var list = findings.Order().ToList();
        if (list.Count == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"\n### {title}\n\n");
        foreach (var finding in list)
            text.Append(CultureInfo.InvariantCulture, $"- `{finding.Path}:{finding.Line}` {finding.Message}\n");
    }

    /// <summary>Findings without a partner: first partners on the same line are taken, then any of the same file and message.</summary>
    private static List<Finding> Missing(List<Finding> from, List<Finding> there)
    {
        var same = there.GroupBy(f => f).ToDictionary(g => g.Key, g => g.Count());
        var left = from.Where(f => !Take(same, f)).ToList();
        var moved = same.GroupBy(s => s.Key with { Line = 0 }).ToDictionary(g => g.Key, g => g.Sum(s => s.Value));
        return [.. left.Where(f => !Take(moved, f with { Line = 0 }))];
    }

    private static bool Take(Dictionary<Finding, int> counts, Finding finding)
    {
        if (counts.GetValueOrDefault(finding) == 0)
            return false;
        counts[finding]--;
        return true;
    }

    private static int Count(List<Finding> findings, string rule) => findings.Count(f => f.Id == rule);
}
