using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Hybrid;
using Storefront.Data;

namespace Storefront.Catalogue;

/// <summary>Finds articles by a word in their name.</summary>
public sealed class ProductSearch(HybridCache cache, IDbContextFactory<StorefrontDb> databases)
{
    public async Task<string[]> FindAsync(string category, string word, CancellationToken cancellationToken) =>
        await cache.GetOrCreateAsync(
            $"search:{category}{word}",
            async stop =>
            {
                await using var db = await databases.CreateDbContextAsync(stop);
                return await db.Products
                    .Where(product => product.Category.Slug == category && product.Name.Contains(word))
                    .Select(product => product.Sku)
                    .ToArrayAsync(stop);
            },
            cancellationToken: cancellationToken);
}
