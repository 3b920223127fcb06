using System.Collections.Immutable;
using Breakwater.Flow;
using Breakwater.Tests.Semantics;

namespace Breakwater.Tests.Flow;

public class GuardTests
{
    private static readonly ImmutableHashSet<string> Words = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, LockRegion.DefaultGuardWords);

    private static Probe For(string body, string members = "") => new(
        $$"""
        public interface IHandle : IDisposable { }
        public interface ILocks { Task<IHandle> LockAsync(string key); Task<IHandle?> TryAcquireAsync(string key, TimeSpan timeout = default); }
        public class C(ILocks locks, IDatabase redis)
        {
            private static readonly SemaphoreSlim Gate = new(1, 1);
            private static readonly object Sync = new();
            private static readonly Lock Narrow = new();
            private static readonly ReaderWriterLockSlim Wide = new();
            private static readonly ConcurrentDictionary<int, SemaphoreSlim> Gates = new();
            private SemaphoreSlim Own { get; } = new(1, 1);
            private SemaphoreSlim Same => Gate;
            private SemaphoreSlim GateOf(int id) => Gates.GetOrAdd(id, _ => new(1, 1));
            private static int taken;
            public static int Load() => 1;
            {{members}}
            public async Task M(int id, bool x, SemaphoreSlim given) { await Task.Yield(); _ = locks; _ = redis; {{body}} }
        }
        """);

    private static IReadOnlyList<Guard> Around(Probe probe) =>
        [.. Guards.Of(probe.Compilation).Around(probe.Calls("M", "Load").Single(), Words)];

    [Theory]
    [InlineData("lock (Sync) { Load(); }", "Lock lock Sync")]
    [InlineData("lock (Sync) { } Load();", "")]
    [InlineData("using (Narrow.EnterScope()) Load();", "Lock EnterScope Narrow")]
    [InlineData("using (Narrow.EnterScope()) { } Load();", "")]
    [InlineData("using var s = Narrow.EnterScope(); Load();", "Lock EnterScope Narrow")]
    [InlineData("Monitor.Enter(Sync); try { Load(); } finally { Monitor.Exit(Sync); }", "Lock Enter Sync")]
    [InlineData("Wide.EnterReadLock(); Load();", "")]
    [InlineData("Wide.EnterUpgradeableReadLock(); Wide.EnterWriteLock(); Load();", "Lock EnterUpgradeableReadLock Wide; Lock EnterWriteLock Wide")]
    [InlineData("await Gate.WaitAsync(); try { Load(); } finally { Gate.Release(); }", "Semaphore WaitAsync Gate")]
    [InlineData("await Gate.WaitAsync(); Gate.Release(); Load();", "")]
    [InlineData("given?.Wait(); Load();", "Semaphore Wait given")]
    [InlineData("using (await locks.LockAsync(\"k\")) Load();", "Named LockAsync locks")]
    [InlineData("var held = await locks.LockAsync(\"k\"); using (held) Load();", "Named LockAsync locks")]
    [InlineData("var held = await locks.LockAsync(\"k\").ConfigureAwait(false); try { Load(); } finally { held.Dispose(); }", "Named LockAsync locks")]
    [InlineData("var held = await locks.LockAsync(\"k\"); held.Dispose(); Load();", "")]
    [InlineData("if (await redis.LockTakeAsync(\"k\", 1, TimeSpan.FromSeconds(1))) Load();", "Named LockTakeAsync redis")]
    [InlineData("if (Interlocked.Exchange(ref taken, 1) == 0) Load();", "Decision Exchange ")]
    [InlineData("lock (Sync) { Gate.Wait(); lock (Narrow) { Load(); } }", "Lock lock Narrow; Lock lock Sync; Semaphore Wait Gate")]
    public void NamesAndLocatesTheGuardsAroundALoad(string body, string expected)
    {
        var found = Around(For(body));
        Assert.Equal(expected, string.Join("; ", found.Select(g => $"{g.Kind} {g.Location.SourceTree!.GetText().ToString(g.Location.SourceSpan)} {g.Object?.Syntax}")));
    }

    [Theory]
    [InlineData("await Gate.WaitAsync(); Load();", "Gate")]
    [InlineData("await Own.WaitAsync(); Load();", "Own")]
    [InlineData("await Same.WaitAsync(); Load();", "Gate")]
    [InlineData("await Gates[id].WaitAsync(); Load();", "Gates")]
    [InlineData("await GateOf(id).WaitAsync(); Load();", "Gates")]
    [InlineData("var gate = Gates.GetOrAdd(id, _ => new(1, 1)); await gate.WaitAsync(); Load();", "Gates")]
    [InlineData("if (!Gates.TryGetValue(id, out var gate)) Gates[id] = gate = new(1, 1); await gate.WaitAsync(); Load();", "Gates")]
    [InlineData("var gate = x ? Gate : Own; await gate.WaitAsync(); Load();", null)]
    [InlineData("var gate = new SemaphoreSlim(1, 1); await gate.WaitAsync(); Load();", "gate")]
    [InlineData("await new SemaphoreSlim(1, 1).WaitAsync(); Load();", "new SemaphoreSlim(1, 1)")]
    [InlineData("lock (this) Load();", "this")]
    [InlineData("lock (new object()) Load();", "new object()")]
    [InlineData("lock (typeof(C)) Load();", null)]
    [InlineData("await given.WaitAsync(); Load();", null)]
    public void TracesTheGuardObject(string body, string? holder)
    {
        var probe = For(body);
        Assert.Equal(holder, Around(probe).Single().Holder(probe.Compilation)?.Syntax.ToString());
    }

    [Theory]
    [InlineData("if (!await Gate.WaitAsync(0)) return; Load();", true)]
    [InlineData("if (!await Gate.WaitAsync(TimeSpan.Zero)) return; Load();", true)]
    [InlineData("if (!await Gate.WaitAsync(TimeSpan.FromSeconds(0))) return; Load();", true)]
    [InlineData("if (!await Gate.WaitAsync(100)) return; Load();", false)]
    [InlineData("await Gate.WaitAsync(); Load();", false)]
    [InlineData("if (!Monitor.TryEnter(Sync)) return; Load();", true)]
    [InlineData("if (!Monitor.TryEnter(Sync, 100)) return; Load();", false)]
    [InlineData("while (!Monitor.TryEnter(Sync)) { } Load();", false)]
    [InlineData("if (!await redis.LockTakeAsync(\"k\", 1, TimeSpan.FromSeconds(1))) return; Load();", true)]
    [InlineData("using var held = await locks.TryAcquireAsync(\"k\"); Load();", true)]
    [InlineData("using var held = await locks.TryAcquireAsync(\"k\", TimeSpan.FromSeconds(1)); Load();", false)]
    [InlineData("using var held = await locks.LockAsync(\"k\"); Load();", false)]
    [InlineData("using var held = await locks.LockAsync(\"k\"); if (held is null) return; Load();", true)]
    public void KnowsWhetherTheLosersLeave(string body, bool leave)
    {
        var guard = Around(For(body)).Single();
        Assert.Equal(leave, guard.LosersLeave(_ => true));
    }

    [Theory]
    [InlineData("await Gate.WaitAsync(); Load();", false)]
    [InlineData("await given.WaitAsync(); Load();", false)]
    [InlineData("var few = new SemaphoreSlim(4); await few.WaitAsync(); Load();", true)]
    [InlineData("var few = new SemaphoreSlim(id); await few.WaitAsync(); Load();", true)]
    [InlineData("var one = new SemaphoreSlim(1, 1); await one.WaitAsync(); Load();", false)]
    [InlineData("var one = new SemaphoreSlim(1, 1); await Task.WhenAll(new[] { 1, 2 }.Select(async i => { await one.WaitAsync(); Load(); }));", true)]
    [InlineData("await Task.WhenAll(new[] { 1, 2 }.Select(async i => { await Gate.WaitAsync(); Load(); }));", false)]
    [InlineData("lock (Sync) Load();", false)]
    public void TellsALimitFromAGuard(string body, bool limits)
    {
        var probe = For(body);
        Assert.Equal(limits, Around(probe).Single().IsLimit(probe.Compilation, CancellationToken.None));
    }

    [Theory]
    [InlineData("lock (Sync) Load();", "", "Sync")]
    [InlineData("Load();", "", "")]
    [InlineData("Inner(); lock (Sync) Inner(); void Inner() => Load();", "", "")]
    [InlineData("lock (Sync) Inner(); void Inner() => Load();", "", "Sync")]
    [InlineData("lock (Sync) Inner(); lock (Gate) Inner(); void Inner() => Load();", "", "Sync | Gate")]
    [InlineData("lock (Sync) Inner(); void Inner() { lock (Gate) Load(); }", "", "")]
    [InlineData("Run(() => Load());", "private static int Run(Func<int> f) { lock (Sync) return f(); }", "Sync")]
    [InlineData("Run(() => { lock (Gate) return Load(); });", "private static int Run(Func<int> f) => f();", "Gate")]
    [InlineData("new Lazy<int>(() => { lock (Gate) return Load(); });", "", "")]
    public void FindsTheGuardsOfEachWayIn(string body, string members, string expected)
    {
        var probe = For(body, members);
        var ways = LockRegion.Of(probe.Compilation).GuardsOf(probe.Calls("M", "Load").Single(), Words, CancellationToken.None);
        Assert.Equal(expected, string.Join(" | ", ways.Select(way => string.Join(",", way.Select(g => g.Object?.Syntax)))));
    }

    [Theory]
    [InlineData("lock (Sync) { }", true)]
    [InlineData("Gate.Wait();", true)]
    [InlineData("using (Narrow.EnterScope()) { }", true)]
    [InlineData("locks.LockAsync(\"k\");", true)]
    [InlineData("Interlocked.Exchange(ref taken, 1);", true)]
    [InlineData("Load();", false)]
    [InlineData("Console.WriteLine(x);", false)]
    public void JudgesSourceByItsCharacters(string body, bool maybe) =>
        Assert.Equal(maybe, Guards.MayBeIn(
            For("").Compilation.SyntaxTrees[1].WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From($"class C {{ void M() {{ {body} }} }}")).GetRoot(CancellationToken.None), Words));
}
