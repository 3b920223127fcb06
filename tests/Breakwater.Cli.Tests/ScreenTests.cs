using Spectre.Console;

namespace Breakwater.Cli.Tests;

public sealed class ScreenTests
{
    private const char Escape = '\u001b';

    [Fact]
    public void A_plain_screen_gets_no_escape_code_whatever_the_style()
    {
        using var output = new StringWriter();

        Some.Screen(output).Line(new Piece("red", Look.Bad), " and not");

        Assert.Equal("red and not", output.ToString().TrimEnd());
    }

    [Fact]
    public void A_stream_that_is_no_terminal_is_plain()
    {
        using var output = new StringWriter();
        var screen = Screen.On(output);

        screen.Line(new Piece("red", Look.Bad));

        Assert.False(screen.IsTerminal);
        Assert.DoesNotContain(Escape, output.ToString());
    }

    [Fact]
    public void A_terminal_gets_styles()
    {
        using var output = new StringWriter();

        Screen.Create(new AnsiConsoleOutput(output), AnsiSupport.Yes, 80).Line(new Piece("strong", Look.Strong));

        Assert.Contains(Escape, output.ToString());
    }

    [Fact]
    public void Text_in_brackets_is_text_and_not_markup()
    {
        using var output = new StringWriter();

        Some.Screen(output).Prose("'int[]' in [red] has [/] no bound");

        Assert.Equal("'int[]' in [red] has [/] no bound", output.ToString().TrimEnd());
    }

    [Fact]
    public void Prose_breaks_between_words_and_hangs()
    {
        using var output = new StringWriter();

        Some.Screen(output, 12).Prose([new Piece("one two "), new Piece("three", Look.Code), new Piece(", averyverylongword")], "• ", "  ");

        Assert.Equal("• one two\n  three,\n  averyverylongword\n", output.ToString().ReplaceLineEndings("\n"));
    }
}
