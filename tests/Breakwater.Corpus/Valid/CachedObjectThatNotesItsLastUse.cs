using Microsoft.Extensions.Caching.Memory;

namespace Breakwater.Corpus.Valid;

/// <summary>The note of the last use is meant for everyone who holds the entry.</summary>
public class CachedObjectThatNotesItsLastUse(IMemoryCache cache)
{
    public Session? Find(string id)
    {
        var session = cache.Get<Session>("session:" + id);
        if (session is not null)
            session.LastUsed = DateTimeOffset.UtcNow;
        return session;
    }

    public class Session
    {
        public DateTimeOffset LastUsed { get; set; }
    }
}
