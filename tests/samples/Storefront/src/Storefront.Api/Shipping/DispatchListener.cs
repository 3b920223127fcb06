using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Storefront.Data;
using Storefront.Orders;

namespace Storefront.Shipping;

public sealed record Dispatch(Guid OrderId, string TrackingCode);

/// <summary>Tells customers that their parcel has left the warehouse.</summary>
public sealed class DispatchListener(
    IConnection connection,
    IDbContextFactory<StorefrontDb> databases,
    IMailer mailer) : BackgroundService
{
    private const string Queue = "warehouse.dispatched";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stoppingToken);
        await channel.BasicQosAsync(prefetchSize: 0, prefetchCount: 20, global: false, stoppingToken);
        await channel.QueueDeclareAsync(
            Queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            cancellationToken: stoppingToken);

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            var dispatch = JsonSerializer.Deserialize<Dispatch>(delivery.Body.Span, JsonSerializerOptions.Web)!;
            await NotifyAsync(dispatch, stoppingToken);
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, stoppingToken);
        };

        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, stoppingToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, stoppingToken);
    }

    private async Task NotifyAsync(Dispatch dispatch, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var email = await db.Orders
            .Where(order => order.Id == dispatch.OrderId)
            .Select(order => order.Email)
            .SingleOrDefaultAsync(cancellationToken);
        if (email is not null)
            await mailer.SendAsync(email, "Your parcel is on its way", $"Follow it as {dispatch.TrackingCode}.", cancellationToken);
    }
}
