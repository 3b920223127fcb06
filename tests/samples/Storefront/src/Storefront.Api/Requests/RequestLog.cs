using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Storefront.Requests;

public sealed record RequestRecord(string Route, int StatusCode, TimeSpan Duration);

public sealed class RequestLogOptions
{
    public int Capacity { get; set; } = 4096;
}

/// <summary>Takes a record of each request. Under pressure the oldest records are given up, and counted.</summary>
public sealed class RequestLog
{
    private readonly Channel<RequestRecord> _records;

    private long _dropped;

    public RequestLog(IOptions<RequestLogOptions> options)
    {
        _records = Channel.CreateBounded<RequestRecord>(
            new BoundedChannelOptions(options.Value.Capacity)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            },
            _ => Interlocked.Increment(ref _dropped));
    }

    public long Dropped => Interlocked.Read(ref _dropped);

    public void Add(RequestRecord record) => _records.Writer.TryWrite(record);

    public IAsyncEnumerable<RequestRecord> ReadAllAsync(CancellationToken cancellationToken) =>
        _records.Reader.ReadAllAsync(cancellationToken);
}
