using System.Text.RegularExpressions;

namespace Breakwater.Tests.Conventions;

/// <summary>A fenced block of a page: its language, the file name in its info string if any, its text, where it starts.</summary>
internal sealed record Block(string Language, string? FileName, string Text, int Line);

/// <summary>A <c>## Section</c> of a page.</summary>
internal sealed record Section(string Title, string Text, IReadOnlyList<Block> Blocks);

/// <summary>A documentation page, taken apart.</summary>
internal sealed partial class Page
{
    private Page(string heading, string consequence, IReadOnlyList<Section> sections) =>
        (Heading, Consequence, Sections) = (heading, consequence, sections);

    /// <summary>The first line, without <c># </c>.</summary>
    public string Heading { get; }

    /// <summary>The first line of prose under the heading; empty when there is none before the header.</summary>
    public string Consequence { get; }

    public IReadOnlyList<Section> Sections { get; }

    public Section? this[string title] => Sections.FirstOrDefault(s => s.Title == title);

    public static Page? Of(House house, RuleEntry rule) => house.Text(rule.PagePath) is { } text ? Parse(text) : null;

    public static Page Parse(string text)
    {
        var lines = text.Split('\n');
        var fenced = Fenced(lines);
        var starts = Enumerable.Range(0, lines.Length).Where(i => !fenced[i] && lines[i].StartsWith("## ", StringComparison.Ordinal)).ToList();
        var sections = starts.Select((start, n) =>
        {
            var end = n + 1 < starts.Count ? starts[n + 1] : lines.Length;
            return new Section(lines[start][3..].Trim(), string.Join('\n', lines[(start + 1)..end]), Blocks(lines, start + 1, end));
        });
        var heading = lines[0].StartsWith("# ", StringComparison.Ordinal) ? lines[0][2..].Trim() : "";
        var first = lines.Skip(1).Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) ?? "";
        return new Page(heading, first.StartsWith('<') || first.StartsWith('#') || first.StartsWith('>') ? "" : first, [.. sections]);
    }

    /// <summary>The fenced blocks of a whole text.</summary>
    public static IReadOnlyList<Block> BlocksOf(string text)
    {
        var lines = text.Split('\n');
        return Blocks(lines, 0, lines.Length);
    }

    /// <summary>The text without fenced blocks and inline code: what a reader reads and where links are links.</summary>
    public static string Prose(string text)
    {
        var lines = text.Split('\n');
        var fenced = Fenced(lines);
        return InlineCode().Replace(string.Join('\n', lines.Select((l, i) => fenced[i] ? "" : l)), "");
    }

    private static bool[] Fenced(string[] lines)
    {
        var fenced = new bool[lines.Length];
        string? open = null;
        for (var i = 0; i < lines.Length; i++)
        {
            var fence = Fence().Match(lines[i]);
            fenced[i] = open is not null || fence.Success;
            if (open is null)
                open = fence.Success ? fence.Groups[1].Value : null;
            else if (lines[i].Trim() == open)
                open = null;
        }

        return fenced;
    }

    private static IReadOnlyList<Block> Blocks(string[] lines, int from, int to)
    {
        var blocks = new List<Block>();
        for (var i = from; i < to; i++)
        {
            if (Fence().Match(lines[i]) is not { Success: true } fence)
                continue;
            var end = i + 1;
            while (end < to && lines[end].Trim() != fence.Groups[1].Value)
                end++;
            blocks.Add(new Block(
                fence.Groups[2].Value, fence.Groups[3] is { Success: true } name ? name.Value : null,
                string.Join('\n', lines[(i + 1)..end]) + "\n", i + 1));
            i = end;
        }

        return blocks;
    }

    [GeneratedRegex(@"^(`{3,})(\w*)(?:\s+\[([^\]]+)\])?\s*$")]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();
}
