using Breakwater.Rules.ThunderingHerd.PerInstanceGuard;
using Breakwater.Rules.ThunderingHerd.UnguardedCacheMiss;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.ThunderingHerd;

public class PerInstanceGuardTests
{
    private static RuleTest<PerInstanceGuardAnalyzer> TestOf(string source)
    {
        var test = new RuleTest<PerInstanceGuardAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string source) => TestOf(source).RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task ReportsGuardsOfShortLivedTypesAndOfCalls() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, ShopDb db) : ControllerBase
        {
            private readonly SemaphoreSlim [|gate|] = new(1, 1);
            [HttpGet] public async Task<List<Product>> Get()
            {
                if (cache.TryGetValue("all", out List<Product>? hit)) return hit!;
                await gate.WaitAsync();
                try { if (cache.TryGetValue("all", out hit)) return hit!; return cache.Set("all", await db.Products.ToListAsync(), TimeSpan.FromMinutes(5)); }
                finally { gate.Release(); }
            }
        }
        public class A2(IMemoryCache cache, ShopDb db)
        {
            private readonly object [|sync|] = new();
            public List<Product> All() { lock (sync) { return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!; } }
            public List<Product> Cheap()
            {
                var [|local|] = new Lock();
                lock (local) { return cache.GetOrCreate("cheap", _ => db.Products.Where(p => p.Price < 5).ToList(), Ttl.M)!; }
            }
        }
        public static class Setup { public static void Add(IServiceCollection s) => s.AddScoped<A2>(); }
        """);

    [Fact]
    public Task IsSilentOnSharedGuardsLongLivesAndLimits() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, ShopDb db, SemaphoreSlim shared) : ControllerBase
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            [HttpGet] public async Task<List<Product>> A() { await Gate.WaitAsync(); try { return (await cache.GetOrCreateAsync("a", _ => db.Products.ToListAsync(), Ttl.M))!; } finally { Gate.Release(); } }
            [HttpGet("b")] public async Task<List<Product>> B() { await shared.WaitAsync(); try { return (await cache.GetOrCreateAsync("b", _ => db.Products.ToListAsync(), Ttl.M))!; } finally { shared.Release(); } }
        }
        public class S2(IMemoryCache cache, IProductApi api)      // singleton, or unknown
        {
            private readonly SemaphoreSlim gate = new(1, 1);
            public async Task<List<Product>> A() { await gate.WaitAsync(); try { return (await cache.GetOrCreateAsync("a", _ => api.AllAsync(), Ttl.M))!; } finally { gate.Release(); } }
        }
        public class S3(IProductApi api) : ControllerBase          // limits its own parallelism
        {
            [HttpGet] public async Task<Product[]> Many(int[] ids) { var limit = new SemaphoreSlim(4); return await Task.WhenAll(ids.Select(async id => { await limit.WaitAsync(); try { return await api.LoadAsync(id); } finally { limit.Release(); } })); }
        }
        public static class Setup2 { public static void Add(IServiceCollection s) => s.AddSingleton<S2>(); }
        """);

    [Theory]
    [InlineData("s.AddScoped<A>();", "scoped")]
    [InlineData("s.AddTransient<A>();", "transient")]
    [InlineData("s.AddHttpClient<A>();", "transient")]
    [InlineData("s.AddKeyedScoped<A>(1);", "scoped")]
    [InlineData("s.AddScoped(typeof(A));", "scoped")]
    [InlineData("s.AddTransient(p => new A(null!, null!));", "transient")]
    public Task SaysHowLongTheInstanceLives(string registration, string life)
    {
        var test = TestOf(
            $$"""
            public class A(IMemoryCache cache, ShopDb db)
            {
                private readonly Lock {|#0:gate|} = new();
                public List<Product>? All() { lock (gate) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M); }
            }
            public static class Setup { public static void Add(IServiceCollection s) { {{registration}} } }
            """);
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult("BW1104", DiagnosticSeverity.Warning).WithLocation(0)
            .WithMessage($"'gate' is created for every instance of 'A', which is {life}: concurrent requests do not wait for each other here"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task SaysWhatEachCallMakes()
    {
        var test = TestOf(
            """
            public class A(IMemoryCache cache, ShopDb db)
            {
                public List<Product>? All() { lock ({|#0:new object()|}) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M); }
            }
            """);
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult("BW1104", DiagnosticSeverity.Warning).WithLocation(0)
            .WithMessage("'new object()' is created for every call: concurrent requests do not wait for each other here"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    // Registered as nothing, as a singleton, or as both: nothing is known to bring its own guard.
    [Theory]
    [InlineData("")]
    [InlineData("s.AddSingleton<A>();")]
    [InlineData("s.AddSingleton<A>(); s.AddScoped<A>();")]
    [InlineData("s.AddScoped<A>(); s.AddSingleton(p => new A(null!, null!));")]
    public Task IsSilentOnLongAndUnknownLives(string registration) => VerifyAsync(
        $$"""
        public class A(IMemoryCache cache, ShopDb db)
        {
            private readonly Lock gate = new();
            public List<Product>? All() { lock (gate) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M); }
        }
        public static class Setup { public static void Add(IServiceCollection s) { {{registration}} } }
        """);

    // Every kind of guard and of trace to it, in a controller.
    [Fact]
    public Task TracesTheGuardOfAController() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, ShopDb db, IProductApi api) : ControllerBase
        {
            private readonly SemaphoreSlim [|a|];
            private readonly object [|b|] = new();
            private readonly Lock [|c|] = new();
            private readonly ReaderWriterLockSlim [|d|] = new();
            private readonly ConcurrentDictionary<int, SemaphoreSlim> [|e|] = new();
            private SemaphoreSlim [|F|] { get; } = new(1, 1);
            private readonly Dictionary<string, object> g = []; 
            private readonly SemaphoreSlim four = new(4);
            private readonly object state = new(); private int n;
            private static readonly object Shared = new();
            private readonly object nested = new();
            private readonly Lock [|helper|] = new();
            private readonly Lock [|caller|] = new();
            public A1(IMemoryCache cache, ShopDb db, IProductApi api, int x) : this(cache, db, api) { a = new SemaphoreSlim(1, 1); }
            [HttpGet("1")] public async Task<List<Product>> M1() { await a.WaitAsync(); try { return (await cache.GetOrCreateAsync("all", _ => db.Products.ToListAsync(), Ttl.M))!; } finally { a.Release(); } }
            [HttpGet("2")] public List<Product> M2() { lock (b) { if (cache.TryGetValue("x", out List<Product>? hit)) return hit!; return cache.Set("x", db.Products.ToList(), Ttl.M); } }
            [HttpGet("22")] public List<Product> M22() { lock (b) { return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!; } }
            [HttpGet("3")] public List<Product> M3() { using (c.EnterScope()) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!; }
            [HttpGet("4")] public List<Product> M4() { d.EnterWriteLock(); try { return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!; } finally { d.ExitWriteLock(); } }
            [HttpGet("5")] public async Task<Product> M5(int id) { var gate = e.GetOrAdd(id, _ => new SemaphoreSlim(1, 1)); await gate.WaitAsync(); try { return (await cache.GetOrCreateAsync(id, _ => api.LoadAsync(id), Ttl.M))!; } finally { gate.Release(); } }
            [HttpGet("6")] public async Task<Product> M6(int id) { await F.WaitAsync(); try { return (await cache.GetOrCreateAsync(id, _ => api.LoadAsync(id), Ttl.M))!; } finally { F.Release(); } }
            [HttpGet("7")] public async Task<Product> M7(int id) { await four.WaitAsync(); try { return (await cache.GetOrCreateAsync(id, _ => api.LoadAsync(id), Ttl.M))!; } finally { four.Release(); } }
            [HttpGet("8")] public void M8() { lock (state) { n++; } }
            [HttpGet("9")] public List<Product> M9() { lock (Shared) lock (nested) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!; }
            [HttpGet("10")] public List<Product> M10() { lock ([|this|]) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!; }
            [HttpGet("11")] public List<Product> M11() { lock ([|new object()|]) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!; }
            [HttpGet("12")] public async Task<List<Product>> M12() { await [|new SemaphoreSlim(1, 1)|].WaitAsync(); return (await cache.GetOrCreateAsync("all", _ => db.Products.ToListAsync(), Ttl.M))!; }
            [HttpGet("13")] public List<Product> M13() { lock (helper) return Inner(); }
            private List<Product> Inner() => cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!;
            private T Run<T>(Func<T> f) { lock (caller) return f(); }
            [HttpGet("14")] public List<Product> M14() => Run(() => cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!);
            [HttpGet("15")] public List<Product> M15() { var [|l|] = new object();
                Monitor.Enter(l); try { return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!; } finally { Monitor.Exit(l); } }
            [HttpGet("16")] public async Task<Product[]> M16(int[] ids) { using var one = new SemaphoreSlim(1, 1); return await Task.WhenAll(ids.Select(async id => { await one.WaitAsync(); try { return (await cache.GetOrCreateAsync(id, _ => api.LoadAsync(id), Ttl.M))!; } finally { one.Release(); } })); }
            [HttpGet("17")] public async Task<List<Product>> M17() { using var [|one|] = new SemaphoreSlim(1, 1);
                await one.WaitAsync(); try { return (await cache.GetOrCreateAsync("all", _ => db.Products.ToListAsync(), Ttl.M))!; } finally { one.Release(); } }
            private static readonly ConcurrentDictionary<int, object> Kept = new();
            [HttpGet("18")] public List<Product> M18(int id) { var l = new object(); Kept.TryAdd(id, l); lock (l) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!; }
            [HttpGet("19")] public List<Product> M19() { lock (g) return cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!; }
            [HttpGet("20")] public List<Product> M20() { var mine = new MemoryCache(new MemoryCacheOptions()); lock (state) return mine.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!; }
        }
        """);

    // Every kind of cache, and caches and guards that are the object's own or somebody else's.
    [Fact]
    public Task JudgesTheCacheAndTheOrigin() => VerifyAsync(
        """
        public class Repo1(IDistributedCache remote, IProductApi api) { private readonly SemaphoreSlim [|gate|] = new(1, 1);
            public async Task<string> N(int id) { await gate.WaitAsync(); try { var v = await remote.GetStringAsync("n" + id); if (v != null) return v; v = (await api.LoadAsync(id)).Name; await remote.SetStringAsync("n" + id, v, Ttl.D); return v; } finally { gate.Release(); } } }
        public class Repo2(IDatabase redis, IProductApi api) { private readonly SemaphoreSlim [|gate|] = new(1, 1);
            public async Task<string?> N(int id) { await gate.WaitAsync(); try { var v = await redis.StringGetAsync("n" + id); if (v.HasValue) return v; v = (await api.LoadAsync(id)).Name; await redis.StringSetAsync("n" + id, v, TimeSpan.FromMinutes(1)); return v; } finally { gate.Release(); } } }
        public class Repo3(IProductApi api) { private readonly SemaphoreSlim [|gate|] = new(1, 1);
            private static readonly ConcurrentDictionary<int, Product> All = new(); private readonly ConcurrentDictionary<int, Product> own = new();
            public async Task<Product> N(int id) { await gate.WaitAsync(); try { if (All.TryGetValue(id, out var p)) return p; return All[id] = await api.LoadAsync(id); } finally { gate.Release(); } }
            }
        public class Repo4(IProductApi api) { private readonly SemaphoreSlim gate = new(1, 1);
            private readonly ConcurrentDictionary<int, Product> own = new();
            public async Task<Product> N(int id) { await gate.WaitAsync(); try { if (own.TryGetValue(id, out var p)) return p; return own[id] = await api.LoadAsync(id); } finally { gate.Release(); } }
            }
        public class Repo5(IMemoryCache cache, IProductApi api, SemaphoreSlim? given = null) { private readonly SemaphoreSlim gate = given ?? new(1, 1);
            public async Task<Product?> N(int id) { await gate.WaitAsync(); try { return await cache.GetOrCreateAsync(id, _ => api.LoadAsync(id), Ttl.M); } finally { gate.Release(); } } }
        public class Repo6(IMemoryCache cache, IProductApi api) { private readonly SemaphoreSlim gate = new(1, 1);
            public async Task<Product?> N(int id) { await gate.WaitAsync(); try { return await cache.GetOrCreateAsync(id, _ => api.LoadAsync(id), Ttl.M); } finally { gate.Release(); } } }
        public class Repo7(IProductApi api) { private readonly MemoryCache cache = new(new MemoryCacheOptions()); private readonly SemaphoreSlim gate = new(1, 1);
            public async Task<Product?> N(int id) { await gate.WaitAsync(); try { return await cache.GetOrCreateAsync(id, _ => api.LoadAsync(id), Ttl.M); } finally { gate.Release(); } } }
        public class Repo8(HybridCache cache, IProductApi api) { private readonly SemaphoreSlim gate = new(1, 1);
            public async Task<Product?> N(int id) { await gate.WaitAsync(); try { return await cache.GetOrCreateAsync($"k{id}", async ct => await api.LoadAsync(id, ct)); } finally { gate.Release(); } } }
        public partial class Repo9 { private readonly SemaphoreSlim [|gate|] = new(1, 1); }
        public partial class Repo9(IMemoryCache cache, IProductApi api) {
            public async Task<Product?> N(int id) { await this.gate.WaitAsync(); try { return await cache.GetOrCreateAsync(id, _ => api.LoadAsync(id), Ttl.M); } finally { this.gate.Release(); } } }
        public class Typed(HttpClient http, IMemoryCache cache) { private readonly SemaphoreSlim [|gate|] = new(1, 1);
            public async Task<string?> N() { await gate.WaitAsync(); try { return await cache.GetOrCreateAsync("x", _ => http.GetStringAsync("/"), Ttl.M); } finally { gate.Release(); } } }
        public static class Setup { public static void Add(IServiceCollection s) { s.AddScoped<Repo1>(); s.AddTransient(typeof(Repo2)); s.AddScoped(_ => new Repo3(null!)); s.AddScoped<Repo4>(); s.AddScoped<Repo5>(); s.AddScoped<Repo6>(); s.AddSingleton<Repo6>(); s.AddScoped<Repo7>(); s.AddScoped<Repo8>(); s.AddScoped<Repo9>(); s.AddHttpClient<Typed>(); } }
        """);

    [Fact]
    public Task LeavesCodeThatRunsAloneAlone()
    {
        var test = TestOf(
            """
            var gate = new object();
            lock (gate) Start.Cache.GetOrCreate("warm", _ => Start.Api.AllAsync().Result);
            var app = WebApplication.Create();
            app.MapGet("/", (IMemoryCache cache, ShopDb db) => { var [|own|] = new object(); lock (own) return cache.GetOrCreate("all", _ => db.Products.ToList()); });
            app.MapGet("/x", (IMemoryCache cache, ShopDb db) => { lock (gate) return cache.GetOrCreate("all", _ => db.Products.ToList()); });
            public static class Start { public static IMemoryCache Cache = null!; public static IProductApi Api = null!; }
            """);
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    // The load has a guard, so BW1101 has nothing to say about it.
    [Fact]
    public async Task BW1101IsSilentWhereThisRuleReports()
    {
        const string Source =
            """
            public class A(IMemoryCache cache, ShopDb db) : ControllerBase
            {
                private readonly object [|sync|] = new();
                [HttpGet] public List<Product> M() { lock (sync) { if (cache.TryGetValue("x", out List<Product>? hit)) return hit!; return cache.Set("x", db.Products.ToList(), Ttl.M); } }
                [HttpGet("l")] public List<Product> L() { var [|local|] = new object(); lock (local) { if (cache.TryGetValue("x", out List<Product>? hit)) return hit!; return cache.Set("x", db.Products.ToList(), Ttl.M); } }
                [HttpGet("i")] public List<Product> I() { lock (sync) return Inner(); }
                private List<Product> Inner() { if (cache.TryGetValue("x", out List<Product>? hit)) return hit!; return cache.Set("x", db.Products.ToList(), Ttl.M); }
            }
            """;
        await VerifyAsync(Source);
        var other = new RuleTest<UnguardedCacheMissAnalyzer> { TestCode = Source.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal) };
        other.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        await other.RunAsync(TestContext.Current.CancellationToken);
    }
}
