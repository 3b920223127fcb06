namespace Storefront.Shipping;

/// <summary>How many days a parcel takes. The page goes without the answer when it is late.</summary>
public sealed class DeliveryTimes(ShippingRates rates)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<int?> DaysAsync(string country, int grams, CancellationToken cancellationToken)
    {
        var rate = rates.FindAsync(country, grams, cancellationToken);
        if (await Task.WhenAny(rate, Task.Delay(Patience)) != rate)
            return null;

        return await rate is { IsDeliverable: true, Days: var days } ? days : null;
    }
}
