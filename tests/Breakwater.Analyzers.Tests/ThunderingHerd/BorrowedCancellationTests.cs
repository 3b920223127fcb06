using Breakwater.Rules.ThunderingHerd.BorrowedCancellation;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.ThunderingHerd;

public class BorrowedCancellationTests
{
    private static RuleTest<BorrowedCancellationAnalyzer> For(string source)
    {
        var test = new RuleTest<BorrowedCancellationAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string source) => For(source).RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task ReportsFactoriesStoredTasksAndCompletionSources() => VerifyAsync(
        """
        public class A1(HybridCache cache, IProductApi api)
        {
            public ValueTask<Product> Get(int id, CancellationToken ct) => cache.GetOrCreateAsync($"p:{id}",
                async _ => await api.LoadAsync(id, [|ct|]), cancellationToken: ct);
            private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
            public async Task<Product> Shared(int id, CancellationToken ct)
            {
                try { return await loads.GetOrAdd(id, i => api.LoadAsync(i, [|ct|])); }
                finally { loads.TryRemove(id, out _); }
            }
            private Task<List<Product>>? all;
            public Task<List<Product>> All(CancellationToken ct) => all ??= api.AllAsync([|ct|]);
            private readonly ConcurrentDictionary<int, TaskCompletionSource<Product>> pending = new();
            public async Task<Product> Coalesced(int id, CancellationToken ct)
            {
                var mine = new TaskCompletionSource<Product>(TaskCreationOptions.RunContinuationsAsynchronously);
                var winner = pending.GetOrAdd(id, mine);
                if (winner != mine) return await winner.Task;
                try { mine.TrySetResult(await api.LoadAsync(id, [|ct|])); }
                catch (Exception e) { mine.TrySetException(e); }
                finally { pending.TryRemove(id, out _); }
                return await mine.Task;
            }
        }
        """);

    [Fact]
    public Task IsSilentOnTheFactorysOwnTokenAndTokensOfTheService() => VerifyAsync(
        """
        public class S1(HybridCache cache, IMemoryCache memory, IProductApi api)
        {
            public ValueTask<Product> A(int id, CancellationToken ct) => cache.GetOrCreateAsync($"p:{id}", async token => await api.LoadAsync(id, token), cancellationToken: ct);
            public Task<Product?> B(int id, CancellationToken ct) => memory.GetOrCreateAsync($"p:{id}", async _ => (Product?)await api.LoadAsync(id, ct), Ttl.M);
            private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
            public Task<Product> C(int id, CancellationToken ct) => loads.GetOrAdd(id, i => api.LoadAsync(i, CancellationToken.None)).WaitAsync(ct);
            private readonly CancellationTokenSource stopping = new();
            public Task<Product> D(int id) => loads.GetOrAdd(id, i => api.LoadAsync(i, stopping.Token));
            public ValueTask<Product> E(int id, CancellationToken ct) => cache.GetOrCreateAsync($"q:{id}", async token =>
            {
                using var both = CancellationTokenSource.CreateLinkedTokenSource(token, ct);
                return await api.LoadAsync(id, both.Token);
            });
        }
        """);

    [Fact]
    public Task ReportsEveryWayIntoAHybridFactory() => VerifyAsync(
        """
        public class Hyb(HybridCache cache, IProductApi api, IHttpContextAccessor http)
        {
            public ValueTask<Product> A(int id, CancellationToken cancellationToken) => cache.GetOrCreateAsync($"a:{id}", async cancel => await api.LoadAsync(id, [|cancellationToken|]));
            public async Task<Product> B(int id, CancellationToken ct) => await cache.GetOrCreateAsync($"b:{id}", (api, id, ct), static async (s, _) => await s.api.LoadAsync(s.id, [|s.ct|]), cancellationToken: ct);
            public async Task<Product> C(int id, CancellationToken ct) { var token = ct; return await cache.GetOrCreateAsync($"c:{id}", async _ => { var p = await api.LoadAsync(id, [|token|]); return p; }); }
            public async Task<Product> D(int id) => await cache.GetOrCreateAsync($"d:{id}", async _ => await api.LoadAsync(id, [|http.HttpContext!.RequestAborted|]));
            public async Task<Product> E(int id, CancellationToken ct)
            {
                return await cache.GetOrCreateAsync($"e:{id}", async _ =>
                {
                    using var cts = CancellationTokenSource.CreateLinkedTokenSource([|ct|]);
                    cts.CancelAfter(1000);
                    return await api.LoadAsync(id, cts.Token);
                });
            }
            public async Task<Product> F(int id, CancellationToken ct)
            {
                using var cts = CancellationTokenSource.CreateLinkedTokenSource([|ct|], default);
                return await cache.GetOrCreateAsync($"f:{id}", async _ => await api.LoadAsync(id, cts.Token));
            }
            public async Task<Product> G(int id, CancellationToken ct)
            {
                return await cache.GetOrCreateAsync($"g:{id}", Load);
                async ValueTask<Product> Load(CancellationToken _) => await api.LoadAsync(id, [|ct|]);
            }
            public Task<Product> H(int id, CancellationToken ct) => Wrapped($"h:{id}", async () => await api.LoadAsync(id, [|ct|]), default);
            private async Task<T> Wrapped<T>(string key, Func<Task<T>> load, CancellationToken x) => await cache.GetOrCreateAsync(key, async _ => await load(), cancellationToken: x);
            public Task<Product> H2(int id, CancellationToken ct) => Wrapped2($"h2:{id}", async _ => await api.LoadAsync(id, [|ct|]), default);
            private async Task<T> Wrapped2<T>(string key, Func<CancellationToken, ValueTask<T>> load, CancellationToken x) => await cache.GetOrCreateAsync(key, load, cancellationToken: x);
            private async Task<T> Wrapped3<T>(string key, Func<CancellationToken, Task<T>> load, CancellationToken x) => await cache.GetOrCreateAsync(key, async _ => await load([|x|]));
            public async Task<Product> I(int id, CancellationToken ct) => await cache.GetOrCreateAsync(key: $"i:{id}", factory: async (CancellationToken _) => { [|ct|].ThrowIfCancellationRequested(); return await api.LoadAsync(id); });
            public async Task<Product> S1(int id, CancellationToken ct) => await cache.GetOrCreateAsync($"s1:{id}", async t => await api.LoadAsync(id, t), cancellationToken: ct);
            public async Task<Product> S2(int id, CancellationToken ct) => await cache.GetOrCreateAsync($"s2:{id}", (api, id), static async (s, t) => await s.api.LoadAsync(s.id, t), cancellationToken: ct);
            public async Task<Product> S3(int id, CancellationToken ct) => await cache.GetOrCreateAsync($"s3:{id}", async t => { using var l = CancellationTokenSource.CreateLinkedTokenSource(t, ct); return await api.LoadAsync(id, l.Token); });
            public async Task<Product> S4(int id, CancellationToken ct) => await cache.GetOrCreateAsync($"s4:{id}", async _ => await api.LoadAsync(id, CancellationToken.None), cancellationToken: ct);
            public async Task<Product> S5(int id, CancellationToken ct) { ct.ThrowIfCancellationRequested(); return await cache.GetOrCreateAsync($"s5:{id}", async _ => await api.LoadAsync(id)); }
            public Task<Product> S6(int id, CancellationToken ct) => Wrapped($"s6:{id}", async () => await api.LoadAsync(id), ct);
            public async Task<Product> S7(int id, Microsoft.Extensions.Hosting.IHostApplicationLifetime life) => await cache.GetOrCreateAsync($"s7:{id}", async _ => await api.LoadAsync(id, life.ApplicationStopping));
        }
        """);

    [Fact]
    public Task ReportsEveryStoredTask() => VerifyAsync(
        """
        public class Dict(IProductApi api, CancellationToken service)
        {
            private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
            private readonly ConcurrentDictionary<int, Lazy<Task<Product>>> lazies = new();
            public Task<Product> A(int id, CancellationToken ct) => loads.GetOrAdd(id, static (i, s) => s.api.LoadAsync(i, s.ct), (api, [|ct|])).WaitAsync(ct);
            public Task<Product> A2(int id, CancellationToken ct) => loads.GetOrAdd(id, (i, t) => api.LoadAsync(i, t), [|ct|]);
            public async Task<Product> B(int id, CancellationToken ct) => await lazies.GetOrAdd(id, i => new Lazy<Task<Product>>(() => api.LoadAsync(i, [|ct|]))).Value;
            public async Task<Product> B2(int id, CancellationToken ct) => await lazies.GetOrAdd(id, new Lazy<Task<Product>>(() => api.LoadAsync(id, [|ct|]))).Value.ConfigureAwait(false);
            public Task<Product> C(int id, CancellationToken ct) { var t = loads.GetOrAdd(id, async i => { await Task.Yield(); return await api.LoadAsync(i, "x", ct: [|ct|]).ConfigureAwait(false); }); return t; }
            public Task<Product> D(int id, CancellationToken ct)
            {
                return loads.GetOrAdd(id, Load);
                Task<Product> Load(int i) => api.LoadAsync(i, [|ct|]);
            }
            private Task<List<Product>>? all;
            public async Task<List<Product>> E(CancellationToken ct) { if (all is null) all = api.AllAsync([|ct|]); return await all; }
            public async Task<List<Product>> E2(CancellationToken ct) => await (all ??= Task.Run(() => api.AllAsync([|ct|])));
            private Lazy<Task<List<Product>>>? lazy;
            public Task<List<Product>> F(CancellationToken ct) { lazy ??= new Lazy<Task<List<Product>>>(() => api.AllAsync([|ct|])); return lazy.Value; }
            private readonly CancellationTokenSource stop = new();
            public Task<Product> S1(int id, CancellationToken ct) => loads.GetOrAdd(id, i => api.LoadAsync(i, CancellationToken.None)).WaitAsync(ct);
            public Task<Product> S2(int id) => loads.GetOrAdd(id, i => api.LoadAsync(i, stop.Token));
            public Task<Product> S3(int id) => loads.GetOrAdd(id, i => api.LoadAsync(i, service));
            public Task<Product> S4(int id, CancellationToken ct) { var d = new ConcurrentDictionary<int, Task<Product>>(); return d.GetOrAdd(id, i => api.LoadAsync(i, ct)); }
            public Task<List<Product>> S5(CancellationToken ct) => (all ??= api.AllAsync()).WaitAsync(ct);
            public Task<Product> S6(int id) => loads.GetOrAdd(id, async i => { using var t = new CancellationTokenSource(1000); return await api.LoadAsync(i, t.Token); });
            public Task<List<Product>> S7(CancellationToken ct) { ct.ThrowIfCancellationRequested(); return all ??= api.AllAsync(); }
            public async Task<Product> S8(int id, CancellationToken ct) { if (!loads.TryGetValue(id, out var t)) throw new Exception(); return await t.WaitAsync(ct); }
            public Task<Product> S9(int id, CancellationToken stoppingToken) => loads.GetOrAdd(id, i => api.LoadAsync(i, stoppingToken));
            private Task<Product>? last;
            public Task<Product> S10(int id, CancellationToken ct) { last = api.LoadAsync(id, ct); return last; }
            private readonly ConcurrentDictionary<int, Product> plain = new();
            public Product S11(int id, CancellationToken ct) => plain.GetOrAdd(id, i => api.LoadAsync(i, ct).Result);
        }
        """);

    [Fact]
    public Task ReportsLoadsThatCompleteASource() => VerifyAsync(
        """
        public class Src(IProductApi api)
        {
            private static readonly ConcurrentDictionary<string, TaskCompletionSource<Product>> Pending = new();
            public async Task<Product> A(string key, CancellationToken ct)
            {
                var tcs = new TaskCompletionSource<Product>();
                if (!Pending.TryAdd(key, tcs)) return await Pending[key].Task.WaitAsync(ct);
                try { var p = await api.LoadAsync(1, [|ct|]); tcs.SetResult(p); return p; }
                catch (OperationCanceledException) { tcs.TrySetCanceled(ct); throw; }
                catch (Exception e) { tcs.SetException(e); throw; }
                finally { Pending.TryRemove(key, out _); }
            }
            public async Task<Product> B(string key, CancellationToken ct)
            {
                var tcs = new TaskCompletionSource<Product>();
                var winner = Pending.GetOrAdd(key, tcs);
                if (winner != tcs) return await winner.Task.WaitAsync(ct);
                try { tcs.SetResult(await api.LoadAsync(1, CancellationToken.None)); }
                catch (Exception e) { tcs.SetException(e); }
                finally { Pending.TryRemove(key, out _); }
                return await tcs.Task.WaitAsync(ct);
            }
            public async Task<Product> C(string key, CancellationToken ct)
            {
                var tcs = Pending.GetOrAdd(key, _ => new TaskCompletionSource<Product>());
                try { await Task.Delay(1, ct); return await tcs.Task.WaitAsync(ct); }
                catch (Exception e) { tcs.SetException(e); throw; }
            }
        }
        """);

    [Fact]
    public Task IsSilentOnCachesThatRunTheFactoryForItsCaller() => VerifyAsync(
        """
        public class Fus(ZiggyCreatures.Caching.Fusion.IFusionCache cache, IMemoryCache memory, IProductApi api)
        {
            public async Task<Product> A(int id, CancellationToken ct) => await cache.GetOrSetAsync<Product>($"a:{id}", async (c, _) => await api.LoadAsync(id, ct));
            public Task<Product?> B(int id, CancellationToken ct) => memory.GetOrCreateAsync($"p:{id}", async _ => (Product?)await api.LoadAsync(id, ct), Ttl.M);
        }
        """);

    [Fact]
    public Task AsksWhoseTokenItIsAndWhoSharesTheLoad() => VerifyAsync(
        """
        using Microsoft.Extensions.Hosting;
        public class Scoped(IProductApi api) { private Task<List<Product>>? all; public Task<List<Product>> A(CancellationToken ct) => all ??= api.AllAsync(ct); }
        public class Ctor { private readonly Lazy<Task<List<Product>>> l; public Ctor(IProductApi api, CancellationToken ct) { l = new(() => api.AllAsync(ct)); } public Task<List<Product>> A => l.Value; }
        public class Loop(IProductApi api, HybridCache cache) : BackgroundService
        {
            private Task<List<Product>>? all;
            protected override async Task ExecuteAsync(CancellationToken token) { await (all ??= api.AllAsync(token)); await Inner(token); }
            private async Task Inner(CancellationToken token) => await cache.GetOrCreateAsync("k", async _ => await api.AllAsync(token));
            public async Task Pub(CancellationToken token) => await (all ??= api.AllAsync([|token|]));
        }
        public static class Setup { public static void Add(IServiceCollection s) { s.AddScoped<Scoped>(); s.AddHostedService<Loop>(); } }
        """);

    [Fact]
    public Task ReportsEndpoints()
    {
        var test = For(
            """
            var app = WebApplication.Create();
            app.MapGet("/products/{id}", async (int id, HybridCache cache, IProductApi api, CancellationToken ct) =>
                await cache.GetOrCreateAsync($"p:{id}", async _ => await api.LoadAsync(id, [|ct|])));
            app.MapGet("/fresh/{id}", async (int id, HybridCache cache, IProductApi api, HttpContext context) =>
                await cache.GetOrCreateAsync($"f:{id}", async _ => await api.LoadAsync(id, [|context.RequestAborted|])));
            app.Run();
            """);
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task SaysWhoIsCancelled()
    {
        var test = For(
            """
            public class A(IProductApi api)
            {
                private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
                public Task<Product> Get(int id, CancellationToken ct) => loads.GetOrAdd(id, i => api.LoadAsync(i, {|#0:ct|}));
            }
            """);
        test.ExpectedDiagnostics.Add(new DiagnosticResult(BorrowedCancellationAnalyzer.Id, DiagnosticSeverity.Warning).WithLocation(0)
            .WithMessage("The load is shared, but 'ct' belongs to one caller: when that caller gives up, everyone who waits for 'loads' is cancelled"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
