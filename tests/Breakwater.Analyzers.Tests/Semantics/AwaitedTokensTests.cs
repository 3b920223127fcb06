using Breakwater.Flow;
using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class AwaitedTokensTests
{
    [Theory]
    [InlineData("await api.AllAsync(ct);", "ct")]
    [InlineData("await api.AllAsync(ct: ct).ConfigureAwait(false);", "ct")]
    [InlineData("var all = await api.AllAsync(_cts.Token);", "_cts.Token")]
    [InlineData("var task = api.AllAsync(ct); await task;", "ct")]
    [InlineData("await Task.WhenAll(api.AllAsync(ct), Task.CompletedTask);", "ct")]
    [InlineData("await Task.WhenAll(new[] { 1, 2 }.Select(i => api.LoadAsync(i, ct)));", "ct")]
    [InlineData("await foreach (var i in Items(ct)) { }", "ct")]
    [InlineData("await foreach (var i in Items().WithCancellation(ct).ConfigureAwait(false)) { }", "ct")]
    [InlineData("await Parallel.ForEachAsync(new[] { 1 }, new ParallelOptions { CancellationToken = ct }, (i, t) => default);", "ct")]
    [InlineData("ct.ThrowIfCancellationRequested();", "ct")]
    [InlineData("await api.AllAsync(_cts.Token); await api.AllAsync(ct);", "_cts.Token")]
    [InlineData("using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct); linked.CancelAfter(9); await api.AllAsync(linked.Token);", "ct")]
    [InlineData("var own = ct; await api.AllAsync(own);", "ct")]
    [InlineData("try { await api.AllAsync(ct); } catch (IOException) { }", "ct")]
    [InlineData("try { await api.AllAsync(ct); } catch (Exception) { Console.WriteLine(); throw; }", "ct")]
    [InlineData("try { await api.AllAsync(ct); } catch (OperationCanceledException) { }", null)]
    [InlineData("try { await api.AllAsync(ct); } catch { }", null)]
    [InlineData("using var limit = new CancellationTokenSource(9); await api.AllAsync(limit.Token);", null)]
    [InlineData("CancellationTokenSource limit; limit = new CancellationTokenSource(9); await api.AllAsync(limit.Token);", null)]
    [InlineData("await api.AllAsync(new CancellationTokenSource(9).Token);", null)]
    [InlineData("await Task.Run(() => api.AllAsync(ct));", null)]
    [InlineData("Func<Task> later = async () => { await api.AllAsync(ct); };", null)]
    [InlineData("_ = api.AllAsync(ct);", null)]
    [InlineData("await api.AllAsync();", null)]
    [InlineData("await api.AllAsync(CancellationToken.None);", null)]
    [InlineData("ct.Register(() => { });", null)]
    public void FindsTheFirstTokenThatAnAwaitDependsOn(string code, string? token)
    {
        var probe = new Probe($$"""
            public class C(IProductApi api)
            {
                readonly CancellationTokenSource _cts = new();
                static async IAsyncEnumerable<int> Items([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct = default) { await Task.Yield(); yield return 1; }
                public async Task M(CancellationToken ct) { await Task.Yield(); while (true) { {{code}} } }
            }
            """);
        var loop = probe.Body("M").Descendants().OfType<ILoopOperation>().First();
        Assert.Equal(token, AwaitedTokens.In(loop.Body, loop).Select(found => found.Token.Syntax.ToString()).FirstOrDefault());
    }
}
