using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class KeyInputsTests
{
    [Theory]
    [InlineData("", "$\"a:{id}\"", "id")]
    [InlineData("var text = new System.Text.StringBuilder(\"a\"); text.Append(id);", "\"x\" + text", "id")]
    [InlineData("var list = new List<string>(); list.Add(name);", "string.Join(\",\", list)+ id", "id,name")]
    [InlineData("_name = name;", "\"a\" + _name", "name")]
    [InlineData("", "q.Key", "q.Region")]
    [InlineData("", "\"a\" + q", "q,q.Region")]
    public void NamesWhatAKeyIsMadeFrom(string before, string key, string inputs)
    {
        var probe = new Probe($"public class Q {{ public string Region = \"\"; public string Key => $\"q:{{Region}}\"; }} public class C(IMemoryCache cache) {{ private string _name = \"\"; public object? M(int id, string name, Q q) {{ {before} return cache.Get({key}); }} }}");
        var body = probe.Body("M");
        var made = new KeyInputs(CacheKey.Of(CacheCalls.Of(probe.Compilation)!.In(body).Single().Key!.Value, probe.Compilation), body);
        var region = probe.Compilation.GetTypeByMetadataName("Q")!.GetMembers("Region").Single();
        var q = probe.Method("M").Parameters[2];
        var names = probe.Method("M").Parameters.Where(p => made.Has(p) && (p.Name != "q" || made.Has(p, probe.Compilation.GetTypeByMetadataName("Q")!.GetMembers("Key").Single()))).Select(p => p.Name)
            .Concat(made.Has(q, region) ? ["q.Region"] : []);
        Assert.Equal(inputs, string.Join(",", names));
    }

    [Fact]
    public void SeesACallOfALoadingWrapperAsAReadThrough()
    {
        var probe = new Probe(
            """
            public class C(IMemoryCache cache, IProductApi api)
            {
                private async Task<T> GetOrLoad<T>(string key, Func<Task<T>> load) { if (cache.TryGetValue(key, out T? hit)) return hit!; var made = await load(); return cache.Set(key, made, TimeSpan.FromMinutes(1)); }
                public Task<Product> M(int id) => GetOrLoad($"p:{id}", () => api.LoadAsync(id));
                public Task<Product> N(Func<Task<Product>> load) => GetOrLoad("p", load);
            }
            """);
        var population = LoadingWrappers.CalledIn(probe.Body("M"), probe.Compilation).Single();
        Assert.Equal(("p:*", CacheVerb.ReadThrough, 1), (population.Key.Skeleton, population.Fill.Verb, population.Loads.Length));
        Assert.Empty(LoadingWrappers.CalledIn(probe.Body("N"), probe.Compilation));
    }
}
