using Breakwater.Cli.Reports;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Spectre.Console;
using MarkdownTable = Markdig.Extensions.Tables.Table;
using MarkdownRow = Markdig.Extensions.Tables.TableRow;

namespace Breakwater.Cli.Pages;

/// <summary>A page of Markdown on a screen. Comments, which mark what is generated, are left out.</summary>
internal sealed class PageView(Screen screen)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().Build();

    public void Write(string markdown)
    {
        foreach (var block in Markdown.Parse(markdown, Pipeline))
            Write(block, "");
    }

    private void Write(Block block, string indent)
    {
        switch (block)
        {
            case HeadingBlock heading:
                screen.Prose(Inlines.Of(heading.Inline, Look.Heading), heading.Level > 2 ? indent : "");
                if (heading.Level == 1)
                    screen.Line(new Piece(new string('─', Math.Min(screen.Width, 100)), Look.Quiet));
                break;
            case ParagraphBlock paragraph:
                screen.Prose(Inlines.Of(paragraph.Inline), indent);
                screen.Line();
                break;
            case CodeBlock code:
                Code(code, indent);
                break;
            case ListBlock list:
                List(list, indent);
                screen.Line();
                break;
            case QuoteBlock quote:
                foreach (var child in quote)
                    Write(child, indent + "│ ");
                break;
            case MarkdownTable table:
                Draw(table);
                break;
        }
    }

    private void Code(CodeBlock code, string indent)
    {
        foreach (var line in MarkedCode.Read(code.Lines.Lines.Take(code.Lines.Count).Select(l => l.ToString())))
        {
            screen.Line(line.Text.Length > 0 ? indent + "    " : indent, new Piece(line.Text, Look.Code));
            if (line.Length > 0)
            {
                screen.Line(
                    indent + "    ", new string(' ', Screen.Cells(line.Text[..line.Start])),
                    new Piece(new string('^', Screen.Cells(line.Text.Substring(line.Start, line.Length))), Look.Warning));
            }
        }

        screen.Line();
    }

    private void List(ListBlock list, string indent)
    {
        var number = list.IsOrdered && int.TryParse(list.OrderedStart, out var start) ? start : 1;
        foreach (var item in list.Cast<ListItemBlock>())
        {
            var bullet = list.IsOrdered ? $"{number++}. " : "• ";
            var hanging = indent + new string(' ', bullet.Length);
            foreach (var (index, child) in item.Index())
            {
                if (child is ParagraphBlock paragraph)
                    screen.Prose(Inlines.Of(paragraph.Inline), index == 0 ? indent + bullet : hanging, hanging);
                else if (child is ListBlock inner)
                    List(inner, hanging);
                else
                    Write(child, hanging);
            }
        }
    }

    private void Draw(MarkdownTable source)
    {
        var table = new Spectre.Console.Table().Border(TableBorder.Rounded).BorderStyle(Look.Quiet);
        var rows = source.Cast<MarkdownRow>().Select(r => r.Cast<TableCell>().Select(Cell).ToArray()).ToArray();
        foreach (var heading in rows[0])
            table.AddColumn(new TableColumn(heading));
        table.ShowHeaders = rows[0].Any(h => h.Length > 0);
        foreach (var row in rows[1..])
            table.AddRow(row);

        screen.Draw(table);
        screen.Line();
    }

    private static Paragraph Cell(TableCell cell)
    {
        var text = new Paragraph();
        foreach (var piece in cell.OfType<ParagraphBlock>().SelectMany(p => Inlines.Of(p.Inline)))
            text.Append(piece.Text, piece.Style);
        return text;
    }
}
