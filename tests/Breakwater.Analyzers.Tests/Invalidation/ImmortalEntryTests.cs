using Breakwater.Rules.Invalidation.ImmortalEntry;

namespace Breakwater.Tests.Invalidation;

public class ImmortalEntryTests
{
    private const string RedisPackage = "namespace Microsoft.Extensions.Caching.StackExchangeRedis { public class RedisCache { } }";

    private static Task VerifyAsync(string source, string? options = null)
    {
        var test = new RuleTest<ImmortalEntryAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        if (options is not null)
            test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\n" + options));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsReadThroughsWritesAndCacheAsides() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> One(int id) => cache.[|GetOrCreateAsync|]($"product:{id}", async _ => (Product?)await api.LoadAsync(id));
            public void Remember(string token, int userId) => cache.[|Set|]("token:" + token, userId);
        }
        public class A2(IMemoryCache cache, ShopDb db)
        {
            public List<Product> All()
            {
                if (cache.TryGetValue("products", out List<Product>? hit)) return hit!;
                var list = db.Products.ToList();
                cache.[|Set|]("products", list, new MemoryCacheEntryOptions { Priority = CacheItemPriority.High });
                return list;
            }
        }
        public class A3(IDatabase redis, IProductApi api)
        {
            public async Task<string> Name(int id)
            {
                RedisKey key = $"name:{id}";
                var hit = await redis.StringGetAsync(key);
                if (hit.HasValue) return hit!;
                var name = (await api.LoadAsync(id)).Name;
                await redis.[|StringSetAsync|](key, name);
                return name;
            }
        }
        """);

    [Fact]
    public Task ReportsRedisBehindTheDistributedCache() => VerifyAsync(
        """
        namespace Microsoft.Extensions.Caching.StackExchangeRedis { public class RedisCache { } }
        public class A4(IDistributedCache cache, IProductApi api)
        {
            public async Task<string> Name(int id)
            {
                if (await cache.GetStringAsync($"n:{id}") is { } hit) return hit;
                var name = (await api.LoadAsync(id)).Name;
                await cache.[|SetStringAsync|]($"n:{id}", name);
                return name;
            }
        }
        """);

    [Fact]
    public Task IsSilentOnLifetimesRemovalsBoundsAndPrimaryData() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, IProductApi api, TimeSpan? ttl)
        {
            public Task<Product?> Conditional(int id) => cache.GetOrCreateAsync($"a:{id}", async e => { if (ttl is { } t) e.SetSlidingExpiration(t); return (Product?)await api.LoadAsync(id); });
            public Task<Product?> Removed(int id) => cache.GetOrCreateAsync($"b:{id}", async _ => (Product?)await api.LoadAsync(id));
            public void Changed(int id) => cache.Remove($"b:{id}");
            public void Publish(List<Product> rates) => cache.Set("rates", rates);              
            public string? Describe(Type type) => cache.GetOrCreate(type, _ => type.FullName);  
            private readonly MemoryCache bounded = new(new MemoryCacheOptions { SizeLimit = 1000 });
            public string Parsed(string text) => bounded.Set(text, text.Trim(), new MemoryCacheEntryOptions { Size = 1 });
        }
        public class S2(HybridCache hybrid, IDatabase redis, IProductApi api)
        {
            public ValueTask<Product> Get(int id) => hybrid.GetOrCreateAsync("p:" + id, async ct => await api.LoadAsync(id, ct));
            public Task Basket(int user, string json) => redis.StringSetAsync($"basket:{user}", json);   
        }
        """);

    [Fact]
    public Task ReportsInTheWrapperOrAtItsCallWhicheverDecides() => VerifyAsync(
        """
        public interface ICacheService { Task<T?> GetAsync<T>(string key); Task SetAsync<T>(string key, T value, TimeSpan? ttl = null); void Remember<T>(string key, T value); T? Peek<T>(string key); void Forget(string key); }
        public class CacheService(IMemoryCache cache) : ICacheService
        {
            public Task<T?> GetAsync<T>(string key) => Task.FromResult(cache.Get<T>(key));
            public Task SetAsync<T>(string key, T value, TimeSpan? ttl = null)
            {
                cache.Set(key, value, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = ttl });
                return Task.CompletedTask;
            }
            public void Remember<T>(string key, T value) => cache.[|Set|](key, value);
            public T? Peek<T>(string key) => cache.Get<T>(key);
            public void Forget(string key) { }
        }
        public class Uses(ICacheService service, IProductApi api)
        {
            public async Task<Product> Get(int id)
            {
                if (await service.GetAsync<Product>($"u1:{id}") is { } hit) return hit;
                var p = await api.LoadAsync(id);
                await service.[|SetAsync|]($"u1:{id}", p);
                return p;
            }
            public async Task<Product> Get2(int id)
            {
                if (await service.GetAsync<Product>($"u2:{id}") is { } hit) return hit;
                var p = await api.LoadAsync(id);
                await service.SetAsync($"u2:{id}", p, TimeSpan.FromMinutes(1));
                return p;
            }
            public async Task<Product> Get3(int id)
            {
                if (service.Peek<Product>($"u3:{id}") is { } hit) return hit;
                var p = await api.LoadAsync(id);
                service.Remember($"u3:{id}", p);
                return p;
            }
        }
        """);

    [Fact]
    public Task ReadsEveryPlaceThatCanSetALifetime() => VerifyAsync(
        """
        public class B(IMemoryCache cache, IProductApi api, ShopDb db, IConfiguration2 config, MemoryCacheEntryOptions injected, IServiceProvider sp)
        {
            private static readonly MemoryCacheEntryOptions NoLife = new() { Priority = CacheItemPriority.Low };
            private static readonly MemoryCacheEntryOptions Later = new();
            static B() { Later.SlidingExpiration = TimeSpan.FromMinutes(1); }
            private static MemoryCacheEntryOptions Getter => new() { Priority = CacheItemPriority.Low };
            private static MemoryCacheEntryOptions Getter2 { get { return new MemoryCacheEntryOptions().SetSize(1); } }
            private static MemoryCacheEntryOptions Made() => new() { Priority = CacheItemPriority.Low };
            public void S1(string k) => cache.[|Set|]("s1" + k, 1, NoLife);
            public void S2(string k) => cache.Set("s2" + k, 1, Later);
            public void S3(string k) => cache.[|Set|]("s3" + k, 1, Getter);
            public void S4(string k) => cache.Set("s4" + k, 1, Getter2);
            public void S5(string k) => cache.Set("s5" + k, 1, Made());
            public void S6(string k) => cache.Set("s6" + k, 1, injected);
            public void S7(string k) => CacheExtensions.[|Set|](cache, "s7" + k, 1);
            public void S8(Guid? k) => cache.[|Set|](value: 1, key: $"s8{k}");
            public void S9(DayOfWeek k) => cache.Set($"s9{k}", 1);
            public void S10(string k) { var o = new MemoryCacheEntryOptions(); cache.[|Set|]("s10" + k, 1, o); }
            public void S11(string k, bool x) { var o = new MemoryCacheEntryOptions(); if (x) o.AbsoluteExpiration = DateTimeOffset.UtcNow.AddMinutes(1); cache.Set("s11" + k, 1, o); }
            public void S12(string k) { var o = new MemoryCacheEntryOptions(); Change(o); cache.Set("s12" + k, 1, o); }
            private static void Change(MemoryCacheEntryOptions options) => options.Size = 1;
            public void S13(string k) { using var e = cache.[|CreateEntry|]("s13" + k); e.Value = 1; }
            public void S14(string k) { using (var e = cache.CreateEntry("s14" + k)) { e.Value = 1; e.Size = 2; } }
            public void S15(string k) { using var e = cache.[|CreateEntry|]("s15" + k); e.SetValue(1).RegisterPostEvictionCallback((a, b, c, d) => { }); }
            public void S16(string k) { using var e = cache.CreateEntry("s16" + k); e.Value = 1; e.AddExpirationToken(new Microsoft.Extensions.Primitives.CancellationChangeToken(default)); }
            public void S17(string k) { cache.Set("s17" + k, 1, new MemoryCacheEntryOptions { ExpirationTokens = { new Microsoft.Extensions.Primitives.CancellationChangeToken(default) } }); }
            public void S18(string k) { cache.Set("s18" + k, 1, new Microsoft.Extensions.Primitives.CancellationChangeToken(default)); }
            public void S19(string k) { cache.Set("s19" + k, 1, DateTimeOffset.UtcNow.AddDays(1)); }
            public void S20(string k) { cache.[|Set|]("s20" + k, 1, (MemoryCacheEntryOptions?)null); }
            public void S21(string k) { sp.GetRequiredService<IMemoryCache>().[|Set|]("s21" + k, 1); }
            public void S22(string k) { var mine = new MemoryCache(new MemoryCacheOptions()); mine.Set("s22" + k, 1); }
            public void S23(string k) { foreach (var id in new[] { 1, 2 }) cache.Set($"s23:{id}", 1); }
            public void S24(string k) { cache.[|Set|]("s24" + k, 1, new MemoryCacheEntryOptions { SlidingExpiration = null }); }
            public Task<Product?> G1(int id) => cache.[|GetOrCreateAsync|]($"g1:{id}", Load);
            private async Task<Product?> Load(ICacheEntry e) => await api.LoadAsync(1);
            public Task<Product?> G2(int id) => cache.GetOrCreateAsync($"g2:{id}", Load2);
            private async Task<Product?> Load2(ICacheEntry e) { e.SetSlidingExpiration(TimeSpan.FromMinutes(1)); return await api.LoadAsync(1); }
            public Task<Product?> G3(int id) => cache.GetOrCreateAsync($"g3:{id}", async e => { Configure(e); return (Product?)await api.LoadAsync(1); });
            private void Configure(ICacheEntry e) { }
            public Task<Product?> G4(int id) => cache.GetOrCreateAsync($"g4:{id}", async e => { Action a = () => Console.WriteLine(e.Key); a(); return (Product?)await api.LoadAsync(1); });
            public Task<Product?> G5(int id) => cache.[|GetOrCreateAsync|]($"g5:{id}", async e => { Console.WriteLine(e.Key); return (Product?)await api.LoadAsync(1); });
            public Task<Product?> G6(int id)
            {
                return cache.[|GetOrCreateAsync|]($"g6:{id}", Factory);
                async Task<Product?> Factory(ICacheEntry entry) { entry.Priority = CacheItemPriority.High; return await api.LoadAsync(id); }
            }
            public Task<Product?> G7(int id, Func<ICacheEntry, Task<Product?>> f) => cache.GetOrCreateAsync($"g7:{id}", f);
            public List<Product>? G8() => cache.[|GetOrCreate|]("g8", delegate (ICacheEntry e) { return db.Products.ToList(); });
            public string? G9() => cache.GetOrCreate("g9", _ => "x".ToUpper());
            public Task<Product?> G10(int id) => cache.GetOrCreateAsync($"g10:{id}", async _ => (Product?)await api.LoadAsync(id), new MemoryCacheEntryOptions { Size = 1 });
            public Task<Product?> G11(int id) => cache.[|GetOrCreateAsync|]($"g11:{id}", async _ => (Product?)await api.LoadAsync(id), new MemoryCacheEntryOptions { Priority = CacheItemPriority.Low });
            public Task<Product?> G12(int id) => cache.GetOrCreateAsync($"g12:{id}", async e => { e.SetOptions(new MemoryCacheEntryOptions { Size = 3 }); return (Product?)await api.LoadAsync(id); });
            public Task<Product?> G13(int id) => cache.[|GetOrCreateAsync|]($"g13:{id}", async e => { e.SetOptions(new MemoryCacheEntryOptions()); return (Product?)await api.LoadAsync(id); });
            public Task<Product?> G14(int id) => cache.GetOrCreateAsync($"g14:{id}", async e => { e.AbsoluteExpirationRelativeToNow = config.Ttl; return (Product?)await api.LoadAsync(id); });
            public Task<Product?> G15(int id) => cache.[|GetOrCreateAsync|](id, async e => (Product?)await api.LoadAsync(id));
            public Task<Product?> G16(int id) { Func<ICacheEntry, Task<Product?>> f = async e => await api.LoadAsync(id); return cache.[|GetOrCreateAsync|]($"g16:{id}", f); }
            public Task<Product?> G17(int id) => cache.GetOrCreateAsync($"g17:{id}", async e => { _ = e.SetSize(3); return (Product?)await api.LoadAsync(id); });
        }
        public interface IConfiguration2 { TimeSpan? Ttl { get; } }
        """);

    [Fact]
    public Task LooksForRemovalsInAllTypes() => VerifyAsync(
        """
        public class R1(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> One(int id) => cache.GetOrCreateAsync($"r1:{id}", async _ => (Product?)await api.LoadAsync(id));
            public Task<Product?> Two(int id) => cache.GetOrCreateAsync($"r2:{id}", async _ => (Product?)await api.LoadAsync(id));
            public Task<Product?> Three(int id) => cache.[|GetOrCreateAsync|]($"r3:{id}", async _ => (Product?)await api.LoadAsync(id));
        }
        public class R2(IMemoryCache cache)
        {
            public void Drop(Product p) { Drop2("r1:" + p.Id); foreach (var k in new[] { 1 }) cache.Remove($"r2:{k}"); cache.Remove("r4:" + p.Id); }
            private void Drop2(string key) => cache.Remove(key);
        }
        """);

    [Fact]
    public Task LooksAtCacheAsidesOfTheDistributedCache() => VerifyAsync(
        """
        namespace Microsoft.Extensions.Caching.StackExchangeRedis { public class RedisCache { } }
        public class D1(IDistributedCache cache, IProductApi api)
        {
            public async Task<string> A(int id)
            {
                var hit = await cache.GetStringAsync($"a:{id}");
                if (hit is not null) return hit;
                var name = (await api.LoadAsync(id)).Name;
                await cache.[|SetStringAsync|]($"a:{id}", name, new DistributedCacheEntryOptions());
                return name;
            }
            public async Task<byte[]> B(int id, CancellationToken ct)
            {
                var hit = await cache.GetAsync($"b:{id}", ct);
                if (hit is not null) return hit;
                var bytes = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(await api.LoadAsync(id, ct));
                await cache.[|SetAsync|]($"b:{id}", bytes, ct);
                return bytes;
            }
            public async Task<string> C(int id)
            {
                var hit = await cache.GetStringAsync($"c:{id}");
                if (hit is not null) return hit;
                var name = (await api.LoadAsync(id)).Name;
                await cache.SetStringAsync($"c:{id}", name, Ttl.D);
                return name;
            }
            public Task Plain(string id) => cache.SetStringAsync($"d:{id}", id);
            public async Task<Product?> E(int id) => await GetOrSet($"e:{id}", () => api.LoadAsync(id));
            private async Task<T?> GetOrSet<T>(string key, Func<Task<T>> load, DistributedCacheEntryOptions? options = null)
            {
                var json = await cache.GetStringAsync(key);
                if (json != null) return System.Text.Json.JsonSerializer.Deserialize<T>(json);
                var v = await load();
                await cache.SetStringAsync(key, System.Text.Json.JsonSerializer.Serialize(v), options ?? new DistributedCacheEntryOptions());
                return v;
            }
            private async Task<T?> GetOrSet2<T>(string key, Func<Task<T>> load)
            {
                var json = await cache.GetStringAsync(key);
                if (json != null) return System.Text.Json.JsonSerializer.Deserialize<T>(json);
                var v = await load();
                await cache.[|SetStringAsync|](key, System.Text.Json.JsonSerializer.Serialize(v));
                return v;
            }
        }
        public static class Ext
        {
            public static async Task SetJson<T>(this IDistributedCache cache, string key, T value) => await cache.[|SetStringAsync|](key, System.Text.Json.JsonSerializer.Serialize(value));
            public static async Task<T?> GetJson<T>(this IDistributedCache cache, string key) { var s = await cache.GetStringAsync(key); return s is null ? default : System.Text.Json.JsonSerializer.Deserialize<T>(s); }
            public static Task SetFor<T>(this IDistributedCache cache, string key, T value, DistributedCacheEntryOptions options) => cache.SetStringAsync(key, System.Text.Json.JsonSerializer.Serialize(value), options);
        }
        public class D2(IDistributedCache cache, IProductApi api)
        {
            public async Task<Product> A(int id)
            {
                if (await cache.GetJson<Product>($"d2:{id}") is { } p) return p;
                p = await api.LoadAsync(id);
                await cache.SetJson($"d2:{id}", p);
                return p;
            }
        }
        """);

    [Fact]
    public Task LooksAtCacheAsidesInRedis() => VerifyAsync(
        """
        public class Rd(IDatabase redis, IConnectionMultiplexer mux, IProductApi api)
        {
            public async Task<string> A(int id)
            {
                var hit = await redis.StringGetAsync($"ra:{id}");
                if (!hit.IsNullOrEmpty) return hit!;
                var name = (await api.LoadAsync(id)).Name;
                await redis.[|StringSetAsync|]($"ra:{id}", name, (TimeSpan?)null, When.Always);
                return name;
            }
            public async Task<string> B(int id)
            {
                var hit = await redis.StringGetAsync($"rb:{id}");
                if (!hit.IsNullOrEmpty) return hit!;
                var name = (await api.LoadAsync(id)).Name;
                await redis.StringSetAsync($"rb:{id}", name, keepTtl: true, expiry: null, when: When.Always);
                return name;
            }
            public async Task<string> C(int id)
            {
                var hit = await redis.StringGetAsync($"rc:{id}");
                if (!hit.IsNullOrEmpty) return hit!;
                var name = (await api.LoadAsync(id)).Name;
                await redis.StringSetAsync($"rc:{id}", name);
                await redis.KeyExpireAsync($"rc:{id}", TimeSpan.FromMinutes(1));
                return name;
            }
            public async Task<string> D(int id)
            {
                var db = mux.GetDatabase();
                var hit = await db.StringGetAsync($"rd:{id}");
                if (!hit.IsNullOrEmpty) return hit!;
                var name = (await api.LoadAsync(id)).Name;
                await db.[|StringSetAsync|]($"rd:{id}", name, when: When.NotExists);
                return name;
            }
            public async Task<string> E(int id)
            {
                var hit = await redis.StringGetAsync($"re:{id}");
                if (!hit.IsNullOrEmpty) return hit!;
                var name = (await api.LoadAsync(id)).Name;
                await redis.StringSetAsync($"re:{id}", name);
                return name;
            }
            public Task Drop(int[] ids) => redis.KeyDeleteAsync(new RedisKey[] { $"re:{ids[0]}" });
            public async Task<string> F(int id)
            {
                var hit = await redis.StringGetAsync($"rf:{id}");
                if (!hit.IsNullOrEmpty) return hit!;
                var name = (await api.LoadAsync(id)).Name;
                await redis.StringSetAsync($"rf:{id}", name, Expiration.KeepTtl);
                return name;
            }
            public string G(int id)
            {
                string? hit = redis.StringGet($"rg:{id}");
                if (hit != null) return hit;
                var name = api.LoadAsync(id).Result.Name;
                redis.[|StringSet|]($"rg:{id}", name);
                return name;
            }
        }
        """);

    [Fact]
    public async Task SaysWhichCallStoresWhat()
    {
        var test = new RuleTest<ImmortalEntryAnalyzer> { TestCode = "public class A(IMemoryCache cache) { public void M(string token) => cache.{|#0:Set|}(\"token:\" + token, 1); }" };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new ImmortalEntryAnalyzer().Descriptor)
            .WithLocation(0).WithArguments("Set", "token:*"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsRemovedEntriesWhenTold() => VerifyAsync(
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> One(int id) => cache.[|GetOrCreateAsync|]($"b:{id}", async _ => (Product?)await api.LoadAsync(id));
            public void Changed(int id) => cache.Remove($"b:{id}");
        }
        """,
        "breakwater.BW0402.report_removed_entries = true");

    // Every way in which code says that an entry goes; each stands beside the write of 'k:' + id.
    [Theory]
    [InlineData("public void Drop(int x) => cache.Remove($\"k:{x}\");", true)]
    [InlineData("public void Drop(int x) => cache.Remove(\"k:\" + x);", true)]
    [InlineData("public void Drop(string key) => cache.Remove(key);", true)]
    [InlineData("public void Drop(string key) => cache.Remove(key); public void Other() => Drop(\"other\");", false)]
    [InlineData("public void Drop(List<string> keys) { foreach (var key in keys) cache.Remove(key); }", true)]
    [InlineData("public void Drop(int x) => cache.Remove(x);", false)]
    [InlineData("public void Drop(int x) => cache.Remove($\"other:{x}\");", false)]
    [InlineData("public void Drop() => ((MemoryCache)cache).Clear();", true)]
    [InlineData("public void Drop() { if (cache is MemoryCache all) all.Compact(1); }", true)]
    [InlineData("private readonly IMemoryCache second = second; public void Drop(int x) => second.Remove($\"k:{x}\");", false)]
    [InlineData("private void Forget(string key) => cache.Remove(key); public void Drop(int x) => Forget($\"k:{x}\");", true)]
    [InlineData("private static string Key(int i) => $\"k:{i}\"; public void Drop(int x) => cache.Remove(Key(x));", true)]
    [InlineData("public Action<int> Drop => x => cache.Remove($\"k:{x}\");", true)]
    public Task KnowsWhatRemovesAnEntry(string members, bool isRemoved) => VerifyAsync(
        $$"""
        public class A(IMemoryCache cache, IProductApi api, IMemoryCache second)
        {
            public Task<Product?> One(int id) => cache.{{(isRemoved ? "GetOrCreateAsync" : "[|GetOrCreateAsync|]")}}($"k:{id}", async _ => (Product?)await api.LoadAsync(id));
            public IMemoryCache Second => second;
            {{members}}
        }
        """);

    // What a key without a lifetime may be made of.
    [Theory]
    [InlineData("string a", "\"k\" + a", true)]
    [InlineData("long a", "a", true)]
    [InlineData("Guid a", "a", true)]
    [InlineData("byte? a", "(\"k\", a)", true)]
    [InlineData("string a", "a.Trim().ToLowerInvariant()", true)]
    [InlineData("DayOfWeek a", "$\"k{a}\"", false)]
    [InlineData("Type a", "a", false)]
    [InlineData("bool a", "$\"k{a}\"", false)]
    [InlineData("string a", "\"k\"", false)]
    [InlineData("string a", "nameof(a)", false)]
    public Task ReportsPlainWritesWhoseKeysHaveNoEnd(string parameter, string key, bool isReported) => VerifyAsync(
        $"public class A(IMemoryCache cache) {{ public void M({parameter}) => cache.{(isReported ? "[|Set|]" : "Set")}({key}, 1); }}");

    [Fact]
    public Task IsSilentWhereTheCacheIsBoundedByItsRegistration() => VerifyAsync(
        """
        public static class Setup { public static void Add(IServiceCollection services) => services.AddMemoryCache(o => { o.SizeLimit = 100; }); }
        public class A(IMemoryCache cache) { public void M(string k) => cache.Set(k, 1); }
        public class B { private static readonly MemoryCache Mine = new(new MemoryCacheOptions()); public void M(string k) => Mine.[|Set|](k, 1); }
        """);

    [Fact]
    public Task IsSilentWhereTheDistributedCacheIsNotSurelyRedis() => VerifyAsync(
        """
        public class A(IDistributedCache cache, IProductApi api)
        {
            public async Task<string> Name(int id)
            {
                if (await cache.GetStringAsync($"n:{id}") is { } hit) return hit;
                var name = (await api.LoadAsync(id)).Name;
                await cache.SetStringAsync($"n:{id}", name);
                return name;
            }
        }
        """);

    [Theory]
    [InlineData("namespace Microsoft.Extensions.Caching.SqlServer { public class SqlServerCache { } }")]
    [InlineData("namespace Microsoft.Extensions.Caching.Cosmos { public class CosmosCache { } }")]
    [InlineData("namespace Own { public class Store(IOptions2 o) : MemoryDistributedCache(o.Value) { } public interface IOptions2 { Microsoft.Extensions.Options.IOptions<MemoryDistributedCacheOptions> Value { get; } } }")]
    public Task IsSilentBesideOtherDistributedCaches(string other) => VerifyAsync(
        $$"""
        {{RedisPackage}}
        {{other}}
        public class A(IDistributedCache cache, IProductApi api)
        {
            public async Task<string> Name(int id)
            {
                if (await cache.GetStringAsync($"n:{id}") is { } hit) return hit;
                var name = (await api.LoadAsync(id)).Name;
                await cache.SetStringAsync($"n:{id}", name);
                return name;
            }
        }
        """);

    [Fact]
    public Task IsSilentOnKeysThatAreWrittenOut() => VerifyAsync(
        """
        public class Store(IMemoryCache cache)
        {
            public void Put<T>(string key, T value) => cache.Set(key, value);
            public void PutAny<T>(string key, T value) => cache.[|Set|](key, value);
            public void Fixed() { foreach (var i in new[] { 1, 2, 3 }) cache.Set($"fixed:{i}", i); }
            public void Given(int a, int b) { foreach (var i in new[] { a, b }) cache.[|Set|]($"given:{i}", i); }
        }
        public class Caller(Store store)
        {
            public void One() => store.Put("one", 1);
            public void Two() => store.Put("two", 2);
            public void Some(int id) => store.PutAny("some" + id, 1);
        }
        """);

    [Fact]
    public Task LooksAtHandlersInTopLevelStatements()
    {
        var test = new RuleTest<ImmortalEntryAnalyzer>
        {
            TestCode = """
                var app = WebApplication.Create();
                app.MapGet("/p/{id}", async (int id, IMemoryCache cache, IProductApi api) => await cache.[|GetOrCreateAsync|]($"p:{id}", async e => await api.LoadAsync(id)));
                app.MapGet("/q/{id}", async (int id, IMemoryCache cache, IProductApi api) => await cache.GetOrCreateAsync($"q:{id}", async e => await api.LoadAsync(id)));
                app.MapPost("/q/{id}", (int id, IMemoryCache cache) => cache.Remove($"q:{id}"));
                static Product Store(IMemoryCache cache, int id, Product p) => cache.[|Set|](("r", id), p);
                app.MapGet("/r/{id}", async (int id, IMemoryCache cache, IProductApi api) => cache.TryGetValue(("r", id), out Product? hit) ? hit : Store(cache, id, await api.LoadAsync(id)));
                """,
            TestState = { OutputKind = OutputKind.ConsoleApplication },
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
