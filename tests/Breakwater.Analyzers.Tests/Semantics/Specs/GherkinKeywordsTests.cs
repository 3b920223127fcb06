using Breakwater.Semantics.Specs;
using Gherkin;

namespace Breakwater.Tests.Semantics.Specs;

public class GherkinKeywordsTests
{
    public static TheoryData<string> Languages() => [.. GherkinKeywords.Languages];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Are_those_that_Gherkin_publishes(string language)
    {
        var ours = GherkinKeywords.Of(language)!;
        var theirs = new GherkinDialectProvider().GetDialect(language, null);

        Assert.Equal(theirs.FeatureKeywords, ours.Feature);
        Assert.Equal(theirs.RuleKeywords, ours.Rule);
        Assert.Equal(theirs.BackgroundKeywords, ours.Background);
        Assert.Equal(theirs.ScenarioKeywords, ours.Scenario);
        Assert.Equal(theirs.ScenarioOutlineKeywords, ours.Outline);
        Assert.Equal(theirs.ExamplesKeywords, ours.Examples);
        Assert.Equal(theirs.StepKeywords.Order(StringComparer.Ordinal), ours.Steps.Order(StringComparer.Ordinal));
        Assert.Equal(ours.Steps.OrderByDescending(k => k.Length).Select(k => k.Length), ours.Steps.Select(k => k.Length));
        Assert.All(ours.Steps, k => Assert.Equal(KindOf(theirs, k), ours.KindOf(k)));
    }

    [Fact]
    public void Hold_every_language_of_two_letters()
    {
        var provider = new Provider();
        var letters = Enumerable.Range('a', 26).Select(c => (char)c).ToArray();
        var theirs = letters.SelectMany(a => letters.Select(b => $"{a}{b}")).Where(provider.Knows).ToList();

        Assert.True(theirs.Count > 50);
        Assert.Subset(GherkinKeywords.Languages.ToHashSet(), theirs.ToHashSet());
    }

    [Fact]
    public void A_region_falls_back_to_its_language_and_an_unknown_one_to_nothing()
    {
        Assert.Same(GherkinKeywords.Of("de"), GherkinKeywords.Of("de-AT"));
        Assert.NotSame(GherkinKeywords.Of("en"), GherkinKeywords.Of("en-pirate"));
        Assert.Null(GherkinKeywords.Of("xx"));
        Assert.Null(GherkinKeywords.Of("xx-YY"));
        Assert.Null(GherkinKeywords.Of("-"));
        Assert.Null(GherkinKeywords.Of(""));
    }

    private static StepKeyword KindOf(GherkinDialect dialect, string keyword) =>
        dialect.AndStepKeywords.Contains(keyword) ? StepKeyword.And
        : dialect.GivenStepKeywords.Contains(keyword) ? StepKeyword.Given
        : dialect.WhenStepKeywords.Contains(keyword) ? StepKeyword.When
        : dialect.ThenStepKeywords.Contains(keyword) ? StepKeyword.Then
        : StepKeyword.But;

    private sealed class Provider : GherkinDialectProvider
    {
        public bool Knows(string language) => TryGetDialect(language, null, out _);
    }
}
