namespace Storefront.Orders;

public sealed partial class OrderConfirmationSender(
    OrderConfirmationQueue queue,
    IMailer mailer,
    ILogger<OrderConfirmationSender> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var confirmation in queue.ReadAllAsync(stoppingToken))
        {
            try
            {
                await mailer.SendAsync(
                    confirmation.Email,
                    $"Your order {confirmation.OrderId}",
                    $"Thank you. We charge {confirmation.Total:0.00} and are packing your goods.",
                    stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailure(confirmation.OrderId, exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Order {OrderId} could not be confirmed by mail")]
    private partial void LogFailure(Guid orderId, Exception exception);
}
