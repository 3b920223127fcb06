using Breakwater.Rules.Backpressure.UnenforcedRateLimit;

namespace Breakwater.Tests.Backpressure;

public class UnenforcedRateLimitFixTests
{
    private static Task VerifyAsync(string steps, string changed, string types = "", string register = "AddRateLimiter")
    {
        var test = new RuleTest<UnenforcedRateLimitAnalyzer, UnenforcedRateLimitFix>
        {
            TestCode = Around(steps, register),
            FixedCode = Around(changed, steps == changed ? register : "AddRateLimiter"),
            CodeFixTestBehaviors = Microsoft.CodeAnalysis.Testing.CodeFixTestBehaviors.SkipLocalDiagnosticCheck,
        };
        foreach (var state in new[] { test.TestState, test.FixedState })
        {
            state.OutputKind = OutputKind.ConsoleApplication;
            state.Sources.Add(("Prelude.cs", WorkPrelude.Source));
            state.Sources.Add(("Types.cs", types));
        }

        return test.RunAsync(TestContext.Current.CancellationToken);

        static string Around(string steps, string register) => $$"""
            var builder = WebApplication.CreateBuilder(args);
            builder.Services.{{register}}(o => o.AddPolicy("api", c => RateLimitPartition.GetNoLimiter(c.User.Identity!.Name)));
            var app = builder.Build();

            {{steps}}
            """;
    }

    private static Task AddsAsync(string steps, string changed, string types = "") => VerifyAsync(steps, changed, types, "[|AddRateLimiter|]");

    [Fact]
    public Task Adds_it_behind_the_last_of_its_neighbours() => AddsAsync(
        """
        app.UseHttpsRedirection();
        app.UseAuthentication();
        app.UseAuthorization(); // who may

        // Endpoints.
        app.MapGet("/", () => 1).RequireRateLimiting("api");
        app.Run();
        """,
        """
        app.UseHttpsRedirection();
        app.UseAuthentication();
        app.UseAuthorization(); // who may
        app.UseRateLimiter();

        // Endpoints.
        app.MapGet("/", () => 1).RequireRateLimiting("api");
        app.Run();
        """);

    [Fact]
    public Task Adds_it_before_the_first_endpoint() => AddsAsync(
        """
        app.UseHttpsRedirection();
        app.MapGet("/", () => 1).RequireRateLimiting("api");
        app.Run();
        """,
        """
        app.UseHttpsRedirection();
        app.UseRateLimiter();
        app.MapGet("/", () => 1).RequireRateLimiting("api");
        app.Run();
        """);

    [Fact]
    public Task Adds_nothing_where_several_methods_build_the_pipeline()
    {
        const string steps = """
            app.UseDefaults();
            app.MapGet("/", () => 1).RequireRateLimiting("api");
            app.Run();
            """;
        return AddsAsync(steps, steps, "static class Defaults { public static void UseDefaults(this WebApplication app) => app.UseAuthentication(); }");
    }

    [Fact]
    public Task Moves_it_behind_routing() => VerifyAsync(
        """
        // Limits.
        app.[|UseRateLimiter|](); // here
        app.UseHttpsRedirection();
        app.UseRouting();
        app.MapGet("/", () => 1).RequireRateLimiting("api");
        """,
        """
        app.UseHttpsRedirection();
        app.UseRouting();
        // Limits.
        app.UseRateLimiter(); // here
        app.MapGet("/", () => 1).RequireRateLimiting("api");
        """);

    [Fact]
    public Task Moves_it_before_the_endpoints() => VerifyAsync(
        """
        app.UseHttpsRedirection();
        app.UseEndpoints(e => e.MapGet("/", () => 1).RequireRateLimiting("api"));
        app.[|UseRateLimiter|]();
        app.Run();
        """,
        """
        app.UseHttpsRedirection();
        app.UseRateLimiter();
        app.UseEndpoints(e => e.MapGet("/", () => 1).RequireRateLimiting("api"));
        app.Run();
        """);

    [Fact]
    public Task Keeps_a_blank_line_where_it_was() => VerifyAsync(
        """
        app.[|UseRateLimiter|]();
        app.UseRouting();
        app.MapGet("/", () => 1).RequireRateLimiting("api");
        """,
        """
        app.UseRouting();
        app.UseRateLimiter();
        app.MapGet("/", () => 1).RequireRateLimiting("api");
        """);

    [Fact]
    public Task Moves_it_behind_authentication() => VerifyAsync(
        """
        app.UseRouting();
        app.[|UseRateLimiter|]();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", () => 1).RequireRateLimiting("api");
        """,
        """
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.MapGet("/", () => 1).RequireRateLimiting("api");
        """);

    [Theory]
    [InlineData("app.[|UseRateLimiter|]().UseAuthentication();")]
    [InlineData("if (args.Length > 0) app.[|UseRateLimiter|](); app.UseAuthentication();")]
    [InlineData("app.[|UseRateLimiter|](); if (args.Length > 0) { app.UseRouting().UseEndpoints(e => { }); } app.MapGet(\"/\", () => 1).RequireRateLimiting(\"api\");")]
    public Task Moves_nothing_that_is_no_statement_of_its_own(string steps) => VerifyAsync(steps, steps);
}
