using Breakwater.Rules.ThunderingHerd.UnguardedCacheMiss;

namespace Breakwater.Tests.ThunderingHerd;

public class UnguardedCacheMissTests
{
    private static Task VerifyAsync(string source)
    {
        var test = new RuleTest<UnguardedCacheMissAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsMemoryCacheReadsWithBothHitTests() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, ShopDb db)
        {
            public async Task<List<Product>> All()
            {
                if (cache.TryGetValue("products", out List<Product>? hit)) return hit!;
                var list = await db.Products.{|#0:ToListAsync|}();
                return cache.Set("products", list, TimeSpan.FromMinutes(5));
            }
            public Product One(int id)
            {
                var p = cache.Get<Product>(id);
                if (p == null) { p = db.Products.[|First|](x => x.Id == id); cache.Set(id, p, TimeSpan.FromMinutes(5)); }
                return p;
            }
        }
        """.Replace("{|#0:ToListAsync|}", "[|ToListAsync|]"));

    [Fact]
    public Task ReportsThroughHelpers() => VerifyAsync(
        """
        public class A2(IDistributedCache cache, IProductApi api)
        {
            private Task<string?> Read(int id) => cache.GetStringAsync("name:" + id);
            private Task Store(int id, string name) => cache.SetStringAsync("name:" + id, name, Ttl.D);
            public async Task<string> Name(int id)
            {
                if (await Read(id) is { } hit) return hit;
                var name = (await api.[|LoadAsync|](id)).Name;
                await Store(id, name);
                return name;
            }
        }
        """);

    [Fact]
    public Task ReportsAWrapperOnceInside() => VerifyAsync(
        """
        public class A3(IDatabase redis)
        {
            public async Task<string> GetOrLoad(string key, Func<Task<string>> load)
            {
                var hit = await redis.StringGetAsync(key);
                if (!hit.IsNullOrEmpty) return hit!;
                var value = await [|load|]();
                await redis.StringSetAsync(key, value, TimeSpan.FromMinutes(1));
                return value;
            }
            public Task<string> Use(IProductApi api) => GetOrLoad("a", async () => (await api.LoadAsync(1)).Name);
        }
        """);

    [Fact]
    public Task ReportsAStaticDictionary() => VerifyAsync(
        """
        public static class A4
        {
            private static readonly ConcurrentDictionary<string, string> Keys = new();
            public static async Task<string> Get(HttpClient http)
            {
                if (Keys.TryGetValue("jwks", out var hit)) return hit;
                Keys["jwks"] = await http.[|GetStringAsync|]("https://id/jwks");
                return Keys["jwks"];
            }
        }
        """);

    [Fact]
    public Task IsSilentOnGuardsMarksBatchesComputationAndUnknownLifetimes() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, IDistributedCache remote, ShopDb db, IProductApi api)
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            public async Task<List<Product>> Guarded()
            {
                if (cache.TryGetValue("a", out List<Product>? hit)) return hit!;
                await Gate.WaitAsync();
                try { if (cache.TryGetValue("a", out hit)) return hit!; return cache.Set("a", await db.Products.ToListAsync(), TimeSpan.FromMinutes(5)); }
                finally { Gate.Release(); }
            }
            public async Task<bool> FirstTime(int id) { if (await remote.GetAsync($"seen:{id}") != null) return false; await api.LoadAsync(id); await remote.SetAsync($"seen:{id}", [1], Ttl.D); return true; }
            public async Task<List<Product>> Batch(int[] ids)
            {
                var found = new List<Product>(); var missing = new List<int>();
                foreach (var id in ids) if (cache.TryGetValue(id, out Product? p)) found.Add(p!); else missing.Add(id);
                foreach (var p in await db.Products.Where(p => missing.Contains(p.Id)).ToListAsync()) { cache.Set(p.Id, p, TimeSpan.FromMinutes(5)); found.Add(p); }
                return found;
            }
            public string Upper(string text) { if (cache.TryGetValue(text, out string? hit)) return hit!; var made = text.ToUpperInvariant(); return cache.Set(text, made, TimeSpan.FromMinutes(1)); }
            private readonly Dictionary<int, Product> seen = new();
            public async Task<Product> Mine(int id) { if (seen.TryGetValue(id, out var p)) return p; return seen[id] = await api.LoadAsync(id); }
        }
        """);

    // The shapes of a hit test, one after the other; each body misses and loads without a guard.
    [Theory]
    [InlineData("""var hit = cache.Get<Product>(id); if (hit is not null) return hit; return cache.Set(id, await api.[|LoadAsync|](id), Ttl.M);""")]
    [InlineData("""var hit = cache.Get<Product>(id); if (hit is null) { hit = await api.[|LoadAsync|](id); cache.Set(id, hit, Ttl.M); } return hit;""")]
    [InlineData("""var hit = cache.Get<Product>(id); if (null != hit) return hit; hit = await api.[|LoadAsync|](id); cache.Set(id, hit, Ttl.M); return hit;""")]
    [InlineData("""if (cache.Get(id) is Product hit) return hit; var made = await api.[|LoadAsync|](id); cache.Set(id, made, Ttl.M); return made;""")]
    [InlineData("""if (cache.Get<Product>(id) is not { } hit) { hit = await api.[|LoadAsync|](id); cache.Set(id, hit, Ttl.M); } return hit;""")]
    [InlineData("""var found = cache.TryGetValue(id, out Product? hit); if (found) return hit!; hit = await api.[|LoadAsync|](id); cache.Set(id, hit, Ttl.M); return hit;""")]
    [InlineData("""if (!cache.TryGetValue(id, out Product? hit) || hit is null) { hit = await api.[|LoadAsync|](id); cache.Set(id, hit, Ttl.M); } return hit;""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit) && hit!.Price > 0) return hit; hit = await api.[|LoadAsync|](id); cache.Set(id, hit, Ttl.M); return hit;""")]
    [InlineData("""if (!force && cache.TryGetValue(id, out Product? hit)) return hit!; var made = await api.[|LoadAsync|](id); cache.Set(id, made, Ttl.M); return made;""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit) && !force) return hit!; var made = await api.[|LoadAsync|](id); cache.Set(id, made, Ttl.M); return made;""")]
    [InlineData("""var hit = cache.Get<Product>(id); hit ??= cache.Set(id, await api.[|LoadAsync|](id), Ttl.M); return hit;""")]
    [InlineData("""var hit = cache.Get<Product>(id) ?? await api.[|LoadAsync|](id); cache.Set(id, hit, Ttl.M); return hit;""")]
    [InlineData("""return cache.TryGetValue(id, out Product? hit) ? hit! : cache.Set(id, await api.[|LoadAsync|](id), Ttl.M);""")]
    [InlineData("""return cache.Get<Product>(id) switch { { } hit => hit, null => cache.Set(id, await api.[|LoadAsync|](id), Ttl.M) };""")]
    [InlineData("""if (cache.TryGetValue(key: id, value: out var raw) && raw is Product hit) return hit; var p = await api.[|LoadAsync|](id).ConfigureAwait(false); using var entry = cache.CreateEntry(id); entry.Value = p; return p;""")]
    [InlineData("""Product hit; if (cache.TryGetValue($"p:{id}", out hit!)) return hit; var text = "p:" + id; hit = await api.[|LoadAsync|](id); CacheExtensions.Set(cache, text, hit, Ttl.M); return hit;""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) return hit!; Product p; try { p = await api.[|LoadAsync|](id); } catch (HttpRequestException) { return new(); } cache.Set(id, p, Ttl.M); return p;""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) return hit!; var p = api.[|LoadAsync|](id).GetAwaiter().GetResult(); await Task.Yield(); return cache.Set(id, p, Ttl.M);""")]
    [InlineData("""async Task<Product> Inner() { if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, await api.[|LoadAsync|](id), Ttl.M); } return await Inner();""")]
    [InlineData("""Func<Task<Product>> inner = async () => { if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, await api.[|LoadAsync|](id), Ttl.M); }; return await inner();""")]
    public Task ReportsEachShapeOfHitTest(string body) => VerifyAsync(
        $$"""
        public class A(IMemoryCache cache, IProductApi api)
        {
            public async Task<Product> Get(int id, bool force)
            {
                {{body}}
            }
        }
        """);

    // Each body is guarded, or is no cache-aside at all.
    [Theory]
    [InlineData("""var hit = cache.Get<Product>(id); if (hit is null) throw new InvalidOperationException(); var p = await api.LoadAsync(id); cache.Set("other" + id, p, Ttl.M); return p;""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) Console.WriteLine(hit); var p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p;""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) return hit!; await api.LoadAsync(id); return cache.Set(id, new Product(), Ttl.M);""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) return hit!; lock (Sync) { return cache.Set(id, api.LoadAsync(id).Result, Ttl.M); }""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) return hit!; using (await Locks.LockAsync(id)) { return cache.Set(id, await api.LoadAsync(id), Ttl.M); }""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) return hit!; using var held = await Locks.LockAsync(id); return cache.Set(id, await api.LoadAsync(id), Ttl.M);""")]
    [InlineData("""using (await {|CS0103:elsewhere|}.LockAsync(id)) { if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, await api.LoadAsync(id), Ttl.M); }""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) return hit!; if (!await Gate.WaitAsync(0)) return new(); try { return cache.Set(id, await api.LoadAsync(id), Ttl.M); } finally { Gate.Release(); }""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) return hit!; Monitor.Enter(Sync); try { return cache.Set(id, api.LoadAsync(id).Result, Ttl.M); } finally { Monitor.Exit(Sync); }""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) return hit!; if (Interlocked.CompareExchange(ref busy, 1, 0) != 0) return new(); return cache.Set(id, await api.LoadAsync(id), Ttl.M);""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, await Once(id), Ttl.M); Task<Product> Once(int i) => new Lazy<Task<Product>>(() => api.LoadAsync(i)).Value;""")]
    [InlineData("""if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, await flight.RunAsync(id, () => api.LoadAsync(id)), Ttl.M);""")]
    [InlineData("""var mine = new MemoryCache(new MemoryCacheOptions()); if (mine.TryGetValue(id, out Product? hit)) return hit!; return mine.Set(id, await api.LoadAsync(id), Ttl.M);""")]
    [InlineData("""return await GuardedBody(id);""")]
    public Task IsSilentWhereNothingStampedes(string body) => VerifyAsync(
        $$"""
        public interface ISingleFlight { Task<T> RunAsync<T>(int key, Func<Task<T>> load); }
        public static class Locks { public static Task<IDisposable> LockAsync(int id) => Task.FromResult<IDisposable>(new MemoryStream()); }
        public class S(IMemoryCache cache, IProductApi api, ISingleFlight flight)
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private static readonly object Sync = new();
            private int busy;
            private int Busy => busy;
            public async Task<Product> Get(int id)
            {
                await Task.Yield();
                {{body}}
            }
            private async Task<Product> GuardedBody(int id)
            {
                await Gate.WaitAsync();
                try { return await Load(id); } finally { Gate.Release(); }
            }
            private async Task<Product> Load(int id)
            {
                if (cache.TryGetValue(id, out Product? hit)) return hit!;
                return cache.Set(id, await api.LoadAsync(id), Ttl.M);
            }
        }
        """);

    [Fact]
    public async Task StandsUpToWrappersInAReferencedProject()
    {
        var test = new RuleTest<UnguardedCacheMissAnalyzer>
        {
            TestCode = """
                public class A(Lib.Store store, IProductApi api)
                {
                    public async Task<Product> Get(int id)
                    {
                        if (store.TryGetValue(id, out var hit)) return hit!;
                        var p = await api.LoadAsync(id);
                        store.Set(id, p);
                        return p;
                    }
                }
                """,
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.AdditionalProjectReferences.Add("Lib");
        var library = new Microsoft.CodeAnalysis.Testing.ProjectState("Lib", LanguageNames.CSharp, "/Lib/", ".cs")
        {
            Sources = { "namespace Lib; public class Store { private readonly System.Collections.Generic.Dictionary<object, object?> all = new(); public bool TryGetValue(object key, out dynamic? value) { var found = all.TryGetValue(key, out var v); value = v; return found; } public void Set(object key, object? value) => all[key] = value; }" },
        };
        library.AdditionalReferences.AddRange(References.All);
        test.TestState.AdditionalProjects.Add("Lib", library);
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task AsksOnlyForKeysThatAllCallersShareWhenToldSo()
    {
        var test = new RuleTest<UnguardedCacheMissAnalyzer>
        {
            TestCode = """
                public class A(IMemoryCache cache, IProductApi api)
                {
                    public async Task<Product> One(int id)
                    {
                        if (cache.TryGetValue(id, out Product? hit)) return hit!;
                        return cache.Set(id, await api.LoadAsync(id), Ttl.M);
                    }
                    public async Task<List<Product>> All()
                    {
                        if (cache.TryGetValue("all", out List<Product>? hit)) return hit!;
                        return cache.Set("all", await api.[|AllAsync|](), Ttl.M);
                    }
                    public async Task<List<Product>> Held()
                    {
                        if (cache.TryGetValue("held", out List<Product>? hit)) return hit!;
                        using (Turnstile()) return cache.Set("held", await api.AllAsync(), Ttl.M);
                    }
                    private static IDisposable Turnstile() => new MemoryStream();
                }
                """,
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\nbreakwater.BW1101.keys = process_wide\nbreakwater.BW1101.guard_words = turnstile\n"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    // What runs alone, and what does not although it stands beside it.
    [Theory]
    [InlineData("public class P : Microsoft.Extensions.Hosting.BackgroundService { protected override async Task ExecuteAsync(CancellationToken stop) { BODY } }", "LoadAsync")]
    [InlineData("public class P : Microsoft.Extensions.Hosting.BackgroundService { protected override Task ExecuteAsync(CancellationToken stop) => Turn(); private async Task Turn() { BODY } }", "LoadAsync")]
    [InlineData("public class P : Microsoft.Extensions.Hosting.BackgroundService { protected override Task ExecuteAsync(CancellationToken stop) => Task.CompletedTask; public async Task Ask() { BODY } }", "[|LoadAsync|]")]
    [InlineData("public class P : Orleans.Grain { public async Task Ask() { BODY } }", "LoadAsync")]
    [InlineData("[Quartz.DisallowConcurrentExecution] public class P : Quartz.IJob { public async Task Execute(Quartz.IJobExecutionContext context) { BODY } }", "LoadAsync")]
    [InlineData("public class P : Quartz.IJob { public async Task Execute(Quartz.IJobExecutionContext context) { BODY } }", "[|LoadAsync|]")]
    [InlineData("public static class P { public static void Map(WebApplication app) => app.MapGet(\"/\", async () => { BODY }); }", "[|LoadAsync|]")]
    public Task KnowsWhatRunsAlone(string type, string load) => VerifyAsync(
        "public static class Api { public static IMemoryCache cache = null!; public static IProductApi api = null!; }\n"
        + type.Replace("BODY", $$"""if (Api.cache.TryGetValue("k", out Product? _)) return; var p = await Api.api.{{load}}(1); Api.cache.Set("k", p, Ttl.M);"""));

    [Fact]
    public Task IsSilentInTopLevelStatementsButNotInTheirHandlers()
    {
        var test = new RuleTest<UnguardedCacheMissAnalyzer>
        {
            TestCode = """
                var cache = Start.Cache;
                var api = Start.Api;
                if (!Start.Cache.TryGetValue("warm", out Product? _)) Start.Cache.Set("warm", await api.LoadAsync(1), Ttl.M);
                var app = WebApplication.Create();
                app.MapGet("/{id}", async (int id) =>
                {
                    if (Start.Cache.TryGetValue(id, out Product? hit)) return hit;
                    return Start.Cache.Set(id, await api.[|LoadAsync|](id), Ttl.M);
                });
                public static class Start { public static IMemoryCache Cache = null!; public static IProductApi Api = null!; }
                """,
            TestState = { OutputKind = OutputKind.ConsoleApplication },
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    // Other caches, other forms of the same thing. `ttl` stands for a lifetime.
    [Theory]
    [InlineData("static readonly Dictionary<int, Product> all = [];", "if (all.ContainsKey(id)) return all[id]; all[id] = await api.[|LoadAsync|](id); return all[id];")]
    [InlineData("static readonly ConcurrentDictionary<int, Product> all = new();", "if (all.TryGetValue(id, out var hit)) return hit; return all.GetOrAdd(id, await api.[|LoadAsync|](id));")]
    [InlineData("static readonly ConcurrentDictionary<int, Product> all = new();", "if (!all.TryGetValue(id, out var hit)) { hit = await api.[|LoadAsync|](id); all.TryAdd(id, hit); } return hit;")]
    [InlineData("static readonly ConcurrentDictionary<int, Product> all = new();", "var hit = all.GetValueOrDefault(id); if (hit is null) { hit = await api.[|LoadAsync|](id); all.AddOrUpdate(id, hit, (_, _) => hit); } return hit;")]
    [InlineData("", "var hit = fusion.TryGet<Product>($\"p:{id}\"); if (hit.HasValue) return hit.Value; var p = await api.[|LoadAsync|](id); fusion.Set($\"p:{id}\", p); return p;")]
    [InlineData("", "var hit = await fusion.GetOrDefaultAsync<Product>($\"p:{id}\"); if (hit is not null) return hit; var p = await api.[|LoadAsync|](id); await fusion.SetAsync($\"p:{id}\", p); return p;")]
    [InlineData("", "if (cache.TryGetValue(id, out Product? hit)) return hit!; var p = await api.[|LoadAsync|](id); return cache.GetOrCreate(id, _ => p, Ttl.M)!;")]
    [InlineData("", "if (old.Get($\"p:{id}\") is Product hit) return hit; var p = await api.[|LoadAsync|](id); old.Set($\"p:{id}\", p, DateTimeOffset.UtcNow.AddMinutes(5)); return p;")]
    [InlineData("", "if (old[\"k\"] is Product hit) return hit; var p = await api.[|LoadAsync|](id); old[\"k\"] = p; return p;")]
    [InlineData("", "var bytes = await remote.GetAsync($\"p:{id}\"); if (bytes is { Length: > 0 }) return System.Text.Json.JsonSerializer.Deserialize<Product>(bytes)!; var p = await api.[|LoadAsync|](id); await remote.SetAsync($\"p:{id}\", System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(p), Ttl.D); return p;")]
    [InlineData("", "var text = remote.GetString($\"p:{id}\"); if (!string.IsNullOrEmpty(text)) return System.Text.Json.JsonSerializer.Deserialize<Product>(text)!; var p = await api.[|LoadAsync|](id); var json = System.Text.Json.JsonSerializer.Serialize(p); remote.SetString($\"p:{id}\", json, Ttl.D); return p;")]
    [InlineData("", "RedisValue hit = await redis.StringGetAsync($\"p:{id}\"); if (hit.HasValue) return new Product { Name = hit! }; var name = (await api.[|LoadAsync|](id)).Name; await redis.StringSetAsync($\"p:{id}\", name, TimeSpan.FromMinutes(1)); return new Product { Name = name };")]
    [InlineData("static string Key(int i) => $\"p:{i}\";", "if (cache.TryGetValue(Key(id), out Product? hit)) return hit!; return cache.Set(Key(id), await api.[|LoadAsync|](id), Ttl.M);")]
    [InlineData("const string Prefix = \"p:\";", "if (cache.TryGetValue(Prefix + id, out Product? hit)) return hit!; return cache.Set($\"{Prefix}{id}\", await api.[|LoadAsync|](id), Ttl.M);")]
    [InlineData("Product? Look(int i) => cache.Get<Product>(i); void Keep(int i, Product p) => cache.Set(i, p, Ttl.M);", "var hit = Look(id); if (hit != null) return hit; var p = await api.[|LoadAsync|](id); Keep(id, p); return p;")]
    [InlineData("bool Look(int i, out Product? p) => cache.TryGetValue(i, out p);", "if (Look(id, out var hit)) return hit!; return cache.Set(id, await api.[|LoadAsync|](id), Ttl.M);")]
    [InlineData("Task<Product?> Far(int i) => Near(\"p:\" + i); Task<Product?> Near(string k) => Task.FromResult(cache.Get<Product>(k));", "if (await Far(id) is { } hit) return hit; return cache.Set($\"p:{id}\", await api.[|LoadAsync|](id), Ttl.M);")]
    [InlineData("async Task<Product> Load(int i) { var p = await api.LoadAsync(i); return p; }", "if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, await [|Load|](id), Ttl.M);")]
    [InlineData("Product Load(int i) => db.Products.Single(p => p.Id == i);", "await Task.Yield(); if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, [|Load|](id), Ttl.M);")]
    [InlineData("", "if (cache.TryGetValue(id, out Product? hit)) return hit!; var p = await Task.[|Run|](() => db.Products.First(x => x.Id == id)); return cache.Set(id, p, Ttl.M);")]
    [InlineData("", "if (cache.TryGetValue(id, out Product? hit)) return hit!; var task = api.LoadAsync(id); var p = new Product(); await Task.Yield(); return cache.Set(id, p, Ttl.M);")]
    public Task ReportsEveryKindOfCache(string members, string body) => VerifyAsync(
        $$"""
        public class A(IMemoryCache cache, IDistributedCache remote, ZiggyCreatures.Caching.Fusion.IFusionCache fusion, System.Runtime.Caching.ObjectCache old, IDatabase redis, ShopDb db, IProductApi api)
        {
            {{members}}
            public async Task<Product> Get(int id) { {{body}} }
        }
        """);

    // Every kind of guard, and single flight.
    [Theory]
    [InlineData("static readonly Lock sync = new();", "if (cache.TryGetValue(id, out Product? hit)) return hit!; using (sync.EnterScope()) { return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); }")]
    [InlineData("static readonly ReaderWriterLockSlim sync = new();", "if (cache.TryGetValue(id, out Product? hit)) return hit!; sync.EnterWriteLock(); try { return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); } finally { sync.ExitWriteLock(); }")]
    [InlineData("static readonly Mutex sync = new();", "if (cache.TryGetValue(id, out Product? hit)) return hit!; sync.WaitOne(); try { return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); } finally { sync.ReleaseMutex(); }")]
    [InlineData("static readonly Nito.AsyncEx.AsyncLock sync = new();", "if (cache.TryGetValue(id, out Product? hit)) return hit!; using (sync.Lock()) { return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); }")]
    [InlineData("static SpinLock sync = new();", "if (cache.TryGetValue(id, out Product? hit)) return hit!; var taken = false; try { sync.Enter(ref taken); return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); } finally { if (taken) sync.Exit(); }")]
    [InlineData("", "if (cache.TryGetValue(id, out Product? hit)) return hit!; if (!redis.StringSet(\"lock:\" + id, 1, TimeSpan.FromSeconds(5), when: When.NotExists)) return new(); return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M);")]
    [InlineData("", "if (cache.TryGetValue(id, out Product? hit)) return hit!; if (!redis.LockTake(\"lock:\" + id, \"me\", TimeSpan.FromSeconds(5))) return new(); try { return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); } finally { redis.LockRelease(\"lock:\" + id, \"me\"); }")]
    [InlineData("static readonly ConcurrentDictionary<int, SemaphoreSlim> gates = new();", "if (cache.TryGetValue(id, out Product? hit)) return hit!; var gate = gates.GetOrAdd(id, _ => new(1, 1)); gate.Wait(); try { return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); } finally { gate.Release(); }")]
    [InlineData("readonly SemaphoreSlim gate = new(1, 1);", "gate.Wait(); try { if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); } finally { gate.Release(); }")]
    [InlineData("static readonly ConcurrentDictionary<int, Lazy<Product>> flights = new();", "return flights.GetOrAdd(id, i => new Lazy<Product>(() => { if (cache.TryGetValue(i, out Product? hit)) return hit!; return cache.Set(i, db.Products.First(p => p.Id == i), Ttl.M); })).Value;")]
    [InlineData("static readonly ConcurrentDictionary<int, Task<Product>> flights = new();", "return flights.GetOrAdd(id, async i => { if (cache.TryGetValue(i, out Product? hit)) return hit!; return cache.Set(i, await db.Products.FirstAsync(p => p.Id == i), Ttl.M); }).Result;")]
    [InlineData("", "return hybrid.GetOrCreateAsync($\"p:{id}\", async ct => { if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, await db.Products.FirstAsync(p => p.Id == id, ct), Ttl.M); }).AsTask().Result;")]
    [InlineData("", "if (cache.TryGetValue(id, out Product? hit)) return hit!; var p = hybrid.GetOrCreateAsync($\"p:{id}\", async ct => await db.Products.FirstAsync(x => x.Id == id, ct)).AsTask().Result; return cache.Set(id, p, Ttl.M);")]
    [InlineData("internal Product Inner(int id) { if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); }", "lock (db) { return Inner(id); }")]
    [InlineData("T Guarded<T>(Func<T> run) { lock (db) { return run(); } }", "return Guarded(() => { if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); });")]
    // Whether the guard is shared, and what is done behind it, other rules ask.
    [InlineData("", "var local = new object(); if (cache.TryGetValue(id, out Product? hit)) return hit!; lock (local) { return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); }")]
    [InlineData("", "if (cache.TryGetValue(id, out Product? hit)) return hit!; lock (new object()) { return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); }")]
    [InlineData("", "using var local = new SemaphoreSlim(1, 1); local.Wait(); try { if (cache.TryGetValue(id, out Product? hit)) return hit!; return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); } finally { local.Release(); }")]
    [InlineData("static readonly Nito.AsyncEx.AsyncLock sync = new();", "if (cache.TryGetValue(id, out Product? hit)) return hit!; var held = sync.Lock(); using (held) { return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); }")]
    [InlineData("static readonly Nito.AsyncEx.AsyncLock sync = new();", "if (cache.TryGetValue(id, out Product? hit)) return hit!; var held = sync.Lock(); try { return cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); } finally { held.Dispose(); }")]
    [InlineData("", "var one = new Dictionary<int, Product>(); if (one.TryGetValue(id, out var hit)) return hit; return one[id] = db.Products.First(p => p.Id == id);")]
    [InlineData("", "if (cache.TryGetValue(id, out Product? hit)) return hit!; throw new KeyNotFoundException();")]
    [InlineData("", "if (cache.TryGetValue($\"a:{id}\", out Product? hit)) return hit!; return cache.Set($\"b:{id}\", db.Products.First(p => p.Id == id), Ttl.M);")]
    [InlineData("", "System.Linq.Expressions.Expression<Func<Product>> quoted = () => cache.Get<Product>(id) ?? cache.Set(id, db.Products.First(p => p.Id == id), Ttl.M); return quoted.Compile()();")]
    public Task IsSilentUnderEveryKindOfGuard(string members, string body) => VerifyAsync(
        $$"""
        public class S(IMemoryCache cache, HybridCache hybrid, IDatabase redis, ShopDb db)
        {
            {{members}}
            public Product Get(int id) { {{body}} }
        }
        """);
}
