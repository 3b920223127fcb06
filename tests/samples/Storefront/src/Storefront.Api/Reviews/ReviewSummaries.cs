using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Storefront.Data;

namespace Storefront.Reviews;

public sealed record ReviewSummary(int Count, double Stars);

/// <summary>How the customers like each article.</summary>
public sealed class ReviewSummaries(StorefrontDb db, IMemoryCache cache)
{
    public async Task<ReviewSummary> FindAsync(string sku, CancellationToken cancellationToken) =>
        (await cache.GetOrCreateAsync($"reviews:{sku}", async _ =>
        {
            var stars = await db.Reviews
                .Where(review => review.Sku == sku)
                .Select(review => review.Stars)
                .ToListAsync(cancellationToken);
            return new ReviewSummary(stars.Count, stars.Count == 0 ? 0 : stars.Average());
        }))!;
}
