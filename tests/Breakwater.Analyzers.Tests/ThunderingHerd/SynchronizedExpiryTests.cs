using Breakwater.Rules.ThunderingHerd.SynchronizedExpiry;

namespace Breakwater.Tests.ThunderingHerd;

public class SynchronizedExpiryTests
{
    private static Task VerifyAsync(string source)
    {
        var test = new RuleTest<SynchronizedExpiryAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsLoopsAndMoments() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, IDatabase redis, ShopDb db)
        {
            private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);
            public Product? Get(int id) => cache.GetOrCreate($"p:{id}", _ => db.Products.First(p => p.Id == id), Ttl.M);
            public async Task Warm() { foreach (var p in await db.Products.ToListAsync()) cache.Set($"p:{p.Id}", p, [|Life|]); }
            public Task<RedisValue> Name(int id) => redis.StringGetAsync($"n:{id}");
            public async Task WarmRemote(List<Product> all) => await Task.WhenAll(all.Select(p => redis.StringSetAsync($"n:{p.Id}", p.Name, [|TimeSpan.FromHours(1)|])));
            public Product? Rate(int id) => cache.GetOrCreate($"r:{id}", e =>
            {
                e.AbsoluteExpiration = [|DateTime.Today.AddDays(1)|];
                return db.Products.First(p => p.Id == id);
            });
        }
        """);

    [Fact]
    public Task IsSilentOnJitterOwnLifetimesShortListsAndBatches() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, ShopDb db)
        {
            public Product? Get(int id) => cache.GetOrCreate($"p:{id}", _ => db.Products.First(p => p.Id == id), Ttl.M);
            public void Jittered(List<Product> all) { foreach (var p in all) cache.Set($"p:{p.Id}", p, TimeSpan.FromMinutes(30) + TimeSpan.FromSeconds(Random.Shared.Next(0, 60))); }
            public void Own(List<Product> all) { foreach (var p in all) cache.Set($"p:{p.Id}", p, TimeSpan.FromMinutes((double)p.Price)); }
            public void Fixed() { foreach (var id in new[] { 1, 2, 3 }) cache.Set($"p:{id}", new Product { Id = id }, TimeSpan.FromMinutes(5)); }
            public void Batch(List<int> ids)
            {
                var missing = ids.Where(id => !cache.TryGetValue($"p:{id}", out _)).ToList();
                foreach (var p in db.Products.Where(p => missing.Contains(p.Id)).ToList()) cache.Set($"p:{p.Id}", p, TimeSpan.FromMinutes(5));
            }
        }
        """);

    [Fact]
    public Task LooksAtEveryKindOfLoopAndCache() => VerifyAsync(
        """
        public class W(IMemoryCache cache, IDistributedCache remote, HybridCache hybrid, ZiggyCreatures.Caching.Fusion.IFusionCache fusion, IDatabase redis, ShopDb db, IProductApi api, TimeProvider clock, System.Data.Common.DbDataReader reader)
        {
            private static readonly MemoryCacheEntryOptions Shared = new() { AbsoluteExpirationRelativeToNow = [|TimeSpan.FromMinutes(5)|] };
            private static readonly MemoryCacheEntryOptions Unshared = new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5) };
            private static readonly MemoryCacheEntryOptions Sliding = new() { SlidingExpiration = TimeSpan.FromMinutes(5) };
            public Product? G1(int id) => cache.GetOrCreate($"p:{id}", _ => db.Products.First(p => p.Id == id), Unshared);
            public Task<string?> G2(int id) => remote.GetStringAsync($"d:{id}");
            public ValueTask<Product> G3(int id) => hybrid.GetOrCreateAsync($"h:{id}", async ct => await api.LoadAsync(id, ct));
            public Product? G4(int id) => fusion.GetOrDefault<Product>($"f:{id}");
            public Task<RedisValue> G5(int id) => redis.StringGetAsync($"n:{id}");
            public void L1(List<Product> all) { foreach (var p in all) cache.Set($"p:{p.Id}", p, Shared); }
            public void L1b(List<Product> all) { foreach (var p in all) cache.Set($"p:{p.Id}", p, Sliding); }
            public void L2(List<Product> all) { for (var i = 0; i < all.Count; i++) cache.Set($"p:{all[i].Id}", all[i], [|TimeSpan.FromMinutes(5)|]); }
            public async Task L3(List<Product> all) { foreach (var p in all) await remote.SetStringAsync($"d:{p.Id}", p.Name, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = [|TimeSpan.FromMinutes(5)|] }); }
            public async Task L4(List<Product> all) { await Parallel.ForEachAsync(all, async (p, ct) => await hybrid.SetAsync($"h:{p.Id}", p, new HybridCacheEntryOptions { Expiration = [|TimeSpan.FromMinutes(5)|] }, cancellationToken: ct)); }
            public void L5(List<Product> all) { Parallel.ForEach(all, p => fusion.Set($"f:{p.Id}", p, new ZiggyCreatures.Caching.Fusion.FusionCacheEntryOptions([|TimeSpan.FromMinutes(5)|]))); }
            public async Task L6() { while (await reader.ReadAsync()) { var id = reader.GetInt32(0); await redis.StringSetAsync($"n:{id}", reader.GetString(1), [|TimeSpan.FromMinutes(5)|]); } }
            public async Task L7(List<Product> all)
            {
                var options = new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = [|TimeSpan.FromMinutes(5)|] };
                foreach (var p in all) cache.Set($"p:{p.Id}", p, options);
                await Task.Yield();
            }
            public async Task L8(List<Product> all)
            {
                var tasks = all.Select(async p => { await redis.StringSetAsync($"n:{p.Id}", p.Name, [|TimeSpan.FromHours(1)|]); });
                await Task.WhenAll(tasks);
            }
            public void L9(List<Product> all) { var until = clock.GetUtcNow().AddMinutes(30); foreach (var p in all) cache.Set($"p:{p.Id}", p, [|until|]); }
            public void L10(List<Product> all) { foreach (var p in all) { var ttl = TimeSpan.FromMinutes(30); cache.Set($"p:{p.Id}", p, [|ttl|]); } }
            public void L11(List<Product> all) { foreach (var p in all) { var ttl = TimeSpan.FromMinutes((double)p.Price); cache.Set($"p:{p.Id}", p, ttl); } }
            public void L12(List<Product> all) { var ttl = TimeSpan.FromMinutes(1); foreach (var p in all) { cache.Set($"p:{p.Id}", p, ttl); ttl += TimeSpan.FromSeconds(1); } }
            public void L13(List<Product> all) { foreach (var p in all) cache.Set($"p:{p.Id}", p, Spread(TimeSpan.FromMinutes(5))); }
            private static TimeSpan Spread(TimeSpan t) => t + TimeSpan.FromSeconds(Random.Shared.Next(10));
            public void L14(List<Product> all) { foreach (var p in all) cache.Set($"p:{p.Id}", p, AddJitter(TimeSpan.FromMinutes(5))); }
            private TimeSpan AddJitter(TimeSpan t) => t;
            public void L15() { foreach (var id in Enumerable.Range(0, 8)) cache.Set($"p:{id}", new Product(), TimeSpan.FromMinutes(5)); }
            public void L16() { foreach (var id in Enumerable.Range(0, 9)) cache.Set($"p:{id}", new Product(), [|TimeSpan.FromMinutes(5)|]); }
            private static readonly int[] Few = [1, 2, 3];
            public void L17() { foreach (var id in Few) cache.Set($"p:{id}", new Product(), TimeSpan.FromMinutes(5)); }
            public void L18() { int[] ids = [1, 2, 3, 4, 5, 6, 7, 8, 9]; foreach (var id in ids) cache.Set($"p:{id}", new Product(), [|TimeSpan.FromMinutes(5)|]); }
            public void L19(List<Product> all) { foreach (var p in all) cache.Set($"nobody:{p.Id}", p, TimeSpan.FromMinutes(5)); }
            public void L20(List<Product> all) { foreach (var p in all) cache.Set("last", p, TimeSpan.FromMinutes(5)); }
            public async Task L21(int[] ids) { var hits = await redis.StringGetAsync(ids.Select(i => (RedisKey)$"n:{i}").ToArray()); for (var i = 0; i < ids.Length; i++) if (hits[i].IsNull) await redis.StringSetAsync($"n:{ids[i]}", (await api.LoadAsync(ids[i])).Name, TimeSpan.FromMinutes(5)); }
            public void L22(List<Product> all, MemoryCacheEntryOptions given) { foreach (var p in all) cache.Set($"p:{p.Id}", p, given); }
            public void L23(List<Product> all) { foreach (var p in all) Store(p); }
            private void Store(Product p) => cache.Set($"p:{p.Id}", p, [|TimeSpan.FromMinutes(7)|]);
            public void L24(List<Product> all) { foreach (var p in all) Keep($"p:{p.Id}", p, [|TimeSpan.FromMinutes(8)|]); }
            private void Keep(string key, Product p, TimeSpan life) => cache.Set(key, p, life);
            public void L25(List<Product> all, TimeSpan life) { foreach (var p in all) cache.Set($"p:{p.Id}", p, [|life|]); }
            public void L26(List<Product> all) { all.ForEach(p => cache.Set($"p:{p.Id}", p, [|TimeSpan.FromMinutes(5)|])); }
            public void L27(List<Product> all) { foreach (var p in all) { using var e = cache.CreateEntry($"p:{p.Id}"); e.AbsoluteExpirationRelativeToNow = [|TimeSpan.FromMinutes(5)|]; e.Value = p; } }
            public void L28(List<Product> all) { foreach (var p in Missing(all)) cache.Set($"p:{p.Id}", p, TimeSpan.FromMinutes(5)); }
            private List<Product> Missing(List<Product> all) => all.Where(p => !Has(p.Id)).ToList();
            private bool Has(int id) => cache.TryGetValue($"p:{id}", out _);
        }
        """);

    [Fact]
    public Task KnowsMomentsOfTheCalendar() => VerifyAsync(
        """
        public class C(IMemoryCache cache, IDistributedCache remote, ShopDb db, IProductApi api, TimeProvider clock, int hour, string region)
        {
            public Product? A(int id) => cache.GetOrCreate($"a:{id}", e => { e.SetAbsoluteExpiration([|DateTimeOffset.UtcNow.Date.AddDays(1)|]); return db.Products.First(p => p.Id == id); });
            public async Task<Product> B(int id)
            {
                if (cache.TryGetValue($"b:{id}", out Product? hit)) return hit!;
                var midnight = DateTime.UtcNow.Date.AddDays(1).AddHours(3);
                return cache.Set($"b:{id}", await api.LoadAsync(id), [|new DateTimeOffset(midnight, TimeSpan.Zero)|]);
            }
            public async Task<string> D(int id)
            {
                if (await remote.GetStringAsync($"d:{id}") is { } hit) return hit;
                var name = (await api.LoadAsync(id)).Name;
                await remote.SetStringAsync($"d:{id}", name, new DistributedCacheEntryOptions { AbsoluteExpiration = [|DateTime.Today + TimeSpan.FromDays(1)|] });
                return name;
            }
            public Product? E(int id) => cache.GetOrCreate($"e:{id}", e => { e.AbsoluteExpiration = DateTime.Today.AddDays(1).AddHours(hour); return db.Products.First(p => p.Id == id); });
            public Product? F(int id) => cache.GetOrCreate($"f:{id}", e => { e.AbsoluteExpiration = DateTime.Today.AddDays(1).AddSeconds(Random.Shared.Next(300)); return db.Products.First(p => p.Id == id); });
            public Product? G() => cache.GetOrCreate("g", e => { e.AbsoluteExpiration = DateTime.Today.AddDays(1); return db.Products.First(); });
            public Product? H(int id) => cache.GetOrCreate($"h:{id}", e => { e.AbsoluteExpiration = DateTimeOffset.UtcNow.AddDays(1); return db.Products.First(p => p.Id == id); });
            public Product? I(int id) => cache.GetOrCreate($"i:{id}", LoadI);
            private Product LoadI(ICacheEntry e) { e.AbsoluteExpiration = [|DateTime.Today.AddDays(1)|]; return db.Products.First(); }
            public Product? J(int id) => cache.GetOrCreate($"j:{id}", e => { e.AbsoluteExpiration = [|Midnight()|]; return db.Products.First(p => p.Id == id); });
            private static DateTime Midnight() => DateTime.Today.AddDays(1);
            public void K(int id, Product p) => cache.Set($"nobody:{id}", p, new DateTimeOffset(DateTime.Today.AddDays(1)));
            public Product? L(int id) => cache.GetOrCreate($"l:{id}", e => { e.AbsoluteExpiration = [|clock.GetUtcNow().Date.AddDays(1)|]; return db.Products.First(p => p.Id == id); });
            public Product? M(int id) => cache.GetOrCreate($"m:{id}", _ => db.Products.First(p => p.Id == id), new MemoryCacheEntryOptions { AbsoluteExpiration = [|DateTime.Today.AddDays(1)|] });
            public Product? N() => cache.GetOrCreate($"n:{region}", e => { e.AbsoluteExpiration = DateTime.Today.AddDays(1); return db.Products.First(); });
            public Product? O(int id) => cache.GetOrCreate($"job:{id}", e => { e.AbsoluteExpiration = DateTime.Today.AddDays(1); return db.Products.First(p => p.Id == id); });
        }
        public class Job(IMemoryCache cache, IProductApi api) : Microsoft.Extensions.Hosting.BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stop) { while (!stop.IsCancellationRequested) foreach (var p in await api.AllAsync(stop)) cache.Set($"job:{p.Id}", p, [|TimeSpan.FromDays(2)|]); }
        }
        """);

    [Theory]
    [InlineData("{|#0:Life|}", "All entries written by this loop live Life", "they expire together and are loaded again together")]
    [InlineData("{|#0:new DateTimeOffset(DateTime.Today)|}", "Every entry and every machine expires at 'new DateTimeOffset(DateTime.Today)'", "the loads of that moment come at once")]
    public async Task SaysWhatTheEntriesShare(string life, string fact, string consequence)
    {
        var test = new RuleTest<SynchronizedExpiryAnalyzer>
        {
            TestCode = $$"""
                public class A(IMemoryCache cache, ShopDb db)
                {
                    private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);
                    public TimeSpan For => Life;
                    public Product? Get(int id) => cache.GetOrCreate($"p:{id}", _ => db.Products.First(p => p.Id == id), Ttl.M);
                    public void Warm(List<Product> all) { foreach (var p in all) cache.Set($"p:{p.Id}", p, {{life}}); }
                }
                """,
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new SynchronizedExpiryAnalyzer().Descriptor)
            .WithLocation(0).WithArguments(fact, consequence));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    // FusionCache can be told to spread what it stores.
    [Theory]
    [InlineData("fusion.Set($\"f:{p.Id}\", p, new FusionCacheEntryOptions([|TimeSpan.FromMinutes(5)|]));")]
    [InlineData("fusion.Set($\"f:{p.Id}\", p, [|TimeSpan.FromMinutes(5)|]);")]
    [InlineData("fusion.Set($\"f:{p.Id}\", p, o => o.SetDuration([|TimeSpan.FromMinutes(5)|]));")]
    [InlineData("fusion.Set($\"f:{p.Id}\", p, o => o.SetDuration(TimeSpan.FromMinutes(5)).SetJittering(TimeSpan.FromSeconds(9)));")]
    [InlineData("fusion.Set($\"f:{p.Id}\", p, new FusionCacheEntryOptions(TimeSpan.FromMinutes(5)) { JitterMaxDuration = TimeSpan.FromSeconds(9) });")]
    public Task KnowsFusionCachesOwnJitter(string write) => VerifyAsync(
        $$"""
        using ZiggyCreatures.Caching.Fusion;
        public class A(IFusionCache fusion, IProductApi api)
        {
            public async Task<Product> Get(int id) => await fusion.GetOrSetAsync<Product>($"f:{id}", async (_, ct) => await api.LoadAsync(id, ct));
            public void Warm(List<Product> all) { foreach (var p in all) { {{write}} } }
        }
        """);

    [Theory]
    [InlineData("await foreach (var p in channel.Reader.ReadAllAsync()) cache.Set(p.Id, p, TimeSpan.FromMinutes(5));")]
    [InlineData("while (await channel.Reader.WaitToReadAsync()) while (channel.Reader.TryRead(out var p)) cache.Set(p.Id, p, TimeSpan.FromMinutes(5));")]
    [InlineData("foreach (var p in all) { await Task.Delay(100); cache.Set(p.Id, p, TimeSpan.FromMinutes(5)); }")]
    [InlineData("while (true) { foreach (var p in all) cache.Set(p.Id, p, [|TimeSpan.FromMinutes(5)|]); await Task.Delay(100); }")]
    [InlineData("await foreach (var p in db.Products.AsAsyncEnumerable()) cache.Set(p.Id, p, [|TimeSpan.FromMinutes(5)|]);")]
    public Task IsSilentOnLoopsThatWaitBetweenTheirTurns(string loop) => VerifyAsync(
        $$"""
        public class A(IMemoryCache cache, IProductApi api, ShopDb db)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync(id, async _ => (Product?)await api.LoadAsync(id), Ttl.M);
            public async Task Take(List<Product> all, System.Threading.Channels.Channel<Product> channel) { {{loop}} }
        }
        """);

    [Fact]
    public Task LooksFromNestedLoopsAndKeysWithoutText() => VerifyAsync(
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync(id, async _ => (Product?)await api.LoadAsync(id), Ttl.M);
            public void Warm(List<Product> all) { foreach (var p in all) cache.Set(p.Id, p, [|TimeSpan.FromMinutes(5)|]); }
            public Product? In(string language, int id) => cache.Get<Product>($"{language}/{id}");
            public void WarmAll(List<Product> all)
            {
                foreach (var p in all)
                    foreach (var language in new[] { "de", "en" })
                        cache.Set($"{language}/{p.Id}", p, [|TimeSpan.FromMinutes(5)|]);
            }
            public void Later(WebApplication app, List<Product> all)
            {
                foreach (var p in all) app.MapGet("/" + p.Id, () => cache.Set(p.Id, p, TimeSpan.FromMinutes(5)));
            }
        }
        """);
}
