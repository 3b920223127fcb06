using System.Threading.Channels;

namespace Breakwater.Corpus.Valid;

/// <summary>A channel of booleans wakes a sender up, "now" or "now, even if nothing changed": a thousand of them mean the same as two.</summary>
public sealed class UnboundedQueueOfBooleans
{
    private readonly Channel<bool> _wake = Channel.CreateUnbounded<bool>(new UnboundedChannelOptions { SingleReader = true });

    public void Send(bool force) => _wake.Writer.TryWrite(force);

    public async Task RunAsync(Func<bool, Task> send)
    {
        await foreach (var force in _wake.Reader.ReadAllAsync())
            await send(force);
    }
}
