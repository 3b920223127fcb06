namespace Storefront.Shipping;

/// <summary>Looks every quarter of an hour what is still under way.</summary>
public sealed partial class ParcelTracker(ParcelTracking tracking, ILogger<ParcelTracker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                var parcels = await tracking.UnderWayAsync(stoppingToken);
                LogParcels(parcels.Length);
                await Task.Delay(TimeSpan.FromMinutes(15), stoppingToken);
            }
            catch (Exception exception)
            {
                LogFailure(exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} parcels are under way")]
    private partial void LogParcels(int count);

    [LoggerMessage(LogLevel.Error, "The carrier could not be asked for parcels")]
    private partial void LogFailure(Exception exception);
}
