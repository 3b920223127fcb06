using System.Threading.Channels;

namespace Storefront.Stock;

/// <summary>What the suppliers reported and the database does not know yet.</summary>
public sealed class StockUpdates
{
    private readonly Channel<StockUpdate> _updates = Channel.CreateBounded<StockUpdate>(
        new BoundedChannelOptions(1_000) { SingleReader = true });

    public void Add(StockUpdate update) => _updates.Writer.TryWrite(update);

    public IAsyncEnumerable<StockUpdate> ReadAllAsync(CancellationToken cancellationToken) =>
        _updates.Reader.ReadAllAsync(cancellationToken);
}
