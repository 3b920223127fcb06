using Breakwater.Flow;
using Breakwater.Tests.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Flow;

public class EndlessLoopTests
{
    private static ILoopOperation Loop(string body) => new Probe(
        $$"""
        using System.Diagnostics.CodeAnalysis; using System.Runtime.ExceptionServices;
        public class C(PeriodicTimer given)
        {
            const bool Forever = true;
            readonly PeriodicTimer _timer = new(TimeSpan.FromSeconds(1));
            [DoesNotReturn] static void Fail() => throw new InvalidOperationException();
            public async Task M(PeriodicTimer timer, int n, bool on, Exception error, CancellationToken ct) { await Task.Yield(); {{body}} }
        }
        """).Body("M").Descendants().OfType<ILoopOperation>().First();

    [Theory]
    [InlineData("while (true) { }", true)]
    [InlineData("while (!false) { }", true)]
    [InlineData("while (Forever) { }", true)]
    [InlineData("while ((true)) { }", true)]
    [InlineData("for (;;) { }", true)]
    [InlineData("for (var i = 0; ; i++) { }", true)]
    [InlineData("for (; true;) { }", true)]
    [InlineData("do { } while (true);", true)]
    [InlineData("while (await timer.WaitForNextTickAsync()) { }", true)]
    [InlineData("while (await _timer.WaitForNextTickAsync().ConfigureAwait(false)) { }", true)]
    [InlineData("while (await given.WaitForNextTickAsync(default)) { }", true)]
    [InlineData("using var own = new PeriodicTimer(TimeSpan.FromSeconds(1)); while (await own.WaitForNextTickAsync(CancellationToken.None)) { }", true)]
    [InlineData("while (await timer.WaitForNextTickAsync(ct)) { }", false)]
    [InlineData("while (await timer.WaitForNextTickAsync()) { if (on) timer.Dispose(); }", false)]
    [InlineData("ct.Register(timer.Dispose); while (await timer.WaitForNextTickAsync()) { }", false)]
    [InlineData("while (on) { }", false)]
    [InlineData("while (!ct.IsCancellationRequested) { }", false)]
    [InlineData("while (false) { }", false)]
    [InlineData("for (var i = 0; i < n; i++) { }", false)]
    [InlineData("do { } while (n-- > 0);", false)]
    [InlineData("foreach (var i in new[] { 1 }) { }", false)]
    public void KnowsConditionsThatNeverEnd(string body, bool isEndless) => Assert.Equal(isEndless, EndlessLoop.Is(Loop(body)));

    [Theory]
    [InlineData("while (true) { if (on) break; }", true)]
    [InlineData("while (true) { if (on) return; }", true)]
    [InlineData("while (true) { if (on) goto end; } end: ;", true)]
    [InlineData("while (true) { if (on) throw new InvalidOperationException(); }", true)]
    [InlineData("while (true) { var e = error ?? throw new InvalidOperationException(); }", true)]
    [InlineData("while (true) { try { n++; } catch (Exception) { throw; } }", true)]
    [InlineData("while (true) { try { throw new InvalidOperationException(); } catch (IOException) { } }", true)]
    [InlineData("while (true) { try { throw error; } catch (Exception) when (on) { } }", true)]
    [InlineData("while (true) { while (true) { return; } }", true)]
    [InlineData("while (true) { Fail(); }", true)]
    [InlineData("while (true) { Environment.Exit(1); }", true)]
    [InlineData("while (true) { try { n++; } catch (Exception e) { ExceptionDispatchInfo.Capture(e).Throw(); } }", true)]
    [InlineData("while (true) { n++; }", false)]
    [InlineData("while (true) { if (on) continue; n++; }", false)]
    [InlineData("while (true) { while (on) { break; } }", false)]
    [InlineData("while (true) { switch (n) { case 0: goto case 1; case 1: break; default: goto case 0; } }", false)]
    [InlineData("while (true) { again: n++; if (on) goto again; }", false)]
    [InlineData("while (true) { try { throw new InvalidOperationException(); } catch (Exception) { } }", false)]
    [InlineData("while (true) { try { throw new FileNotFoundException(); } catch (IOException) { } }", false)]
    [InlineData("while (true) { try { try { n++; } catch (IOException) { throw; } } catch { } }", false)]
    [InlineData("while (true) { int Next() { return n; } Func<int> again = () => { return Next(); }; n = again(); }", false)]
    public void SeesTheWaysOut(string body, bool hasExit) => Assert.Equal(hasExit, EndlessLoop.HasExit(Loop(body)));

    [Fact]
    public void CountsIteratorsAsLeft()
    {
        var loop = new Probe("public class C { public IEnumerable<int> M() { while (true) { yield return 1; } } }").Body("M").Descendants().OfType<ILoopOperation>().Single();
        Assert.True(EndlessLoop.HasExit(loop));
    }
}
