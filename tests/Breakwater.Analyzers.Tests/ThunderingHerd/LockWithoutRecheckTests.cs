using Breakwater.Rules.ThunderingHerd.LockWithoutRecheck;
using Breakwater.Rules.ThunderingHerd.UnguardedCacheMiss;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.ThunderingHerd;

public class LockWithoutRecheckTests
{
    private static RuleTest<LockWithoutRecheckAnalyzer> TestOf(string source)
    {
        var test = new RuleTest<LockWithoutRecheckAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string source) => TestOf(source).RunAsync(TestContext.Current.CancellationToken);

    /// <summary>The member in a class with guards, caches and helpers; BW1101 must have nothing to say about it.</summary>
    private static async Task VerifyMemberAsync(string member)
    {
        var source =
            $$"""
            public class A(IMemoryCache cache, ShopDb db, IDistributedCache remote, IProductApi api, IDatabase redis, ZiggyCreatures.Caching.Fusion.IFusionCache fusion, System.Runtime.Caching.ObjectCache old, ILocks locks, IConnectionMultiplexer mux)
            {
                private static readonly SemaphoreSlim Gate = new(1, 1);
                private static readonly object Sync = new();
                private static readonly Lock L = new();
                private static readonly ReaderWriterLockSlim Rw = new();
                private static readonly ConcurrentDictionary<int, Product> Shared = new();
                private readonly Dictionary<int, Product> own = new();
                private readonly ConcurrentDictionary<int, Product> ownC = new();
                private volatile int version;
                private bool loaded;
                public object[] All => [cache, db, remote, api, redis, fusion, old, locks, mux, own, ownC, version, loaded];
                private Product? Look(int id) => cache.TryGetValue(id, out Product? p) ? p : null;
                private Product? Far(int id) { Console.WriteLine(); var a = Look(id); return a ?? cache.Get<Product>("other"); }
                private Product LoadIt(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; return db.Products.First(x => x.Id == id); }
                private Product LoadDb(int id) => db.Products.First(x => x.Id == id);
                {{member}}
            }
            public interface IHandle : IDisposable, IAsyncDisposable { bool IsAcquired { get; } }
            public interface ILocks
            {
                Task<IHandle> LockAsync(string key);
                Task<IHandle> AcquireAsync(string key);
                Task<IHandle?> TryAcquireAsync(string key, TimeSpan timeout = default);
                Task<IHandle> CreateLockAsync(string key, TimeSpan expiry, TimeSpan? waitTime = null);
            }
            """;
        await VerifyAsync(source);

        if (!source.Contains("[|", StringComparison.Ordinal))
            return;
        var other = new RuleTest<UnguardedCacheMissAnalyzer> { TestCode = source.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal) };
        other.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        await other.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsGuardsWithoutASecondLook() => VerifyAsync(
        """
        public class A1(IMemoryCache cache, ShopDb db, IDistributedCache remote, IProductApi api)
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private static readonly object Sync = new();
            public async Task<List<Product>> A()
            {
                if (cache.TryGetValue("all", out List<Product>? hit)) return hit!;
                await Gate.[|WaitAsync|]();
                try { hit = await db.Products.ToListAsync(); cache.Set("all", hit, TimeSpan.FromMinutes(5)); return hit; }
                finally { Gate.Release(); }
            }
            public List<Product> B()
            {
                var list = cache.Get<List<Product>>("b");
                if (list == null)
                {
                    [|lock|] (Sync)
                    {
                        list = db.Products.ToList();
                        cache.Set("b", list, TimeSpan.FromMinutes(5));
                    }
                }
                return list;
            }
            private static readonly ConcurrentDictionary<int, SemaphoreSlim> Gates = new();
            public async Task<string> C(int id)
            {
                if (await remote.GetStringAsync($"c:{id}") is { } hit) return hit;
                var gate = Gates.GetOrAdd(id, _ => new SemaphoreSlim(1, 1));
                await gate.[|WaitAsync|]();
                try { var name = (await api.LoadAsync(id)).Name; await remote.SetStringAsync($"c:{id}", name, Ttl.D); return name; }
                finally { gate.Release(); }
            }
        }
        """);

    [Fact]
    public Task IsSilentOnSecondLooksAndTryLocks() => VerifyAsync(
        """
        public class S1(IMemoryCache cache, ShopDb db)
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private static readonly Lock Sync = new();
            public List<Product> A() { if (cache.TryGetValue("a", out List<Product>? hit)) return hit!; lock (Sync) { if (!cache.TryGetValue("a", out hit)) { hit = db.Products.ToList(); cache.Set("a", hit, TimeSpan.FromMinutes(5)); } return hit!; } }
            public List<Product> B() { using (Sync.EnterScope()) { if (cache.TryGetValue("b", out List<Product>? hit)) return hit!; return cache.Set("b", db.Products.ToList(), TimeSpan.FromMinutes(5)); } }
            public List<Product> C() { if (cache.TryGetValue("c", out List<Product>? hit)) return hit!; lock (Sync) { return cache.GetOrCreate("c", _ => db.Products.ToList(), Ttl.M)!; } }
            public async Task<List<Product>?> D()
            {
                if (cache.TryGetValue("d", out List<Product>? hit)) return hit;
                if (!await Gate.WaitAsync(0)) return null;      // losers do not load
                try { return cache.Set("d", await db.Products.ToListAsync(), TimeSpan.FromMinutes(5)); } finally { Gate.Release(); }
            }
        }
        """);

    [Fact]
    public Task SaysWhatIsLoadedAgain()
    {
        var test = TestOf(
            """
            public class A(IMemoryCache cache, IProductApi api)
            {
                private static readonly SemaphoreSlim Gate = new(1, 1);
                public async Task<Product> M(int id)
                {
                    if (cache.TryGetValue($"product:{id}", out Product? hit)) return hit!;
                    await Gate.{|#0:WaitAsync|}();
                    try { return cache.Set($"product:{id}", await api.LoadAsync(id), Ttl.M); } finally { Gate.Release(); }
                }
            }
            """);
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult("BW1103", DiagnosticSeverity.Warning).WithLocation(0)
            .WithMessage("Callers that waited here load 'product:*' again, one after the other: the herd is queued, not stopped"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    // A guard of the user's own is one by the words of the topic's option, and only then.
    [Theory]
    [InlineData("Turnstile", "turnstile")]
    [InlineData("[|Turnstile|]", "turnstile|gate")]
    public Task ReadsTheGuardWordsOfTheTopic(string name, string words)
    {
        var test = TestOf(
            $$"""
            public class A(IMemoryCache cache, ShopDb db)
            {
                private static IDisposable Turnstile() => new MemoryStream();
                public List<Product> M() { if (cache.TryGetValue("k", out List<Product>? hit)) return hit!; using ({{name}}()) { return cache.Set("k", db.Products.ToList(), Ttl.M); } }
            }
            """);
        if (words != "turnstile")
            test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\nbreakwater.BW1101.guard_words = {words}\n"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task IsSilentInCodeThatRunsAlone() => VerifyAsync(
        """
        public class Loop(IMemoryCache cache, IProductApi api) : Microsoft.Extensions.Hosting.BackgroundService
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            protected override async Task ExecuteAsync(CancellationToken stop)
            {
                if (cache.TryGetValue("k", out List<Product>? _)) return;
                await Gate.WaitAsync(stop);
                try { cache.Set("k", await api.AllAsync(stop), Ttl.M); } finally { Gate.Release(); }
            }
            public async Task Ask()
            {
                if (cache.TryGetValue("k", out List<Product>? _)) return;
                await Gate.[|WaitAsync|]();
                try { cache.Set("k", await api.AllAsync(), Ttl.M); } finally { Gate.Release(); }
            }
        }
        """);

    [Fact]
    public Task LooksIntoEveryKindOfBody()
    {
        var test = TestOf(
            """
            var app = WebApplication.Create();
            app.MapGet("/{id}", async (int id, IMemoryCache cache, IProductApi api) =>
            {
                if (cache.TryGetValue(id, out Product? hit)) return hit;
                await Start.Gate.[|WaitAsync|]();
                try { return cache.Set(id, await api.LoadAsync(id), Ttl.M); } finally { Start.Gate.Release(); }
            });
            public static class Start { public static readonly SemaphoreSlim Gate = new(1, 1); }
            public record R(IMemoryCache Cache, ShopDb Db)
            {
                public Product this[int id]
                {
                    get
                    {
                        return Find(id);
                        Product Find(int key)
                        {
                            if (Cache.TryGetValue(key, out Product? hit)) return hit!;
                            [|lock|] (Start.Gate) return Cache.Set(key, Db.Products.First(p => p.Id == key), Ttl.M);
                        }
                    }
                }
            }
            public partial class P { private static readonly object sync = new(); }
            public partial class P
            {
                private Product? Read(IMemoryCache cache, int id) => cache.Get<Product>(id);
                private void Keep(IMemoryCache cache, int id, Product p) => cache.Set(id, p, Ttl.M);
                public Product M(IMemoryCache cache, ShopDb db, int id)
                {
                    var p = Read(cache, id);
                    if (p is null) [|lock|] (sync) { p = db.Products.Find(id)!; Keep(cache, id, p); }
                    return p;
                }
            }
            """);
        test.TestState.OutputKind = OutputKind.ConsoleApplication;
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    // Kinds of guards: a lock and its relatives, a semaphore, anything with a guard's name, with and without `using`.
    [Theory]
    [InlineData("""public Product M(int id) { if (Shared.TryGetValue(id, out var p)) return p; [|lock|] (Sync) { p = db.Products.First(x => x.Id == id); Shared[id] = p; return p; } }""")]
    [InlineData("""public Product M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; using (L.[|EnterScope|]()) { p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p; } }""")]
    [InlineData("""public Product M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; using var s = L.[|EnterScope|](); p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p; }""")]
    [InlineData("""public async Task<Product> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; using (await locks.[|LockAsync|]("k" + id)) { p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p; } }""")]
    [InlineData("""public async Task<Product> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; await using var h = await locks.[|AcquireAsync|]("k" + id); p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p; }""")]
    [InlineData("""public Product? M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; Monitor.[|Enter|](Sync); try { p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p; } finally { Monitor.Exit(Sync); } }""")]
    [InlineData("""public Product? M(int id) { Rw.EnterReadLock(); try { if (own.TryGetValue(id, out var p)) return p; } finally { Rw.ExitReadLock(); } Rw.[|EnterWriteLock|](); try { var q = db.Products.First(x => x.Id == id); own[id] = q; return q; } finally { Rw.ExitWriteLock(); } }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id); if (p != null) return p; [|lock|] (Sync) { if (p == null) { p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); } return p; } }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id); [|lock|] (Sync) { if (p == null) { p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); } return p; } }""")]
    [InlineData("""public async Task<Product?> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; var h = await locks.[|LockAsync|]("k"); try { p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p; } finally { h.Dispose(); } }""")]
    [InlineData("""public async Task<Product?> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; var h = await locks.[|LockAsync|]("k"); using (h) { p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p; } }""")]
    [InlineData("""public Func<int, Product> M() => id => { if (cache.TryGetValue(id, out Product? p)) return p!; [|lock|] (L) { p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p!; } };""")]
    [InlineData("""public async Task<string?> M(int id) { var v = await redis.StringGetAsync($"p:{id}"); if (v.HasValue) return v; while (!await redis.[|LockTakeAsync|]($"lock:{id}", "me", TimeSpan.FromSeconds(5))) await Task.Delay(50); try { var n = (await api.LoadAsync(id)).Name; await redis.StringSetAsync($"p:{id}", n, TimeSpan.FromMinutes(1)); return n; } finally { await redis.LockReleaseAsync($"lock:{id}", "me"); } }""")]
    public Task ReportsEveryKindOfGuard(string member) => VerifyMemberAsync(member);

    // Kinds of caches, dictionaries of any type among them; a local that holds a database is the same server.
    [Theory]
    [InlineData("""public Product M(int id) { if (own.TryGetValue(id, out var p)) return p; [|lock|] (Sync) { p = db.Products.First(x => x.Id == id); own[id] = p; return p; } }""")]
    [InlineData("""public async Task<Product> M(int id) { if (ownC.TryGetValue(id, out var p)) return p; await Gate.[|WaitAsync|](); try { return ownC[id] = await api.LoadAsync(id); } finally { Gate.Release(); } }""")]
    [InlineData("""public async Task<Product?> M(int id) { var hit = await fusion.TryGetAsync<Product>($"p:{id}"); if (hit.HasValue) return hit.Value; await Gate.[|WaitAsync|](); try { var p = await api.LoadAsync(id); await fusion.SetAsync($"p:{id}", p); return p; } finally { Gate.Release(); } }""")]
    [InlineData("""public Product? M(int id) { if (old.Get("p" + id) is Product hit) return hit; [|lock|] (Sync) { var p = db.Products.First(x => x.Id == id); old.Set("p" + id, p, DateTimeOffset.Now.AddMinutes(1)); return p; } }""")]
    [InlineData("""public async Task<string?> M(int id) { var json = await remote.GetStringAsync($"c:{id}"); if (string.IsNullOrEmpty(json)) { await Gate.[|WaitAsync|](); try { json = (await api.LoadAsync(id)).Name; await remote.SetStringAsync($"c:{id}", json, Ttl.D); } finally { Gate.Release(); } } return json; }""")]
    [InlineData("""public Product M(int id) { var p = cache.Get<Product>(id); if (p is null) [|lock|] (Sync) { p ??= db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); } return p; }""")]
    [InlineData("""public async Task<string?> M(int id) { var r = mux.GetDatabase(); var v = await r.StringGetAsync($"p:{id}"); if (v.HasValue) return v; await Gate.[|WaitAsync|](); try { var n = (await api.LoadAsync(id)).Name; await r.StringSetAsync($"p:{id}", n, TimeSpan.FromMinutes(1)); return n; } finally { Gate.Release(); } }""")]
    [InlineData("""public async Task<string?> M(int id) { if (cache.TryGetValue(id, out string? n)) return n; await Gate.[|WaitAsync|](); try { var v = await redis.StringGetAsync($"p:{id}"); if (v.HasValue) { n = v; cache.Set(id, n, Ttl.M); return n; } n = (await api.LoadAsync(id)).Name; cache.Set(id, n, Ttl.M); return n; } finally { Gate.Release(); } }""")]
    public Task ReportsEveryKindOfCache(string member) => VerifyMemberAsync(member);

    // Conditions that ask only what was known before: the first read, parameters, constants, whether the guard was got in time.
    [Theory]
    [InlineData("""public Product? M(int id, bool force) { if (cache.TryGetValue(id, out Product? p)) return p!; [|lock|] (Sync) { if (force) return null; p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p; } }""")]
    [InlineData("""public async Task<Product?> M(int id, CancellationToken ct) { if (cache.TryGetValue(id, out Product? p)) return p!; await Gate.[|WaitAsync|](ct); try { if (ct.IsCancellationRequested) return null; p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p; } finally { Gate.Release(); } }""")]
    [InlineData("""public Product? M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; [|lock|] (Sync) { p = LoadDb(id); cache.Set(id, p, Ttl.M); return p; } }""")]
    [InlineData("""public Product M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; [|lock|] (Sync) { for (var i = 0; i < 3; i++) { try { p = db.Products.First(x => x.Id == id); break; } catch (TimeoutException) { } } cache.Set(id, p, Ttl.M); return p!; } }""")]
    [InlineData("""public async Task<Product?> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; await using var h = await locks.[|TryAcquireAsync|]("k" + id, TimeSpan.FromSeconds(5)); if (h == null) return null; p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p; }""")]
    [InlineData("""public async Task<Product?> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; if (!await Gate.[|WaitAsync|](TimeSpan.FromSeconds(2))) return null; try { p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p; } finally { Gate.Release(); } }""")]
    [InlineData("""public async Task<Product?> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p; await using (var red = await locks.[|CreateLockAsync|]("r", TimeSpan.FromSeconds(10), waitTime: TimeSpan.FromSeconds(3))) { if (red.IsAcquired) { p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); } } return p; }""")]
    public Task ReportsWhereTheConditionIsNoSecondLook(string member) => VerifyMemberAsync(member);

    // A second look of some kind: at the cache, in a method that is called, at a version, at a flag, at the file system.
    [Theory]
    [InlineData("""public Product? M(int id) { Rw.EnterUpgradeableReadLock(); try { if (own.TryGetValue(id, out var p)) return p; Rw.EnterWriteLock(); try { var q = db.Products.First(x => x.Id == id); own[id] = q; return q; } finally { Rw.ExitWriteLock(); } } finally { Rw.ExitUpgradeableReadLock(); } }""")]
    [InlineData("""public Product? M(int id) { var seen = version; if (cache.TryGetValue(id, out Product? p)) return p!; lock (Sync) { if (seen != version) return null; p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p; } }""")]
    [InlineData("""public Product? M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; lock (Sync) { if (loaded) return null; p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p; } }""")]
    [InlineData("""public Product? M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; lock (Sync) { p = Look(id); if (p != null) return p; p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p; } }""")]
    [InlineData("""public Product? M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; lock (Sync) { p = Far(id); if (p != null) return p; p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p; } }""")]
    [InlineData("""public Product? M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; lock (Sync) { p = LoadIt(id); cache.Set(id, p, Ttl.M); return p; } }""")]
    [InlineData("""public Product M(int id) { return cache.Get<Product>(id) ?? Locked(); Product Locked() { lock (Sync) { var p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p; } } }""")]
    [InlineData("""public Product M(int id) { if (Shared.TryGetValue(id, out var p)) return p; lock (Sync) { return Shared.GetOrAdd(id, i => db.Products.First(x => x.Id == i)); } }""")]
    [InlineData("""public Product M(int id) { if (Shared.TryGetValue(id, out var p)) return p; lock (Sync) { if (!Shared.TryAdd(id, new())) return Shared[id]; p = db.Products.First(x => x.Id == id); Shared[id] = p; return p; } }""")]
    [InlineData("""public Product M(int id) { lock (Sync) { var p = cache.Get<Product>(id); if (p is null) { lock (L) { p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); } } return p; } }""")]
    [InlineData("""public Product? M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; lock (Sync) { if (!File.Exists("a" + id)) return null; p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p; } }""")]
    public Task IsSilentWhereSomethingIsAskedAgain(string member) => VerifyMemberAsync(member);

    // Whoever does not get the guard at once does not load.
    [Theory]
    [InlineData("""public async Task<Product?> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; await using var h = await locks.TryAcquireAsync("k" + id); if (h == null) return null; p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p; }""")]
    [InlineData("""public async Task<Product?> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; if (!await Gate.WaitAsync(TimeSpan.Zero)) return null; try { p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p; } finally { Gate.Release(); } }""")]
    [InlineData("""public async Task<Product?> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; var got = await Gate.WaitAsync(0); if (!got) return null; try { p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p; } finally { Gate.Release(); } }""")]
    [InlineData("""public Product? M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; if (!Monitor.TryEnter(Sync)) return null; try { p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p; } finally { Monitor.Exit(Sync); } }""")]
    [InlineData("""public async Task<string?> M(int id) { var v = await redis.StringGetAsync($"p:{id}"); if (v.HasValue) return v; if (!await redis.LockTakeAsync($"lock:{id}", "me", TimeSpan.FromSeconds(5))) return null; try { var n = (await api.LoadAsync(id)).Name; await redis.StringSetAsync($"p:{id}", n, TimeSpan.FromMinutes(1)); return n; } finally { await redis.LockReleaseAsync($"lock:{id}", "me"); } }""")]
    [InlineData("""public async Task<string?> M(int id) { for (var i = 0; i < 10; i++) { var v = await redis.StringGetAsync($"p:{id}"); if (v.HasValue) return v; if (await redis.StringSetAsync($"lock:{id}", 1, TimeSpan.FromSeconds(5), When.NotExists)) { var n = (await api.LoadAsync(id)).Name; await redis.StringSetAsync($"p:{id}", n, TimeSpan.FromMinutes(1)); await redis.KeyDeleteAsync($"lock:{id}"); return n; } await Task.Delay(50); } return null; }""")]
    [InlineData("""public async Task<Product?> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p; await using (var red = await locks.CreateLockAsync("r", TimeSpan.FromSeconds(10))) { if (red.IsAcquired) { p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); } } return p; }""")]
    public Task IsSilentWhereLosersLeave(string member) => VerifyMemberAsync(member);

    // The load stands before or behind the guard, or the guard is around everything; a limit is no guard; a cache of the method's own.
    [Theory]
    [InlineData("""public Product M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; p = db.Products.First(x => x.Id == id); lock (Sync) { cache.Set(id, p, Ttl.M); } return p; }""")]
    [InlineData("""public async Task<Product> M(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; await Gate.WaitAsync(); Gate.Release(); p = await api.LoadAsync(id); cache.Set(id, p, Ttl.M); return p; }""")]
    [InlineData("""public Product M(int id) { var local = new MemoryCache(new MemoryCacheOptions()); if (local.TryGetValue(id, out Product? p)) return p!; lock (L) { p = db.Products.First(x => x.Id == id); local.Set(id, p, Ttl.M); return p!; } }""")]
    [InlineData("""private Product Inner(int id) { if (cache.TryGetValue(id, out Product? p)) return p!; lock (L) { p = db.Products.First(x => x.Id == id); cache.Set(id, p, Ttl.M); return p!; } } public Product M(int id) { lock (Sync) { return Inner(id); } }""")]
    [InlineData("""public async Task<Product[]> M(int[] ids) { var few = new SemaphoreSlim(4); return await Task.WhenAll(ids.Select(async id => { if (cache.TryGetValue(id, out Product? p)) return p!; await few.WaitAsync(); try { return cache.Set(id, await api.LoadAsync(id), Ttl.M); } finally { few.Release(); } })); }""")]
    public Task IsSilentWhereNoGuardIsAroundTheLoad(string member) => VerifyMemberAsync(member);
}
