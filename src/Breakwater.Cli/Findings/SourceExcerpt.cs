namespace Breakwater.Cli.Findings;

/// <summary>A line of source as it is shown, with the columns to underline; a length of zero underlines nothing.</summary>
internal readonly record struct ExcerptLine(int Number, string Text, int Start, int Length);

/// <summary>
/// The finding's line with one line around it, moved left by their common indentation, tabs as spaces, cut to a width around the
/// span. Gives no line when the file is shorter than the finding says.
/// </summary>
internal static class SourceExcerpt
{
    private const int Around = 1;

    private const string Tab = "    ";

    public static ImmutableArray<ExcerptLine> Of(IReadOnlyList<string> source, Span span, int width)
    {
        if (span.Line < 1 || span.Line > source.Count)
            return [];

        var first = Math.Max(1, span.Line - Around);
        var last = Math.Min(source.Count, span.Line + Around);
        while (first < span.Line && string.IsNullOrWhiteSpace(source[first - 1]))
            first++;
        while (last > span.Line && string.IsNullOrWhiteSpace(source[last - 1]))
            last--;

        var numbers = Enumerable.Range(first, last - first + 1).ToArray();
        var indentation = numbers.Select(n => source[n - 1]).Where(l => !string.IsNullOrWhiteSpace(l)).Select(Indentation).DefaultIfEmpty().Min();
        return [.. numbers.Select(n => n == span.Line
            ? Marked(n, source[n - 1], span, indentation, width)
            : new ExcerptLine(n, Cut(Dedent(Untabbed(source[n - 1]), indentation), width), 0, 0))];
    }

    private static ExcerptLine Marked(int number, string line, Span span, int indentation, int width)
    {
        var start = Math.Clamp(span.Column - 1, 0, line.Length);
        // What spans lines is underlined to the end of its first one.
        var end = span.EndLine > span.Line ? line.TrimEnd().Length : Math.Min(span.EndColumn - 1, line.Length);
        end = Math.Max(end, start);
        var text = Dedent(Untabbed(line), indentation);
        var left = Math.Max(0, Untabbed(line[..start]).Length - indentation);
        var length = Math.Max(1, Untabbed(line[..end]).Length - indentation - left);
        if (text.Length <= width)
            return new(number, text, left, length);

        // Too long for the window: show the part that has the span, with a little before it.
        var from = Math.Max(0, Math.Min(left - (width / 4), text.Length - width + 1));
        var shown = (from > 0 ? "…" : "") + Cut(text[from..], width - 1);
        left = left - from + (from > 0 ? 1 : 0);
        return new(number, shown, left, Math.Max(1, Math.Min(length, shown.Length - left)));
    }

    private static string Untabbed(string text) => text.Replace("\t", Tab, StringComparison.Ordinal);

    private static string Dedent(string text, int indentation) => text.Length <= indentation ? text.TrimStart() : text[indentation..].TrimEnd();

    private static int Indentation(string line)
    {
        var text = Untabbed(line);
        return text.Length - text.TrimStart().Length;
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";
}
