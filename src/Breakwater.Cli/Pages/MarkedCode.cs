using System.Text.RegularExpressions;

namespace Breakwater.Cli.Pages;

/// <summary>A line of an example, with the columns that the rule reports; a length of zero where it reports nothing.</summary>
internal readonly record struct MarkedLine(string Text, int Start, int Length);

/// <summary>Reads the marks of the pages' examples, <c>[|…|]</c> and <c>{|BW0601:…|}</c>, which their tests check, and takes them out.</summary>
internal static partial class MarkedCode
{
    public static ImmutableArray<MarkedLine> Read(IEnumerable<string> lines)
    {
        var read = ImmutableArray.CreateBuilder<MarkedLine>();
        var open = false;
        foreach (var line in lines)
            read.Add(Read(line, ref open));
        return read.ToImmutable();
    }

    /// <summary>A mark may begin on one line and end on another; it is shown where it begins.</summary>
    private static MarkedLine Read(string line, ref bool open)
    {
        var text = "";
        var start = -1;
        var end = -1;
        var at = 0;
        foreach (Match mark in Mark().Matches(line))
        {
            text += line[at..mark.Index];
            at = mark.Index + mark.Length;
            if (mark.Groups["open"].Success)
            {
                open = true;
                start = start < 0 ? text.Length : start;
            }
            else
            {
                open = false;
                end = start < 0 ? end : text.Length;
            }
        }

        text += line[at..];
        if (open && start >= 0)
            end = text.TrimEnd().Length;
        return start < 0 ? new(text, 0, 0) : new(text, start, Math.Max(1, end - start));
    }

    [GeneratedRegex(@"(?<open>\[\||\{\|[\w#]+:)|\|\]|\|\}")]
    private static partial Regex Mark();
}
