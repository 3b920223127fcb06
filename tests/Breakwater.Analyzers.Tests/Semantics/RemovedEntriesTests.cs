using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class RemovedEntriesTests
{
    private static bool IsRemoved(string key, string others, string members = "")
    {
        var probe = new Probe($"public class C(IMemoryCache memory, IMemoryCache second, IDatabase redis) {{ {members} public void M(int id, string name) {{ memory.Set({key}, 1); }} }} {others}");
        var entry = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single();
        return RemovedEntries.Of(probe.Compilation)!.Reach(entry, CacheKey.Of(entry.Key!.Value, probe.Compilation), CancellationToken.None);
    }

    // In another type: the cache may be the same, the key has to match or be unknown.
    [Theory]
    [InlineData("$\"k:{id}\"", "cache.Remove(\"k:\" + x)", true)]
    [InlineData("$\"k:{id}\"", "cache.Remove($\"j:{x}\")", false)]
    [InlineData("$\"k:{id}\"", "cache.Remove(x)", false)]
    [InlineData("$\"k:{id}\"", "cache.Remove(text)", false)]
    [InlineData("$\"k:{id}\"", "texts.ForEach(t => Run(() => { foreach (var key in texts) cache.Remove(key); }))", true)]
    [InlineData("$\"k:{id}\"", "cache.Clear()", true)]
    [InlineData("id", "cache.Remove(x)", true)]
    [InlineData("id", "cache.Remove(text)", false)]
    [InlineData("name", "cache.Remove(text)", true)]
    public void LooksIntoOtherTypes(string key, string removal, bool expected) => Assert.Equal(expected, IsRemoved(
        key, $"public class D(MemoryCache cache) {{ void Run(Action a) => a(); public void Drop(int x, string text, List<string> texts) => {removal}; }}"));

    // In the same type: the cache has to be the same.
    [Theory]
    [InlineData("$\"k:{id}\"", "void Drop(int x) => memory.Remove($\"k:{x}\");", true)]
    [InlineData("$\"k:{id}\"", "void Drop(int x) => second.Remove($\"k:{x}\");", false)]
    [InlineData("$\"k:{id}\"", "void Drop(string key) => memory.Remove(key);", true)]
    [InlineData("$\"k:{id}\"", "void Drop(string key) => memory.Remove(key); void Other() => Drop(\"other\");", false)]
    [InlineData("name", "void Drop(int x) => memory.Remove($\"k:{x}\");", true)]
    public void AsksForTheSameCacheInOneType(string key, string members, bool expected) => Assert.Equal(expected, IsRemoved(key, "", members));

    [Theory]
    [InlineData("redis.KeyDelete(new RedisKey[] { \"a:\" + x, \"b\" })", true)]
    [InlineData("redis.KeyDelete(new RedisKey[] { \"b\", \"c\" })", false)]
    [InlineData("redis.StringGetDelete(\"a:\" + x)", true)]
    public void KnowsListsOfRedisKeys(string removal, bool expected)
    {
        var probe = new Probe($"public class C(IDatabase redis) {{ public void M(int id) {{ redis.StringSet($\"a:{{id}}\", 1); }} public void Drop(int x) => {removal}; }}");
        var entry = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single();
        Assert.Equal(expected, RemovedEntries.Of(probe.Compilation)!.Reach(entry, CacheKey.Of(entry.Key!.Value, probe.Compilation), CancellationToken.None));
    }

    [Fact]
    public void FindsTheCallsThatComeThroughWrappers()
    {
        var probe = new Probe("public class C(IMemoryCache memory) { public void M(string key) { memory.Set(key, 1); } void Near(string k) => M(\"p:\" + k); void Far(int id) => Near(id + \"!\"); }");
        var entry = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single();
        Assert.Empty(KeySearch.Of(probe.Compilation)!.Through(entry));

        probe = new Probe("public class C(IMemoryCache memory) { public void M(string key, int v) { memory.Set(key, v); } void Near(string k, int v) => M(\"p:\" + k, v); void Far(int id) => Near(id + \"!\", 2); }");
        entry = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single();
        Assert.Equal(["p:*", "p:*!"], KeySearch.Of(probe.Compilation)!.Through(entry).Select(o => o.Key!.Skeleton).Order());
    }

    [Fact]
    public void SearchesTopLevelStatements()
    {
        var probe = new Probe("public static class C { public static void M(IMemoryCache cache) { cache.Set(\"k\", 1); } }");
        var compilation = probe.Compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("var app = WebApplication.Create(); app.MapGet(\"/\", (IMemoryCache cache) => cache.Remove(\"k\"));", (CSharpParseOptions)probe.Compilation.SyntaxTrees[0].Options))
            .WithOptions(probe.Compilation.Options.WithOutputKind(OutputKind.ConsoleApplication));
        Assert.Contains(KeySearch.Of(compilation)!.All, o => o.Operation.Verb == CacheVerb.Remove && o.Key!.Skeleton == "k");
    }
}
