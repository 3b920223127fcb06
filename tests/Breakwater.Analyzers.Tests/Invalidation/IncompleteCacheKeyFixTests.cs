using Breakwater.Rules.Invalidation.IncompleteCacheKey;

namespace Breakwater.Tests.Invalidation;

public class IncompleteCacheKeyFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<IncompleteCacheKeyAnalyzer, IncompleteCacheKeyFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task AppendsTheOmittedInputs() => VerifyAsync(
        """
        public class A(IMemoryCache memory, HybridCache cache, IProductApi api)
        {
            public ValueTask<Product> A1(int id, string region) => cache.GetOrCreateAsync([|$"a:{id}"|], async ct => await api.LoadAsync(id, region, ct));
            public ValueTask<Product> A2(int id, string region) => cache.GetOrCreateAsync([|"b:" + id|], async ct => await api.LoadAsync(id, region, ct));
            public ValueTask<Product> A3(int id, string region) => cache.GetOrCreateAsync([|"c{all}"|], async ct => await api.LoadAsync(id, region, ct));
            public async Task<Product> A4(int id, string region, CancellationToken ct)
            {
                var key = "d:" + id; // by number
                if (memory.TryGetValue(key, out Product? hit)) return hit!;
                return memory.Set([|key|], await api.LoadAsync(id, region, ct), TimeSpan.FromMinutes(5));
            }
        }
        """,
        """
        public class A(IMemoryCache memory, HybridCache cache, IProductApi api)
        {
            public ValueTask<Product> A1(int id, string region) => cache.GetOrCreateAsync($"a:{id}:{region}", async ct => await api.LoadAsync(id, region, ct));
            public ValueTask<Product> A2(int id, string region) => cache.GetOrCreateAsync("b:" + id + ":" + region, async ct => await api.LoadAsync(id, region, ct));
            public ValueTask<Product> A3(int id, string region) => cache.GetOrCreateAsync($"c{{all}}:{id}:{region}", async ct => await api.LoadAsync(id, region, ct));
            public async Task<Product> A4(int id, string region, CancellationToken ct)
            {
                var key = "d:" + id + ":" + region; // by number
                if (memory.TryGetValue(key, out Product? hit)) return hit!;
                return memory.Set(key, await api.LoadAsync(id, region, ct), TimeSpan.FromMinutes(5));
            }
        }
        """);

    // Another operation has the key too, the input is no variable, or the text stands elsewhere.
    [Theory]
    [InlineData("""public ValueTask<Product> Get(int id, string region) => cache.GetOrCreateAsync([|$"a:{id}"|], async ct => await api.LoadAsync(id, region, ct)); public ValueTask Drop(int id) => cache.RemoveAsync($"a:{id}");""")]
    [InlineData("""public ValueTask<Product> Get(int id, HttpContext context) => cache.GetOrCreateAsync([|$"a:{id}"|], async ct => await api.LoadAsync(id, context.User.Identity!.Name!, ct));""")]
    [InlineData("""private static string Key(int id) => $"a:{id}"; public ValueTask<Product> Get(int id, string region) => cache.GetOrCreateAsync([|Key(id)|], async ct => await api.LoadAsync(id, region, ct));""")]
    [InlineData("""public async Task<Product> Get(int id, string region) { if (memory.TryGetValue($"a:{id}", out Product? hit)) return hit!; return memory.Set([|$"a:{id}"|], await api.LoadAsync(id, region), TimeSpan.FromMinutes(5)); }""")]
    [InlineData("""public async Task<Product> Get(int id, string text) { var key = $"a:{id}"; if (!int.TryParse(text, out var number)) return new(); return await cache.GetOrCreateAsync([|key|], async ct => await api.LoadAsync(number, ct)); }""")]
    public Task OffersNothingWhereOneEditIsNotEnough(string members)
    {
        var source = $"public class A(IMemoryCache memory, HybridCache cache, IProductApi api) {{ private object All => (memory, cache); {members} }}";
        return VerifyAsync(source, source);
    }
}
