using Breakwater.Rules.Craft.UnstoppableService;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Craft;

public class UnstoppableServiceTests
{
    private static RuleTest<UnstoppableServiceAnalyzer> TestOf(string source)
    {
        var test = new RuleTest<UnstoppableServiceAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string source) => TestOf(source).RunAsync(TestContext.Current.CancellationToken);

    /// <summary>A service with these members, among them <c>ExecuteAsync</c>.</summary>
    private static Task InServiceAsync(string members) => VerifyAsync(
        $$"""
        public class Feed { public Feed() { } public Feed(CancellationToken stop) { } public CancellationToken Stop { get; set; } public Task<int> NextAsync() => Task.FromResult(1); public void Close() { } }
        public class S(ISender sender, BlockingCollection<Order> queue, IHostApplicationLifetime lifetime, ILogger<S> log) : BackgroundService
        {
            private static readonly Order O = new(1, "");
            private readonly CancellationTokenSource _cts = new();
            private readonly PeriodicTimer _timer = new(TimeSpan.FromSeconds(1));
            private CancellationToken _stop;
            private Task? _loop;
            private Feed _feed = new();
            {{members}}
        }
        """);

    private static Task ExecutesAsync(string body) => InServiceAsync("protected override async Task ExecuteAsync(CancellationToken stoppingToken) { " + body + " }");

    [Fact]
    public Task ReportsTheServicesOfTheCatalogue() => VerifyAsync(
        """
        public class Sweeper : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                [|while|] (true)
                {
                    Console.WriteLine("sweep");
                    await Task.Delay(1000);
                }
            }
        }
        public class Ticker(ISender sender) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                await Task.Delay(500, stoppingToken);
                using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
                [|while|] (await timer.WaitForNextTickAsync())
                    await sender.SendAsync(new Order(1, ""));
            }
        }
        public class Consumer(BlockingCollection<Order> queue) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() =>
            {
                [|for|] (;;)
                    Console.WriteLine(queue.Take());
            });
        }
        public class Delegating(ISender sender) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) => LoopAsync();
            private async Task LoopAsync()
            {
                [|do|]
                {
                    try { await sender.SendAsync(new Order(1, "")); } catch (HttpRequestException) { }
                } while (true);
            }
        }
        """);

    [Fact]
    public Task IsSilentOnWhatTheCatalogueLeavesAlone() => VerifyAsync(
        """
        public class Passes(ISender s) : BackgroundService { protected override async Task ExecuteAsync(CancellationToken ct) { while (true) await s.SendAsync(new Order(1, ""), ct); } }
        public class Registered(System.Net.Sockets.TcpListener l) : BackgroundService { protected override async Task ExecuteAsync(CancellationToken ct) {
            ct.Register(l.Stop); while (true) { using var c = await l.AcceptTcpClientAsync(); } } }
        public class Drains(Channel<Order> c, ISender s) : BackgroundService {
            protected override async Task ExecuteAsync(CancellationToken ct) { while (true) { if (!await c.Reader.WaitToReadAsync()) return; while (c.Reader.TryRead(out var o)) await s.SendAsync(o); } } }
        public class Completed(Channel<Order> c) : BackgroundService {
            protected override async Task ExecuteAsync(CancellationToken ct) { while (true) Console.WriteLine(await c.Reader.ReadAsync()); }
            public override Task StopAsync(CancellationToken ct) { c.Writer.TryComplete(); return base.StopAsync(ct); } }
        public class Finite(ISender s) : BackgroundService { protected override async Task ExecuteAsync(CancellationToken ct) { for (var i = 0; i < 10; i++) await s.SendAsync(new Order(i, "")); } }
        """);

    [Fact]
    public Task NamesTheToken()
    {
        var test = TestOf("public class S : BackgroundService { protected override async Task ExecuteAsync(CancellationToken quit) { {|#0:while|} (true) await Task.Yield(); } }");
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult(new UnstoppableServiceAnalyzer().Descriptor).WithLocation(0).WithArguments("quit")
            .WithMessage("This loop never looks at 'quit': on shutdown the host waits for its full timeout and then leaves the loop running until the process is killed"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("[|while|] (true) { try { await sender.SendAsync(O); } catch (Exception e) { log.LogError(e, \"failed\"); } await Task.Delay(1000, CancellationToken.None); }")]
    [InlineData("stoppingToken.ThrowIfCancellationRequested(); [|while|] (true) await Task.Delay(1000, default);")]
    [InlineData("[|for|] (var n = 0; ; n++) { if (n % 2 == 0) continue; await sender.SendAsync(O with { Id = n }); }")]
    [InlineData("[|do|] await Task.Yield(); while (!false);")]
    [InlineData("[|while|] (await _timer.WaitForNextTickAsync().ConfigureAwait(false)) log.LogInformation(\"tick\");")]
    [InlineData("[|while|] (true) { [|while|] (true) { queue.Take(); } }")]
    [InlineData("[|while|] (true) { while (queue.TryTake(out var o)) { if (o.Id == 0) break; await sender.SendAsync(o); } await Task.Delay(10); }")]
    [InlineData("[|while|] (true) { switch (queue.Take().Id) { case 0: break; default: continue; } }")]
    [InlineData("[|while|] (true) { try { throw new InvalidOperationException(); } catch (Exception) { await Task.Delay(1); } }")]
    [InlineData("[|while|] (true) { Func<int> next = () => { return queue.Take().Id; }; Console.WriteLine(next()); await Task.Yield(); }")]
    [InlineData("[|while|] (true) await Parallel.ForEachAsync(new[] { 1 }, async (i, token) => await sender.SendAsync(O, token));")]
    [InlineData("await Loop(); async Task Loop() { [|while|] (true) await Task.Yield(); }")]
    [InlineData("await Task.Run(Loop); void Loop() { [|while|] (true) queue.Take(); }")]
    [InlineData("await Task.Run(() => Loop(), stoppingToken); static void Loop() { [|while|] (true) Thread.Sleep(10); }")]
    [InlineData("var loop = Task.Run(async () => { [|while|] (true) await Task.Yield(); }); await loop;")]
    [InlineData("await Task.WhenAll(Loop(1), Loop(2)); async Task Loop(int n) { [|while|] (true) await Task.Delay(n); }")]
    [InlineData("_feed = await Task.Run(() => new Feed(), stoppingToken); [|while|] (true) await _feed.NextAsync();")]
    [InlineData("if (queue.Count > 0) { [|while|] (true) { queue.Take(); } } await Task.Delay(-1, stoppingToken);")]
    public Task ReportsLoopsThatNothingEnds(string body) => ExecutesAsync(body);

    [Theory]
    [InlineData("while (true) { if (stoppingToken.IsCancellationRequested) Console.WriteLine(); await Task.Yield(); }")]
    [InlineData("while (!stoppingToken.IsCancellationRequested) await Task.Delay(1000);")]
    [InlineData("while (true) { if (lifetime.ApplicationStopping.IsCancellationRequested) await Task.Delay(1); }")]
    [InlineData("while (true) await sender.SendAsync(O, _cts.Token);")]
    [InlineData("while (true) { if (!_cts.IsCancellationRequested) await sender.SendAsync(O); }")]
    [InlineData("var token = stoppingToken; while (true) await Task.Delay(1000, token);")]
    [InlineData("while (true) { using var linked = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken); await Task.Delay(1, linked.Token); }")]
    [InlineData("while (true) await Send(); Task Send() => sender.SendAsync(O, stoppingToken);")]
    [InlineData("Func<Task> send = () => sender.SendAsync(O, stoppingToken); while (true) await send();")]
    [InlineData("using var t = new PeriodicTimer(TimeSpan.FromSeconds(1)); while (await t.WaitForNextTickAsync(stoppingToken)) { }")]
    [InlineData("using var t = new PeriodicTimer(TimeSpan.FromSeconds(1)); using var r = stoppingToken.Register(() => t.Dispose()); while (await t.WaitForNextTickAsync()) { }")]
    [InlineData("stoppingToken.UnsafeRegister(static s => ((Feed)s!).Close(), _feed); while (true) await _feed.NextAsync();")]
    [InlineData("_stop = stoppingToken; while (true) await _feed.NextAsync();")]
    [InlineData("_feed.Stop = stoppingToken; while (true) await _feed.NextAsync();")]
    [InlineData("var feed = new Feed(stoppingToken); while (true) await feed.NextAsync();")]
    [InlineData("var feed = new Feed { Stop = stoppingToken }; while (true) await feed.NextAsync();")]
    [InlineData("using var own = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken); var feed = new Feed(own.Token); while (true) await feed.NextAsync();")]
    [InlineData("while (true) { if (await _feed.NextAsync() == 0) break; }")]
    [InlineData("while (true) { var n = await _feed.NextAsync(); if (n < 0) throw new InvalidOperationException(); }")]
    [InlineData("while (true) { try { await _feed.NextAsync(); } catch (Exception e) { log.LogError(e, \"\"); throw; } }")]
    [InlineData("while (true) { if (queue.IsCompleted) goto done; queue.Take(); } done: await Task.Yield();")]
    [InlineData("while (!queue.IsCompleted) queue.Take();")]
    [InlineData("foreach (var o in queue.GetConsumingEnumerable()) await sender.SendAsync(o);")]
    [InlineData("await Task.WhenAny(Loop(), Task.Delay(-1, stoppingToken)); async Task Loop() { while (true) await Task.Yield(); }")]
    [InlineData("await Loop().WaitAsync(stoppingToken); async Task Loop() { while (true) await Task.Yield(); }")]
    [InlineData("var loop = Loop(); await Task.WhenAny(loop, Task.Delay(-1, stoppingToken)); async Task Loop() { while (true) await Task.Yield(); }")]
    [InlineData("_ = Task.Run(async () => { while (true) await Task.Yield(); }); await Task.Delay(-1, stoppingToken);")]
    [InlineData("_loop = Loop(); await Task.Delay(-1, stoppingToken); async Task Loop() { while (true) await Task.Yield(); }")]
    [InlineData("Action never = () => { while (true) queue.Take(); }; await Task.Yield();")]
    [InlineData("Unused(); void Unused() { Deeper(); } void Deeper() { while (true) queue.Take(); } await Task.Yield();")]
    public Task IsSilentOnLoopsThatEndOrMay(string body) => ExecutesAsync(body);

    [Theory]
    [InlineData("protected override Task ExecuteAsync(CancellationToken stoppingToken) => LoopAsync(stoppingToken); private async Task LoopAsync(CancellationToken ct) { [|while|] (true) await Task.Delay(10); }")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(Loop, stoppingToken); private void Loop() { [|while|] (true) queue.Take(); }")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken stoppingToken) { Loop(); return Task.CompletedTask; } private void Loop() { [|while|] (true) queue.Take(); }")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll([One(), Task.Run(() => { [|while|] (true) queue.Take(); })]); private static async Task One() { [|while|] (true) await Task.Yield(); }")]
    [InlineData("protected sealed override async Task ExecuteAsync(CancellationToken _) { [|while|] (true) { await StepAsync(); } } private Task StepAsync(CancellationToken ct = default) => sender.SendAsync(O, ct);")]
    [InlineData("protected override async Task ExecuteAsync(CancellationToken ct) { [|while|] (true) await sender.SendAsync(O); } public override Task StopAsync(CancellationToken ct) { log.LogInformation(\"stopping\"); return base.StopAsync(ct); }")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken ct) => Task.WhenAll(Enumerable.Range(0, 3).Select(LoopAsync)); private async Task LoopAsync(int n) { [|while|] (true) await Task.Delay(n); }")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken ct) => Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => { [|while|] (true) queue.Take(); })));")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken ct) { _loop = LoopAsync(); return _loop; } private async Task LoopAsync() { [|while|] (true) await Task.Yield(); }")]
    public Task ReportsLoopsInWhatExecuteAsyncRuns(string members) => InServiceAsync(members);

    [Theory]
    [InlineData("protected override Task ExecuteAsync(CancellationToken ct) { _ = Task.Run(() => { while (true) queue.Take(); }); return Task.CompletedTask; }")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken ct) { var loop = LoopAsync(); return Task.CompletedTask; } private async Task LoopAsync() { while (true) await Task.Yield(); }")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken ct) { new Thread(Loop).Start(); return Task.CompletedTask; } private void Loop() { while (true) queue.Take(); }")]
    [InlineData("protected override async Task ExecuteAsync(CancellationToken ct) { while (true) await sender.SendAsync(O); } public override void Dispose() { (sender as IDisposable)?.Dispose(); base.Dispose(); }")]
    [InlineData("protected override async Task ExecuteAsync(CancellationToken ct) { while (true) queue.Take(); } public override async Task StopAsync(CancellationToken ct) { Close(); await base.StopAsync(ct); } private void Close() => queue.CompleteAdding();")]
    [InlineData("protected override async Task ExecuteAsync(CancellationToken ct) { while (await _timer.WaitForNextTickAsync()) { } } public override void Dispose() { _timer.Dispose(); base.Dispose(); }")]
    [InlineData("protected override async Task ExecuteAsync(CancellationToken ct) { _stop = ct; while (true) await StepAsync(); } private Task StepAsync() => sender.SendAsync(O, _stop);")]
    [InlineData("protected override async Task ExecuteAsync(CancellationToken ct) { while (true) await StepAsync(); } private Task StepAsync() => sender.SendAsync(O, lifetime.ApplicationStopping);")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken ct) => LoopAsync(ct); private async Task LoopAsync(CancellationToken ct) { ct.Register(_feed.Close); while (true) await _feed.NextAsync(); }")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken ct) => Task.CompletedTask; public async Task RunAsync() { while (true) await Task.Yield(); }")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken ct) => Task.Delay(-1, ct); public Task ExecuteAsync(string s) { while (true) queue.Take(); }")]
    public Task IsSilentOnServicesThatReturnOrCanBeEnded(string members) => InServiceAsync(members);

    [Theory]
    [InlineData("var stop = Task.Delay(-1, ct); while (true) await await Task.WhenAny(stop, sender.SendAsync(O));")]
    [InlineData("await using var feed = FeedAsync(ct).GetAsyncEnumerator(ct); while (true) { await feed.MoveNextAsync(); log.LogInformation(\"{N}\", feed.Current); }")]
    [InlineData("Func<Task> step = async () => await sender.SendAsync(O, ct); while (true) await Task.Run(step);")]
    [InlineData("_step = () => sender.SendAsync(O, ct); while (true) await _step();")]
    [InlineData("var first = await FirstAsync(ct); [|while|] (true) { await Task.Delay(first); }")]
    [InlineData("var delay = ct.CanBeCanceled ? 1 : 2; [|while|] (true) { await Task.Delay(delay); }")]
    [InlineData("Func<CancellationToken, Task> step = t => sender.SendAsync(O, t); [|while|] (true) { await step(CancellationToken.None); }")]
    [InlineData("_step = () => sender.SendAsync(O); [|while|] (true) await _step();")]
    public Task KnowsVariablesThatHoldTheToken(string body) => InServiceAsync(
        $$"""
        private Func<Task> _step = null!;
        private Task<int> FirstAsync(CancellationToken ct) => Task.FromResult(1);
        private static async IAsyncEnumerable<int> FeedAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct) { await Task.Delay(1, ct); yield return 1; }
        protected override async Task ExecuteAsync(CancellationToken ct) { {{body}} }
        """);

    [Fact]
    public Task SeesPartialAndDerivedServices() => VerifyAsync(
        """
        using Work = Microsoft.Extensions.Hosting.BackgroundService;
        public partial class Split : Work { protected override Task ExecuteAsync(CancellationToken stop) => RunAsync(); }
        public partial class Split { private async Task RunAsync() { [|while|] (true) await Task.Yield(); } }
        public abstract class Polling<T> : BackgroundService { protected abstract Task StepAsync(T item); protected override async Task ExecuteAsync(CancellationToken stop) { [|while|] (true) await StepAsync(default!); } }
        public class Orders : Polling<Order> { protected override Task StepAsync(Order item) => Task.CompletedTask; }
        public class Own : Polling<int> { protected override Task StepAsync(int item) => Task.CompletedTask; protected override async Task ExecuteAsync(CancellationToken stop) { [|while|] (true) { await Task.Yield(); } } }
        public class Outer { private sealed class Inner : BackgroundService { protected override async Task ExecuteAsync(CancellationToken stop) { [|for|] (; ; ) await Task.Yield(); } } }
        """);

    [Fact]
    public Task IsSilentOutsideBackgroundServices() => VerifyAsync(
        """
        public class Hosted : IHostedService { public async Task StartAsync(CancellationToken ct) { while (true) await Task.Yield(); } public Task StopAsync(CancellationToken ct) => Task.CompletedTask; }
        public class Plain { protected async Task ExecuteAsync(CancellationToken ct) { while (true) await Task.Yield(); } }
        public abstract class Unrelated { protected abstract Task ExecuteAsync(CancellationToken ct); }
        public class Derived : Unrelated { protected override async Task ExecuteAsync(CancellationToken ct) { while (true) await Task.Yield(); } }
        public class Released(Channel<int> c) : BackgroundService, IAsyncDisposable
        {
            protected override async Task ExecuteAsync(CancellationToken ct) { while (true) await c.Reader.ReadAsync(); }
            ValueTask IAsyncDisposable.DisposeAsync() { c.Writer.TryComplete(); return default; }
        }
        """);
}
