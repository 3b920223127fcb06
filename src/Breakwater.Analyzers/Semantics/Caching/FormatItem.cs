using System.Text;

namespace Breakwater.Semantics.Caching;

/// <summary>A stretch of a composite format string: literal text, or an item such as <c>{0,5:D4}</c>.</summary>
/// <param name="Literal">The text, with doubled braces made single; null for an item.</param>
/// <param name="Argument">The number of the item's argument.</param>
/// <param name="IsAligned">Whether the item names a width.</param>
/// <param name="Format">The item's format string; null for none.</param>
internal readonly record struct FormatItem(string? Literal, int Argument, bool IsAligned, string? Format)
{
    /// <summary>The stretches of a format string in order; null for one that would throw.</summary>
    public static ImmutableArray<FormatItem>? In(string format)
    {
        var items = ImmutableArray.CreateBuilder<FormatItem>();
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] is not ('{' or '}'))
            {
                text.Append(format[i]);
                continue;
            }

            if (i + 1 < format.Length && format[i + 1] == format[i])
            {
                text.Append(format[i++]);
                continue;
            }

            var end = format.IndexOf('}', i);
            if (format[i] == '}' || end < 0 || Item(format, i, end) is not { } item)
                return null;
            if (text.Length > 0)
                items.Add(new(text.ToString(), 0, IsAligned: false, null));
            text.Clear();
            items.Add(item);
            i = end;
        }

        if (text.Length > 0)
            items.Add(new(text.ToString(), 0, IsAligned: false, null));
        return items.ToImmutable();
    }

    private static FormatItem? Item(string format, int start, int end)
    {
        var content = format.Substring(start + 1, end - start - 1);
        var colon = content.IndexOf(':');
        var head = colon < 0 ? content : content.Substring(0, colon);
        var comma = head.IndexOf(',');
        var index = comma < 0 ? head : head.Substring(0, comma);
        return int.TryParse(index.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var argument)
            ? new(null, argument, comma >= 0, colon < 0 ? null : content.Substring(colon + 1))
            : null;
    }
}
