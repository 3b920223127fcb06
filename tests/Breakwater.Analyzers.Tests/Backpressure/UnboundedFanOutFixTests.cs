using Breakwater.Rules.Backpressure.UnboundedFanOut;

namespace Breakwater.Tests.Backpressure;

public class UnboundedFanOutFixTests
{
    private static Task VerifyAsync(string statements, string? fixedStatements, string parameters = "string[] urls")
    {
        var test = new RuleTest<UnboundedFanOutAnalyzer, UnboundedFanOutFix> { TestCode = Class(statements, parameters) };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        if (fixedStatements is not null)
        {
            test.FixedCode = Class(fixedStatements, parameters);
            test.FixedState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        }

        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Class(string statements, string parameters) =>
        $$"""
        [ApiController] public class C(HttpClient http) : ControllerBase
        {
            [HttpPost] public async Task M({{parameters}})
            {
                await Task.Yield();
                {{statements.Replace("\n", "\n        ")}}
            }
        }
        """;

    [Theory]
    [InlineData("// all\nawait Task.[|WhenAll|](urls.Select(u => http.GetStringAsync(u))); // now", "// all\nawait Parallel.ForEachAsync(urls, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (u, _) => await http.GetStringAsync(u)); // now")]
    [InlineData("await Task.[|WhenAll|](urls.Where(u => u.Length > 0).Select(async u => await http.GetStringAsync(u)).ToList()).ConfigureAwait(false);", "await Parallel.ForEachAsync(urls.Where(u => u.Length > 0), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (u, _) => await http.GetStringAsync(u)).ConfigureAwait(false);")]
    [InlineData("await Task.[|WhenAll|](urls.Select(async u =>\n{\n    using var r = await http.GetAsync(u); // one\n    r.EnsureSuccessStatusCode();\n}));", "await Parallel.ForEachAsync(urls, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (u, _) =>\n{\n    using var r = await http.GetAsync(u); // one\n    r.EnsureSuccessStatusCode();\n});")]
    [InlineData("await Parallel.ForEachAsync(urls, new ParallelOptions { [|MaxDegreeOfParallelism = int.MaxValue|] /* all */ }, async (u, ct) => await http.GetStringAsync(u, ct));", "await Parallel.ForEachAsync(urls, new ParallelOptions { MaxDegreeOfParallelism = 8 /* all */ }, async (u, ct) => await http.GetStringAsync(u, ct));")]
    [InlineData("await Task.[|WhenAll|](urls.Select(async u => { _ = await http.GetStringAsync(u); }));", "await Parallel.ForEachAsync(urls, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (u, token) => { _ = await http.GetStringAsync(u); });")]
    public Task LimitsTheCalls(string statements, string fixedStatements) => VerifyAsync(statements, fixedStatements);

    [Fact]
    public Task PassesTheToken() => VerifyAsync(
        "await Task.[|WhenAll|](urls.Select(u => http.GetStringAsync(u, ct)));",
        "await Parallel.ForEachAsync(urls, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (u, token) => await http.GetStringAsync(u, token));",
        "string[] urls, CancellationToken ct");

    [Fact]
    public Task FindsAFreeName() => VerifyAsync(
        "await Task.[|WhenAll|](urls.Select(u => http.GetStringAsync(u + token, ct)));",
        "await Parallel.ForEachAsync(urls, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct }, async (u, cancellationToken) => await http.GetStringAsync(u + token, cancellationToken));",
        "string[] urls, string token, CancellationToken ct");

    [Theory]
    [InlineData("var pages = await Task.[|WhenAll|](urls.Select(u => http.GetStringAsync(u)));")]
    [InlineData("await Task.[|WhenAll|](urls.Select(http.GetStringAsync));")]
    [InlineData("await Task.[|WhenAll|](urls.Select((u, i) => http.GetStringAsync(u)));")]
    [InlineData("await Task.[|WhenAll|](urls.Select(async u => { return await http.GetStringAsync(u); }));")]
    [InlineData("var tasks = urls.Select(u => http.GetStringAsync(u)); await Task.[|WhenAll|](tasks);")]
    [InlineData("await Task.[|WhenAll|](/* why */ urls.Select(u => http.GetStringAsync(u)));")]
    public Task OffersNothingForOtherShapes(string statements) => VerifyAsync(statements, null);
}
