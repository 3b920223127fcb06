using Microsoft.EntityFrameworkCore;
using Storefront.Data;

namespace Storefront.Orders;

public sealed record Sales(int Orders, int Pieces);

/// <summary>What was sold today, for the screen in the office.</summary>
public sealed class SalesFigures(IDbContextFactory<StorefrontDb> databases, TimeProvider clock) : IHostedService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private Timer? _timer;

    public Sales Today { get; private set; } = new(0, 0);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = new Timer(async _ => await RefreshAsync(), null, TimeSpan.Zero, Interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Change(Timeout.Infinite, Timeout.Infinite);
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private async Task RefreshAsync()
    {
        var midnight = clock.GetUtcNow().UtcDateTime.Date;
        await using var db = await databases.CreateDbContextAsync();
        var orders = db.Orders.Where(order => order.PlacedAt >= midnight);
        Today = new Sales(
            await orders.CountAsync(),
            await orders.SelectMany(order => order.Lines).SumAsync(line => line.Quantity));
    }
}
