using Breakwater.Flow;
using Breakwater.Semantics;
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
    [InlineData("private Task Put(int i, string v) => redis.StringSetAsync(\"r:\" + i, v);", "await Put(id, product.Name);", "Redis Write r:*")]
    public void LooksThroughWrappers(string members, string statement, string expected)
    {
        var probe = new Probe($"public class C(IMemoryCache memory, IDistributedCache distributed, IDatabase redis) {{ {members} public async Task M(int id, Product product) {{ await Task.Yield(); {statement} }} }}");
        var operation = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single();
        Assert.True(operation.IsWrapped);
        Assert.Equal(expected, $"{operation.Kind} {operation.Verb} {CacheKey.Of(operation.Key!.Value, probe.Compilation).Skeleton}");
    }

    [Fact]
    public void KeepsTheCallOfTheCacheInsideAWrapperWithWhatTheCallerGave()
    {
        var probe = new Probe("public class C(IDatabase redis) { private Task<bool> Store(RedisKey k, string value) => redis.StringSetAsync(k, value, TimeSpan.FromMinutes(1)); public Task M(int id, string name) => Store($\"n:{id}\", name); }");
        var operation = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single();
        Assert.True(operation.IsWrapped);
        Assert.Equal("StringSetAsync", ((Microsoft.CodeAnalysis.Operations.IInvocationOperation)operation.Api.Operation).TargetMethod.Name);
        Assert.NotNull(operation.Api.Frame);
    }

    [Fact]
    public void ExpectsCachesInAFileThatAsksForADatabase()
    {
        var probe = new Probe("public class C(IConnectionMultiplexer redis) { public void M(int id) { var db = redis.GetDatabase(); db.KeyDelete($\"p:{id}\"); } }");
        var method = probe.Method("M");
        Assert.Equal(CacheVerbs.Remove, CacheCalls.Of(probe.Compilation)!.MentionedIn(method.DeclaringSyntaxReferences[0].GetSyntax(CancellationToken.None), method.ContainingType));
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

    [Theory]
    [InlineData("memory.Set(id, product, TimeSpan.FromMinutes(1));", "absolute")]
    [InlineData("memory.Set(id, product);", "none")]
    [InlineData("memory.Set(id, product, options);", "unknown")]
    [InlineData("memory.Set(id, product, new MemoryCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(1) });", "sliding")]
    [InlineData("memory.Set(id, product, new MemoryCacheEntryOptions().SetSlidingExpiration(TimeSpan.FromMinutes(1)).SetAbsoluteExpiration(TimeSpan.FromHours(1)));", "absolute sliding")]
    [InlineData("var o = new MemoryCacheEntryOptions(); o.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1); memory.Set(id, product, o);", "absolute")]
    [InlineData("var o = new MemoryCacheEntryOptions(); Change(o); memory.Set(id, product, o);", "unknown")]
    [InlineData("memory.Set(id, product, Shared);", "sliding")]
    [InlineData("memory.Set(id, product, Made);", "absolute")]
    [InlineData("memory.Set(id, product, Ttl.M);", "absolute")]
    [InlineData("memory.GetOrCreate(id, _ => product);", "none")]
    [InlineData("memory.GetOrCreate(id, e => { e.SlidingExpiration = TimeSpan.FromMinutes(1); return product; });", "sliding")]
    [InlineData("memory.GetOrCreate(id, e => { Change2(e); return product; });", "unknown")]
    [InlineData("memory.GetOrCreate(id, e => { e.SetPriority(CacheItemPriority.High).SetSize(1); return product; });", "size")]
    [InlineData("using var entry = memory.CreateEntry(id); entry.SetAbsoluteExpiration(TimeSpan.FromMinutes(1)).SetValue(product);", "absolute")]
    [InlineData("redis.StringSet(name, name);", "none")]
    [InlineData("redis.StringSet(name, name, default(Expiration));", "none")]
    [InlineData("Store(product);", "none")]
    public void ReadsTheLifetimeOfAnEntry(string statement, string expected)
    {
        const string Members = """
            private static readonly MemoryCacheEntryOptions Shared = new() { SlidingExpiration = TimeSpan.FromMinutes(2) };
            private static MemoryCacheEntryOptions Made => new() { AbsoluteExpiration = DateTimeOffset.MaxValue };
            private static void Change(MemoryCacheEntryOptions o) => o.Size = 1;
            private static void Change2(ICacheEntry e) => e.Size = 1;
            private void Store(Product p) => memory.Set("p", p);
            """;
        var probe = new Probe($"public class C(IMemoryCache memory, IDatabase redis, MemoryCacheEntryOptions options) {{ {Members} public void M(int id, string name, Product product) {{ {statement} }} }}");
        var lifetime = EntryLifetime.Of(CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single(), probe.Compilation);
        string[] words = [lifetime.Absolute is null ? "" : "absolute", lifetime.Sliding is null ? "" : "sliding", lifetime.HasToken ? "token" : "", lifetime.HasSize ? "size" : ""];
        var said = string.Join(" ", words.Where(w => w.Length > 0));
        Assert.Equal(expected, !lifetime.IsVisible ? "unknown" : said.Length == 0 ? "none" : said);
    }

    [Fact]
    public void SearchesTheCompilationForAKey()
    {
        var probe = new Probe("public class A(IMemoryCache c) { public void Get(int id) => c.Get($\"p:{id}\"); } public class B(IMemoryCache c) { public void Drop(int id) { Action a = () => c.Remove(\"p:\" + id); a(); } public int Other => c.Get<int>(\"q\"); } public class M1(IMemoryCache c) { public void M(int x) => c.Set($\"p:{x}\", 1); }");
        var key = CacheKey.Of(CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single().Key!.Value, probe.Compilation);
        Assert.Equal(["Read", "Remove", "Write"], KeySearch.Of(probe.Compilation)!.Matching(key, CacheKind.Memory, CacheVerbs.All).Select(o => o.Operation.Verb.ToString()).Order());
    }

    // The look at names that decides whether a body is worth binding.
    [Theory]
    [InlineData("service.Keep(1, name);", "Write")]
    [InlineData("memory.Remember(1, () => name);", "ReadThrough")]
    [InlineData("Inherited(name);", "Write")]
    [InlineData("Own(name);", "Remove")]
    [InlineData("this.Own(name);", "Remove")]
    [InlineData("Counted(name);", "None")]
    [InlineData("other.Own(name);", "None")]
    [InlineData("Sugar.KeepTwice(service, name);", "Write")]
    [InlineData("Func<ICacheService> get = () => service; get().Keep(1, name);", "Write")]
    [InlineData("var mine = memory; mine.Remove(name);", "Remove")]
    [InlineData("Entries.Get(name);", "Read")]
    [InlineData("names.Remove(name);", "None")]
    [InlineData("_ = names[0];", "None")]
    [InlineData("_ = known[name];", "Read, Write")]
    [InlineData("known.TryGetValue(name, out var found);", "Read")]
    [InlineData("service.KeepTwice(name);", "Write")]
    [InlineData("memory.Hold(name);", "Write")]
    [InlineData("other.Keep2(name);", "None")]
    public void NoticesWrappersByName(string statement, string expected)
    {
        var probe = new Probe(
            $$"""
            public interface ICacheService { void Keep(int id, object value); }
            public class CacheService(IMemoryCache cache) : ICacheService { public void Keep(int id, object value) => cache.Set(id, value); }
            public static class MemoryCacheSugar { public static T Remember<T>(this IMemoryCache cache, int id, Func<T> make) => cache.GetOrCreate(id, _ => make())!; }
            public static class Sugar { public static void KeepTwice(this ICacheService service, string name) => service.Keep(2, name); }
            public static class Blocks { extension(IMemoryCache cache) { public void Hold(string name) => cache.Set(1, name); } }
            public class Other { public void Keep2(string name) => Console.WriteLine(name); public void Own(string name) => Console.WriteLine(name); }
            public class Base(IMemoryCache cache) { protected void Inherited(string name) => cache.Set(1, name); protected IMemoryCache Entries => cache; }
            public class C(IMemoryCache memory, ICacheService service, Other other) : Base(memory)
            {
                private static readonly Dictionary<string, int> known = new();
                private readonly List<string> names = new();
                private void Counted(string name) => memory.Set(name, 1);
                private void Own(string name) => memory.Remove(name);
                public void M(string name) { {{statement}} }
            }
            """);
        var method = probe.Method("M");
        Assert.Equal(expected, CacheCalls.Of(probe.Compilation)!.MentionedIn(method.DeclaringSyntaxReferences[0].GetSyntax(TestContext.Current.CancellationToken), method.ContainingType).ToString());
    }

    // What does that much does not forward.
    [Theory]
    [InlineData(10, true)]
    [InlineData(200, false)]
    public void FollowsShortWrappersOnly(int statements, bool expected)
    {
        var rest = string.Concat(Enumerable.Repeat("Console.WriteLine(k); ", statements));
        var probe = new Probe($"public class S(IMemoryCache c) {{ public void Drop(string k) {{ {rest} c.Remove(k); }} }} public class C(S s) {{ public void M(string k) => s.Drop(k); }}");
        Assert.Equal(expected, CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Any());
    }

    // What the look at names overlooks is never bound, so it must not overlook what binding would find.
    [Theory]
    [InlineData("public class C(IMemoryCache c) { public void M(string k) => c.Get(k); }")]
    [InlineData("public class C { public IMemoryCache? Store { get; init; } public void M(string k) => Store?.Remove(k); }")]
    [InlineData("public class C { private readonly Lazy<IMemoryCache> c = new(); public void M(string k) => c.Value.Remove(k); }")]
    [InlineData("public class C { private readonly Func<IMemoryCache> c = null!; public void M(string k) => c().Remove(k); }")]
    [InlineData("public class C { private readonly IMemoryCache[] c = []; public void M(string k) => c[k.Length].Remove(k); }")]
    [InlineData("public class C { private readonly Dictionary<string, IMemoryCache> c = []; public void M(string k) { foreach (var (_, one) in c) one.Remove(k); } }")]
    [InlineData("public class C { private readonly List<IMemoryCache> c = []; public void M(string k) => c.ForEach(one => one.Remove(k)); }")]
    [InlineData("public class C { public void M([Microsoft.AspNetCore.Mvc.FromServices] IMemoryCache c, string k) => c.Remove(k); }")]
    [InlineData("public class C(IServiceProvider p) { public void M(string k) { var c = p.GetRequiredService<IMemoryCache>(); c.Remove(k); } }")]
    [InlineData("public class C(IServiceProvider p) { public void M(string k) => p.GetRequiredService<IMemoryCache>().Remove(k); }")]
    [InlineData("public class C(IServiceProvider p) { private IMemoryCache Open() => p.GetRequiredService<IMemoryCache>(); public void M(string k) { var c = Open(); c.Remove(k); } }")]
    [InlineData("public class C(IMemoryCache c) { private void Using(Action<IMemoryCache> use) => use(c); public void M(string k) => Using(one => one.Remove(k)); }")]
    [InlineData("public class Holder { public IMemoryCache Inner { get; init; } = null!; } public class C(Holder h) { public void M(string k) => h.Inner.Remove(k); }")]
    [InlineData("public class Holder { public IMemoryCache Inner { get; init; } = null!; } public class C { public void M(Holder h, string k) { var c = h.Inner; c.Remove(k); } }")]
    [InlineData("public class Holder { public static IMemoryCache Inner { get; } = null!; } public class C { public void M(string k) => Holder.Inner.Remove(k); }")]
    [InlineData("public class B(IMemoryCache c) { protected readonly IMemoryCache Inner = c; } public class C(IMemoryCache c) : B(c) { public void M(string k) => Inner.Remove(k); }")]
    [InlineData("public class B<T>(T c) { protected readonly T Inner = c; } public class C(IMemoryCache c) : B<IMemoryCache>(c) { public void M(string k) => Inner.Remove(k); }")]
    [InlineData("public class C<T>(T c) where T : IMemoryCache { public void M(string k) => c.Remove(k); }")]
    [InlineData("public class C { public void M<T>(T c, string k) where T : IMemoryCache => c.Remove(k); }")]
    [InlineData("public class A { private static IMemoryCache inner = null!; public class C { public void M(string k) => inner.Remove(k); } }")]
    [InlineData("public partial class C { private readonly IMemoryCache c = null!; } public partial class C { public void M(string k) => c.Remove(k); }")]
    [InlineData("public record C(IMemoryCache Inner) { public void M(string k) => Inner.Remove(k); }")]
    [InlineData("public class C(IMemoryCache a, IMemoryCache b) { public void M(string k) => (k.Length > 1 ? a : b).Remove(k); }")]
    [InlineData("public class C(object c) { public void M(string k) => ((IMemoryCache)c).Remove(k); }")]
    [InlineData("public class C(object c) { public void M(string k) { if (c is IMemoryCache cache) cache.Remove(k); } }")]
    [InlineData("public interface C { IMemoryCache Inner { get; } public void M(string k) => Inner.Remove(k); }")]
    [InlineData("public static class C { public static void M(this IMemoryCache cache, string k) => cache.Remove(k); }")]
    [InlineData("public static class C { extension(IMemoryCache cache) { public void M(string k) => cache.Remove(k); } }")]
    [InlineData("public class C(IMemoryCache c) { public void M(string k) { Drop(); void Drop() => c.Remove(k); } }")]
    [InlineData("public class C(IMemoryCache c) { public void M(string k) => CacheExtensions.Set(c, k, 1); }")]
    [InlineData("public class C(IMemoryCache c) { public void M(string k) => CacheExtensions.Set(value: 1, key: k, cache: c); }")]
    [InlineData("public class C(IMemoryCache c) { public void M(string k) => c // the local one\n    .Remove(k); }")]
    [InlineData("public class C : MemoryCache { public C() : base(new MemoryCacheOptions()) { } public void M(string k) => Remove(k); }")]
    [InlineData("public static class C { private static readonly ConcurrentDictionary<string, int> known = new(); public static void M(string k) => known.TryAdd(k, 1); }")]
    [InlineData("public static class C { private static readonly Dictionary<string, int> known = new(); public static void M(string k) => known[k] = 1; }")]
    [InlineData("public static class C { private static Dictionary<string, int>? known = new(); public static int M(string k) => known![k]; }")]
    [InlineData("public interface I { void Put(string k, int v); } public class S(IMemoryCache c) : I { public void Put(string k, int v) => c.Set(k, v); } public class C(I s) { public void M(string k) => s.Put(k, 1); }")]
    [InlineData("public class S(IMemoryCache c) { public void Put(string k, int v) => c.Set(k, v); } public class C { public S Store { get; init; } = null!; public void M(string k) => this.Store.Put(k, 1); }")]
    [InlineData("public class S(IMemoryCache c) { public void Put(string k, int v) => c.Set(k, v); } public class C { public void M(S s, string k) => s.Put(k, 1); }")]
    [InlineData("public class S(IMemoryCache c) { public void Put(string k, int v) => c.Set(k, v); } public class C(IServiceProvider p) { public void M(string k) => p.GetRequiredService<S>().Put(k, 1); }")]
    [InlineData("public class S(IMemoryCache c) { public void Put(string k, int v) => c.Set(k, v); } public class T(S s) { public void Keep(string k, int v) => s.Put(k, v); } public class C(T t) { public void M(string k) => t.Keep(k, 1); }")]
    [InlineData("public class B(IMemoryCache c) { protected void Put(string k, int v) => c.Set(k, v); } public class C(IMemoryCache c) : B(c) { public void M(string k) => base.Put(k, 1); }")]
    [InlineData("public static class S { public static void Put(IMemoryCache c, string k, int v) => c.Set(k, v); } public class C(IMemoryCache c) { public void M(string k) => S.Put(c, k, 1); }")]
    [InlineData("using static S; public static class S { private static readonly IMemoryCache c = null!; public static void Put(string k, int v) => c.Set(k, v); } public class C { public void M(string k) => Put(k, 1); }")]
    [InlineData("using Kept = Microsoft.Extensions.Caching.Memory.IMemoryCache; public class C(Kept c) { public void M(string k) => c.Remove(k); }")]
    public void OverlooksNothingByName(string source)
    {
        var probe = new Probe(source);
        var method = probe.Method("M");
        var declaration = method.DeclaringSyntaxReferences[0].GetSyntax(TestContext.Current.CancellationToken);
        var calls = CacheCalls.Of(probe.Compilation)!;
        var found = BodyGraph.BodiesIn(Bodies.Of(probe.Compilation).Of(method, TestContext.Current.CancellationToken)!).SelectMany(calls.In).Select(o => o.Verb).ToList();
        var owner = method.ContainingType.Name.Length > 0 ? method.ContainingType : method.ContainingType.ContainingType;
        var mentioned = calls.MentionedIn(declaration, owner);
        Assert.NotEmpty(found);
        Assert.All(found, verb => Assert.True(mentioned.HasFlag((CacheVerbs)(1 << (int)verb))));
    }
}
