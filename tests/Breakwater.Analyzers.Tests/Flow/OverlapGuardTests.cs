using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Tests.Semantics;

namespace Breakwater.Tests.Flow;

public class OverlapGuardTests
{
    [Theory]
    [InlineData("if (!await _gate.WaitAsync(0)) return; await api.LoadAsync(1);")]
    [InlineData("if (Interlocked.Exchange(ref _state, 1) == 1) return; await api.LoadAsync(1);")]
    [InlineData("if (Interlocked.Increment(ref _state) > 1) return; await api.LoadAsync(1);")]
    [InlineData("var keys = new ConcurrentDictionary<int, int>(); if (!keys.TryAdd(1, 1)) return; await api.LoadAsync(1);")]
    [InlineData("var keys = new HashSet<int>(); if (!keys.Add(1)) return; await api.LoadAsync(1);")]
    [InlineData("if (_busy) return; _busy = true; await api.LoadAsync(1); _busy = false;")]
    [InlineData("if (!_busy) { _busy = true; await api.LoadAsync(1); _busy = false; }")]
    [InlineData("_timer.Change(-1, -1); await api.LoadAsync(1);")]
    [InlineData("using (await LockAsync()) await api.LoadAsync(1);")]
    [InlineData("var held = await TryAcquireAsync(); if (held is null) return; using (held) await api.LoadAsync(1);")]
    [InlineData("var held = await TryAcquireAsync(); if (held is null) return; try { await api.LoadAsync(1); } finally { held.Dispose(); }")]
    [InlineData("if (await TryAcquireAsync() is null) return; await api.LoadAsync(1);")]
    [InlineData("if (!TryEnter()) return; await api.LoadAsync(1);")]
    [InlineData("await GuardedAsync();")]
    public void KnowsGuards(string statements) => Assert.True(IsGuarded(statements));

    [Theory]
    [InlineData("await api.LoadAsync(1);")]
    [InlineData("if (_busy) return; await api.LoadAsync(1);")]
    [InlineData("Interlocked.Increment(ref _state); await api.LoadAsync(1);")]
    [InlineData("var keys = new HashSet<int>(); keys.Add(1); await api.LoadAsync(1);")]
    [InlineData("await api.LoadAsync(1); _timer.Change(1, 1);")]
    [InlineData("using var reply = await new HttpClient().GetAsync(\"/\"); await api.LoadAsync(1);")]
    [InlineData("await api.LoadAsync(1); await GuardedAsync();")]
    [InlineData("await api.LoadAsync(1); var held = await TryAcquireAsync(); if (held is null) return; using (held) await api.LoadAsync(2);")]
    [InlineData("var product = await api.LoadAsync(1); if (product is null) return; await api.LoadAsync(2);")]
    [InlineData("if (_busy) { _busy = false; await api.LoadAsync(1); } await api.LoadAsync(2);")]
    public void KnowsWhatGuardsNothing(string statements) => Assert.False(IsGuarded(statements));

    private static bool IsGuarded(string statements)
    {
        var probe = new Probe($$"""
            class C(IProductApi api)
            {
                readonly SemaphoreSlim _gate = new(1); int _state; bool _busy; Timer _timer = null!;
                public async void M() { {{statements}} }
                Task<IDisposable> LockAsync() => throw new NotSupportedException();
                Task<IDisposable?> TryAcquireAsync() => throw new NotSupportedException();
                bool TryEnter() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;
                async Task GuardedAsync() { if (!TryEnter()) return; await api.LoadAsync(1); }
            }
            """);
        var body = probe.Body("M");
        return OverlapGuard.Of(probe.Compilation).IsIn(body, [.. new AsyncWork(probe.Compilation, default).In(body, awaits: true)], default);
    }
}
