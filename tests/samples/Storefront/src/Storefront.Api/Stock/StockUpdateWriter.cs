namespace Storefront.Stock;

public sealed partial class StockUpdateWriter(
    StockUpdates updates,
    StockLevels levels,
    ILogger<StockUpdateWriter> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var update in updates.ReadAllAsync(stoppingToken))
        {
            try
            {
                await levels.SetAsync(update, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailure(update.Sku, exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The stock of {Sku} could not be saved")]
    private partial void LogFailure(string sku, Exception exception);
}
