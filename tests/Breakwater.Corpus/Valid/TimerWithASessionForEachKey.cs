using System.Collections.Concurrent;

namespace Breakwater.Corpus.Valid;

/// <summary>The next tick starts nothing for a key that still has its session.</summary>
public sealed class TimerWithASessionForEachKey : IDisposable
{
    private readonly ConcurrentDictionary<string, object> _sessions = new();
    private readonly HttpClient _http;
    private readonly Timer _timer;

    public TimerWithASessionForEachKey(HttpClient http, IReadOnlyList<string> keys)
    {
        _http = http;
        _timer = new Timer(
            _ =>
            {
                foreach (var key in keys)
                    _ = ListenAsync(key);
            }, null, 0, 60_000);
    }

    public void Dispose() => _timer.Dispose();

    private async Task ListenAsync(string key)
    {
        if (!_sessions.TryAdd(key, key))
            return;
        try
        {
            await _http.GetStringAsync("/listen/" + key);
        }
        finally
        {
            _sessions.TryRemove(key, out var _);
        }
    }
}
