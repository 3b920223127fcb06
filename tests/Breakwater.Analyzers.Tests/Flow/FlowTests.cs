using System.Collections.Immutable;
using Breakwater.Flow;
using Breakwater.Tests.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Flow;

public class FlowTests
{
    private static Probe For(string body) => new(
        $$"""public class C { private static readonly SemaphoreSlim Gate = new(1, 1); public static int A() => 1; public static int B() => 2; public static void Stop() { } public async Task M(bool x, List<int> all) { await Task.Yield(); {{body}} } }""");

    [Theory]
    [InlineData("A(); B();", true)]
    [InlineData("B(); A();", false)]
    [InlineData("if (x) A(); else B();", false)]
    [InlineData("if (x) { A(); return; } B();", false)]
    [InlineData("foreach (var i in all) { B(); A(); }", false)]
    [InlineData("foreach (var i in all) { A(); } B();", true)]
    [InlineData("foreach (var i in all) { if (x) A(); else B(); }", false)]
    [InlineData("foreach (var i in all) { if (x) { A(); continue; } B(); }", false)]
    [InlineData("foreach (var i in all) foreach (var j in all) { A(); } B();", true)]
    [InlineData("while (true) { A(); if (x) break; } B();", true)]
    [InlineData("foreach (var i in all) { A(); Stop(); } B();", false)]
    [InlineData("do { B(); if (x) A(); } while (x);", false)]
    [InlineData("try { A(); } finally { B(); }", false)]
    [InlineData("try { A(); } finally { Stop(); } B();", false)]
    [InlineData("A(); Stop(); B();", false)]
    [InlineData("A(); if (x) Stop(); B();", true)]
    [InlineData("_ = A() + B();", true)]
    public void FollowsPathsThatAreNotStopped(string body, bool reaches)
    {
        var probe = For(body);
        var graph = BodyGraph.Of(probe.Body("M"))!;
        Assert.Equal(reaches, graph.Reaches(
            probe.Calls("M", "A").Single(), probe.Calls("M", "B").Single(), o => o is IInvocationOperation { TargetMethod.Name: "Stop" }));
    }

    [Theory]
    [InlineData("A();", 1)]
    [InlineData("void Inner() => A(); Func<int> later = () => { Func<int> last = () => A(); return last(); };", 4)]
    [InlineData("System.Linq.Expressions.Expression<Func<int>> data = () => A();", 1)]
    public void FindsTheBodiesInABody(string body, int bodies) => Assert.Equal(bodies, BodyGraph.BodiesIn(For(body).Body("M")).Count());

    [Theory]
    [InlineData("A(); B();", true)]
    [InlineData("try { A(); } finally { B(); }", true)]
    [InlineData("try { B(); } finally { A(); }", false)]
    [InlineData("try { Stop(); } finally { A(); B(); }", true)]
    [InlineData("B(); A();", false)]
    public void KnowsWhatMayFollow(string body, bool follows)
    {
        var probe = For(body);
        Assert.Equal(follows, BodyGraph.Of(probe.Body("M"))!.MayFollow(probe.Calls("M", "A").Single(), probe.Calls("M", "B").Single()));
    }

    [Theory]
    [InlineData("A();", true)]
    [InlineData("if (x) throw new InvalidOperationException(); A();", true)]
    [InlineData("if (x) return; A();", false)]
    [InlineData("if (x) A();", false)]
    [InlineData("try { if (x) return; } finally { A(); }", true)]
    [InlineData("foreach (var i in all) A();", false)]
    public void KnowsWhatEveryPathPasses(string body, bool isOnEveryPath)
    {
        var probe = For(body);
        Assert.Equal(isOnEveryPath, BodyGraph.Of(probe.Body("M"))!.IsOnEveryPath(probe.Calls("M", "A").Single()));
    }

    [Theory]
    [InlineData("var v = A(); _ = v;", 1)]
    [InlineData("var v = A(); v = B(); _ = v;", 2)]
    [InlineData("int v; (v, _) = (A(), 1); _ = v;", 1)]
    [InlineData("foreach (var v in all) _ = v;", 1)]
    [InlineData("if (A() is var v) _ = v;", 1)]
    [InlineData("int.TryParse(\"\", out var v); _ = v;", 1)]
    public void CollectsWhatALocalCanHold(string body, int values)
    {
        var probe = For(body);
        var local = probe.Body("M").DescendantsAndSelf().OfType<ILocalReferenceOperation>().First(l => l.Local.Name == "v").Local;
        Assert.Equal(values, LocalValues.Around(probe.Body("M")).Of(local).Count);
    }

    [Theory]
    [InlineData("lock (Gate) { B(); }", true)]
    [InlineData("await Gate.WaitAsync(); try { B(); } finally { Gate.Release(); }", true)]
    [InlineData("await Gate.WaitAsync(); Gate.Release(); B();", false)]
    [InlineData("await Gate.WaitAsync(); try { A(); } finally { Gate.Release(); } B();", false)]
    [InlineData("if (x) { await Gate.WaitAsync(); } B();", true)]
    [InlineData("B(); await Gate.WaitAsync();", false)]
    [InlineData("using (EnterScope()) B();", true)]
    [InlineData("using var scope = AcquireLease(); B();", true)]
    [InlineData("using var centre = Center(); B();", false)]
    [InlineData("new Lazy<int>(() => B());", true)]
    [InlineData("await Task.Run(() => B());", false)]
    [InlineData("Run(() => B());", false)]
    [InlineData("RunLocked(() => B());", true)]
    [InlineData("void Inner() => B(); lock (Gate) { Inner(); }", true)]
    [InlineData("void Inner() => B(); Inner();", false)]
    public void SeesWhatAGuardCovers(string body, bool covered)
    {
        const string More = "private static IDisposable EnterScope() => null!; private static IDisposable AcquireLease() => null!; private static IDisposable Center() => null!; private static int Run(Func<int> f) => f(); private static int RunLocked(Func<int> f) { lock (Gate) { return f(); } }";
        var probe = new Probe($$"""public class C { private static readonly SemaphoreSlim Gate = new(1, 1); public static int A() => 1; public static int B() => 2; {{More}} public async Task M(bool x) { await Task.Yield(); {{body}} } }""");
        var words = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, LockRegion.DefaultGuardWords);
        Assert.Equal(covered, LockRegion.Of(probe.Compilation).Covers(probe.Calls("M", "B").Single(), words, CancellationToken.None));
    }

    [Theory]
    [InlineData("orderLock", true)]
    [InlineData("lock:orders", true)]
    [InlineData("AcquireLease", true)]
    [InlineData("TryEnterHTTPLock2", true)]
    [InlineData("clock", false)]
    [InlineData("Unlock", false)]
    [InlineData("blocked", false)]
    [InlineData("Center", false)]
    public void FindsWholeWordsInNames(string text, bool found) =>
        Assert.Equal(found, Words.ContainsAny(text, ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "lock", "lease", "enter")));

    [Fact]
    public void StandsUpToCodeDeeperThanTheStack()
    {
        var branches = string.Concat(Enumerable.Repeat("if (x) Stop(); ", 3000));
        var probe = For($"A(); {branches} B();");
        Assert.True(BodyGraph.Of(probe.Body("M"))!.Reaches(probe.Calls("M", "A").Single(), probe.Calls("M", "B").Single(), o => o is IThrowOperation));
        Assert.True(OwnCode.Of(probe.Body("M")).Count() > 3000);
    }

    [Theory]
    [InlineData("if (A() == 1) B();", true)]
    [InlineData("var a = A(); var b = a; if (b > 0) B();", true)]
    [InlineData("while (A() < 3) B();", true)]
    [InlineData("for (; A() < 3;) B();", true)]
    [InlineData("_ = A() == 1 ? 1 : 2;", true)]
    [InlineData("_ = A() == 1 && x;", true)]
    [InlineData("_ = x && A() == 1;", false)]
    [InlineData("switch (A()) { default: break; }", true)]
    [InlineData("_ = A() switch { 1 => 2, _ => 3 };", true)]
    [InlineData("if (x) A();", false)]
    [InlineData("var a = A(); Console.WriteLine(a);", false)]
    public void SeesWhatDecidesABranch(string body, bool decides) =>
        Assert.Equal(decides, Decisions.DependOn(For(body).Calls("M", "A").Single()));
}
