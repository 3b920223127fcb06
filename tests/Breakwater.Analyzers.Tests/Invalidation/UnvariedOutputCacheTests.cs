using Breakwater.Rules.Invalidation.UnvariedOutputCache;

namespace Breakwater.Tests.Invalidation;

public class UnvariedOutputCacheTests
{
    private static RuleTest<UnvariedOutputCacheAnalyzer> For(string source, OutputKind output = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<UnvariedOutputCacheAnalyzer> { TestCode = source, TestState = { OutputKind = output } };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string source, OutputKind output = OutputKind.DynamicallyLinkedLibrary) =>
        For(source, output).RunAsync(TestContext.Current.CancellationToken);

    private const string Setup =
        """
        public static class Setup
        {
            public static void Add(IServiceCollection services, WebApplication app)
            {
                app.UseResponseCaching();
                services.AddOutputCache(o =>
                {
                    o.AddPolicy("short", p => p.Expire(TimeSpan.FromSeconds(1)));
                    o.AddPolicy("tenant", p => p.SetVaryByHeader("X-Tenant"));
                    o.AddPolicy("custom", p => p.VaryByValue("a", "b"));
                    o.AddPolicy("object", new Policy());
                    o.AddPolicy("bare", p => p.Cache(), excludeDefaultPolicy: true);
                    o.AddPolicy("byPage", p => { p.SetVaryByQuery("page"); p.Tag("pages"); });
                });
            }
        }
        public class Policy : IOutputCachePolicy
        {
            public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken ct) => default;
            public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken ct) => default;
            public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken ct) => default;
        }
        """;

    /// <summary>An action of an API controller.</summary>
    private static Task VerifyActionAsync(string action) => VerifyAsync(
        $$"""
        using Microsoft.Extensions.Logging;
        using Microsoft.Net.Http.Headers;
        [ApiController, Route("a/{shop}")]
        public class A(ILogger<A> logger) : ControllerBase
        {
            {{action}}
            private ILogger<A> Log => logger;
        }
        public class Filter { public string? Text { get; set; } }
        public enum Sort { Name, Price }
        {{Setup}}
        """);

    /// <summary>Minimal endpoints.</summary>
    private static Task VerifyMappedAsync(string map, string members = "") => VerifyAsync(
        $$"""
        using Microsoft.AspNetCore.Routing;
        public static class A
        {
            public static void Map(WebApplication app)
            {
                {{map}}
            }
            {{members}}
        }
        {{Setup}}
        """);

    [Fact]
    public Task ReportsEachKindOfInput() => VerifyAsync(
        """
        [ApiController, Route("c")]
        public class A1 : ControllerBase
        {
            [HttpGet("a"), [|OutputCache(Duration = 60)|]]
            public string A([FromHeader(Name = "X-Tenant")] string tenant) => tenant;
            [HttpGet("b"), [|OutputCache(Duration = 60, VaryByQueryKeys = new[] { "page" })|]]
            public string B(int page, string category) => category + page;
            [HttpGet("c"), [|OutputCache|]]
            public string C() => "hello " + Request.Cookies["name"];
        }
        public static class A2
        {
            public static void Map(WebApplication app)
            {
                app.MapGet("/t", (HttpRequest r) => r.Headers.AcceptLanguage.ToString()).[|CacheOutput|]();
                app.UseResponseCaching();
            }
        }
        [ApiController, Route("r")]
        public class A3 : ControllerBase
        {
            [HttpGet("list"), [|ResponseCache(Duration = 60)|]]
            public string List(int page) => "page " + page;
        }
        """);

    [Fact]
    public Task IsSilentOnWhatTheCacheKnows() => VerifyAsync(
        """
        [ApiController, Route("s")]
        public class S1 : ControllerBase
        {
            [HttpGet("a"), OutputCache(Duration = 60, VaryByHeaderNames = new[] { "x-tenant" })] public string A([FromHeader(Name = "X-Tenant")] string tenant) => tenant;
            [HttpGet("b"), OutputCache(Duration = 60)] public string B(int page) => "page " + page;
            [HttpGet("c/{id}"), OutputCache(VaryByQueryKeys = new[] { "page" })] public string C(int id, int page) => id + ":" + page;
            [HttpGet("d"), OutputCache] public string D([FromHeader(Name = "X-Correlation-Id")] string? trace) => "x";
            [HttpGet("e"), OutputCache(PolicyName = "elsewhere")] public string E([FromHeader] string tenant) => tenant;
            [HttpGet("f"), ResponseCache(Duration = 60)] public string F(int page) => "page " + page;
        }
        public static class S2 { public static void Map(WebApplication app) => app.MapGet("/v", (HttpContext c) => c.Request.Headers["X-Tenant"].ToString()).CacheOutput(p => p.VaryByValue(x => new("t", x.Request.Headers["X-Tenant"].ToString()))); }
        """);

    [Fact]
    public Task NamesAllInputs()
    {
        var test = For(
            $$"""
            [ApiController, Route("a")]
            public class A : ControllerBase
            {
                [HttpGet, {|#0:ResponseCache(Duration = 60)|}]
                public string Get(int page, [FromHeader(Name = "X-Tenant")] string tenant) => tenant + page + Request.Cookies["name"] + Request.Headers["x-tenant"];
            }
            {{Setup}}
            """);
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new UnvariedOutputCacheAnalyzer().Descriptor).WithLocation(0)
            .WithMessage("The response depends on header 'X-Tenant', cookie 'name', query 'page', which the cache does not vary by: callers with another value get this response"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("""[HttpGet, [|OutputCache(PolicyName = "short")|]] public string M([FromHeader(Name = "X-Tenant")] string tenant) => tenant;""")]
    [InlineData("""[HttpGet, [|OutputCache(PolicyName = "byPage")|]] public string M(int page, Sort? sort, string shop) => page + sort.ToString() + shop;""")]
    [InlineData("""[HttpGet, [|OutputCache(VaryByQueryKeys = ["page"])|]] public string M(int page, [FromQuery(Name = "q")] string[] words) => page + words[0];""")]
    [InlineData("""[HttpGet, [|OutputCache(VaryByQueryKeys = ["page"])|]] public string M(int page, Guid id, DateOnly? day) => $"{page}{id}{day}";""")]
    [InlineData("""[HttpGet, [|OutputCache|]] public string M() => Request.Headers[HeaderNames.AcceptLanguage].ToString();""")]
    [InlineData("""[HttpGet, [|OutputCache|]] public string M() => Request.Headers.TryGetValue("X-A", out var value) ? value.ToString() : "";""")]
    [InlineData("""[HttpGet, [|OutputCache|]] public string M() => Request.Headers.ContainsKey("HX-Request") ? "part" : "whole";""")]
    [InlineData("""[HttpGet, [|OutputCache|]] public string M() { var headers = HttpContext.Request.Headers; return headers["X-B"].ToString(); }""")]
    [InlineData("""[HttpGet, [|OutputCache|]] public string M() => Request.GetTypedHeaders().AcceptLanguage.ToString()!;""")]
    [InlineData("""[HttpGet, [|OutputCache|]] public string M() { var value = Request.Headers["X"].ToString(); Log.LogInformation("{Value}", value); return value; }""")]
    [InlineData("""[HttpGet, [|OutputCache|]] public async Task<string> M([FromHeader] string tenant) { await Task.Yield(); return tenant; }""")]
    [InlineData("""[HttpGet, [|OutputCache|]] public string M() => string.Concat(new[] { 1 }.Select(_ => Request.Cookies["a"]));""")]
    [InlineData("""[FromHeader(Name = "X-Tenant")] public string Tenant { get; set; } = ""; [HttpGet, [|OutputCache|]] public string M() => Tenant;""")]
    [InlineData("""[HttpGet, [|ResponseCache(Duration = 60, VaryByQueryKeys = new[] { "page" })|]] public string M(int page, int size) => "" + page + size;""")]
    [InlineData("""[HttpGet, [|ResponseCache(Duration = 60)|]] public string M() => Request.Query["page"].ToString();""")]
    [InlineData("""[HttpGet, Authorize, [|ResponseCache(Duration = 60, VaryByHeader = "Accept")|]] public string M([FromHeader] string tenant) => tenant;""")]
    [InlineData("""[HttpHead, [|OutputCache|]] public string M([FromHeader] string tenant) => tenant;""")]
    public Task ReportsActions(string action) => VerifyActionAsync(action);

    [Theory]
    [InlineData("""[HttpGet, OutputCache(PolicyName = "tenant")] public string M([FromHeader(Name = "X-Tenant")] string tenant) => tenant;""")]
    [InlineData("""[HttpGet, OutputCache(PolicyName = "custom")] public string M([FromHeader(Name = "X-Tenant")] string tenant) => tenant;""")]
    [InlineData("""[HttpGet, OutputCache(PolicyName = "object")] public string M([FromHeader(Name = "X-Tenant")] string tenant) => tenant;""")]
    [InlineData("""[HttpGet, OutputCache(PolicyName = "bare")] public string M([FromHeader(Name = "X-Tenant")] string tenant) => tenant;""")]
    [InlineData("""[HttpGet, OutputCache(PolicyName = "short", VaryByHeaderNames = ["X-Tenant"])] public string M([FromHeader(Name = "X-Tenant")] string tenant) => tenant;""")]
    [InlineData("""[HttpGet, OutputCache(VaryByQueryKeys = ["page", "*"])] public string M(int page, string x) => page + x;""")]
    [InlineData("""[HttpGet, OutputCache(VaryByHeaderNames = ["Cookie"])] public string M() => Request.Cookies["a"]!;""")]
    [InlineData("""[HttpGet, OutputCache(NoStore = true)] public string M([FromHeader] string tenant) => tenant;""")]
    [InlineData("""[HttpGet, OutputCache(Duration = 0)] public string M([FromHeader] string tenant) => tenant;""")]
    [InlineData("""[HttpPost, OutputCache] public string M([FromHeader] string tenant) => tenant;""")]
    [InlineData("""[HttpGet, OutputCache, Authorize] public string M([FromHeader] string tenant) => tenant;""")]
    [InlineData("""[HttpGet, OutputCache] public string M() { Log.LogInformation("{Value}", Request.Headers["X"]); return ""; }""")]
    [InlineData("""[HttpGet, OutputCache] public string M([FromHeader] string tenant) { using (Log.BeginScope(tenant)) return ""; }""")]
    [InlineData("""[HttpGet, OutputCache] public string M([FromHeader] string unused) => "";""")]
    [InlineData("""[HttpGet, OutputCache] public string M() { Response.Headers["X"] = "a"; Request.Headers["Y"] = "b"; return Response.Headers["X"].ToString(); }""")]
    [InlineData("""[HttpGet, OutputCache] public string M() => Request.Headers.UserAgent.ToString() + Request.Headers["if-none-match"] + Request.Headers.Host + Request.Host;""")]
    [InlineData("""[HttpGet, OutputCache] public string M(string name) => Request.Headers[name].ToString();""")]
    [InlineData("""[HttpGet, OutputCache(VaryByQueryKeys = ["page"])] public string M(int page, [FromQuery] Filter filter, [FromServices] IProductApi api, [FromRoute] string shop, CancellationToken ct) => page + filter.Text + shop;""")]
    [InlineData("""[HttpGet, ResponseCache(Duration = 60, VaryByHeader = "tenant, Cookie", VaryByQueryKeys = new[] { "PAGE" })] public string M([FromHeader] string tenant, int page) => tenant + page + Request.Cookies["a"];""")]
    [InlineData("""[HttpGet, ResponseCache(Duration = 60, VaryByQueryKeys = ["*"])] public string M(int page) => "" + page;""")]
    [InlineData("""[HttpGet, ResponseCache(Duration = 60, Location = ResponseCacheLocation.Client)] public string M(int page) => "" + page;""")]
    [InlineData("""[HttpGet, ResponseCache(CacheProfileName = "x", Duration = 60)] public string M(int page) => "" + page;""")]
    public Task IsSilentOnActions(string action) => VerifyActionAsync(action);

    [Theory]
    [InlineData("""app.MapGet("/a/{id}", (int id, HttpRequest r) => r.Headers["X"].ToString()).WithName("x").[|CacheOutput|](p => p.Expire(TimeSpan.FromSeconds(3)));""")]
    [InlineData("""app.MapGet("/b/{id}", (int id, int page, string category) => id + page + category).[|CacheOutput|](p => p.SetVaryByQuery("page"));""")]
    [InlineData("""app.MapGet("/c", (HttpContext c) => c.Request.Cookies["s"]).[|CacheOutput|]("short");""")]
    [InlineData("""app.MapGet("/d", [[|OutputCache|]] ([FromHeader(Name = "X-T")] string t) => t);""")]
    [InlineData("""app.Map("/e", ([FromHeader(Name = "X-T")] string t) => t).[|CacheOutput|](policy: static p => { p.Cache(); p.SetVaryByHeader("A", "B"); });""")]
    [InlineData("""OutputCacheConventionBuilderExtensions.[|CacheOutput|](app.MapGet("/f", (HttpRequest r) => r.Cookies["s"]));""")]
    [InlineData("""var mapped = app.MapGet("/g", (HttpRequest r) => r.Cookies["s"]); mapped.[|CacheOutput|]();""")]
    [InlineData("""app.MapMethods("/h", ["GET", "POST"], (HttpRequest r) => r.Cookies["s"]).[|CacheOutput|]();""")]
    [InlineData("""app.MapGet("/i", Local).[|CacheOutput|](); static string? Local(HttpRequest r) => r.Cookies["s"];""")]
    [InlineData("""app.MapGet("/j", async Task (HttpContext c) => await c.Response.WriteAsync(c.Request.Headers["X"].ToString())).[|CacheOutput|]();""")]
    [InlineData("""var g = app.MapGroup("/{tenant}").[|CacheOutput|](p => p.SetVaryByQuery("page")); g.MapGet("/a", (string tenant, string x) => tenant + x); g.MapGet("/b", (string y) => y);""")]
    [InlineData("""var g = app.MapGroup("/k").CacheOutput(p => p.SetVaryByHeader("X")); g.MapGet("/a", (HttpRequest r) => r.Headers["X"].ToString()).[|CacheOutput|]();""")]
    public Task ReportsMappedEndpoints(string map) => VerifyMappedAsync(map);

    [Theory]
    [InlineData("""app.MapGet("/a", (HttpContext c) => c.Request.Cookies["s"]).CacheOutput(p => p.NoCache());""")]
    [InlineData("""app.MapGet("/a", (HttpContext c) => c.Request.Cookies["s"]).CacheOutput(p => p.SetCacheKeyPrefix("x"));""")]
    [InlineData("""app.MapGet("/a", (HttpContext c) => c.Request.Cookies["s"]).CacheOutput(p => p.With(_ => true));""")]
    [InlineData("""app.MapGet("/a", (HttpContext c) => c.Request.Cookies["s"]).CacheOutput(p => p.AddPolicy<Policy>());""")]
    [InlineData("""app.MapGet("/a", (HttpContext c) => c.Request.Cookies["s"]).CacheOutput(new Policy());""")]
    [InlineData("""app.MapGet("/a", (HttpContext c) => c.Request.Cookies["s"]).CacheOutput("elsewhere");""")]
    [InlineData("""app.MapGet("/a", (HttpContext c) => c.Request.Cookies["s"]).CacheOutput(p => p.Cache(), excludeDefaultPolicy: true);""")]
    [InlineData("""app.MapPost("/a", (HttpContext c) => c.Request.Cookies["s"]).CacheOutput();""")]
    [InlineData("""app.MapGet("/a", (HttpContext c) => c.Request.Cookies["s"]).RequireAuthorization().CacheOutput();""")]
    [InlineData("""app.MapGet("/a", (HttpRequest r) => r.Headers.AcceptLanguage.ToString()).CacheOutput(p => p.SetVaryByHeader("Accept-Language"));""")]
    [InlineData("""var names = new[] { "X" }; app.MapGet("/a", (HttpRequest r) => r.Headers["X"].ToString()).CacheOutput(p => p.SetVaryByHeader(names));""")]
    [InlineData("""app.MapGet("/a", (HttpRequest r, int page) => r.Query["x"].ToString() + page).CacheOutput();""")]
    [InlineData("""app.MapGet("/a", [ResponseCache(Duration = 60)] (HttpRequest r) => r.Headers["X"].ToString());""")]
    [InlineData("""app.MapGet("/a", (HttpRequest r) => r.Headers["X"].ToString());""")]
    public Task IsSilentOnMappedEndpoints(string map) => VerifyMappedAsync(map);

    [Fact]
    public Task KnowsWhatAParameterMayBeWhenTheRouteIsNotKnown() => VerifyMappedAsync(
        """app.MapGet("/h", Handle); app.MapGet("/i", Handle); app.MapGet("/j", Handle).CacheOutput("tenant");""",
        """
        [[|OutputCache|]] private static string Handle([FromHeader(Name = "X-Tenant")] string tenant) => tenant;
        public static void MapB(this IEndpointRouteBuilder routes) => routes.MapGet("/b", (int page, string category) => page + category).[|CacheOutput|](p => p.SetVaryByQuery("page"));
        public static void MapC(this RouteGroupBuilder group) => group.MapGet("/c", (int page, string category) => page + category).CacheOutput(p => p.SetVaryByQuery("page"));
        """);

    [Theory]
    [InlineData("o.AddBasePolicy(p => p.Expire(TimeSpan.FromSeconds(1)));", true)]
    [InlineData("o.AddBasePolicy(p => p.SetVaryByHeader(\"X-Other\"));", true)]
    [InlineData("o.AddBasePolicy(p => p.SetVaryByHeader(\"X-Tenant\"));", false)]
    [InlineData("o.AddBasePolicy(p => p.VaryByValue(\"a\", \"b\"));", false)]
    [InlineData("o.AddBasePolicy(new Policy());", false)]
    public Task AsksTheBasePolicy(string policy, bool isReported) => VerifyAsync(
        $$"""
        [ApiController, Route("a")]
        public class A : ControllerBase
        {
            [HttpGet, {{(isReported ? "[|OutputCache|]" : "OutputCache")}}] public string Get([FromHeader(Name = "X-Tenant")] string tenant) => tenant;
            public static void Add(IServiceCollection services) => services.AddOutputCache(o => { {{policy}} });
        }
        {{Setup}}
        """);

    [Fact]
    public Task ReportsTheAttributeOfAClassOnce() => VerifyAsync(
        $$"""
        using Microsoft.AspNetCore.Mvc.RazorPages;
        [ApiController, Route("d"), [|OutputCache|]]
        public partial class C : ControllerBase
        {
            [HttpGet("a")] public string A([FromHeader] string tenant) => tenant;
            [HttpGet("b")] public string B([FromHeader] string tenant, [FromHeader] string region) => tenant + region;
            [HttpGet("c"), OutputCache(VaryByHeaderNames = ["region"])] public string D([FromHeader] string region) => region;
        }
        [[|OutputCache|]] public abstract class Base : ControllerBase { }
        [ApiController, Route("e")] public class Derived : Base { [HttpGet] public string A([FromHeader] string tenant) => tenant; }
        public class Conventional : Controller { [OutputCache(VaryByQueryKeys = ["a"])] public string Index(string category) => category; }
        [[|OutputCache(VaryByQueryKeys = ["p"])|]]
        public class P1 : PageModel
        {
            [BindProperty(SupportsGet = true)] public string? Search { get; set; }
            [BindProperty] public string? Posted { get; set; }
            public void OnGet(int p, int id) => Search += p + id;
            public void OnPost() => Posted = Request.Headers["X"];
        }
        [[|ResponseCache(Duration = 4)|]] public class P2 : PageModel { public string? Text; public async Task OnGetAsync(int number) { await Task.Yield(); Text = "" + number; } }
        [OutputCache] public class P3 : PageModel { public void OnGet() { } public void OnPost() => _ = Request.Headers["X"].ToString(); }
        [OutputCache, [|ResponseCache(Duration = 4)|]] public class P4 : PageModel { public string? Text; public void OnGet(int number) => Text = "" + number; }
        {{Setup}}
        """);

    [Fact]
    public Task ReadsTheRouteOfAPageFromItsView()
    {
        var test = For(Setup);
        const string Model =
            """
            using Microsoft.AspNetCore.Mvc.RazorPages;
            [{0}] public class {1} : PageModel {{ public string? Text; public void OnGet(string slug) => Text = slug; }}
            """;
        test.TestState.Sources.Add(("/Pages/Post.cshtml.cs", string.Format(CultureInfo.InvariantCulture, Model, "ResponseCache(Duration = 4)", "PostModel")));
        test.TestState.AdditionalFiles.Add(("/Pages/Post.cshtml", "@page \"/posts/{slug}\"\n@model PostModel\n"));
        test.TestState.Sources.Add(("/Pages/Search.cshtml.cs", string.Format(CultureInfo.InvariantCulture, Model, "[|ResponseCache(Duration = 4)|]", "SearchModel")));
        test.TestState.AdditionalFiles.Add(("/Pages/Search.cshtml", "@page\n@model SearchModel\n"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task AddsToTheIgnoredHeaders()
    {
        var test = For(
            """
            [ApiController, Route("a")]
            public class A : ControllerBase
            {
                [HttpGet("a"), OutputCache] public string One() => Request.Headers["X-Ours"].ToString() + Request.Headers.UserAgent;
                [HttpGet("b"), [|OutputCache|]] public string Two() => Request.Headers["X-Other"].ToString();
            }
            """);
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\nbreakwater.BW0413.ignored_headers = x-ours\n"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsTopLevelStatements() => VerifyAsync(
        """
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddOutputCache();
        var app = builder.Build();
        app.UseOutputCache();
        app.MapGet("/a", (HttpRequest request) => request.Headers["X"].ToString()).[|CacheOutput|]();
        app.MapGet("/b", Local);
        app.Run();
        [[|OutputCache|]] static string Local(HttpRequest request) => request.Headers["X"].ToString();
        """, OutputKind.ConsoleApplication);
}
