using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Storefront.Stock;

/// <summary>Hears from our own warehouse what was counted there.</summary>
public sealed class WarehouseListener(IConnection connection, StockLevels levels) : BackgroundService
{
    private const string Queue = "warehouse.stock";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stoppingToken);
        await channel.QueueDeclareAsync(
            Queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            cancellationToken: stoppingToken);

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            var update = JsonSerializer.Deserialize<StockUpdate>(delivery.Body.Span, JsonSerializerOptions.Web)!;
            await levels.SetAsync(update, stoppingToken);
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, stoppingToken);
        };

        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, stoppingToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken);
    }
}
