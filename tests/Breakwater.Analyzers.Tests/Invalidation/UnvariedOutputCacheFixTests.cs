using Breakwater.Rules.Invalidation.UnvariedOutputCache;

namespace Breakwater.Tests.Invalidation;

public class UnvariedOutputCacheFixTests
{
    private const string Setup =
        """
        public static class Setup
        {
            public static void Add(IServiceCollection services, WebApplication app)
            {
                app.UseResponseCaching();
                services.AddOutputCache(o => o.AddPolicy("short", p => p.Expire(TimeSpan.FromSeconds(1))));
            }
        }
        """;

    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<UnvariedOutputCacheAnalyzer, UnvariedOutputCacheFix> { TestCode = source, FixedCode = fixedSource };
        foreach (var state in new[] { test.TestState, test.FixedState })
        {
            state.Sources.Add(("Prelude.cs", ShopPrelude.Source));
            state.Sources.Add(("Setup.cs", Setup));
        }

        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task VerifyActionAsync(string before, string after, string parameters, string result)
    {
        const string Controller =
            """
            [ApiController, Route("a")]
            public class A : ControllerBase
            {
                // Kept for a while.
                [HttpGet, ATTRIBUTE] // here
                public string Get(PARAMETERS) => RESULT;
            }
            """;
        var source = Controller.Replace("PARAMETERS", parameters).Replace("RESULT", result);
        return VerifyAsync(source.Replace("ATTRIBUTE", $"[|{before}|]"), source.Replace("ATTRIBUTE", after));
    }

    [Theory]
    [InlineData("OutputCache", "OutputCache(VaryByHeaderNames = new[] { \"X-Tenant\" })")]
    [InlineData("OutputCache()", "OutputCache(VaryByHeaderNames = new[] { \"X-Tenant\" })")]
    [InlineData("OutputCache(Duration = 60 /* s */)", "OutputCache(Duration = 60 /* s */, VaryByHeaderNames = new[] { \"X-Tenant\" })")]
    [InlineData("OutputCache(VaryByHeaderNames = new[] { \"A\" }, Duration = 60)", "OutputCache(VaryByHeaderNames = new[] { \"A\", \"X-Tenant\" }, Duration = 60)")]
    [InlineData("OutputCache(VaryByHeaderNames = new string[] { \"A\", })", "OutputCache(VaryByHeaderNames = new string[] { \"A\", \"X-Tenant\" })")]
    [InlineData("OutputCache(VaryByHeaderNames = [\"A\"])", "OutputCache(VaryByHeaderNames = [\"A\", \"X-Tenant\"])")]
    [InlineData("OutputCache(VaryByHeaderNames = [])", "OutputCache(VaryByHeaderNames = [\"X-Tenant\"])")]
    [InlineData("OutputCache(VaryByHeaderNames = new string[] { })", "OutputCache(VaryByHeaderNames = new string[] { \"X-Tenant\" })")]
    [InlineData("ResponseCache(Duration = 60)", "ResponseCache(Duration = 60, VaryByHeader = \"X-Tenant\")")]
    [InlineData("ResponseCache(VaryByHeader = \"Accept\", Duration = 60)", "ResponseCache(VaryByHeader = \"Accept, X-Tenant\", Duration = 60)")]
    public Task AddsAHeaderToAnAttribute(string before, string after) =>
        VerifyActionAsync(before, after, "[FromHeader(Name = \"X-Tenant\")] string tenant", "tenant");

    [Theory]
    [InlineData("OutputCache(VaryByQueryKeys = new[] { \"page\" })", "OutputCache(VaryByQueryKeys = new[] { \"page\", \"category\" })")]
    [InlineData("ResponseCache(Duration = 60)", "ResponseCache(Duration = 60, VaryByQueryKeys = new[] { \"page\", \"category\" })")]
    [InlineData("ResponseCache(Duration = 60, VaryByQueryKeys = [ \"page\" ])", "ResponseCache(Duration = 60, VaryByQueryKeys = [ \"page\", \"category\" ])")]
    public Task AddsAQueryKeyToAnAttribute(string before, string after) =>
        VerifyActionAsync(before, after, "int page, string category", "category + page");

    [Theory]
    [InlineData("OutputCache(PolicyName = \"short\")", "[FromHeader] string tenant", "tenant")]
    [InlineData("OutputCache", "", "Request.Cookies[\"name\"]!")]
    [InlineData("ResponseCache(Duration = 60)", "[FromHeader] string tenant", "tenant + Request.Cookies[\"name\"]")]
    [InlineData("OutputCache(VaryByHeaderNames = new string[1] { \"A\" })", "[FromHeader] string tenant", "tenant")]
    public Task OffersNothingForOtherAttributes(string attribute, string parameters, string result) =>
        VerifyActionAsync(attribute, $"[|{attribute}|]", parameters, result);

    [Fact]
    public Task AddsToTheFluentCalls() => VerifyAsync(
        """
        public static class A
        {
            public static void Map(WebApplication app, string p)
            {
                app.MapGet("/a", (HttpRequest r) => r.Headers.AcceptLanguage.ToString()).[|CacheOutput|](); // languages
                app.MapGet("/b/{id}", (int id, int page, string category, HttpRequest r) => id + page + category + r.Headers["X"])
                    .[|CacheOutput|](b => b.SetVaryByQuery("page")); // pages
                app.MapGet("/c", (HttpRequest r) => r.Headers["X"] + r.Headers["Y"]).[|CacheOutput|](b => b
                    .Expire(TimeSpan.FromSeconds(3))
                    .Tag("c"));
            }
        }
        """,
        """
        public static class A
        {
            public static void Map(WebApplication app, string p)
            {
                app.MapGet("/a", (HttpRequest r) => r.Headers.AcceptLanguage.ToString()).CacheOutput(policy => policy.SetVaryByHeader("Accept-Language")); // languages
                app.MapGet("/b/{id}", (int id, int page, string category, HttpRequest r) => id + page + category + r.Headers["X"])
                    .CacheOutput(b => b.SetVaryByQuery("page").SetVaryByHeader("X").SetVaryByQuery("category")); // pages
                app.MapGet("/c", (HttpRequest r) => r.Headers["X"] + r.Headers["Y"]).CacheOutput(b => b
                    .Expire(TimeSpan.FromSeconds(3))
                    .Tag("c").SetVaryByHeader("X", "Y"));
            }
        }
        """);

    [Theory]
    [InlineData("""app.MapGet("/d", (HttpRequest r) => r.Headers["X"].ToString()).[|CacheOutput|](b => { b.Tag("d"); });""")]
    [InlineData("""app.MapGet("/e", (HttpRequest r) => r.Headers["X"].ToString()).[|CacheOutput|]("short");""")]
    [InlineData("""OutputCacheConventionBuilderExtensions.[|CacheOutput|](app.MapGet("/f", (HttpRequest r) => r.Headers["X"].ToString()));""")]
    public Task OffersNothingForOtherCalls(string map)
    {
        var source = $"public static class A {{ public static void Map(WebApplication app) {{ {map} }} }}";
        return VerifyAsync(source, source);
    }
}
