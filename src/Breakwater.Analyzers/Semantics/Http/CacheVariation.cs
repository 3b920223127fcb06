namespace Breakwater.Semantics.Http;

/// <summary>By what a cache on the server tells the responses of one route apart, besides path and host.</summary>
/// <param name="Headers">The headers, compared without case; <c>*</c> is all of them.</param>
/// <param name="QueryKeys">The query keys; null is all of them.</param>
internal sealed record CacheVariation(ImmutableHashSet<string> Headers, ImmutableHashSet<string>? QueryKeys)
{
    /// <summary>What the output cache does unless it is told otherwise: no headers, all of the query.</summary>
    public static CacheVariation OfOutputCache { get; } = new(Names([]), null);

    /// <summary>What a <c>[ResponseCache]</c> that is kept on this server says: no query unless it is named.</summary>
    public static CacheVariation Of(ResponseCacheSettings settings) =>
        new(Names(settings.VaryByHeaders), Names(settings.VaryByQueryKeys.IsDefault ? ImmutableArray<string>.Empty : settings.VaryByQueryKeys));

    /// <summary>The same with more headers.</summary>
    public CacheVariation ByHeaders(IEnumerable<string> names) => this with { Headers = Headers.Union(names) };

    /// <summary>The same by these query keys only; to name none changes nothing here.</summary>
    public CacheVariation ByQueryKeys(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? this : this with { QueryKeys = (QueryKeys ?? Names([])).Union(names) };

    /// <summary>Whether callers with another value of this input get another response.</summary>
    public bool Covers(RequestInput input) => input.Part switch
    {
        RequestPart.Query => QueryKeys is null || QueryKeys.Contains("*") || QueryKeys.Contains(input.Name),
        RequestPart.Cookie => Headers.Contains("*") || Headers.Contains("Cookie"),
        _ => Headers.Contains("*") || Headers.Contains(input.Name) || input.Name.Equals("Host", StringComparison.OrdinalIgnoreCase),
    };

    private static ImmutableHashSet<string> Names(IEnumerable<string> names) => ImmutableHashSet.CreateRange(StringComparer.OrdinalIgnoreCase, names);
}
