using Breakwater.Rules.Invalidation.DeferredValueCached;

namespace Breakwater.Tests.Invalidation;

public class DeferredValueCachedTests
{
    private const string Services =
        """
        using System.Data.Common; using ZiggyCreatures.Caching.Fusion;
        public interface ICacheService { void Put<T>(string key, T value); T? Take<T>(string key, Func<T> load); Task<T?> TakeAsync<T>(string key, Func<Task<T>> load); }
        public class CacheService(IMemoryCache cache) : ICacheService
        {
            public void Put<T>(string key, T value) => cache.Set(key, value, TimeSpan.FromMinutes(1));
            public T? Take<T>(string key, Func<T> load) => cache.GetOrCreate(key, _ => load(), Ttl.M);
            public Task<T?> TakeAsync<T>(string key, Func<Task<T>> load) => cache.GetOrCreateAsync(key, async _ => await load().ConfigureAwait(false), Ttl.M);
        }

        """;

    private static Task VerifyAsync(string source)
    {
        var test = new RuleTest<DeferredValueCachedAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task VerifyBodyAsync(string statements) => VerifyAsync(Services +
        $$"""
        public class A(IMemoryCache cache, HybridCache hybrid, IFusionCache fusion, ICacheService service, ShopDb db, IProductApi api, HttpClient http)
        {
            private static IEnumerable<int> Iterator() { yield return 1; }
            private static IEnumerable<int> NoIterator() { IEnumerable<int> Inner() { yield return 1; } return Inner().ToList(); }
            private IEnumerable<string> Names(ICacheEntry entry) => db.Products.Select(p => p.Name);
            private Task<Product> Start(int id) => api.LoadAsync(id);
            public async Task M(int id, List<Product> all, DbDataReader reader, HttpContext context, IServiceScope scope, TaskCompletionSource<int> source)
            {
                await Task.Yield();
                {{statements}}
            }
        }
        """);

    [Fact]
    public Task ReportsQueriesSequencesTasksAndLiveObjects() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, ShopDb db, HttpClient http, IProductApi api)
        {
            public IQueryable<Product> A() => cache.Set("cheap", [|db.Products.Where(p => p.Price < 5)|], TimeSpan.FromMinutes(1));
            public IEnumerable<string>? B(List<Product> all) => cache.GetOrCreate("names", _ => [|all.Select(p => p.Name)|], Ttl.M);
            public async Task<Product> C(int id) => (await cache.GetOrCreate($"p:{id}", [|async e => await api.LoadAsync(id)|], Ttl.M)!);
            public async Task D(string url)
            {
                var body = await http.GetStreamAsync(url);
                cache.Set(url, [|body|], TimeSpan.FromMinutes(1));
            }
        }
        """);

    [Fact]
    public Task IsSilentOnResults() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, ShopDb db, IProductApi api)
        {
            public List<Product>? A() => cache.GetOrCreate("cheap", _ => db.Products.Where(p => p.Price < 5).ToList(), Ttl.M);
            public Task<Product?> B(int id) => cache.GetOrCreateAsync($"p:{id}", async _ => (Product?)await api.LoadAsync(id), Ttl.M);
            public IEnumerable<Product>? C() => cache.GetOrCreate<IEnumerable<Product>>("all", _ => db.Products.ToArray(), Ttl.M);
            public T? D<T>(string key, T value) => cache.Set(key, value, TimeSpan.FromMinutes(1));
            public async Task<Product> E(int id)
            {
                try { return await cache.GetOrCreate($"q:{id}", _ => api.LoadAsync(id), Ttl.M)!; }
                catch { cache.Remove($"q:{id}"); throw; }
            }
        }
        """);

    [Theory]
    [InlineData("""cache.Set("a", [|all.Where(p => p.Id > id)|]);""")]
    [InlineData("""cache.Set<object>("a", [|all.Where(p => p.Id > id)|]);""")]
    [InlineData("""cache.Set<object>("a", [|(object)db.Products|]);""")]
    [InlineData("""IEnumerable<Product> sorted = all.OrderBy(p => p.Id); cache.Set("a", [|sorted|], Ttl.M);""")]
    [InlineData("""IEnumerable<Product> query = db.Products.Where(p => p.Id > id); cache.Set("a", [|query|], Ttl.M);""")]
    [InlineData("""var names = from p in all orderby p.Id select p.Name; cache.Set("a", [|names|], Ttl.M);""")]
    [InlineData("""var groups = all.GroupBy(p => p.Id); cache.Set("a", [|groups|], Ttl.M);""")]
    [InlineData("""cache.Set("a", [|all.OrderBy(p => p.Id)|], Ttl.M);""")]
    [InlineData("""cache.Set("a", [|id > 0 ? all : all.Skip(id)|], Ttl.M);""")]
    [InlineData("""cache.Set("a", [|Iterator()|], Ttl.M);""")]
    [InlineData("""cache.Set("a", [|db.Products.AsEnumerable()|], Ttl.M);""")]
    [InlineData("""cache.Set("a", [|db.Products.AsAsyncEnumerable()|], Ttl.M);""")]
    [InlineData("""cache.Set("a", [|((IEnumerable<Product>)all).GetEnumerator()|], Ttl.M);""")]
    [InlineData("""cache?.Set("a", [|all.Skip(1)|], Ttl.M);""")]
    [InlineData("""CacheExtensions.Set(value: [|all.Skip(1)|], cache: cache, key: "a");""")]
    [InlineData("""using var entry = cache.CreateEntry("a"); entry.Value = [|db.Products.Take(id)|];""")]
    [InlineData("""using (var entry = cache.CreateEntry("a")) entry.SetValue([|Start(id)|]);""")]
    [InlineData("""cache.GetOrCreate("a", e => { if (id > 2) return null; e.SetSize(1); return [|all.Where(p => p.Id == 3)|]; });""")]
    [InlineData("""cache.GetOrCreate("a", [|Names|]);""")]
    [InlineData("""cache.GetOrCreate<IEnumerable<Product>>("a", _ => [|all.Skip(1)|]);""")]
    [InlineData("""await cache.GetOrCreateAsync("a", async _ => { await Task.Yield(); return [|all.Skip(1)|]; });""")]
    [InlineData("""await cache.GetOrCreateAsync("a", _ => Task.FromResult([|all.Skip(1)|]));""")]
    [InlineData("""await hybrid.GetOrCreateAsync($"a{id}", _ => new ValueTask<IQueryable<Product>>([|db.Products.Where(p => p.Id == id)|]));""")]
    [InlineData("""await hybrid.GetOrCreateAsync("a" + id, async ct => [|await http.GetStreamAsync("/", ct)|]);""")]
    [InlineData("""await hybrid.GetOrCreateAsync("a", all, async (s, ct) => { await Task.Yield(); return [|s.Skip(1)|]; });""")]
    [InlineData("""await hybrid.SetAsync("a", [|api.LoadAsync(id)|]);""")]
    [InlineData("""fusion.Set("a", [|api.LoadAsync(id)|]);""")]
    [InlineData("""await fusion.SetAsync("a", [|all.Distinct()|]);""")]
    [InlineData("""fusion.GetOrSet("a", _ => [|api.LoadAsync(id)|]);""")]
    [InlineData("""await fusion.GetOrSetAsync<IEnumerable<Product>>("a", async _ => { await Task.Yield(); return [|all.Skip(1)|]; });""")]
    [InlineData("""service.Put("a", [|db.Products.Take(3)|]);""")]
    [InlineData("""service.Take("a", () => [|api.LoadAsync(id)|]);""")]
    [InlineData("""service.Take("a", [|async () => await api.LoadAsync(id)|]);""")]
    [InlineData("""await service.TakeAsync("a", async () => { await Task.Yield(); return [|all.Skip(1)|]; });""")]
    [InlineData("""var task = api.LoadAsync(id); cache.Set("a", [|task|]);""")]
    [InlineData("""cache.Set("a", [|source.Task|]);""")]
    [InlineData("""cache.Set("a", [|new ValueTask<Product>(api.LoadAsync(3))|]);""")]
    [InlineData("""Func<ICacheEntry, Task<Product>> load = async _ => await api.LoadAsync(id); cache.GetOrCreate("a", [|load|]);""")]
    [InlineData("""async Task<Product> Load(ICacheEntry _) => await api.LoadAsync(id); await cache.GetOrCreate("a", [|Load|])!;""")]
    [InlineData("""cache.GetOrCreate("a", _ => [|Start(id)|]); cache.Remove("a");""")]
    [InlineData("""try { cache.GetOrCreate("a", _ => [|Start(id)|]); } catch { cache.Remove("b"); }""")]
    [InlineData("""cache.Set("a", [|new MemoryStream()|]);""")]
    [InlineData("""var answer = await http.GetAsync("/"); cache.Set("a", [|answer|]); cache.Set("b", [|answer.Content|]);""")]
    [InlineData("""cache.Set("a", [|db|]); cache.Set("b", [|reader|]); cache.Set("c", [|context|]); cache.Set("d", [|scope|]);""")]
    public Task ReportsEachKindOfValue(string statements) => VerifyBodyAsync(statements);

    [Theory]
    [InlineData("""cache.Set("a", all.Where(p => p.Id > id).ToArray());""")]
    [InlineData("""cache.Set("a", all.ToLookup(p => p.Id)); cache.Set("b", all.ToDictionary(p => p.Id)); cache.Set("c", all.ToHashSet()); cache.Set("d", all.AsReadOnly());""")]
    [InlineData("""cache.Set<IEnumerable<int>>("a", [1, 2, .. all.Select(p => p.Id)]);""")]
    [InlineData("""IEnumerable<Product> list = all; cache.Set("a", list);""")]
    [InlineData("""IEnumerable<Product> sequence = all; if (id > 0) sequence = sequence.Skip(id).ToList(); cache.Set("a", sequence);""")]
    [InlineData("""object hidden = all.Skip(1); cache.Set("a", hidden);""")]
    [InlineData("""cache.Set("a", NoIterator());""")]
    [InlineData("""cache.Set("a", new Lazy<Task<Product>>(() => api.LoadAsync(id)));""")]
    [InlineData("""cache.Set("a", new CancellationTokenSource());""")]
    [InlineData("""cache.Set("a", Task.FromResult(3)); cache.Set("b", Task.CompletedTask); cache.GetOrCreate("c", _ => Task.FromResult(3)); cache.Set("d", new ValueTask<int>(3));""")]
    [InlineData("""var done = Task.FromResult(3); cache.Set("a", done);""")]
    [InlineData("""var task = api.LoadAsync(id); await task; cache.Set("a", task);""")]
    [InlineData("""cache.Set("a", default(Task)); cache.Set<IQueryable<Product>?>("b", null);""")]
    [InlineData("""var task = api.LoadAsync(id); cache.Set("a", task); _ = task.ContinueWith(_ => cache.Remove("a"), TaskContinuationOptions.OnlyOnFaulted);""")]
    [InlineData("""cache.GetOrCreate($"a{id}", async _ => { try { return await api.LoadAsync(id); } catch { cache.Remove($"a{id}"); throw; } });""")]
    [InlineData("""var task = cache.GetOrCreate(id, _ => Start(id))!; if (task.IsFaulted) cache.Remove(id);""")]
    [InlineData("""await cache.GetOrCreateAsync("a", _ => api.LoadAsync(id)); await hybrid.GetOrCreateAsync("a", async ct => await api.LoadAsync(id, ct)); await fusion.GetOrSetAsync("a", ct => api.LoadAsync(id, ct));""")]
    [InlineData("""fusion.GetOrSet("a", _ => api.LoadAsync(id).Result);""")]
    [InlineData("""await service.TakeAsync("a", () => api.LoadAsync(id)); service.Put("b", all);""")]
    [InlineData("""cache.GetOrCreate<IEnumerable<Product>>("a", _ => throw new InvalidOperationException());""")]
    public Task IsSilentOnEachKindOfResult(string statements) => VerifyBodyAsync(statements);

    [Fact]
    public Task LooksOnlyAtCachesThatKeepTheObject() => VerifyAsync(
        """
        public class Plain(IDatabase redis, IDistributedCache remote)
        {
            private static readonly ConcurrentDictionary<int, IEnumerable<int>> Known = new();
            private readonly List<object> kept = [];
            public IEnumerable<int> A(int[] all) => Known.GetOrAdd(1, _ => all.Where(i => i > 0));
            public void B(int[] all) { kept.Add(all.Where(i => i > 0)); remote.Set("a", [], Ttl.D); redis.StringSet("a", 1); }
        }
        """);

    [Fact]
    public Task ReadsEveryKindOfBody() => VerifyAsync(
        """
        public class Places
        {
            private readonly IMemoryCache cache;
            private static readonly MemoryCache Own = new(new MemoryCacheOptions());
            public Places(IMemoryCache cache, IEnumerable<int> numbers) { this.cache = cache; cache.Set("a", [|numbers.Skip(1)|]); }
            public IEnumerable<int>? Property => Own.GetOrCreate("b", _ => [|Enumerable.Range(1, 3).Where(n => n > 1)|]);
            public Action Lambda(int[] all) => () => cache.Set("c", [|all.Skip(1)|]);
            public void Outer(int[] all) { Inner(); void Inner() => cache.Set("d", [|all.Skip(1)|]); }
        }
        """);

    [Fact]
    public Task SaysWhatIsKept()
    {
        var test = new RuleTest<DeferredValueCachedAnalyzer>
        {
            TestCode =
                """
                public class A(IMemoryCache cache)
                {
                    public void Keep(IQueryable<Product> query, IEnumerable<Product> all, Task<Product> task, ValueTask<Product> light, Stream stream)
                    {
                        cache.Set("a", {|#0:query|});
                        cache.Set("b", {|#1:all.Skip(1)|});
                        cache.Set("c", {|#2:task|});
                        cache.Set("d", {|#3:light|});
                        cache.Set("e", {|#4:stream|});
                    }
                }
                """,
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        var expected = new[]
        {
            "the query 'IQueryable<Product>': it runs again at every read, after its context may be gone",
            "the lazy sequence 'IEnumerable<Product>': it runs again at every read, after its context may be gone",
            "the task 'Task<Product>': if it fails, every reader gets that exception until the entry expires",
            "the task 'ValueTask<Product>': it may be awaited only once, and every reader awaits it",
            "the live object 'Stream': all readers share one object that is used up or disposed by the first",
        };
        for (var i = 0; i < expected.Length; i++)
            test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new DeferredValueCachedAnalyzer().Descriptor)
                .WithLocation(i).WithArguments(expected[i].Split(": ")[0], expected[i].Split(": ")[1]));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
