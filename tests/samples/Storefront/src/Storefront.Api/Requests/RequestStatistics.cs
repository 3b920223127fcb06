namespace Storefront.Requests;

public sealed record RouteStatistics(string Route, long Requests, long Failures, double MeanMilliseconds);

/// <summary>How often each route was asked since the start, and how it did.</summary>
public sealed class RequestStatistics
{
    private readonly Lock _lock = new();

    private readonly Dictionary<string, Totals> _totals = new(StringComparer.Ordinal);

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

    private readonly record struct Totals(long Requests, long Failures, TimeSpan Duration);
}
