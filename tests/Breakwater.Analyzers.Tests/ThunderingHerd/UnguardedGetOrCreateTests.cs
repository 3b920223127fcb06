using Breakwater.Rules.ThunderingHerd.UnguardedGetOrCreate;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.ThunderingHerd;

public class UnguardedGetOrCreateTests
{
    private const string Wrappers =
        """
        public static class CacheExtras
        {
            public static Task<T?> Kept<T>(this IMemoryCache cache, string key, Func<Task<T>> load) => cache.GetOrCreateAsync(key, _ => load());
            public static T? KeptNow<T>(this IMemoryCache cache, string key, Func<T> load) => cache.GetOrCreate(key, _ => load());
            public static Task<T?> KeptFar<T>(this IMemoryCache cache, string key, Func<Task<T>> load) => cache.Kept("far:" + key, load);
        }
        public interface ICacheService { Task<T?> GetOrCreateAsync<T>(string key, Func<Task<T>> load); }
        public class CacheService(IMemoryCache cache) : ICacheService
        {
            public async Task<T?> GetOrCreateAsync<T>(string key, Func<Task<T>> load) =>
                await cache.GetOrCreateAsync(key, async e => { e.SlidingExpiration = TimeSpan.FromMinutes(1); return await load(); });
        }
        public abstract class Keeper(IMemoryCache cache)
        {
            protected Task<T?> Remember<T>(string key, Func<Task<T>> load) => cache.GetOrCreateAsync(key, _ => load());
        }
        """;

    private static RuleTest<UnguardedGetOrCreateAnalyzer> TestOf(string source)
    {
        var test = new RuleTest<UnguardedGetOrCreateAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string source) => TestOf(source).RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task ReportsProcessWideKeys() => VerifyAsync(
        """
        public static class Keys { public const string Brands = "brands"; public static string Types() => $"{Brands}:types"; }
        public class A1(IMemoryCache cache, ShopDb db, IProductApi api)
        {
            public Task<List<Product>?> A() => cache.[|GetOrCreateAsync|](Keys.Brands, _ => db.Products.ToListAsync(), Ttl.M)!;
            public async Task<int> B() => (await cache.[|GetOrCreateAsync|](Keys.Types(),
                async e => { e.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1); return await api.AllAsync(); }))!.Count;
            private List<Product> Load(ICacheEntry e) { e.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1); return db.Products.ToList(); }
            public List<Product>? C() => cache.[|GetOrCreate|](nameof(Product), Load);
        }
        """);

    [Fact]
    public Task IsSilentOnVaryingKeysComputationHybridCacheGuardsAndServices() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, HybridCache hybrid, ShopDb db, IProductApi api)
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            public Task<Product?> A(int id) => cache.GetOrCreateAsync($"p:{id}", async _ => (Product?)await api.LoadAsync(id), Ttl.M);
            public string? B() => cache.GetOrCreate("version", _ => typeof(S1).Assembly.FullName, Ttl.M);
            public ValueTask<List<Product>> C() => hybrid.GetOrCreateAsync("all", async ct => await db.Products.ToListAsync(ct));
            public async Task<List<Product>> D() { await Gate.WaitAsync(); try { return (await cache.GetOrCreateAsync("all", _ => db.Products.ToListAsync(), Ttl.M))!; } finally { Gate.Release(); } }
        }
        public class S2(IMemoryCache cache, IProductApi api) : Microsoft.Extensions.Hosting.BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stop) => cache.GetOrCreateAsync("all", _ => api.AllAsync(stop), Ttl.M);
        }
        """);

    [Fact]
    public Task SaysWhoRunsWhat()
    {
        var test = TestOf(
            """public class A(IMemoryCache cache, ShopDb db) { private const string K = "brands"; public int M() => cache.{|#0:GetOrCreate|}($"{K}:all", _ => db.Products.ToList())!.Count; }""");
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult("BW1102", DiagnosticSeverity.Warning).WithLocation(0)
            .WithMessage("Every request shares the key 'brands:all': when it expires, all of them run this factory at once"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    // Each expression is the whole of a method; `all` is an instance field made of constants.
    [Theory]
    [InlineData("cache.[|GetOrCreate|](all, e => db.Products.ToList())")]
    [InlineData("cache.[|GetOrCreate|]<List<Product>>(\"k\", e => { e.SetSize(1); return db.Products.ToList(); })")]
    [InlineData("CacheExtensions.[|GetOrCreate|](cache, factory: e => db.Products.ToList(), key: \"k\")")]
    [InlineData("cache.[|GetOrCreate|](typeof(Product), e => api.AllAsync().Result)")]
    [InlineData("cache.[|GetOrCreate|]((\"k\", 1), e => api.AllAsync().GetAwaiter().GetResult())")]
    [InlineData("cache.[|GetOrCreate|](string.Concat(\"a\", \":b\"), delegate (ICacheEntry e) { return db.Products.ToList(); })")]
    [InlineData("cache.[|GetOrCreate|](Kind.Brands, Load)")]
    [InlineData("cache.[|GetOrCreate|](Kind.Brands, kept)")]
    [InlineData("cache?.[|GetOrCreate|](\"k\", _ => Deep())")]
    [InlineData("((IMemoryCache)concrete).[|GetOrCreate|](\"k\", _ => Deep())")]
    [InlineData("services.GetRequiredService<IMemoryCache>().[|GetOrCreate|](\"k\", _ => db.Products.ToList())")]
    [InlineData("cache.[|GetOrCreateAsync|](\"k\", _ => api.AllAsync())")]
    [InlineData("cache.[|GetOrCreateAsync|](\"k\", async _ => { var list = await db.Products.ToListAsync(); return list; })")]
    [InlineData("cache.[|GetOrCreateAsync|](\"k\", async _ => await Task.Run(() => db.Products.ToList()))")]
    [InlineData("cache.GetOrCreate($\"k:{DateTime.Today}\", _ => db.Products.ToList())")]
    [InlineData("cache.GetOrCreate($\"k:{System.Globalization.CultureInfo.CurrentCulture.Name}\", _ => db.Products.ToList())")]
    [InlineData("cache.GetOrCreate(\"k:\" + tenant, _ => db.Products.ToList())")]
    [InlineData("cache.GetOrCreate((\"k\", id), _ => db.Products.ToList())")]
    [InlineData("cache.GetOrCreate(\"k\", _ => new List<Product> { new() })")]
    [InlineData("cache.GetOrCreateAsync(\"k\", _ => Task.FromResult(new List<Product>()))")]
    [InlineData("cache.GetOrCreate(\"k\", _ => api.AllAsync())")]
    [InlineData("cache.GetOrCreate(\"k\", _ => new Lazy<List<Product>>(() => db.Products.ToList()))")]
    [InlineData("cache.GetOrCreate(\"k\", _ => new Nito.AsyncEx.AsyncLazy<List<Product>>(() => db.Products.ToListAsync()))")]
    [InlineData("new MemoryCache(new MemoryCacheOptions()).GetOrCreate(\"k\", _ => db.Products.ToList())")]
    [InlineData("hybrid.GetOrCreateAsync(\"k\", async ct => await db.Products.ToListAsync(ct))")]
    [InlineData("fusion.GetOrSetAsync<List<Product>>(\"k\", async (_, ct) => await db.Products.ToListAsync(ct))")]
    [InlineData("Names.GetOrAdd(\"k\", _ => db.Products.ToList())")]
    public Task JudgesKeyFactoryAndCache(string expression) => VerifyAsync(
        $$"""
        public enum Kind { Brands }
        public class A(IMemoryCache cache, MemoryCache concrete, HybridCache hybrid, ZiggyCreatures.Caching.Fusion.IFusionCache fusion, ShopDb db, IProductApi api, IServiceProvider services)
        {
            private static readonly ConcurrentDictionary<string, List<Product>> Names = new();
            private const string Prefix = "a";
            private readonly string all = Prefix + ":all";
            private readonly string tenant = Guid.NewGuid().ToString();
            private List<Product> Load(ICacheEntry e) => db.Products.ToList();
            private List<Product> Deep() => Deeper();
            private List<Product> Deeper() => db.Products.ToList();
            public object? M(int id)
            {
                _ = concrete; _ = hybrid; _ = fusion; _ = api; _ = services; _ = all; _ = tenant;
                Func<ICacheEntry, List<Product>> kept = e => db.Products.ToList();
                _ = kept;
                return {{expression}};
            }
        }
        """);

    // A wrapper's call is the operation; a wrapper that makes key and load itself is reported inside, once.
    [Theory]
    [InlineData("cache.[|Kept|](\"k\", () => api.AllAsync())")]
    [InlineData("cache.[|KeptNow|](\"k\", () => db.Products.ToList())")]
    [InlineData("cache.[|KeptFar|](\"k\", () => api.AllAsync())")]
    [InlineData("CacheExtras.[|Kept|](cache, load: () => api.AllAsync(), key: \"k\")")]
    [InlineData("[|Remember|](\"k\", () => api.AllAsync())")]
    [InlineData("service.[|GetOrCreateAsync|](\"k\", () => api.AllAsync())")]
    [InlineData("own.[|GetOrCreateAsync|](\"k\", async () => await db.Products.ToListAsync())")]
    [InlineData("cache.Kept($\"k:{id}\", () => api.AllAsync())")]
    [InlineData("cache.Kept(\"k\", () => Task.FromResult(new List<Product>()))")]
    [InlineData("cache.KeptNow(\"k\", () => new List<Product>())")]
    [InlineData("Remember(\"k:\" + id, () => api.AllAsync())")]
    [InlineData("service.GetOrCreateAsync($\"k:{id}\", () => api.AllAsync())")]
    public Task LooksThroughWrappers(string expression) => VerifyAsync(
        $$"""
        {{Wrappers}}
        public class A(IMemoryCache cache, ICacheService service, CacheService own, ShopDb db, IProductApi api) : Keeper(cache)
        {
            public object? M(int id) { _ = service; _ = own; _ = db; _ = api; _ = cache; return {{expression}}; }
        }
        """);

    [Fact]
    public Task ReportsAWrapperWithItsOwnKeyWhereTheLoadCanBeSeen() => VerifyAsync(
        """
        public class Service(IMemoryCache cache)
        {
            public Task<List<Product>?> All(Func<Task<List<Product>>> load) => cache.[|GetOrCreateAsync|]("all", _ => load());
            public List<Product>? AllNow(Func<List<Product>> load) => cache.GetOrCreate("now", _ => load());
            public Task<List<Product>?> Use(IProductApi api) => All(() => api.AllAsync());
            public List<Product>? UseNow(ShopDb db) => [|AllNow|](() => db.Products.ToList());
        }
        """);

    // Where the call stands: what guards it, what runs alone, what does not although it looks like it.
    [Theory]
    [InlineData("lock (db) { return cache.GetOrCreate(\"k\", _ => db.Products.ToList())!; }")]
    [InlineData("using (Turn()) { return cache.[|GetOrCreate|](\"k\", _ => db.Products.ToList())!; }")]
    [InlineData("using (AcquireLease()) { return cache.GetOrCreate(\"k\", _ => db.Products.ToList())!; }")]
    [InlineData("return new Lazy<List<Product>>(() => cache.GetOrCreate(\"k\", _ => db.Products.ToList())!).Value;")]
    [InlineData("return Outer(); List<Product> Outer() { lock (db) return Inner(); } List<Product> Inner() => cache.GetOrCreate(\"k\", _ => db.Products.ToList())!;")]
    [InlineData("return Inner(); List<Product> Inner() => cache.[|GetOrCreate|](\"k\", _ => db.Products.ToList())!;")]
    [InlineData("var local = new MemoryCache(new MemoryCacheOptions()); return local.GetOrCreate(\"k\", _ => db.Products.ToList())!;")]
    [InlineData("var same = cache; return same.[|GetOrCreate|](\"k\", _ => db.Products.ToList())!;")]
    [InlineData("if (!cache.TryGetValue(\"k\", out List<Product>? hit)) { hit = db.Products.ToList(); hit = cache.GetOrCreate(\"k\", _ => hit); } return hit!;")]
    [InlineData("System.Linq.Expressions.Expression<Func<List<Product>?>> quoted = () => cache.GetOrCreate(\"k\", Load); return quoted.Compile()()!;")]
    public Task JudgesThePlaceOfTheCall(string body) => VerifyAsync(
        $$"""
        public class A(IMemoryCache cache, ShopDb db)
        {
            private static IDisposable Turn() => new MemoryStream();
            private static IDisposable AcquireLease() => new MemoryStream();
            private List<Product> Load(ICacheEntry e) => db.Products.ToList();
            public List<Product> M() { {{body}} }
        }
        """);

    [Fact]
    public Task ReportsEndpointsButNotStartUp()
    {
        var test = TestOf(
            """
            var app = WebApplication.Create();
            await Start.Cache.GetOrCreateAsync("warm", _ => Start.Api.AllAsync());
            app.MapGet("/", (IMemoryCache cache, ShopDb db) => cache.[|GetOrCreateAsync|]("all", _ => db.Products.ToListAsync()));
            app.MapGet("/{id}", (int id, IMemoryCache cache, IProductApi api) => cache.GetOrCreateAsync($"p:{id}", _ => api.LoadAsync(id)));
            public static class Start { public static IMemoryCache Cache = null!; public static IProductApi Api = null!; }
            public partial class Page(IMemoryCache cache);
            public partial class Page { private IProductApi Api { get; } = null!; public Task<List<Product>?> All => cache.[|GetOrCreateAsync|]("page", _ => Api.AllAsync()); }
            public record Reader(IMemoryCache Cache, IProductApi Api) { public Task<List<Product>?> All() => Cache.[|GetOrCreateAsync|]("page", _ => Api.AllAsync()); }
            """);
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsKeysThatMembersHold() => VerifyAsync(
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            private static readonly object Token = new();
            private static readonly string Key = typeof(A).Namespace + ".all";
            private readonly object own = new();
            private string Name { get; } = "all";
            public string Other { get; set; } = "all";
            public Task M() => cache.[|GetOrCreateAsync|](Token, _ => api.AllAsync());
            public Task N() => cache.[|GetOrCreateAsync|](Key, _ => api.AllAsync());
            public Task O() => cache.[|GetOrCreateAsync|](Name, _ => api.AllAsync());
            public Task P() => cache.GetOrCreateAsync(own, _ => api.AllAsync());
            public Task Q() => cache.GetOrCreateAsync(Other, _ => api.AllAsync());
        }
        """);

    [Fact]
    public Task ReadsTheGuardWordsOfTheTopic()
    {
        var test = TestOf(
            """
            public class A(IMemoryCache cache, ShopDb db)
            {
                private static IDisposable Turnstile() => new MemoryStream();
                public List<Product> M() { using (Turnstile()) { return cache.GetOrCreate("k", _ => db.Products.ToList())!; } }
            }
            """);
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\nbreakwater.BW1101.guard_words = turnstile\n"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
