using Breakwater.Rules.ThunderingHerd.LockWithoutRecheck;

namespace Breakwater.Tests.ThunderingHerd;

public class LockWithoutRecheckFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<LockWithoutRecheckAnalyzer, LockWithoutRecheckFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task OffersNothingAsync(string source) => VerifyAsync(source, source);

    [Fact]
    public Task LooksAgainInsideTheTry() => VerifyAsync(
        """
        public class A(IMemoryCache cache, ShopDb db)
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public async Task<List<Product>> All(CancellationToken ct)
            {
                // Fast path.
                if (cache.TryGetValue("all", out List<Product>? hit)) return hit!;

                await Gate.[|WaitAsync|](ct);
                try
                {
                    // Slow path.
                    hit = await db.Products.ToListAsync(ct);
                    return cache.Set("all", hit, TimeSpan.FromMinutes(5));
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """,
        """
        public class A(IMemoryCache cache, ShopDb db)
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);

            public async Task<List<Product>> All(CancellationToken ct)
            {
                // Fast path.
                if (cache.TryGetValue("all", out List<Product>? hit)) return hit!;

                await Gate.WaitAsync(ct);
                try
                {
                    if (cache.TryGetValue("all", out hit)) return hit!;
                    // Slow path.
                    hit = await db.Products.ToListAsync(ct);
                    return cache.Set("all", hit, TimeSpan.FromMinutes(5));
                }
                finally
                {
                    Gate.Release();
                }
            }
        }
        """);

    [Fact]
    public Task LooksAgainInEveryKindOfRegionAtOnce() => VerifyAsync(
        """
        public class A(IMemoryCache cache, IDistributedCache remote, ShopDb db, IProductApi api)
        {
            private static readonly object Sync = new();
            private static readonly Lock Narrow = new();
            private static readonly Nito.AsyncEx.AsyncLock Wide = new();

            public Product Locked(int id)
            {
                var hit = cache.Get<Product>(id);
                if (hit is not null)
                {
                    return hit;
                }

                [|lock|] (Sync)
                {
                    hit = db.Products.First(p => p.Id == id);
                    cache.Set(id, hit, Ttl.M);
                    return hit;
                }
            }

            public Product Short(int id)
            {
                if (cache.TryGetValue(id, out var hit)) return (Product)hit!;
                [|lock|] (Sync)
                    return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M);
            }

            public Product Scoped(int id)
            {
                if (cache.TryGetValue(id, out Product? hit)) return hit!;
                using var scope = Narrow.[|EnterScope|]();
                var made = db.Products.First(p => p.Id == id);
                cache.Set(id, made, Ttl.M);
                return made;
            }

            public async Task<string> Wider(int id)
            {
                var hit = await remote.GetStringAsync($"p:{id}");
                if (hit != null) return hit;
                using (await Wide.[|LockAsync|]())
                {
                    var name = (await api.LoadAsync(id)).Name;
                    await remote.SetStringAsync($"p:{id}", name, Ttl.D);
                    return name;
                }
            }
        }
        """,
        """
        public class A(IMemoryCache cache, IDistributedCache remote, ShopDb db, IProductApi api)
        {
            private static readonly object Sync = new();
            private static readonly Lock Narrow = new();
            private static readonly Nito.AsyncEx.AsyncLock Wide = new();

            public Product Locked(int id)
            {
                var hit = cache.Get<Product>(id);
                if (hit is not null)
                {
                    return hit;
                }

                lock (Sync)
                {
                    hit = cache.Get<Product>(id);
                    if (hit is not null)
                    {
                        return hit;
                    }

                    hit = db.Products.First(p => p.Id == id);
                    cache.Set(id, hit, Ttl.M);
                    return hit;
                }
            }

            public Product Short(int id)
            {
                if (cache.TryGetValue(id, out var hit)) return (Product)hit!;
                lock (Sync)
                {
                    if (cache.TryGetValue(id, out hit)) return (Product)hit!;
                    return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M);
                }
            }

            public Product Scoped(int id)
            {
                if (cache.TryGetValue(id, out Product? hit)) return hit!;
                using var scope = Narrow.EnterScope();
                if (cache.TryGetValue(id, out hit)) return hit!;
                var made = db.Products.First(p => p.Id == id);
                cache.Set(id, made, Ttl.M);
                return made;
            }

            public async Task<string> Wider(int id)
            {
                var hit = await remote.GetStringAsync($"p:{id}");
                if (hit != null) return hit;
                using (await Wide.LockAsync())
                {
                    hit = await remote.GetStringAsync($"p:{id}");
                    if (hit != null) return hit;
                    var name = (await api.LoadAsync(id)).Name;
                    await remote.SetStringAsync($"p:{id}", name, Ttl.D);
                    return name;
                }
            }
        }
        """);

    // A hit that is no early return; a pattern's variable, which cannot be filled again; a look that would wait while a thread holds the lock.
    [Theory]
    [InlineData("""var hit = cache.Get<Product>(id); if (hit == null) { [|lock|] (Sync) { hit = db.Products.First(p => p.Id == id); cache.Set(id, hit, Ttl.M); } } return hit.Name;""")]
    [InlineData("""if (cache.Get<Product>(id) is { } hit) return hit.Name; [|lock|] (Sync) { var made = db.Products.First(p => p.Id == id); cache.Set(id, made, Ttl.M); return made.Name; }""")]
    [InlineData("""var hit = await remote.GetStringAsync("k"); if (hit != null) return hit; [|lock|] (Sync) { var made = db.Products.First(p => p.Id == id).Name; remote.SetString("k", made, Ttl.D); return made; }""")]
    [InlineData("""var hit = await remote.GetStringAsync("k"); if (hit != null) return hit; Monitor.[|Enter|](Sync); try { var made = db.Products.First(p => p.Id == id).Name; remote.SetString("k", made, Ttl.D); return made; } finally { Monitor.Exit(Sync); }""")]
    public Task OffersNothingForOtherShapes(string body) => OffersNothingAsync(
        $$"""
        public class A(IMemoryCache cache, IDistributedCache remote, ShopDb db)
        {
            private static readonly object Sync = new();
            public async Task<string> M(int id) { await Task.Yield(); _ = cache; _ = remote; {{body}} }
        }
        """);
}
