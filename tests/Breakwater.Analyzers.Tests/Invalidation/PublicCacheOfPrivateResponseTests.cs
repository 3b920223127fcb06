using Breakwater.Rules.Invalidation.PublicCacheOfPrivateResponse;

namespace Breakwater.Tests.Invalidation;

public class PublicCacheOfPrivateResponseTests
{
    private static RuleTest<PublicCacheOfPrivateResponseAnalyzer> For(string source, OutputKind output = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<PublicCacheOfPrivateResponseAnalyzer> { TestCode = source, TestState = { OutputKind = output } };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string source, OutputKind output = OutputKind.DynamicallyLinkedLibrary) =>
        For(source, output).RunAsync(TestContext.Current.CancellationToken);

    /// <summary>An action of a controller that requires a user.</summary>
    private static Task VerifyActionAsync(string action) => VerifyAsync(
        $$"""
        using Microsoft.Net.Http.Headers;
        [Authorize, Route("a")]
        public class A : ControllerBase
        {
            {{action}}
            private void Cache(string value) => Response.Headers.CacheControl = value;
        }
        public static class Values { public const string Hour = "public, max-age=3600"; public static readonly string Day = "public, max-age=86400"; }
        public static class Setup
        {
            public static void Add(IServiceCollection services) => services.AddControllers(o =>
            {
                o.CacheProfiles.Add("hour", new CacheProfile { Duration = 3600 });
                o.CacheProfiles["client"] = new() { Duration = 60, Location = ResponseCacheLocation.Client };
                o.CacheProfiles.Add("cookie", new CacheProfile { Duration = 60, VaryByHeader = "Accept, Cookie" });
                o.CacheProfiles.Add("computed", new CacheProfile { Duration = Environment.ProcessorCount });
                o.CacheProfiles.Add("twice", new CacheProfile { Duration = 60 });
                o.CacheProfiles.Add("twice", new CacheProfile { Duration = 0 });
            });
        }
        """);

    /// <summary>A controller that anybody may ask.</summary>
    private static Task VerifyOpenAsync(string action) => VerifyAsync(
        $$"""
        using System.Security.Claims;
        using Microsoft.Extensions.Logging;
        public class A(ILogger<A> logger) : ControllerBase
        {
            {{action}}
            private ILogger<A> Log => logger;
        }
        """);

    /// <summary>Minimal endpoints.</summary>
    private static Task VerifyMappedAsync(string map, string members = "") => VerifyAsync(
        $$"""
        using System.Security.Claims;
        public static class A
        {
            public static void Map(WebApplication app)
            {
                {{map}}
            }
            {{members}}
        }
        """);

    [Fact]
    public Task ReportsAttributesAndHeadersOfActions() => VerifyAsync(
        """
        [Authorize, Route("me")]
        public class A1 : ControllerBase
        {
            [HttpGet, [|ResponseCache(Duration = 60)|]]
            public string Profile() => "…";
            [HttpGet("orders")]
            public string Orders()
            {
                Response.Headers.CacheControl = [|"public, max-age=60"|];
                return "…";
            }
        }
        """);

    [Fact]
    public Task ReportsTheAttributeOfAClassOnce() => VerifyAsync(
        """
        [[|ResponseCache(Duration = 300, Location = ResponseCacheLocation.Any)|]]
        public class A2 : ControllerBase
        {
            [HttpGet("hello"), AllowAnonymous] public string Hello() => "hello " + User.Identity?.Name;
            [HttpGet("bye"), AllowAnonymous] public string Bye() => "bye " + User.Identity?.Name;
            [HttpGet("all")] public string All() => "all";
        }
        """);

    [Fact]
    public Task ReportsAnEndpointOnAGroup() => VerifyMappedAsync(
        """
        var api = app.MapGroup("/api").RequireAuthorization();
        api.MapGet("/cart", (HttpContext c) => { c.Response.Headers["Cache-Control"] = [|"max-age=30, public"|]; return "…"; });
        """);

    [Fact]
    public Task SaysWhichEndpointAndWhy()
    {
        var test = For(
            """
            public class A : ControllerBase
            {
                [Authorize, HttpGet("a"), {|#0:ResponseCache(Duration = 60)|}] public string Mine() => "";
                [HttpGet("b")] public string Yours() { Response.Headers.CacheControl = {|#1:"public"|}; return User.Identity!.Name!; }
            }
            """);
        const string End = "caches may give one user's response to others, also to anonymous callers";
        Microsoft.CodeAnalysis.Testing.DiagnosticResult Result(int at, string message) =>
            new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new PublicCacheOfPrivateResponseAnalyzer().Descriptor).WithLocation(at).WithMessage(message);
        test.TestState.ExpectedDiagnostics.Add(Result(0, $"'A.Mine' requires a user but its response is marked public for 60 seconds: {End}"));
        test.TestState.ExpectedDiagnostics.Add(Result(1, $"'A.Yours' depends on the user but its response is marked public for any cache: {End}"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("""[HttpGet("a"), [|ResponseCache(CacheProfileName = "hour")|]] public string M() => "";""")]
    [InlineData("""[HttpGet("a"), [|ResponseCache(CacheProfileName = "client", Location = ResponseCacheLocation.Any)|]] public string M() => "";""")]
    [InlineData("""[HttpGet("a"), [|ResponseCacheAttribute(Duration = 1, VaryByHeader = "Accept")|]] public Task<string> M() => Task.FromResult("");""")]
    [InlineData("""[[|Microsoft.AspNetCore.Mvc.ResponseCache(Duration = 60, NoStore = false)|]] public async Task<string> M() { await Task.Yield(); return ""; }""")]
    public Task ReportsAttributes(string action) => VerifyActionAsync(action);

    [Theory]
    [InlineData("""ResponseCache(Duration = 60, Location = ResponseCacheLocation.Client)""")]
    [InlineData("""ResponseCache(NoStore = true, Duration = 0, Location = ResponseCacheLocation.None)""")]
    [InlineData("""ResponseCache(Duration = 60, NoStore = true)""")]
    [InlineData("""AllowAnonymous, ResponseCache(Duration = 60)""")]
    [InlineData("""ResponseCache(Duration = 60, VaryByHeader = "Cookie")""")]
    [InlineData("""ResponseCache(Duration = 60, VaryByHeader = "Accept, authorization")""")]
    [InlineData("""OutputCache(Duration = 60)""")]
    [InlineData("""ResponseCache(CacheProfileName = "elsewhere")""")]
    [InlineData("""ResponseCache(CacheProfileName = "client")""")]
    [InlineData("""ResponseCache(CacheProfileName = "cookie")""")]
    [InlineData("""ResponseCache(CacheProfileName = "computed")""")]
    [InlineData("""ResponseCache(CacheProfileName = "twice")""")]
    [InlineData("""ResponseCache(CacheProfileName = "hour", Duration = 0)""")]
    [InlineData("""ResponseCache(Duration = 0)""")]
    [InlineData("""NonAction, ResponseCache(Duration = 60)""")]
    public Task IsSilentOnAttributes(string attributes) => VerifyActionAsync($$"""[HttpGet("a"), {{attributes}}] public string M() => "";""");

    [Fact]
    public Task IsSilentOnWhatNoCacheKeeps() => VerifyActionAsync("""[HttpPost("a"), ResponseCache(Duration = 60)] public string M() => "";""");

    [Theory]
    [InlineData("""Response.Headers.Vary = "Accept"; Response.Headers.CacheControl = [|"public"|];""")]
    [InlineData("""Response.Headers.Append("Cache-Control", [|"public,max-age=3"|]);""")]
    [InlineData("""Response.Headers.Append(value: [|"public"|], key: "cache-control");""")]
    [InlineData("""HeaderDictionaryExtensions.Append(Response.Headers, "Cache-Control", [|"public"|]);""")]
    [InlineData("""Response.Headers.TryAdd(HeaderNames.CacheControl, [|"public"|]);""")]
    [InlineData("""Response.Headers[HeaderNames.CacheControl] = [|$"public, max-age={60 * 2}"|];""")]
    [InlineData("""var headers = HttpContext.Response.Headers; headers.CacheControl = [|"PUBLIC"|];""")]
    [InlineData("""var value = "public"; Response.Headers.CacheControl = [|value|];""")]
    [InlineData("""Response.Headers.CacheControl = [|"public, max-age=" + 5|];""")]
    [InlineData("""Response.Headers.CacheControl = [|Values.Hour|];""")]
    [InlineData("""Response.Headers.CacheControl = [|Values.Day|];""")]
    [InlineData("""Response.GetTypedHeaders().CacheControl = [|new CacheControlHeaderValue { Public = true, MaxAge = TimeSpan.FromSeconds(3) }|];""")]
    [InlineData("""Response.GetTypedHeaders().CacheControl = [|new() { Public = true }|];""")]
    [InlineData("""var cc = new CacheControlHeaderValue(); cc.Public = [|true|]; Response.Headers.CacheControl = cc.ToString();""")]
    [InlineData("""Response.Headers.CacheControl = [|new System.Net.Http.Headers.CacheControlHeaderValue { Public = true }.ToString()|];""")]
    [InlineData("""Cache([|"public, max-age=60"|]);""")]
    [InlineData("""void Set() => Response.Headers.CacheControl = [|"public"|]; Set();""")]
    [InlineData("""Response.OnStarting(() => { Response.Headers.CacheControl = [|"public"|]; return Task.CompletedTask; });""")]
    public Task ReportsHeaders(string statements) => VerifyActionAsync($$"""[HttpGet("a")] public string M() { {{statements}} return ""; }""");

    [Theory]
    [InlineData("""Response.Headers.Vary = "Accept, cookie"; Response.Headers.CacheControl = "public, max-age=60";""")]
    [InlineData("""Response.Headers.CacheControl = "public"; Response.Headers.Append(HeaderNames.Vary, HeaderNames.Authorization);""")]
    [InlineData("""Response.Headers.CacheControl = "private, max-age=60";""")]
    [InlineData("""Response.Headers.CacheControl = "no-cache=\"public-name\"";""")]
    [InlineData("""Response.Headers.CacheControl = DateTime.Now.Hour > 5 ? "public" : "private";""")]
    [InlineData("""Response.Headers.Vary = "public";""")]
    [InlineData("""Response.GetTypedHeaders().CacheControl = new() { Public = false };""")]
    [InlineData("""Response.GetTypedHeaders().CacheControl = new() { Private = true };""")]
    [InlineData("""Request.Headers.CacheControl = "public";""")]
    [InlineData("""Request.GetTypedHeaders().CacheControl = new() { Public = true };""")]
    [InlineData("""new HttpRequestMessage().Headers.CacheControl = new System.Net.Http.Headers.CacheControlHeaderValue { Public = true };""")]
    [InlineData("""Cache("private");""")]
    [InlineData("""Response.ContentType = "public";""")]
    public Task IsSilentOnHeaders(string statements) => VerifyActionAsync($$"""[HttpGet("a")] public string M() { {{statements}} return ""; }""");

    [Fact]
    public Task ReportsAHelperWhereItSaysPublic() => VerifyAsync(
        """
        [Authorize]
        public class A : ControllerBase
        {
            [HttpGet("a")] public string One() { Cacheable(); return ""; }
            [HttpGet("b")] public string Two() { Response.Forever(); return ""; }
            private void Cacheable() => Response.Headers.CacheControl = [|"public"|];
        }
        public static class Headers
        {
            public static void Forever(this HttpResponse response) => response.Headers.CacheControl = [|"public, immutable"|];
            public static void Unused(this HttpResponse response) => response.Headers.CacheControl = "public";
            public static void OfTheOpen(this HttpResponse response) => response.Headers.CacheControl = "public";
        }
        public class Open : ControllerBase { [HttpGet("c")] public string Get() { Response.OfTheOpen(); return ""; } }
        """);

    [Theory]
    [InlineData("""[HttpGet("a"), [|ResponseCache(Duration = 60)|]] public string M() { var name = User.Identity?.Name; Log.LogInformation("{Name}", name); return name!; }""")]
    [InlineData("""[HttpGet("a"), [|ResponseCache(Duration = 60)|]] public string M() => HttpContext.User.FindFirstValue("sub")!;""")]
    [InlineData("""[HttpGet("a"), [|ResponseCache(Duration = 60)|]] public string M() => string.Concat(new[] { 1 }.Select(_ => User.Identity!.Name));""")]
    [InlineData("""[HttpGet("a"), [|ResponseCache(Duration = 60)|]] public string M() { if (!User.IsInRole("admin")) return ""; return "all"; }""")]
    [InlineData("""[HttpGet("a"), Authorize(Roles = "x"), [|ResponseCache(Duration = 60)|]] public string M() => "";""")]
    [InlineData("""[HttpGet("a")] public string M() { if (!User.Identity!.IsAuthenticated) return ""; Response.Headers.CacheControl = [|"public"|]; return ""; }""")]
    public Task ReportsWhatDependsOnTheUser(string action) => VerifyOpenAsync(action);

    [Theory]
    [InlineData("""[HttpGet("a"), ResponseCache(Duration = 600)] public string M() => "same for all";""")]
    [InlineData("""[HttpGet("a"), ResponseCache(Duration = 60)] public string M() { Log.LogInformation("{Name}", User.Identity?.Name); return ""; }""")]
    [InlineData("""[HttpGet("a"), ResponseCache(Duration = 60)] public string M() { var name = User.Identity?.Name; if (Log.IsEnabled(LogLevel.Debug)) Log.LogDebug("{Name}", name); return ""; }""")]
    [InlineData("""[HttpGet("a"), ResponseCache(Duration = 60)] public string M() { using var scope = Log.BeginScope("{Name}", User.Identity?.Name); return ""; }""")]
    [InlineData("""[HttpGet("a")] public string M() { if (User.Identity!.IsAuthenticated) { Response.Headers.CacheControl = "private"; } else { Response.Headers.CacheControl = "public"; } return User.Identity.Name!; }""")]
    [InlineData("""[HttpGet("a")] public string M() { if (User.Identity!.IsAuthenticated) return User.Identity.Name!; Response.Headers.CacheControl = "public"; return ""; }""")]
    [InlineData("""[HttpGet("a"), ResponseCache(Duration = 60)] public string M() { HttpContext.User = new ClaimsPrincipal(); return ""; }""")]
    [InlineData("""private string Who => User.Identity!.Name!; [HttpGet("a"), ResponseCache(Duration = 60)] public string M() => "";""")]
    public Task IsSilentOnWhatIsTheSameForAll(string action) => VerifyOpenAsync(action);

    [Theory]
    [InlineData("""app.MapGet("/a", (ClaimsPrincipal user, HttpResponse r) => { r.Headers.CacheControl = [|"public"|]; return user.Identity?.Name; });""")]
    [InlineData("""app.MapGet("/a", [Authorize] (HttpResponse r) => { r.Headers.CacheControl = [|"public"|]; return ""; });""")]
    [InlineData("""app.Map("/a", (HttpResponse r) => { r.Headers.CacheControl = [|"public"|]; return ""; }).WithName("a").RequireAuthorization("policy");""")]
    [InlineData("""app.MapMethods("/a", ["GET"], (HttpResponse r) => { r.Headers.CacheControl = [|"public"|]; return ""; }).RequireAuthorization();""")]
    [InlineData("""app.MapGet("/a", (HttpResponse r) => { r.Headers.CacheControl = [|"public"|]; return ""; }).WithMetadata(new AuthorizeAttribute());""")]
    [InlineData("""app.MapGet("/a", async (HttpContext c) => { await Task.Yield(); c.Response.Headers.CacheControl = [|"public"|]; await c.Response.WriteAsync(c.User.Identity!.Name!); });""")]
    [InlineData("""var group = app.MapGroup("/g"); group.RequireAuthorization(); group.MapGet("/a", (HttpResponse r) => { r.Headers.CacheControl = [|"public"|]; return ""; });""")]
    [InlineData("""var group = app.MapGroup("/g").RequireAuthorization(); var inner = group.MapGroup("/i"); inner.MapGet("/a", (HttpResponse r) => { r.Headers.CacheControl = [|"public"|]; return ""; });""")]
    [InlineData("""app.MapGroup("/g").RequireAuthorization().MapGet("/a", (HttpResponse r) => { r.Headers.CacheControl = [|"public"|]; return ""; });""")]
    [InlineData("""var mapped = app.MapGet("/a", (HttpResponse r) => { r.Headers.CacheControl = [|"public"|]; return ""; }); mapped.RequireAuthorization();""")]
    [InlineData("""app.MapGet("/a", Local).RequireAuthorization(); string Local(HttpResponse r) { r.Headers.CacheControl = [|"public"|]; return ""; }""")]
    [InlineData("""Func<HttpResponse, string> handler = r => { r.Headers.CacheControl = [|"public"|]; return ""; }; app.MapGet("/a", handler).RequireAuthorization();""")]
    public Task ReportsMappedEndpoints(string map) => VerifyMappedAsync(map);

    [Fact]
    public Task ReportsMethodsThatAreMapped() => VerifyMappedAsync(
        """app.MapGet("/a", Handle).RequireAuthorization(); app.MapGroup("/g").RequireAuthorization().MapMore();""",
        """
        private static string Handle(HttpResponse r) { r.Headers.CacheControl = [|"public"|]; return ""; }
        private static void MapMore(this Microsoft.AspNetCore.Routing.IEndpointRouteBuilder group) =>
            group.MapGet("/a", (HttpResponse r) => { r.Headers.CacheControl = [|"public"|]; return ""; });
        """);

    [Theory]
    [InlineData("""app.MapGet("/a", [Authorize, ResponseCache(Duration = 60)] () => "no effect here");""")]
    [InlineData("""app.MapGet("/a", (HttpResponse r) => { r.Headers.CacheControl = "public"; return ""; });""")]
    [InlineData("""app.MapGroup("/g").RequireAuthorization().MapGet("/a", (HttpResponse r) => { r.Headers.CacheControl = "public"; return ""; }).AllowAnonymous();""")]
    [InlineData("""var group = app.MapGroup("/g").RequireAuthorization(); app.MapGet("/a", (HttpResponse r) => { r.Headers.CacheControl = "public"; return ""; });""")]
    [InlineData("""app.MapPost("/a", (HttpResponse r) => { r.Headers.CacheControl = "public"; return ""; }).RequireAuthorization();""")]
    [InlineData("""app.MapMethods("/a", new[] { "PUT", "DELETE" }, (HttpResponse r) => { r.Headers.CacheControl = "public"; return ""; }).RequireAuthorization();""")]
    [InlineData("""app.Use(async (c, next) => { _ = c.User; c.Response.Headers.CacheControl = "public"; await next(); });""")]
    [InlineData("""app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = x => x.Context.Response.Headers.CacheControl = "public, max-age=600" });""")]
    [InlineData("""app.MapGet("/a", (HttpResponse r) => "").RequireAuthorization().CacheOutput();""")]
    public Task IsSilentOnMappedEndpoints(string map) => VerifyMappedAsync(map);

    [Fact]
    public Task ReportsPages() => VerifyAsync(
        """
        using Microsoft.AspNetCore.Mvc.RazorPages;
        [Authorize, [|ResponseCache(Duration = 20)|]] public class Mine : PageModel { public void OnGet() { } }
        [[|ResponseCache(Duration = 20)|]] public class Hello : PageModel { public string Name = ""; public async Task OnGetAsync() { await Task.Yield(); Name = User.Identity!.Name!; } }
        [ResponseCache(Duration = 20)] public class Open : PageModel { public void OnGet() { } }
        [Authorize] public class Header : PageModel { public void OnGet() => Response.Headers.CacheControl = [|"public"|]; }
        """);

    [Fact]
    public Task ReportsWhatABaseClassDecides() => VerifyAsync(
        """
        [Authorize] public abstract class Secure : ControllerBase { }
        public partial class A : Secure { [HttpGet("a"), [|ResponseCache(Duration = 60)|]] public string Get() => ""; }
        [[|ResponseCache(Duration = 30)|]] public abstract class Cached : ControllerBase { }
        [Authorize] public class B : Cached { [HttpGet("b")] public string Get() => ""; }
        [ResponseCache(Duration = 30)] public abstract class Other : ControllerBase { }
        [Authorize, ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)] public class C : Other { [HttpGet("c")] public string Get() => ""; }
        [Controller, Authorize] public class D { [HttpGet("d"), [|ResponseCache(Duration = 60)|]] public string Get() => ""; }
        public class TeamAttribute : AuthorizeAttribute { }
        [Team] public class E(IProductApi api) : ControllerBase { [HttpGet("e"), [|ResponseCache(Duration = 60)|]] public Task<Product> Get() => api.LoadAsync(1); }
        [Authorize, AllowAnonymous] public class F : ControllerBase { [HttpGet("f"), ResponseCache(Duration = 60)] public string Get() => ""; }
        """);

    [Theory]
    [InlineData("services.AddAuthorization(o => o.FallbackPolicy = o.DefaultPolicy);", true)]
    [InlineData("services.AddAuthorization(o => { o.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build(); });", true)]
    [InlineData("services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());", true)]
    [InlineData("services.AddAuthorization(o => o.FallbackPolicy = null);", false)]
    [InlineData("services.AddAuthorization(o => o.DefaultPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());", false)]
    [InlineData("app.MapControllers().RequireAuthorization();", true)]
    [InlineData("app.MapGroup(\"/api\").RequireAuthorization().MapControllers();", true)]
    [InlineData("app.MapControllers();", false)]
    public Task KnowsWhatHoldsForAll(string statement, bool isPrivate) => VerifyAsync(
        $$"""
        public static class Setup { public static void Do(IServiceCollection services, WebApplication app) { {{statement}} } }
        public class A : Controller
        {
            [HttpGet("a"), {{(isPrivate ? "[|ResponseCache(Duration = 60)|]" : "ResponseCache(Duration = 60)")}}] public string Get() => "";
            [HttpGet("b"), AllowAnonymous, ResponseCache(Duration = 60)] public string Open() => "";
        }
        """);

    [Fact]
    public Task IsSilentOnPagesThatConventionsMayOpen() => VerifyAsync(
        """
        using Microsoft.AspNetCore.Mvc.RazorPages;
        public static class Setup
        {
            public static void Do(IServiceCollection services)
            {
                services.AddAuthorization(o => o.FallbackPolicy = o.DefaultPolicy);
                services.AddRazorPages(o => o.Conventions.AllowAnonymousToPage("/Index"));
            }
        }
        [ResponseCache(Duration = 20)] public class IndexModel : PageModel { public void OnGet() { } }
        """);

    [Fact]
    public Task ReportsTopLevelStatements() => VerifyAsync(
        """
        var app = WebApplication.CreateBuilder(args).Build();
        app.MapGet("/a", (HttpContext c) => { Cacheable(c); return c.User.Identity!.Name; });
        app.MapGet("/b", (HttpContext c) => { Cache(c, [|"public"|]); return c.User.Identity!.Name; });
        app.Run();
        void Cacheable(HttpContext c) => c.Response.Headers.CacheControl = [|"public"|];
        static void Cache(HttpContext c, string value) => c.Response.Headers.CacheControl = value;
        """, OutputKind.ConsoleApplication);
}
