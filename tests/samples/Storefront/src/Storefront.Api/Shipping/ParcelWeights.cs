using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Hybrid;
using Storefront.Data;

namespace Storefront.Shipping;

/// <summary>What articles weigh together.</summary>
public sealed class ParcelWeights(HybridCache cache, IDbContextFactory<StorefrontDb> databases)
{
    public async Task<int> OfAsync(string[] skus, CancellationToken cancellationToken) =>
        await cache.GetOrCreateAsync(
            $"weight:{skus}",
            async stop =>
            {
                await using var db = await databases.CreateDbContextAsync(stop);
                return await db.Products
                    .Where(product => skus.Contains(product.Sku))
                    .SumAsync(product => product.WeightInGrams, stop);
            },
            cancellationToken: cancellationToken);
}
