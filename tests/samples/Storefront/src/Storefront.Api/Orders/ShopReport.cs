using Microsoft.EntityFrameworkCore;
using Storefront.Data;

namespace Storefront.Orders;

public sealed record ShopCounts(int Orders, int OpenBaskets);

/// <summary>How much became an order, and how much lies in baskets.</summary>
public sealed class ShopReport(StorefrontDb db)
{
    public async Task<ShopCounts> CountAsync(CancellationToken cancellationToken)
    {
        var orders = db.Orders.CountAsync(cancellationToken);
        var baskets = db.Baskets.CountAsync(basket => basket.Lines.Any(), cancellationToken);
        return new ShopCounts(await orders, await baskets);
    }
}
