namespace Storefront.Requests;

public sealed record RouteStatistics(string Route, long Requests, long Failures, double MeanMilliseconds);

/// <summary>How often each route was asked, and how it did; counted anew every day.</summary>
public sealed class RequestStatistics
{
    private readonly Lock _lock = new();

    private readonly Dictionary<string, Totals> _totals = new(StringComparer.Ordinal);

    public RequestStatistics()
    {
        _ = new Timer(_ => Clear(), null, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
    }

    public void Count(RequestRecord record)
    {
        lock (_lock)
        {
            var before = _totals.GetValueOrDefault(record.Route);
            _totals[record.Route] = new Totals(
                before.Requests + 1,
                before.Failures + (record.StatusCode >= 500 ? 1 : 0),
                before.Duration + record.Duration);
        }
    }

    public RouteStatistics[] Snapshot()
    {
        lock (_lock)
        {
            return
            [
                .. _totals
                    .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                    .Select(entry => new RouteStatistics(
                        entry.Key,
                        entry.Value.Requests,
                        entry.Value.Failures,
                        entry.Value.Duration.TotalMilliseconds / entry.Value.Requests)),
            ];
        }
    }

    public void Clear()
    {
        lock (_lock)
            _totals.Clear();
    }

    private readonly record struct Totals(long Requests, long Failures, TimeSpan Duration);
}
