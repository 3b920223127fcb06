namespace Breakwater.Cli.Tests;

public sealed class FindingFilterTests
{
    private static readonly ImmutableArray<Finding> All =
        [Some.Finding("BW0601"), Some.Finding("BW0601", severity: Severity.Info), Some.Finding("BW1101", severity: Severity.Error)];

    [Fact]
    public void Without_wishes_everything_stays() => Assert.Equal(All, new FindingFilter(Severity.Info, []).Apply(All));

    [Fact]
    public void Lighter_findings_go() => Assert.Equal([All[0], All[2]], new FindingFilter(Severity.Warning, []).Apply(All));

    [Theory]
    [InlineData("thundering-herd")]
    [InlineData("ThunderingHerd")]
    [InlineData("BreakwaterThunderingHerd")]
    public void A_topic_may_be_named_as_pages_and_as_editorconfig_name_it(string name) =>
        Assert.Equal([All[2]], new FindingFilter(Severity.Info, [name]).Apply(All));

    [Fact]
    public void Several_topics_add_up() => Assert.Equal(All, new FindingFilter(Severity.Info, ["backpressure", "thundering-herd"]).Apply(All));

    [Fact]
    public void An_unknown_topic_is_refused_with_the_nearest()
    {
        var refusal = Assert.Throws<Refusal>(() => new FindingFilter(Severity.Info, ["back-presure"]));

        Assert.Equal(ExitCode.Usage, refusal.ExitCode);
        Assert.Contains("Did you mean 'backpressure'?", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("thundering-herd", Assert.Single(refusal.Details), StringComparison.Ordinal);
    }
}
