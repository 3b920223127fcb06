using Breakwater.Semantics;
using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class StoredValueTests
{
    private static Probe For(string statement) => new(
        $$"""
        using ZiggyCreatures.Caching.Fusion;
        public class C(IMemoryCache cache, HybridCache hybrid, IFusionCache fusion, IProductApi api)
        {
            private void Put<T>(string key, T value) => cache.Set(key, value);
            private void PutFixed(string key) => cache.Set(key, 1);
            private Task<T?> Take<T>(string key, Func<Task<T>> load) => cache.GetOrCreateAsync(key, _ => load());
            private async Task<Product> LoadAsync(ICacheEntry entry) { entry.SetSize(1); return await api.LoadAsync(1); }
            public async Task M(int id, Func<ICacheEntry, Task<Product>> given) { await Task.Yield(); {{statement}} }
        }
        """);

    [Theory]
    [InlineData("""cache.Set("a", id);""", "id", "id", "Int32")]
    [InlineData("""cache.Set<object>("a", "x" + id);""", "\"x\" + id", "\"x\" + id", "String")]
    [InlineData("""cache.GetOrCreate("a", _ => id);""", "id", "id", "Int32")]
    [InlineData("""cache.GetOrCreate("a", async _ => await api.LoadAsync(id));""", "async _ => await api.LoadAsync(id)", "async _ => await api.LoadAsync(id)", "Task")]
    [InlineData("""cache.GetOrCreateAsync("a", async _ => await api.LoadAsync(id));""", "await api.LoadAsync(id)", "await api.LoadAsync(id)", "Product")]
    [InlineData("""cache.GetOrCreateAsync("a", _ => api.LoadAsync(id));""", "api.LoadAsync(id)", "", "Product")]
    [InlineData("""cache.GetOrCreateAsync("a", _ => Task.FromResult(id));""", "id", "id", "Int32")]
    [InlineData("""cache.GetOrCreateAsync("a", LoadAsync);""", "LoadAsync", "await api.LoadAsync(1)", "Product")]
    [InlineData("""cache.GetOrCreate("a", LoadAsync);""", "LoadAsync", "LoadAsync", "Task")]
    [InlineData("""cache.GetOrCreateAsync("a", given);""", "given", "given", "Product")]
    [InlineData("""hybrid.GetOrCreateAsync("a", _ => new ValueTask<int>(id));""", "id", "id", "Int32")]
    [InlineData("""fusion.GetOrSet("a", _ => id);""", "id", "id", "Int32")]
    [InlineData("""Put("a", id);""", "id", "id", "Int32")]
    [InlineData("""Take("a", () => api.LoadAsync(id));""", "api.LoadAsync(id)", "", "Product")]
    [InlineData("""Take("a", async () => { await Task.Yield(); return id; });""", "id", "id", "Int32")]
    public void FindsTheObjectThatIsStored(string statement, string at, string value, string type)
    {
        var probe = For(statement);
        var stored = Assert.Single(Stored(probe));
        Assert.Equal((at, value, type), (stored.At.Syntax.ToString(), stored.Value?.Syntax.ToString() ?? "", stored.Type.Name));
    }

    [Theory]
    [InlineData("""cache.Set<string?>("a", null);""")]
    [InlineData("""PutFixed("a");""")]
    [InlineData("""cache.GetOrCreate<string>("a", _ => throw new InvalidOperationException());""")]
    public void FindsNothingWhereNothingIsStoredHere(string statement) => Assert.Empty(Stored(For(statement)));

    [Theory]
    [InlineData("numbers.Where(n => n > 1)", true)]
    [InlineData("numbers.OrderBy(n => n).ThenBy(n => n)", true)]
    [InlineData("Made()", true)]
    [InlineData("numbers.AsEnumerable()", false)]
    [InlineData("numbers.Skip(1).AsEnumerable()", true)]
    [InlineData("numbers.AsQueryable()", true)]
    [InlineData("Returned()", false)]
    [InlineData("numbers.ToList()", false)]
    [InlineData("Enumerable.Empty<int>()", false)]
    [InlineData("later", true)]
    [InlineData("now", false)]
    public void KnowsSequencesThatRunWhenTheyAreRead(string expression, bool isLazy)
    {
        var probe = new Probe(
            $$"""
            public class C
            {
                private static IEnumerable<int> Made() { yield return 1; }
                private static IEnumerable<int> Returned() { IEnumerable<int> Inner() { yield return 1; } return Inner(); }
                private static void Take(IEnumerable<int> sequence) { }
                public void M(int[] numbers) { var later = numbers.Skip(1); var now = later.ToArray(); Take({{expression}}); }
            }
            """);
        Assert.Equal(isLazy, LazySequence.Is(probe.Calls("M", "Take")[0].Arguments[0].Value, probe.Compilation));
    }

    private static IEnumerable<StoredValue> Stored(Probe probe) =>
        CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).SelectMany(o => StoredValue.Of(o, probe.Compilation));
}
