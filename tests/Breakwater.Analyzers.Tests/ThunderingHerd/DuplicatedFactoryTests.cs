using Breakwater.Rules.ThunderingHerd.DuplicatedFactory;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.ThunderingHerd;

public class DuplicatedFactoryTests
{
    private static RuleTest<DuplicatedFactoryAnalyzer> For(string source)
    {
        var test = new RuleTest<DuplicatedFactoryAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", ShopPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string source) => For(source).RunAsync(TestContext.Current.CancellationToken);

    [Fact]
    public Task ReportsBlockingIoAndLiveResources() => VerifyAsync(
        """
        public static class A1
        {
            private static readonly ConcurrentDictionary<string, IConnectionMultiplexer> Connections = new();
            public static IConnectionMultiplexer Get(string cs) => Connections.[|GetOrAdd|](cs, c => ConnectionMultiplexer.Connect(c));
            private static readonly ConcurrentDictionary<int, string> Names = new();
            public static string Name(int id, ShopDb db) => Names.[|GetOrAdd|](id, i => db.Products.First(p => p.Id == i).Name);
            private static readonly ConcurrentDictionary<int, Product> Products = new();
            public static Product Wait(IProductApi api, int id) => Products.[|GetOrAdd|](id, i => api.LoadAsync(i).GetAwaiter().GetResult());
        }
        public sealed class Pump : IDisposable { private readonly Timer timer; public Pump() => timer = new Timer(_ => Tick(), null, 0, 1000); private void Tick() { } public void Dispose() => timer.Dispose(); }
        public class A2
        {
            private readonly ConcurrentDictionary<string, Pump> pumps = new();
            public Pump For(string topic) => pumps.[|GetOrAdd|](topic, static (_, arg) => new Pump(), 1);
        }
        """);

    [Fact]
    public Task IsSilentOnCheapValuesLaziesDataTasksAndGuards() => VerifyAsync(
        """
        public class S1(IProductApi api)
        {
            private static readonly ConcurrentDictionary<string, SemaphoreSlim> Gates = new();
            public SemaphoreSlim Gate(string key) => Gates.GetOrAdd(key, _ => new SemaphoreSlim(1, 1));
            private static readonly ConcurrentDictionary<Type, string> Names = new();
            public string Name(Type t) => Names.GetOrAdd(t, x => x.FullName ?? x.Name);
            private readonly ConcurrentDictionary<string, Lazy<IConnectionMultiplexer>> lazy = new();
            public IConnectionMultiplexer Get(string cs) => lazy.GetOrAdd(cs, c => new Lazy<IConnectionMultiplexer>(() => ConnectionMultiplexer.Connect(c))).Value;
            private readonly ConcurrentDictionary<int, Task<Product>> tasks = new();
            public async Task<Product> Load(int id) { try { return await tasks.GetOrAdd(id, i => api.LoadAsync(i)); } catch { tasks.TryRemove(id, out _); throw; } }
            private readonly ConcurrentDictionary<string, IConnectionMultiplexer> direct = new();
            public IConnectionMultiplexer Guarded(string cs) { lock (direct) return direct.GetOrAdd(cs, c => ConnectionMultiplexer.Connect(c)); }
        }
        """);

    [Fact]
    public Task ReportsEveryKindOfResource() => VerifyAsync(
        """
        using System.Diagnostics;
        using System.IO.MemoryMappedFiles;
        using System.Net.Sockets;
        using System.Threading.RateLimiting;
        public class Res
        {
            private readonly ConcurrentDictionary<string, FileStream> a = new();
            public FileStream A(string p) => a.[|GetOrAdd|](p, x => new FileStream(x, FileMode.Open));
            private readonly ConcurrentDictionary<string, Stream> a2 = new();
            public Stream A2(string p) => a2.[|GetOrAdd|](p, static x => File.OpenRead(x));
            private readonly ConcurrentDictionary<string, Socket> b = new();
            public Socket B(string p) => b.[|GetOrAdd|](p, Open);
            private Socket Open(string host) { var s = new Socket(SocketType.Stream, ProtocolType.Tcp); s.NoDelay = true; return s; }
            private readonly ConcurrentDictionary<string, IDisposable> c = new();
            public IDisposable C(string p) => c.[|GetOrAdd|](p, x => new Timer(_ => { }, null, 0, 1));
            private static ConcurrentDictionary<string, System.Timers.Timer> D { get; } = new();
            public static object G(string p) => D.[|GetOrAdd|](p, x => { var t = new System.Timers.Timer(5); t.Start(); return t; });
            private readonly ConcurrentDictionary<string, Process> e = new();
            public Process E(string p) => e.[|GetOrAdd|](p, x => Process.Start(x)!);
            private readonly ConcurrentDictionary<string, RateLimiter> f = new();
            public RateLimiter F(string p) => f.[|GetOrAdd|](p, x => new TokenBucketRateLimiter(new()));
            private readonly ConcurrentDictionary<string, IConnectionMultiplexer> g = new();
            public IConnectionMultiplexer GG(string p) => g.GetOrAdd(p, ConnectionMultiplexer.Connect(p));
            public IConnectionMultiplexer G2(string p) => g.[|GetOrAdd|](p, x => Conn(x));
            private static IConnectionMultiplexer Conn(string x) => Conn2(x);
            private static IConnectionMultiplexer Conn2(string x) { return ConnectionMultiplexer.Connect(x, o => o.Ssl = true); }
            private readonly ConcurrentDictionary<string, Task<RabbitMQ.Client.IConnection>> h = new();
            public Task<RabbitMQ.Client.IConnection> H(string p, RabbitMQ.Client.ConnectionFactory fac) { try { return h.[|GetOrAdd|](p, async x => { await Task.Yield(); return await fac.CreateConnectionAsync(); }); } catch { h.TryRemove(p, out _); throw; } }
            private readonly ConcurrentDictionary<string, RabbitMQ.Client.IChannel> ch = new();
            public RabbitMQ.Client.IChannel Ch(string p, RabbitMQ.Client.IConnection con) => ch.[|GetOrAdd|](p, x => con.CreateChannelAsync().GetAwaiter().GetResult());
            private readonly ConcurrentDictionary<string, Confluent.Kafka.IProducer<string, string>> kafka = new();
            public object K(string p) => kafka.[|GetOrAdd|](p, x => new Confluent.Kafka.ProducerBuilder<string, string>(new Confluent.Kafka.ProducerConfig()).Build());
            private readonly ConcurrentDictionary<string, FileSystemWatcher> w = new();
            public void W(string p) => w.[|AddOrUpdate|](p, x => new FileSystemWatcher(x), (x, old) => old);
            private readonly ConcurrentDictionary<string, Owner> o = new();
            public Owner O(string p) => o.[|GetOrAdd|](p, x => new(x));
            private readonly ConcurrentDictionary<string, MemoryMappedFile> mm = new();
            public MemoryMappedFile Mm(string p) => mm.[|GetOrAdd|](key: p, valueFactory: x => MemoryMappedFile.CreateFromFile(x));
            private readonly ConcurrentDictionary<string, ConnectionMultiplexer> mg = new();
            public ConnectionMultiplexer Mg(string p) => mg.[|GetOrAdd|](p, Static);
            static ConnectionMultiplexer Static(string c) => ConnectionMultiplexer.Connect(ConfigurationOptions.Parse(c));
        }
        public sealed class Owner(string path) : IDisposable { private readonly FileStream s = File.OpenRead(path); public void Dispose() => s.Dispose(); }
        """);

    [Fact]
    public Task ReportsEveryWayToBlock() => VerifyAsync(
        """
        public class Io(ShopDb db, IProductApi api, HttpClient http)
        {
            private readonly ConcurrentDictionary<string, string> a = new();
            public string A(string p) => a.[|GetOrAdd|](p, File.ReadAllText);
            public string A1(string p) => a.[|GetOrAdd|](p, x => File.ReadAllText(x));
            public string A2(string p) => a.[|GetOrAdd|](p, x => http.GetStringAsync(x).Result);
            public string A3(string p) => a.[|GetOrAdd|](p, x => { var t = http.GetStringAsync(x); t.Wait(); return t.Result; });
            public string A4(string p) => a.[|GetOrAdd|](p, x => Task.Run(() => http.GetStringAsync(x)).GetAwaiter().GetResult());
            public string A5(string p) => a.[|GetOrAdd|](p, Read);
            private string Read(string p) => Deep(p);
            private string Deep(string p) { using var r = http.Send(new HttpRequestMessage()); return r.ToString(); }
            public string A6(string p) => a.[|GetOrAdd|](p, (x, c) => c.Products.First().Name, db);
            public string A7(string p) { return a.[|GetOrAdd|](p, Local); string Local(string x) { foreach (var q in db.Products.Where(y => y.Name == x)) return q.Name; return ""; } }
            public string A8(string p) => a.[|AddOrUpdate|](p, x => api.LoadAsync(1).GetAwaiter().GetResult().Name, (_, o) => o);
            public string A9(string p) => a.AddOrUpdate(p, "x", (_, o) => http.GetStringAsync(o).Result);
            public string A10(string p) => a.[|GetOrAdd|](p, x => Sync(() => http.GetStringAsync(x)));
            private static T Sync<T>(Func<Task<T>> f) => Task.Run(f).GetAwaiter().GetResult();
            public string A11(string p) => a.[|GetOrAdd|](p, _ => LoadAsync(1).Result.Name);
            private async Task<Product> LoadAsync(int id) { await Task.Yield(); return await api.LoadAsync(id); }
            private readonly ConcurrentDictionary<int, Task<string>> t = new();
            public Task<string> T1(int i) { t.Clear(); return t.[|GetOrAdd|](i, async x => { var s = File.ReadAllText("a"); await Task.Yield(); return s; }); }
            public Task<string> T2(int i) => t.GetOrAdd(i, async x => { await Task.Yield(); return File.ReadAllText("a"); });
            public Task<string> T3(int i) => t.GetOrAdd(i, x => http.GetStringAsync("/" + x));
            public Task<string> T4(int i) => t.GetOrAdd(i, x => Task.Run(() => File.ReadAllText("a")));
        }
        """);

    [Fact]
    public Task ReportsWorkThatGoesOnByItself() => VerifyAsync(
        """
        public class Started
        {
            private readonly ConcurrentDictionary<string, Queue<int>> q = new();
            public object A(string k) => q.[|GetOrAdd|](k, x => { var n = new Queue<int>(); _ = Task.Run(() => Pump(n)); return n; });
            public object B(string k) => q.[|GetOrAdd|](k, x => { var n = new Queue<int>(); Task.Factory.StartNew(() => Pump(n)); return n; });
            public object C(string k) => q.[|GetOrAdd|](k, x => { var n = new Queue<int>(); new Thread(() => Pump(n)).Start(); return n; });
            public object D(string k) => q.[|GetOrAdd|](k, x => { var n = new Queue<int>(); _ = PumpAsync(n); return n; });
            public object D2(string k) => q.[|GetOrAdd|](k, x => Make());
            private Queue<int> Make() { var n = new Queue<int>(); var t = PumpAsync(n); return n; }
            private static void Pump(Queue<int> n) { }
            private static async Task PumpAsync(Queue<int> n) { await Task.Delay(n.Count); }
            private readonly ConcurrentDictionary<string, Worker> w = new();
            public Worker W(string k) => w.[|GetOrAdd|](k, _ => new Worker());
            private readonly ConcurrentDictionary<string, Task> t = new();
            public Task T(string k) => t.GetOrAdd(k, x => Task.Run(() => Pump(new())));
            public Task T2(string k) => t.GetOrAdd(k, x => PumpAsync(new()));
            public Task T3(string k) => t.GetOrAdd(k, x => Task.WhenAll(PumpAsync(new()), PumpAsync(new())));
            public Task T4(string k) => t.GetOrAdd(k, async x => { var a = PumpAsync(new()); var b = PumpAsync(new()); await Task.WhenAll(a, b); });
            public Task T5(string k) => t.GetOrAdd(k, x => { var a = PumpAsync(new()); return a.ContinueWith(_ => { }); });
        }
        public class Worker { private readonly Task loop; public Worker() { loop = Task.Run(Run); } private void Run() { } }
        """);

    [Fact]
    public Task IsSilentOnValuesThatMayBeMadeTwice() => VerifyAsync(
        """
        public class Quiet1(IProductApi api, IServiceProvider sp)
        {
            private static readonly ConcurrentDictionary<string, object> Any = new();
            public object A(string k) => Any.GetOrAdd(k, _ => new SemaphoreSlim(1));
            public object B(string k) => Any.GetOrAdd(k, _ => new object());
            public object C(string k) => Any.GetOrAdd(k, _ => new CancellationTokenSource());
            public object D(string k) => Any.GetOrAdd(k, _ => new TaskCompletionSource());
            public object E(string k) => Any.GetOrAdd(k, _ => new HttpClient());
            public object F(string k) => Any.GetOrAdd(k, _ => Grpc.Net.Client());
            public object G(string k) => Any.GetOrAdd(k, _ => new Microsoft.Data.Sqlite.SqliteConnection("x"));
            public object H(string k) => Any.GetOrAdd(k, _ => sp.GetRequiredService<IConnectionMultiplexer>());
            public object I(string k) => Any.GetOrAdd(k, _ => new List<int>());
            private static class Grpc { public static class Net { public static object Client() => new(); } }
            private readonly ConcurrentDictionary<string, Lazy<FileStream>> lz = new();
            public FileStream Lz(string k) => lz.GetOrAdd(k, x => new Lazy<FileStream>(() => File.OpenRead(x))).Value;
            public void Loc(string k) { var d = new ConcurrentDictionary<string, FileStream>(); d.GetOrAdd(k, x => File.OpenRead(x)); }
            public void Par(ConcurrentDictionary<string, FileStream> d, string k) { d.GetOrAdd(k, x => File.OpenRead(x)); }
            private readonly ConcurrentDictionary<string, FileStream> f = new();
            private readonly SemaphoreSlim gate = new(1); private readonly object sync = new();
            public async Task<FileStream> Sem(string k) { await gate.WaitAsync(); try { return f.GetOrAdd(k, x => File.OpenRead(x)); } finally { gate.Release(); } }
            public FileStream Lk(string k) { lock (sync) { return f.GetOrAdd(k, x => File.OpenRead(x)); } }
            public FileStream Lk2(string k) { lock (sync) { return Inner(k); } }
            private FileStream Inner(string k) => f.GetOrAdd(k, x => File.OpenRead(x));
            private readonly ConcurrentDictionary<int, Task<Product>> kept = new();
            public Task<Product> Kept(int id) => kept.GetOrAdd(id, async i => { File.ReadAllText("a"); return await api.LoadAsync(i); }); // BW1106's
            private readonly ConcurrentDictionary<int, Task<Product>> data = new();
            public async Task<Product> Data(int id) { try { return await data.GetOrAdd(id, i => api.LoadAsync(i)); } catch { data.TryRemove(id, out _); throw; } }
        }
        """);

    [Fact]
    public Task AsksHowLongTheDictionaryLives() => VerifyAsync(
        """
        using Microsoft.Extensions.Hosting;
        public class Scoped
        {
            private readonly ConcurrentDictionary<string, FileStream> f = new();
            public FileStream A(string k) => f.GetOrAdd(k, x => File.OpenRead(x));
            private static readonly ConcurrentDictionary<string, FileStream> S = new();
            public FileStream B(string k) => S.[|GetOrAdd|](k, x => File.OpenRead(x));
        }
        public class Ctl : ControllerBase { private readonly ConcurrentDictionary<string, FileStream> f = new(); public object A(string k) => f.GetOrAdd(k, x => System.IO.File.OpenRead(x)); }
        public class Single1
        {
            public ConcurrentDictionary<string, FileStream> Files { get; } = new();
            public FileStream A(string k) => this.Files.[|GetOrAdd|](k, x => File.OpenRead(x));
        }
        public class Other(Single1 s) { public FileStream A(string k) => s.Files.[|GetOrAdd|](k, x => File.OpenRead(x)); }
        public class Loop : BackgroundService
        {
            private readonly ConcurrentDictionary<string, FileStream> f = new();
            protected override Task ExecuteAsync(CancellationToken ct) { f.GetOrAdd("a", x => File.OpenRead(x)); return Task.CompletedTask; }
        }
        public static class Setup { public static void Add(IServiceCollection s) { s.AddScoped<Scoped>(); s.AddSingleton<Single1>(); s.AddHostedService<Loop>(); } }
        """);

    [Theory]
    [InlineData("IConnectionMultiplexer", "ConnectionMultiplexer.Connect(k)", "the ConnectionMultiplexer that loses is never disposed")]
    [InlineData("string", "File.ReadAllText(k)", "each does the I/O")]
    [InlineData("Thread", "Started(new Thread(() => { }))", "each starts the work and one is never stopped")]
    public async Task SaysWhatHappensTwice(string type, string value, string consequence)
    {
        var test = For(
            $$"""
            public class A
            {
                private readonly ConcurrentDictionary<string, {{type}}> known = new();
                public {{type}} Get(string key) => known.{|#0:GetOrAdd|}(key, k => {{value}});
                private static Thread Started(Thread t) { t.Start(); return t; }
            }
            """);
        test.ExpectedDiagnostics.Add(new DiagnosticResult(DuplicatedFactoryAnalyzer.Id, DiagnosticSeverity.Warning).WithLocation(0)
            .WithMessage($"Two callers that miss 'known' both run this factory: {consequence}"));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("false", "GetOrAdd")]
    [InlineData("true", "[|GetOrAdd|]")]
    public Task ReportsTasksOfPlainDataWhenAsked(string asked, string call)
    {
        var test = For(
            $$"""
            public class A(IProductApi api)
            {
                private readonly ConcurrentDictionary<int, Task<Product>> loads = new();
                public async Task<Product> Get(int id) { try { return await loads.{{call}}(id, i => api.LoadAsync(i)); } finally { loads.TryRemove(id, out _); } }
                public Task<Product> Made(int id) => loads.GetOrAdd(id, i => Task.FromResult(new Product { Id = i }));
            }
            """);
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", $"root = true\n[*.cs]\nbreakwater.BW1105.include_data_tasks = {asked}\n"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task IsSilentOnWhatTheFactoryDidNotMake() => VerifyAsync(
        """
        public class A(IProductApi api)
        {
            private static readonly ConcurrentDictionary<int, string> names = new();
            private static readonly ConcurrentDictionary<int, Timer> timers = new();
            public async Task<string> Awaited(int id) { var load = api.LoadAsync(id); await load; return names.GetOrAdd(id, _ => load.Result.Name); }
            public string Passed(int id, Task<string> load) => names.GetOrAdd(id, _ => load.Result);
            public Timer Made(int id) { var timer = new Timer(_ => { }); return timers.GetOrAdd(id, _ => timer); }
            public string Inside(int id) => names.[|GetOrAdd|](id, i => { var load = api.LoadAsync(i); return load.Result.Name; });
        }
        """);

    [Fact]
    public Task ReportsADictionaryThatMayBeNull() => VerifyAsync(
        """
        public class A
        {
            private ConcurrentDictionary<string, string>? texts;
            public string? Text(string path) => texts?.[|GetOrAdd|](path, p => File.ReadAllText(p));
            public void Open() => texts = new();
        }
        """);

    [Fact]
    public Task TakesTheUsersWordForAGuard()
    {
        var test = For(
            """
            public class A(Turnstile turnstile)
            {
                private readonly ConcurrentDictionary<string, FileStream> files = new();
                public FileStream Get(string path) { using (turnstile.Pass()) return files.GetOrAdd(path, p => File.OpenRead(p)); }
            }
            public class Turnstile { public IDisposable Pass() => new MemoryStream(); }
            """);
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\nbreakwater.BW1101.guard_words = Pass\n"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
