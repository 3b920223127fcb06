using Breakwater.Rules.Backpressure.OverlappingTimer;

namespace Breakwater.Tests.Backpressure;

public class OverlappingTimerTests
{
    private static RuleTest<OverlappingTimerAnalyzer> Test(string source)
    {
        var test = new RuleTest<OverlappingTimerAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        test.TestState.Sources.Add(("Helpers.cs", """
            public sealed class AsyncLock { public Task<IDisposable> LockAsync() => throw new NotSupportedException(); public Task<IDisposable?> TryLockAsync() => throw new NotSupportedException(); }
            public static class Forgetting { public static void Forget(this Task task) { } }
            """));
        return test;
    }

    private static Task Check(string source) => Test(source).RunAsync(TestContext.Current.CancellationToken);

    /// <summary>A class with a sender, a method that calls it and the fields that guards use, around some members.</summary>
    private static Task Members(string members) => Check($$"""
        class C(ISender sender, HttpClient http)
        {
            Timer? _timer; ITimer? _other; TimeSpan _every = TimeSpan.FromSeconds(1); readonly SemaphoreSlim _gate = new(1); int _busy; bool _running; Task? _task;
            static readonly TimeSpan Never = Timeout.InfiniteTimeSpan; const int Once = -1;
            async Task RunAsync() { await Task.Yield(); await sender.SendAsync(new Order(1, "")); }
            bool TryEnter() => Interlocked.CompareExchange(ref _busy, 1, 0) == 0;
            async Task SkipAsync() { if (!TryEnter()) return; try { await RunAsync(); } finally { Volatile.Write(ref _busy, 0); } }
            void Tick(object? state) => RunAsync().Forget();
            async void OnTick(object? state) { try { await RunAsync(); } catch (Exception) { } }
            async IAsyncEnumerable<int> Items() { await Task.Yield(); yield return 1; }
        {{members}}
        }
        """);

    /// <summary>One timer with this callback that fires every second.</summary>
    private static Task Callback(string timer, string callback, string more = "") =>
        Members($"    void Start() {{ {more} _timer = new {timer}({callback}, null, 0, 1000); }}");

    // The catalogue's own examples.

    [Fact]
    public Task An_async_lambda_on_a_periodic_timer_is_reported()
    {
        var test = Test("""
            class Poller(HttpClient http)
            {
                Timer? _timer;
                public void Start() => _timer = new {|#0:Timer|}(async _ => await http.GetAsync("/poll"), null, TimeSpan.Zero, TimeSpan.FromSeconds(5));
            }
            """);
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new OverlappingTimerAnalyzer().Descriptor).WithLocation(0).WithArguments("the callback"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task An_async_void_method_is_reported_by_its_name()
    {
        var test = Test("""
            class Cleaner(ISender sender)
            {
                readonly List<Timer> _timers = [];
                public void Start() => _timers.Add(new {|#0:Timer|}(OnTick, null, 1000, 1000));
                async void OnTick(object? state) { await sender.SendAsync(new Order(1, "")); }
            }
            """);
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new OverlappingTimerAnalyzer().Descriptor).WithLocation(0)
            .WithMessage("The timer fires again after each period whether or not 'OnTick' has finished, so slow runs overlap"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task A_handler_of_Elapsed_is_reported() => Check("""
        class KeepAlive
        {
            readonly System.Timers.Timer _timer = new(2000);
            public KeepAlive(ISender sender) => [|_timer.Elapsed|] += async (_, _) => await sender.SendAsync(new Order(1, ""));
        }
        """);

    [Fact]
    public Task A_timer_of_a_time_provider_is_reported() => Check("""
        class Refresher(TimeProvider time, ISender sender)
        {
            ITimer? _timer;
            public void Start() => _timer = time.[|CreateTimer|](_ => { _ = RefreshAsync(); }, null, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            async Task RefreshAsync() => await sender.SendAsync(new Order(1, ""));
        }
        """);

    [Fact]
    public Task What_starts_itself_again_skips_or_posts_is_silent() => Check("""
        class Rearm(ISender sender) { Timer? _t; public void Start() => _t = new Timer(Tick, null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
            async void Tick(object? o) { try { await sender.SendAsync(new Order(1, "")); } finally { _t!.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan); } } }
        class Skip(ISender sender) { Timer? _t; int _busy; public void Start() => _t = new Timer(async _ => {
            if (Interlocked.Exchange(ref _busy, 1) == 1) return;
            try { await sender.SendAsync(new Order(1, "")); } finally { _busy = 0; } }, null, 0, 1000); }
        class Post(Channel<Order> c) { Timer? _t; public void Start() => _t = new Timer(_ => c.Writer.TryWrite(new Order(1, "")), null, 0, 1000); }
        class Once { readonly System.Timers.Timer _t = new(1000) { AutoReset = false };
            public Once(ISender s) => _t.Elapsed += async (_, _) => { await s.SendAsync(new Order(1, "")); _t.Start(); }; }
        class Periodic(ISender s) { public async Task RunAsync(CancellationToken ct) { using var t = new PeriodicTimer(TimeSpan.FromSeconds(1)); while (await t.WaitForNextTickAsync(ct)) await s.SendAsync(new Order(1, ""), ct); } }
        """);

    [Theory]
    [InlineData("async _ => { await RunAsync().ConfigureAwait(false); }")]
    [InlineData("async (object? state) => await http.GetAsync(\"/\")")]
    [InlineData("async delegate { await RunAsync(); }")]
    [InlineData("new TimerCallback(Tick)")]
    [InlineData("Tick")]
    [InlineData("OnTick")]
    [InlineData("_ => OnTick(null)")]
    [InlineData("_ => RunAsync()")]
    [InlineData("_ => { var task = RunAsync(); }")]
    [InlineData("_ => { RunAsync().ContinueWith(t => Console.WriteLine(t.Exception)); }")]
    [InlineData("_ => Task.Run(RunAsync)")]
    [InlineData("_ => Task.Run(async () => await RunAsync())")]
    [InlineData("_ => { _ = Task.Run(() => http.GetAsync(\"/\")); }")]
    [InlineData("async _ => { using var reply = await http.GetAsync(\"/\"); Console.WriteLine(reply); }")]
    [InlineData("async _ => { await foreach (var item in Items()) Console.WriteLine(item); }")]
    [InlineData("async _ => { await RunAsync(); _timer!.Change(1000, 1000); }")]
    [InlineData("async _ => { if (_running) return; await RunAsync(); }")]
    [InlineData("async _ => { if (_running) { _running = false; await RunAsync(); } await RunAsync(); }")]
    [InlineData("async _ => { await Task.Delay(10); await RunAsync(); }")]
    [InlineData("async _ => { Task task = RunAsync(); await task; }")]
    public Task Asynchronous_work_that_nobody_waits_for_is_reported(string callback) => Callback("[|Timer|]", callback);

    [Fact]
    public Task Callbacks_behind_variables_and_local_functions_are_seen() => Members("""
            readonly TimerCallback _kept = async _ => await Task.Run(() => { });
            void Local() { TimerCallback callback = async _ => await RunAsync(); _timer = new [|Timer|](callback, null, 0, 1000); }
            void Function() { _timer = new [|Timer|](Go, null, 0, 1000); async void Go(object? state) => await RunAsync(); }
            void Kept() => _timer = new [|Timer|](_kept, null, 0, 1000);
            void Unknown(TimerCallback given) => _timer = new Timer(given, null, 0, 1000);
        """);

    [Fact]
    public Task Every_form_of_the_creation_is_seen() => Members("""
            void TargetTyped() => _timer = [|new|](OnTick, null, _every, _every);
            void Named() => _timer = new [|System.Threading.Timer|](period: 100, dueTime: 0, state: null, callback: OnTick);
            void Long() => _timer = new [|Timer|](OnTick, null, 0L, 5000L);
            Timer Returned() => new [|Timer|](static async s => await ((ISender)s!).SendAsync(new Order(1, "")), sender, 0, 1000);
            void Conditional(TimeProvider? time) => _other = time?.[|CreateTimer|](OnTick, null, TimeSpan.Zero, _every);
            void System() => _other = TimeProvider.System.[|CreateTimer|](OnTick, null, TimeSpan.Zero, _every);
        """);

    [Fact]
    public Task A_period_that_may_be_one_is_reported() => Members("""
            void Maybe(bool repeat) => _timer = new [|Timer|](OnTick, null, 0, repeat ? 1000 : Timeout.Infinite);
            void Computed(int seconds) => _timer = new [|Timer|](OnTick, null, TimeSpan.Zero, TimeSpan.FromSeconds(seconds));
        """);

    [Fact]
    public Task A_timer_that_fires_once_is_silent() => Members("""
            void Zero() => _timer = new Timer(OnTick, null, 1000, 0);
            void ZeroSpan() => _timer = new Timer(OnTick, null, _every, TimeSpan.Zero);
            void Infinite() => _timer = new Timer(OnTick, null, 1000, Timeout.Infinite);
            void Minus() => _timer = new Timer(OnTick, null, _every, TimeSpan.FromMilliseconds(-1));
            void Unsigned() => _timer = new Timer(OnTick, null, 0u, uint.MaxValue);
            void Constant() => _timer = new Timer(OnTick, null, 0, Once);
            void Field() => _timer = new Timer(OnTick, null, _every, Never);
            void Local() { var never = Timeout.InfiniteTimeSpan; _timer = new Timer(OnTick, null, _every, never); }
            void Default() => _timer = new Timer(OnTick, null, _every, default(TimeSpan));
            void ByHand() => _timer = new Timer(OnTick);
            void Provided(TimeProvider time) => _other = time.CreateTimer(OnTick, null, _every, Timeout.InfiniteTimeSpan);
        """);

    [Fact]
    public Task A_period_that_callers_give_is_silent() => Check("""
        class Every(ISender sender)
        {
            public Timer Start(TimeSpan period) => new(async _ => await sender.SendAsync(new Order(1, "")), null, period, period);
            public Timer Twice(int period) { var same = period; return new Timer(async _ => await sender.SendAsync(new Order(1, "")), null, 0, same); }
            public void Attach(double interval) { var timer = new System.Timers.Timer(interval); timer.Elapsed += async (_, _) => await sender.SendAsync(new Order(1, "")); }
        }
        class Kept(ISender sender, TimeSpan period) { readonly Timer _timer = new(async _ => await sender.SendAsync(new Order(1, "")), null, period, period); }
        class Started(ISender sender, TimeSpan period)
        {
            Timer? _timer;
            void Start() => _timer = new [|Timer|](async _ => await sender.SendAsync(new Order(1, "")), null, period, period);
        }
        """);

    [Theory]
    [InlineData("_ => Console.WriteLine()")]
    [InlineData("_ => RunAsync().GetAwaiter().GetResult()")]
    [InlineData("_ => RunAsync().Wait()")]
    [InlineData("_ => Task.Run(() => Console.WriteLine())")]
    [InlineData("_ => { _task = RunAsync(); }")]
    [InlineData("async _ => await Task.Delay(10)")]
    [InlineData("async _ => { await Task.Yield(); Console.WriteLine(); }")]
    [InlineData("async _ => await Task.CompletedTask")]
    [InlineData("async _ => await channel.Writer.WriteAsync(1)")]
    [InlineData("async _ => await block.SendAsync(1)")]
    [InlineData("_ => { _ = block.SendAsync(1); }")]
    [InlineData("_ => channel.Writer.WriteAsync(1)")]
    public Task Synchronous_callbacks_and_posts_to_a_queue_are_silent(string callback) =>
        Callback("Timer", callback, "var channel = Channel.CreateBounded<int>(1); var block = new BufferBlock<int>(new() { BoundedCapacity = 1 });");

    [Theory]
    [InlineData("async _ => { if (!await _gate.WaitAsync(0)) return; try { await RunAsync(); } finally { _gate.Release(); } }")]
    [InlineData("async _ => { if (!_gate.Wait(0)) return; try { await RunAsync(); } finally { _gate.Release(); } }")]
    [InlineData("async _ => { if (_running) return; _running = true; try { await RunAsync(); } finally { _running = false; } }")]
    [InlineData("async _ => { if (!_running) { _running = true; try { await RunAsync(); } finally { _running = false; } } }")]
    [InlineData("async _ => { lock (_gate) { if (_running) return; _running = true; } await RunAsync(); _running = false; }")]
    [InlineData("_ => { if (_task is { IsCompleted: false }) return; _task = RunAsync(); }")]
    [InlineData("async _ => { if (_task is { IsCompleted: false }) return; _task = RunAsync(); await _task; }")]
    [InlineData("async _ => { if (Volatile.Read(ref _busy) == 1) return; Volatile.Write(ref _busy, 1); await RunAsync(); Volatile.Write(ref _busy, 0); }")]
    [InlineData("async _ => { if (Interlocked.Increment(ref _busy) > 1) { Interlocked.Decrement(ref _busy); return; } await RunAsync(); Interlocked.Decrement(ref _busy); }")]
    [InlineData("_ => { if (!Monitor.TryEnter(_gate)) return; try { _ = RunAsync(); } finally { Monitor.Exit(_gate); } }")]
    [InlineData("async _ => await SkipAsync()")]
    [InlineData("_ => { _ = SkipAsync(); }")]
    [InlineData("_ => Task.Run(SkipAsync)")]
    [InlineData("async _ => { if (!TryEnter()) return; try { await RunAsync(); } finally { _busy = 0; } }")]
    [InlineData("_ => { _ = Task.Run(async () => { if (!await _gate.WaitAsync(0)) return; await RunAsync(); }); }")]
    [InlineData("async _ => { using (await locks.LockAsync()) await RunAsync(); }")]
    [InlineData("async _ => { using var held = await locks.LockAsync(); await RunAsync(); }")]
    [InlineData("async _ => { var held = await locks.TryLockAsync(); if (held is null) return; using (held) await RunAsync(); }")]
    [InlineData("async _ => { _timer!.Change(Timeout.Infinite, Timeout.Infinite); await RunAsync(); _timer.Change(1000, 1000); }")]
    [InlineData("async _ => { _timer?.Change(Timeout.Infinite, Timeout.Infinite); await RunAsync(); }")]
    [InlineData("async _ => { _timer?.Dispose(); await RunAsync(); }")]
    public Task A_guard_is_silent(string callback) => Callback("Timer", callback, "var locks = new AsyncLock();");

    [Fact]
    public Task AutoReset_belongs_to_its_timer() => Check("""
        class Timers
        {
            System.Timers.Timer _plain = new() { Interval = 1000 }, _auto = new(5) { AutoReset = true };
            readonly System.Timers.Timer _once; readonly bool _repeat;
            public System.Timers.Timer Open = new(1);
            public Timers(ISender sender)
            {
                _once = new System.Timers.Timer(2000) { AutoReset = false };
                _once.Elapsed += OnTick;
                [|_plain.Elapsed|] += OnTick;
                [|_auto.Elapsed|] += async (sender, e) => { await Task.Yield(); await Send(); };
                Open.Elapsed += OnTick;
                var local = new System.Timers.Timer(100);
                [|local.Elapsed|] += (o, e) => _ = Send();
                var once = new System.Timers.Timer(100);
                once.AutoReset = false;
                once.Elapsed += OnTick;
                var maybe = new System.Timers.Timer(100) { AutoReset = _repeat };
                maybe.Elapsed += OnTick;
                var kept = new System.Timers.Timer(100);
                kept.Elapsed += OnTick;
                _kept = kept;
                _kept.AutoReset = false;
                Task Send() => sender.SendAsync(new Order(1, ""));
                async void OnTick(object? source, System.Timers.ElapsedEventArgs e) => await Send();
            }
            readonly System.Timers.Timer _kept;
        }
        """);

    [Fact]
    public Task A_handler_that_stops_its_timer_is_silent() => Check("""
        class Stops
        {
            readonly System.Timers.Timer _a = new(100), _b = new(100), _c = new(100), _d = new(100);
            public Stops(ISender s)
            {
                _a.Elapsed += async (_, _) => { _a.Stop(); await s.SendAsync(new Order(1, "")); _a.Start(); };
                _b.Elapsed += async (_, _) => { _b.Enabled = false; await s.SendAsync(new Order(1, "")); _b.Enabled = true; };
                _c.Elapsed += async (source, _) => { ((System.Timers.Timer)source!).Stop(); await s.SendAsync(new Order(1, "")); };
                [|_d.Elapsed|] += async (_, _) => { await s.SendAsync(new Order(1, "")); _d.Stop(); };
            }
        }
        """);

    [Fact]
    public Task A_hosted_service_is_reported() => Check("""
        public partial class Worker(ISender sender) : IHostedService
        {
            public Task StartAsync(CancellationToken ct) { _timer = new [|Timer|](DoWork, null, TimeSpan.Zero, TimeSpan.FromSeconds(5)); return Task.CompletedTask; }
            public Task StopAsync(CancellationToken ct) { _timer?.Change(Timeout.Infinite, 0); return Task.CompletedTask; }
        }
        public partial class Worker
        {
            private Timer? _timer;
            private async void DoWork(object? state) => await sender.SendAsync(new Order(1, ""));
        }
        """);
}
