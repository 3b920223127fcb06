using StackExchange.Redis;

namespace Storefront.Orders;

/// <summary>Lets an address place a few orders a minute, over all instances of the shop.</summary>
public sealed class CheckoutLimit(IConnectionMultiplexer redis)
{
    private const int PerMinute = 5;

    public async Task<bool> AllowsAsync(string email)
    {
        var database = redis.GetDatabase();
        var key = $"checkouts:{email}";
        var placed = await database.StringIncrementAsync(key);
        if (placed == 1)
            await database.KeyExpireAsync(key, TimeSpan.FromMinutes(1));
        return placed <= PerMinute;
    }
}
