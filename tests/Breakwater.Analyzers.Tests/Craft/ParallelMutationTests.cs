using Breakwater.Rules.Craft.ParallelMutation;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Craft;

public class ParallelMutationTests
{
    private static Task VerifyAsync(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<ParallelMutationAnalyzer> { TestCode = source };
        test.TestState.OutputKind = kind;
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task InMethodAsync(string statements) => VerifyAsync(
        $$"""
        public class Item { public List<int> Items = new(); public int Count; public int Total; public void Tally() => Total++; }
        public class Base1 { public static int Total; }
        public class C(HttpClient http, List<int> given, Channel<int> ch)
        {
            int _n; long _l; List<int> _list = new(); static Dictionary<int, int> s_map = new(); StringBuilder _sb = new(); readonly object _gate = new(); readonly Lock _lk = new(); SemaphoreSlim _sem = new(1);
            ReaderWriterLockSlim _rw = new(); SpinLock _spin; System.Collections.Immutable.ImmutableList<int> _immutable = [];
            public int Auto { get; set; } int Manual { get => _n; set { lock (_gate) _n = value; } } HashSet<string> Names { get; } = [];
            double _d; string _text = ""; ObservableCollection<int> _obs = new(); Queue<int> _q = new(); event Action? E; [ThreadStatic] static int t_n;
            readonly ParallelOptions _one = new() { MaxDegreeOfParallelism = 1 };
            static int Id(int i) => i;
            public async Task M(int[] xs, string[] urls, CancellationToken ct)
            {
                int n = 0; long l = 0; var found = new List<int>(); IList<int> ilist = new List<int>(); IDictionary<int, int> idict = new Dictionary<int, int>(); var tasks = new List<Task>(); var dict = new Dictionary<int, int>();
                await Task.Yield();
                {{statements}}
            }
        }
        """);

    [Theory]
    [InlineData("Parallel.For(0, 9, i => [|n++|]);")]
    [InlineData("Parallel.For(0, 9, i => { [|n += i|]; [|l -= i|]; [|--n|]; });")]
    [InlineData("Parallel.ForEach(xs, x => [|ilist.Add(x)|]);")]
    [InlineData("Parallel.ForEach(xs, x => { [|idict[x] = x|]; [|dict[x]++|]; [|dict[x] += 1|]; found[0] = x; });")]
    [InlineData("Parallel.ForEach(xs, x => [|_list.Add(x)|]);")]
    [InlineData("Parallel.ForEach(xs, x => { this._list?[|.Add(x)|]; [|C.s_map.Remove(x)|]; [|Base1.Total++|]; });")]
    [InlineData("Parallel.ForEach(xs, x => { [|Auto++|]; Manual++; [|Names.Add(\"\")|]; [|_d += x|]; [|_text += x|]; });")]
    [InlineData("Parallel.ForEach(xs, x => { [|_obs.Clear()|]; [|_q.Enqueue(x)|]; [|_q.TryDequeue(out _)|]; [|_sb.Append(x)|].Append(2); [|given.AddRange(xs)|]; E += () => { }; });")]
    [InlineData("await Parallel.ForEachAsync(xs, async (x, t) => { await Task.Delay(1, t); [|n++|]; });")]
    [InlineData("Parallel.ForEach(xs, x => { lock (_gate) { } [|n++|]; });")]
    [InlineData("Parallel.ForEach(xs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, x => [|n++|]);")]
    [InlineData("Parallel.For(0, 9, () => 0, (i, _, s) => { s += i; return s; }, s => [|n += s|]);")]
    [InlineData("Parallel.Invoke(() => [|n++|], () => [|n++|]);")]
    [InlineData("Parallel.Invoke(() => [|n++|], () => Id(n));")]
    [InlineData("xs.AsParallel().ForAll(x => [|found.Add(x)|]);")]
    [InlineData("xs.AsParallel().ForAll([|found.Add|]);")]
    [InlineData("_ = xs.AsParallel().Where(x => x > 1).Select(x => { [|n++|]; return x; }).ToList();")]
    [InlineData("_ = (from x in xs.AsParallel() select [|n++|]).ToList();")]
    [InlineData("foreach (var x in xs) tasks.Add(Task.Run(() => [|found.Add(x)|]));")]
    [InlineData("foreach (var x in xs) tasks.Add(Task.Run(async () => { await Task.Yield(); [|n++|]; }));")]
    [InlineData("foreach (var x in xs) tasks.Add(Task.Factory.StartNew(() => [|n++|]));")]
    [InlineData("await Task.WhenAll(xs.Select(x => Task.Run(() => [|found.Add(x)|])));")]
    [InlineData("await Task.WhenAll(xs.Select(x => { var t = Task.Run(() => [|found.Add(x)|]); return t; }));")]
    [InlineData("await Task.WhenAll(xs.Select(async x => { await Task.Yield(); [|found.Add(x)|]; }));")]
    [InlineData("await Task.WhenAll(xs.Select(async x => [|found.Add(await Task.FromResult(x))|]));")]
    [InlineData("var all = xs.Select(async x => { await Task.Yield(); [|n += x|]; }); await Task.WhenAll(all);")]
    [InlineData("var all2 = xs.Select(async x => { await Task.Yield(); [|n += x|]; }).ToList(); await Task.WhenAll(all2);")]
    [InlineData("await Task.WhenAll(xs.Select(async x => { foreach (var y in xs) { [|found.Add(x)|]; await Task.Yield(); } }));")]
    [InlineData("await Task.WhenAll(xs.Select(async x => { await foreach (var y in ch.Reader.ReadAllAsync()) [|found.Add(y)|]; }));")]
    [InlineData("await Task.WhenAll(urls.Select(async (u, i) => [|dict[i] = (await http.GetStringAsync(u)).Length|]));")]
    [InlineData("void Local(int i) { [|found.Add(i)|]; } Parallel.ForEach(xs, Local);")]
    [InlineData("Action<int> body = i => [|found.Add(i)|]; Parallel.ForEach(xs, body);")]
    public Task ReportsChangesByParallelCode(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("Parallel.For(0, 9, i => { var own = new List<int>(); own.Add(i); int k = 0; k++; });")]
    [InlineData("await Parallel.ForAsync(0, 9, async (x, t) => { await _sem.WaitAsync(t); try { n++; } finally { _sem.Release(); } });")]
    [InlineData("Parallel.ForEach(xs, x => { using (_lk.EnterScope()) n++; Monitor.Enter(_gate); try { n++; } finally { Monitor.Exit(_gate); } });")]
    [InlineData("Parallel.ForEach(xs, new ParallelOptions { MaxDegreeOfParallelism = 1 }, x => n++);")]
    [InlineData("Parallel.ForEach(xs, _one, x => n++);")]
    [InlineData("var o = new ParallelOptions(); o.MaxDegreeOfParallelism = 1; Parallel.ForEach(xs, o, x => n++);")]
    [InlineData("Parallel.Invoke(() => n++, () => l++);")]
    [InlineData("Parallel.Invoke(() => n++);")]
    [InlineData("_ = xs.AsParallel().WithDegreeOfParallelism(1).Select(x => { n++; return x; }).ToList();")]
    [InlineData("_ = xs.AsParallel().Aggregate(new List<int>(), (acc, x) => { acc.Add(x); return acc; });")]
    [InlineData("foreach (var x in xs) await Task.Run(() => found.Add(x));")]
    [InlineData("foreach (var x in xs) { var t = Task.Run(() => found.Add(x)); await t; }")]
    [InlineData("foreach (var x in xs) { var mine = new List<int>(); tasks.Add(Task.Run(() => mine.Add(x))); }")]
    [InlineData("while (true) { tasks.Add(Task.Run(() => n++)); break; }")]
    [InlineData("_ = Task.Run(() => found.Add(1));")]
    [InlineData("await Task.WhenAll(xs.Select(async x => await Task.Run(() => found.Add(x))));")]
    [InlineData("await Task.WhenAll(xs.Select(async x => { found.Add(x); await Task.Yield(); }));")]
    [InlineData("var seq = xs.Select(async x => { await Task.Yield(); n += x; }); foreach (var s in seq) await s;")]
    [InlineData("await Task.WhenAll(xs.Select(async x => { if (x > 1) await Task.Yield(); else found.Add(x); }));")]
    [InlineData("await Task.WhenAll(xs.Select(async x => { await _sem.WaitAsync(); try { found.Add(x); } finally { _sem.Release(); } }));")]
    [InlineData("var items = new List<Item>(); Parallel.ForEach(items, g => { g.Items.Add(1); g.Count++; });")]
    [InlineData("var counts = new int[3]; Parallel.ForEach(xs, x => { counts[x]++; Interlocked.Increment(ref n); found.Contains(x); _ = dict[x]; });")]
    [InlineData("var cd = new ConcurrentDictionary<int, int>(); Parallel.ForEach(xs, x => { cd[x] = 1; cd.TryAdd(1, x); });")]
    [InlineData("xs.ToList().ForEach(x => found.Add(x));")]
    [InlineData("foreach (var x in xs.AsParallel()) found.Add(x);")]
    public Task IsSilentWhereOneThreadChangesItAtATime(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("Parallel.ForEach(source: xs, body: x => [|found.Add(x)|]);")]
    [InlineData("Parallel.ForEach(xs, delegate (int x) { [|found.Add(x)|]; });")]
    [InlineData("Parallel.ForEach(xs, x => { _rw.EnterWriteLock(); try { found.Add(x); } finally { _rw.ExitWriteLock(); } });")]
    [InlineData("Parallel.ForEach(xs, x => { _rw.EnterReadLock(); try { [|found.Add(x)|]; } finally { _rw.ExitReadLock(); } });")]
    [InlineData("Parallel.ForEach(xs, x => { var taken = false; _spin.Enter(ref taken); found.Add(x); _spin.Exit(); });")]
    [InlineData("Parallel.ForEach(xs, x => { _lk.Enter(); found.Add(x); _lk.Exit(); });")]
    [InlineData("Parallel.ForEach(xs, x => { _sem.Wait(); found.Add(x); _sem.Release(); [|n++|]; });")]
    [InlineData("Parallel.ForEach(xs, x => System.Collections.Immutable.ImmutableInterlocked.Update(ref _immutable, (all, a) => all.Add(a), x));")]
    [InlineData("Parallel.ForEach(xs, x => { t_n++; });")]
    [InlineData("Parallel.ForEach(xs, x => { Action later = () => found.Add(x); });")]
    [InlineData("var items = new List<Item>(); Parallel.ForEach(items, item => item.Tally());")]
    [InlineData("foreach (var item in new List<Item>()) tasks.Add(Task.Run(item.Tally));")]
    [InlineData("for (var i = 0; i < 3; i++) { foreach (var x in xs) tasks.Add(Task.Run(() => [|found.Add(x)|])); await Task.WhenAll(tasks); }")]
    [InlineData("foreach (var g in urls) { var all = new List<int>(); foreach (var x in xs) tasks.Add(Task.Run(() => [|all.Add(x)|])); }")]
    [InlineData("foreach (var x in xs) { Task[] two = [Task.Run(() => found.Add(x)), Task.Delay(1)]; await Task.WhenAll(two); }")]
    [InlineData("while (n < 3) { Task.Run(() => n++).Wait(); }")]
    [InlineData("do { _ = Task.Run(() => [|n++|]); } while (n < 3);")]
    [InlineData("await foreach (var x in ch.Reader.ReadAllAsync(ct)) _ = Task.Run(() => [|_list.Add(x)|], ct);")]
    [InlineData("foreach (var x in xs) tasks.Add(Task.Factory.StartNew(() => found.Add(x), ct, TaskCreationOptions.None, TaskScheduler.FromCurrentSynchronizationContext()));")]
    [InlineData("foreach (var x in xs) tasks.Add(Task.Factory.StartNew(() => [|found.Add(x)|], ct, TaskCreationOptions.None, TaskScheduler.Default));")]
    [InlineData("foreach (var t in xs.Select(x => Task.Run(() => found.Add(x)))) await t;")]
    [InlineData("var started = xs.Select(x => Task.Run(() => [|found.Add(x)|])).ToArray(); Task.WaitAll(started);")]
    [InlineData("await Task.WhenAll(xs.Select(async x => { await Task.Yield(); lock (_gate) found.Add(x); }));")]
    [InlineData("await Task.WhenAll(xs.Select(async x => { try { await Task.Yield(); } catch { [|n++|]; throw; } }));")]
    [InlineData("await Task.WhenAll(Enumerable.Select(xs, async x => { await Task.Yield(); [|found?.Add(x)|]; }));")]
    [InlineData("Parallel.Invoke(() => { foreach (var f in found) Id(f); }, () => [|found.Clear()|]);")]
    [InlineData("Parallel.Invoke(() => found.Add(1), () => ilist.Add(1));")]
    [InlineData("Parallel.Invoke(new ParallelOptions { MaxDegreeOfParallelism = 1 }, () => found.Add(1), () => found.Add(2));")]
    [InlineData("Parallel.For(0, 9, () => new List<int>(), (i, s, own) => { own.Add(i); return own; }, own => { lock (_gate) found.AddRange(own); });")]
    [InlineData("var set = new SortedSet<int>(); var line = new LinkedList<int>(); var stack = new Stack<int>(); var first = new PriorityQueue<int, int>(); Parallel.For(0, 9, i => { [|set.UnionWith(xs)|]; [|line.AddLast(i)|]; [|stack.Pop()|]; [|first.Enqueue(i, i)|]; });")]
    [InlineData("var stack = new ConcurrentStack<int>(); var bag = new ConcurrentBag<int>(); var q = new ConcurrentQueue<int>(); Parallel.For(0, 9, i => { stack.Push(i); bag.Add(i); q.Enqueue(i); });")]
    [InlineData("Func<int, int> count = x => { [|n++|]; return x; }; _ = xs.AsParallel().Select(count).ToList();")]
    public Task KnowsGuardsAndTurns(string statements) => InMethodAsync(statements.Replace("[|found?.Add(x)|]", "found?[|.Add(x)|]"));

    [Fact]
    public Task FollowsMethodGroupsAndReportsThemOnce() => VerifyAsync(
        """
        public class Counter(IEnumerable<int> xs)
        {
            private int _n; private static int s_n; private readonly List<int> _all = [];
            private void Count(int i) => [|_n++|];
            private void Locked(int i) { lock (_all) _n++; }
            private async ValueTask CountAsync(int i, CancellationToken ct) { await Task.Yield(); [|_all.Add(i)|]; }
            private static void CountAll(int i) { [|s_n++|]; }
            public async Task M()
            {
                Parallel.ForEach(xs, Count); Parallel.For(0, 3, Count); Parallel.ForEach(xs, Locked);
                await Parallel.ForEachAsync(xs, CountAsync);
                xs.AsParallel().ForAll(CountAll);
                Count(1);
            }
        }
        """);

    [Fact]
    public Task IsSilentInTheContextOfAUserInterface() => VerifyAsync(
        """
        public class Page(HttpClient http) : Microsoft.AspNetCore.Components.ComponentBase
        {
            private readonly List<string> _all = []; private int _n;
            public Task LoadAsync(string[] urls) => Task.WhenAll(urls.Select(async u => { _all.Add(await http.GetStringAsync(u)); }));
            public void Count() => Parallel.For(0, 3, i => [|_n++|]);
        }
        namespace Microsoft.AspNetCore.Components { public class ComponentBase; }
        """);

    [Fact]
    public Task ReportsInTopLevelStatementsAndPrimaryConstructors() => VerifyAsync(
        """
        var found = new List<int>();
        Parallel.For(0, 100, i => { if (i % 7 == 0) [|found.Add(i)|]; });
        int done = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 50), async (i, token) => { await Task.Delay(i, token); [|done++|]; });
        var log = new StringBuilder();
        var tasks = new List<Task>();
        foreach (var n in new[] { 1, 2, 3 }) tasks.Add(Task.Run(() => [|log.Append(n)|]));
        await Task.WhenAll(tasks);

        var bag = new ConcurrentBag<int>();
        Parallel.For(0, 100, i => bag.Add(i));
        var gate = new object(); var locked = new List<int>();
        Parallel.ForEach(Enumerable.Range(0, 9), i => { lock (gate) locked.Add(i); });
        var squares = new int[100];
        Parallel.For(0, 100, i => squares[i] = i * i);
        long total = 0;
        Parallel.For(0, 100, () => 0L, (i, _, sum) => sum + i, sum => Interlocked.Add(ref total, sum));
        var list = new List<int>();
        await Task.Run(() => list.Add(1));
        var names = new List<string>();
        var all = await Task.WhenAll(new[] { 1, 2 }.Select(async i => { names.Add("n" + i); await Task.Delay(1); return i; }));

        class Crawler(HttpClient http, List<string> seen)
        {
            private readonly Dictionary<string, string> _pages = new();
            public Task RunAsync(string[] urls) => Task.WhenAll(urls.Select(async u =>
            {
                var page = await http.GetStringAsync(u);
                [|_pages[u] = page|];
                [|seen.Add(u)|];
            }));
        }
        """,
        OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("var all = new List<int>(); Parallel.For(0, 3, i => {|#0:all.Add(i)|});", "'all' is changed by several threads at once: items get lost or the call throws")]
    [InlineData("var n = 0; Parallel.For(0, 3, i => {|#0:n++|});", "'n' is updated by several threads at once and loses updates")]
    public Task SaysWhatHappens(string statements, string message)
    {
        var test = new RuleTest<ParallelMutationAnalyzer>
        {
            TestCode = $"using System.Collections.Generic; using System.Threading.Tasks; class A {{ void M() {{ {statements} }} }}",
            ExpectedDiagnostics = { new DiagnosticResult("BW1205", DiagnosticSeverity.Warning).WithLocation(0).WithMessage(message) },
        };
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
