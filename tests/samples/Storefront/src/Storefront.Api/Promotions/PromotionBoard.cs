using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Storefront.Catalogue;
using Storefront.Data;

namespace Storefront.Promotions;

public sealed record Offer(string Market, string Text, decimal MinimumTotal);

/// <summary>What is on offer this week.</summary>
public sealed class PromotionBoard(StorefrontDb db, IMemoryCache cache, IOptions<CatalogueOptions> options)
{
    public async Task<List<Offer>> AllAsync(CancellationToken cancellationToken) =>
        (await cache.GetOrCreateAsync("promotions:current", async entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = options.Value.ListLifetime;
            return await db.Promotions
                .Select(promotion => new Offer(promotion.Market, promotion.Text, promotion.MinimumTotal))
                .ToListAsync(cancellationToken);
        }))!;

    public async Task PublishAsync(Promotion promotion, CancellationToken cancellationToken)
    {
        db.Promotions.Add(promotion);
        await db.SaveChangesAsync(cancellationToken);
        cache.Remove("promotion:current");
    }
}
