using Breakwater.Rules.Invalidation.SlidingOnlyEntry;

namespace Breakwater.Tests.Invalidation;

public class SlidingOnlyEntryTests
{
    private static Task VerifyAsync(string source)
    {
        var test = new RuleTest<SlidingOnlyEntryAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsFactoriesSharedOptionsAndFluentChains() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"p:{id}", async e =>
            {
                e.[|SlidingExpiration|] = TimeSpan.FromMinutes(10);
                return (Product?)await api.LoadAsync(id);
            });
        }
        public class A2(IDistributedCache cache, IProductApi api)
        {
            private static readonly DistributedCacheEntryOptions Options = new() { [|SlidingExpiration|] = TimeSpan.FromMinutes(2) };
            public async Task<string> Name(int id)
            {
                var hit = await cache.GetStringAsync("n:" + id);
                if (hit is not null) return hit;
                var name = (await api.LoadAsync(id)).Name;
                await cache.SetStringAsync("n:" + id, name, Options);
                return name;
            }
        }
        public class A3(IMemoryCache cache, ShopDb db)
        {
            public List<Product>? All() => cache.GetOrCreate("all", _ => db.Products.ToList(),
                new MemoryCacheEntryOptions().[|SetSlidingExpiration|](TimeSpan.FromMinutes(1)));
        }
        """);

    [Fact]
    public Task IsSilentOnCapsComputationSessionsAndRemovals() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> Capped(int id) => cache.GetOrCreateAsync($"a:{id}", async e => { e.SlidingExpiration = TimeSpan.FromMinutes(1); e.AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1); return (Product?)await api.LoadAsync(id); });
            public string? Parsed(string text) => cache.GetOrCreate(text, e => { e.SetSlidingExpiration(TimeSpan.FromSeconds(30)); return text.Trim(); });
            public void Session(string id, Product state) => cache.Set("s:" + id, state, new MemoryCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(20) });
            public Task<Product?> Invalidated(int id) => cache.GetOrCreateAsync($"b:{id}", async e => { e.SlidingExpiration = TimeSpan.FromMinutes(1); return (Product?)await api.LoadAsync(id); });
            public void Changed(int id) => cache.Remove($"b:{id}");
        }
        """);

    [Fact]
    public Task LooksFromTheSettingToAllItsEntries() => VerifyAsync(
        """
        public static class Shared
        {
            public static readonly MemoryCacheEntryOptions Slide = new() { [|SlidingExpiration|] = TimeSpan.FromSeconds(30) };
            public static readonly MemoryCacheEntryOptions Sessions = new() { SlidingExpiration = TimeSpan.FromSeconds(30) };
            public static MemoryCacheEntryOptions Getter => new MemoryCacheEntryOptions { [|SlidingExpiration|] = Life };
            private static readonly TimeSpan Life = TimeSpan.FromHours(2);
            public static readonly MemoryCacheEntryOptions Later = new() { SlidingExpiration = TimeSpan.FromSeconds(30) };
            static Shared() { Later.AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1); }
        }
        public class B(IMemoryCache cache, IDistributedCache remote, IProductApi api, ShopDb db, TimeSpan? cap, MemoryCacheEntryOptions injected)
        {
            private static readonly TimeSpan _defaultCacheDuration = TimeSpan.FromSeconds(30);
            public Task<Product?> A1(int id) => cache.GetOrCreateAsync($"a1:{id}", async _ => (Product?)await api.LoadAsync(id), Shared.Slide);
            public Task<Product?> A2(int id) => cache.GetOrCreateAsync($"a2:{id}", async _ => (Product?)await api.LoadAsync(id), Shared.Slide);
            public Task<Product?> A3(int id) => cache.GetOrCreateAsync($"a3:{id}", async _ => (Product?)await api.LoadAsync(id), Shared.Getter);
            public Task<Product?> A4(int id) => cache.GetOrCreateAsync($"a4:{id}", async _ => (Product?)await api.LoadAsync(id), Shared.Later);
            public void Session(string k, Product p) => cache.Set("s" + k, p, Shared.Sessions);
            public Task<List<Product>?> A5() => cache.GetOrCreateAsync("a5", LoadAll);
            private async Task<List<Product>> LoadAll(ICacheEntry entry)
            {
                entry.[|SlidingExpiration|] = _defaultCacheDuration;
                return await db.Products.ToListAsync();
            }
            public Task<Product?> A6(int id) => cache.GetOrCreateAsync($"a6:{id}", async e => { e.[|SetSlidingExpiration|](TimeSpan.FromMinutes(1)).SetPriority(CacheItemPriority.High); return (Product?)await api.LoadAsync(id); });
            public Task<Product?> A7(int id) => cache.GetOrCreateAsync($"a7:{id}", async e => { e.SetSlidingExpiration(TimeSpan.FromMinutes(1)).SetSize(1); return (Product?)await api.LoadAsync(id); });
            public Task<Product?> A8(int id) => cache.GetOrCreateAsync($"a8:{id}", async e => { e.SlidingExpiration = TimeSpan.FromMinutes(1); if (cap is not null) e.AbsoluteExpirationRelativeToNow = cap; return (Product?)await api.LoadAsync(id); });
            public Task<Product?> A9(int id) => cache.GetOrCreateAsync($"a9:{id}", async e => { e.SlidingExpiration = TimeSpan.FromMinutes(1); e.AddExpirationToken(null!); return (Product?)await api.LoadAsync(id); });
            public async Task<Product> A10(int id)
            {
                if (cache.TryGetValue(id, out Product? p)) return p!;
                p = await api.LoadAsync(id);
                var options = new MemoryCacheEntryOptions();
                options.[|SlidingExpiration|] = TimeSpan.FromDays(2);
                cache.Set(id, p, options);
                return p;
            }
            public async Task<Product> A11(int id)
            {
                if (cache.TryGetValue(("x", id), out Product? p)) return p!;
                p = await api.LoadAsync(id);
                using var entry = cache.CreateEntry(("x", id));
                entry.[|SlidingExpiration|] = TimeSpan.FromDays(1);
                entry.Value = p;
                return p;
            }
            public async Task<string> A12(int id)
            {
                var hit = await remote.GetStringAsync("n:" + id);
                if (hit is not null) return hit;
                var name = (await api.LoadAsync(id)).Name;
                await remote.SetStringAsync("n:" + id, name, new DistributedCacheEntryOptions().[|SetSlidingExpiration|](TimeSpan.FromMinutes(2)));
                return name;
            }
            public async Task<string> A13(int id)
            {
                var hit = await remote.GetStringAsync("m:" + id);
                if (hit is not null) return hit;
                var name = (await api.LoadAsync(id)).Name;
                await Store("m:" + id, name);
                return name;
            }
            private Task Store(string key, string value) => remote.SetStringAsync(key, value, new DistributedCacheEntryOptions { [|SlidingExpiration|] = TimeSpan.FromMinutes(3) });
            public Task<Product?> A14(int id) => cache.GetOrCreateAsync($"a14:{id}", async e => { Configure(e); e.SlidingExpiration = TimeSpan.FromMinutes(1); return (Product?)await api.LoadAsync(id); });
            private void Configure(ICacheEntry e) { }
            public Task<Product?> A15(int id) { injected.SlidingExpiration = TimeSpan.FromMinutes(1); return cache.GetOrCreateAsync($"a15:{id}", async e => (Product?)await api.LoadAsync(id), injected); }
            public string? A16(string ua) => cache.GetOrCreate(ua, e => { e.SlidingExpiration = TimeSpan.FromMinutes(1); return ua.Trim(); });
            public Task<Product?> A17(int id) => cache.GetOrCreateAsync($"a17:{id}", async e => { e.SetOptions(new() { [|SlidingExpiration|] = TimeSpan.FromMinutes(1), AbsoluteExpiration = null }); return (Product?)await api.LoadAsync(id); });
            public Task<Product?> A18(int id) => cache.GetOrCreateAsync($"a18:{id}", async e => { e.SlidingExpiration = TimeSpan.FromMinutes(1); return (Product?)await api.LoadAsync(id); }, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) });
            public Product? A19(int id) => cache.GetOrCreate($"a19:{id}", e => { e.[|SlidingExpiration|] = TimeSpan.FromMinutes(1); return db.Products.Find(id); });
        }
        """);

    [Fact]
    public async Task SaysWhichEntryLivesHowLong()
    {
        var test = new RuleTest<SlidingOnlyEntryAnalyzer>
        {
            TestCode = """
                public class A(IMemoryCache cache, IProductApi api)
                {
                    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
                    public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"p:{id}", async e => { e.{|#0:SlidingExpiration|} = Life; return (Product?)await api.LoadAsync(id); });
                }
                """,
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new SlidingOnlyEntryAnalyzer().Descriptor)
            .WithLocation(0).WithArguments("p:*", "Life"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task IsSilentWhereThePopulationIsOfAnotherKindOrNotLoaded() => VerifyAsync(
        """
        public class A(System.Runtime.Caching.ObjectCache old, IMemoryCache cache, IProductApi api)
        {
            public async Task<Product> Old(string id)
            {
                if (old.Get(id) is Product hit) return hit;
                var p = await api.LoadAsync(1);
                old.Set(id, p, new System.Runtime.Caching.CacheItemPolicy { SlidingExpiration = TimeSpan.FromMinutes(1) });
                return p;
            }
            public void Ticket(string id, Product p) { using var e = cache.CreateEntry(id); e.SlidingExpiration = TimeSpan.FromMinutes(1); e.Value = p; }
            public Product? Ready(int id, Product p) => cache.GetOrCreate($"r:{id}", e => { e.SlidingExpiration = TimeSpan.FromMinutes(1); return p; });
            public Task<Product?> All(int id) => cache.GetOrCreateAsync($"c:{id}", async e => { e.SlidingExpiration = TimeSpan.FromMinutes(1); return (Product?)await api.LoadAsync(id); });
            public void Clear() => ((MemoryCache)cache).Clear();
        }
        """);
}
