using Spectre.Console;
using Spectre.Console.Rendering;

namespace Breakwater.Cli.Reports;

/// <summary>Text in a style; plain where none is given.</summary>
internal readonly record struct Piece(string Text, Style? Style = null)
{
    public static implicit operator Piece(string text) => new(text);
}

/// <summary>
/// A place to write lines to. It decides once what is possible there: colours only on a terminal and without <c>NO_COLOR</c>,
/// never an escape code into a file or pipe. Prose is wrapped at <see cref="Width"/>, between words only, so paths and links stay whole.
/// </summary>
internal sealed class Screen
{
    /// <summary>How wide text may be where nobody's window says it.</summary>
    private const int PlainWidth = 120;

    private const int Narrowest = 40;

    private const int Unlimited = 100_000;

    private readonly IAnsiConsole _console;

    private Screen(IAnsiConsole console, TextWriter writer, int width, bool terminal)
    {
        _console = console;
        Writer = writer;
        Width = width;
        IsTerminal = terminal;
    }

    /// <summary>What is written to in the end.</summary>
    public TextWriter Writer { get; }

    /// <summary>Columns for prose, excerpts and rules.</summary>
    public int Width { get; }

    /// <summary>Whether someone watches it live, so that progress may move.</summary>
    public bool IsTerminal { get; }

    /// <summary>The screen behind the process's output or error stream.</summary>
    public static Screen On(TextWriter stream)
    {
        var output = new AnsiConsoleOutput(stream);
        var plain = !output.IsTerminal || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return Create(output, plain ? AnsiSupport.No : AnsiSupport.Detect, output.IsTerminal ? Math.Max(output.Width - 1, Narrowest) : PlainWidth);
    }

    /// <summary>A screen of this width, with or without escape codes.</summary>
    public static Screen Create(IAnsiConsoleOutput output, AnsiSupport ansi, int width)
    {
        var plain = ansi == AnsiSupport.No;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
            Out = output,
        });
        // We wrap; Spectre would also cut paths.
        console.Profile.Width = Unlimited;
        return new Screen(console, output.Writer, width, output.IsTerminal && console.Profile.Capabilities.Ansi);
    }

    /// <summary>One line, never wrapped.</summary>
    public void Line(params ReadOnlySpan<Piece> pieces)
    {
        foreach (var piece in pieces)
        {
            if (piece.Text.Length > 0)
                _console.Write(new Text(piece.Text, piece.Style));
        }

        _console.WriteLine();
    }

    /// <summary>Prose, wrapped, every line after the first indented by <paramref name="hanging"/> or else like the first.</summary>
    public void Prose(IEnumerable<Piece> pieces, string indent = "", string? hanging = null)
    {
        hanging ??= indent;
        var line = new List<Piece> { indent };
        var used = indent.Length;
        var empty = true;
        foreach (var word in Words(pieces))
        {
            var width = word.Sum(p => Cells(p.Text));
            if (!empty && used + 1 + width > Width)
            {
                Line([.. line]);
                line = [hanging];
                used = hanging.Length;
                empty = true;
            }

            if (!empty)
            {
                line.Add(" ");
                used++;
            }

            line.AddRange(word);
            used += width;
            empty = false;
        }

        Line([.. line]);
    }

    /// <summary>Prose in one style.</summary>
    public void Prose(string text, string indent = "", Style? style = null) => Prose([new Piece(text, style)], indent);

    /// <summary>Lets Spectre draw, which then keeps to the width.</summary>
    public async Task<T> DrawAsync<T>(Func<IAnsiConsole, Task<T>> draw)
    {
        _console.Profile.Width = Width;
        try
        {
            return await draw(_console);
        }
        finally
        {
            _console.Profile.Width = Unlimited;
        }
    }

    /// <summary>Draws one thing, a table for instance, within the width.</summary>
    public void Draw(IRenderable thing)
    {
        _console.Profile.Width = Width;
        _console.Write(thing);
        _console.Profile.Width = Unlimited;
    }

    /// <summary>How many columns the text takes: wide characters take two.</summary>
    public static int Cells(string text) => text.GetCellWidth();

    /// <summary>The words of the text; a word may change its style in the middle, as in <c>`x`,</c>.</summary>
    private static IEnumerable<List<Piece>> Words(IEnumerable<Piece> pieces)
    {
        var word = new List<Piece>();
        foreach (var piece in pieces)
        {
            var parts = piece.Text.Split([' ', '\n', '\r', '\t']);
            for (var i = 0; i < parts.Length; i++)
            {
                if (i > 0 && word.Count > 0)
                {
                    yield return word;
                    word = [];
                }

                if (parts[i].Length > 0)
                    word.Add(piece with { Text = parts[i] });
            }
        }

        if (word.Count > 0)
            yield return word;
    }
}
