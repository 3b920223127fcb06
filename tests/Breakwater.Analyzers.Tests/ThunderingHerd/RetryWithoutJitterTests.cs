using Breakwater.Rules.ThunderingHerd.RetryWithoutJitter;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.ThunderingHerd;

public class RetryWithoutJitterTests
{
    private static Task VerifyAsync(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<RetryWithoutJitterAnalyzer> { TestCode = "using Polly; using Polly.Contrib.WaitAndRetry; using Polly.Retry;\n" + source };
        test.TestState.OutputKind = kind;
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task InClassAsync(string members) => VerifyAsync(
        $$"""
        public class Settings { public int Seconds { get; set; } = 2; public TimeSpan Delay { get; set; } public bool Jitter { get; set; } public int Max { get; set; } }
        public class A(Settings settings, Microsoft.Extensions.Options.IOptions<Settings> options, HttpClient http, ShopDb db)
        {
            private static readonly Random Rng = new();
            private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
            private static readonly TimeSpan[] Steps = { TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3) };
            private static PolicyBuilder P => Policy.Handle<HttpRequestException>();
            private static PolicyBuilder<HttpResponseMessage> R => Policy.HandleResult<HttpResponseMessage>(r => !r.IsSuccessStatusCode);
            private static TimeSpan Wait(int n) => TimeSpan.FromSeconds(n * 2);
            private static TimeSpan Spread(int n) => TimeSpan.FromSeconds(n * 2) + TimeSpan.FromMilliseconds(Rng.Next(100));
            private static ValueTask<TimeSpan?> Next(RetryDelayGeneratorArguments<object> args) => new(TimeSpan.FromSeconds(args.AttemptNumber + 1));
            private static void Tune(RetryStrategyOptions o) => o.UseJitter = true;
            {{members}}
        }
        """);

    [Fact]
    public Task ReportsTheRetriesOfTheCatalogue() => VerifyAsync(
        """
        public static class A1
        {
            public static ResiliencePipeline V8() => new ResiliencePipelineBuilder().AddRetry(new [|RetryStrategyOptions|] { MaxRetryAttempts = 5, BackoffType = DelayBackoffType.Exponential }).Build();
            public static ResiliencePipeline<HttpResponseMessage> Typed() => new ResiliencePipelineBuilder<HttpResponseMessage>().AddRetry([|new|]() { Delay = TimeSpan.FromSeconds(1) }).Build();
            public static IAsyncPolicy V7() => Policy.Handle<HttpRequestException>().[|WaitAndRetryAsync|](3, n => TimeSpan.FromSeconds(Math.Pow(2, n)));
            public static ISyncPolicy List() => Policy.Handle<TimeoutException>().[|WaitAndRetry|](new[] { TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5) });
            public static async Task<string> Hand(HttpClient http, string url)
            {
                for (var i = 0; ; i++)
                {
                    try { return await http.GetStringAsync(url); }
                    catch (HttpRequestException) when (i < 4) { await Task.[|Delay|](TimeSpan.FromSeconds(2)); }
                }
            }
        }
        """);

    [Fact]
    public Task IsSilentOnWhatTheCatalogueLeavesAlone() => VerifyAsync(
        """
        public static class S1
        {
            public static ResiliencePipeline A() => new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions { UseJitter = true }).Build();
            public static ResiliencePipeline B() => new ResiliencePipelineBuilder().AddRetry(new() { Delay = TimeSpan.FromMilliseconds(50), BackoffType = DelayBackoffType.Exponential }).Build();
            public static ResiliencePipeline<HttpResponseMessage> C() => new ResiliencePipelineBuilder<HttpResponseMessage>().AddRetry(new HttpRetryStrategyOptions { MaxRetryAttempts = 5 }).Build();
            public static IAsyncPolicy D() => Policy.Handle<Exception>().WaitAndRetryAsync(Backoff.DecorrelatedJitterBackoffV2(TimeSpan.FromSeconds(1), 5));
            public static IAsyncPolicy E() { Func<int, TimeSpan> wait = n => TimeSpan.FromSeconds(n) + TimeSpan.FromMilliseconds(Random.Shared.Next(500)); return Policy.Handle<Exception>().WaitAndRetryAsync(3, wait); }
            public static async Task Poll(HttpClient http, CancellationToken stop) { while (!stop.IsCancellationRequested) { try { await http.GetStringAsync("/work", stop); } catch (HttpRequestException) { } await Task.Delay(5000, stop); } }
        }
        public class HttpRetryStrategyOptions : RetryStrategyOptions<HttpResponseMessage> { }
        """);

    [Theory]
    [InlineData("object M() { var o = new [|RetryStrategyOptions|](); o.MaxRetryAttempts = 3; return o; }")]
    [InlineData("object M() { RetryStrategyOptions o = [|new|]() { Delay = TimeSpan.FromSeconds(3) }; return o; }")]
    [InlineData("object M() => new [|RetryStrategyOptions<int>|] { Delay = settings.Delay };")]
    [InlineData("object M() => new [|Polly.Retry.RetryStrategyOptions|]();")]
    [InlineData("readonly RetryStrategyOptions kept = [|new|]() { MaxRetryAttempts = 2 };")]
    [InlineData("object M() => new [|RetryStrategyOptions|] { DelayGenerator = args => new ValueTask<TimeSpan?>(TimeSpan.FromSeconds(Math.Pow(2, args.AttemptNumber))) };")]
    [InlineData("object M() => new [|RetryStrategyOptions|] { DelayGenerator = static args => ValueTask.FromResult<TimeSpan?>(args.AttemptNumber switch { 0 => TimeSpan.FromSeconds(1), _ => TimeSpan.FromSeconds(5) }) };")]
    [InlineData("object M() => new [|RetryStrategyOptions|] { DelayGenerator = async args => { await Task.Yield(); return TimeSpan.FromSeconds(2); } };")]
    [InlineData("object M() => new [|RetryStrategyOptions|] { DelayGenerator = Next };")]
    [InlineData("object M(IServiceCollection s) => s.AddKeyedSingleton(\"x\", (_, _) => new ResiliencePipelineBuilder().AddRetry(new [|RetryStrategyOptions|] { ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>() }).Build());")]
    public Task ReportsOptionsWithoutJitter(string member) => InClassAsync("public " + member);

    [Theory]
    [InlineData("object M() { var o = new RetryStrategyOptions(); o.UseJitter = settings.Jitter; return o; }")]
    [InlineData("object M() => new RetryStrategyOptions { UseJitter = false };")]
    [InlineData("object M() => new RetryStrategyOptions { Delay = Short };")]
    [InlineData("object M() => new RetryStrategyOptions { Delay = TimeSpan.FromSeconds(1 + Random.Shared.NextDouble()) };")]
    [InlineData("object M() => new RetryStrategyOptions<HttpResponseMessage> { DelayGenerator = args => new ValueTask<TimeSpan?>(args.Outcome.Result?.Headers.RetryAfter?.Delta) };")]
    [InlineData("object M() => new RetryStrategyOptions { DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(args.Outcome.Exception is null ? null : TimeSpan.FromSeconds(1)) };")]
    [InlineData("object M() => new RetryStrategyOptions { DelayGenerator = args => new ValueTask<TimeSpan?>(Spread(args.AttemptNumber)) };")]
    [InlineData("object M(Func<RetryDelayGeneratorArguments<object>, ValueTask<TimeSpan?>> generator) => new RetryStrategyOptions { DelayGenerator = generator };")]
    [InlineData("object M() { var o = new RetryStrategyOptions(); Tune(o); return o; }")]
    [InlineData("object M(Microsoft.Extensions.Configuration.IConfiguration c) { var o = new RetryStrategyOptions(); Microsoft.Extensions.Configuration.ConfigurationBinder.Bind(c, o); return o; }")]
    [InlineData("class Own : RetryStrategyOptions { } object M() => new Own();")]
    public Task IsSilentOnOptionsThatDecideOrAreNotSeen(string member) => InClassAsync("public " + member);

    [Theory]
    [InlineData("P.[|WaitAndRetry|](3, _ => TimeSpan.FromSeconds(2))")]
    [InlineData("P.[|WaitAndRetry|](3, Wait)")]
    [InlineData("P.[|WaitAndRetry|](3, n => Wait(n))")]
    [InlineData("RetrySyntax.[|WaitAndRetry|](P, 3, sleepDurationProvider: (n, ctx) => TimeSpan.FromSeconds(1 << n))")]
    [InlineData("P.[|WaitAndRetryForeverAsync|](n => TimeSpan.FromSeconds(Math.Min(n, 30)))")]
    [InlineData("R.[|WaitAndRetryAsync|](3, n => TimeSpan.FromSeconds(settings.Seconds * n), (r, t, i, c) => Task.CompletedTask)")]
    [InlineData("R.[|WaitAndRetryAsync|](3, n => TimeSpan.FromSeconds(options.Value.Seconds * n))")]
    [InlineData("R.[|WaitAndRetryAsync|](5, n => TimeSpan.FromMilliseconds(100 * n))")]
    [InlineData("R.[|WaitAndRetryAsync|](Steps)")]
    [InlineData("R.[|WaitAndRetryAsync|]([TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(2)])")]
    [InlineData("R.[|WaitAndRetryAsync|](new List<TimeSpan> { TimeSpan.FromSeconds(1) })")]
    [InlineData("R.[|WaitAndRetryAsync|](Backoff.ExponentialBackoff(TimeSpan.FromMilliseconds(100), 5))")]
    [InlineData("R.[|WaitAndRetryAsync|](Backoff.LinearBackoff(settings.Delay, 5))")]
    [InlineData("R.[|WaitAndRetryAsync|](Backoff.ConstantBackoff(delay: TimeSpan.FromSeconds(1), retryCount: 5, fastFirst: true))")]
    public Task ReportsPoliciesWithFixedDelays(string policy) => InClassAsync($"public object M() => {policy};");

    [Theory]
    [InlineData("P.WaitAndRetry(3, Spread)")]
    [InlineData("P.WaitAndRetry(3, n => Spread(n))")]
    [InlineData("P.WaitAndRetry(3, n => TimeSpan.FromSeconds(n + DateTime.Now.Millisecond / 1000.0))")]
    [InlineData("P.WaitAndRetry(3, n => TimeSpan.FromMilliseconds(50 * n))")]
    [InlineData("P.WaitAndRetry(3, n => TimeSpan.FromSeconds(n) + Jitter())")]
    [InlineData("P.WaitAndRetry(new[] { TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100) })")]
    [InlineData("P.WaitAndRetry(3, JitteredWait)")]
    [InlineData("P.WaitAndRetry(given)")]
    [InlineData("P.WaitAndRetry(3, wait)")]
    [InlineData("P.WaitAndRetry(3, _ => delay)")]
    [InlineData("P.WaitAndRetry(Backoff.ConstantBackoff(TimeSpan.FromMilliseconds(100), 5))")]
    [InlineData("P.WaitAndRetry(Backoff.AwsDecorrelatedJitterBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), 5))")]
    [InlineData("R.WaitAndRetryAsync(3, (n, reply, ctx) => reply.Result?.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(n), (_, _, _, _) => Task.CompletedTask)")]
    [InlineData("P.Retry(3)")]
    [InlineData("P.RetryAsync(3, async (e, n) => await Task.Delay(2000 * n))")]
    public Task IsSilentOnPoliciesThatSpreadOrAreNotSeen(string policy) => InClassAsync(
        $"private static TimeSpan Jitter() => TimeSpan.Zero; private static TimeSpan JitteredWait(int n) => TimeSpan.FromSeconds(n); public object M(Func<int, TimeSpan> wait, TimeSpan delay, IEnumerable<TimeSpan> given) => {policy};");

    [Theory]
    [InlineData("Func<int, TimeSpan> wait = n => TimeSpan.FromSeconds(n); return P.[|WaitAndRetry|](3, wait);")]
    [InlineData("TimeSpan Local(int n) { var s = Math.Pow(2, n); return TimeSpan.FromSeconds(s); } return P.[|WaitAndRetry|](3, Local);")]
    [InlineData("var steps = Backoff.LinearBackoff(TimeSpan.FromSeconds(1), 5); return P.[|WaitAndRetry|](steps);")]
    [InlineData("var rng = new Random(); return P.WaitAndRetryAsync(6, n => TimeSpan.FromSeconds(Math.Pow(2, n)) + TimeSpan.FromMilliseconds(rng.Next(0, 100)));")]
    public Task FollowsLocals(string body) => InClassAsync($"public object M() {{ {body} }}");

    [Theory]
    [InlineData("var attempt = 0; while (true) { try { return await http.GetStringAsync(url); } catch (HttpRequestException) { if (++attempt >= 3) throw; await Task.[|Delay|](1000 * attempt); } }")]
    [InlineData("var delay = TimeSpan.FromSeconds(1); for (var i = 0; i < settings.Max; i++) { try { return await http.GetStringAsync(url); } catch (HttpRequestException) { } await Task.[|Delay|](delay); delay *= 2; } return url;")]
    [InlineData("for (int i = 1; i <= max; i++) { try { db.Database.ExecuteSqlRaw(\"x\"); break; } catch (Exception) when (i < max) { Thread.[|Sleep|](TimeSpan.FromSeconds(Math.Pow(2, i))); } } return url;")]
    [InlineData("for (int i = 0; i < 3; i++) { try { await db.SaveChangesAsync(); break; } catch (DbUpdateException) { } await Task.[|Delay|](2000); } return url;")]
    [InlineData("do { try { return await Load(); } catch { await Task.[|Delay|](5_000, ct); } } while (max-- > 0); return url;")]
    [InlineData("for (var i = 0; i < 3; i++) { string s; try { s = await Load(); } catch (HttpRequestException) { await Task.[|Delay|](2000); continue; } return s; } return url;")]
    [InlineData("var n = 0; while (n is < 3) { n += 1; try { return await Load(); } catch (HttpRequestException) when (n is < 3) { await Task.[|Delay|](settings.Delay); } } return url;")]
    [InlineData("for (var i = 0; i < 5; i++) { try { var r = await http.GetAsync(url); if (r.IsSuccessStatusCode) return url; } catch (HttpRequestException) { } await Task.[|Delay|](TimeSpan.FromSeconds(i + 1)); } return url;")]
    public Task ReportsLoopsThatWaitAFixedTime(string body) => InClassAsync(
        $"private async Task<string> Load() => await http.GetStringAsync(\"x\"); public async Task<string> M(string url, int max, CancellationToken ct) {{ await Task.Yield(); {body} }}");

    [Theory]
    [InlineData("for (var i = 0; ; i++) { try { return await http.GetStringAsync(url); } catch (HttpRequestException) when (i < 4) { await Task.Delay(100); } }")]
    [InlineData("for (var i = 0; ; i++) { try { return await http.GetStringAsync(url); } catch (HttpRequestException) when (i < 4) { await Task.Delay(50 * i); } }")]
    [InlineData("for (var i = 0; ; i++) { try { return await http.GetStringAsync(url); } catch (HttpRequestException) when (i < 4) { await Task.Delay(1000 + Random.Shared.Next(500)); } }")]
    [InlineData("var wait = 1000; for (var i = 0; ; i++) { try { return await http.GetStringAsync(url); } catch (HttpRequestException) when (i < 4) { wait += Rng.Next(100); await Task.Delay(wait); } }")]
    [InlineData("for (var i = 0; ; i++) { try { return await File.ReadAllTextAsync(url); } catch (IOException) when (i < 4) { await Task.Delay(1000); } }")]
    [InlineData("for (var i = 0; ; i++) { try { return await http.GetStringAsync(url); } catch (HttpRequestException) when (i < 4) { await Task.Delay(max); } }")]
    [InlineData("for (var i = 0; ; i++) { try { return await http.GetStringAsync(url); } catch (HttpRequestException e) when (i < 4) { await Task.Delay(TimeSpan.Parse(e.Message)); } }")]
    [InlineData("while (true) { try { return await http.GetStringAsync(url); } catch (HttpRequestException) { await Task.Delay(1000); } }")]
    [InlineData("for (var i = 0; i < max; i++) { try { await http.GetStringAsync(url); } catch { } await Task.Delay(1000); } return url;")]
    [InlineData("for (var page = 1; page < max; page++) { try { if ((await http.GetStringAsync(url + page)).Length == 0) break; } catch { } await Task.Delay(1000); } return url;")]
    [InlineData("var n = 0; while (true) { n++; if (n % 10 == 0) Console.WriteLine(n); try { return await http.GetStringAsync(url); } catch { } await Task.Delay(1000); }")]
    [InlineData("await Task.Delay(1000); return await http.GetStringAsync(url);")]
    public Task IsSilentOnOtherLoops(string body) => InClassAsync(
        $"public async Task<string> M(string url, int max) {{ await Task.Yield(); {body} }}");

    [Fact]
    public Task IsSilentInTheEntryPointAndInHostedServices() => VerifyAsync(
        """
        var db = new ShopDb();
        var migrate = Policy.Handle<Exception>().WaitAndRetry(5, n => TimeSpan.FromSeconds(n));
        migrate.Execute(() => db.Database.EnsureCreated());
        for (var i = 0; ; i++) { try { db.Database.EnsureCreated(); await new HttpClient().GetAsync("/"); break; } catch when (i < 3) { await Task.Delay(2000); } }

        public class Worker(HttpClient http) : Microsoft.Extensions.Hosting.BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken ct) { for (var i = 0; i < 3; i++) { try { await http.GetStringAsync("x", ct); return; } catch { await Task.Delay(5000, ct); } } }
        }
        """,
        OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("DbMigrator", "Run")]
    [InlineData("Store", "MigrateAsync")]
    [InlineData("CatalogueSeeder", "Fill")]
    public Task IsSilentInMigrations(string type, string method) => VerifyAsync(
        $$"""
        public class {{type}}(ShopDb db)
        {
            public void {{method}}()
            {
                Policy.Handle<TimeoutException>().WaitAndRetry(new[] { TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5) });
                for (var i = 0; i < 5; i++)
                {
                    try { db.Products.ToList(); return; }
                    catch (TimeoutException) { Thread.Sleep(2000); }
                }
            }
        }
        """);

    [Fact]
    public Task ReportsPoliciesThatTheEntryPointOnlyRegisters() => VerifyAsync(
        """
        var services = new ServiceCollection();
        services.AddSingleton<IAsyncPolicy>(Policy.Handle<Exception>().[|WaitAndRetryAsync|](5, n => TimeSpan.FromSeconds(n)));
        services.AddSingleton(_ => new ResiliencePipelineBuilder().AddRetry(new [|RetryStrategyOptions|]()).Build());
        """,
        OutputKind.ConsoleApplication);

    [Fact]
    public Task SaysWhatHappens()
    {
        var test = new RuleTest<RetryWithoutJitterAnalyzer>
        {
            TestCode = "using Polly.Retry; public class A { public object M() => new {|#0:RetryStrategyOptions<int>|}(); }",
            ExpectedDiagnostics =
            {
                new DiagnosticResult("BW1109", DiagnosticSeverity.Info).WithLocation(0)
                    .WithMessage("All clients that fail together retry together: the delays of 'RetryStrategyOptions' have no random part"),
            },
        };
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
