using Breakwater.Rules.ThunderingHerd.SynchronizedExpiry;

namespace Breakwater.Tests.ThunderingHerd;

public class SynchronizedExpiryFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<SynchronizedExpiryAnalyzer, SynchronizedExpiryFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    // A lifetime before, and after.
    [Theory]
    [InlineData("cache.Set($\"p:{p.Id}\", p, [|Life|]);", "cache.Set($\"p:{p.Id}\", p, Life + TimeSpan.FromSeconds(Random.Shared.Next(0, 60)));")]
    [InlineData("cache.Set($\"p:{p.Id}\", p, [|all.Count > 9 ? Life : TimeSpan.Zero|] /* short */);", "cache.Set($\"p:{p.Id}\", p, (all.Count > 9 ? Life : TimeSpan.Zero) + TimeSpan.FromSeconds(Random.Shared.Next(0, 60)) /* short */);")]
    [InlineData("cache.Set($\"p:{p.Id}\", p, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = [|Life|] });", "cache.Set($\"p:{p.Id}\", p, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Life + TimeSpan.FromSeconds(Random.Shared.Next(0, 60)) });")]
    [InlineData("redis.StringSet($\"n:{p.Id}\", p.Name, [|Life|]);", "redis.StringSet($\"n:{p.Id}\", p.Name, Life + TimeSpan.FromSeconds(Random.Shared.Next(0, 60)));")]
    [InlineData("cache.Set($\"p:{p.Id}\", p, [|new DateTimeOffset(DateTime.Today.AddDays(1))|]);", "cache.Set($\"p:{p.Id}\", p, new DateTimeOffset(DateTime.Today.AddDays(1)).AddSeconds(Random.Shared.Next(0, 300)));")]
    public Task SpreadsWhatRunsForEachEntry(string before, string after)
    {
        const string Frame = """
            public class A(IMemoryCache cache, IDatabase redis, ShopDb db)
            {
                private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);
                public Product? Get(int id) => cache.GetOrCreate($"p:{id}", _ => db.Products.First(p => p.Id == id), Ttl.M);
                public RedisValue Name(int id) => redis.StringGet($"n:{id}");
                public TimeSpan For => Life;
                public void Warm(List<Product> all)
                {
                    foreach (var p in all)
                        BODY
                }
            }
            """;
        return VerifyAsync(Frame.Replace("BODY", before), Frame.Replace("BODY", after));
    }

    [Fact]
    public Task SpreadsAMoment() => VerifyAsync(
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"p:{id}", async e =>
            {
                e.AbsoluteExpiration = [|DateTime.Today + TimeSpan.FromDays(1)|]; // midnight
                return (Product?)await api.LoadAsync(id);
            });
        }
        """,
        """
        public class A(IMemoryCache cache, IProductApi api)
        {
            public Task<Product?> Get(int id) => cache.GetOrCreateAsync($"p:{id}", async e =>
            {
                e.AbsoluteExpiration = (DateTime.Today + TimeSpan.FromDays(1)).AddSeconds(Random.Shared.Next(0, 300)); // midnight
                return (Product?)await api.LoadAsync(id);
            });
        }
        """);

    [Fact]
    public Task OffersNothingWhereTheLifetimeIsMadeOnce()
    {
        const string Source = """
            public class A(IMemoryCache cache, ShopDb db)
            {
                private static readonly MemoryCacheEntryOptions Options = new() { AbsoluteExpirationRelativeToNow = [|TimeSpan.FromMinutes(30)|] };
                public Product? Get(int id) => cache.GetOrCreate($"p:{id}", _ => db.Products.First(p => p.Id == id), Ttl.M);
                public void Warm(List<Product> all) { foreach (var p in all) cache.Set($"p:{p.Id}", p, Options); }
                public void Again(List<Product> all) { var end = DateTimeOffset.UtcNow.AddMinutes(5); foreach (var p in all) cache.Set($"p:{p.Id}", p, [|end|]); }
            }
            """;
        return VerifyAsync(Source, Source);
    }
}
