using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Storefront.Data;

namespace Storefront.Catalogue;

public sealed record CategorySummary(string Slug, string Name);

/// <summary>The categories of the shop, which change a few times a year.</summary>
public sealed class CategoryDirectory(StorefrontDb db, IMemoryCache cache, IOptions<CatalogueOptions> options)
{
    private const string Key = "catalogue:categories";

    private static readonly SemaphoreSlim Gate = new(1, 1);

    public async Task<List<CategorySummary>> ListAsync(CancellationToken cancellationToken)
    {
        if (cache.TryGetValue(Key, out List<CategorySummary>? known))
            return known!;

        await Gate.WaitAsync(cancellationToken);
        try
        {
            if (cache.TryGetValue(Key, out known))
                return known!;

            var categories = await db.Categories
                .AsNoTracking()
                .OrderBy(category => category.Name)
                .Select(category => new CategorySummary(category.Slug, category.Name))
                .ToListAsync(cancellationToken);

            return cache.Set(Key, categories, options.Value.CategoryLifetime);
        }
        finally
        {
            Gate.Release();
        }
    }

    public async Task<bool> RenameAsync(string slug, string name, CancellationToken cancellationToken)
    {
        var category = await db.Categories.SingleOrDefaultAsync(category => category.Slug == slug, cancellationToken);
        if (category is null)
            return false;

        category.Name = name;
        cache.Remove(Key);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
