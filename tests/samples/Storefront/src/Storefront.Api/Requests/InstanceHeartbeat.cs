using StackExchange.Redis;

namespace Storefront.Requests;

/// <summary>Shows the other instances of the shop that this one is there.</summary>
public sealed class InstanceHeartbeat(IConnectionMultiplexer redis) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var key = $"instances:{Environment.MachineName}:{Environment.ProcessId}";
        while (true)
        {
            await redis.GetDatabase().StringSetAsync(key, "up", Interval * 3);
            await Task.Delay(Interval);
        }
    }
}
