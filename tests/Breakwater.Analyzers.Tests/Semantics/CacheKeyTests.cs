using Breakwater.Semantics;
using Breakwater.Semantics.Caching;

namespace Breakwater.Tests.Semantics;

public class CacheKeyTests
{
    private const string Members =
        """
        public static class Keys { public const string Root = "shop"; public static readonly string Area = Root + ":area"; public static string Item(int id) => $"{Area}:{id}"; public static string All => "all"; public static readonly object Token = new(); public static readonly string Machine = Environment.MachineName + ":m"; public static string Assembly { get; } = typeof(Keys).Assembly.FullName + ":a"; }
        public record struct Page(int Number, int Size);
        public class Query { public string Area = ""; public int Number; public string Key => $"q:{Area}:{Number}"; public string Long() => Key + "!"; public virtual string Open => "o" + Area; }
        """;

    private static CacheKey KeyOf(string expression, string before = "")
    {
        var probe = new Probe($"{Members} public class C(IMemoryCache cache, string prefix) {{ private readonly string area = \"a\"; private string Fixed {{ get; }} = \"f\"; private readonly object own = new(); private string Mutable = \"\"; public object? M(int id, string name, string key, Query query, Query other) {{ {before} return cache.Get({expression}); }} }}");
        return CacheKey.Of(CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single().Key!.Value, probe.Compilation);
    }

    [Theory]
    [InlineData("\"a\"", "a")]
    [InlineData("$\"a:{id}\"", "a:*")]
    [InlineData("\"a:\" + id + \":\" + name", "a:*:*")]
    [InlineData("string.Concat(\"a\", id, name)", "a**")]
    [InlineData("string.Format(\"a:{0}:{1:D2}{{}}\", id, name)", "a:*:*{}")]
    [InlineData("string.Join(\"-\", \"a\", name)", "a-*")]
    [InlineData("Keys.Root", "shop")]
    [InlineData("Keys.Item(id)", "shop:area:*")]
    [InlineData("Keys.All", "all")]
    [InlineData("nameof(C) + id", "C*")]
    [InlineData("typeof(C)", "typeof(C)")]
    [InlineData("typeof(C).FullName + id", "C*")]
    [InlineData("(id, name)", "*,*")]
    [InlineData("new Page(id, 3)", "Page*,3")]
    [InlineData("$\"{area}:{id.ToString()}\"", "a:*")]
    [InlineData("prefix + id", "**")]
    [InlineData("\"a:\" + id.ToString(\"D4\")", "a:*")]
    [InlineData("string.Create(System.Globalization.CultureInfo.InvariantCulture, $\"a:{id}\")", "a:*")]
    [InlineData("FormattableString.Invariant($\"a:{id}\")", "a:*")]
    [InlineData("query.Key", "q:*:*")]
    [InlineData("query.Long()", "q:*:*!")]
    [InlineData("\"x\" + query.Open", "x*")]
    public void FollowsTheKeyToItsSkeleton(string expression, string skeleton) => Assert.Equal(skeleton, KeyOf(expression).Skeleton);

    [Theory]
    [InlineData("new[] { \"a\", \"b\" + id }", "a b*")]
    [InlineData("[\"a\", Keys.Item(id)]", "a shop:area:*")]
    [InlineData("list", "a *")]
    public void TellsTheKeysOfAListApart(string expression, string skeletons)
    {
        var probe = new Probe($"{Members} public class C(HybridCache cache) {{ public ValueTask M(int id, string name) {{ var list = new[] {{ \"a\", $\"{{id}}\" }}; return cache.RemoveAsync({expression}); }} }}");
        var keys = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single().Key!.Value;
        Assert.Equal(skeletons, string.Join(" ", CacheKey.EachOf(keys, probe.Compilation).Select(k => k.Skeleton ?? "*")));
    }

    [Fact]
    public void FollowsALocalThatIsAssignedOnce() => Assert.Equal("a:*", KeyOf("k", "var k = \"a:\" + id;").Skeleton);

    [Fact]
    public void GivesUpOnALocalThatIsAssignedTwice() => Assert.False(KeyOf("k", "var k = \"a\"; if (id > 1) k = name;").IsFollowable);

    [Fact]
    public void GivesUpOnAStringBuilder() => Assert.False(KeyOf("k.ToString()", "var k = new System.Text.StringBuilder(); k.Append(id);").IsFollowable);

    [Fact]
    public void GivesUpOnACallItCannotSeeInto() => Assert.False(KeyOf("Path.GetRandomFileName()").IsFollowable);

    [Theory]
    [InlineData("key", true)]
    [InlineData("id", true)]
    [InlineData("key + 1", false)]
    public void KnowsAKeyThatTheCallerComposes(string expression, bool isOpaque) => Assert.Equal(isOpaque, KeyOf(expression).IsOpaque);

    [Theory]
    [InlineData("\"a\"", true)]
    [InlineData("Keys.Area + nameof(C)", true)]
    [InlineData("typeof(C)", true)]
    [InlineData("typeof(C).FullName!", true)]
    [InlineData("$\"{area}\"", true)]
    [InlineData("Fixed", true)]
    [InlineData("Keys.Token", true)]
    [InlineData("Keys.Machine", true)]
    [InlineData("Keys.Assembly", true)]
    [InlineData("$\"{Keys.Machine}:{id}\"", false)]
    [InlineData("own", false)]
    [InlineData("Environment.NewLine", false)]
    [InlineData("\"a\" + System.Globalization.CultureInfo.CurrentCulture", false)]
    [InlineData("\"a\" + DateTime.Today", false)]
    [InlineData("\"a\" + id", false)]
    [InlineData("prefix", false)]
    [InlineData("Mutable", false)]
    public void KnowsAKeyThatAllCallersShare(string expression, bool isShared) => Assert.Equal(isShared, KeyOf(expression).IsProcessWide);

    [Theory]
    [InlineData("id", "id")]
    [InlineData("(object)key", "key")]
    [InlineData("\"a:\" + id", "a:*")]
    public void IsShownAsItsSkeletonOrItsText(string expression, string display) => Assert.Equal(display, KeyOf(expression).Display);

    [Theory]
    [InlineData("$\"a:{id}\"", "\"a:\" + id", true)]
    [InlineData("Keys.Item(id)", "$\"shop:area:{id}\"", true)]
    [InlineData("(id, name)", "(id, name)", true)]
    [InlineData("new RedisKey(name)", "name", true)]
    [InlineData("id", "name", false)]
    [InlineData("$\"a:{id}\"", "$\"b:{id}\"", false)]
    [InlineData("$\"a:{id}\"", "$\"a:{id + 1}\"", false)]
    [InlineData("$\"a:{id:D4}\"", "\"a:\" + id.ToString(\"D4\")", true)]
    [InlineData("$\"a:{id:D4}\"", "$\"a:{id}\"", false)]
    [InlineData("query.Key", "query.Key", true)]
    [InlineData("query.Key", "$\"q:{query.Area}:{query.Number}\"", true)]
    [InlineData("query.Key", "other.Key", false)]
    public void ComparesTwoKeysOfOneBody(string first, string second, bool same)
    {
        var probe = new Probe($"{Members} public class C(IMemoryCache cache) {{ public void M(int id, string name, Query query, Query other) {{ cache.Get({first}); cache.Remove({second}); }} }}");
        var keys = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Select(o => CacheKey.Of(o.Key!.Value, probe.Compilation)).ToList();
        Assert.Equal(same, keys[0].IsSameAs(keys[1]));
    }

    [Theory]
    [InlineData("var k = name; k += id; cache.Get(k); cache.Remove(k);", true)]
    [InlineData("var k = name; cache.Get(k); k = $\"{id}\"; cache.Remove(k);", false)]
    [InlineData("cache.Get($\"a:{id}\"); id++; cache.Remove($\"a:{id}\");", false)]
    [InlineData("var k = $\"a:{id}\"; cache.Get(k); id++; cache.Remove(k);", true)]
    [InlineData("for (var i = 0; i < id; i++) { cache.Get(i); cache.Remove(i); }", true)]
    public void TellsKeysApartThatAnAssignmentSeparates(string statements, bool same)
    {
        var probe = new Probe($"public class C(IMemoryCache cache) {{ public void M(int id, string name) {{ {statements} }} }}");
        var keys = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Select(o => CacheKey.Of(o.Key!.Value, probe.Compilation)).ToList();
        Assert.Equal(same, keys[0].IsSameAs(keys[1]));
    }

    [Fact]
    public void NamesTheRootsOfAValue()
    {
        var probe = new Probe("public class C(IMemoryCache cache, string prefix) { public object? M(int id, List<Product> all) { var k = id + 1; foreach (var p in all) { var t = $\"{prefix}{k}{p.Id}\"; return cache.Get(t); } return null; } }");
        var key = CacheCalls.Of(probe.Compilation)!.In(probe.Body("M")).Single().Key!.Value;
        Assert.Equal(["all", "id", "p"], Roots.Of(key).Select(r => r.Name).Order());
    }

    [Theory]
    [InlineData("$\"{id:D4}\"", "D4", false, false)]
    [InlineData("$\"{id,5}\"", null, true, false)]
    [InlineData("string.Format(\"{0,-5:X2}\", id)", "X2", true, false)]
    [InlineData("id.ToString(\"N0\", System.Globalization.CultureInfo.InvariantCulture)", "N0", false, true)]
    [InlineData("string.Create(System.Globalization.CultureInfo.InvariantCulture, $\"{id}\")", null, false, true)]
    [InlineData("string.Format(System.Globalization.CultureInfo.InvariantCulture, \"{0}\", id)", null, false, true)]
    [InlineData("FormattableString.Invariant($\"{id}\")", null, false, true)]
    public void KnowsHowAValueBecomesText(string expression, string? text, bool isAligned, bool isInvariant) =>
        Assert.Equal(new KeyFormat(text, isAligned, isInvariant), KeyOf(expression).Parts.Single().Format);

    [Fact]
    public void KnowsThatAnObjectIsNoText() => Assert.Null(KeyOf("id").Parts.Single().Format);

    [Fact]
    public void KnowsWhereAHoleStands()
    {
        var part = KeyOf("\"k\" + Keys.Item(id) + tail", "var tail = $\"-{name}\";").Parts;
        Assert.Equal(["Keys.Item(id)", "id"], part[1].Pieces.Select(p => p.Operation.Syntax.ToString()));
        Assert.Equal(["tail", "name"], part[3].Pieces.Select(p => p.Operation.Syntax.ToString()));
    }

    [Fact]
    public void KeepsWhatWasWrittenBeforeItIsFollowed() =>
        Assert.Equal(["k", "$\"a:{hash}\"", "hash", "name.GetHashCode()"],
            KeyOf("k", "var hash = name.GetHashCode(); var k = $\"a:{hash}\";").Steps.Select(s => s.Value.Operation.Syntax.ToString()));

    [Theory]
    [InlineData("query.Key", "query")]
    [InlineData("query.Long()", "query")]
    [InlineData("$\"{new[] { id }.Select(n => n + 1).First()}\"", "id")]
    public void TakesWhatABuilderIsCalledOnForItsRoots(string expression, string root) =>
        Assert.Equal([root], KeyOf(expression).Parts.Where(p => p.Hole is not null).SelectMany(p => Roots.Of(p.Hole!.Value)).Select(r => r.Name).Distinct());
}
