using Breakwater.Rules.ThunderingHerd.RetryWithoutJitter;

namespace Breakwater.Tests.ThunderingHerd;

public class RetryWithoutJitterFixTests
{
    private static Task VerifyAsync(string members, string? fixedMembers = null)
    {
        var test = new RuleTest<RetryWithoutJitterAnalyzer, RetryWithoutJitterFix> { TestCode = Around(members), FixedCode = Around(fixedMembers ?? members) };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);

        static string Around(string members) => $$"""
            using Polly;
            using Polly.Retry;

            public class A(HttpClient http)
            {
                private static PolicyBuilder P => Policy.Handle<HttpRequestException>();
            {{members}}
            }
            """;
    }

    [Theory]
    [InlineData("new [|RetryStrategyOptions|]()", "new RetryStrategyOptions { UseJitter = true }")]
    [InlineData("new [|RetryStrategyOptions|] { }", "new RetryStrategyOptions { UseJitter = true }")]
    [InlineData("new [|RetryStrategyOptions<int>|] { MaxRetryAttempts = 3 }", "new RetryStrategyOptions<int> { MaxRetryAttempts = 3, UseJitter = true }")]
    [InlineData("new [|RetryStrategyOptions<int>|] { MaxRetryAttempts = 3, }", "new RetryStrategyOptions<int> { MaxRetryAttempts = 3, UseJitter = true, }")]
    [InlineData("new ResiliencePipelineBuilder<int>().AddRetry([|new|]())", "new ResiliencePipelineBuilder<int>().AddRetry(new() { UseJitter = true })")]
    public Task SwitchesTheJitterOn(string options, string changed) =>
        VerifyAsync($"    public object M() => {options}; // kept", $"    public object M() => {changed}; // kept");

    [Fact]
    public Task KeepsTheLinesAndCommentsOfTheOptions() => VerifyAsync(
        """
            public object One() => new [|RetryStrategyOptions|]
            {
                // At most.
                MaxRetryAttempts = 3, // three
                BackoffType = DelayBackoffType.Exponential // doubled
            };

            public object Two() => new [|RetryStrategyOptions|]
            {
                MaxRetryAttempts = 3,
                BackoffType = DelayBackoffType.Exponential, // doubled
            };
        """,
        """
            public object One() => new RetryStrategyOptions
            {
                // At most.
                MaxRetryAttempts = 3, // three
                BackoffType = DelayBackoffType.Exponential, // doubled
                UseJitter = true
            };

            public object Two() => new RetryStrategyOptions
            {
                MaxRetryAttempts = 3,
                BackoffType = DelayBackoffType.Exponential, // doubled
                UseJitter = true,
            };
        """);

    [Theory]
    [InlineData("n => TimeSpan.FromSeconds(n)", "n => TimeSpan.FromSeconds(n) + TimeSpan.FromMilliseconds(Random.Shared.Next(0, 1000))")]
    [InlineData("(n, ctx) => new TimeSpan(0, 0, n)", "(n, ctx) => new TimeSpan(0, 0, n) + TimeSpan.FromMilliseconds(Random.Shared.Next(0, 1000))")]
    [InlineData(
        "n => n > 2 ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(1)",
        "n => (n > 2 ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(1)) + TimeSpan.FromMilliseconds(Random.Shared.Next(0, 1000))")]
    public Task SpreadsTheDelaysOfAPolicy(string provider, string changed) =>
        VerifyAsync($"    public object M() => P.[|WaitAndRetry|](3, {provider});", $"    public object M() => P.WaitAndRetry(3, {changed});");

    [Theory]
    [InlineData("await Task.[|Delay|](2000);", "await Task.Delay(2000 + Random.Shared.Next(0, 1000));")]
    [InlineData("Thread.[|Sleep|](1000 << i);", "Thread.Sleep((1000 << i) + Random.Shared.Next(0, 1000));")]
    [InlineData("await Task.[|Delay|](TimeSpan.FromSeconds(i + 1), ct);", "await Task.Delay(TimeSpan.FromSeconds(i + 1) + TimeSpan.FromMilliseconds(Random.Shared.Next(0, 1000)), ct);")]
    public Task SpreadsTheWaitOfALoop(string wait, string changed)
    {
        return VerifyAsync(Loop(wait), Loop(changed));

        static string Loop(string wait) => $$"""
                public async Task<string> M(string url, CancellationToken ct)
                {
                    for (var i = 0; ; i++)
                    {
                        try { return await http.GetStringAsync(url, ct); }
                        catch (HttpRequestException) when (i < 4) { {{wait}} /* again */ }
                    }
                }
            """;
    }

    [Theory]
    [InlineData("new [|RetryStrategyOptions|] { DelayGenerator = args => new ValueTask<TimeSpan?>(TimeSpan.FromSeconds(1)) }")]
    [InlineData("P.[|WaitAndRetry|](3, n => { return TimeSpan.FromSeconds(2); })")]
    [InlineData("P.[|WaitAndRetry|](3, n => new(0, 0, n))")]
    [InlineData("P.[|WaitAndRetry|](new[] { TimeSpan.FromSeconds(1) })")]
    public Task OffersNothingWhereThereIsNoOneExpression(string retry) => VerifyAsync($"    public object M() => {retry};");
}
