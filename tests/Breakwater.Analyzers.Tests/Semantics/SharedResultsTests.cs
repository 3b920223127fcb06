using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class SharedResultsTests
{
    private static (ISymbol Member, ResultUses Uses, SharedResults Results) UsesOf(string members)
    {
        var probe = new Probe($"public class C(IProductApi api) {{ {members} public void M() {{ }} private static void Take(object o) {{ }} private static void Swap<T>(ref T o) {{ }} }}");
        var member = probe.Method("M").ContainingType.GetMembers().First(m => m is IPropertySymbol or IFieldSymbol { AssociatedSymbol: null } && m.Name == "x");
        var results = SharedResults.Of(probe.Compilation)!;
        return (member, results.UsesOf(member, CancellationToken.None), results);
    }

    [Theory]
    [InlineData("ConcurrentDictionary<int, Task<Product>>", "Tasks")]
    [InlineData("Dictionary<int, Task>", "Tasks")]
    [InlineData("ConcurrentDictionary<int, Lazy<Task<Product>>>", "Tasks")]
    [InlineData("ConcurrentDictionary<int, Lazy<Product>>", null)]
    [InlineData("ConcurrentDictionary<int, Product>", null)]
    [InlineData("ConcurrentDictionary<int, TaskCompletionSource<Product>>", "Sources")]
    [InlineData("Lazy<Task>", "LazyTask")]
    [InlineData("Lazy<Product>", "LazyValue")]
    [InlineData("Task<Product>", "Task")]
    [InlineData("Task", "Task")]
    [InlineData("ValueTask<Product>", null)]
    [InlineData("IDictionary<int, Task>", null)]
    public void KnowsWhatAMemberHolds(string type, string? holder)
    {
        var (member, _, results) = UsesOf($"private readonly {type} x = default!;");
        Assert.Equal(holder, results.HolderOf(((IFieldSymbol)member).Type)?.ToString());
    }

    private const string Dictionary = "private readonly ConcurrentDictionary<int, Task<Product>> x = new(); ";

    [Theory]
    [InlineData("void A() { x.TryGetValue(1, out _); x.GetOrAdd(1, i => api.LoadAsync(i)); foreach (var e in x) Take(e); Take(x.Values); Take(x.Count()); Take(nameof(x)); Take(x == null); }", false, false)]
    [InlineData("void A() { x.TryRemove(1, out _); }", true, false)]
    [InlineData("void A() { x.Remove(1, out _); }", true, false)]
    [InlineData("void A() { this.x.Clear(); }", true, false)]
    [InlineData("void A() { x.AddOrUpdate(1, i => api.LoadAsync(i), (i, t) => t); }", true, false)]
    [InlineData("class Inner(C c) { void A() { c.x.Clear(); } }", true, false)]
    [InlineData("void A() { Take(x); }", false, true)]
    [InlineData("object A() => x;", false, true)]
    [InlineData("void A() { var y = x; y.Clear(); }", false, true)]
    [InlineData("void A() { ((ICollection<KeyValuePair<int, Task<Product>>>)x).Clear(); }", false, true)]
    [InlineData("void A() { x?.Clear(); }", false, true)]
    public void FindsWhatTakesEntriesOut(string code, bool removed, bool escapes)
    {
        var (_, uses, _) = UsesOf(Dictionary + code);
        Assert.Equal((removed, escapes), (uses.AreRemoved, uses.Escapes));
    }

    [Fact]
    public void TellsTheFirstValuesFromLaterOnes()
    {
        var (_, uses, _) = UsesOf("private Task<Product>? x = null; private C(IProductApi api, int i) : this(api) { x = api.LoadAsync(i); } Task<Product> A() => x ??= api.LoadAsync(1); void B(int i) { x = null; Swap(ref x); }");
        Assert.Equal(2, uses.Initial.Length);
        Assert.Equal(2, uses.Assigned.Length);
        Assert.True(uses.Escapes);
    }

    [Theory]
    [InlineData("bool A(Task<Product> t) => t.IsFaulted;", true)]
    [InlineData("bool A() => x[1] is { IsCompletedSuccessfully: true };", true)]
    [InlineData("bool A() => x[1].Status == TaskStatus.Faulted;", true)]
    [InlineData("bool A() { var t = x.GetOrAdd(1, i => api.LoadAsync(i)); return t.IsFaulted; }", true)]
    [InlineData("bool A() => x.TryGetValue(1, out var t) && t.IsFaulted;", true)]
    [InlineData("Task First => x[1]; bool A() => First.IsFaulted;", true)]
    [InlineData("bool A() { var t = First(); return t.IsFaulted; } Task First() => x[1];", true)]
    [InlineData("private Task? y; bool A() => y!.IsFaulted;", false)]
    [InlineData("private readonly ConcurrentDictionary<int, Task> y = new(); bool A() => y.TryGetValue(1, out var t) && t.IsCanceled;", false)]
    [InlineData("private Lazy<Task> Y { get; } = null!; bool A() { var t = Y.Value; return t.IsFaulted; }", false)]
    [InlineData("private Task? y; bool A(bool b) { var t = b ? y! : x[1]; return t.IsFaulted; }", true)]
    [InlineData("bool A(HttpResponseMessage r) => r.IsSuccessStatusCode && x[1].IsCompleted;", false)]
    public void SeesTestsOfTheOutcome(string code, bool tested) => Assert.Equal(tested, UsesOf(Dictionary + code).Uses.IsOutcomeTested);

    [Fact]
    public void SeesLocksAndIndexerWrites()
    {
        var (_, uses, _) = UsesOf("private readonly Dictionary<int, Task> x = []; void A() { lock (x) { x[1] = api.LoadAsync(1); } x[2] ??= api.LoadAsync(2); Take(x[1]); }");
        Assert.True(uses.IsLockedOn);
        Assert.Equal(2, uses.IndexerWrites);
    }

    [Theory]
    [InlineData("if (x == null) x = api.LoadAsync(1);", true)]
    [InlineData("if (x is null && i > 0) { lock (api) x = api.LoadAsync(1); }", true)]
    [InlineData("if (x is not null) return; x = api.LoadAsync(1);", true)]
    [InlineData("if (!(x != null)) x = api.LoadAsync(1);", true)]
    [InlineData("if (x is { }) { } else x = api.LoadAsync(1);", true)]
    [InlineData("x = x ?? api.LoadAsync(1);", true)]
    [InlineData("_ = x ?? (x = api.LoadAsync(1));", true)]
    [InlineData("if (x == null || i > 0) x = api.LoadAsync(1);", false)]
    [InlineData("if (x != null && i > 0) return; x = api.LoadAsync(1);", false)]
    [InlineData("if (x != null) x = api.LoadAsync(1);", false)]
    [InlineData("x = api.LoadAsync(1);", false)]
    public void TellsWhetherAnAssignmentWaitsForAnEmptyMember(string statement, bool guarded)
    {
        var probe = new Probe($"public class C(IProductApi api) {{ private Task<Product>? x; public void M(int i) {{ {statement} }} }}");
        var assignment = probe.Body("M").DescendantsAndSelf().OfType<ISimpleAssignmentOperation>().Last(a => SharedResults.MemberOf(a.Target) is not null);
        Assert.Equal(guarded, EmptyTests.Guard(assignment, SharedResults.MemberOf(assignment.Target)!));
    }
}
