namespace Breakwater.Core;

/// <summary>The words of a name or text, split at case changes, digits and punctuation, and how far two texts are apart.</summary>
internal static class Words
{
    /// <summary>Whether one of the words of <paramref name="text"/> is in <paramref name="words"/>: <c>orderLock</c> has the word <c>lock</c>, <c>clock</c> has not.</summary>
    public static bool ContainsAny(string text, ImmutableHashSet<string> words) => In(text).Any(words.Contains);

    /// <summary>The words in the order of the text.</summary>
    public static IEnumerable<string> In(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            var isEnd = i == text.Length || !char.IsLetter(text[i]);
            var isBreak = !isEnd && i > start && char.IsUpper(text[i])
                && (char.IsLower(text[i - 1]) || (i + 1 < text.Length && char.IsLower(text[i + 1])));
            if (!isEnd && !isBreak)
                continue;
            if (i > start)
                yield return text.Substring(start, i - start);
            start = isEnd ? i + 1 : i;
        }
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.</summary>
    public static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(replaced, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}
