namespace Breakwater.Core;

/// <summary>The words of a name or text, split at case changes, digits and punctuation.</summary>
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
}
