using Breakwater.Rules.Invalidation.OrphanInvalidation;

namespace Breakwater.Tests.Invalidation;

public class OrphanInvalidationTests
{
    private static Task VerifyAsync(string source)
    {
        var test = new RuleTest<OrphanInvalidationAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsKeysThatNearlyMatch() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, IDatabase redis, ShopDb db)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"product:{id}", _ => db.Products.FirstOrDefaultAsync(p => p.Id == id), Ttl.M);
            public void Changed(int id) => cache.Remove([|$"products:{id}"|]);
            public void ChangedToo(int id) => cache.Remove([|"Product:" + id|]);
            public Task Store(Guid user, string json) => redis.StringSetAsync($"basket/{user}", json, TimeSpan.FromDays(1));
            public Task Drop(Guid user) => redis.KeyDeleteAsync([|$"basket:{user}"|]);
        }
        """);

    [Fact]
    public Task IsSilentOnFamiliesOtherHolesAndUnknownKeys() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, ShopDb db)
        {
            private static string Key(int id) => $"product:{id}";
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync(Key(id), _ => db.Products.FirstOrDefaultAsync(p => p.Id == id), Ttl.M);
            public void Changed(int id) { cache.Remove("product:" + id); cache.Remove($"products:{id}"); }   // second one: another family
            public void Page(int id, int page) => cache.Remove($"product:{id}:{page}");
            public void Other(string name) => cache.Remove($"customer:{name}");
            public void Any(string key) => cache.Remove(key);
        }
        """);

    [Fact]
    public Task ReportsBuildersConstantsAndLists() => VerifyAsync(
        """
        public static class Keys
        {
            public const string All = "products:all";
            public const string Every = "product:all";
            public static string One(int id) => $"customer:{id}";
            public static string Many(int id) => $"customers:{id}";
            public static string Slug(string s) => $"slug:{s}";
        }
        public class A1(HybridCache cache, ShopDb db)
        {
            public ValueTask<List<Product>> All() => cache.GetOrCreateAsync(Keys.All, async c => await db.Products.ToListAsync(c));
            public ValueTask Forget() => cache.RemoveAsync([|Keys.Every|]);
            public ValueTask Set(int id, Product p) => cache.SetAsync(Keys.One(id), p);
            public ValueTask Forget2(int id) => cache.RemoveAsync([|Keys.Many(id)|]);
            public ValueTask Forget3(int id) => cache.RemoveAsync(Keys.One(id));
            public ValueTask List() => cache.RemoveAsync(new[] { "product:all" });
        }
        """);

    [Fact]
    public Task ReportsEachWayToWriteAKey() => VerifyAsync(
        """
        public class A2(IDistributedCache cache)
        {
            public Task Store(string name, string json) => cache.SetStringAsync(string.Concat("profile_", name), json, Ttl.D);
            public Task Drop(string name) => cache.RemoveAsync([|"profile-" + name|]);
            public Task Drop2(string name) => cache.RemoveAsync(key: [|string.Format("porfile_{0}", name)|]);
            public Task Drop3(int name) => cache.RemoveAsync($"profile-{name}");
            public Task Drop4(string name) { var key = "profiles_" + name; return cache.RemoveAsync([|key|]); }
        }
        """);

    [Fact]
    public Task ReportsTypingErrorsOfFusionCache() => VerifyAsync(
        """
        using ZiggyCreatures.Caching.Fusion;
        public class A3(IFusionCache cache)
        {
            public void Store(string name) => cache.Set($"item:{name}", 1);
            public void Drop(string name) => cache.Remove([|$"itme:{name}"|]);
            public void Drop2(string name) => cache.Remove($"imte:{name}");
            public void Drop3(string name) => cache.Remove($"abem:{name}");
            public void Drop4(string name) => cache.Expire([|$"ITEM:{name}"|]);
            public void Drop5(string name) => cache.Remove($"it:{name}");
        }
        """);

    [Fact]
    public Task ReportsObjectCaches() => VerifyAsync(
        """
        using System.Runtime.Caching;
        public class A4(ObjectCache cache)
        {
            public void Store(string name) => cache["user." + name] = 1;
            public void Drop(string name) => cache.Remove([|"user:" + name|]);
        }
        """);

    [Fact]
    public Task ReportsSharedDictionaries() => VerifyAsync(
        """
        public static class A5
        {
            private static readonly ConcurrentDictionary<string, int> Seen = new();
            public static void Store(string name) => Seen[$"seen/{name}"] = 1;
            public static void Drop(string name) => Seen.TryRemove([|$"seen:{name}"|], out _);
        }
        """);

    [Fact]
    public Task LeavesRedisKeysAloneThatHoldSomethingElse() => VerifyAsync(
        """
        public class A6(IDatabase redis)
        {
            public Task Store(string u) => redis.StringSetAsync($"cart:{u}", 1, TimeSpan.FromDays(1));
            public Task Add(string u) => redis.HashSetAsync($"carts:{u}", "a", 1);
            public Task Drop(string u) => redis.KeyDeleteAsync($"carts:{u}");
        }
        """);

    [Fact]
    public Task ReportsThroughAServiceThatAddsAPrefix() => VerifyAsync(
        """
        public interface ICacheService { Task SetAsync<T>(string key, T value); Task RemoveAsync(string key); }
        public class CacheService(IDistributedCache cache) : ICacheService
        {
            public Task SetAsync<T>(string key, T value) => cache.SetStringAsync("shop:" + key, System.Text.Json.JsonSerializer.Serialize(value), Ttl.D);
            public Task RemoveAsync(string key) => cache.RemoveAsync("shop:" + key);
        }
        public class A7(ICacheService cache)
        {
            public Task Store(Product p) => cache.SetAsync($"product:{p.Id}", p);
            public Task Drop(int id) => cache.RemoveAsync([|$"products:{id}"|]);
        }
        """);

    [Fact]
    public Task ReportsAHelperOnceInside() => VerifyAsync(
        """
        public class A8(IMemoryCache cache)
        {
            private void Forget(int id) => cache.Remove([|$"orders:{id}"|]);
            public void Store(int id) => cache.Set($"order:{id}", 1);
            public void Changed(int id) => Forget(id);
        }
        """);

    [Fact]
    public Task IsSilentWhereTwoKeysAreNearOrOneIsUnknownOrTooShort() => VerifyAsync(
        """
        public class S1(IMemoryCache cache)
        {
            public void Store(int id) => cache.Set($"two:{id}", 1);
            public void Store2(int id) => cache.Set($"twos:{id}", 1);
            public void Drop(int id) => cache.Remove($"two-{id}");
        }
        public class S2(IMemoryCache cache)
        {
            public void Store(string key) => cache.Set(key, 1);
            public void Store2(int id) => cache.Set($"basket:{id}", 1);
            public void Drop(int id) => cache.Remove($"baskets:{id}");
        }
        public class S3(IMemoryCache cache)
        {
            public void Store2(int id) => cache.Set($"abc:{id}", 1);
            public void Drop(int id) => cache.Remove($"abd:{id}");
        }
        public class S4(IMemoryCache cache)
        {
            public void Drop(int id) => cache.Remove($"order-{id}");
        }
        """);

    [Fact]
    public Task TakesTwoWritesOfOneKeyForOne() => VerifyAsync(
        """
        public class A9(IMemoryCache cache)
        {
            public void Store(int id) => cache.Set($"stock:{id}", 1);
            public void Again(int id) => cache.Set("stock:" + id, 2);
            public void Drop(int id) => cache.Remove([|$"stocks:{id}"|]);
            public void Later(int id) { Task.Run(() => cache.Remove([|$"Stock:{id}"|])); }
        }
        """);

    [Fact]
    public Task SaysBothKeys()
    {
        var test = new RuleTest<OrphanInvalidationAnalyzer>
        {
            TestCode = """
                var cache = Start.Cache;
                cache.Set("rates:" + args.Length, 1);
                void Drop(int n) => cache.Remove({|#0:$"rate:{n}"|});
                Drop(1);
                """,
        };
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.Sources.Add(("Start.cs", "public static class Start { public static IMemoryCache Cache => null!; }"));
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new OrphanInvalidationAnalyzer().Descriptor)
            .WithLocation(0).WithMessage("Nothing stores 'rate:*'; the entry is stored under 'rates:*' and stays"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
