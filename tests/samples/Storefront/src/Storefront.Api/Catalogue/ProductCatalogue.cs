using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Storefront.Data;

namespace Storefront.Catalogue;

public sealed record ProductSummary(string Sku, string Name, string Category, int WeightInGrams);

/// <summary>The range of goods as the shop window shows it.</summary>
public sealed class ProductCatalogue(StorefrontDb db, IMemoryCache cache, IOptions<CatalogueOptions> options)
{
    private const string ListKey = "catalogue:products";

    public async Task<List<ProductSummary>> ListAsync(CancellationToken cancellationToken)
    {
        if (cache.TryGetValue(ListKey, out List<ProductSummary>? known))
            return known!;

        var products = await db.Products
            .AsNoTracking()
            .OrderBy(product => product.Name)
            .Select(product => new ProductSummary(
                product.Sku,
                product.Name,
                product.Category.Slug,
                product.WeightInGrams))
            .ToListAsync(cancellationToken);

        cache.Set(ListKey, products, options.Value.ListLifetime);
        return products;
    }

    public async Task<ProductSummary?> FindAsync(string sku, CancellationToken cancellationToken)
    {
        var products = await ListAsync(cancellationToken);
        return products.Find(product => product.Sku == sku);
    }

    public async Task<bool> RenameAsync(string sku, string name, CancellationToken cancellationToken)
    {
        var product = await db.Products.SingleOrDefaultAsync(product => product.Sku == sku, cancellationToken);
        if (product is null)
            return false;

        product.Rename(name);
        await db.SaveChangesAsync(cancellationToken);
        cache.Remove(ListKey);
        return true;
    }
}
