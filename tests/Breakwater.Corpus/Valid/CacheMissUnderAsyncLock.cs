using Microsoft.Extensions.Caching.Memory;
using Nito.AsyncEx;

namespace Breakwater.Corpus.Valid;

/// <summary>A lock of a library: the acquisition is awaited and configured inside the <c>using</c>, and covers the first look, too.</summary>
public class CacheMissUnderAsyncLock(IMemoryCache cache, HttpClient http)
{
    private static readonly AsyncLock Gate = new();

    public async Task<string> ReadAsync(string url, CancellationToken cancellationToken)
    {
        using (await Gate.LockAsync(cancellationToken).ConfigureAwait(false))
        {
            if (cache.TryGetValue(url, out string? known) && known is not null)
                return known;

            var text = await http.GetStringAsync(url, cancellationToken).ConfigureAwait(false);
            cache.Set(url, text, TimeSpan.FromMinutes(10));
            return text;
        }
    }
}
