using System.Collections.Concurrent;
using System.Data.Common;

namespace Breakwater.Corpus.Valid;

/// <summary>A pool: rents one at a time, gives back up to a maximum, and loops over what is left only when it is disposed.</summary>
public sealed class UnboundedQueueOfPooledConnections(Func<DbConnection> create) : IDisposable
{
    private readonly ConcurrentQueue<DbConnection> _free = new();
    private int _count;

    public DbConnection Rent() => _free.TryDequeue(out var connection) ? connection : create();

    public void Return(DbConnection connection)
    {
        if (Interlocked.Increment(ref _count) <= 10)
            _free.Enqueue(connection);
        else
            connection.Dispose();
    }

    public void Dispose()
    {
        while (_free.TryDequeue(out var connection))
            connection.Dispose();
    }
}
