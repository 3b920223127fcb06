using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Hybrid;
using Storefront.Data;

namespace Storefront.Pricing;

/// <summary>In how many currencies an article has a price.</summary>
public sealed class PriceCoverage(HybridCache cache, IDbContextFactory<StorefrontDb> databases)
{
    public async Task<int> CurrenciesAsync(string sku, CancellationToken cancellationToken) =>
        await cache.GetOrCreateAsync(
            $"price-currencies:{sku}",
            async _ =>
            {
                await using var db = await databases.CreateDbContextAsync(cancellationToken);
                return await db.Prices.CountAsync(price => price.Sku == sku, cancellationToken);
            },
            cancellationToken: cancellationToken);
}
