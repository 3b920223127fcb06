using Breakwater.Rules.ThunderingHerd.BorrowedCancellation;

namespace Breakwater.Tests.ThunderingHerd;

public class BorrowedCancellationFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<BorrowedCancellationAnalyzer, BorrowedCancellationFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task OffersNothingAsync(string source) => VerifyAsync(source, source);

    private static string Hybrid(string expression) =>
        $$"""
        public class A(HybridCache cache, IProductApi api)
        {
            public async Task<Product> Get(int id, CancellationToken ct) => await {{expression}};
        }
        """;

    [Theory]
    [InlineData("cache.GetOrCreateAsync($\"p:{id}\", async _ => await api.LoadAsync(id, [|ct|]), cancellationToken: ct)", "cache.GetOrCreateAsync($\"p:{id}\", async token => await api.LoadAsync(id, token), cancellationToken: ct)")]
    [InlineData("cache.GetOrCreateAsync($\"p:{id}\", async (CancellationToken cancel) => await api.LoadAsync(id, /* theirs */ [|ct|]))", "cache.GetOrCreateAsync($\"p:{id}\", async (CancellationToken cancel) => await api.LoadAsync(id, /* theirs */ cancel))")]
    [InlineData("cache.GetOrCreateAsync($\"p:{id}\", (api, id, ct), static async (s, _) => await s.api.LoadAsync(s.id, [|s.ct|]))", "cache.GetOrCreateAsync($\"p:{id}\", (api, id, ct), static async (s, token) => await s.api.LoadAsync(s.id, token))")]
    [InlineData("cache.GetOrCreateAsync($\"p:{id}\", async _ => { var token = id; return await api.LoadAsync(token, [|ct|]); })", "cache.GetOrCreateAsync($\"p:{id}\", async token2 => { var token = id; return await api.LoadAsync(token, token2); })")]
    [InlineData("cache.GetOrCreateAsync($\"p:{id}\", async _ => { [|ct|].ThrowIfCancellationRequested(); return await api.LoadAsync(id, ct); })", "cache.GetOrCreateAsync($\"p:{id}\", async token => { token.ThrowIfCancellationRequested(); return await api.LoadAsync(id, token); })")]
    public Task GivesTheFactoryItsOwnToken(string expression, string fixedExpression) => VerifyAsync(Hybrid(expression), Hybrid(fixedExpression));

    private static string Stored(string member) =>
        $$"""
        public class A(IProductApi api)
        {
            private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
            private readonly ConcurrentDictionary<int, Lazy<Task<Product>>> lazies = new();
            private Task<Product>? first;
            {{member}}
        }
        """;

    [Theory]
    [InlineData("public Task<Product> Get(int id, CancellationToken ct) => loads.GetOrAdd(id, i => api.LoadAsync(i, [|ct|]));", "public Task<Product> Get(int id, CancellationToken ct) => loads.GetOrAdd(id, i => api.LoadAsync(i, CancellationToken.None)).WaitAsync(ct);")]
    [InlineData("public async Task<Product> Get(int id, CancellationToken ct) { return await loads.GetOrAdd(id, i => api.LoadAsync(i, ct: [|ct|])).ConfigureAwait(false); }", "public async Task<Product> Get(int id, CancellationToken ct) { return await loads.GetOrAdd(id, i => api.LoadAsync(i, ct: CancellationToken.None)).WaitAsync(ct).ConfigureAwait(false); }")]
    [InlineData("public Task<Product> Get(int id, CancellationToken ct) { return loads.GetOrAdd(id, static (i, s) => s.api.LoadAsync(i, s.ct), (api, [|ct|])); }", "public Task<Product> Get(int id, CancellationToken ct) { return loads.GetOrAdd(id, static (i, s) => s.api.LoadAsync(i, s.ct), (api, ct: CancellationToken.None)).WaitAsync(ct); }")]
    [InlineData("public async Task<Product> Get(int id, CancellationToken ct) => await lazies.GetOrAdd(id, i => new Lazy<Task<Product>>(() => api.LoadAsync(i, [|ct|]))).Value;", "public async Task<Product> Get(int id, CancellationToken ct) => await lazies.GetOrAdd(id, i => new Lazy<Task<Product>>(() => api.LoadAsync(i, CancellationToken.None))).Value.WaitAsync(ct);")]
    [InlineData("public Task<Product> Get(CancellationToken ct) => first ??= api.LoadAsync(1, [|ct|]);", "public Task<Product> Get(CancellationToken ct) => (first ??= api.LoadAsync(1, CancellationToken.None)).WaitAsync(ct);")]
    [InlineData("public async Task<Product> Get(CancellationToken ct) { if (first is null) first = api.LoadAsync(1, [|ct|]); return await first; }", "public async Task<Product> Get(CancellationToken ct) { if (first is null) first = api.LoadAsync(1, CancellationToken.None); return await first; }")]
    [InlineData("public Task<Product> Get(int id, CancellationToken ct) => loads.GetOrAdd(id, i => api.LoadAsync(i, [|ct|])).WaitAsync(ct);", "public Task<Product> Get(int id, CancellationToken ct) => loads.GetOrAdd(id, i => api.LoadAsync(i, CancellationToken.None)).WaitAsync(ct);")]
    [InlineData("public Task<Product> Get(int id, CancellationToken ct) { return loads.GetOrAdd(id, Load); Task<Product> Load(int i) => api.LoadAsync(i, [|ct|]); }", "public Task<Product> Get(int id, CancellationToken ct) { return loads.GetOrAdd(id, Load).WaitAsync(ct); Task<Product> Load(int i) => api.LoadAsync(i, CancellationToken.None); }")]
    public Task LetsTheCallerStopWaiting(string member, string fixedMember) => VerifyAsync(Stored(member), Stored(fixedMember));

    [Fact]
    public Task FixesEverythingInOnePass() => VerifyAsync(
        """
        public class A(HybridCache cache, IProductApi api)
        {
            private Task<List<Product>>? all;
            private Task<Product>? first;

            public ValueTask<Product> Get(int id, CancellationToken ct) => cache.GetOrCreateAsync($"p:{id}",
                async _ => await api.LoadAsync(id, [|ct|]), cancellationToken: ct);

            public async Task<int> Count(CancellationToken ct)
            {
                // Both at once.
                var one = await (first ??= api.LoadAsync(1, [|ct|]));
                return one.Id + (await (all ??= api.AllAsync([|ct|]))).Count;
            }
        }
        """,
        """
        public class A(HybridCache cache, IProductApi api)
        {
            private Task<List<Product>>? all;
            private Task<Product>? first;

            public ValueTask<Product> Get(int id, CancellationToken ct) => cache.GetOrCreateAsync($"p:{id}",
                async token => await api.LoadAsync(id, token), cancellationToken: ct);

            public async Task<int> Count(CancellationToken ct)
            {
                // Both at once.
                var one = await (first ??= api.LoadAsync(1, CancellationToken.None)).WaitAsync(ct);
                return one.Id + (await (all ??= api.AllAsync(CancellationToken.None)).WaitAsync(ct)).Count;
            }
        }
        """);

    [Theory]
    [InlineData("public Task<Product> Get(int id, CancellationToken ct) => loads.GetOrAdd(id, async i => { [|ct|].ThrowIfCancellationRequested(); return await api.LoadAsync(i); });")]
    [InlineData("public Task<Product> Get(int id, CancellationToken ct) => loads.GetOrAdd(id, async i => { using var cts = CancellationTokenSource.CreateLinkedTokenSource([|ct|]); return await api.LoadAsync(i, cts.Token); });")]
    public Task OffersNothingWhereTheTokenIsMoreThanAnArgument(string member) => OffersNothingAsync(Stored(member));

    [Fact]
    public Task OffersNothingForACompletionSource() => OffersNothingAsync(
        """
        public class A(IProductApi api)
        {
            private readonly ConcurrentDictionary<int, TaskCompletionSource<Product>> pending = new();
            public async Task<Product> Get(int id, CancellationToken ct)
            {
                var mine = new TaskCompletionSource<Product>();
                var winner = pending.GetOrAdd(id, mine);
                if (winner != mine) return await winner.Task;
                try { mine.TrySetResult(await api.LoadAsync(id, [|ct|])); }
                catch (Exception e) { mine.TrySetException(e); }
                finally { pending.TryRemove(id, out _); }
                return await mine.Task;
            }
        }
        """);
}
