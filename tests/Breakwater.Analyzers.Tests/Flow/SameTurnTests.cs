using Breakwater.Flow;
using Breakwater.Tests.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Flow;

public class SameTurnTests
{
    private static (IOperation Start, ILoopOperation Loop) In(string turn)
    {
        var probe = new Probe(
            $$"""
            public class C(List<Task> kept, Task[] slots, CancellationToken ct)
            {
                private Task? _last;
                private static Task Start() => Task.CompletedTask;
                private static Thread Made() => new(() => { });
                private static Lazy<int> Lazily() => new(() => 1);
                private static Timer Ticking() => new(_ => { });
                public async Task M(int n, int[] xs)
                {
                    Task outer;
                    await Task.Yield();
                    while (true) { {{turn}} }
                }
            }
            """);
        var start = probe.Body("M").Descendants().OfType<IInvocationOperation>().First(c => c.TargetMethod.Name is "Start" or "Made" or "Lazily" or "Ticking" && c.Instance is null);
        return (start, probe.Body("M").Descendants().OfType<ILoopOperation>().First(l => l.Syntax.Span.Contains(start.Syntax.Span)));
    }

    [Theory]
    [InlineData("await Start();", true)]
    [InlineData("await Start().ConfigureAwait(false);", true)]
    [InlineData("Start().Wait();", true)]
    [InlineData("Start().GetAwaiter().GetResult();", true)]
    [InlineData("await Task.WhenAll(Start(), Start());", true)]
    [InlineData("await Task.WhenAll([Start()]);", true)]
    [InlineData("var t = Start(); await t;", true)]
    [InlineData("outer = Start(); await outer;", true)]
    [InlineData("outer = Start(); if (n > 1) await outer;", false)]
    [InlineData("var t = Start(); if (n > 1) await t;", true)]
    [InlineData("_last = Start(); await _last;", true)]
    [InlineData("slots[n] = Start(); await slots[n];", true)]
    [InlineData("kept.Add(Start()); await Task.WhenAll(kept);", true)]
    [InlineData("kept.Add(Start()); if (kept.Count > 9) await Task.WhenAll(kept);", false)]
    [InlineData("var all = new List<Task> { Start() }; await Task.WhenAll(all.ToArray());", true)]
    [InlineData("var t = Start(); var all = new List<Task>(); all.Add(t); Task.WaitAll(all);", true)]
    [InlineData("var all = xs.Select(x => Start()).ToList(); await Task.WhenAll(all);", true)]
    [InlineData("var all = xs.Select(x => Start()); foreach (var t in all) await t;", true)]
    [InlineData("var both = Task.WhenAll(Start(), Start()); await both;", true)]
    [InlineData("var thread = Made(); thread.Start(); thread.Join();", true)]
    [InlineData("var thread = Made(); thread.Start();", false)]
    [InlineData("var later = Lazily(); Console.WriteLine(later.Value);", true)]
    [InlineData("var later = Lazily(); Console.WriteLine(later.IsValueCreated);", false)]
    [InlineData("_ = Start();", false)]
    [InlineData("var t = Start();", false)]
    [InlineData("var t = Start(); Action later = async () => await t;", false)]
    [InlineData("await Task.Yield(); _last = Start();", false)]
    [InlineData("kept.Add(Start());", false)]
    public void KnowsWhatIsOverBeforeTheNextTurn(string turn, bool expected)
    {
        var (start, loop) = In(turn);
        Assert.Equal(expected, SameTurn.Awaits(start, loop));
    }

    [Theory]
    [InlineData("using var timer = Ticking();", true)]
    [InlineData("using (Ticking()) await Task.Yield();", true)]
    [InlineData("var timer = Ticking(); await Task.Yield(); timer.Dispose();", true)]
    [InlineData("var timer = Ticking(); timer.Change(0, 1);", false)]
    public void KnowsWhatIsDisposed(string turn, bool expected)
    {
        var (start, loop) = In(turn);
        Assert.Equal(expected, SameTurn.Disposes(start, loop));
    }

    [Theory]
    [InlineData("_ = Start(); break;", true)]
    [InlineData("if (n > 1) { _ = Start(); return; }", true)]
    [InlineData("if (n > 1) { _ = Start(); } else { return; }", false)]
    [InlineData("if (n > 1) { _ = Start(); } return;", true)]
    [InlineData("_ = Start(); if (n > 1) return; else break;", true)]
    [InlineData("_ = Start(); if (n > 1) continue; break;", false)]
    [InlineData("switch (n) { case 1: _ = Start(); return; }", true)]
    [InlineData("switch (n) { case 1: _ = Start(); break; }", false)]
    [InlineData("foreach (var x in xs) { _ = Start(); break; }", true)]
    [InlineData("try { _ = Start(); throw new Exception(); } finally { n++; }", true)]
    [InlineData("lock (kept) { _ = Start(); } n++;", false)]
    public void KnowsTheLastTurn(string turn, bool expected)
    {
        var (start, loop) = In(turn);
        var innermost = loop;
        foreach (var inner in loop.Body.Descendants().OfType<ILoopOperation>().Where(l => l.Syntax.Span.Contains(start.Syntax.Span)))
            innermost = inner;
        Assert.Equal(expected, SameTurn.IsLast(start, innermost));
    }
}
