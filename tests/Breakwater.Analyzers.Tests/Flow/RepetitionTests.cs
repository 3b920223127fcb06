using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Tests.Semantics;

namespace Breakwater.Tests.Flow;

public class RepetitionTests
{
    private static (Probe Probe, IReadOnlyList<Repetition> Around, Bound Value) In(string body)
    {
        var probe = new Probe($"public class C {{ static readonly int[] Few = [1, 2, 3]; TimeSpan life; TimeSpan Life {{ get => life; set => life = value; }} static void Use(object? value) {{ }} static Task UseAsync(object? value) => Task.CompletedTask; public async Task M(List<Product> all, IEnumerator<Product> cursor, System.Data.Common.DbDataReader reader, WebApplication app, int n) {{ await Task.Yield(); {body} }} }}");
        var call = probe.Calls("M", "Use").Concat(probe.Calls("M", "UseAsync")).Single();
        return (probe, [.. Repetition.Around(call, probe.Compilation)], new(call.Arguments[0].Value));
    }

    [Theory]
    [InlineData("foreach (var p in all) Use(p);", 1)]
    [InlineData("for (var i = 0; i < n; i++) Use(i);", 1)]
    [InlineData("do { Use(n); } while (n > 0);", 1)]
    [InlineData("foreach (var p in all) foreach (var t in p.Tags) Use(t);", 2)]
    [InlineData("Parallel.ForEach(all, p => Use(p));", 1)]
    [InlineData("await Parallel.ForEachAsync(all, async (p, ct) => await UseAsync(p));", 1)]
    [InlineData("all.ForEach(p => Use(p));", 1)]
    [InlineData("await Task.WhenAll(all.Select(p => UseAsync(p)));", 1)]
    [InlineData("var tasks = all.Select(p => UseAsync(p)).ToList(); await Task.WhenAll(tasks);", 1)]
    [InlineData("foreach (var p in all) await Task.Run(() => Use(p));", 1)]
    [InlineData("foreach (var p in all) app.MapGet(p.Name, () => Use(p));", 0)]
    [InlineData("_ = all.Select(p => UseAsync(p));", 0)]
    [InlineData("foreach (var p in all) { } Use(n);", 0)]
    public void SeesWhatRepeatsACall(string body, int repetitions) => Assert.Equal(repetitions, In(body).Around.Count);

    [Theory]
    [InlineData("foreach (var p in all) Use(p.Id);", true, true)]
    [InlineData("foreach (var p in all) Use(n);", false, false)]
    [InlineData("foreach (var p in all) { var id = p.Id; Use(id + 1); }", true, true)]
    [InlineData("foreach (var p in all) { var ttl = TimeSpan.FromMinutes(5); Use(ttl); }", true, false)]
    [InlineData("var ttl = TimeSpan.FromMinutes(5); foreach (var p in all) { Use(ttl); }", false, false)]
    [InlineData("var ttl = TimeSpan.FromMinutes(5); foreach (var p in all) { Use(ttl); ttl += ttl; }", true, true)]
    [InlineData("while (reader.Read()) { var id = reader.GetInt32(0); Use(id); }", true, true)]
    [InlineData("while (cursor.MoveNext()) Use(cursor.Current.Id);", false, true)]
    [InlineData("foreach (var p in all) Use(Life);", false, false)]
    [InlineData("Parallel.For(0, n, i => Use(i));", true, true)]
    public void SeesWhatChangesFromTurnToTurn(string body, bool names, bool isNew)
    {
        var (_, around, value) = In(body);
        Assert.Equal((names, isNew), (around[0].Names(value), around[0].IsNew(value)));
    }

    [Theory]
    [InlineData("foreach (var i in new[] { 1, 2 }) Use(i);", true)]
    [InlineData("foreach (var i in Enumerable.Range(0, 8)) Use(i);", true)]
    [InlineData("foreach (var i in Enumerable.Range(0, 9)) Use(i);", false)]
    [InlineData("foreach (var i in Few) Use(i);", true)]
    [InlineData("foreach (var i in Few.Where(f => f > 1).ToList()) Use(i);", true)]
    [InlineData("int[] more = [1, .. Few]; foreach (var i in more) Use(i);", false)]
    [InlineData("foreach (var i in Enum.GetValues<DayOfWeek>()) Use(i);", true)]
    [InlineData("for (var i = 0; i < 5; i++) Use(i);", true)]
    [InlineData("for (var i = 0; i < n; i++) Use(i);", false)]
    [InlineData("Parallel.For(0, 4, i => Use(i));", true)]
    [InlineData("foreach (var p in all) Use(p);", false)]
    public void KnowsShortLists(string body, bool isShort)
    {
        var (probe, around, _) = In(body);
        Assert.Equal(isShort, around[0].IsShort(probe.Compilation));
    }
}
