using Breakwater.Rules.Invalidation.SlidingOnlyEntry;

namespace Breakwater.Tests.Invalidation;

public class SlidingOnlyEntryFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<SlidingOnlyEntryAnalyzer, SlidingOnlyEntryFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task CapsStatementsMembersAndChains() => VerifyAsync(
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            private static readonly TimeSpan Long = TimeSpan.FromHours(3);

            private static readonly MemoryCacheEntryOptions Options = new()
            {
                Priority = CacheItemPriority.Low,
                [|SlidingExpiration|] = Long // half a shift
            };

            public Task<Product?> One(int id) => cache.GetOrCreateAsync($"a:{id}", async e =>
            {
                // Rarely changes.
                e.[|SlidingExpiration|] = TimeSpan.FromMinutes(10); // ten
                return (Product?)await api.LoadAsync(id);
            });

            public Task<Product?> Two(int id) => cache.GetOrCreateAsync($"b:{id}", async _ => (Product?)await api.LoadAsync(id), Options);

            public Task<Product?> Three(int id) => cache.GetOrCreateAsync($"c:{id}", async _ => (Product?)await api.LoadAsync(id),
                new MemoryCacheEntryOptions()
                    .[|SetSlidingExpiration|](TimeSpan.FromMinutes(1))
                    .SetPriority(CacheItemPriority.High));

            public Task<Product?> Four(int id) => cache.GetOrCreateAsync($"d:{id}", async _ => (Product?)await api.LoadAsync(id), new MemoryCacheEntryOptions
            {
                [|SlidingExpiration|] = new TimeSpan(0, 20, 0),
                Priority = CacheItemPriority.Low,
            });
        }
        """,
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            private static readonly TimeSpan Long = TimeSpan.FromHours(3);

            private static readonly MemoryCacheEntryOptions Options = new()
            {
                Priority = CacheItemPriority.Low,
                SlidingExpiration = Long,
                AbsoluteExpirationRelativeToNow = TimeSpan.FromDays(1) // half a shift
            };

            public Task<Product?> One(int id) => cache.GetOrCreateAsync($"a:{id}", async e =>
            {
                // Rarely changes.
                e.SlidingExpiration = TimeSpan.FromMinutes(10); // ten
                e.AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1);
                return (Product?)await api.LoadAsync(id);
            });

            public Task<Product?> Two(int id) => cache.GetOrCreateAsync($"b:{id}", async _ => (Product?)await api.LoadAsync(id), Options);

            public Task<Product?> Three(int id) => cache.GetOrCreateAsync($"c:{id}", async _ => (Product?)await api.LoadAsync(id),
                new MemoryCacheEntryOptions()
                    .SetSlidingExpiration(TimeSpan.FromMinutes(1))
                    .SetAbsoluteExpiration(TimeSpan.FromHours(1))
                    .SetPriority(CacheItemPriority.High));

            public Task<Product?> Four(int id) => cache.GetOrCreateAsync($"d:{id}", async _ => (Product?)await api.LoadAsync(id), new MemoryCacheEntryOptions
            {
                SlidingExpiration = new TimeSpan(0, 20, 0),
                AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1),
                Priority = CacheItemPriority.Low,
            });
        }
        """);

    [Fact]
    public Task OffersNothingAboveADay()
    {
        const string Source = """
            public class A(IMemoryCache cache, IProductApi api)
            {
                public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"p:{id}", async e => { e.[|SlidingExpiration|] = TimeSpan.FromDays(2); return (Product?)await api.LoadAsync(id); });
            }
            """;
        return VerifyAsync(Source, Source);
    }
}
