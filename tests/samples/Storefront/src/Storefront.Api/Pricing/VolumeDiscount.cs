namespace Storefront.Pricing;

/// <summary>What a customer pays for one piece when several are taken at once.</summary>
public static class VolumeDiscount
{
    public static decimal UnitPrice(decimal listPrice, int quantity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantity);

        var discount = quantity switch
        {
            >= 50 => 0.10m,
            >= 10 => 0.05m,
            _ => 0m,
        };
        return decimal.Round(listPrice * (1 - discount), 2, MidpointRounding.AwayFromZero);
    }
}
