using RabbitMQ.Client;

namespace Breakwater.Corpus.Valid;

/// <summary>The handler hands its message over and returns; the broker hears of it when the work is done, and sends no more than the slots allow.</summary>
public sealed class MessageSettledByWhoeverFinishesIt(IChannel channel, Func<ulong, Task> handle) : AsyncDefaultBasicConsumer(channel)
{
    private readonly SemaphoreSlim _slots = new(8);

    public override async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        await _slots.WaitAsync(cancellationToken);
        _ = Task.Run(() => handle(deliveryTag), cancellationToken);
    }

    public async Task AcknowledgeAsync(ulong deliveryTag)
    {
        await Channel.BasicAckAsync(deliveryTag, multiple: false);
        _slots.Release();
    }
}
