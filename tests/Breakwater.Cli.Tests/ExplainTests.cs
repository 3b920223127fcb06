namespace Breakwater.Cli.Tests;

public sealed class ExplainTests : IDisposable
{
    private readonly Workplace _place = new();

    public ExplainTests()
    {
        _place.Write("rules/BW0601.md", """
            # BW0601 UnboundedQueue: Queue has no bound

            A queue without a bound grows until the process dies.

            > Note: see the `report` option.

            <!-- header -->
            | | |
            |---|---|
            | Topic | [Backpressure](../topics/backpressure.md) |
            <!-- /header -->

            ## Violation

            ```csharp
            var all = [|Channel.CreateUnbounded<int>()|];

            {|BW0601:Make(
                1)|};
            ```

            ## Why

            Memory is **finite**, see [the article](https://example.org/a).

            - one `x`
              - nested
            2. second
            """);
        _place.Write("rules/BW1101.md", "# BW1101 CacheStampede: Entries expire together\n");
    }

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("BW0601")]
    [InlineData("bw0601")]
    [InlineData("unboundedQueue")]
    public async Task A_page_is_printed_for_the_terminal(string rule)
    {
        var run = await Explain(rule);

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.Equal(
            $"""
            BW0601 UnboundedQueue: Queue has no bound
            {new string('─', 100)}
            A queue without a bound grows until the process dies.

            │ Note: see the report option.

            ╭───────┬──────────────╮
            │ Topic │ Backpressure │
            ╰───────┴──────────────╯

            Violation
                var all = Channel.CreateUnbounded<int>();
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                Make(
                ^^^^^
                    1);

            Why
            Memory is finite, see the article (https://example.org/a).

            • one x
              • nested

            2. second


            """.ReplaceLineEndings("\n"),
            run.Output);
    }

    [Theory]
    [InlineData("BW0610", "There is no rule 'BW0610'. Did you mean BW0601 (UnboundedQueue)?")]
    [InlineData("stampede", "There is no rule 'stampede'. Did you mean BW1101 (CacheStampede)?")]
    [InlineData("nothing-like-it", "There is no rule 'nothing-like-it'.\n")]
    public async Task An_unknown_rule_is_refused_with_the_nearest(string rule, string said)
    {
        var run = await Explain(rule);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Every_page_of_the_repository_is_carried_and_prints_without_its_marks()
    {
        var carried = new CarriedFiles(AppContext.BaseDirectory);
        var pages = Path.Combine(Repository.Root, "docs", "rules");
        var ids = Directory.Exists(pages) ? Directory.GetFiles(pages, "BW*.md").Select(f => Path.GetFileNameWithoutExtension(f)) : [];

        foreach (var id in ids)
        {
            var run = await _place.RunAsync(["explain", id], carried: carried);

            Assert.Equal((ExitCode.Clean, ""), (run.ExitCode, run.Error));
            Assert.StartsWith(id, run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("<!--", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("[|", run.Output, StringComparison.Ordinal);
        }
    }

    private Task<ToolRun> Explain(string rule) => _place.RunAsync(["explain", rule], carried: new CarriedFiles(_place.Folder));
}
