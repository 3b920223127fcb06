using Microsoft.EntityFrameworkCore;
using Storefront.Data;

namespace Storefront.Shipping;

public sealed record ParcelState(Guid OrderId, bool IsDelivered);

/// <summary>Asks the carrier where the parcels of the last weeks are.</summary>
public sealed class ParcelTracking(
    IHttpClientFactory clients,
    IDbContextFactory<StorefrontDb> databases,
    TimeProvider clock)
{
    public async Task<Guid[]> UnderWayAsync(CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow().UtcDateTime.AddDays(-21);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var orders = await db.Orders
            .AsNoTracking()
            .Where(order => order.PlacedAt > since)
            .ToListAsync(cancellationToken);

        var carrier = clients.CreateClient("carrier");
        var states = await Task.WhenAll(orders.Select(
            order => carrier.GetFromJsonAsync<ParcelState>($"v1/parcels/{order.Id}", cancellationToken)));

        return [.. states.OfType<ParcelState>().Where(state => !state.IsDelivered).Select(state => state.OrderId)];
    }
}
