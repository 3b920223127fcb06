using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Storefront.Pricing;

/// <summary>Exchange rates, asked for one at a time.</summary>
public sealed class ExchangeRates(ExchangeRateClient bank, IMemoryCache cache, IOptions<PricingOptions> options)
{
    private static readonly SemaphoreSlim Gate = new(1, 1);

    public async Task<decimal> FindAsync(string currency, CancellationToken cancellationToken)
    {
        var key = $"exchange:{currency}";
        if (cache.TryGetValue(key, out decimal known))
            return known;

        await Gate.WaitAsync(cancellationToken);
        try
        {
            var rate = await bank.FetchAsync(currency, cancellationToken);
            return cache.Set(key, rate, options.Value.CacheLifetime);
        }
        finally
        {
            Gate.Release();
        }
    }
}
