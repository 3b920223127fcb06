using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class BorrowedTokensTests
{
    private static IReadOnlyList<string> In(string statement)
    {
        var probe = new Probe(
            $$"""
            public class C(HybridCache cache, IProductApi api, CancellationToken service)
            {
                private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
                private readonly CancellationTokenSource stop = new();
                private Task<Product>? first;
                public async Task M(int id, CancellationToken ct, CancellationToken stoppingToken, HttpContext http) { await Task.Yield(); {{statement}} }
            }
            """);
        var loads = SharedLoads.Of(probe.Compilation)!;
        return [.. loads.In(probe.Body("M"), probe.Method("M")).SelectMany(load => BorrowedTokens.In(load, probe.Compilation)).Select(t => t.Syntax.ToString())];
    }

    [Theory]
    [InlineData("_ = loads.GetOrAdd(id, i => api.LoadAsync(i, ct));", "ct")]
    [InlineData("var copy = ct; _ = loads.GetOrAdd(id, i => api.LoadAsync(i, copy));", "copy")]
    [InlineData("_ = loads.GetOrAdd(id, i => api.LoadAsync(i, http.RequestAborted));", "http.RequestAborted")]
    [InlineData("_ = loads.GetOrAdd(id, (i, t) => api.LoadAsync(i, t), ct);", "ct")]
    [InlineData("using var both = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, ct); _ = loads.GetOrAdd(id, i => api.LoadAsync(i, both.Token));", "ct")]
    [InlineData("await (first ??= api.LoadAsync(id, ct));", "ct")]
    [InlineData("await cache.GetOrCreateAsync(\"a\", async _ => await api.LoadAsync(id, ct));", "ct")]
    [InlineData("await cache.GetOrCreateAsync(\"a\", (api, ct), async (s, _) => await s.api.LoadAsync(1, s.ct));", "s.ct")]
    [InlineData("_ = loads.GetOrAdd(id, i => api.LoadAsync(i, stop.Token));", null)]
    [InlineData("_ = loads.GetOrAdd(id, i => api.LoadAsync(i, service));", null)]
    [InlineData("_ = loads.GetOrAdd(id, i => api.LoadAsync(i, stoppingToken));", null)]
    [InlineData("_ = loads.GetOrAdd(id, i => Console.Out.WriteAsync(nameof(ct)).ContinueWith(t => new Product()));", null)]
    [InlineData("await (first ??= api.LoadAsync(id)).WaitAsync(ct);", null)]
    [InlineData("first = api.LoadAsync(id, ct);", null)]
    [InlineData("await cache.GetOrCreateAsync(\"a\", async t => { using var both = CancellationTokenSource.CreateLinkedTokenSource(t, ct); return await api.LoadAsync(id, both.Token); });", null)]
    [InlineData("await cache.GetOrCreateAsync(\"a\", async t => await api.LoadAsync(id, t), cancellationToken: ct);", null)]
    public void FindsTheTokensOfOneCaller(string statement, string? token) => Assert.Equal(token is null ? [] : [token], In(statement));
}
