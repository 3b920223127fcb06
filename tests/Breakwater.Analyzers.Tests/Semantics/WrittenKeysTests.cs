using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class WrittenKeysTests
{
    private const string Source =
        """
        public static class Keys { public static string Item(string area, int id) => $"{area}:{id}"; public static string Other(int id) => $"other:{id}"; }
        public class Store(IMemoryCache cache) { public object? Fetch(string area, string key) => cache.Get($"{area}/{key}"); }
        public class C(IMemoryCache cache, Store store)
        {
            public void Own(int id) { var key = $"own:{id}"; cache.Remove(key); Console.WriteLine($"removed {id}"); }
            public void Two(int id) { cache.Get(Keys.Item("a", id)); Action drop = () => cache.Remove(Keys.Item("b", id)); }
            public object? Call(int id) => store.Fetch("p", $"call:{id}");
        }
        """;

    // The wrapper's text is judged by its callers, and so is what they give it.
    [Theory]
    [InlineData("Own", 0, "own:*")]
    [InlineData("Own", 1)]
    [InlineData("Item", 0, "a:*", "b:*")]
    [InlineData("Other", 0)]
    [InlineData("Fetch", 0, "p/call:*")]
    [InlineData("Call", 0, "p/call:*")]
    public void FindsTheKeysThatATextIsFor(string method, int index, params string[] skeletons)
    {
        var probe = new Probe(Source);
        var text = Texts(probe, method)[index];
        Assert.Equal(skeletons, WrittenKeys.Of(probe.Compilation)!.Through(text, probe.Compilation.GetTypeByMetadataName("C")).Select(o => o.Key!.Skeleton));
    }

    [Theory]
    [InlineData("$\"{id}{name}\"", true)]
    [InlineData("$\"{id}:{name}\"", false)]
    [InlineData("\"a\" + id + name", true)]
    [InlineData("\"a\" + id + \"b\" + name", false)]
    [InlineData("string.Concat(id, name)", true)]
    [InlineData("id.ToString()", false)]
    public void KnowsTextsThatPutValuesSideBySide(string expression, bool may)
    {
        var probe = new Probe($"public class C {{ public string M(int id, string name) => {expression}; }}");
        var value = probe.Body("M").DescendantsAndSelf().OfType<IReturnOperation>().Single().ReturnedValue!;
        Assert.Equal(may, KeyText.MayRunTogether(value));
    }

    [Theory]
    [InlineData("$\"{id}{name}\"", "id", "name")]
    [InlineData("\"a\" + id + name + id", "id", "name")]
    [InlineData("Item(name, id)", "x", "y")]
    [InlineData("$\"{name}{Item(\"\", id)}\"", "name", "Item(\"\", id)")]
    public void NamesThePartsThatRunTogether(string expression, string left, string right)
    {
        var probe = new Probe($"public class C {{ private static string Item(string x, int y) => x + y; public string M(int id, string name) => {expression}; }}");
        var value = probe.Body("M").DescendantsAndSelf().OfType<IReturnOperation>().Single().ReturnedValue!;
        var pair = RunningParts.FirstIn(CacheKey.Of(new(value), probe.Compilation), probe.Compilation)!.Value;
        Assert.Equal((left, right), (pair.Left.Operation.Syntax.ToString(), pair.Right.Operation.Syntax.ToString()));
    }

    private static List<IOperation> Texts(Probe probe, string method) =>
        [.. probe.Body(method).DescendantsAndSelf().Where(o => o is IInterpolatedStringOperation)];
}
