namespace Storefront.Shipping;

public sealed class ShippingOptions
{
    /// <summary>Where the carrier answers; without it the built-in tariff table does.</summary>
    public Uri? CarrierAddress { get; set; }

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan RateLifetime { get; set; } = TimeSpan.FromHours(6);
}
