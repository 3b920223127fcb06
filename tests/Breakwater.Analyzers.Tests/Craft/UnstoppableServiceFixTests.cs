using Breakwater.Rules.Craft.UnstoppableService;

namespace Breakwater.Tests.Craft;

public class UnstoppableServiceFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<UnstoppableServiceAnalyzer, UnstoppableServiceFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Service(string body) =>
        $$"""
        public class S(BlockingCollection<Order> queue, PeriodicTimer timer) : BackgroundService
        {
            protected override async Task ExecuteAsync(CancellationToken stop) { {{body}} }
        }
        """;

    [Theory]
    [InlineData("[|while|] (true) queue.Take(); /* forever */", "while (!stop.IsCancellationRequested) queue.Take(); /* forever */")]
    [InlineData("[|while|] (/* always */ true) { await Task.Delay(10); }", "while (/* always */ !stop.IsCancellationRequested) { await Task.Delay(10, stop); }")]
    [InlineData("[|for|] (;;) await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);", "for (; !stop.IsCancellationRequested;) await Task.Delay(TimeSpan.FromSeconds(1), stop).ConfigureAwait(false);")]
    [InlineData("[|for|] (var i = 0; ; i++) queue.Take();", "for (var i = 0; !stop.IsCancellationRequested; i++) queue.Take();")]
    [InlineData("[|for|] (; true;) queue.Take();", "for (; !stop.IsCancellationRequested;) queue.Take();")]
    [InlineData("[|do|] { queue.Take(); } while (true);", "do { queue.Take(); } while (!stop.IsCancellationRequested);")]
    [InlineData("[|while|] (await timer.WaitForNextTickAsync()) { queue.Take(); await Task.Delay(millisecondsDelay: 5); }", "while (await timer.WaitForNextTickAsync(stop)) { queue.Take(); await Task.Delay(millisecondsDelay: 5, stop); }")]
    [InlineData("[|while|] (await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false)) queue.Take();", "while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false)) queue.Take();")]
    [InlineData("await Task.Run(() => { [|while|] (true) queue.Take(); });", "await Task.Run(() => { while (!stop.IsCancellationRequested) queue.Take(); });")]
    [InlineData("await Loop(); async Task Loop() { [|while|] (true) await Task.Delay(1); }", "await Loop(); async Task Loop() { while (!stop.IsCancellationRequested) await Task.Delay(1, stop); }")]
    [InlineData("[|while|] (true) { Func<Task> later = () => Task.Delay(1); await later(); }", "while (!stop.IsCancellationRequested) { Func<Task> later = () => Task.Delay(1); await later(); }")]
    [InlineData("[|while|] (true) { await Task.Delay(1); [|while|] (true) { await Task.Delay(2); } }", "while (!stop.IsCancellationRequested) { await Task.Delay(1, stop); while (!stop.IsCancellationRequested) { await Task.Delay(2, stop); } }")]
    public Task LetsTheLoopLookAtTheToken(string body, string fixedBody) => VerifyAsync(Service(body), Service(fixedBody));

    [Fact]
    public Task ReturnsWhereTheLoopWasTheEnd() => VerifyAsync(
        """
        public class S(BlockingCollection<Order> queue) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken @stop)
            {
                [|while|] (true)
                {
                    // one after the other
                    Console.WriteLine(queue.Take());
                }
            }
        }
        """,
        """
        public class S(BlockingCollection<Order> queue) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken @stop)
            {
                while (!@stop.IsCancellationRequested)
                {
                    // one after the other
                    Console.WriteLine(queue.Take());
                }
                return Task.CompletedTask;
            }
        }
        """);

    private static Task OffersNothingAsync(string source) => VerifyAsync(source, source);

    [Theory]
    [InlineData("await Loop(); static async Task Loop() { [|while|] (true) await Task.Delay(1); }")]
    [InlineData("await Task.Run(static () => { [|while|] (true) Thread.Sleep(1); });")]
    [InlineData("await Loop(1); async Task Loop(int stop) { [|while|] (true) await Task.Delay(stop); }")]
    [InlineData("await Task.Run(Next); int Next() { [|while|] (true) queue.Take(); }")]
    public Task OffersNothingWhereTheTokenIsOutOfReach(string body) => OffersNothingAsync(Service(body));

    [Fact]
    public Task OffersNothingInAnotherMethod() => OffersNothingAsync(
        "public class S : BackgroundService { protected override Task ExecuteAsync(CancellationToken stop) => Loop(); private async Task Loop() { [|while|] (true) await Task.Delay(1); } }");
}
