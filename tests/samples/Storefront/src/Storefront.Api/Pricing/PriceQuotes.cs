using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Storefront.Pricing;

public sealed record QuoteItem(string Sku, int Quantity);

public sealed record QuoteList(PriceQuote[] Quotes, string[] NotForSale);

/// <summary>Offers for a list of articles, as companies ask for them.</summary>
public sealed class PriceQuotes(PriceBook prices, IOptions<PricingOptions> options)
{
    public async Task<QuoteList> ForAsync(IReadOnlyList<QuoteItem> items, CancellationToken cancellationToken)
    {
        var currency = options.Value.Currency;
        var quotes = new List<PriceQuote>(items.Count);
        var notForSale = new ConcurrentBag<string>();

        await Parallel.ForEachAsync(items, cancellationToken, async (item, stop) =>
        {
            if (await prices.FindAsync(item.Sku, currency, stop) is not { } listPrice)
            {
                notForSale.Add(item.Sku);
                return;
            }

            var unitPrice = VolumeDiscount.UnitPrice(listPrice, item.Quantity);
            quotes.Add(new PriceQuote(item.Sku, currency, item.Quantity, unitPrice, unitPrice * item.Quantity));
        });

        return new QuoteList([.. quotes], [.. notForSale]);
    }
}
