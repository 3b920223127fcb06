using Breakwater.Rules.Craft.RequestTokenOnBackgroundWork;

namespace Breakwater.Tests.Craft;

public class RequestTokenOnBackgroundWorkFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<RequestTokenOnBackgroundWorkAnalyzer, RequestTokenOnBackgroundWorkFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Controller(string statements, string parameters = "ISender sender, Channel<Func<Task>> jobs", string members = "") =>
        $$"""
        [ApiController] public class A({{parameters}}) : ControllerBase
        {
            {{members}}
            [HttpPost] public async Task M(Order o, CancellationToken ct)
            {
                {{statements}}
                await Task.Yield();
            }
        }
        """;

    [Theory]
    [InlineData("_ = sender.SendAsync(o, /* theirs */ [|ct|]); // later", "_ = sender.SendAsync(o, /* theirs */ CancellationToken.None); // later")]
    [InlineData("_ = sender.SendAsync(ct: [|ct|], o: o);", "_ = sender.SendAsync(ct: CancellationToken.None, o: o);")]
    [InlineData("_ = Task.Run(() => sender.SendAsync(o), [|ct|]);", "_ = Task.Run(() => sender.SendAsync(o));")]
    [InlineData("_ = Task.Run(() => sender.SendAsync(o, [|ct|]), ct);", "_ = Task.Run(() => sender.SendAsync(o, CancellationToken.None));")]
    [InlineData("_ = Task.Run(async () => { await sender.SendAsync(o, [|ct|]); await sender.SendAsync(o, ct); });", "_ = Task.Run(async () => { await sender.SendAsync(o, CancellationToken.None); await sender.SendAsync(o, CancellationToken.None); });")]
    [InlineData("_ = Task.Factory.StartNew(() => sender.SendAsync(o), [|ct|]);", "_ = Task.Factory.StartNew(() => sender.SendAsync(o), CancellationToken.None);")]
    [InlineData("await jobs.Writer.WriteAsync(() => sender.SendAsync(o, [|ct|]), ct);", "await jobs.Writer.WriteAsync(() => sender.SendAsync(o, CancellationToken.None), ct);")]
    [InlineData("var aborted = ct; _ = sender.SendAsync(o, [|aborted|]);", "var aborted = ct; _ = sender.SendAsync(o, CancellationToken.None);")]
    [InlineData("_ = sender.SendAsync(o, [|HttpContext.RequestAborted|]);", "_ = sender.SendAsync(o, CancellationToken.None);")]
    public Task GivesTheWorkNoToken(string statements, string fixedStatements) => VerifyAsync(Controller(statements), Controller(fixedStatements));

    [Theory]
    [InlineData("ISender sender, IHostApplicationLifetime lifetime", "", "lifetime.ApplicationStopping")]
    [InlineData("ISender sender", "private readonly IHostApplicationLifetime _lifetime = null!;", "_lifetime.ApplicationStopping")]
    [InlineData("ISender sender", "private static readonly IHostApplicationLifetime Lifetime = null!;", "Lifetime.ApplicationStopping")]
    [InlineData("ISender sender, IHostApplicationLifetime lifetime", "private readonly IHostApplicationLifetime _lifetime = lifetime;", "CancellationToken.None")]
    public Task GivesTheWorkTheTokenOfTheApplication(string parameters, string members, string token) => VerifyAsync(
        Controller("_ = sender.SendAsync(o, [|ct|]);", parameters, members), Controller($"_ = sender.SendAsync(o, {token});", parameters, members));

    [Fact]
    public Task FindsTheLifetimeAmongParametersAndLocals() => VerifyAsync(
        """
        static class R
        {
            public static void Map(IEndpointRouteBuilder app)
            {
                app.MapPost("/a", (ISender s, Order o, IHostApplicationLifetime life, CancellationToken ct) => { _ = s.SendAsync(o, [|ct|]); });
                app.MapPost("/b", (ISender s, Order o, HttpContext http) =>
                {
                    var life = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
                    _ = Task.Run(async () => { while (![|http.RequestAborted|].IsCancellationRequested) await s.SendAsync(o, http.RequestAborted); });
                });
                app.MapPost("/c", (ISender s, Order o, HttpContext http) =>
                {
                    _ = s.SendAsync(o, [|http.RequestAborted|]);
                    var life = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
                });
            }
        }
        """,
        """
        static class R
        {
            public static void Map(IEndpointRouteBuilder app)
            {
                app.MapPost("/a", (ISender s, Order o, IHostApplicationLifetime life, CancellationToken ct) => { _ = s.SendAsync(o, life.ApplicationStopping); });
                app.MapPost("/b", (ISender s, Order o, HttpContext http) =>
                {
                    var life = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
                    _ = Task.Run(async () => { while (!life.ApplicationStopping.IsCancellationRequested) await s.SendAsync(o, life.ApplicationStopping); });
                });
                app.MapPost("/c", (ISender s, Order o, HttpContext http) =>
                {
                    _ = s.SendAsync(o, CancellationToken.None);
                    var life = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
                });
            }
        }
        """);

    [Fact]
    public Task LeavesALifetimeThatCannotBeNamed() => VerifyAsync(
        """
        static class R
        {
            public static void Map(IEndpointRouteBuilder app, IHostApplicationLifetime life)
            {
                app.MapPost("/a", static (ISender s, Order o, CancellationToken ct) => { _ = s.SendAsync(o, [|ct|]); });
                app.MapPost("/b", Post);
                app.MapPost("/c", (ISender s, Order o, CancellationToken ct) => { _ = s.SendAsync(o, [|ct|]); });

                static void Post(ISender s, Order o, CancellationToken ct) { _ = s.SendAsync(o, [|ct|]); }
            }
        }
        class Outer(IHostApplicationLifetime life)
        {
            private readonly bool _runs = life.ApplicationStarted.IsCancellationRequested;
            private sealed class Middleware
            {
                public Task InvokeAsync(HttpContext context, ISender s) { s.SendAsync(new(1, ""), [|context.RequestAborted|]); return Task.CompletedTask; }
            }
        }
        """,
        """
        static class R
        {
            public static void Map(IEndpointRouteBuilder app, IHostApplicationLifetime life)
            {
                app.MapPost("/a", static (ISender s, Order o, CancellationToken ct) => { _ = s.SendAsync(o, CancellationToken.None); });
                app.MapPost("/b", Post);
                app.MapPost("/c", (ISender s, Order o, CancellationToken ct) => { _ = s.SendAsync(o, life.ApplicationStopping); });

                static void Post(ISender s, Order o, CancellationToken ct) { _ = s.SendAsync(o, CancellationToken.None); }
            }
        }
        class Outer(IHostApplicationLifetime life)
        {
            private readonly bool _runs = life.ApplicationStarted.IsCancellationRequested;
            private sealed class Middleware
            {
                public Task InvokeAsync(HttpContext context, ISender s) { s.SendAsync(new(1, ""), CancellationToken.None); return Task.CompletedTask; }
            }
        }
        """);

    [Fact]
    public Task LeavesALifetimeOfTheTopLevelStatementsToThem()
    {
        const string Source =
            """
            var app = WebApplication.Create();
            var life = app.Lifetime;
            app.MapPost("/a", (ISender s, Order o, CancellationToken ct) => { _ = s.SendAsync(o, {0}); });
            app.Run();
            [ApiController] public class A(ISender s) : ControllerBase { [HttpPost] public void M(Order o, CancellationToken ct) { _ = s.SendAsync(o, {1}); } }
            """;
        var test = new RuleTest<RequestTokenOnBackgroundWorkAnalyzer, RequestTokenOnBackgroundWorkFix>
        {
            TestCode = Source.Replace("{0}", "[|ct|]", StringComparison.Ordinal).Replace("{1}", "[|ct|]", StringComparison.Ordinal),
            FixedCode = Source.Replace("{0}", "life.ApplicationStopping", StringComparison.Ordinal).Replace("{1}", "CancellationToken.None", StringComparison.Ordinal),
        };
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task FixesEverythingInOnePass() => VerifyAsync(
        Controller("_ = Task.Run(() => sender.SendAsync(o, [|ct|]), ct); jobs.Writer.TryWrite(() => sender.SendAsync(o, [|ct|])); _ = sender.SendAsync(o, [|ct|]);"),
        Controller("_ = Task.Run(() => sender.SendAsync(o, CancellationToken.None)); jobs.Writer.TryWrite(() => sender.SendAsync(o, CancellationToken.None)); _ = sender.SendAsync(o, CancellationToken.None);"));

    [Theory]
    [InlineData("_ = Task.Run(async () => { while (![|ct|].IsCancellationRequested) await sender.SendAsync(o); });")]
    [InlineData("_ = Task.Run(() => { [|ct|].ThrowIfCancellationRequested(); return sender.SendAsync(o, ct); });")]
    public Task OffersNothingWhereTheWorkAsksTheToken(string statements) => VerifyAsync(Controller(statements), Controller(statements));
}
