using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class CacheBoundsTests
{
    private static CacheBounds Of(string members, string body, string others, out CacheOperation operation)
    {
        var probe = new Probe($"public class C(IMemoryCache injected, MemoryCacheOptions unknown, IServiceProvider services) {{ {members} object All => unknown; public void M(int id) {{ {body} }} }} {others}");
        operation = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single();
        return CacheBounds.Of(probe.Compilation);
    }

    [Theory]
    [InlineData("", "injected.Set(id, 1);", true)]
    [InlineData("", "services.GetRequiredService<IMemoryCache>().Set(id, 1);", true)]
    [InlineData("", "var mine = new MemoryCache(new MemoryCacheOptions()); mine.Set(id, 1);", false)]
    [InlineData("", "new MemoryCache(new MemoryCacheOptions()).Set(id, 1);", false)]
    [InlineData("", "var same = injected; same.Set(id, 1);", true)]
    [InlineData("static readonly MemoryCache own = new(new MemoryCacheOptions());", "own.Set(id, 1);", true)]
    [InlineData("readonly MemoryCache own = new(new MemoryCacheOptions { SizeLimit = 9 });", "own.Set(id, 1);", false)]
    [InlineData("readonly MemoryCache own = new(Microsoft.Extensions.Options.Options.Create(new MemoryCacheOptions { SizeLimit = 9 }));", "own.Set(id, 1);", false)]
    [InlineData("readonly MemoryCache own = new(Made()); static MemoryCacheOptions Made() => new();", "own.Set(id, 1);", false)]
    public void SeesHowACacheIsMade(string members, string body, bool growsForEver) =>
        Assert.Equal(growsForEver, Of(members, body, "", out var operation).GrowsForEver(operation, CancellationToken.None));

    [Theory]
    [InlineData("s.AddMemoryCache()", true)]
    [InlineData("s.AddMemoryCache(o => o.SizeLimit = 9)", false)]
    [InlineData("s.AddMemoryCache(o => o.CompactionPercentage = 0.5)", true)]
    [InlineData("s.Configure<MemoryCacheOptions>(o => { o.SizeLimit = 9; })", false)]
    [InlineData("s.AddSingleton<IMemoryCache>(new MemoryCache(new MemoryCacheOptions { SizeLimit = 9 }))", false)]
    public void SeesHowTheInjectedCacheIsRegistered(string registration, bool growsForEver) =>
        Assert.Equal(growsForEver, Of("", "injected.Set(id, 1);", $"public static class Setup {{ public static void Add(IServiceCollection s) => {registration}; }}", out var operation)
            .GrowsForEver(operation, CancellationToken.None));

    [Fact]
    public void AsksForALongLivedOwner() =>
        Assert.False(Of("readonly MemoryCache own = new(new MemoryCacheOptions());", "own.Set(id, 1);", "public static class Setup { public static void Add(IServiceCollection s) => s.AddScoped<C>(); }", out var operation)
            .GrowsForEver(operation, CancellationToken.None));

    [Theory]
    [InlineData("namespace Microsoft.Extensions.Caching.StackExchangeRedis { public class RedisCache { } }", true)]
    [InlineData("namespace Microsoft.Extensions.Caching.StackExchangeRedis { public class RedisCache { } } namespace Microsoft.Extensions.Caching.Cosmos { public class CosmosCache { } }", false)]
    [InlineData("namespace Microsoft.Extensions.Caching.StackExchangeRedis { public class RedisCache { } } public abstract class Own : IDistributedCache { public abstract byte[]? Get(string key); public abstract Task<byte[]?> GetAsync(string key, CancellationToken token = default); public abstract void Refresh(string key); public abstract Task RefreshAsync(string key, CancellationToken token = default); public abstract void Remove(string key); public abstract Task RemoveAsync(string key, CancellationToken token = default); public abstract void Set(string key, byte[] value, DistributedCacheEntryOptions options); public abstract Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default); }", false)]
    [InlineData("", false)]
    public void KnowsTheStoreBehindTheDistributedCache(string packages, bool isRedis) =>
        Assert.Equal(isRedis, DistributedStore.IsRedis(new Probe(packages).Compilation));
}
