using Breakwater.Rules.Craft.ParallelMutation;

namespace Breakwater.Tests.Craft;

public class ParallelMutationFixTests
{
    private static Task VerifyAsync(string source, string? changed = null)
    {
        var test = new RuleTest<ParallelMutationAnalyzer, ParallelMutationFix> { TestCode = source, FixedCode = changed ?? source };
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task InMethodAsync(string statements, string? changed = null, bool isConcurrent = false)
    {
        return VerifyAsync(Around(statements, isFixed: false), Around(changed ?? statements, isFixed: true));

        string Around(string statements, bool isFixed) => $$"""
            // Header.
            using System;
            {{(isFixed && isConcurrent ? "using System.Collections.Concurrent;\n" : "")}}using System.Collections.Generic;
            using System.Linq;
            using System.Threading;
            using System.Threading.Tasks;

            public class A
            {
                private int _n;
                private static long s_l;
                public int Auto { get; set; }

                public async Task<object?> M(int[] xs)
                {
                    int n = 0; long l = 0; double d = 0; byte b = 0;
            {{statements}}
                    await Task.Yield();
                    return null;
                }
            }
            """.Replace("\r\n", "\n");
    }

    [Theory]
    [InlineData("Parallel.For(0, 9, i => [|n++|]);", "Parallel.For(0, 9, i => Interlocked.Increment(ref n));")]
    [InlineData("Parallel.For(0, 9, i => { [|++n|]; /* kept */ });", "Parallel.For(0, 9, i => { Interlocked.Increment(ref n); /* kept */ });")]
    [InlineData("Parallel.For(0, 9, i => { [|l--|]; [|_n--|]; });", "Parallel.For(0, 9, i => { Interlocked.Decrement(ref l); Interlocked.Decrement(ref _n); });")]
    [InlineData("Parallel.For(0, 9, i => { [|n += i * 2|]; [|A.s_l += i|]; });", "Parallel.For(0, 9, i => { Interlocked.Add(ref n, i * 2); Interlocked.Add(ref A.s_l, i); });")]
    [InlineData("await Parallel.ForEachAsync(xs, async (x, t) => { await Task.Yield(); [|n++|]; });", "await Parallel.ForEachAsync(xs, async (x, t) => { await Task.Yield(); Interlocked.Increment(ref n); });")]
    public Task CountsAtomically(string statements, string changed) => InMethodAsync("        " + statements, "        " + changed);

    [Theory]
    [InlineData("Parallel.For(0, 9, i => { [|n -= i|]; });")]
    [InlineData("Parallel.For(0, 9, i => { [|d += i|]; });")]
    [InlineData("Parallel.For(0, 9, i => { [|b++|]; });")]
    [InlineData("Parallel.For(0, 9, i => { var k = [|n++|]; });")]
    [InlineData("Parallel.For(0, 9, i => [|Auto++|]);")]
    [InlineData("_ = xs.AsParallel().Select(x => [|n++|]).ToList();")]
    [InlineData("foreach (var x in xs) _ = Task.Run(async () => { [|n += await Task.FromResult(2)|]; });")]
    [InlineData("var q = new Queue<int>(); Parallel.ForEach(xs, x => [|q.Enqueue(x)|]);")]
    [InlineData("var found = new List<int>(); Parallel.ForEach(xs, x => [|found.Add(x)|]); found.Sort();")]
    [InlineData("var found = new List<int>(); Parallel.ForEach(xs, x => [|found.Add(x)|]); return found;")]
    [InlineData("var found = new List<int>(9); Parallel.ForEach(xs, x => [|found.Add(x)|]);")]
    [InlineData("var found = new List<int> { 1 }; Parallel.ForEach(xs, x => [|found.Add(x)|]);")]
    [InlineData("IList<int> found = new List<int>(); Parallel.ForEach(xs, x => [|found.Add(x)|]);")]
    [InlineData("var all = new Dictionary<int, int>(); Parallel.ForEach(xs, x => { [|all[x] = 1|]; [|all[x]++|]; });")]
    [InlineData("var all = new Dictionary<int, int>(); Parallel.ForEach(xs, x => [|all.Add(x, x)|]);")]
    public Task OffersNothingWhereItWouldNotMeanTheSame(string statements) => InMethodAsync("        " + statements);

    [Theory]
    [InlineData("var found = new List<int>(); Parallel.ForEach(xs, x => [|found.Add(x)|]);", "var found = new ConcurrentBag<int>(); Parallel.ForEach(xs, x => found.Add(x));")]
    [InlineData("List<int> found = new(); xs.AsParallel().ForAll([|found.Add|]);", "ConcurrentBag<int> found = new(); xs.AsParallel().ForAll(found.Add);")]
    [InlineData(
        "List<int> found = new List<int>(); Parallel.ForEach(xs, x => { [|found.Add(x)|]; [|found.Add(-x)|]; }); foreach (var f in found) Console.WriteLine(f + found.Count + found.Sum() + string.Join(',', found)); return found.ToList();",
        "ConcurrentBag<int> found = new ConcurrentBag<int>(); Parallel.ForEach(xs, x => { found.Add(x); found.Add(-x); }); foreach (var f in found) Console.WriteLine(f + found.Count + found.Sum() + string.Join(',', found)); return found.ToList();")]
    [InlineData(
        "var all = new Dictionary<int, string>(); Parallel.ForEach(xs, x => [|all[x] = \"a\"|]); foreach (var (k, v) in all) Console.WriteLine(all[k] + all.ContainsKey(2) + all.Values.Count());",
        "var all = new ConcurrentDictionary<int, string>(); Parallel.ForEach(xs, x => all[x] = \"a\"); foreach (var (k, v) in all) Console.WriteLine(all[k] + all.ContainsKey(2) + all.Values.Count());")]
    public Task TakesAConcurrentCollection(string statements, string changed) => InMethodAsync("        " + statements, "        " + changed, isConcurrent: true);

    [Fact]
    public Task WritesWholeNamesInAFileWithoutUsings() => VerifyAsync(
        """
        class A
        {
            void M()
            {
                var n = 0;
                System.Threading.Tasks.Parallel.For(0, 9, i => [|n++|]);
            }
        }
        """,
        """
        class A
        {
            void M()
            {
                var n = 0;
                System.Threading.Tasks.Parallel.For(0, 9, i => System.Threading.Interlocked.Increment(ref n));
            }
        }
        """);
}
