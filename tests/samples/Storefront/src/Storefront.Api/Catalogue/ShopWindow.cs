using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Storefront.Catalogue;

/// <summary>The small things beside the till.</summary>
public sealed class ShopWindow(IMemoryCache cache, IOptions<CatalogueOptions> options)
{
    public IEnumerable<ProductSummary> Small(IReadOnlyList<ProductSummary> products) =>
        cache.GetOrCreate("catalogue:small", entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = options.Value.ListLifetime;
            return products.Where(product => product.WeightInGrams < 250).OrderBy(product => product.Name);
        })!;
}
