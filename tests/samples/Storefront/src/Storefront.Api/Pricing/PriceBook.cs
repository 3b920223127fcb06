using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Options;
using Storefront.Data;

namespace Storefront.Pricing;

/// <summary>List prices by article and currency.</summary>
public sealed class PriceBook(
    HybridCache cache,
    IDbContextFactory<StorefrontDb> databases,
    IOptions<PricingOptions> options)
{
    private readonly HybridCacheEntryOptions _entry = new() { Expiration = options.Value.CacheLifetime };

    public async Task<decimal?> FindAsync(string sku, string currency, CancellationToken cancellationToken) =>
        await cache.GetOrCreateAsync(
            $"price:{sku}:{currency}",
            async stop =>
            {
                await using var db = await databases.CreateDbContextAsync(stop);
                return await db.Prices
                    .Where(price => price.Sku == sku && price.Currency == currency)
                    .Select(price => (decimal?)price.Amount)
                    .SingleOrDefaultAsync(stop);
            },
            _entry,
            cancellationToken: cancellationToken);

    public async Task WarmAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var price in await db.Prices.AsNoTracking().ToListAsync(cancellationToken))
        {
            await cache.SetAsync(
                $"price:{price.Sku}:{price.Currency}",
                (decimal?)price.Amount,
                new HybridCacheEntryOptions { Expiration = TimeSpan.FromMinutes(30) },
                cancellationToken: cancellationToken);
        }
    }

    public async Task<bool> ChangeAsync(string sku, string currency, decimal amount, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var price = await db.Prices.SingleOrDefaultAsync(
            price => price.Sku == sku && price.Currency == currency,
            cancellationToken);
        if (price is null)
            return false;

        price.ChangeTo(amount);
        await db.SaveChangesAsync(cancellationToken);

        // The new price is committed: the old one has to go even when the caller has left.
        await cache.RemoveAsync($"price:{sku}:{currency}", CancellationToken.None);
        return true;
    }
}
