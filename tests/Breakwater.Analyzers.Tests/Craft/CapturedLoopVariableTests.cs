using Breakwater.Rules.Craft.CapturedLoopVariable;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Craft;

public class CapturedLoopVariableTests
{
    private static Task VerifyAsync(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<CapturedLoopVariableAnalyzer> { TestCode = source };
        test.TestState.OutputKind = kind;
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task InMethodAsync(string statements) => VerifyAsync(
        $$"""
        public class Holder { public Action? Callback; public Action? Prop { get; set; } public event Action? Done; public void Fire() => Done?.Invoke(); public Action[] All = new Action[3]; }
        public class Btn { public event EventHandler? Click; public Action? Run; public int X; public void Show() => Click?.Invoke(this, EventArgs.Empty); }
        public class Jobs : List<Action>;
        public class C(Holder holder, List<Btn> buttons, CancellationToken token, Channel<Func<Task>> channel, List<Action> list, Jobs jobs)
        {
            Action? _f; Timer? _timer; Task? _last; Action[] _arr = new Action[9]; Dictionary<string, Action> _map = new(); event Action? Mine; static Action? S; IEnumerable<int> _q = [];
            static void Use(object? o) { }
            static Task Work(object? o) => Task.CompletedTask;
            void Run(Action a) => a();
            public async Task M(int n, IQueryable<Order> query, Action? cb)
            {
                var tasks = new List<Task>(); var threads = new List<Thread>(); var lazies = new List<Lazy<int>>(); var parts = new List<IEnumerable<int>>();
                await Task.Yield();
                int j;
                {{statements}}
            }
        }
        """);

    [Theory]
    [InlineData("for (var i = 0; i < n; i++) _ = Task.Run(async () => { await Task.Delay(1); Use([|i|]); });")]
    [InlineData("for (var i = 0; i < n; i++) { tasks.Add(Task.Factory.StartNew(delegate { Use([|i|]); })); }")]
    [InlineData("for (var i = 0; i < n; i++) { tasks.Add(Task.Delay(1).ContinueWith(_ => Use([|i|]))); }")]
    [InlineData("for (var i = 0; i < n; i++) ThreadPool.QueueUserWorkItem(_ => Use([|i|]));")]
    [InlineData("for (var i = 0; i < n; i++) token.Register(() => Use([|i|]));")]
    [InlineData("for (var i = 0; i < n; i++) { _timer = new Timer(_ => Use([|i|]), null, 0, 1); }")]
    [InlineData("for (var i = 0; i < n; i++) lazies.Add(new Lazy<int>(() => [|i|]));")]
    [InlineData("for (var i = 0; i < n; i++) lazies.Add(new(() => [|i|]));")]
    [InlineData("for (var i = 0; i < n; i++) holder.Callback = () => Use([|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) holder.Prop = () => Use([|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) holder.Done += () => Use([|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) Mine += () => Use([|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) _f = () => Use([|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) _f += () => Use([|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) S = () => Use([|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) _arr[i] = () => Use([|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) _map[\"a\" + i] = () => Use([|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) _map.Add(\"a\" + i, () => Use([|i|]));")]
    [InlineData("for (var i = 0; i < n; i++) holder.All[i] = () => Use([|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) list.Add(() => Use([|i|]));")]
    [InlineData("for (var i = 0; i < n; i++) { Action a = () => Use([|i|]); list.Add(a); }")]
    [InlineData("for (var i = 0; i < n; i++) await channel.Writer.WriteAsync(() => Work([|i|]));")]
    [InlineData("for (var i = 0; i < n; i++) channel.Writer.TryWrite(async () => await Work([|i|]));")]
    [InlineData("for (var i = 0; i < n; i++) buttons[i].Click += (s, e) => Use([|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) { var b = buttons[i]; b.Click += (s, e) => Use([|i|]); }")]
    [InlineData("for (var i = 0; i < n; i++) { var b = new Btn(); b.Click += (s, e) => Use([|i|]); buttons.Add(b); }")]
    [InlineData("for (var i = 0; i < n; i++) { buttons.Add(new Btn { Run = () => Use([|i|]), X = i }); }")]
    [InlineData("for (var i = 0; i < n; i++) { foreach (var b in buttons) b.Run = () => Use([|i|]); }")]
    [InlineData("for (var i = 0; i < n; i++) { foreach (var b in buttons) tasks.Add(Task.Run(() => Use(b.X + [|i|]))); }")]
    [InlineData("for (var i = 0; i < n; i++) { tasks.Add(Task.Run(() => Use([|i|]))); if (i % 10 == 0) await Task.WhenAll(tasks); }")]
    [InlineData("for (var i = 0; i < n; i++) { threads.Add(new Thread(() => Use([|i|]))); threads[i].Start(); }")]
    [InlineData("for (var i = 0; i < n; i++) new Thread(() => Use([|i|])) { IsBackground = true }.Start();")]
    [InlineData("for (var i = 0; i < n; i++) query = query.Where(o => o.Id != [|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) query = query.Where(o => o.Id != [|i|]).OrderBy(o => o.Id).AsNoTracking();")]
    [InlineData("for (var i = 0; i < n; i++) query = from o in query where o.Id != [|i|] select o;")]
    [InlineData("for (var i = 0; i < n; i++) { var part = query.Where(o => o.Id != [|i|]); query = part; }")]
    [InlineData("for (var i = 0; i < n; i++) _q = _q.Select(x => x + [|i|]);")]
    [InlineData("for (var i = 0; i < n; i++) _q = Enumerable.Concat(_q, _q.TakeWhile(x => x < [|i|]));")]
    [InlineData("for (var i = 0; i < n; i++) parts.Add(_q.Where(x => x > [|i|]));")]
    [InlineData("for (j = 0; j < n; j++) tasks.Add(Task.Run(() => Use([|j|])));")]
    [InlineData("for (int i = 0; i < n;) { i++; tasks.Add(Task.Run(() => Use([|i|]))); }")]
    [InlineData("for (int i = 0; i < n; i++) { cb = () => Use([|i|]); }")]
    [InlineData("for (int i = 0; i < n; i++) for (int k = 0; k < n; k++) { tasks.Add(Task.Run(() => Use([|i|] + [|k|]))); }")]
    [InlineData("for (int i = 0; i < n; i++) list.ForEach(a => tasks.Add(Task.Run(() => Use([|i|]))));")]
    [InlineData("for (int i = 0; i < n; i++) { tasks.Add(Task.Run(() => { var c = [|i|]; Use(c); })); }")]
    public Task ReportsWhatRunsInALaterTurn(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("for (var i = 0; i < n; i++) ThreadPool.UnsafeQueueUserWorkItem(static s => Use(s), n);")]
    [InlineData("for (var i = 0; i < n; i++) { using var r = token.Register(() => Use(i)); await Work(n); }")]
    [InlineData("for (var i = 0; i < n; i++) { using (new Timer(_ => Use(i), null, 0, 1)) await Work(i); }")]
    [InlineData("for (var i = 0; i < n; i++) { var l = new Lazy<int>(() => i); Use(l.Value); }")]
    [InlineData("for (var i = 0; i < n; i++) Use(new Lazy<int>(() => i).Value);")]
    [InlineData("for (var i = 0; i < n; i++) { holder.Callback = () => Use(i); holder.Callback(); }")]
    [InlineData("for (var i = 0; i < n; i++) { holder.Callback = () => Use(i); holder.Fire(); }")]
    [InlineData("for (var i = 0; i < n; i++) { _f = () => Use(i); _f(); }")]
    [InlineData("for (var i = 0; i < n; i++) { Action a = () => Use(i); a(); }")]
    [InlineData("for (var i = 0; i < n; i++) { var b = new Btn { Run = () => Use(i) }; b.Run(); }")]
    [InlineData("for (var i = 0; i < n; i++) { var batch = new List<Task>(); foreach (var b in buttons) batch.Add(Task.Run(() => Use(b.X + i))); await Task.WhenAll(batch); }")]
    [InlineData("for (var i = 0; i < n; i++) { var batch = buttons.Select(b => Task.Run(() => Use(b.X + i))); await Task.WhenAll(batch); }")]
    [InlineData("for (var i = 0; i < n; i++) { await Task.WhenAll(Task.Run(() => Use(i)), Task.Run(() => Use(i))); }")]
    [InlineData("for (var i = 0; i < n; i++) { await Task.WhenAll([Task.Run(() => Use(i))]); }")]
    [InlineData("for (var i = 0; i < n; i++) { var t = Task.Run(() => Use(i)); await t.ConfigureAwait(false); }")]
    [InlineData("for (var i = 0; i < n; i++) { var t = Task.Run(() => i); Use(t.Result); }")]
    [InlineData("for (var i = 0; i < n; i++) Task.Run(() => Use(i)).Wait();")]
    [InlineData("for (var i = 0; i < n; i++) Task.Run(() => Use(i)).GetAwaiter().GetResult();")]
    [InlineData("for (var i = 0; i < n; i++) { tasks.Add(Task.Run(() => Use(i))); await Task.WhenAll(tasks); }")]
    [InlineData("for (var i = 0; i < n; i++) { threads.Add(new Thread(() => Use(i))); threads[i].Start(); threads[i].Join(); }")]
    [InlineData("for (var i = 0; i < n; i++) { if (i == 2) { tasks.Add(Task.Run(() => Use(i))); break; } }")]
    [InlineData("for (var i = 0; i < n; i++) { if (i == 2) { _ = Task.Run(() => Use(i)); if (n > 1) return; else break; } }")]
    [InlineData("for (var i = 0; i < n; i++) { using var done = new ManualResetEvent(false); ThreadPool.QueueUserWorkItem(_ => { Use(i); done.Set(); }); done.WaitOne(); }")]
    [InlineData("for (var i = 0; i < n; i++) { query = query.Where(o => o.Id != i); Use(query.Count()); }")]
    [InlineData("for (var i = 0; i < n; i++) { var part = query.Where(o => o.Id != i); Use(part.ToList()); }")]
    [InlineData("for (var i = 0; i < n; i++) _q = _q.Select(x => x + i).ToList();")]
    [InlineData("for (var i = 0; i < n; i++) parts.Add(_q.Where(x => x > i).ToArray());")]
    [InlineData("for (int i = 0, max = n; i < max; i++) tasks.Add(Task.Run(() => Use(max)));")]
    [InlineData("j = 0; Use(j); for (; j < n; j++) tasks.Add(Task.Run(() => Use(j)));")]
    [InlineData("for (int i = 0; i < n; i++) { tasks.Add(Task.Run(() => Use(nameof(i)))); }")]
    [InlineData("for (int i = 0; i < n; i++) list.Sort((a, b) => i);")]
    [InlineData("for (int i = 0; i < n; i++) { Use(string.Create(3, i, (s, v) => Use(v))); Parallel.For(0, 3, x => Use(x + i)); }")]
    [InlineData("for (int i = 0; i < n; i++) Run(() => Use(i));")]
    [InlineData("for (int i = 0; i < n; i++) { var f = new Dictionary<int, Action>(); f[0] = () => Use(i); f[0](); }")]
    [InlineData("for (int i = 0; i < n; i++) { var f = new Action[] { () => Use(i) }; f[0](); }")]
    [InlineData("for (int i = 0; i < n; i++) { var c = i; tasks.Add(Task.Run(() => { Use(c); })); }")]
    [InlineData("for (int i = 0; i < n; i++) { Action<int> a = x => Use(x); _f = () => a(n); }")]
    public Task IsSilentWhereTheTurnItselfRunsIt(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("for (var i = 0; i < n; i++) foreach (var b in buttons) { var t = new Timer(_ => Use([|i|])); }")]
    [InlineData("for (var i = 0; i < n; i++) { EventHandler h = (s, e) => Use([|i|]); buttons[0].Click += h; }")]
    [InlineData("for (var i = 0; i < n; i++) { EventHandler h = (s, e) => Use(i); buttons[0].Click += h; buttons[0].Show(); buttons[0].Click -= h; }")]
    [InlineData("for (var i = 0; i < n; i++) jobs.Add(() => Use([|i|]));")]
    [InlineData("for (var i = 0; i < n; i++) list?.Add(() => Use([|i|]));")]
    [InlineData("for (var i = 0; i < n; i++) { list.Add(() => Use(i)); list.ForEach(a => a()); list.Clear(); }")]
    [InlineData("for (var i = 0; i < n; i++) { var own = new List<Action>(); own.Add(() => Use(i)); own[0](); }")]
    [InlineData("for (var node = buttons.First(); node != null; node = null) tasks.Add(Task.Run(() => Use([|node|])));")]
    [InlineData("for (var i = 0; i < n; ++i) tasks.Add(Task.Run(() => { Use([|i|]); Use(i); }, token));")]
    [InlineData("for (var i = 0; i < n; i += 2) tasks.Add(Task.Run(function: () => Work([|i|])));")]
    [InlineData("for (var i = n; i-- > 0;) tasks.Add(Task.Run(() => [|i|]));")]
    [InlineData("for (int i = 0; i < n; i++) { _last = Task.Run(() => Use(i)); await _last; }")]
    [InlineData("Task t; for (int i = 0; i < n; i++) { t = Task.Run(() => Use(i)); t.Wait(); }")]
    [InlineData("for (int i = 0; i < n; i++) { var all = Task.WhenAll(Task.Run(() => Use(i)), Task.Delay(1)); await all; }")]
    [InlineData("for (int i = 0; i < n; i++) { Task[] all = [Task.Run(() => Use(i)), Task.Delay(1)]; Task.WaitAll(all); }")]
    [InlineData("for (int i = 0; i < n; i++) { var all = new List<Task> { Task.Run(() => Use(i)) }; await Task.WhenAll(all); }")]
    [InlineData("for (int i = 0; i < n; i++) { var all = new List<Thread>(); foreach (var b in buttons) { var t = new Thread(() => Use(i)); t.Start(); all.Add(t); } foreach (var t in all) t.Join(); }")]
    [InlineData("for (int i = 0; i < n; i++) { var done = new TaskCompletionSource(); ThreadPool.QueueUserWorkItem(_ => { Use(i); done.SetResult(); }); await done.Task; }")]
    [InlineData("for (int i = 0; i < n; i++) { switch (n) { case 1: _ = Task.Run(() => Use(i)); return; } }")]
    [InlineData("for (int i = 0; i < n; i++) { if (n == 3) { _ = Task.Run(() => Use([|i|])); if (n > 4) continue; break; } }")]
    [InlineData("for (int i = 0; i < n; i++) { for (int k = 0; k < n; k++) { _ = Task.Run(() => Use([|i|])); break; } }")]
    [InlineData("for (int i = 0; i < n; i++) { j = i; _ = Task.Run(() => Use(j)); }")]
    [InlineData("for (int i = 0; i < n; i++) Task.Run(() => { }).ContinueWith(t => Use([|i|]), token);")]
    [InlineData("for (int i = 0; i < n; i++) await Task.Run(() => { }).ContinueWith(t => Use(i), token);")]
    [InlineData("for (int i = 0; i < n; i++) await Task.Factory.StartNew(async () => { await Work(i); }).Unwrap();")]
    [InlineData("for (int i = 0; i < n; i++) _arr[i] = n > 2 ? () => Use([|i|]) : () => { };")]
    [InlineData("for (int i = 0; i < n; i++) _f ??= () => Use([|i|]);")]
    [InlineData("Action? all = null; for (int i = 0; i < n; i++) all += () => Use([|i|]);")]
    [InlineData("for (int i = 0; i < n; i++) { Action? all = null; all += () => Use(i); all(); }")]
    [InlineData("foreach (var i in buttons) list.Add(() => Use(i));")]
    [InlineData("for (int i = 0; i < n; i++) { void Go() => Use(i); Go(); }")]
    [InlineData("for (int i = 0; i < n; i++) Use(query.Select(o => o.Id + i).Sum());")]
    [InlineData("for (int i = 0; i < n; i++) { query = query.Where(o => o.Id > [|i|]); query = query.Where(o => o.Id < [|i|]); }")]
    [InlineData("for (int i = 0; i < n; i++) { query = query.Where(o => o.Id > i); foreach (var o in query) Use(o); }")]
    [InlineData("for (int i = 0; i < n; i++) foreach (var x in _q.Where(x => x > i)) Use(x);")]
    [InlineData("for (int i = 0; i < n; i++) { int? c = i; _f = () => Use(c); }")]
    public Task FollowsWhatHappensToIt(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("for (int i = 0; i < 3; i++)\n    tasks.Add(Task.Run(() => Console.WriteLine([|i|])));\nawait Task.WhenAll(tasks);")]
    [InlineData("var names = new[] { \"a\", \"b\" }; var actions = new Action[names.Length]; for (var k = 0; k < names.Length; k++) actions[k] = () => Console.WriteLine(names[[|k|]]);")]
    [InlineData("for (int port = 8000; port < 8003; port++) { var t = new Thread(() => Console.WriteLine([|port|])); t.Start(); }")]
    [InlineData("for (int i = 0; i < 3; i++) { var c = i; _ = Task.Run(() => Console.WriteLine(c)); }")]
    [InlineData("for (int i = 0; i < 3; i++) await Task.Run(() => Console.WriteLine(i));")]
    [InlineData("var ids = new[] { 1, 2, 3 }; for (int i = 0; i < 3; i++) Console.WriteLine(ids.FirstOrDefault(x => x == i));")]
    [InlineData("foreach (var i in Enumerable.Range(0, 3)) tasks.Add(Task.Run(() => Console.WriteLine(i)));")]
    [InlineData("for (int i = 0; i < 3; i++) { var t = new Thread(() => Console.WriteLine(i)); t.Start(); t.Join(); }")]
    [InlineData("for (int i = 0; i < 3; i++) ThreadPool.QueueUserWorkItem(s => Console.WriteLine(s), i);")]
    public Task AgreesWithTheCatalogue(string statements) => InMethodAsync(statements);

    [Fact]
    public Task ReportsAQueryThatIsReturned() => VerifyAsync(
        """
        class Search(Shop db)
        {
            public IQueryable<Order> Find(string[] words)
            {
                IQueryable<Order> q = db.Orders;
                for (int i = 0; i < words.Length; i++) q = q.Where(o => o.Email.Contains(words[[|i|]]));
                return q;
            }
        }
        """);

    [Fact]
    public Task KnowsAPipelineThatIsBuiltInALoop() => VerifyAsync(
        """
        public static class Pipeline
        {
            public static Func<Task, Task> Build(Func<Task, Task>[] parts)
            {
                Func<Task, Task> next = t => t;
                for (var i = parts.Length - 1; i >= 0; i--) { var inner = next; next = t => parts[[|i|]](inner(t)); }
                return next;
            }
            public static IEnumerable<Func<int>> Each() { for (var i = 0; i < 3; i++) yield return () => i; }
            public static Task First() { for (var i = 0; i < 3; i++) return Task.Run(() => Console.WriteLine(i)); return Task.CompletedTask; }
            public static void While(List<Action> all) { var i = 0; while (i < 3) { all.Add(() => Console.WriteLine(i)); i++; } do all.Add(() => Console.WriteLine(i)); while (i++ < 9); }
        }
        """);

    [Fact]
    public Task ReportsInTopLevelStatementsLambdasAndLocalFunctions() => VerifyAsync(
        """
        var all = new List<Action>();
        for (var i = 0; i < 3; i++) all.Add(() => Console.WriteLine([|i|]));
        int k = 0;
        for (; k < 3; k++) all.Add(() => Console.WriteLine([|k|]));
        void Local() { for (var i = 0; i < 3; i++) all.Add(() => Console.WriteLine([|i|])); }
        Action lambda = () => { for (var i = 0; i < 3; i++) all.Add(delegate { Console.WriteLine([|i|]); }); };
        Local(); lambda();
        """,
        OutputKind.ConsoleApplication);

    [Fact]
    public Task ReportsInTestProjects() => VerifyAsync(
        """
        public class Tests
        {
            [Xunit.Fact]
            public async Task M() { var tasks = new List<Task>(); for (var i = 0; i < 3; i++) tasks.Add(Task.Run(() => Console.WriteLine([|i|]))); await Task.WhenAll(tasks); }
        }
        namespace Xunit { public class FactAttribute : Attribute; }
        """);

    [Fact]
    public Task SaysWhatHappens()
    {
        var test = new RuleTest<CapturedLoopVariableAnalyzer>
        {
            TestCode = "using System; class A { Action? F; void M() { for (int i = 0; i < 3; i++) F += () => Console.WriteLine({|#0:i|}); } }",
            ExpectedDiagnostics =
            {
                new DiagnosticResult("BW1204", DiagnosticSeverity.Warning).WithLocation(0)
                    .WithMessage("'i' is shared by all iterations: when this runs it holds the value of a later iteration, usually the end value"),
            },
        };
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
