using System.Collections.Concurrent;

namespace Breakwater.Corpus.Valid;

/// <summary>The buffer of one transaction: the object that fills it empties it on commit and ends.</summary>
public abstract class UnboundedQueueOfUnitOfWork
{
    private readonly ConcurrentQueue<string> _outgoing = new();

    public abstract Task CommitAsync();

    public abstract Task RollbackAsync();

    public void Send(string message) => _outgoing.Enqueue(message);

    protected async Task FlushAsync(TextWriter writer)
    {
        while (!_outgoing.IsEmpty)
        {
            if (_outgoing.TryDequeue(out var message))
                await writer.WriteLineAsync(message);
        }
    }
}
