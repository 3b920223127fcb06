using Breakwater.Rules.Invalidation.IncompleteCacheKey;

namespace Breakwater.Tests.Invalidation;

public class IncompleteCacheKeyTests
{
    private static RuleTest<IncompleteCacheKeyAnalyzer> TestOf(string source)
    {
        var test = new RuleTest<IncompleteCacheKeyAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string source) => TestOf(source).RunAsync(TestContext.Current.CancellationToken);

    private static Task SaysAsync(string source, string inputs)
    {
        var test = TestOf(source);
        test.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new IncompleteCacheKeyAnalyzer().Descriptor)
            .WithLocation(0).WithMessage($"The loader uses '{inputs}' but the key does not: callers with different '{inputs}' get each other's data"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsReadThroughsAndCacheAsides() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> Get(int id, string region) => cache.GetOrCreateAsync([|$"product:{id}"|],
                async _ => (Product?)await api.LoadAsync(id, region), Ttl.M);
            public async Task<Product> Aside(int id, string region, CancellationToken ct)
            {
                var key = "product/" + id;
                if (cache.TryGetValue(key, out Product? hit)) return hit!;
                var loaded = await api.LoadAsync(id, region, ct);
                return cache.Set([|key|], loaded, TimeSpan.FromMinutes(5));
            }
        }
        public record Page(int Number, int Size);
        public class A2(HybridCache cache, ShopDb db)
        {
            public ValueTask<List<Product>> List(Page page) => cache.GetOrCreateAsync([|"products:list"|],
                (db, page), static async (s, ct) => await s.db.Products.Skip(s.page.Number * s.page.Size).Take(s.page.Size).ToListAsync(ct));
        }
        public class A3(HybridCache cache, ShopDb db) : ControllerBase
        {
            [HttpGet] public async Task<List<Product>> Mine() => await cache.GetOrCreateAsync([|"mine"|],
                async ct => await db.Products.Where(p => p.Name == User.Identity!.Name).ToListAsync(ct));
        }
        """);

    [Fact]
    public Task IsSilentOnDerivedOpaqueAndBuiltKeys() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, IProductApi api, ShopDb db)
        {
            public Task<Product?> Derived(Product p) { var id = p.Id; return cache.GetOrCreateAsync($"p:{p.Name}", async _ => (Product?)await api.LoadAsync(id), Ttl.M); }
            public Task<Product?> Opaque(string key, int id) => cache.GetOrCreateAsync(key, async _ => (Product?)await api.LoadAsync(id), Ttl.M);
            public Task<Product?> Lifetime(int id, int minutes, bool force) => cache.GetOrCreateAsync("p:" + id, async e => { e.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(minutes); return (Product?)await (force ? api.LoadAsync(id) : api.LoadAsync(id)); });
            private static string Key(int id, string region) => $"p:{id}:{region.ToLowerInvariant()}";
            public Task<Product?> Built(int id, string region) { var r = region.Trim(); return cache.GetOrCreateAsync(Key(id, r), async _ => (Product?)await api.LoadAsync(id, region), Ttl.M); }
            public Task<Product?> Looked(string name) { var p = db.Products.First(x => x.Name == name); return cache.GetOrCreateAsync($"p:{p.Id}", async _ => { Console.WriteLine(name); return (Product?)await api.LoadAsync(p.Id); }, Ttl.M); }
        }
        """);

    [Theory]
    [InlineData("""public ValueTask<Product> Get(int id, string region, string tenant) => cache.GetOrCreateAsync({|#0:$"p:{id}"|}, async ct => await api.LoadAsync(id, tenant + region, ct));""", "region, tenant")]
    [InlineData("""public ValueTask<Product> Get(Query q) => cache.GetOrCreateAsync({|#0:$"p:{q.Page}"|}, async ct => await api.LoadAsync(q.Page, q.Region, ct));""", "q.Region")]
    [InlineData("""public ValueTask<Product> Get(int id, HttpContext context) => cache.GetOrCreateAsync({|#0:$"p:{id}"|}, async ct => await api.LoadAsync(id, context.User.Identity!.Name!, ct));""", "User")]
    [InlineData("""public ValueTask<Product> Get(int id) => cache.GetOrCreateAsync({|#0:$"p:{id}"|}, async ct => await api.LoadAsync(id, System.Globalization.CultureInfo.CurrentCulture.Name, ct));""", "CultureInfo.CurrentCulture")]
    [InlineData("""public ValueTask<Product> Get(IProductApi other, string region) => cache.GetOrCreateAsync({|#0:"p"|}, async ct => await other.LoadAsync(region.Length, ct));""", "region")]
    public Task NamesWhatIsOmitted(string member, string inputs) =>
        SaysAsync($"public record Query(string Region, int Page); public class A(HybridCache cache, IProductApi api) {{ {member} private object All => api; }}", inputs);

    [Theory]
    [InlineData("""public ValueTask<List<Product>> Get(Query q) => hybrid.GetOrCreateAsync([|"all"|], async ct => await search.Find(q));""")]
    [InlineData("""public ValueTask<Product> Get(Query q) => hybrid.GetOrCreateAsync([|q.Half()|], async ct => await search.One(q.Region));""")]
    [InlineData("""public ValueTask<Product> Get(Request q) => hybrid.GetOrCreateAsync([|$"x:{q.Page}"|], async ct => await search.One(q.City));""")]
    [InlineData("""public ValueTask<Product> Get(ProductId id, Kind kind, DateOnly day) => hybrid.GetOrCreateAsync([|$"x:{day}"|], async ct => await search.One(id, kind, day));""")]
    [InlineData("""public ValueTask<List<Product>> Get(string name) => hybrid.GetOrCreateAsync([|"b1"|], async ct => await db.Products.Where(p => p.Name == name).ToListAsync(ct));""")]
    [InlineData("""public ValueTask<List<Product>> Get(string name, int page) => hybrid.GetOrCreateAsync([|$"b2:{name}"|], async ct => await (from p in db.Products where p.Name == name orderby p.Id select p).Skip(page * 10).ToListAsync(ct));""")]
    [InlineData("""public async Task<List<Product>> Get(string name, int page) { var key = $"b3:{page}"; if (cache.TryGetValue(key, out List<Product>? hit)) return hit!; var query = db.Products.AsQueryable(); query = query.Where(p => p.Name == name); query = query.Skip(page); var list = await query.ToListAsync(); cache.Set([|key|], list, Ttl.M); return list; }""")]
    [InlineData("""public async Task<string> Get(int id, string region) { var hit = await redis.StringGetAsync($"b4:{id}"); if (hit.HasValue) return hit!; var p = await api.LoadAsync(id, region); await redis.StringSetAsync([|$"b4:{id}"|], p.Name, TimeSpan.FromMinutes(1)); return p.Name; }""")]
    [InlineData("""public Task<Product> Get(string name, string region) => Seen.GetOrAdd([|"b6:" + name|], _ => search.One(name, region));""")]
    [InlineData("""public Task<Product> Get(string name, string region) => Seen.GetOrAdd([|"b7:" + name|], static (k, a) => a.search.One(k, a.region), (search, region));""")]
    [InlineData("""public Task<Product> Get(int id, string region) => GetOrLoad([|$"c1:{id}"|], () => api.LoadAsync(id, region));""")]
    [InlineData("""public Task<Product?> Get(int id, string region) => cache.GetOrCreateAsync([|$"c4:{id}"|], async e => { var r = region.Trim(); return (Product?)await api.LoadAsync(id, r); });""")]
    [InlineData("""public async Task<Product?> Get(int id, string region) { var r = region + "x"; return await cache.GetOrCreateAsync([|$"c6:{id}"|], async e => (Product?)await api.LoadAsync(id, r)); }""")]
    [InlineData("""public async Task<Product?> Get(int id, string region) => await cache.GetOrCreateAsync([|(id, "x")|], async e => (Product?)await api.LoadAsync(id, region));""")]
    [InlineData("""public async Task Get(IEnumerable<int> ids, string region) { foreach (var id in ids) await cache.GetOrCreateAsync([|"d6:" + region|], async e => (Product?)await api.LoadAsync(id, region)); }""")]
    [InlineData("""public async Task Get(string text, int n) { if (int.TryParse(text, out var id)) await cache.GetOrCreateAsync([|"d9:" + n|], async e => (Product?)await api.LoadAsync(id)); }""")]
    [InlineData("""public ValueTask<Product> Get(int id) => hybrid.GetOrCreateAsync([|$"e1:{id}"|], async ct => await api.LoadAsync(id, CultureInfo.CurrentUICulture.Name));""")]
    [InlineData("""public ValueTask<Product> Get(int id, HttpContext context) => hybrid.GetOrCreateAsync([|$"e1:{id}"|], async ct => await api.LoadAsync(id, context.User.Identity!.Name!));""")]
    [InlineData("""public ValueTask<Product> Get(int id) { var name = http.HttpContext!.User.Identity!.Name!; return hybrid.GetOrCreateAsync([|$"e6:{id}"|], async ct => await api.LoadAsync(id, name)); }""")]
    [InlineData("""public ValueTask<Product> Get(int id, string region) => hybrid.GetOrCreateAsync([|$"f2:{id}"|], async c => await Load(id, region));""")]
    [InlineData("""public ValueTask<Product> Get(int id, string region) { async ValueTask<Product> Make(CancellationToken ct) => await api.LoadAsync(id, region); return hybrid.GetOrCreateAsync([|$"f3:{id}"|], Make); }""")]
    [InlineData("""public ValueTask<Product> Get(int id, string region) { Func<CancellationToken, ValueTask<Product>> make = async ct => await api.LoadAsync(id, region); return hybrid.GetOrCreateAsync([|$"f4:{id}"|], make); }""")]
    [InlineData("""public ValueTask<Product> Get(int? id, string[] regions) => hybrid.GetOrCreateAsync([|$"f5:{string.Join(",", regions)}"|], async c => await search.One(id!.Value, regions));""")]
    public Task ReportsInputsThatTheKeyOmits(string member) => VerifyAsync(In(member));

    [Theory]
    [InlineData("""public ValueTask<List<Product>> Get(Query q) => hybrid.GetOrCreateAsync(q.Key, async ct => await search.Find(q));""")]
    [InlineData("""public ValueTask<List<Product>> Get(Query q) => hybrid.GetOrCreateAsync(q.Half(), async ct => await search.Find(q));""")]
    [InlineData("""public ValueTask<Product> Get(Request q) => hybrid.GetOrCreateAsync($"x:{q.Id}", async ct => await search.One(q.TenantId));""")]
    [InlineData("""public ValueTask<Product> Get(Request q) => hybrid.GetOrCreateAsync($"x:{q.Page}:{q.City}", async ct => await search.One(q.City, q.Page, q.Force));""")]
    [InlineData("""public ValueTask<Product> Get(Service s) => hybrid.GetOrCreateAsync("x:", async ct => await s.Api.LoadAsync(1));""")]
    [InlineData("""public async Task<string> Get(int id, string region) { var hit = await remote.GetStringAsync($"b5:{id}"); if (hit != null) return hit; logger.LogInformation("loading {Region}", region); if (region.Length == 0) throw new ArgumentException(region); var p = await api.LoadAsync(id); await remote.SetStringAsync($"b5:{id}", p.Name, Ttl.D); return p.Name; }""")]
    [InlineData("""public Task<Product> Get(string name, string region) => Seen.GetOrAdd("b8:" + name, k => search.One(k));""")]
    [InlineData("""public Task<Product> Get(int id, string region) => GetOrLoad($"c2:{id}:{region}", () => api.LoadAsync(id, region));""")]
    [InlineData("""public Task<Product?> Get(int id, string region) => cache.GetOrCreateAsync($"c3:{id}", async e => { logger.LogInformation("{R}", region); if (region == "") throw new InvalidOperationException(); e.SetSlidingExpiration(TimeSpan.FromMinutes(region.Length)); return (Product?)await api.LoadAsync(id); });""")]
    [InlineData("""public async Task<Product?> Get(int id, string region) { var order = await api.LoadAsync(id, region); return await cache.GetOrCreateAsync($"c5:{id}", async e => (Product?)await api.LoadAsync(order.Id, order.Name)); }""")]
    [InlineData("""public async Task<Product?> Get(int id, string region) { var b = new StringBuilder("c7"); b.Append(id); b.Append(region); return await cache.GetOrCreateAsync("c7:" + b, async e => (Product?)await api.LoadAsync(id, region)); }""")]
    [InlineData("""public async Task<Product?> Get(int id, string region) { var parts = new List<string> { "c8", id.ToString() }; parts.Add(region); return await cache.GetOrCreateAsync("c8" + string.Join(":", parts), async e => (Product?)await api.LoadAsync(id, region)); }""")]
    [InlineData("""public async Task<Product?> Get(int id, string region) { _region = region; return await cache.GetOrCreateAsync($"c9:{id}:{_region}", async e => (Product?)await api.LoadAsync(id, region)); }""")]
    [InlineData("""public async Task<Product?> Get(int id, string? region) { var key = "d1"; if (region != null) key += region; return await cache.GetOrCreateAsync($"x:{key}:{id}", async e => (Product?)await api.LoadAsync(id, region!)); }""")]
    [InlineData("""public async Task<Product?> Get(int id, string region) { var key = new Query(region, id); return await cache.GetOrCreateAsync(key, async e => (Product?)await api.LoadAsync(id, region)); }""")]
    [InlineData("""public async Task<Product?> Get(int id, string region) => await cache.GetOrCreateAsync((id, region), async e => (Product?)await api.LoadAsync(id, region));""")]
    [InlineData("""public async Task<Product?> Get(int id, string region) => await cache.GetOrCreateAsync(id, async e => (Product?)await api.LoadAsync(id, region));""")]
    [InlineData("""public async Task Get(IEnumerable<Product> all) { foreach (var p in all) await cache.GetOrCreateAsync("d7:" + p.Name, async e => (Product?)await api.LoadAsync(p.Id)); }""")]
    [InlineData("""public async Task Get(string text) { if (int.TryParse(text, out var id)) await cache.GetOrCreateAsync("d8:" + text, async e => (Product?)await api.LoadAsync(id)); }""")]
    [InlineData("""public ValueTask<Product> Get(int id) => hybrid.GetOrCreateAsync($"e1:{id}:{CultureInfo.CurrentUICulture.Name}", async ct => await api.LoadAsync(id, CultureInfo.CurrentUICulture.Name));""")]
    [InlineData("""public ValueTask<Product> Get(int id) { var lang = CultureInfo.CurrentUICulture.Name; return hybrid.GetOrCreateAsync($"e1:{id}:{lang}", async ct => await api.LoadAsync(id, CultureInfo.CurrentUICulture.Name)); }""")]
    [InlineData("""public ValueTask<Product> Get(int id, string userId) => hybrid.GetOrCreateAsync($"e1:{id}:{userId}", async ct => await api.LoadAsync(id, http.HttpContext!.User.Identity!.Name!));""")]
    [InlineData("""public ValueTask<Product> Get(int id) => hybrid.GetOrCreateAsync($"e7:{id}", async ct => { logger.LogInformation("{U}", http.HttpContext!.User.Identity!.Name); return await api.LoadAsync(id); });""")]
    [InlineData("""public ValueTask<Product> Get(int id, bool forceRefresh, CancellationToken ct, TimeSpan ttl, int days) => hybrid.GetOrCreateAsync($"f1:{id}", async c => await search.One(id, forceRefresh, ttl), new HybridCacheEntryOptions { Expiration = TimeSpan.FromDays(days) }, cancellationToken: ct);""")]
    [InlineData("""public Task<string?> Get(string host, string path) => cache.GetOrCreateAsync(host, _ => search.Text(host + path))!;""")]
    [InlineData("""public Task<string?> Get(string host, string path) => cache.GetOrCreateAsync(host + ":" + path.GetHashCode(), _ => search.Text(host + path))!;""")]
    public Task IsSilentWhereTheKeySaysEnough(string member) => VerifyAsync(In(member));

    private static string In(string member) =>
        $$"""
        using System.Globalization; using System.Text; using Microsoft.Extensions.Logging;
        public record Query(string Region, int Page) { public string Key => $"q:{Region}:{Page}"; public string Half() => $"q:{Page}"; }
        public class Request { public int Id { get; set; } public string City { get; set; } = ""; public int Page { get; set; } public string TenantId { get; set; } = ""; public bool Force { get; set; } }
        public class Service { public int Size { get; set; } public IProductApi Api = null!; }
        public readonly record struct ProductId(int Value);
        public enum Kind { A, B }
        public interface ISearch { Task<List<Product>> Find(Query q); Task<List<Product>> Find(Request q); Task<Product> One(object a, object? b = null, object? c = null); Task<string> Text(string s); }
        public class A(IMemoryCache cache, IDistributedCache remote, HybridCache hybrid, IDatabase redis, ShopDb db, IProductApi api, ISearch search, ILogger<A> logger, IHttpContextAccessor http)
        {
            private static readonly ConcurrentDictionary<string, Task<Product>> Seen = new();
            private string _region = "";
            private async Task<T> GetOrLoad<T>(string key, Func<Task<T>> load) { if (cache.TryGetValue(key, out T? hit)) return hit!; var v = await load(); return cache.Set(key, v, TimeSpan.FromMinutes(1)); }
            private async Task<Product> Load(int id, string region) => await api.LoadAsync(id, region);
            public object All => (cache, remote, hybrid, redis, db, api, search, logger, http, Seen, _region);
            {{member}}
        }
        """;

    [Fact]
    public Task LooksThroughCacheServicesAndEndpoints() => VerifyAsync(
        """
        public class C(IMemoryCache cache, IProductApi api, string region)
        {
            public Task<Product?> A(int id) => cache.GetOrCreateAsync($"x:{id}", async _ => (Product?)await api.LoadAsync(id, region), Ttl.M);
        }
        public static class Api
        {
            public static void Map(WebApplication app) => app.MapGet("/", (int id, string region, IMemoryCache cache, IProductApi api) => cache.GetOrCreateAsync([|$"p:{id}"|], async _ => (Product?)await api.LoadAsync(id, region), Ttl.M));
        }
        public interface ICacheService { Task<T> GetOrLoadAsync<T>(string key, Func<Task<T>> load); }
        public class CacheService(IDistributedCache cache) : ICacheService
        {
            public async Task<T> GetOrLoadAsync<T>(string key, Func<Task<T>> load)
            {
                var hit = await cache.GetStringAsync(key);
                if (hit != null) return System.Text.Json.JsonSerializer.Deserialize<T>(hit)!;
                var v = await load();
                await cache.SetStringAsync(key, System.Text.Json.JsonSerializer.Serialize(v), Ttl.D);
                return v;
            }
        }
        public class Svc(ICacheService cache, IProductApi api)
        {
            public Task<Product> A(int id, string region) => cache.GetOrLoadAsync([|$"s:{id}"|], () => api.LoadAsync(id, region));
            public Task<Product> B(int id, string region) => cache.GetOrLoadAsync($"s:{id}:{region}", () => api.LoadAsync(id, region));
            public async Task<Product> C(int id, string region) { var key = $"s:{id}"; return await cache.GetOrLoadAsync([|key|], async () => { return await api.LoadAsync(id, region); }); }
        }
        """);

    [Fact]
    public Task LeavesNamesOfTheOptionAlone()
    {
        var test = TestOf(
            """
            public class A(HybridCache cache, IProductApi api)
            {
                public ValueTask<Product> Get(int id, string caller, bool USECACHE) => cache.GetOrCreateAsync($"p:{id}", async ct => await api.LoadAsync(USECACHE ? id : 0, caller, ct));
                public ValueTask<Product> Other(int id, string region) => cache.GetOrCreateAsync([|$"p:{id}"|], async ct => await api.LoadAsync(id, region, ct));
            }
            """);
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*]\nbreakwater.BW0404.ignored_inputs = caller\n"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task LooksIntoLocalFunctionsThatTheFactoryCalls() => VerifyAsync(
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> Captured(int id, string region)
            {
                var normalised = region.ToUpperInvariant();
                return cache.GetOrCreateAsync([|$"a:{id}"|], e => Load());
                async Task<Product?> Load() => await api.LoadAsync(id, normalised);
            }
            public Task<Product?> InTheKey(int id, string region)
            {
                return cache.GetOrCreateAsync($"b:{id}:{region}", e => Load());
                async Task<Product?> Load() => await api.LoadAsync(id, region);
            }
            public Task<Product?> OnlyPrinted(int id, string why)
            {
                return cache.GetOrCreateAsync($"c:{id}", e => Load(3));
                async Task<Product?> Load(int left)
                {
                    Console.WriteLine(why);
                    return left == 0 ? await api.LoadAsync(id) : await Load(left - 1);
                }
            }
            public async Task<Product> Aside(int id, string region)
            {
                if (cache.TryGetValue($"d:{id}", out Product? hit)) return hit!;
                return cache.Set([|$"d:{id}"|], await Load(), TimeSpan.FromMinutes(5));
                async Task<Product> Load() => await api.LoadAsync(id, region);
            }
        }
        """);
}
