using Microsoft.EntityFrameworkCore;
using Storefront.Data;

namespace Storefront.Catalogue;

/// <summary>Articles with all of some words in their name, and none of others.</summary>
public sealed class ProductFilter(StorefrontDb db)
{
    public async Task<string[]> FindAsync(string[] with, string[] without, CancellationToken cancellationToken)
    {
        IQueryable<Product> matches = db.Products;
        for (var i = 0; i < with.Length; i++)
            matches = matches.Where(product => product.Name.Contains(with[i]));

        foreach (var word in without)
            matches = matches.Where(product => !product.Name.Contains(word));

        return await matches
            .OrderBy(product => product.Name)
            .Select(product => product.Sku)
            .Take(50)
            .ToArrayAsync(cancellationToken);
    }
}
