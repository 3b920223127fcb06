using Breakwater.Rules.ThunderingHerd.RememberedFailure;

namespace Breakwater.Tests.ThunderingHerd;

public class RememberedFailureTests
{
    private static Task VerifyAsync(string source)
    {
        var test = new RuleTest<RememberedFailureAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task ReportsEachKindOfHolder() => VerifyAsync(
        """
        public class A1(IProductApi api)
        {
            private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
            public Task<Product> Get(int id) => loads.[|GetOrAdd|](id, i => api.LoadAsync(i));
            private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Pages = new();
            public static Task<string> Page(HttpClient http, string url) => Pages.[|GetOrAdd|](url, u => new Lazy<Task<string>>(() => http.GetStringAsync(u))).Value;
        }
        public class A2(IProductApi api)
        {
            private readonly Lazy<Task<List<Product>>> [|all|] = new(() => api.AllAsync());
            public Task<List<Product>> All() => all.Value;
            private Task<Product>? first;
            public Task<Product> First() => [|first|] ??= api.LoadAsync(1);
        }
        public static class A3
        {
            private static readonly Lazy<IConnectionMultiplexer> [|Redis|] = new(() => ConnectionMultiplexer.Connect("localhost:6379"));
            public static IDatabase Db => Redis.Value.GetDatabase();
        }
        public static class Setup { public static void Add(IServiceCollection s) => s.AddSingleton<A2>(); }
        """);

    [Fact]
    public Task IsSilentOnEvictionComputationUnknownLifetimesAndRetryingConnections() => VerifyAsync(
        """
        public class S1(IProductApi api)
        {
            private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
            public async Task<Product> Get(int id) { try { return await loads.GetOrAdd(id, i => api.LoadAsync(i)); } catch { loads.TryRemove(id, out _); throw; } }
            private static readonly ConcurrentDictionary<Type, Task<string>> Names = new();
            public static Task<string> Name(Type t) => Names.GetOrAdd(t, x => Task.FromResult(x.Name));
            private readonly Lazy<Task<List<Product>>> mine = new(() => api.AllAsync());
            public Task<List<Product>> Mine() => mine.Value;
        }
        public class S2(IProductApi api)
        {
            private Task<Product>? first;
            public Task<Product> First() { if (first is null || first.IsFaulted) first = api.LoadAsync(1); return first; }
        }
        public static class S3
        {
            private static readonly Lazy<IConnectionMultiplexer> Redis = new(() => ConnectionMultiplexer.Connect("localhost,abortConnect=false"));
            private static readonly Lazy<string> Text = new(() => File.ReadAllText("a.txt"), LazyThreadSafetyMode.PublicationOnly);
            public static string Both() => Redis.Value + Text.Value;
            public static void Add(IServiceCollection s) => s.AddSingleton<S2>();
        }
        """);

    [Fact]
    public Task ReportsEveryWayToFillADictionary() => VerifyAsync(
        """
        public class B1(IProductApi api, HttpClient http)
        {
            private readonly Dictionary<int, Task<Product>> d = new();
            private readonly object gate = new();
            public Task<Product> Get(int id)
            {
                lock (gate)
                {
                    if (!d.TryGetValue(id, out var task))
                    {
                        task = api.LoadAsync(id);
                        [|d|][id] = task;
                    }
                    return task;
                }
            }
            private readonly Dictionary<int, Task<Product>> e = new();
            public Task<Product> Get2(int id)
            {
                lock (e)
                {
                    if (e.TryGetValue(id, out var task)) return task;
                    task = LoadAsync(id);
                    e.[|Add|](id, task);
                    return task;
                }
            }
            private async Task<Product> LoadAsync(int id) => await api.LoadAsync(id).ConfigureAwait(false);
            private readonly ConcurrentDictionary<string, Task<string>> pages = new(StringComparer.Ordinal);
            public async Task<string> Page(string url) => await pages.[|GetOrAdd|](url, FetchAsync);
            private async Task<string> FetchAsync(string url) { using var r = await http.GetAsync(url); return await r.Content.ReadAsStringAsync(); }
            private readonly ConcurrentDictionary<string, Task<string>> pages2 = new();
            public Task<string> Page2(string url) => this.pages2.[|GetOrAdd|](url, static (u, h) => h.GetStringAsync(u), http);
            private readonly ConcurrentDictionary<string, Lazy<Task<string>>> pages3 = new();
            public Task<string> Page3(string url) { var lazy = pages3.[|GetOrAdd|](url, new Lazy<Task<string>>(() => FetchAsync(url), LazyThreadSafetyMode.ExecutionAndPublication)); return lazy.Value; }
            private readonly ConcurrentDictionary<string, AsyncLazy<string>> pages4 = new();
            public Task<string> Page4(string url) => pages4.[|GetOrAdd|](url, u => new AsyncLazy<string>(() => FetchAsync(u))).Value;
            private readonly ConcurrentDictionary<string, Task> warm = new();
            public Task Warm(string url) => warm.[|GetOrAdd|](url, u => Task.Run(async () => { await http.GetAsync(u); }));
            private readonly ConcurrentDictionary<string, Task<string>> pages5 = new();
            public Task<string> Page5(string url)
            {
                if (pages5.TryGetValue(url, out var t)) return t;
                t = FetchAsync(url);
                pages5.[|TryAdd|](url, t);
                return t;
            }
            private readonly ConcurrentDictionary<string, Task<string>> pages6 = new();
            public Task<string> Page6(string url)
            {
                Func<string, Task<string>> make = u => http.GetStringAsync(u);
                return pages6.[|GetOrAdd|](key: url, valueFactory: make);
            }
            private readonly ConcurrentDictionary<string, Task<string>> pages7 = new();
            public Task<string> Page7(string url)
            {
                return pages7.[|GetOrAdd|](url, Local);
                async Task<string> Local(string u) { await Task.Yield(); return await http.GetStringAsync(u); }
            }
            private readonly ConcurrentDictionary<string, Task<string>> typed = new();
            public Task<string> Typed(string url) => typed.[|GetOrAdd|](url, async u =>
            {
                try { return await http.GetStringAsync(u); }
                catch (HttpRequestException) { return ""; }
            });
            private readonly ConcurrentDictionary<string, Task<string>> rethrow = new();
            public Task<string> Rethrow(string url) => rethrow.[|GetOrAdd|](url, async u =>
            {
                try { return await http.GetStringAsync(u); }
                catch (Exception e) { Console.WriteLine(e); throw; }
            });
            private readonly Dictionary<string, Task<string>> ext = new();
            public Task<string> Ext(string url) { lock (ext) return ext.[|GetOrAdd|](url, u => http.GetStringAsync(u)); }
            private static readonly Dictionary<string, Task<string>> Stat = [];
            public Task<string> St(string url) { if (Stat.TryGetValue(url, out var t)) return t; return [|Stat|][url] = http.GetStringAsync(url); }
            private static ConcurrentDictionary<int, Task<Product>> Prop { get; } = new();
            public Task<Product> ByProp(int id) => Prop.[|GetOrAdd|](id, i => api.LoadAsync(i));
            private readonly ConcurrentDictionary<int, Task<Product>> idx = new();
            public Task<Product> Idx(int id) { if (!idx.ContainsKey(id)) this.[|idx|][id] = api.LoadAsync(id); return idx[id]; }
        }
        public class AsyncLazy<T>(Func<Task<T>> f) : Lazy<Task<T>>(() => Task.Run(f));
        public static class DictExt { public static V GetOrAdd<K, V>(this Dictionary<K, V> d, K k, Func<K, V> f) where K : notnull { if (!d.TryGetValue(k, out var v)) d[k] = v = f(k); return v; } }
        """);

    [Fact]
    public Task ReportsLaziesOfTasks() => VerifyAsync(
        """
        public class B2
        {
            private readonly Lazy<Task<List<Product>>> [|all|];
            public static readonly Lazy<Task<string>> [|Config|] = new(async () => await new HttpClient().GetStringAsync("/c"));
            public Lazy<Task> [|Init|] { get; }
            private static readonly AsyncLazy<string> [|Lz|] = new(() => new HttpClient().GetStringAsync("/c"));
            private readonly IProductApi api;
            public B2(IProductApi api) { this.api = api; all = new Lazy<Task<List<Product>>>(LoadAll); Init = new Lazy<Task>(() => api.AllAsync()); }
            private async Task<List<Product>> LoadAll() => await api.AllAsync();
            public Task<List<Product>> All() => all.Value;
            public async Task<string> L() => await Lz.Value;
            private readonly Task<Product> ready; // the assignment is underlined
        }
        public class AsyncLazy<T>(Func<Task<T>> f) : Lazy<Task<T>>(() => Task.Run(f));
        public static class Setup { public static void Add(IServiceCollection s) => s.AddSingleton<B2>(); }
        """);

    [Fact]
    public Task ReportsTaskFieldsThatAreFilledOnce() => VerifyAsync(
        """
        public class B3(IProductApi api, HttpClient http) : IThing
        {
            private Task<Product>? a;
            public async Task<Product> A() { if (a == null) [|a|] = api.LoadAsync(1); return await a; }
            private Task<Product>? b;
            public Task<Product> B() { if (b is null) { lock (this) { if (b is null) { [|b|] = Task.Run(() => api.LoadAsync(1)); } } } return b; }
            private Task<Product>? c;
            public Task<Product> C() { if (c is not null) return c; [|c|] = LoadAsync(); return c; }
            private async Task<Product> LoadAsync() { await Task.Yield(); return await api.LoadAsync(3); }
            private Task? init;
            public async Task Use() { await ([|init|] ??= InitAsync()); }
            private async Task InitAsync() { var t = await http.GetStringAsync("/"); Console.WriteLine(t); }
            private readonly Task<string> [|started|] = http.GetStringAsync("/");
            public Task<string> Started => started;
            private static Task<string>? shared;
            public static Task<string> Shared(HttpClient h) { [|shared|] ??= h.GetStringAsync("/"); return shared; }
            private Task<Product>? p;
            public Task<Product> P => [|p|] = p ?? api.LoadAsync(1);
            private Task<Product>? q;
            public Task<Product> Q => q ?? ([|q|] = api.LoadAsync(1));
            public Task<Product> F => [|field|] ??= api.LoadAsync(1);
        }
        public interface IThing { }
        public static class Setup { public static void Add(IServiceCollection s) => s.AddSingleton<IThing, B3>(); }
        """);

    [Fact]
    public Task ReportsGenericCachesWhoseLoaderIsADelegate() => VerifyAsync(
        """
        public class B4<T>(IProductApi api, Func<string, Task<T>> factory)
        {
            private readonly ConcurrentDictionary<string, Lazy<Task<T>>> d = new();
            public Task<T> Get(string key) => d.[|GetOrAdd|](key, k => new Lazy<Task<T>>(() => factory(k))).Value;
            private readonly ConcurrentDictionary<string, Task<T>> e = new();
            public Task<T> Get2(string key, Func<string, Task<T>> load) => e.[|GetOrAdd|](key, load);
            private readonly ConcurrentDictionary<string, Lazy<Task<T>>> f = new();
            public Task<T> Get3(string key, Func<Task<T>> load) => f.[|GetOrAdd|](key, _ => new Lazy<Task<T>>(load)).Value;
            private readonly Lazy<Task<List<Product>>> [|all|] = new(() => api.AllAsync());
            public Task<List<Product>> All => all.Value;
        }
        public static class Setup { public static void Add(IServiceCollection s) => s.AddSingleton(typeof(B4<>)); }
        """);

    [Fact]
    public Task ReportsLazyValuesThatBlockOnTheNetwork() => VerifyAsync(
        """
        using System.Data;
        public static class B5
        {
            private static readonly Lazy<List<Product>> [|Db|] = new(() => { using var db = new ShopDb(); return db.Products.ToList(); });
            private static readonly Lazy<string> [|Text|] = new(() => new HttpClient().GetStringAsync("/").GetAwaiter().GetResult(), true);
            private static readonly Lazy<string> [|Text2|] = new(() => FetchAsync().Result, LazyThreadSafetyMode.ExecutionAndPublication);
            private static async Task<string> FetchAsync() => await new HttpClient().GetStringAsync("/");
            private static readonly Lazy<ConnectionMultiplexer> [|R|] = new Lazy<ConnectionMultiplexer>(() => ConnectionMultiplexer.Connect(new ConfigurationOptions { EndPoints = { "a:1" } }));
            private static readonly Lazy<IDbConnection> [|Conn|] = new(Open);
            private static IDbConnection Open() { var c = new Microsoft.Data.Sqlite.SqliteConnection("x"); c.Open(); return c; }
            private const string Cs = "localhost";
            private static readonly Lazy<IDatabase> [|D|] = new(() => { var m = ConnectionMultiplexer.Connect(Cs); return m.GetDatabase(); });
            public static string X() => Db.Value.Count + Text.Value + Text2.Value + R.Value + Conn.Value + D.Value;
        }
        """);

    [Fact]
    public Task ReportsTheLazyOfAServiceThatGoesOnAsking() => VerifyAsync(
        """
        using Microsoft.Extensions.Hosting;
        public class H2(IProductApi api) : BackgroundService
        {
            private readonly Lazy<Task<List<Product>>> [|all|] = new(() => api.AllAsync());
            protected override async Task ExecuteAsync(CancellationToken ct) { while (true) { var x = await all.Value; await Task.Delay(x.Count, ct); } }
        }
        """);

    [Fact]
    public Task ReportsAReadOnlyTaskWhereItIsAssigned() => VerifyAsync(
        """
        public class Sentinel
        {
            private readonly Task<Product> ready;
            public Sentinel(IProductApi api) { [|ready|] = api.LoadAsync(1); }
            public Task<Product> Ready => ready;
        }
        public static class Setup { public static void Add(IServiceCollection s) => s.AddSingleton<Sentinel>(); }
        """);

    [Fact]
    public Task ReportsTheStaticFieldOfAShortLivedTypeOnly() => VerifyAsync(
        """
        public class Ctl(IProductApi api) : ControllerBase
        {
            private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
            public Task<Product> Get(int id) => loads.GetOrAdd(id, i => api.LoadAsync(i));
            private static readonly ConcurrentDictionary<int, Task<Product>> S = new();
            public Task<Product> Get2(int id) => S.[|GetOrAdd|](id, i => api.LoadAsync(i));
        }
        public class R1(IProductApi api)
        {
            private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
            public Task<Product> Get(int id) => loads.GetOrAdd(id, i => api.LoadAsync(i));
            private Task<Product>? a;
            public Task<Product> A() => a ??= api.LoadAsync(1);
            private readonly Lazy<Task<Product>> l = new(() => api.LoadAsync(1));
            public Task<Product> L() => l.Value;
        }
        public static class Setup { public static void Add(IServiceCollection s) => s.AddScoped<R1>(); }
        """);

    [Fact]
    public Task IsSilentWhereTheHostStopsWithTheFailure() => VerifyAsync(
        """
        using Microsoft.Extensions.Hosting;
        public class H1(IProductApi api) : BackgroundService
        {
            private readonly Lazy<Task<List<Product>>> all = new(() => api.AllAsync());
            protected override async Task ExecuteAsync(CancellationToken ct) { var x = await all.Value; while (true) await Task.Delay(x.Count, ct); }
        }
        """);

    [Fact]
    public Task ReportsBesideAnotherResultWhoseOutcomeIsAsked() => VerifyAsync(
        """
        public class B5(IProductApi api)
        {
            private readonly ConcurrentDictionary<int, Task<Product>> a = new();
            public Task<Product> A(int id) => a.[|GetOrAdd|](id, i => api.LoadAsync(i));
            private readonly ConcurrentDictionary<int, Task<Product>> b = new();
            public Task<Product> B(int id) { var t = b.GetOrAdd(id, i => api.LoadAsync(i)); if (t.IsFaulted) throw new InvalidOperationException("b", t.Exception); return t; }
        }
        """);

    [Fact]
    public Task IsSilentWhereEntriesAreTakenOut() => VerifyAsync(
        """
        public class B6(IProductApi api)
        {
            private readonly ConcurrentDictionary<int, Task<Product>> a = new();
            public Task<Product> A(int id) => a.GetOrAdd(id, async i => { try { return await api.LoadAsync(i); } catch { a.TryRemove(i, out var _); throw; } });
            private readonly ConcurrentDictionary<int, Task<Product>> b = new();
            public Task<Product> B(int id) { var t = b.GetOrAdd(id, i => api.LoadAsync(i)); if (t.IsCompleted && t.IsFaulted) ((ICollection<KeyValuePair<int, Task<Product>>>)b).Remove(new(id, t)); return t; }
        }
        """);

    [Fact]
    public Task IsSilentOnDictionariesThatCannotRemember() => VerifyAsync(
        """
        public class B7(IProductApi api)
        {
            private readonly ConcurrentDictionary<int, Task<Product>> b = new();
            public Task<Product> B(int id) { Evict(b, id); return b.GetOrAdd(id, i => api.LoadAsync(i)); }
            private static void Evict<K, V>(ConcurrentDictionary<K, V> d, K k) where K : notnull { }
            private readonly ConcurrentDictionary<int, Task<Product?>> c = new();
            public Task<Product?> C(int id) => c.GetOrAdd(id, Safe);
            private async Task<Product?> Safe(int id) { try { return await api.LoadAsync(id); } catch (Exception e) { Console.WriteLine(e); return null; } }
            private readonly ConcurrentDictionary<int, Task<Product?>> c2 = new();
            public Task<Product?> C2(int id) => c2.GetOrAdd(id, async i => { try { return (Product?)await api.LoadAsync(i); } catch { } return null; });
            private ConcurrentDictionary<int, Task<Product>> r = new();
            public Task<Product> R(int id) => r.GetOrAdd(id, i => api.LoadAsync(i));
            public void Reset() => r = new();
            private readonly ConcurrentDictionary<int, Task<Product>> u = new();
            public Task<Product> U(int id) => u.GetOrAdd(id, i => api.LoadAsync(i));
            public void Refresh(int id) => u[id] = api.LoadAsync(id);
            private readonly ConcurrentDictionary<int, Task<Product>> v = new();
            public Task<Product> V(int id) => v.AddOrUpdate(id, i => api.LoadAsync(i), (i, old) => old);
            private readonly Dictionary<int, Task<Product>> single = new();   // not static, not locked
            public Task<Product> S(int id) { if (!single.TryGetValue(id, out var t)) single[id] = t = api.LoadAsync(id); return t; }
            private readonly ConcurrentDictionary<Type, Task<string>> comp = new();
            public Task<string> Comp(Type t) => comp.GetOrAdd(t, async x => { await Task.Yield(); return x.Name; });
            public Task<Product> Local(int id) { var d = new ConcurrentDictionary<int, Task<Product>>(); return d.GetOrAdd(id, i => api.LoadAsync(i)); }
            private readonly ConcurrentDictionary<int, Task<Product>> jobs = new();
            public void Start(int id) { jobs[id] = api.LoadAsync(id); }
            private readonly ConcurrentDictionary<int, Task<Product>> jobs2 = new();
            public void Start2(int id) { jobs2.TryAdd(id, api.LoadAsync(id)); jobs2[id].ContinueWith(t => jobs2.TryRemove(id, out _)); }
            private readonly ConcurrentDictionary<int, Task<Product>> handed = new();
            public Task<Product> Handed(int id) => handed.GetOrAdd(id, i => api.LoadAsync(i));
            public ConcurrentDictionary<int, Task<Product>> All => handed;
            private readonly ConcurrentDictionary<int, TaskCompletionSource<Product>> tcs = new();
            public Task<Product> Tcs(int id) => tcs.GetOrAdd(id, _ => new()).Task;
        }
        """);

    [Fact]
    public Task IsSilentOnMembersThatAreAssignedAgainOrHandedOut() => VerifyAsync(
        """
        public class B8(IProductApi api)
        {
            private Task<Product>? first;
            public Task<Product> First() { if (first is null || first.IsFaulted) first = api.LoadAsync(1); return first; }
        }
        public class B9(IProductApi api, HttpClient http)
        {
            private Lazy<Task<List<Product>>> all = new(() => api.AllAsync());
            public Task<List<Product>> All() => all.Value;
            public void Reset() => all = new(() => api.AllAsync());
            private Task<Product>? a;
            public async Task<Product> A() { try { return await (a ??= api.LoadAsync(1)); } catch { a = null; throw; } }
            private Task? loop;
            public void Start() { loop ??= Task.Run(() => http.GetStringAsync("/")); }
            public async ValueTask DisposeAsync() { if (loop != null) await loop; }
            private Task<Product>? b; private DateTime at;
            public Task<Product> B() { if (b == null || at < DateTime.UtcNow) { at = DateTime.UtcNow.AddMinutes(1); b = api.LoadAsync(1); } return b; }
            private Task<Product>? c;
            public Task<Product> C() { c = api.LoadAsync(1); return c; }
            private readonly Lazy<Task<List<Product>>> handed = new(() => api.AllAsync());
            public Lazy<Task<List<Product>>> Handed() => handed;
            private static readonly Lazy<string> File1 = new(() => File.ReadAllText("a"));
            private static readonly Lazy<IConnectionMultiplexer> R1 = new(() => ConnectionMultiplexer.Connect(Environment.GetEnvironmentVariable("R")!));
            private static readonly Lazy<IConnectionMultiplexer> R2 = new(() => ConnectionMultiplexer.Connect(new ConfigurationOptions { AbortOnConnectFail = false, EndPoints = { "a" } }));
            private static readonly Lazy<IConnectionMultiplexer> R3 = new(() => { var o = ConfigurationOptions.Parse("a:1"); o.AbortOnConnectFail = false; return ConnectionMultiplexer.Connect(o); });
            private static readonly Lazy<IConnectionMultiplexer> R4 = new(() => ConnectionMultiplexer.Connect("a:1", c => c.AbortOnConnectFail = false));
            private static readonly Lazy<string> Pub = new(() => new HttpClient().GetStringAsync("/").Result, LazyThreadSafetyMode.PublicationOnly);
            private static readonly Lazy<System.Text.RegularExpressions.Regex> Rx = new(() => new("a"));
            private static readonly Lazy<HttpClient> Client = new(() => new HttpClient());
            private static readonly Lazy<Task<string>> Const = new(() => Task.FromResult("a"));
            public object X() => new object[] { File1.Value, R1.Value, R2.Value, R3.Value, R4.Value, Pub.Value, Rx.Value, Client.Value, Const.Value };
            private Task<Product>? ex;
            public async Task<Product> Ex() { Interlocked.CompareExchange(ref ex, api.LoadAsync(1), null); return await ex; }
        }
        public class C9(IProductApi api)
        {
            private readonly Lazy<Task<Product?>> safe = new(async () => { try { return (Product?)await api.LoadAsync(1); } catch (Exception) { return null; } });
            public Task<Product?> S() => safe.Value;
        }
        public static class Setup { public static void Add(IServiceCollection s) { s.AddSingleton<B8>(); s.AddSingleton<B9>(); s.AddSingleton<C9>(); } }
        """);

    [Fact]
    public Task IsSilentOnUnknownLifetimes() => VerifyAsync(
        """
        public class Unknown(IProductApi api)
        {
            private Task<Product>? a;
            public Task<Product> A() => a ??= api.LoadAsync(1);
            private readonly Lazy<Task<Product>> l = new(() => api.LoadAsync(1));
            public Task<Product> L() => l.Value;
        }
        """);

    [Fact]
    public Task IsSilentOnConsumersOfMessages() => VerifyAsync(
        """
        public class Consumer(IProductApi api) : MassTransit.IConsumer<Product>
        {
            private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
            public Task Consume(MassTransit.ConsumeContext<Product> context) => loads.GetOrAdd(context.Message.Id, i => api.LoadAsync(i));
        }
        """);

    [Fact]
    public async Task FollowsAMemberIntoOtherFiles()
    {
        var test = new RuleTest<RememberedFailureAnalyzer>
        {
            TestCode = """
                public partial class Split(IProductApi api)
                {
                    internal readonly ConcurrentDictionary<int, Task<Product>> kept = new();
                    internal readonly ConcurrentDictionary<int, Task<Product>> evicted = new();
                    private readonly ConcurrentDictionary<int, Task<Product>> cleared = new();
                    public Task<Product> A(int id) => kept.[|GetOrAdd|](id, i => api.LoadAsync(i));
                    public Task<Product> B(int id) => evicted.GetOrAdd(id, i => api.LoadAsync(i));
                    public Task<Product> C(int id) => cleared.GetOrAdd(id, i => api.LoadAsync(i));
                }
                """,
        };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        test.TestState.Sources.Add(("Other.cs", "public partial class Split { public void Reset() => cleared.Clear(); } public class Evictor(Split split) { public void Evict(int id) => split.evicted.TryRemove(id, out _); }"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task SaysWhatIsKept()
    {
        var test = new RuleTest<RememberedFailureAnalyzer>
        {
            TestCode = """
                public class A(IProductApi api)
                {
                    private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
                    public Task<Product> Get(int id) => loads.{|#0:GetOrAdd|}(id, i => api.LoadAsync(i));
                }
                """,
        };
        test.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(RememberedFailureAnalyzer.Id, DiagnosticSeverity.Warning).WithLocation(0)
            .WithMessage("'loads' keeps the first outcome of 'LoadAsync': if that fails once, every later caller gets the same exception until the process restarts"));
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }
}
