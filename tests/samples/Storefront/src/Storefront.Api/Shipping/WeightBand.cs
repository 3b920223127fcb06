namespace Storefront.Shipping;

/// <summary>The steps in which the carrier charges by weight.</summary>
public static class WeightBand
{
    private static readonly int[] Limits = [500, 1_000, 2_000, 5_000, 10_000, 31_500];

    /// <summary>The upper limit in grams of the band a parcel falls into, or null when it is too heavy.</summary>
    public static int? For(int grams)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grams);

        foreach (var limit in Limits)
        {
            if (grams <= limit)
                return limit;
        }

        return null;
    }
}
