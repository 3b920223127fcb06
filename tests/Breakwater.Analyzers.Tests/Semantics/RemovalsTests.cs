using System.Collections.Immutable;
using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Data;

namespace Breakwater.Tests.Semantics;

public class RemovalsTests
{
    private const string Members =
        """
        private void One(int i) => memory.Remove("a" + i);
        private void Two(int i) { memory.Remove("a" + i); memory.Remove("all"); }
        private void Three(int i) => One(i);
        private void Maybe(int i) { if (i > 3) memory.Remove("a" + i); }
        private void EarlyOut(int i) { if (i > 3) return; memory.Remove("a" + i); memory.Remove("all"); }
        private void Always(int i) { try { One(i); } finally { memory.Remove("all"); } }
        private void Write(int i) { db.Add(new Product { Id = i }); db.SaveChanges(); memory.Remove("a" + i); }
        """;

    private static Probe For(string body) => new(
        $"public interface IBus {{ Task PublishAsync(int id); }} public interface ICatalogue {{ void InvalidateAll(); void Touch(); }} public class C(IMemoryCache memory, HybridCache hybrid, IDatabase redis, ShopDb db, IBus bus, ICatalogue catalogue) {{ private readonly CancellationTokenSource source = new(); {Members} public async Task M(int id) {{ await Task.Yield(); {body} }} }}");

    private static string In(string body)
    {
        var probe = For(body);
        var names = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, Commits.DefaultNames);
        return string.Join("; ", Removals.In(probe.Body("M"), names, probe.Compilation)
            .Select(r => $"{r.Call.TargetMethod.Name} {string.Join(",", r.Keys(probe.Compilation).Select(k => k.Skeleton))}"));
    }

    [Theory]
    [InlineData("memory.Remove(\"a\");", "Remove a")]
    [InlineData("await hybrid.RemoveAsync([\"a\", \"b\" + id]);", "RemoveAsync a,b*")]
    [InlineData("await hybrid.RemoveByTagAsync(new[] { \"a\", \"b\" });", "RemoveByTagAsync a,b")]
    [InlineData("redis.KeyDelete(new RedisKey[] { \"a\", \"b\" });", "KeyDelete a,b")]
    [InlineData("One(id);", "One a*")]
    [InlineData("Two(id);", "Two a*; Two all")]
    [InlineData("Three(id);", "Three a*")]
    [InlineData("Always(id);", "Always a*; Always all")]
    [InlineData("Maybe(id); EarlyOut(id); Write(id);", "")]
    [InlineData("Func<int> later = () => { memory.Remove(\"a\"); return 1; };", "")]
    public void FindsWhatABodySurelyRemoves(string body, string removals) => Assert.Equal(removals, In(body));

    [Theory]
    [InlineData("bus.PublishAsync(id); memory.Remove(\"a\");", true)]
    [InlineData("memory.Remove(\"a\"); bus.PublishAsync(id);", false)]
    [InlineData("bus.PublishAsync(id); One(id);", true)]
    [InlineData("bus.PublishAsync(id); Two(id);", true)]
    [InlineData("bus.PublishAsync(id); Maybe(id);", true)]
    [InlineData("bus.PublishAsync(id); source.Cancel();", true)]
    [InlineData("bus.PublishAsync(id); catalogue.InvalidateAll();", true)]
    [InlineData("bus.PublishAsync(id); catalogue.Touch();", false)]
    [InlineData("try { bus.PublishAsync(id); } finally { memory.Remove(\"a\"); }", true)]
    [InlineData("foreach (var i in new[] { id }) bus.PublishAsync(i); memory.Remove(\"a\");", true)]
    [InlineData("if (id > 1) { bus.PublishAsync(id); return; } memory.Remove(\"a\");", false)]
    [InlineData("await Task.Run(() => bus.PublishAsync(id)); memory.Remove(\"a\");", true)]
    [InlineData("Action forget = () => memory.Remove(\"a\"); bus.PublishAsync(id); forget();", true)]
    public void KnowsWhatMayStillHappen(string body, bool touches)
    {
        var probe = For(body);
        Assert.Equal(touches, Aftermath.Of(probe.Compilation)!.Touches(probe.Calls("M", "PublishAsync").Single(), o => o.Verb == CacheVerb.Remove));
    }
}
