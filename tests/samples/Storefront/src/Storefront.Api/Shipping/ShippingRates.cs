using Microsoft.Extensions.Options;
using Storefront.Caching;

namespace Storefront.Shipping;

/// <summary>Shipping rates by country and weight, remembered for a few hours.</summary>
public sealed class ShippingRates(
    IShippingRateProvider provider,
    ICacheService cache,
    IOptions<ShippingOptions> options)
{
    public async Task<ShippingRate> FindAsync(string country, int grams, CancellationToken cancellationToken)
    {
        if (WeightBand.For(grams) is not { } band)
            return ShippingRate.NotDeliverable;

        var key = $"shipping:{country}:{band}";
        var known = await cache.GetAsync<ShippingRate>(key, cancellationToken);
        if (known is not null)
            return known;

        var rate = await provider.QuoteAsync(country, band, cancellationToken);
        await cache.SetAsync(key, rate, options.Value.RateLifetime, cancellationToken);
        return rate;
    }
}
