using Breakwater.Rules.ThunderingHerd.UnguardedCacheMiss;

namespace Breakwater.Tests.ThunderingHerd;

public class UnguardedCacheMissFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<UnguardedCacheMissAnalyzer, UnguardedCacheMissFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task OffersNothingAsync(string source) => VerifyAsync(source, source);

    [Fact]
    public Task GuardsAnAwaitedLoadWithASemaphore() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, ShopDb db)
        {
            public async Task<List<Product>> AllAsync(CancellationToken ct)
            {
                // Fast path.
                if (cache.TryGetValue("products", out List<Product>? hit)) return hit!;

                // Slow path.
                var list = await db.Products.[|ToListAsync|](ct); // all of them
                return cache.Set("products", list, TimeSpan.FromMinutes(5));
            }
        }
        """,
        """
        public class A1(IMemoryCache cache, ShopDb db)
        {
            private static readonly SemaphoreSlim AllGate = new(1, 1);

            public async Task<List<Product>> AllAsync(CancellationToken ct)
            {
                // Fast path.
                if (cache.TryGetValue("products", out List<Product>? hit)) return hit!;
                await AllGate.WaitAsync(ct);
                try
                {
                    if (cache.TryGetValue("products", out hit)) return hit!;

                    // Slow path.
                    var list = await db.Products.ToListAsync(ct); // all of them
                    return cache.Set("products", list, TimeSpan.FromMinutes(5));
                }
                finally
                {
                    AllGate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task GuardsASynchronousLoadWithALock() => VerifyAsync(
        """
        public class A(IMemoryCache cache, ShopDb db)
        {
            private const string Key = "all";
            private static readonly object AllGate = new();

            public List<Product> All()
            {
                var hit = cache.Get<List<Product>>(Key);
                if (hit is not null)
                {
                    return hit;
                }

                hit = db.Products.[|ToList|]();
                cache.Set(Key, hit, TimeSpan.FromMinutes(5));
                return hit;
            }
        }
        """,
        """
        public class A(IMemoryCache cache, ShopDb db)
        {
            private static readonly object AllGate2 = new();
            private const string Key = "all";
            private static readonly object AllGate = new();

            public List<Product> All()
            {
                var hit = cache.Get<List<Product>>(Key);
                if (hit is not null)
                {
                    return hit;
                }

                lock (AllGate2)
                {
                    hit = cache.Get<List<Product>>(Key);
                    if (hit is not null)
                    {
                        return hit;
                    }

                    hit = db.Products.ToList();
                    cache.Set(Key, hit, TimeSpan.FromMinutes(5));
                    return hit;
                }
            }
        }
        """);

    [Fact]
    public Task FixesEveryMethodOfATypeAtOnce() => VerifyAsync(
        """
        public static class Names
        {
            public static async Task<string> First(IDistributedCache cache, IProductApi api)
            {
                var hit = await cache.GetStringAsync("first");
                if (hit != null) return hit;
                var name = (await api.[|LoadAsync|](1)).Name;
                await cache.SetStringAsync("first", name, Ttl.D);
                return name;
            }

            public static async Task<string> Second(IDistributedCache cache, IProductApi api)
            {
                var hit = await cache.GetStringAsync("second");
                if (hit != null) return hit;
                var name = (await api.[|LoadAsync|](2)).Name;
                await cache.SetStringAsync("second", name, Ttl.D);
                return name;
            }
        }
        """,
        """
        public static class Names
        {
            private static readonly SemaphoreSlim SecondGate = new(1, 1);
            private static readonly SemaphoreSlim FirstGate = new(1, 1);

            public static async Task<string> First(IDistributedCache cache, IProductApi api)
            {
                var hit = await cache.GetStringAsync("first");
                if (hit != null) return hit;
                await FirstGate.WaitAsync();
                try
                {
                    hit = await cache.GetStringAsync("first");
                    if (hit != null) return hit;
                    var name = (await api.LoadAsync(1)).Name;
                    await cache.SetStringAsync("first", name, Ttl.D);
                    return name;
                }
                finally
                {
                    FirstGate.Release();
                }
            }

            public static async Task<string> Second(IDistributedCache cache, IProductApi api)
            {
                var hit = await cache.GetStringAsync("second");
                if (hit != null) return hit;
                await SecondGate.WaitAsync();
                try
                {
                    hit = await cache.GetStringAsync("second");
                    if (hit != null) return hit;
                    var name = (await api.LoadAsync(2)).Name;
                    await cache.SetStringAsync("second", name, Ttl.D);
                    return name;
                }
                finally
                {
                    SecondGate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task OffersNothingForAKeyThatVaries() => OffersNothingAsync(
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            public async Task<Product> Get(int id)
            {
                if (cache.TryGetValue(id, out Product? hit)) return hit!;
                return cache.Set(id, await api.[|LoadAsync|](id), Ttl.M);
            }
        }
        """);

    [Fact]
    public Task OffersNothingWhereTheHitIsNoEarlyReturn() => OffersNothingAsync(
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            public async Task<List<Product>> Get()
            {
                if (!cache.TryGetValue("all", out List<Product>? hit)) { hit = await api.[|AllAsync|](); cache.Set("all", hit, Ttl.M); }
                return hit!;
            }
        }
        """);
}
