using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class WrappedFactoryTests
{
    private const string Wrappers =
        """
        public static class CacheExtras
        {
            public static Task<T?> Kept<T>(this IMemoryCache cache, string key, Func<Task<T>> load) => cache.GetOrCreateAsync(key, _ => load());
            public static T? KeptNow<T>(this IMemoryCache cache, string key, Func<T> load) => cache.GetOrCreate(key, _ => load());
            public static Task<T?> KeptFar<T>(this IMemoryCache cache, string key, Func<Task<T>> load) => cache.Kept("far:" + key, load);
        }
        public abstract class Keeper(IMemoryCache cache)
        {
            protected Task<T?> Remember<T>(string key, Func<Task<T>> load) => cache.GetOrCreateAsync(key, async _ => await load());
        }
        """;

    private static Probe For(string body) => new(
        $"{Wrappers} public class C(IMemoryCache cache, IProductApi api, ShopDb db) : Keeper(cache) {{ public async Task M(int id, Func<Task<int>> given) {{ await Task.Yield(); {body} }} }}");

    [Theory]
    [InlineData("""await cache.Kept("k", () => api.AllAsync());""", "AllAsync")]
    [InlineData("""await cache.Kept("k", async () => { var a = await api.LoadAsync(1); return a; });""", "LoadAsync")]
    [InlineData("""await cache.Kept("k", () => Task.FromResult(1));""", "")]
    [InlineData("""await cache.Kept("k", given);""", "Invoke")]
    [InlineData("""cache.KeptNow("k", () => db.Products.ToList());""", "ToList")]
    [InlineData("""cache.KeptNow("k", () => 1);""", "")]
    [InlineData("""await cache.KeptFar("k", () => api.AllAsync());""", "AllAsync")]
    [InlineData("""await cache.KeptFar("k", () => Task.FromResult(1));""", "")]
    [InlineData("""await Remember("k", () => api.AllAsync());""", "AllAsync")]
    [InlineData("""Func<Task<Product>> load = () => api.LoadAsync(2); await Remember("k", load);""", "LoadAsync")]
    public void AWrappersDelegateStandsForWhatTheCallerWrote(string body, string loads)
    {
        var probe = For(body);
        var block = probe.Body("M");
        var member = probe.Method("M");
        Assert.NotEqual(CacheVerbs.None, CacheCalls.Of(probe.Compilation)!.MentionedIn(block.Syntax, member.ContainingType) & CacheVerbs.ReadThrough);
        var operation = CacheCalls.Of(probe.Compilation)!.In(block).Single();
        Assert.Equal(CacheVerb.ReadThrough, operation.Verb);
        Assert.Equal(loads, string.Join(",", Population.LoadsIn(operation.Factory!.Value, probe.Compilation).Cast<IInvocationOperation>().Select(c => c.TargetMethod.Name)));
    }
}
