using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Hybrid;
using Storefront.Data;

namespace Storefront.Tax;

/// <summary>What each country takes.</summary>
public sealed class TaxTable(HybridCache cache, IDbContextFactory<StorefrontDb> databases)
{
    private static readonly HybridCacheEntryOptions Day = new() { Expiration = TimeSpan.FromDays(1) };

    public async Task<TaxRate?> FindAsync(string country, CancellationToken cancellationToken) =>
        await cache.GetOrCreateAsync(
            $"tax:{country}",
            async stop =>
            {
                await using var db = await databases.CreateDbContextAsync(stop);
                return await db.TaxRates.AsNoTracking().SingleOrDefaultAsync(rate => rate.Country == country, stop);
            },
            Day,
            cancellationToken: cancellationToken);

    public async Task<bool> ChangeAsync(string country, decimal percent, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.TaxRates.SingleOrDefaultAsync(rate => rate.Country == country, cancellationToken) is not { } rate)
            return false;

        rate.Percent = percent;
        await db.SaveChangesAsync(cancellationToken);
        await cache.RemoveAsync($"tax:{country}", CancellationToken.None);
        return true;
    }

    public async Task<bool> AbolishAsync(string country, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.TaxRates.SingleOrDefaultAsync(rate => rate.Country == country, cancellationToken) is not { } rate)
            return false;

        db.TaxRates.Remove(rate);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
