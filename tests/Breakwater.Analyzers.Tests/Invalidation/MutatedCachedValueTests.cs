using Breakwater.Rules.Invalidation.MutatedCachedValue;

namespace Breakwater.Tests.Invalidation;

public class MutatedCachedValueTests
{
    private const string Types =
        """
        public class Holder { public Product P { get; set; } = new(); public Product[] Arr { get; set; } = []; public Dictionary<string, Product> Map { get; } = new(); public int Count; public ConcurrentDictionary<int, Product> Shared { get; } = new(); public Lazy<Product> L = null!; }
        public record Rec(string Name) { public string Title { get; set; } = ""; }
        public interface ICacheService { T? Get<T>(string key); Task<T> GetOrCreateAsync<T>(string key, Func<Task<T>> f); List<T> GetCopy<T>(string key); }
        public class CacheService(IMemoryCache cache) : ICacheService
        {
            public T? Get<T>(string key) => cache.Get<T>(key);
            public async Task<T> GetOrCreateAsync<T>(string key, Func<Task<T>> f) => (await cache.GetOrCreateAsync(key, _ => f()))!;
            public List<T> GetCopy<T>(string key) => cache.Get<List<T>>(key)!.ToList();
        }
        public static class Ext { public static void Trim(this Product p) { p.Name = p.Name.Trim(); } public static int Look(this Product p) => p.Id; }

        """;

    private static Task VerifyAsync(string source)
    {
        var test = new RuleTest<MutatedCachedValueAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task VerifyMemberAsync(string member) => VerifyAsync(Types +
        $$"""
        public class A(IMemoryCache cache, ICacheService svc, IProductApi api, HybridCache hybrid, IDistributedCache dist)
        {
            private static readonly object Sync = new(); private static readonly SemaphoreSlim Gate = new(1, 1);
            private Product? Find(int id) => cache.Get<Product>(id);
            private List<Product> last = [];
            static void Replace(Product p) { p = new(); p.Name = "x"; }
            static Product Chain(Product p) { p.Tags.Add("s"); return p; }
            public object Everything => (dist, hybrid, api, svc, Sync, Gate, last);
            {{member}}
        }
        """);

    [Fact]
    public Task ReportsChangesOfWhatIsHandedOn() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, ShopDb db)
        {
            public List<Product> A(string extra)
            {
                var list = cache.GetOrCreate("all", _ => db.Products.ToList(), Ttl.M)!;
                list.[|Add|](new Product { Name = extra });
                return list;
            }
            public async Task<List<Product>> B(decimal rate)
            {
                if (cache.TryGetValue("prices", out List<Product>? hit) && hit is not null)
                {
                    foreach (var p in hit) p.[|Price|] *= rate;
                    return hit;
                }
                return cache.Set("prices", await db.Products.ToListAsync(), TimeSpan.FromMinutes(5));
            }
            public Product C(string host)
            {
                var p = cache.Get<Product>("doc")!;
                return [|Adjust|](p, host);
            }
            private static Product Adjust(Product p, string host) { p.Name = host; return p; }
        }
        """);

    [Fact]
    public Task IsSilentOnMissesCopiesUpdatesAndCounters() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, ShopDb db)
        {
            public Product A(int id)
            {
                if (!cache.TryGetValue(id, out Product? p)) { p = db.Products.First(x => x.Id == id); p.Name = p.Name.Trim(); cache.Set(id, p, TimeSpan.FromMinutes(5)); }
                return p!;
            }
            public List<Product> B(string extra) { var copy = cache.Get<List<Product>>("all")!.ToList(); copy.Add(new Product { Name = extra }); return copy; }
            public void C(string name) { if (cache.TryGetValue("doc", out Product? p)) p!.Name = name; }
            public int D(string ip) { var c = cache.Get<Product>(ip) ?? new Product(); c.Id++; cache.Set(ip, c, TimeSpan.FromMinutes(1)); return c.Id; }
            public int E() { var set = cache.GetOrCreate("set", _ => new ConcurrentDictionary<int, int>(), Ttl.M)!; set.TryAdd(1, 1); return set.Count; }
        }
        """);

    [Theory]
    [InlineData("""public Product M(int id) { var p = (Product)cache.Get(id)!; p.[|Name|] = "x"; return p; }""")]
    [InlineData("""public Product? M(int id) { var p = cache.Get(id) as Product; if (p != null) p.[|Price|] += 3; return p; }""")]
    [InlineData("""public Product? M(int id) { if (cache.Get<Product>(id) is { } p) { p.[|Id|]++; return p; } return null; }""")]
    [InlineData("""public Product? M(int id) { if (cache.Get(id) is Product p) { p.Tags.[|Add|]("x"); Console.WriteLine(p); } return null; }""")]
    [InlineData("""public async Task<Product> M(int id) { var p = (await cache.GetOrCreateAsync(id, _ => api.LoadAsync(id)))!; p.Tags.[|Clear|](); return p; }""")]
    [InlineData("""public async Task<Product> M(int id) { var p = await svc.GetOrCreateAsync("a", () => api.LoadAsync(id)); [|p.Tags[0]|] = "s"; return p; }""")]
    [InlineData("""public Product M() { var p = svc.Get<Product>("a")!; p.[|Name|] = "q"; return p; }""")]
    [InlineData("""public Product M(int id) { var p = Find(id)!; p.[|Name|] = "q"; return p; }""")]
    [InlineData("""public Holder M() { var h = cache.Get<Holder>("h")!; [|h.Map["x"]|] = new(); return h; }""")]
    [InlineData("""public Holder M() { var h = cache.Get<Holder>("h")!; h.Arr[0].[|Name|] = "d"; return h; }""")]
    [InlineData("""public Holder M() { var h = cache.Get<Holder>("h")!; h.[|Count|]++; return h; }""")]
    [InlineData("""public Holder M() { var h = cache.Get<Holder>("h")!; foreach (var p in h.Arr) { p.[|Name|] = "d"; } return h; }""")]
    [InlineData("""public Holder M() { var h = cache.Get<Holder>("h")!; foreach (var (k, p) in h.Map) { p.[|Name|] = k; } return h; }""")]
    [InlineData("""public Holder M() { var h = cache.Get<Holder>("h")!; var tags = h.P.Tags; tags.[|Add|]("x"); return h; }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id)!; p.[|Trim|](); return p; }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id); p ??= new Product(); p.[|Name|] = "x"; return p; }""")]
    [InlineData("""public void M(int id) { var p = cache.Get<Product>(id)!; p.[|Name|] = "x"; last.Add(p); }""")]
    [InlineData("""public void M(int id) { var p = cache.Get<List<Product>>(id)!; p.[|Sort|]((a, b) => 1); last = p; }""")]
    [InlineData("""public int M(int id) { var q = cache.GetOrCreate("q", _ => new Queue<int>())!; q.[|Enqueue|](id); return q.Count; }""")]
    [InlineData("""public string M(int id) { var p = cache.Get<Product>(id)!; if (id > 3) p.[|Name|] = "d"; return p.Name; }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id)!; while (id-- > 0) { p.Tags.[|Add|]("x"); } return p; }""")]
    [InlineData("""public Product M(int id) { cache.TryGetValue(id, out object? o); var p = (Product)o!; p.[|Name|] = "x"; return p; }""")]
    [InlineData("""public Dictionary<string, Product> M(int id) { var d = cache.Get<Dictionary<string, Product>>(id)!; foreach (var kv in d) { kv.Value.[|Name|] = "d"; } return d; }""")]
    [InlineData("""public Product M(int id) { var d = cache.Get<List<Product>>(id)!; var first = d[0]; first.[|Name|] = "d"; return first; }""")]
    [InlineData("""public Product M(int id) { var d = cache.Get<List<Product>>(id)!; foreach (var p in d) { if (p.Id == id) { p.[|Name|] = "d"; return p; } } return new(); }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id)!; return [|Chain|](p); }""")]
    [InlineData("""public int M(string ip) { if (!cache.TryGetValue(ip, out Holder? c)) { c = new Holder(); cache.Set(ip, c); } c!.[|Count|]++; return c.Count; }""")]
    [InlineData("""public Product[] M() { var l = cache.Get<Product[]>("l")!; [|l[0]|] = new(); return l; }""")]
    [InlineData("""public IReadOnlyList<Product> M() { var l = cache.Get<List<Product>>("l"); l?.[|Add|](new()); return l!; }""")]
    [InlineData("""public Product M() { return Local(); Product Local() { var p = cache.Get<Product>(1)!; p.[|Name|] = "a"; return p; } }""")]
    [InlineData("""public IDictionary<string, string> M() { var d = cache.Get<IDictionary<string, string>>("d")!; d.[|Add|]("a", "b"); return d; }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id)!; p.[|Price|] = p.Price * 2; return p; }""")]
    [InlineData("""public void M(int id) { var p = cache.Get<Product>(id)!; p.[|Trim|](); last.Add(p); }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id); p?.[|Name|] = "x"; return p!; }""")]
    public Task ReportsEachShape(string member) => VerifyMemberAsync(member);

    [Theory]
    [InlineData("""public List<Product> M() { var p = svc.GetCopy<Product>("a"); p.Add(new()); return p; }""")]
    [InlineData("""public Holder M() { var h = cache.Get<Holder>("h")!; h.Shared.TryAdd(1, new()); return h; }""")]
    [InlineData("""public Holder M() { var h = cache.Get<Holder>("h")!; h.L.Value.Name = "x"; return h; }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id)!; p.Look(); return p; }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id)!; lock (Sync) p.Name = "x"; return p; }""")]
    [InlineData("""public async Task<Product> M(int id) { await Gate.WaitAsync(); try { var p = cache.Get<Product>(id)!; p.Name = "x"; return p; } finally { Gate.Release(); } }""")]
    [InlineData("""public Rec M() { var r = cache.Get<Rec>("r")!; r = r with { Title = "x" }; r.Title = "z"; return r; }""")]
    [InlineData("""public Rec M() { var r = cache.Get<Rec>("r")! with { Title = "x" }; r.Title = "z"; return r; }""")]
    [InlineData("""public List<Product> M() { var r = new List<Product>(cache.Get<List<Product>>("r")!); r.Add(new()); return r; }""")]
    [InlineData("""public async Task<Product> M(int id) { var p = await hybrid.GetOrCreateAsync("a" + id, async c => await api.LoadAsync(id, c)); p.Name = "x"; return p; }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id); if (p is null) { p = new Product(); p.Name = "x"; cache.Set(id, p); } return p; }""")]
    [InlineData("""public Product M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; p = new Product(); p.Name = "x"; return cache.Set(id, p); }""")]
    [InlineData("""public void M(int id) { var p = cache.Get<Product>(id)!; p.Name = "x"; p.Price = 3; }""")]
    [InlineData("""public void M(int id) { var p = cache.Get<List<Product>>(id)!; p.Sort((a, b) => 1); cache.Set(id, p); }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id)!; cache.Remove(id); p.Name = "x"; return p; }""")]
    [InlineData("""public string M(int id) { var p = cache.Get<Product>(id)!; var n = p.Name; p.Name = "d"; return n; }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id)!; Action a = () => p.Name = "d"; return p; }""")]
    [InlineData("""public Product M(int id) { foreach (var kv in cache.Get<Dictionary<string, Product>>(id)!) { kv.Value.Name = "d"; } return null!; }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id)!; var c = new Product { Name = p.Name }; c.Name = "x"; return c; }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id)!; Replace(p); return p; }""")]
    [InlineData("""public int M(string ip) { if (!cache.TryGetValue(ip, out Holder? c)) { c = new Holder(); } c!.Count++; cache.Set(ip, c, TimeSpan.FromMinutes(1)); return c.Count; }""")]
    [InlineData("""public int M(string ip) { var c = cache.GetOrCreate(ip, _ => new Holder())!; return Interlocked.Increment(ref c.Count); }""")]
    [InlineData("""public List<Product> M() { var l = cache.GetOrCreate("l", _ => new List<Product>())!; l = l.Where(x => x.Id > 1).ToList(); l.Add(new()); return l; }""")]
    [InlineData("""public void M(int id) { var p = cache.Get<Product>(id)!; p.Trim(); }""")]
    [InlineData("""public void M(int id) { var p = cache.Get<Product>(id)!; p.Name = "x"; p.Trim(); p.Trim(); }""")]
    [InlineData("""public void M(int id) { foreach (var p in cache.Get<List<Product>>(id)!) p.Trim(); }""")]
    [InlineData("""public void M(int id) { var all = cache.Get<List<Product>>(id)!; foreach (var p in all) p.Trim(); }""")]
    [InlineData("""public void M(int id) { var p = cache.Get<Product>(id)!; p.Id++; p.Price = p.Id * 2; p.Tags.Add(p.Name); }""")]
    public Task IsSilentOnEachShape(string member) => VerifyMemberAsync(member);

    [Fact]
    public Task ReportsOneChangePerObject() => VerifyMemberAsync(
        """public Product M(int id) { var p = cache.Get<Product>(id)!; p.[|Name|] = "x"; p.Price = 3; return p; }""");

    [Theory]
    [InlineData("item.{|#0:Name|} = \"x\";", "")]
    [InlineData("item.{|#0:Trim|}();", " (in 'Trim')")]
    public Task SaysWhoSeesTheChange(string change, string helper)
    {
        var test = new RuleTest<MutatedCachedValueAnalyzer> { TestCode = Types + $$"""public class A(IMemoryCache cache) { public Product M() { var item = cache.Get<Product>("a")!; {{change}} return item; } }""" };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new MutatedCachedValueAnalyzer().Descriptor).WithLocation(0).WithArguments("item", helper));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
