using Breakwater.Rules.Craft.SwallowedCancellation;

namespace Breakwater.Tests.Craft;

public class SwallowedCancellationFixTests
{
    private static Task VerifyAsync(string source, string fixedSource)
    {
        var test = new RuleTest<SwallowedCancellationAnalyzer, SwallowedCancellationFix> { TestCode = source, FixedCode = fixedSource };
        test.TestState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        test.FixedState.Sources.Add(("Prelude.cs", WorkPrelude.Source));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string Loop(string turn) =>
        "public class K(ISender sender, IHostApplicationLifetime host) { private readonly CancellationTokenSource _cts = new(); private CancellationToken Stop() => _cts.Token; "
        + "public async Task RunAsync(Order order, CancellationToken ct) { while (true) { " + turn + " } } }";

    [Theory]
    [InlineData("try { await sender.SendAsync(order, ct); } [|catch|] (Exception) { }", "try { await sender.SendAsync(order, ct); } catch (OperationCanceledException) when (ct.IsCancellationRequested) { throw; } catch (Exception) { }")]
    [InlineData("try { await sender.SendAsync(order, ct); } catch (HttpRequestException) { } [|catch|] { }", "try { await sender.SendAsync(order, ct); } catch (HttpRequestException) { } catch (OperationCanceledException) when (ct.IsCancellationRequested) { throw; } catch { }")]
    [InlineData("try { await sender.SendAsync(order, this._cts.Token); } [|catch|] { }", "try { await sender.SendAsync(order, this._cts.Token); } catch (OperationCanceledException) when (this._cts.Token.IsCancellationRequested) { throw; } catch { }")]
    [InlineData("try { await sender.SendAsync(order, host.ApplicationStopping); } [|catch|] { }", "try { await sender.SendAsync(order, host.ApplicationStopping); } catch (OperationCanceledException) when (host.ApplicationStopping.IsCancellationRequested) { throw; } catch { }")]
    [InlineData("try { using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct); await sender.SendAsync(order, linked.Token); } [|catch|] { }", "try { using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct); await sender.SendAsync(order, linked.Token); } catch (OperationCanceledException) when (ct.IsCancellationRequested) { throw; } catch { }")]
    public Task LetsTheCancellationThrough(string turn, string fixedTurn) => VerifyAsync(Loop(turn), Loop(fixedTurn));

    [Fact]
    public Task KeepsLinesCommentsAndNames() => VerifyAsync(
        """
        namespace Work
        {
            class OperationCanceledException : Exception { }
            class Client(HttpClient http)
            {
                public async Task<string?> GetAsync(string url, System.Threading.CancellationToken @event)
                {
                    for (var attempt = 0; attempt < 5; attempt++)
                    {
                        try
                        {
                            return await http.GetStringAsync(url, @event);
                        }
                        // the server may be starting
                        [|catch|] (Exception)
                        {
                            await Task.Delay(200); // a moment
                        }
                    }
                    return null;
                }
                public async Task PollAsync(CancellationToken ct)
                {
                    while (true)
                    {
                        try {
                            await Task.Delay(1, ct);
                        } [|catch|] (Exception) {
                            Console.WriteLine();
                        }
                    }
                }
            }
        }
        """,
        """
        namespace Work
        {
            class OperationCanceledException : Exception { }
            class Client(HttpClient http)
            {
                public async Task<string?> GetAsync(string url, System.Threading.CancellationToken @event)
                {
                    for (var attempt = 0; attempt < 5; attempt++)
                    {
                        try
                        {
                            return await http.GetStringAsync(url, @event);
                        }
                        catch (System.OperationCanceledException) when (@event.IsCancellationRequested) { throw; }
                        // the server may be starting
                        catch (Exception)
                        {
                            await Task.Delay(200); // a moment
                        }
                    }
                    return null;
                }
                public async Task PollAsync(CancellationToken ct)
                {
                    while (true)
                    {
                        try {
                            await Task.Delay(1, ct);
                        } catch (System.OperationCanceledException) when (ct.IsCancellationRequested) { throw; } catch (Exception) {
                            Console.WriteLine();
                        }
                    }
                }
            }
        }
        """);

    [Theory]
    [InlineData("try { await sender.SendAsync(order, Stop()); } [|catch|] { }")]
    [InlineData("try { var source = Make(); await sender.SendAsync(order, source.Token); } [|catch|] { } static CancellationTokenSource Make() => new();")]
    public Task OffersNothingWhereTheTokenCannotBeAskedAgain(string turn) => VerifyAsync(Loop(turn), Loop(turn));
}
