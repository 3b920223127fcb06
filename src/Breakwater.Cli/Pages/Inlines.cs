using Breakwater.Cli.Reports;
using Markdig.Syntax.Inlines;
using Spectre.Console;

namespace Breakwater.Cli.Pages;

/// <summary>The text of a Markdown line in the styles of a screen. A link shows its address where that says more than its text.</summary>
internal static class Inlines
{
    public static IEnumerable<Piece> Of(ContainerInline? container, Style? style = null)
    {
        foreach (var inline in container ?? Enumerable.Empty<Inline>())
        {
            foreach (var piece in Of(inline, style))
                yield return piece;
        }
    }

    private static IEnumerable<Piece> Of(Inline inline, Style? style) => inline switch
    {
        LiteralInline literal => [new(literal.Content.ToString(), style)],
        CodeInline code => [new(code.Content, Look.Code)],
        LineBreakInline => [" "],
        AutolinkInline address => [new(address.Url, Look.Link)],
        LinkInline link => Link(link, style),
        EmphasisInline emphasis => Of(emphasis, Look.Strong),
        ContainerInline other => Of(other, style),
        HtmlEntityInline entity => [new(entity.Transcoded.ToString(), style)],
        _ => [],
    };

    private static IEnumerable<Piece> Link(LinkInline link, Style? style)
    {
        foreach (var piece in Of((ContainerInline)link, style))
            yield return piece;
        if (link.Url is { } url && url.StartsWith("http", StringComparison.Ordinal))
        {
            yield return " (";
            yield return new(url, Look.Link);
            yield return ")";
        }
    }
}
