using Breakwater.Rules.Craft.LeakedTimeout;
using Breakwater.Testing;

namespace Breakwater.Tests.Craft;

public class LeakedTimeoutTests
{
    private static Task Check(string code) =>
        new RuleTest<LeakedTimeoutAnalyzer> { TestState = { Sources = { WorkPrelude.Source, code } } }.RunAsync();

    private static Task CheckBody(string statements) =>
        Check($"class C {{ async Task M(Task work, Task<int> other, CancellationToken ct) {{ {statements} await Task.Yield(); }} }}");

    private static Task CheckFix<TFix>(string code, string result) where TFix : Microsoft.CodeAnalysis.CodeFixes.CodeFixProvider, new() =>
        new RuleTest<LeakedTimeoutAnalyzer, TFix>
        {
            TestState = { Sources = { WorkPrelude.Source, code } },
            FixedState = { Sources = { WorkPrelude.Source, result } },
        }.RunAsync();

    [Fact]
    public Task SaysWhatStaysBehind() => new RuleTest<LeakedTimeoutAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                WorkPrelude.Source,
                """
                class Loader(HttpClient http)
                {
                    public async Task<string> GetAsync(string url, TimeSpan limit)
                    {
                        var load = http.GetStringAsync(url);
                        if (await Task.WhenAny(load, {|#0:Task.Delay(limit)|}) != load) throw new TimeoutException();
                        return await load;
                    }
                }
                """,
            },
            ExpectedDiagnostics =
            {
                new Microsoft.CodeAnalysis.Testing.DiagnosticResult("BW1208", DiagnosticSeverity.Info).WithLocation(0)
                    .WithMessage("When 'load' wins, this delay stays on the timer queue until it expires; under load these pile up"),
            },
        },
    }.RunAsync();

    [Theory]
    [InlineData("var timeout = [|Task.Delay(TimeSpan.FromSeconds(30))|]; var winner = await Task.WhenAny(work, timeout); Console.WriteLine(winner == timeout ? 1 : 2);")]
    [InlineData("while (!ct.IsCancellationRequested) await Task.WhenAny(work, [|Task.Delay(15_000, CancellationToken.None)|]);")]
    [InlineData("await Task.WhenAny(work, [|Task.Delay(1000)|]).ConfigureAwait(false);")]
    [InlineData("await Task.WhenAny([|Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System)|], work);")]
    [InlineData("await Task.WhenAny(work, [|Task.Delay(TimeSpan.FromMinutes(1), default(CancellationToken))|]);")]
    [InlineData("await Task.WhenAny(new Task[] { work, other, [|Task.Delay(5000)|] });")]
    [InlineData("await Task.WhenAny(new List<Task> { work, [|Task.Delay(5000)|] });")]
    [InlineData("await Task.WhenAny([work, [|Task.Delay(5000)|]]);")]
    [InlineData("Task timeout = [|Task.Delay(5000)|]; await Task.WhenAny(work, timeout); if (timeout.IsCompletedSuccessfully) return; if (ReferenceEquals(timeout, work)) return;")]
    [InlineData("const int Limit = 2000; Task.WhenAny(work, [|Task.Delay(millisecondsDelay: Limit)|]).Wait();")]
    [InlineData("Func<Task> run = async () => await Task.WhenAny(work, [|Task.Delay(9000)|]); await run();")]
    [InlineData("async Task Local() { await Task.WhenAny(work, [|Task.Delay(9000)|]); } await Local();")]
    [InlineData("for (var i = 0; i < 3; i++) { var tick = [|Task.Delay(60_000)|]; await Task.WhenAny(work, tick); }")]
    [InlineData("var tasks = new List<Task> { work, [|Task.Delay(5000)|] }; await Task.WhenAny(tasks);")]
    [InlineData("var tasks = new List<Task> { work }; tasks.Add([|Task.Delay(5000)|]); await Task.WhenAny(tasks);")]
    [InlineData("var tasks = new[] { work, [|Task.Delay(5000)|] }; await Task.WhenAny(tasks);")]
    [InlineData("Task[] tasks = [work, [|Task.Delay(5000)|]]; await Task.WhenAny(tasks);")]
    public Task ReportsDelaysThatNobodyStops(string statements) => CheckBody(statements);

    [Theory]
    [InlineData("using var cts = new CancellationTokenSource(); await Task.WhenAny(work, Task.Delay(30_000, cts.Token)); cts.Cancel();")]
    [InlineData("await Task.WhenAny(work, Task.Delay(30_000, ct));")]
    [InlineData("await Task.WhenAny(work, Task.Delay(200));")]
    [InlineData("await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(999)));")]
    [InlineData("await Task.WhenAny(work, Task.Delay(-1));")]
    [InlineData("await Task.WhenAny(work, Task.Delay(Timeout.Infinite));")]
    [InlineData("await Task.WhenAny(work, Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None));")]
    [InlineData("await Task.WhenAny(work, Task.Delay(Timeout.Infinite, ct));")]
    [InlineData("var tick = Task.Delay(60_000); for (var i = 0; i < 9; i++) await Task.WhenAny(work, tick);")]
    [InlineData("var late = Task.Delay(5000); await Task.WhenAny(work, late); await late;")]
    [InlineData("var late = Task.Delay(5000); await Task.WhenAny(work, late); Console.WriteLine(Task.WhenAll(late, work));")]
    [InlineData("await Task.WhenAny(Task.Delay(5000), Task.Delay(6000));")]
    [InlineData("var all = new[] { work, Task.Delay(5000) }; await Task.WhenAny(all); await Task.WhenAll(all);")]
    [InlineData("await Task.WhenAll(work, Task.Delay(5000));")]
    [InlineData("await work.WaitAsync(TimeSpan.FromSeconds(5));")]
    [InlineData("var tasks = new List<Task> { work, Task.Delay(5000) }; await Task.WhenAny(tasks); foreach (var task in tasks) await task;")]
    [InlineData("var tasks = new List<Task> { work, Task.Delay(5000) }; while (tasks.Count > 0) tasks.Remove(await Task.WhenAny(tasks));")]
    [InlineData("var tasks = new List<Task> { work, Task.Delay(5000) }; await Task.WhenAll(tasks);")]
    public Task IsSilentOnDelaysThatEndOrHarmNobody(string statements) => CheckBody(statements);

    [Theory]
    [InlineData("class S : IHostedService { Task _run = Task.CompletedTask; public Task StartAsync(CancellationToken ct) => Task.CompletedTask; public async Task StopAsync(CancellationToken ct) => await Task.WhenAny(_run, Task.Delay(30_000)); }")]
    [InlineData("class S : IHostedService { public Task StartAsync(CancellationToken ct) => Task.CompletedTask; async Task IHostedService.StopAsync(CancellationToken ct) => await Task.WhenAny(Task.Run(() => 1), Task.Delay(30_000)); }")]
    [InlineData("class S : BackgroundService { protected override Task ExecuteAsync(CancellationToken ct) => Task.CompletedTask; public override async Task StopAsync(CancellationToken ct) { await Task.WhenAny(ExecuteTask!, Task.Delay(30_000)); } }")]
    [InlineData("class S(Task run) : IAsyncDisposable { public async ValueTask DisposeAsync() => await Task.WhenAny(run, Task.Delay(30_000)); }")]
    [InlineData("class S(Task run) : IDisposable { public void Dispose() => Task.WhenAny(run, Task.Delay(30_000)).Wait(); }")]
    [InlineData("class P { static async Task Main() => await Task.WhenAny(Task.Run(() => 1), Task.Delay(30_000)); }")]
    public Task IsSilentWhereItRunsOnceInAProcess(string code) => Check(code);

    [Fact]
    public Task IsSilentInTopLevelStatements() => new RuleTest<LeakedTimeoutAnalyzer>
    {
        TestState = { OutputKind = OutputKind.ConsoleApplication, Sources = { WorkPrelude.Source, "await Task.WhenAny(Task.Run(() => 1), Task.Delay(30_000));" } },
    }.RunAsync();

    [Fact]
    public Task AMethodThatOnlySoundsLikeShutdownCounts() =>
        Check("class S(Task run) { public async Task StopAsync() => await Task.WhenAny(run, [|Task.Delay(30_000)|]); }");

    [Fact]
    public Task LongTextIsNotQuoted() => new RuleTest<LeakedTimeoutAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                WorkPrelude.Source,
                "class C { Task M() => Task.WhenAny(Task.Run(() => Console.WriteLine(\"a text that is long enough\")), {|#0:Task.Delay(5000)|}); }",
            },
            ExpectedDiagnostics =
            {
                new Microsoft.CodeAnalysis.Testing.DiagnosticResult("BW1208", DiagnosticSeverity.Info).WithLocation(0)
                    .WithMessage("When 'the other task' wins, this delay stays on the timer queue until it expires; under load these pile up"),
            },
        },
    }.RunAsync();

    [Theory]
    [InlineData("if (await Task.WhenAny(work, [|Task.Delay(limit)|]) != work) throw new TimeoutException();", "await work.WaitAsync(limit);")]
    [InlineData("if (await Task.WhenAny(work, [|Task.Delay(5000)|]).ConfigureAwait(false) != work) { throw new TimeoutException(\"late\"); }", "await work.WaitAsync(TimeSpan.FromMilliseconds(5000)).ConfigureAwait(false);")]
    [InlineData("if (work != await Task.WhenAny([work, [|Task.Delay(limit, TimeProvider.System)|]])) throw new System.TimeoutException();", "await work.WaitAsync(limit, TimeProvider.System);")]
    [InlineData("var timeout = [|Task.Delay(limit)|];\n        if (await Task.WhenAny(work, timeout) == timeout) throw new TimeoutException();", "await work.WaitAsync(limit);")]
    [InlineData("var winner = await Task.WhenAny(work, [|Task.Delay(limit)|]);\n        if (winner != work) throw new TimeoutException();", "await work.WaitAsync(limit);")]
    [InlineData("var timeout = [|Task.Delay(limit)|];\n        var winner = await Task.WhenAny(work, timeout);\n        if (winner == timeout) throw new TimeoutException();", "await work.WaitAsync(limit);")]
    public Task OffersWaitAsync(string before, string after) => CheckFix<LeakedTimeoutWaitFix>(Method(before), Method(after));

    [Theory]
    [InlineData("await Task.WhenAny(work, [|Task.Delay(limit)|]);")]
    [InlineData("if (await Task.WhenAny(work, [|Task.Delay(limit)|]) != work) throw new InvalidOperationException();")]
    [InlineData("if (await Task.WhenAny(work, [|Task.Delay(limit)|]) != work) throw new TimeoutException(); else Console.WriteLine();")]
    [InlineData("if (await Task.WhenAny(work, [|Task.Delay(limit)|]) == work) throw new TimeoutException();")]
    [InlineData("var winner = await Task.WhenAny(work, [|Task.Delay(limit)|]);\n        if (winner != work) throw new TimeoutException();\n        Console.WriteLine(winner);")]
    [InlineData("if (await Task.WhenAny(Task.Run(() => 1), [|Task.Delay(limit)|]) is Task<int>) throw new TimeoutException();")]
    public Task OffersNoWaitAsyncForOtherShapes(string body) => CheckFix<LeakedTimeoutWaitFix>(Method(body), Method(body));

    [Theory]
    [InlineData(
        "await Task.WhenAny(work, [|Task.Delay(limit)|]); // race",
        "using var delayCancellation = new CancellationTokenSource();\n        await Task.WhenAny(work, Task.Delay(limit, delayCancellation.Token)); // race\n        delayCancellation.Cancel();")]
    [InlineData(
        "// who is first\n        var winner = await Task.WhenAny(work, [|Task.Delay(5000, CancellationToken.None)|]);\n        Console.WriteLine(winner);",
        "// who is first\n        using var delayCancellation = new CancellationTokenSource();\n        var winner = await Task.WhenAny(work, Task.Delay(5000, delayCancellation.Token));\n        delayCancellation.Cancel();\n        Console.WriteLine(winner);")]
    [InlineData(
        "var timeout = [|Task.Delay(limit)|];\n        await Task.WhenAny(work, timeout);\n        Console.WriteLine(timeout.IsCompletedSuccessfully);",
        "using var delayCancellation = new CancellationTokenSource();\n        var timeout = Task.Delay(limit, delayCancellation.Token);\n        await Task.WhenAny(work, timeout);\n        delayCancellation.Cancel();\n        Console.WriteLine(timeout.IsCompletedSuccessfully);")]
    [InlineData(
        "while (!work.IsCompleted)\n            await Task.WhenAny(work, [|Task.Delay(limit)|]);",
        "while (!work.IsCompleted)\n        {\n            using var delayCancellation = new CancellationTokenSource();\n            await Task.WhenAny(work, Task.Delay(limit, delayCancellation.Token));\n            delayCancellation.Cancel();\n        }")]
    [InlineData(
        "await Task.WhenAny(work, [|Task.Delay(limit)|]);\n        await Task.WhenAny(work, [|Task.Delay(2000)|]);",
        "using var delayCancellation = new CancellationTokenSource();\n        await Task.WhenAny(work, Task.Delay(limit, delayCancellation.Token));\n        delayCancellation.Cancel();\n        using var delayCancellation2 = new CancellationTokenSource();\n        await Task.WhenAny(work, Task.Delay(2000, delayCancellation2.Token));\n        delayCancellation2.Cancel();")]
    public Task OffersToCancelTheDelay(string before, string after) => CheckFix<LeakedTimeoutCancelFix>(Method(before), Method(after));

    [Theory]
    [InlineData("if (await Task.WhenAny(work, [|Task.Delay(limit)|]) != work) throw new TimeoutException();")]
    [InlineData("Console.WriteLine(await Task.WhenAny(work, [|Task.Delay(limit)|]));")]
    [InlineData("var timeout = [|Task.Delay(limit)|];\n        await Task.WhenAny(work, timeout);\n        Console.WriteLine(timeout.IsCompleted);")]
    public Task OffersNoCancellingForOtherShapes(string body) => CheckFix<LeakedTimeoutCancelFix>(Method(body), Method(body));

    private static string Method(string body) =>
        $$"""
        class C
        {
            public async Task M(Task work, TimeSpan limit)
            {
                {{body}}
            }
        }
        """;
}
