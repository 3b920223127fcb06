namespace Storefront.Requests;

public sealed class RequestLogReader(RequestLog log, RequestStatistics statistics) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var record in log.ReadAllAsync(stoppingToken))
            statistics.Count(record);
    }
}
