using Breakwater.Rules.Invalidation.ImmortalEntry;

namespace Breakwater.Tests.Invalidation;

public class ImmortalEntryFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<ImmortalEntryAnalyzer, ImmortalEntryFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task LimitsTheEntryOfAFactory() => VerifyAsync(
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> One(int id) =>
                cache.[|GetOrCreateAsync|]($"a:{id}", async _ =>
                    // The remote shop is slow.
                    (Product?)await api.LoadAsync(id));

            public Task<Product?> Two(int id) => cache.[|GetOrCreateAsync|]($"b:{id}", async item =>
            {
                // Rarely changes.
                item.Priority = CacheItemPriority.High;
                return (Product?)await api.LoadAsync(id);
            });

            public Task<Product?> Three(int entry) => cache.[|GetOrCreateAsync|]($"c:{entry}", async (ICacheEntry _) =>
            {
                return (Product?)await api.LoadAsync(entry);
            });
        }
        """,
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> One(int id) =>
                cache.GetOrCreateAsync($"a:{id}", async entry =>
                {
                    entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5);
                    // The remote shop is slow.
                    return (Product?)await api.LoadAsync(id);
                });

            public Task<Product?> Two(int id) => cache.GetOrCreateAsync($"b:{id}", async item =>
            {
                item.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5);
                // Rarely changes.
                item.Priority = CacheItemPriority.High;
                return (Product?)await api.LoadAsync(id);
            });

            public Task<Product?> Three(int entry) => cache.GetOrCreateAsync($"c:{entry}", async (ICacheEntry entry2) =>
            {
                entry2.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5);
                return (Product?)await api.LoadAsync(entry);
            });
        }
        """);

    // The write before, and after.
    [Theory]
    [InlineData("memory.[|Set|](key, name);", "memory.Set(key, name, TimeSpan.FromMinutes(5));")]
    [InlineData("CacheExtensions.[|Set|](memory, key, name);", "CacheExtensions.Set(memory, key, name, TimeSpan.FromMinutes(5));")]
    [InlineData("memory.[|Set|](value: name, key: key);", "memory.Set(value: name, key: key, absoluteExpirationRelativeToNow: TimeSpan.FromMinutes(5));")]
    [InlineData("memory.[|Set|](key, name, new MemoryCacheEntryOptions());", "memory.Set(key, name, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5) });")]
    [InlineData("memory.[|Set|](key, name, new MemoryCacheEntryOptions { Priority = CacheItemPriority.Low });", "memory.Set(key, name, new MemoryCacheEntryOptions { Priority = CacheItemPriority.Low, AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5) });")]
    [InlineData("if (redis.StringGet(key).IsNull) redis.[|StringSet|](key, api.LoadAsync(1).Result.Name);", "if (redis.StringGet(key).IsNull) redis.StringSet(key, api.LoadAsync(1).Result.Name, TimeSpan.FromMinutes(5));")]
    [InlineData("if (redis.StringGet(key).IsNull) redis.[|StringSet|](key, api.LoadAsync(1).Result.Name, when: When.NotExists);", "if (redis.StringGet(key).IsNull) redis.StringSet(key, api.LoadAsync(1).Result.Name, TimeSpan.FromMinutes(5), when: When.NotExists);")]
    [InlineData("if (redis.StringGet(key).IsNull) redis.[|StringSet|](key, api.LoadAsync(1).Result.Name, null, When.Always);", "if (redis.StringGet(key).IsNull) redis.StringSet(key, api.LoadAsync(1).Result.Name, TimeSpan.FromMinutes(5), When.Always);")]
    [InlineData("if (remote.GetString(key) is null) remote.[|SetString|](key, api.LoadAsync(1).Result.Name);", "if (remote.GetString(key) is null) remote.SetString(key, api.LoadAsync(1).Result.Name, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5) });")]
    [InlineData("if (remote.GetString(key) is null) await remote.[|SetStringAsync|](key, api.LoadAsync(1).Result.Name, ct);", "if (remote.GetString(key) is null) await remote.SetStringAsync(key, api.LoadAsync(1).Result.Name, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5) }, ct);")]
    [InlineData("if (remote.GetString(key) is null) remote.[|SetString|](key, api.LoadAsync(1).Result.Name, new());", "if (remote.GetString(key) is null) remote.SetString(key, api.LoadAsync(1).Result.Name, new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5) });")]
    public Task LimitsAWrite(string before, string after)
    {
        const string Frame = """
            namespace Microsoft.Extensions.Caching.StackExchangeRedis { public class RedisCache { } }
            public class A(IMemoryCache memory, IDistributedCache remote, IDatabase redis, IProductApi api)
            {
                public async Task M(string key, string name, CancellationToken ct)
                {
                    await Task.Yield();
                    BODY
                }
            }
            """;
        return VerifyAsync(Frame.Replace("BODY", before), Frame.Replace("BODY", after));
    }

    [Fact]
    public Task OffersNothingWhereOptionsOrEntriesAreShared()
    {
        const string Source = """
            public class A(IMemoryCache cache, IProductApi api)
            {
                private static readonly MemoryCacheEntryOptions Low = new() { Priority = CacheItemPriority.Low };
                public void Shared(string key) => cache.[|Set|](key, 1, Low);
                public void Local(string key) { var options = new MemoryCacheEntryOptions(); cache.[|Set|](key, 1, options); }
                public void Created(string key) { using var entry = cache.[|CreateEntry|](key); entry.Value = 1; }
                private Product Load(ICacheEntry entry) => api.LoadAsync(1).Result;
                public Product? Named() => cache.[|GetOrCreate|]("one", Load);
                public Product? Copied() => cache.[|GetOrCreate|]("two", e => { e.SetOptions(new MemoryCacheEntryOptions()); return api.LoadAsync(1).Result; });
            }
            """;
        return VerifyAsync(Source, Source);
    }
}
