using Breakwater.Rules.Backpressure.UnenforcedRateLimit;

namespace Breakwater.Tests.Backpressure;

public class UnenforcedRateLimitTests
{
    private const string Limiter = "o => o.AddConcurrencyLimiter(\"api\", c => c.PermitLimit = 4)";

    private const string ByUser = "o => o.AddPolicy(\"api\", c => RateLimitPartition.GetConcurrencyLimiter(c.User.Identity?.Name ?? \"none\", _ => new() { PermitLimit = 5 }))";

    private static RuleTest<UnenforcedRateLimitAnalyzer> TestOf(string code, OutputKind output = OutputKind.ConsoleApplication)
    {
        var test = new RuleTest<UnenforcedRateLimitAnalyzer> { TestState = { OutputKind = output, Sources = { code } } };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string code) => TestOf(code).RunAsync(TestContext.Current.CancellationToken);

    /// <summary>Top-level statements that register a limiter and map an endpoint, with these steps in between.</summary>
    private static Task VerifyStepsAsync(string limiter, string steps, string types = "", bool isReportedWhereRegistered = false) => VerifyAsync($$"""
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.{{(isReportedWhereRegistered ? "[|AddRateLimiter|]" : "AddRateLimiter")}}({{limiter}});
        var app = builder.Build();
        {{steps}}
        app.MapGet("/orders", () => "x").RequireRateLimiting("api");
        app.Run();
        {{types}}
        """);

    // The catalogue's own examples.

    [Fact]
    public Task Reports_a_limiter_that_no_request_meets() => VerifyAsync("""
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.[|AddRateLimiter|](o => o.AddFixedWindowLimiter("api", w => { w.PermitLimit = 10; w.Window = TimeSpan.FromSeconds(1); }));
        var app = builder.Build();
        app.MapGet("/orders", () => "x").RequireRateLimiting("api");
        app.Run();
        """);

    [Fact]
    public Task Reports_a_limiter_before_routing() => VerifyStepsAsync(Limiter, """
        app.[|UseRateLimiter|]();
        app.UseRouting();
        """);

    [Fact]
    public Task Reports_a_limiter_by_user_before_authentication() => VerifyAsync("""
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRateLimiter(o => o.AddPolicy("user", c => RateLimitPartition.GetFixedWindowLimiter(c.User.Identity?.Name ?? "none", _ => new() { PermitLimit = 5, Window = TimeSpan.FromMinutes(1) })));
        var app = builder.Build();
        app.UseRouting();
        app.[|UseRateLimiter|]();
        app.UseAuthentication();
        app.MapGet("/me", () => "x").RequireRateLimiting("user");
        app.Run();
        """);

    private const string Startup = """
        [ApiController, EnableRateLimiting("api")] public class OrdersController : ControllerBase { [HttpGet] public string Get() => "x"; }
        public class Startup
        {
            public static void Main() { }
            public void ConfigureServices(IServiceCollection services) => services.[|AddRateLimiter|](o => o.AddTokenBucketLimiter("api", t => t.TokenLimit = 9));
            public void Configure(IApplicationBuilder app) { app.UseRouting(); app.UseEndpoints(e => e.MapControllers()); }
        }
        """;

    [Fact]
    public Task Reports_a_startup_class_without_the_middleware() => VerifyAsync(Startup);

    [Fact]
    public Task Leaves_libraries_alone() =>
        TestOf(Startup.Replace("[|AddRateLimiter|]", "AddRateLimiter"), OutputKind.DynamicallyLinkedLibrary).RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task Leaves_a_limiter_behind_the_endpoints_of_the_host_alone() => VerifyAsync("""
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRateLimiter(o => o.AddConcurrencyLimiter("api", c => c.PermitLimit = 4));
        var app = builder.Build();
        app.MapGet("/orders", () => "x").RequireRateLimiting("api");
        app.UseRateLimiter();
        app.Run();
        """);

    [Fact]
    public Task Leaves_a_global_limiter_before_routing_alone() => VerifyAsync("""
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRateLimiter(o => o.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(c => RateLimitPartition.GetConcurrencyLimiter("all", _ => new() { PermitLimit = 50 })));
        var app = builder.Build();
        app.UseRateLimiter();
        app.UseRouting();
        app.Run();
        """);

    [Fact]
    public Task Leaves_a_policy_alone_that_nothing_asks_for() => VerifyAsync("""
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRateLimiter(o => o.AddConcurrencyLimiter("unused", c => c.PermitLimit = 4));
        var app = builder.Build();
        app.MapGet("/orders", () => "x");
        app.Run();
        """);

    [Fact]
    public Task Sees_the_middleware_in_an_extension_method() => VerifyAsync("""
        static class Pipeline { public static WebApplication UseDefaults(this WebApplication app) { app.UseRateLimiter(); return app; } }
        class Program { static void Main(string[] args) { var b = WebApplication.CreateBuilder(args); b.Services.AddRateLimiter(o => o.AddConcurrencyLimiter("api", c => c.PermitLimit = 4));
            var app = b.Build().UseDefaults(); app.MapGet("/", () => "x").RequireRateLimiting("api"); app.Run(); } }
        """);

    // Missing.

    [Theory]
    [InlineData("")]
    [InlineData("app.UseRouting(); app.UseAuthentication(); app.UseAuthorization();")]
    [InlineData("ArgumentNullException.ThrowIfNull(app);")]
    [InlineData("app.Use(async (context, next) => await next(context)); app.UseHttpsRedirection();")]
    public Task Reports_a_missing_middleware(string steps) => VerifyStepsAsync(Limiter, steps, isReportedWhereRegistered: true);

    [Theory]
    [InlineData("app.UseWhen(c => c.Request.Path.StartsWithSegments(\"/a\"), b => b.UseRateLimiter());", "")]
    [InlineData("app.Map(\"/a\", b => { b.UseRateLimiter(); b.UseRouting(); });", "")]
    [InlineData("Set(); void Set() { app.UseRateLimiter(); app.UseRouting(); }", "")]
    [InlineData("Action<IApplicationBuilder> set = b => b.UseRateLimiter(new()); set(app);", "")]
    [InlineData("Func<IApplicationBuilder, IApplicationBuilder> set = RateLimiterApplicationBuilderExtensions.UseRateLimiter; set(app);", "")]
    [InlineData("RateLimiterApplicationBuilderExtensions.UseRateLimiter(app);", "")]
    [InlineData("", "class Filter : Microsoft.AspNetCore.Hosting.IStartupFilter { public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => b => { b.UseRateLimiter(); next(b); }; }")]
    public Task Sees_the_middleware_anywhere(string steps, string types) => VerifyStepsAsync(Limiter, steps, types);

    [Theory]
    [InlineData("app.MapGet(\"/\", [EnableRateLimiting(\"api\")] () => 1);", "")]
    [InlineData("app.MapGet(\"/\", () => 1).WithMetadata(new EnableRateLimitingAttribute(\"api\"));", "")]
    [InlineData("app.MapGroup(\"/\").RequireRateLimiting(\"api\").MapGet(\"/\", () => 1);", "")]
    [InlineData("RateLimiterEndpointConventionBuilderExtensions.RequireRateLimiting(app.MapGet(\"/\", () => 1), \"api\");", "")]
    [InlineData("app.MapControllers();", "public class OrdersController : ControllerBase { [HttpGet, Microsoft.AspNetCore.RateLimiting.EnableRateLimiting(\"api\")] public string Get() => \"x\"; }")]
    public Task Knows_what_asks_for_a_policy(string steps, string types) => VerifyAsync($$"""
        var builder = WebApplication.CreateBuilder(args);
        RateLimiterServiceCollectionExtensions.[|AddRateLimiter|](builder.Services, {{Limiter}});
        var app = builder.Build();
        {{steps}}
        await app.RunAsync();
        {{types}}
        """);

    [Fact]
    public Task Counts_the_endpoints() => SaysAsync(
        "Rate limiting is configured for 3 endpoints but UseRateLimiter is never called, so no request is limited", """
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.{|#0:AddRateLimiter|}(o => o.AddConcurrencyLimiter("api", c => c.PermitLimit = 4));
        var app = builder.Build();
        app.MapGet("/a", () => 1).RequireRateLimiting("api");
        app.MapGet("/b", () => 1).RequireRateLimiting("api");
        app.MapGet("/c", [EnableRateLimiting("api")] () => 1);
        app.Run();
        """);

    [Fact]
    public Task Speaks_of_all_requests_where_the_limiter_is_global() => SaysAsync(
        "Rate limiting is configured for all requests but UseRateLimiter is never called, so no request is limited", """
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.{|#0:AddRateLimiter|}(o => o.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(c => RateLimitPartition.GetNoLimiter("all")));
        var app = builder.Build();
        app.MapGet("/a", () => 1).RequireRateLimiting("api");
        app.Run();
        """);

    private static Task SaysAsync(string message, string code)
    {
        var test = TestOf(code);
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new UnenforcedRateLimitAnalyzer().Descriptor)
            .WithLocation(0).WithArguments(message));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("Lib", "app.UseDefaults();")]
    [InlineData("Lib", "Defaults.UseDefaults(app);")]
    [InlineData("Lib", "Apply(Defaults.UseDefaults); void Apply(Func<IApplicationBuilder, IApplicationBuilder> set) => set(app);")]
    public Task Trusts_code_of_other_projects_that_is_given_the_builder(string project, string steps)
    {
        var test = TestOf($$"""
            var builder = WebApplication.CreateBuilder(args);
            builder.Services.AddRateLimiter({{Limiter}});
            var app = builder.Build();
            {{steps}}
            app.MapGet("/", () => 1).RequireRateLimiting("api");
            app.Run();
            """);
        AddProject(test, project, "public static class Defaults { public static Microsoft.AspNetCore.Builder.IApplicationBuilder UseDefaults(this Microsoft.AspNetCore.Builder.IApplicationBuilder app) => app; }");
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Does_not_trust_other_code_of_other_projects()
    {
        var test = TestOf($$"""
            var builder = WebApplication.CreateBuilder(args);
            builder.Services.[|AddRateLimiter|]({{Limiter}});
            builder.Services.AddThings();
            var app = builder.Build();
            app.MapGet("/", () => 1).RequireRateLimiting("api");
            app.Run();
            """);
        AddProject(test, "Lib", "public static class Things { public static void AddThings(this Microsoft.Extensions.DependencyInjection.IServiceCollection services) { } }");
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static void AddProject(RuleTest<UnenforcedRateLimitAnalyzer> test, string name, string code)
    {
        var project = test.TestState.AdditionalProjects[name];
        project.Sources.Add(code);
        project.AdditionalReferences.AddRange(References.All);
        test.TestState.AdditionalProjectReferences.Add(name);
    }

    // In the wrong place.

    [Theory]
    [InlineData("app.UseRouting(); app.UseEndpoints(e => { }); app.[|UseRateLimiter|]();")]
    [InlineData("app.UseEndpoints(e => { }); app.[|UseRateLimiter|]();")]
    [InlineData("app.[|UseRateLimiter|]().UseRouting();")]
    [InlineData("var same = app; same.[|UseRateLimiter|](); app.UseRouting();")]
    [InlineData("IApplicationBuilder same = app.UseHttpsRedirection(); same.[|UseRateLimiter|](); app.UseRouting();")]
    [InlineData("if (app.Environment.IsProduction()) app.[|UseRateLimiter|](); app.UseRouting();")]
    [InlineData("app?.[|UseRateLimiter|](); app!.UseRouting();")]
    [InlineData("RateLimiterApplicationBuilderExtensions.[|UseRateLimiter|](app); EndpointRoutingApplicationBuilderExtensions.UseRouting(app);")]
    [InlineData("app.UseRouting(); app.UseRateLimiter(); app.UseEndpoints(e => { });")]
    [InlineData("app.UseRouting().UseRateLimiter().UseEndpoints(e => { });")]
    [InlineData("app.UseRateLimiter(); app.UseRouting(); app.UseRateLimiter();")]
    [InlineData("app.UseRateLimiter(); Set(); void Set() => app.UseRouting();")]
    [InlineData("app.UseRateLimiter(); app.Map(\"/a\", b => b.UseRouting());")]
    [InlineData("app.UseRateLimiter(); IApplicationBuilder other = new ApplicationBuilder(app.Services); other.UseRouting();")]
    public Task Knows_where_endpoints_are_selected(string steps) => VerifyStepsAsync(Limiter, steps);

    [Theory]
    [InlineData("IApplicationBuilder app", "app.[|UseRateLimiter|](); app.UseRouting(); app.UseEndpoints(e => { });")]
    [InlineData("IApplicationBuilder app, IApplicationBuilder other", "other.UseRateLimiter(); app.UseRouting();")]
    [InlineData("this IApplicationBuilder app", "app.UseRateLimiter(); app.UseRouting();")]
    public Task Knows_the_builders_of_methods(string parameters, string steps) => VerifyAsync($$"""
        static class Program
        {
            static void Main() { }
            public static void ConfigureServices(IServiceCollection services) => services.AddRateLimiter({{Limiter}});
            public static void Configure({{parameters}}) { {{steps}} }
        }
        [EnableRateLimiting("api")] class OrdersController : ControllerBase;
        """);

    // Before the user is known.

    [Theory]
    [InlineData("o => o.AddPolicy(\"api\", c => { var user = c.User.Identity?.Name; var key = user ?? \"none\"; return RateLimitPartition.GetNoLimiter(key); })")]
    [InlineData("o => o.AddPolicy(\"api\", c => c.User.IsInRole(\"a\") ? RateLimitPartition.GetNoLimiter(\"a\") : RateLimitPartition.GetNoLimiter(\"b\"))")]
    [InlineData("o => o.AddPolicy(\"api\", c => { if (c.User.Identity!.IsAuthenticated) return RateLimitPartition.GetNoLimiter(\"a\"); return RateLimitPartition.GetNoLimiter(\"b\"); })")]
    [InlineData("o => o.AddPolicy(\"api\", c => RateLimitPartition.GetNoLimiter(Keys.Of(c)))")]
    [InlineData("o => o.AddPolicy(\"api\", c => RateLimitPartition.GetNoLimiter(c.Key()))")]
    [InlineData("o => o.AddPolicy(\"api\", Keys.Partition)")]
    [InlineData("o => o.AddPolicy<string, ByUser>(\"api\")")]
    [InlineData("o => o.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(c => RateLimitPartition.GetNoLimiter(c.User.Identity!.Name!))")]
    public Task Reports_keys_that_come_from_the_user(string limiter) => VerifyStepsAsync(limiter, "app.[|UseRateLimiter|](); app.UseAuthentication(); app.UseAuthorization();",
        limiter.Contains("ByUser") ? PolicyClass("c.User.Identity?.Name ?? \"none\"") : Keys);

    private const string Keys = """
        static class Keys
        {
            public static string Of(HttpContext context) => context.User.Identity?.Name ?? "none";
            public static string Key(this HttpContext context) => context.User.Identity?.Name ?? "none";
            public static RateLimitPartition<string> Partition(HttpContext context) => RateLimitPartition.GetNoLimiter(Of(context));
        }
        """;

    private static string PolicyClass(string key) => $$"""
        class ByUser : IRateLimiterPolicy<string>
        {
            public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected => null;
            public RateLimitPartition<string> GetPartition(HttpContext c) => RateLimitPartition.GetNoLimiter({{key}});
        }
        """;

    [Theory]
    [InlineData("o => o.AddPolicy(\"api\", c => RateLimitPartition.GetNoLimiter(c.Connection.RemoteIpAddress))")]
    [InlineData("o => o.AddPolicy(\"api\", c => { Console.WriteLine(c.User.Identity?.Name); return RateLimitPartition.GetNoLimiter(\"a\"); })")]
    [InlineData("o => o.AddPolicy(\"api\", c => RateLimitPartition.GetConcurrencyLimiter(\"a\", _ => new() { PermitLimit = c.User.IsInRole(\"a\") ? 5 : 1 }))")]
    [InlineData("o => o.AddPolicy<string, ByUser>(\"api\")")]
    [InlineData(Limiter)]
    public Task Leaves_other_keys_alone(string limiter) => VerifyStepsAsync(limiter, "app.UseRateLimiter(); app.UseAuthentication();",
        limiter.Contains("ByUser") ? PolicyClass("c.Request.Host.Host") : "");

    [Theory]
    [InlineData("app.UseRateLimiter();")]
    [InlineData("app.UseRateLimiter(); app.UseAuthorization();")]
    [InlineData("app.UseAuthentication(); app.UseRateLimiter();")]
    [InlineData("Set(app); app.UseAuthentication(); static void Set(WebApplication a) => a.UseRateLimiter();")]
    [InlineData("app.[|UseRateLimiter|](); app.UseRouting(); app.UseAuthentication();")]
    public Task Knows_where_the_user_is_found(string steps) => VerifyStepsAsync(ByUser, steps);

    [Fact]
    public Task Says_what_is_missing_where_it_runs_early() => SaysAsync(
        "UseRateLimiter runs before UseAuthentication, so the partition key sees no user and all callers share one bucket", $$"""
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRateLimiter({{ByUser}});
        var app = builder.Build();
        app.{|#0:UseRateLimiter|}();
        app.UseAuthentication();
        app.Run();
        """);

    [Fact]
    public Task Says_what_is_missing_where_there_is_no_endpoint() => SaysAsync(
        "UseRateLimiter runs where no endpoint is selected yet or any more, so endpoint policies never apply", $$"""
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRateLimiter({{ByUser}});
        var app = builder.Build();
        app.{|#0:UseRateLimiter|}();
        app.UseRouting();
        app.UseAuthentication();
        app.MapControllers().RequireRateLimiting("api");
        app.Run();
        """);
}
