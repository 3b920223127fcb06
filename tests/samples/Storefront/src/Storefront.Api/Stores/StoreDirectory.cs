using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Storefront.Data;

namespace Storefront.Stores;

public sealed record StoreAddress(string City, string Street);

/// <summary>Where there are shops to walk into.</summary>
public sealed class StoreDirectory(StorefrontDb db, IMemoryCache cache)
{
    public async Task<List<StoreAddress>> InCityAsync(string city, CancellationToken cancellationToken) =>
        (await cache.GetOrCreateAsync($"stores:{city}", async entry =>
        {
            entry.SlidingExpiration = TimeSpan.FromMinutes(10);
            return await db.Stores
                .Where(store => store.City == city)
                .Select(store => new StoreAddress(store.City, store.Street))
                .ToListAsync(cancellationToken);
        }))!;
}
