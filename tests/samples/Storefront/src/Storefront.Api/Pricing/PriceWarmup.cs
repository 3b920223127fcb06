namespace Storefront.Pricing;

/// <summary>Fills the cache before the first customer comes.</summary>
public sealed class PriceWarmup(PriceBook prices) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => prices.WarmAsync(stoppingToken);
}
