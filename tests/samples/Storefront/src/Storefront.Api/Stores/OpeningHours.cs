using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Storefront.Data;

namespace Storefront.Stores;

/// <summary>When the shops are open, read once every quarter of an hour.</summary>
public sealed class OpeningHours(StorefrontDb db, IMemoryCache cache)
{
    private const string Key = "stores:opening-hours";

    private readonly SemaphoreSlim _gate = new(1, 1);

    public async Task<Dictionary<int, string>> AllAsync(CancellationToken cancellationToken)
    {
        if (cache.TryGetValue(Key, out Dictionary<int, string>? known))
            return known!;

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (cache.TryGetValue(Key, out known))
                return known!;

            var hours = await db.Stores.ToDictionaryAsync(store => store.Id, store => store.Hours, cancellationToken);
            return cache.Set(Key, hours, TimeSpan.FromMinutes(15));
        }
        finally
        {
            _gate.Release();
        }
    }
}
