using System.Threading.Channels;

namespace Storefront.Orders;

/// <summary>Keeps the customer from waiting for the mail server.</summary>
public sealed class OrderConfirmationQueue
{
    private readonly Channel<OrderConfirmation> _confirmations = Channel.CreateUnbounded<OrderConfirmation>(
        new UnboundedChannelOptions { SingleReader = true });

    public async Task EnqueueAsync(OrderConfirmation confirmation) =>
        await _confirmations.Writer.WriteAsync(confirmation);

    public IAsyncEnumerable<OrderConfirmation> ReadAllAsync(CancellationToken cancellationToken) =>
        _confirmations.Reader.ReadAllAsync(cancellationToken);
}
