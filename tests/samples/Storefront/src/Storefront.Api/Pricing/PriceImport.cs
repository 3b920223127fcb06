using Microsoft.EntityFrameworkCore;
using StackExchange.Redis;
using Storefront.Data;

namespace Storefront.Pricing;

/// <summary>Takes over the list prices of the purchase department; one instance of the shop at a time.</summary>
public sealed class PriceImport(IConnectionMultiplexer redis, PriceBook prices, IDbContextFactory<StorefrontDb> databases)
{
    private const string Lock = "price-import:lock";

    public async Task<bool> RunAsync(IReadOnlyDictionary<string, decimal> amounts, CancellationToken cancellationToken)
    {
        var database = redis.GetDatabase();
        if (!await database.StringSetAsync(Lock, Environment.MachineName, when: When.NotExists))
            return false;

        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            foreach (var price in await db.Prices.AsNoTracking().ToListAsync(cancellationToken))
            {
                if (amounts.TryGetValue(price.Sku, out var amount))
                    await prices.ChangeAsync(price.Sku, price.Currency, amount, cancellationToken);
            }

            return true;
        }
        finally
        {
            await database.KeyDeleteAsync(Lock);
        }
    }
}
