using Storefront.Orders;

namespace Storefront.Stock;

/// <summary>Reminds the purchase department of what is running out.</summary>
public sealed class LowStockReport(StockLevels levels, IMailer mailer) : BackgroundService
{
    private const int Few = 10;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(12));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var skus = await levels.BelowAsync(Few, stoppingToken);
            if (skus.Length > 0)
                await mailer.SendAsync("purchase@storefront.example", "Running out", string.Join(", ", skus), stoppingToken);
        }
    }
}
