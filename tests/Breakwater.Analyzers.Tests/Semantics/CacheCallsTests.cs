using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class CacheCallsTests
{
    private static IReadOnlyList<CacheOperation> In(string members, string body, string extra = "")
    {
        var probe = new Probe($"{extra} public class C(IMemoryCache memory, IDistributedCache distributed, HybridCache hybrid, ZiggyCreatures.Caching.Fusion.IFusionCache fusion, IDatabase redis, System.Runtime.Caching.ObjectCache old, IOutputCacheStore output) {{ {members} public async Task M(int id, string name, Product product, CancellationToken ct) {{ await Task.Yield(); {body} }} }}");
        return CacheCalls.Of(probe.Compilation)!.In(probe.Body("M"));
    }

    [Theory]
    [InlineData("memory.TryGetValue(id, out _);", "Memory Read")]
    [InlineData("_ = memory.Get<Product>(key: id);", "Memory Read")]
    [InlineData("_ = CacheExtensions.Get(memory, id);", "Memory Read")]
    [InlineData("memory.Set(id, product);", "Memory Write")]
    [InlineData("memory.GetOrCreate(id, _ => product);", "Memory ReadThrough")]
    [InlineData("using var e = memory.CreateEntry(id); e.Value = product;", "Memory Write")]
    [InlineData("memory?.Remove(id);", "Memory Remove")]
    [InlineData("((MemoryCache)memory).Clear();", "Memory Clear")]
    [InlineData("await distributed.GetAsync(name, ct);", "Distributed Read")]
    [InlineData("await distributed.SetStringAsync(name, name, ct);", "Distributed Write")]
    [InlineData("await hybrid.GetOrCreateAsync($\"p:{id}\", async c => product);", "Hybrid ReadThrough")]
    [InlineData("await hybrid.RemoveByTagAsync(name);", "Hybrid RemoveByTag")]
    [InlineData("ZiggyCreatures.Caching.Fusion.FusionCacheExtMethods.GetOrSet(fusion, name, _ => product);", "Fusion ReadThrough")]
    [InlineData("await redis.StringGetAsync(name);", "Redis Read")]
    [InlineData("redis.StringSet(name, name, TimeSpan.FromMinutes(1));", "Redis Write")]
    [InlineData("redis.KeyDelete(name);", "Redis Remove")]
    [InlineData("_ = old.Get(name);", "ObjectCache Read")]
    [InlineData("_ = old[name];", "ObjectCache Read")]
    [InlineData("old[name] = product;", "ObjectCache Write")]
    [InlineData("await output.EvictByTagAsync(name, ct);", "Output RemoveByTag")]
    public void RecognisesTheCachesThemselves(string statement, string expected) =>
        Assert.Equal(expected, string.Join("; ", In("", statement).Select(o => $"{o.Kind} {o.Verb}")));

    [Theory]
    [InlineData("redis.StringGet(new RedisKey[] { name });")]
    [InlineData("new Dictionary<int, int>().TryGetValue(id, out _);")]
    [InlineData("mine.TryAdd(id, product);")]
    [InlineData("new List<int>().Remove(id);")]
    public void LeavesEverythingElseAlone(string statement) =>
        Assert.Empty(In("private readonly ConcurrentDictionary<int, Product> mine = new();", statement));

    [Theory]
    [InlineData("all.TryGetValue(id, out _);", "Read")]
    [InlineData("all.GetOrAdd(id, _ => product);", "ReadThrough")]
    [InlineData("_ = all.GetValueOrDefault(id);", "Read")]
    [InlineData("all.AddOrUpdate(id, product, (_, _) => product);", "Write")]
    [InlineData("all.GetOrAdd(id, product);", "Write")]
    [InlineData("all[id] = product;", "Write")]
    [InlineData("_ = all[id];", "Read")]
    [InlineData("all.TryRemove(id, out _);", "Remove")]
    public void SeesAStaticDictionaryAsACache(string statement, string verb) =>
        Assert.Equal(verb, In("private static readonly ConcurrentDictionary<int, Product> all = new();", statement).Single().Verb.ToString());

    [Theory]
    [InlineData("AddSingleton<Holder>()", 1)]
    [InlineData("AddSingleton(new Holder())", 1)]
    [InlineData("AddSingleton(typeof(Holder))", 1)]
    [InlineData("AddSingleton(_ => new Holder())", 1)]
    [InlineData("AddScoped<Holder>()", 0)]
    [InlineData("AddOptions()", 0)]
    public void SeesAnInstanceDictionaryOfASingletonAsACache(string registration, int operations)
    {
        var probe = new Probe($"public class Holder {{ private readonly Dictionary<int, Product> seen = new(); public void M(int id) => seen.TryGetValue(id, out _); }} public static class Setup {{ public static void Add(IServiceCollection s) => s.{registration}; }}");
        Assert.Equal(operations, CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Count);
    }

    [Theory]
    [InlineData("private Task<string?> Read(int i) => distributed.GetStringAsync(\"n:\" + i);", "await Read(id);", "Distributed Read n:*")]
    [InlineData("private T? Read<T>(string k) { var json = distributed.GetString(k); return json is null ? default : System.Text.Json.JsonSerializer.Deserialize<T>(json); }", "Read<Product>($\"p:{id}\");", "Distributed Read p:*")]
    [InlineData("private Task Store<T>(string k, T value) { var json = System.Text.Json.JsonSerializer.Serialize(value); return distributed.SetStringAsync(k, json); }", "await Store(\"x\" + id, product);", "Distributed Write x*")]
    [InlineData("private Task One(int i) => Two($\"k:{i}\"); private Task Two(string k) => distributed.RemoveAsync(k);", "await One(id);", "Distributed Remove k:*")]
    [InlineData("private async Task<T> Get<T>(string k, Func<Task<T>> load) => (await memory.GetOrCreateAsync(k, _ => load()))!;", "await Get(\"a\", () => Task.FromResult(product));", "Memory ReadThrough a")]
    public void LooksThroughWrappers(string members, string statement, string expected)
    {
        var probe = new Probe($"public class C(IMemoryCache memory, IDistributedCache distributed) {{ {members} public async Task M(int id, Product product) {{ await Task.Yield(); {statement} }} }}");
        var operation = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single();
        Assert.True(operation.IsWrapped);
        Assert.Equal(expected, $"{operation.Kind} {operation.Verb} {CacheKey.Of(operation.Key!.Value, probe.Compilation).Skeleton}");
    }

    [Fact]
    public void LooksThroughTheOnlyImplementationOfAnInterface()
    {
        const string Service = "public interface ICacheService { Task<string?> GetAsync(string key); } public class CacheService(IDistributedCache cache) : ICacheService { public Task<string?> GetAsync(string key) => cache.GetStringAsync(key); }";
        var probe = new Probe($"{Service} public class C(ICacheService service) {{ public Task M(int id) => service.GetAsync(\"n:\" + id); }}");
        Assert.Equal("n:*", CacheKey.Of(CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single().Key!.Value, probe.Compilation).Skeleton);
    }

    [Theory]
    [InlineData("private void Both(int i) { memory.Remove(i); memory.Remove(\"b\" + i); }", "Both(id);")]
    [InlineData("private void Stamp(int i) => memory.Set(i, DateTime.UtcNow);", "Stamp(id);")]
    [InlineData("private void Random() => memory.Remove(Path.GetRandomFileName());", "Random();")]
    public void DoesNotTakeForAWrapperWhatDoesMore(string members, string statement)
    {
        var probe = new Probe($"public class C(IMemoryCache memory) {{ {members} public void M(int id) {{ {statement} }} }}");
        Assert.Empty(CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")));
    }
}
