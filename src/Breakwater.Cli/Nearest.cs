namespace Breakwater.Cli;

/// <summary>The words that someone probably meant: few edits away or longer by what was left out, without case, nearest first.</summary>
internal static class Nearest
{
    private const int Most = 3;

    public static ImmutableArray<string> To(string word, IEnumerable<string> known) =>
        [.. known
            .Select(candidate => (candidate, distance: Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(c => c.distance <= Math.Max(2, word.Length / 3)
                || (word.Length > 3 && c.candidate.Contains(word, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(c => c.distance)
            .ThenBy(c => c.candidate, StringComparer.Ordinal)
            .Take(Most)
            .Select(c => c.candidate)];

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
