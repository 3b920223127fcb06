namespace Storefront.Pricing;

public sealed class PricingOptions
{
    /// <summary>The currency in which orders are charged.</summary>
    public string Currency { get; set; } = "EUR";

    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromMinutes(10);
}
