namespace Breakwater.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("There is no command 'scna'. Did you mean 'scan'?", "scna")]
    [InlineData("There is no option '--wat'.", "--wat")]
    [InlineData("'maybe' not recognized", "scan", "--fail-on", "maybe")]
    [InlineData("'a' not recognized", "scan", "--format", "a")]
    [InlineData("'--wat'", "scan", ".", "--wat")]
    [InlineData("There is no topic 'herd'", "scan", ".", "--topic", "herd")]
    [InlineData("There is no file or folder 'nowhere'", "scan", "nowhere")]
    [InlineData("Required argument 'rule' missing", "explain")]
    public async Task What_makes_no_sense_is_said_on_the_error_stream(string said, params string[] arguments)
    {
        var run = await _place.RunAsync(arguments);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Without_a_command_the_help_is_shown_and_a_script_does_not_take_it_for_success()
    {
        var run = await _place.RunAsync([]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("scan", run.Output, StringComparison.Ordinal);
        Assert.Contains("explain", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("scan", "--help")]
    [InlineData("--version")]
    public async Task Asking_for_help_is_no_mistake(params string[] arguments)
    {
        var run = await _place.RunAsync(arguments);

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.NotEmpty(run.Output);
        Assert.Empty(run.Error);
    }
}
