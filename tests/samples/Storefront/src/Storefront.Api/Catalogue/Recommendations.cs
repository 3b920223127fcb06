using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Hybrid;
using Storefront.Data;

namespace Storefront.Catalogue;

/// <summary>What others bought who bought this.</summary>
public sealed class Recommendations(HybridCache cache, IDbContextFactory<StorefrontDb> databases)
{
    public async Task<string[]> ForAsync(string sku, string country, CancellationToken cancellationToken) =>
        await cache.GetOrCreateAsync(
            $"recommended:{sku}",
            async stop =>
            {
                await using var db = await databases.CreateDbContextAsync(stop);
                return await db.Orders
                    .Where(order => order.Country == country && order.Lines.Any(line => line.Sku == sku))
                    .SelectMany(order => order.Lines)
                    .Where(line => line.Sku != sku)
                    .GroupBy(line => line.Sku)
                    .OrderByDescending(line => line.Count())
                    .Select(line => line.Key)
                    .Take(4)
                    .ToArrayAsync(stop);
            },
            cancellationToken: cancellationToken);
}
