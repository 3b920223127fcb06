using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Semantics;

/// <summary>
/// The names that a piece of source calls, read from its characters: a look that binds nothing and visits no syntax, for deciding
/// whether a body is worth either. Names in comments and strings are read, too; names written with Unicode escapes are not.
/// </summary>
internal static class CallNames
{
    /// <summary>What stands for an indexer, which has no name.</summary>
    public const string Indexer = "[";

    private static readonly ConditionalWeakTable<SyntaxTree, string> Texts = new();
    private static readonly ConditionalWeakTable<SyntaxTree, ConcurrentDictionary<TextSpan, HashSet<NamedCall>>> Called = new();
    private static readonly ConditionalWeakTable<SyntaxTree, ConcurrentDictionary<string, bool>> Named = new();
    private static readonly ConditionalWeakTable<SyntaxTree, ConcurrentDictionary<string, bool>> Mentioned = new();

    /// <summary>The characters of a file, made once.</summary>
    public static string TextOf(SyntaxTree tree) => Texts.GetValue(tree, static t => t.GetText().ToString());

    /// <summary>Whether a file has an identifier, also in a comment or string. Asked once for each file and name.</summary>
    public static bool IsNamedIn(SyntaxTree tree, string identifier) =>
        Named.GetValue(tree, static _ => new()).GetOrAdd(identifier, name => HasIdentifier(TextOf(tree), name, 0, int.MaxValue));

    /// <summary>The same for a piece of source. A file without it is asked once.</summary>
    public static bool IsNamedIn(SyntaxNode syntax, string identifier) =>
        IsNamedIn(syntax.SyntaxTree, identifier) && HasIdentifier(TextOf(syntax.SyntaxTree), identifier, syntax.SpanStart, syntax.Span.End);

    /// <summary>Whether the characters of a piece of source, comments and strings included, hold a word in any case. A file without it is asked once.</summary>
    public static bool IsMentionedIn(SyntaxNode syntax, string word)
    {
        if (!IsMentionedIn(syntax.SyntaxTree, word))
            return false;
        var text = TextOf(syntax.SyntaxTree);
        var start = syntax.SpanStart;
        var length = Math.Min(syntax.Span.End, text.Length) - start;
        return length > 0 && text.IndexOf(word, start, length, StringComparison.OrdinalIgnoreCase) >= 0;
    }

    /// <summary>The same for a file.</summary>
    public static bool IsMentionedIn(SyntaxTree tree, string word) => Mentioned.GetValue(tree, static _ => new())
        .GetOrAdd(word, w => TextOf(tree).IndexOf(w, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>Each identifier before <c>(</c> or <c>&lt;</c>, and <see cref="Indexer"/> for each <c>[</c> after an expression.</summary>
    public static IEnumerable<string> In(SyntaxTree tree, TextSpan span) => Distinct(tree, span).Select(c => c.Name);

    /// <summary>The same, each once with what it is called on. A stretch of source is read once.</summary>
    public static IReadOnlyCollection<NamedCall> Distinct(SyntaxTree tree, TextSpan span) =>
        Called.GetValue(tree, static _ => new()).GetOrAdd(span, s => new(CallsIn(tree, s)));

    /// <summary>The same, as often as it is called.</summary>
    public static IEnumerable<NamedCall> CallsIn(SyntaxTree tree, TextSpan span)
    {
        var text = TextOf(tree);
        var end = Math.Min(span.End, text.Length);
        var afterExpression = false;
        for (var at = span.Start; at < end; at++)
        {
            var current = text[at];
            if (IsStart(current))
            {
                var start = at;
                while (at + 1 < end && IsPart(text[at + 1]))
                    at++;
                if (at + 1 < end && text[at + 1] is '(' or '<')
                    yield return new(text.Substring(start, at + 1 - start), Qualifier(text, start - 1, span.Start));
                afterExpression = true;
            }
            else if (current == '[' && afterExpression)
            {
                // The brackets of an array's type are empty, or follow a keyword.
                if (at + 1 < end && text[at + 1] is not (']' or ',') && Last(text, at - 1, span.Start) is var on && !IsKeyword(on))
                    yield return new(Indexer, on);
                afterExpression = false;
            }
            else if (!char.IsWhiteSpace(current))
            {
                afterExpression = current is ')' or ']' || (afterExpression && current is '?' or '!' && at + 1 < end && text[at + 1] == '[');
            }
        }
    }

    /// <summary>What stands before the dot that ends at a place; empty when there is no dot.</summary>
    private static string? Qualifier(string text, int at, int from)
    {
        while (at >= from && char.IsWhiteSpace(text[at]))
            at--;
        return at >= from && text[at] == '.' ? Last(text, at - 1, from) : "";
    }

    /// <summary>The identifier that ends at a place; null where something else does, or perhaps a comment.</summary>
    private static string? Last(string text, int at, int from)
    {
        while (at >= from && (char.IsWhiteSpace(text[at]) || text[at] is '?' or '!'))
        {
            if (text[at] == '\n' && HasComment(text, at))
                return null;
            at--;
        }

        var end = at + 1;
        while (at >= from && IsPart(text[at]))
            at--;
        return end > at + 1 && IsStart(text[at + 1]) ? text.Substring(at + 1, end - at - 1) : null;
    }

    /// <summary>Whether the line that ends at a place has what may be a comment.</summary>
    private static bool HasComment(string text, int lineEnd)
    {
        var start = lineEnd == 0 ? 0 : text.LastIndexOf('\n', lineEnd - 1) + 1;
        return text.IndexOf("//", start, lineEnd - start, StringComparison.Ordinal) >= 0;
    }

    /// <summary>Each run of letters and digits in a piece of source that begins like a name.</summary>
    public static IEnumerable<string> Identifiers(SyntaxNode syntax)
    {
        var text = TextOf(syntax.SyntaxTree);
        var end = Math.Min(syntax.Span.End, text.Length);
        for (var at = syntax.SpanStart; at < end; at++)
        {
            if (!IsStart(text[at]))
                continue;
            var start = at;
            while (at + 1 < end && IsPart(text[at + 1]))
                at++;
            yield return text.Substring(start, at + 1 - start);
        }
    }

    private static bool IsKeyword(string? word) =>
        word is not (null or "this" or "base") && SyntaxFacts.GetKeywordKind(word) != SyntaxKind.None;

    /// <summary>Where a word stands in a stretch of text. Nowhere when it is empty, as the name of a type is while it is being typed.</summary>
    public static IEnumerable<int> PlacesOf(string word, string text, int from, int end)
    {
        for (var at = Next(from); at >= 0; at = Next(at + word.Length))
            yield return at;

        int Next(int start) => word.Length == 0 || start >= end ? -1 : text.IndexOf(word, start, end - start, StringComparison.Ordinal);
    }

    private static bool HasIdentifier(string text, string name, int from, int end) =>
        PlacesOf(name, text, from, Math.Min(end, text.Length)).Any(at => (at == 0 || !IsPart(text[at - 1])) && (at + name.Length == text.Length || !IsPart(text[at + name.Length])));

    private static bool IsStart(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_' || (c > 127 && char.IsLetter(c));

    private static bool IsPart(char c) => IsStart(c) || c is >= '0' and <= '9';
}

/// <summary>A call as its characters show it.</summary>
/// <param name="Name">The name that is called, or <see cref="CallNames.Indexer"/>.</param>
/// <param name="On">The last name of what it is called on; empty when it is called by its simple name, null when that is no name.</param>
internal readonly record struct NamedCall(string Name, string? On)
{
    /// <summary>Whether it is called on the object whose code this is.</summary>
    public bool IsOnSelf => On is "" or "this" or "base";
}
