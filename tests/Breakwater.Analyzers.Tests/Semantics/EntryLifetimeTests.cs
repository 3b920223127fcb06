using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class EntryLifetimeTests
{
    private static string In(string members, string body)
    {
        var probe = new Probe($"public class C(IMemoryCache memory, HybridCache hybrid, ZiggyCreatures.Caching.Fusion.IFusionCache fusion, IDatabase redis, TimeSpan? configured) {{ {members} public async Task M(int id, string name, Product product) {{ await Task.Yield(); {body} }} }}");
        return Say(EntryLifetime.Of(CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).First(o => o.Verb is CacheVerb.Write or CacheVerb.ReadThrough), probe.Compilation));
    }

    private static string Say(EntryLifetime lifetime)
    {
        if (!lifetime.IsVisible)
            return "unknown";
        string[] words = [lifetime.Absolute is null ? "" : "absolute", lifetime.Sliding is null ? "" : "sliding", lifetime.HasToken ? "token" : "", lifetime.HasSize ? "size" : "", lifetime.HasJitter ? "jitter" : ""];
        var said = string.Join(" ", words.Where(w => w.Length > 0));
        return said.Length == 0 ? "none" : said;
    }

    // What a factory does with its entry.
    [Theory]
    [InlineData("e => { if (id > 1) e.SlidingExpiration = configured; return product; }", "sliding")]
    [InlineData("e => { e.AbsoluteExpiration = null; return product; }", "none")]
    [InlineData("e => { System.Console.WriteLine(e.Key); return product; }", "none")]
    [InlineData("e => { _ = e.SetSize(1); return product; }", "size")]
    [InlineData("e => { e.ExpirationTokens.Add(null!); return product; }", "token")]
    [InlineData("e => { Help(e); return product; }", "unknown")]
    [InlineData("e => { held = e; return product; }", "unknown")]
    [InlineData("e => { Action later = () => e.Size = 1; later(); return product; }", "unknown")]
    [InlineData("e => { e.SetOptions(new MemoryCacheEntryOptions { Size = 1 }); return product; }", "size")]
    [InlineData("e => { e.SetOptions(Made()); return product; }", "unknown")]
    [InlineData("Load", "sliding")]
    [InlineData("Given", "unknown")]
    public void SeesWhatAFactorySets(string factory, string expected) => Assert.Equal(expected, In(
        "static Product Load(ICacheEntry e) { e.SetSlidingExpiration(TimeSpan.FromMinutes(1)); return new(); } static void Help(ICacheEntry e) { } ICacheEntry? held; object? Held => held; static MemoryCacheEntryOptions Made() => new(); static Func<ICacheEntry, Product> Given => throw new InvalidOperationException();",
        $"memory.GetOrCreate(id, {factory});"));

    // Options that stand in a variable.
    [Theory]
    [InlineData("static readonly MemoryCacheEntryOptions o = new();", "none")]
    [InlineData("static readonly MemoryCacheEntryOptions o = new(); static C() => o.SlidingExpiration = TimeSpan.FromMinutes(1);", "sliding")]
    [InlineData("static readonly MemoryCacheEntryOptions o = new(); static C() => Help(o); static void Help(MemoryCacheEntryOptions options) => options.Size = 1;", "unknown")]
    [InlineData("static readonly MemoryCacheEntryOptions o = Make(); static MemoryCacheEntryOptions Make() => new();", "unknown")]
    [InlineData("static MemoryCacheEntryOptions o = new();", "unknown")]
    [InlineData("static MemoryCacheEntryOptions o => new() { Size = 1 };", "size")]
    [InlineData("static MemoryCacheEntryOptions o { get { return new MemoryCacheEntryOptions().SetSize(1); } }", "size")]
    [InlineData("static MemoryCacheEntryOptions o { get; } = new() { ExpirationTokens = { null! } };", "token")]
    public void SeesWhereOptionsAreCreated(string member, string expected) =>
        Assert.Equal(expected, In(member, "memory.Set(id, product, o);"));

    [Theory]
    [InlineData("var o = new MemoryCacheEntryOptions(); Action set = () => o.Size = 1; set(); memory.Set(id, product, o);", "size")]
    [InlineData("foreach (var i in new[] { 1 }) { var o = new MemoryCacheEntryOptions { SlidingExpiration = null }; memory.Set(i, product, o); }", "none")]
    [InlineData("using var e = memory.CreateEntry(id).SetSize(1); e.Value = product;", "size")]
    [InlineData("using var e = memory.CreateEntry(id); e.SetOptions(new MemoryCacheEntryOptions { Size = 1 }); e.Value = product;", "size")]
    [InlineData("redis.StringSet(name, name, Expiration.KeepTtl);", "token")]
    [InlineData("redis.StringSet(name, name, Expiration.Default);", "none")]
    [InlineData("redis.StringSet(name, name, null, true, When.Always);", "token")]
    [InlineData("redis.StringSet(name, name); redis.KeyExpire(name, TimeSpan.FromMinutes(1));", "unknown")]
    [InlineData("redis.StringSet(name, name, TimeSpan.FromMinutes(1), When.Always);", "absolute")]
    [InlineData("await hybrid.SetAsync(name, product, new() { LocalCacheExpiration = TimeSpan.FromMinutes(1) });", "absolute")]
    [InlineData("await hybrid.SetAsync(name, product);", "none")]
    [InlineData("ZiggyCreatures.Caching.Fusion.FusionCacheExtMethods.Set(fusion, name, product, TimeSpan.FromMinutes(1));", "absolute")]
    [InlineData("ZiggyCreatures.Caching.Fusion.FusionCacheExtMethods.Set(fusion, name, product, o => o.SetDurationMin(5).SetFailSafe(true).SetJittering(TimeSpan.FromSeconds(9)));", "absolute jitter")]
    [InlineData("fusion.Set(name, product, new ZiggyCreatures.Caching.Fusion.FusionCacheEntryOptions(TimeSpan.FromMinutes(1)) { JitterMaxDuration = TimeSpan.FromSeconds(9) });", "absolute jitter")]
    public void SeesOtherPlaces(string body, string expected) => Assert.Equal(expected, In("", body));

    // A wrapper's parameters are what its caller gives, or their defaults.
    [Theory]
    [InlineData("Store(name, product);", "none")]
    [InlineData("Store(name, product, TimeSpan.FromMinutes(1));", "absolute")]
    [InlineData("Store(name, product, configured);", "absolute")]
    [InlineData("Keep(name, product, new MemoryCacheEntryOptions { Size = 1 });", "size")]
    [InlineData("Keep(name, product);", "none")]
    [InlineData("Keep(name, product, Made());", "unknown")]
    [InlineData("Fill(name, e => { e.Size = 1; return product; });", "size")]
    public void SeesThroughWrappers(string body, string expected) => Assert.Equal(expected, In(
        """
        void Store(string key, Product p, TimeSpan? life = null) => memory.Set(key, p, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = life });
        void Keep(string key, Product p, MemoryCacheEntryOptions? options = null) => memory.Set(key, p, options);
        Product? Fill(string key, Func<ICacheEntry, Product> make) => memory.GetOrCreate(key, make);
        static MemoryCacheEntryOptions Made() => new();
        """,
        body));

    [Fact]
    public void KeepsTheExpressionAndItsPlace()
    {
        var probe = new Probe("public class C(IMemoryCache memory) { static readonly TimeSpan Life = TimeSpan.FromMinutes(1); public void M(int id) { var o = new MemoryCacheEntryOptions { SlidingExpiration = Life }; memory.Set(id, 1, o); } }");
        var sliding = EntryLifetime.Of(CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single(), probe.Compilation).Sliding;
        Assert.Equal("SlidingExpiration", sliding!.Place.Syntax.ToString());
        Assert.Equal("Life", sliding.Value.Operation.Syntax.ToString());
    }
}
