namespace Breakwater.Cli.Tests;

public sealed class SourceExcerptTests
{
    [Fact]
    public void The_line_stands_between_its_neighbours_without_their_common_indentation()
    {
        string[] source = ["class A", "{", "    void M()", "    {", "        Go(1);", "    }", "}"];

        var lines = SourceExcerpt.Of(source, new Span(5, 9, 5, 14), 80);

        Assert.Equal([new(4, "{", 0, 0), new(5, "    Go(1);", 4, 5), new(6, "}", 0, 0)], lines);
    }

    [Fact]
    public void Blank_neighbours_and_what_is_beyond_the_file_are_left_out() =>
        Assert.Equal([new ExcerptLine(1, "Go();", 0, 4)], SourceExcerpt.Of(["Go();", "  "], new Span(1, 1, 1, 5), 80));

    [Fact]
    public void Tabs_are_spaces_and_the_mark_moves_with_them() =>
        Assert.Equal([new ExcerptLine(2, "x =    1;", 7, 1)], SourceExcerpt.Of(["", "\tx =\t1;"], new Span(2, 6, 2, 7), 80));

    [Fact]
    public void A_span_of_several_lines_is_marked_to_the_end_of_its_first() =>
        Assert.Equal(new ExcerptLine(1, "Go(", 0, 3), SourceExcerpt.Of(["Go(  ", "  1);"], new Span(1, 1, 2, 6), 80)[0]);

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(95)]
    public void A_line_too_long_shows_the_part_with_the_span(int at)
    {
        var source = new string('.', at) + "Here" + new string('.', 100 - at);

        var line = Assert.Single(SourceExcerpt.Of([source], new Span(1, at + 1, 1, at + 5), 40));

        Assert.True(line.Text.Length <= 40, line.Text);
        Assert.Equal("Here", line.Text.Substring(line.Start, line.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_file_shorter_than_the_finding_says_gives_nothing(int line) =>
        Assert.Empty(SourceExcerpt.Of(["a", "b"], new Span(line, 1, line, 2), 80));

    [Fact]
    public void Columns_beyond_the_line_do_no_harm() =>
        Assert.Equal(new ExcerptLine(1, "ab", 2, 1), Assert.Single(SourceExcerpt.Of(["ab"], new Span(1, 50, 1, 60), 80)));
}
