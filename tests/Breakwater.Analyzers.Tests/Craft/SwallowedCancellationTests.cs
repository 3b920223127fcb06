using Breakwater.Rules.Craft.SwallowedCancellation;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Craft;

public class SwallowedCancellationTests
{
    private static RuleTest<SwallowedCancellationAnalyzer> TestOf(string source)
    {
        var test = new RuleTest<SwallowedCancellationAnalyzer> { TestCode = source };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test;
    }

    private static Task VerifyAsync(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = TestOf(source);
        test.TestState.OutputKind = kind;
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Class(string member) =>
        $$"""
        public class X { public CancellationToken Token { get; set; } public bool Ok { get; set; } }
        public class K(ISender sender, ILogger<K> log, HttpClient http, ChannelReader<Order> orders, X x)
        {
            private static readonly Order O = new(1, "");
            private readonly CancellationTokenSource _cts = new();
            private bool _connected;
            private int _n;
            private Task Own() => Task.Delay(1, _cts.Token);
            private Task Plain(Exception e) => Task.Delay(1);
            {{member}}
        }
        """;

    [Fact]
    public Task ReportsTheLoopsOfTheCatalogue() => VerifyAsync(
        """
        public class Worker(ISender sender, ILogger<Worker> log) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (true)
                {
                    try { await sender.SendAsync(new Order(1, ""), stoppingToken); await Task.Delay(1000, stoppingToken); }
                    [|catch|] (Exception ex) { log.LogError(ex, "failed"); }
                }
            }
        }
        class Client(HttpClient http)
        {
            public async Task<string?> GetAsync(string url, CancellationToken ct)
            {
                for (var attempt = 0; attempt < 5; attempt++)
                {
                    try { return await http.GetStringAsync(url, ct); }
                    [|catch|] (Exception)
                    {
                        if (attempt == 4) throw;
                        await Task.Delay(200);
                    }
                }
                return null;
            }
        }
        class Reader(ChannelReader<Order> orders)
        {
            readonly CancellationTokenSource _cts = new();
            public async Task RunAsync()
            {
                for (;;)
                {
                    try { Console.WriteLine(await orders.ReadAsync(_cts.Token)); }
                    [|catch|] { Thread.Sleep(10); }
                }
            }
        }
        class Connection
        {
            async Task M(CancellationToken ct)
            {
                var connected = false;
                while (!connected)
                {
                    try { await new HttpClient().GetAsync("http://x", ct); connected = true; }
                    [|catch|] (Exception e) { Console.WriteLine(e.Message); }
                }
            }
        }
        """);

    [Theory]
    [InlineData("while (!ct.IsCancellationRequested) { try { await Task.Delay(1000, ct); } catch (Exception e) { Console.WriteLine(e); } }")]
    [InlineData("while (true) { try { await Task.Delay(1000, ct); } catch (Exception e) when (e is not OperationCanceledException) { Console.WriteLine(e); } }")]
    [InlineData("while (true) { try { await Task.Delay(10, ct); } catch (OperationCanceledException) { break; } catch (Exception e) { Console.WriteLine(e); } }")]
    [InlineData("for (var i = 0; i < 3; i++) { try { await Task.Delay(10, ct); return; } catch (Exception) { await Task.Delay(1000, ct); } }")]
    [InlineData("foreach (var id in new[] { 1, 2 }) { try { await Task.Delay(id, ct); } catch (Exception e) { Console.WriteLine(e); } }")]
    [InlineData("while (true) { ct.ThrowIfCancellationRequested(); try { await Task.Delay(10, ct); } catch (Exception e) { Console.WriteLine(e); } }")]
    public Task IsSilentOnWhatTheCatalogueLeavesAlone(string body) => VerifyAsync("class C { async Task M(CancellationToken ct) { " + body + " } }");

    [Fact]
    public Task SaysWhatComesOfIt()
    {
        var test = TestOf(Class(
            """
            async Task Endless(CancellationToken stop) { while (true) { try { await sender.SendAsync(O, stop); } {|#0:catch|} (Exception) { } } }
            async Task Retry(CancellationToken stop) { for (var i = 0; i < 3; i++) { try { await sender.SendAsync(O, _cts.Token); return; } {|#1:catch|} (Exception) { } } }
            async Task Counted(CancellationToken stop) { while (true) { try { await sender.SendAsync(O, stop); return; } {|#2:catch|} (Exception) { if (++_n > 3) throw; } } }
            """));
        var finding = new SwallowedCancellationAnalyzer().Descriptor;
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult(finding).WithLocation(0).WithMessage("This catch swallows the cancellation of 'stop' too: once cancelled, the loop spins at full speed and never ends"));
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult(finding).WithLocation(1).WithMessage("This catch takes the cancellation of '_cts.Token' for a failure and tries again"));
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult(finding).WithLocation(2).WithMessage("This catch takes the cancellation of 'stop' for a failure and tries again"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await foreach (var o in orders.ReadAllAsync(ct)) log.LogInformation(\"x\"); } [|catch|] (Exception e) { log.LogError(e, \"\"); } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await Task.WhenAll(sender.SendAsync(O, ct)).ConfigureAwait(false); } [|catch|] { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { var t = sender.SendAsync(O, ct); await t; } [|catch|] { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { ct.ThrowIfCancellationRequested(); await sender.SendAsync(O); } [|catch|] { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct); linked.CancelAfter(10); await sender.SendAsync(O, linked.Token); } [|catch|] { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, ct); } catch (HttpRequestException) { break; } [|catch|] (Exception) { await Plain(null!); } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, ct); } [|catch|] (Exception) { if (++_n > 5) throw; } } }")]
    [InlineData("async Task M(CancellationToken ct) { do { try { await sender.SendAsync(O, ct); _connected = true; } [|catch|] (Exception) { } } while (!_connected && _n < 3); }")]
    [InlineData("async Task M(CancellationToken ct) { for (var i = 0; ; i++) { try { await sender.SendAsync(O, ct); break; } [|catch|] (Exception) { if (i is 3) { log.LogError(\"x\"); throw; } else { await Task.Delay(1); } } } }")]
    [InlineData("async Task M() { using var cts = new CancellationTokenSource(); Console.CancelKeyPress += (_, _) => cts.Cancel(); while (true) { try { await sender.SendAsync(O, cts.Token); } [|catch|] (Exception) { } } }")]
    [InlineData("async Task<int> M(CancellationToken ct) { var retry = true; while (retry) { try { using (var s = new MemoryStream()) { await s.CopyToAsync(Stream.Null, ct); retry = false; } } [|catch|] (Exception) { } } return 1; }")]
    [InlineData("async Task M() { while (true) { try { await sender.SendAsync(O, x.Token); } catch (Exception) when (x.Ok) { break; } [|catch|] (Exception e) { await Plain(e); } } }")]
    [InlineData("async Task M(PeriodicTimer t, CancellationToken ct) { while (await t.WaitForNextTickAsync()) { try { await sender.SendAsync(O, ct); } [|catch|] (Exception) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await Task.WhenAll(new[] { 1 }.Select(i => sender.SendAsync(O, ct))); } [|catch|] (Exception) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, ct); if (_n > 3) break; } [|catch|] (Exception) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { try { await sender.SendAsync(O, ct); } catch (Exception e) { log.LogError(e, \"\"); throw; } } [|catch|] (Exception) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { switch (_n) { case 1: try { await sender.SendAsync(O, ct); } [|catch|] (Exception) { continue; } break; } } }")]
    [InlineData("async Task M(CancellationToken ct) { await Task.Run(async () => { while (true) { try { await sender.SendAsync(O, ct); } [|catch|] (Exception) { } } }); }")]
    public Task ReportsLoopsThatGoOn(string member) => VerifyAsync(Class(member));

    [Theory]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { if (_n > 3) return; await sender.SendAsync(O, ct); } catch (Exception) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, ct); } catch (Exception) { } await Task.Delay(1, ct); } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, ct); } catch (Exception) { await Own(); } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { using var cts = new CancellationTokenSource(5); try { await sender.SendAsync(O, cts.Token); } catch (Exception) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, ct); } catch (SystemException) { throw; } catch (Exception) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, ct); } catch (Exception e) { if (e is OperationCanceledException) Console.WriteLine(); } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, ct); } catch (Exception e) { if (x.Ok) throw; } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (_n++ < 4) { try { await sender.SendAsync(O, ct); } catch (Exception e) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await Task.Run(async () => { await sender.SendAsync(O, ct); }); } catch (Exception e) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { foreach (var i in new[] { 1 }) { try { await sender.SendAsync(O, ct); } catch (Exception e) { } } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { Func<Task> f = async () => { try { await sender.SendAsync(O, ct); } catch (Exception e) { } }; await f(); } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, CancellationToken.None); } catch (Exception e) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O); ct.Register(() => { }); } catch (Exception e) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { var done = false; while (!done) { try { await sender.SendAsync(O, ct); done = true; } catch (Exception e) { done = true; } } }")]
    [InlineData("async Task M(CancellationToken ct) { var done = false; while (!done) { try { await sender.SendAsync(O, ct); done = x.Ok; } catch (Exception e) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { try { await sender.SendAsync(O, ct); } catch (OperationCanceledException) { return; } } catch (Exception e) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, ct); } catch (Exception e) { System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e); } } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, ct); } catch (Exception e) { Environment.FailFast(\"x\"); } } }")]
    [InlineData("async IAsyncEnumerable<int> M() { while (true) { try { await sender.SendAsync(O, _cts.Token); } catch (Exception e) { } yield return 1; } }")]
    [InlineData("async Task M(CancellationToken ct) { while (!_cts.IsCancellationRequested) { try { await sender.SendAsync(O, ct); return; } catch (Exception e) { } } }")]
    [InlineData("async Task M(CancellationToken ct) { try { await sender.SendAsync(O, ct); } catch (Exception e) { } }")]
    [InlineData("async Task M(CancellationToken ct) { while (true) { try { await sender.SendAsync(O, ct); } catch (Exception e) { if (e.HResult == 3) throw; } } }")]
    [InlineData("async Task M(CancellationToken ct) { CancellationTokenSource? cts = null; while (true) { cts = new CancellationTokenSource(5); try { await sender.SendAsync(O, cts.Token); } catch (Exception e) { } } }")]
    public Task IsSilentOnLoopsThatLookOrLeave(string member) => VerifyAsync(Class(member));

    [Fact]
    public Task SeesTopLevelStatementsAndLocalFunctions() => VerifyAsync(
        """
        using var quit = new CancellationTokenSource();
        Console.CancelKeyPress += (_, _) => quit.Cancel();
        while (true)
        {
            try { await PollAsync(quit.Token); }
            [|catch|] (Exception e) { Console.WriteLine(e); }
        }

        static async Task PollAsync(CancellationToken stop)
        {
            var attempt = 0;
            do
            {
                try { await Task.Delay(1, stop); break; }
                [|catch|] { attempt++; }
            }
            while (attempt < 3);
        }
        """, OutputKind.ConsoleApplication);
}
