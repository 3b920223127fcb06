using Breakwater.Semantics;
using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class MutationsTests
{
    private static Probe For(string statement) => new(
        $$"""
        public class Holder { public Product P { get; set; } = new(); public Product[] Arr { get; set; } = []; public Dictionary<string, Product> Map { get; } = new(); public int Count; public ConcurrentDictionary<int, int> Shared { get; } = new(); }
        public interface IChanger { void Change(Product p); }
        public class Changer : IChanger { public void Change(Product p) => p.Name = "a"; }
        public abstract class Open { public virtual void Maybe(Product p) => p.Name = "a"; }
        public class C(Holder mine, IChanger changer, Open open)
        {
            private Product field = new();
            private static Product Rename(Product p) { p.Name = "a"; return p; }
            private static void Deep(Product p) => Rename(p);
            private static void All(List<Product> all) { foreach (var p in all) p.Id++; }
            private static void Own(Product p) { p = new(); p.Name = "a"; }
            private static void Later(Product p) { Action change = () => p.Name = "a"; }
            public void M(Holder h, List<Product> list, Product p, int i) { {{statement}} }
        }
        """);

    [Theory]
    [InlineData("h.P = p;", "h P")]
    [InlineData("h.P.Name += i;", "h Name")]
    [InlineData("h.Count++;", "h Count")]
    [InlineData("h.Arr[0] = p;", "h h.Arr[0]")]
    [InlineData("h.Map[\"a\"].Tags.Add(\"b\");", "h Add")]
    [InlineData("list[0].Name = \"a\";", "list Name")]
    [InlineData("list.RemoveAll(x => true);", "list RemoveAll")]
    [InlineData("list?.Add(p);", "list Add")]
    [InlineData("h?.P.Tags.Clear();", "h Clear")]
    [InlineData("((IList<Product>)list).Insert(0, p);", "list Insert")]
    [InlineData("foreach (var x in list) x.Name = \"a\";", "list Name")]
    [InlineData("foreach (var (_, x) in h.Map) x.Id--;", "h Id")]
    [InlineData("var tags = p.Tags; tags.Sort();", "p Sort")]
    [InlineData("var made = new Product(); made.Name = \"a\";", "made Name")]
    [InlineData("Rename(p);", "p Rename in Rename, returned")]
    [InlineData("Rename(h.P);", "h Rename in Rename, returned")]
    [InlineData("All(list);", "list All in All")]
    [InlineData("changer.Change(p);", "p Change in Change")]
    [InlineData("(h.P.Name, i) = (\"a\", 2);", "")]
    [InlineData("Deep(p);", "")]
    [InlineData("Own(p);", "")]
    [InlineData("Later(p);", "")]
    [InlineData("open.Maybe(p);", "")]
    [InlineData("h.Shared.TryAdd(1, 2);", "")]
    [InlineData("h.Shared[1] = 2;", "")]
    [InlineData("field.Name = \"a\";", "")]
    [InlineData("list.Contains(p); var n = p.Name; n += i;", "")]
    [InlineData("p = new(); i = 3;", "")]
    [InlineData("new List<Product>(list).Add(p);", "")]
    public void FindsWhatABodyChanges(string statement, string expected)
    {
        var probe = For(statement);
        var found = Mutations.Of(probe.Compilation).In(probe.Body("M")).Select(m =>
            $"{m.Root.Name} {m.At.SourceTree!.GetText(TestContext.Current.CancellationToken).ToString(m.At.SourceSpan)}{(m.Helper is null ? "" : " in " + m.Helper.Name)}{(m.HelperReturnsIt ? ", returned" : "")}");
        Assert.Equal(expected, string.Join("; ", found));
    }

    [Theory]
    [InlineData("var p = cache.Get<Product>(id);", "p")]
    [InlineData("var p = (await cache.GetOrCreateAsync(id, _ => api.LoadAsync(id)).ConfigureAwait(false))!;", "p")]
    [InlineData("cache.TryGetValue(id, out object? o); var p = o as Product;", "o p")]
    [InlineData("if (cache.Get(id) is Product p) Console.WriteLine(p);", "p")]
    [InlineData("var p = cache.Get<Product>(id) ?? new Product(); var q = p;", "p q")]
    [InlineData("var list = cache.Get<List<Product>>(id)!.ToList();", "")]
    [InlineData("var n = cache.Get<int>(id);", "")]
    [InlineData("var found = cache.TryGetValue(id, out Product? p);", "p")]
    [InlineData("var p = Find(id);", "p")]
    [InlineData("var list = Copy(\"a\");", "")]
    public void FindsTheLocalsThatHoldACachedObject(string statement, string expected)
    {
        var probe = new Probe(
            $$"""
            public class C(IMemoryCache cache, IProductApi api)
            {
                private Product? Find(int id) => cache.Get<Product>(id);
                private List<Product> Copy(string key) => cache.Get<List<Product>>(key)!.ToList();
                public async Task M(int id) { await Task.Yield(); {{statement}} }
            }
            """);
        var body = probe.Body("M");
        var read = CacheCalls.Of(probe.Compilation)!.In(body).Single();
        Assert.Equal(expected, string.Join(" ", CachedObject.Holders(read, body, probe.Compilation).Select(h => h.Name).Order()));
    }
}
