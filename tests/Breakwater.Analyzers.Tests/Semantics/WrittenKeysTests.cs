using Breakwater.Semantics;
using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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

    private const string Chains =
        """
        public static class Names
        {
            public static string Inner(int id) => $"inner:{id}";
            public static string Outer(int id) => "outer/" + Inner(id);
            public static readonly string Fixed = $"fixed:{Environment.MachineName}";
            public static string Alias => Fixed;
        }
        public class Low(IMemoryCache cache) { public void Drop(string area, int id) { cache.Remove($"{area}|{id}"); } }
        public class High(Low low) { public void Forget(int id) => low.Drop("high", id); }
        public class C(IMemoryCache cache, High high)
        {
            private string Own => $"own:{cache}";
            public void Chain(int id) => cache.Get(Names.Outer(id));
            public void Held() => cache.Get(Names.Alias);
            public void Far(int id) => high.Forget(id);
            public void Here() => cache.Get(Own);
            public void Unrelated() => cache.Get("unrelated");
        }
        """;

    // Only members that name a text's member, or one that does, are looked at; the result is that of looking everywhere.
    [Theory]
    [InlineData("Inner", "Names", "outer/inner:*")]
    [InlineData("Drop", "Low", "high|*")]
    [InlineData("Fixed", "Names")]
    [InlineData("Own", "C")]
    public void LooksNoFurtherThanNamesReach(string member, string owner, params string[] atLeast)
    {
        var probe = new Probe(Chains);
        var text = probe.Compilation.SyntaxTrees.SelectMany(t => t.GetRoot().DescendantNodes()).OfType<InterpolatedStringExpressionSyntax>()
            .Single(i => i.FirstAncestorOrSelf<SyntaxNode>(n => n is PropertyDeclarationSyntax or MethodDeclarationSyntax or VariableDeclaratorSyntax) switch
            {
                PropertyDeclarationSyntax property => property.Identifier.ValueText == member,
                MethodDeclarationSyntax method => method.Identifier.ValueText == member,
                VariableDeclaratorSyntax field => field.Identifier.ValueText == member,
                _ => false,
            });
        var operation = Bodies.Of(probe.Compilation).Of(text, CancellationToken.None)!;
        var found = WrittenKeys.Of(probe.Compilation)!.Through(operation, probe.Compilation.GetTypeByMetadataName(owner)).Select(o => o.Operation.Operation.Syntax.ToString()).Order();
        var everywhere = KeySearch.Of(probe.Compilation)!.All
            .Where(o => o.Key!.Steps.Any(s => s.Value.Operation.Syntax == text) && (member != "Drop" || o.Operation.IsWrapped))
            .ToList();

        Assert.NotEmpty(everywhere);
        Assert.Equal(everywhere.Select(o => o.Operation.Operation.Syntax.ToString()).Order(), found);
        Assert.All(atLeast, skeleton => Assert.Contains(skeleton, everywhere.Select(o => o.Key!.Skeleton)));
    }

    [Theory]
    [InlineData("$\"{id}{name}\"", true)]
    [InlineData("$\"{id}:{name}\"", false)]
    [InlineData("\"a\" + id + name", true)]
    [InlineData("\"a\" + id + \"b\" + name", false)]
    [InlineData("string.Concat(id, name)", true)]
    [InlineData("string.Format(\"{0}{1}\", id, name)", true)]
    [InlineData("string.Format(\"{0:D4}{1}\", id, name)", true)]
    [InlineData("string.Format(\"{0}:{1}\", id, name)", false)]
    [InlineData("string.Format(name, id, name)", true)]
    [InlineData("string.Join(\"\", id, name)", true)]
    [InlineData("string.Join(\":\", id, name)", false)]
    [InlineData("string.Join(',', id, name)", false)]
    [InlineData("string.Join(name, id, name)", true)]
    [InlineData("id.ToString()", false)]
    public void KnowsTextsThatPutValuesSideBySide(string expression, bool may)
    {
        var probe = new Probe($"public class C {{ public string M(int id, string name) => {expression}; }}");
        var value = probe.Body("M").DescendantsAndSelf().OfType<IReturnOperation>().Single().ReturnedValue!;
        Assert.Equal(may, KeyText.MayRunTogether(value));
    }

    [Theory]
    [InlineData("$\"{plain.Name}\"", false)]
    [InlineData("$\"{plain?.Name}\"", false)]
    [InlineData("$\"{plain.Names[0]}\"", false)]
    [InlineData("$\"{plain.Describe()}\"", false)]
    [InlineData("$\"{plain}\"", true)]
    [InlineData("$\"{plain.Names}\"", true)]
    [InlineData("\"a\" + plain.ToString()", true)]
    [InlineData("\"a\" + plain?.ToString()", true)]
    [InlineData("$\"{Name(plain)}\"", true)]
    [InlineData("$\"{plain.Name}:{DateTime.Now}\"", true)]
    [InlineData("$\"{plain.Name.GetHashCode()}\"", true)]
    public void KnowsTextsThatMayPrintWhatIdentifiesNothing(string expression, bool may)
    {
        var probe = new Probe($$"""
            public class Plain { public string Name { get; set; } = ""; public string[] Names { get; } = []; public string Describe() => ""; }
            public class C { private static string Name(object any) => ""; public string M(Plain plain) => {{expression}}; }
            """);
        var value = probe.Body("M").DescendantsAndSelf().OfType<IReturnOperation>().Single().ReturnedValue!;
        Assert.Equal(may, UnstablePart.MayBeNear(value, probe.Compilation));
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
