using System.Text;

namespace Breakwater.Semantics.Specs;

/// <summary>
/// Text that every match of an anchored regular expression holds, so that most steps are turned away without trying it. Knows
/// less rather than too much: alternatives, options and unusual escapes make it forget.
/// </summary>
internal sealed class RegexLiterals
{
    private const string PlainClasses = "dDwWsSbB";

    private readonly string _start;
    private readonly string _anywhere;

    private RegexLiterals(string start, string anywhere)
    {
        _start = start;
        _anywhere = anywhere;
    }

    /// <summary>Turns nothing away.</summary>
    public static RegexLiterals None { get; } = new("", "");

    /// <summary>Whether the text holds what a match needs.</summary>
    public bool MayMatch(string text) =>
        text.StartsWith(_start, StringComparison.Ordinal) && text.IndexOf(_anywhere, StringComparison.Ordinal) >= 0;

    /// <summary>The literals of a pattern that begins with <c>^</c>.</summary>
    public static RegexLiterals Of(string pattern)
    {
        string? start = null;
        var longest = "";
        var run = new StringBuilder();
        var depth = 0;
        for (var at = 1; at < pattern.Length; at++)
        {
            var c = pattern[at];
            switch (c)
            {
                case '\\' when at + 1 < pattern.Length && IsPunctuation(pattern[at + 1]):
                    at++;
                    Add(pattern[at]);
                    break;
                case '\\' when at + 1 < pattern.Length && PlainClasses.IndexOf(pattern[at + 1]) >= 0:
                    at++;
                    EndRun();
                    break;
                case '\\':
                    return None;
                case '(' when at + 2 < pattern.Length && pattern[at + 1] == '?' && pattern[at + 2] != ':':
                    return None;
                case '(':
                    EndRun();
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
                case '|' when depth == 0:
                    return None;
                case '[':
                    EndRun();
                    at = EndOfClass(pattern, at);
                    break;
                case '*' or '?' or '+' or '{':
                    // The quantifier may make the last character optional.
                    if (run.Length > 0)
                        run.Length--;
                    EndRun();
                    if (c == '{')
                        at = Math.Max(at, pattern.IndexOf('}', at));
                    break;
                case '.' or '^' or '$':
                    EndRun();
                    break;
                default:
                    Add(c);
                    break;
            }
        }

        EndRun();
        return new RegexLiterals(start!, longest);

        void Add(char literal)
        {
            if (depth == 0)
                run.Append(literal);
        }

        void EndRun()
        {
            start ??= run.ToString();
            if (run.Length > longest.Length)
                longest = run.ToString();
            run.Clear();
        }
    }

    private static bool IsPunctuation(char c) => !char.IsLetterOrDigit(c) && c != '_';

    private static int EndOfClass(string pattern, int open)
    {
        // A closing bracket that comes first is a member of the class, and a class may hold another one, to subtract it.
        var at = open + 1;
        if (at < pattern.Length && pattern[at] == '^')
            at++;
        for (at++; at < pattern.Length && pattern[at] != ']'; at++)
        {
            if (pattern[at] == '\\')
                at++;
            else if (pattern[at] == '[' && pattern[at - 1] == '-')
                at = EndOfClass(pattern, at);
        }

        return at;
    }
}
