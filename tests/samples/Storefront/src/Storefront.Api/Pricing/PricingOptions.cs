namespace Storefront.Pricing;

public sealed class PricingOptions
{
    /// <summary>The currency in which orders are charged.</summary>
    public string Currency { get; set; } = "EUR";

    /// <summary>Where the bank answers with exchange rates; without it the shop knows none.</summary>
    public Uri? BankAddress { get; set; }

    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromMinutes(10);
}
