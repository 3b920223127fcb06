using System.Text.Json;
using Microsoft.Extensions.Caching.Distributed;

namespace Storefront.Caching;

public sealed class DistributedCacheService(IDistributedCache cache) : ICacheService
{
    public async Task<T?> GetAsync<T>(string key, CancellationToken cancellationToken)
        where T : class
    {
        var json = await cache.GetStringAsync(key, cancellationToken);
        return json is null ? null : JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web);
    }

    public async Task SetAsync<T>(string key, T value, TimeSpan lifetime, CancellationToken cancellationToken)
        where T : class
    {
        var json = JsonSerializer.Serialize(value, JsonSerializerOptions.Web);
        var options = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = lifetime };
        await cache.SetStringAsync(key, json, options, cancellationToken);
    }
}
