using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class KeySearchTests
{
    // What a search for one verb leaves unbound must hold none of it.
    [Theory]
    [InlineData(nameof(CacheVerbs.Read), 6)]
    [InlineData(nameof(CacheVerbs.ReadThrough), 5)]
    [InlineData(nameof(CacheVerbs.Write), 7)]
    [InlineData(nameof(CacheVerbs.Remove), 4)]
    [InlineData(nameof(CacheVerbs.RemoveByTag), 2)]
    [InlineData(nameof(CacheVerbs.Clear), 3)]
    public void FindsEveryOperationThatDoesWhatIsAsked(string verb, int count)
    {
        var verbs = Enum.Parse<CacheVerbs>(verb);
        var all = KeySearch.Of(Everything().Compilation)!.All.Where(o => o.Operation.Verb.Alone() == verbs).Select(Place).Order().ToList();
        var some = KeySearch.Of(Everything().Compilation)!.Having(verbs).Select(Place).Order().ToList();

        Assert.Equal(all, some);
        Assert.Equal(count, some.Count);
    }

    private static string Place(KeyedOperation operation) => $"{operation.Operation.Kind} {operation.Operation.Verb} {operation.Operation.Operation.Syntax}";

    private static Probe Everything() => new("""
        public class Wrappers(IMemoryCache memory)
        {
            public T Remember<T>(string key, Func<T> load) => memory.GetOrCreate(key, _ => load())!;
            public void Keep(string key, Product value) => memory.Set(key, value);
            public Product? Look(string key) => memory.Get<Product>(key);
        }
        public class C(Wrappers wrappers, IMemoryCache memory, HybridCache hybrid, ZiggyCreatures.Caching.Fusion.IFusionCache fusion, IDatabase redis, System.Runtime.Caching.ObjectCache old, IOutputCacheStore output)
        {
            private static readonly ConcurrentDictionary<string, Product> Known = new();

            public object? A(string name) => old[name];
            public void B(string name) => old[name] = name;
            public Product D(string name, Product product) => Known.GetOrAdd(name, product);
            public Product E(string name) => Known.GetOrAdd(name, _ => new Product());
            public async Task<Product> F(string name, Product product) => await fusion.GetOrSetAsync(name, product);
            public RedisValue G(string name) => redis.StringGetDelete(name);
            public Product H(string name) => wrappers.Remember(name, () => new Product());
            public void I(string name, Product product) => wrappers.Keep(name, product);
            public Product? J(string name) => wrappers.Look(name);
            public bool K(string name) => Known.TryGetValue(name, out _) || memory.TryGetValue(name, out _) || redis.StringGet(name).HasValue;
            public async Task L(string name) => await hybrid.RemoveByTagAsync(name);
            public async Task M(string name) => await output.EvictByTagAsync(name, default);
            public void N(string name) { Known.TryRemove(name, out _); memory.Remove(name); Action later = () => old.Remove(name); later(); }
            public void O() { Known.Clear(); fusion.Clear(); ((MemoryCache)memory).Clear(); }
            public Product P { get => memory.GetOrCreate("p", _ => new Product())!; set => memory.Set("p", value); }
            public async Task Q(string name) => await hybrid.GetOrCreateAsync(name, async _ => { await Task.Yield(); return name; });
            public void R(Product product) { using var entry = memory.CreateEntry("r"); entry.Value = product; }
        }
        """);
}
