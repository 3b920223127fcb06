using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Storefront.Catalogue;
using Storefront.Data;

namespace Storefront.Promotions;

/// <summary>The offers that a basket is large enough for.</summary>
public sealed class BasketOffers(StorefrontDb db, IMemoryCache cache, IOptions<CatalogueOptions> options)
{
    public async Task<List<Offer>> ForAsync(string market, decimal total, CancellationToken cancellationToken)
    {
        var offers = (await cache.GetOrCreateAsync($"promotions:market:{market}", async entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = options.Value.ListLifetime;
            return await db.Promotions
                .Where(promotion => promotion.Market == market)
                .Select(promotion => new Offer(promotion.Market, promotion.Text, promotion.MinimumTotal))
                .ToListAsync(cancellationToken);
        }))!;

        offers.RemoveAll(offer => offer.MinimumTotal > total);
        return offers;
    }
}
