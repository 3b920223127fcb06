using Breakwater.Flow;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Breakwater.Tests.Flow;

/// <summary>The values of the variable <c>x</c>, as they are written, or <c>?</c> when they are not all known.</summary>
public class AssignedValuesTests
{
    private static string Values(params string[] sources)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var compilation = CSharpCompilation.Create(
            "test", sources.Select(s => CSharpSyntaxTree.ParseText("using System; using System.Linq; " + s, options)), References.Framework,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));

        var tree = compilation.SyntaxTrees[0];
        var model = compilation.GetSemanticModel(tree);
        var variable = tree.GetRoot().DescendantNodes().Select(n => model.GetDeclaredSymbol(n)).First(s => s?.Name is "x" or "X")!;
        var values = AssignedValues.Of(variable, compilation, default);
        return values.AreKnown ? string.Join(" | ", values.Values.Select(v => v.Syntax.ToString()).OrderBy(v => v, StringComparer.Ordinal)) : "?";
    }

    [Theory]
    [InlineData("var x = new Random();", "new Random()")]
    [InlineData("Random x = new();", "new()")]
    [InlineData("var x = (Random)(object)new Random()!;", "new Random()")]
    [InlineData("object? x = null; x = new Random(); x = default;", "new Random()")]
    [InlineData("object? x = null; x ??= new Random();", "new Random()")]
    [InlineData("var x = DateTime.Now.Hour > 1 ? new Random(1) : new Random(2);", "new Random(1) | new Random(2)")]
    [InlineData("Random? y = null; var x = y ?? new Random(2);", "new Random(2)")]
    [InlineData("var x = DateTime.Now.Hour switch { 1 => new Random(1), 2 => throw new Exception(), _ => new Random(2) };", "new Random(1) | new Random(2)")]
    [InlineData("var y = new Random(1); var z = y; var x = z;", "new Random(1)")]
    [InlineData("Random x, y; x = y = new Random(3); Console.Write(x);", "new Random(3)")]
    [InlineData("object x = 1; object y = x; x = y;", "1")]
    [InlineData("object x = 1; void Set() { x = 2; } Set(); Action later = () => x = 3;", "1 | 2 | 3")]
    [InlineData("var x = Make(); Random Make() { return new Random(4); }", "new Random(4)")]
    [InlineData("var x = Made();", "new Random(5)")]
    [InlineData("var x = Twice();", "Made()")]
    [InlineData("var x = Either(true);", "Either(true)")]
    [InlineData("var x = this.Open();", "this.Open()")]
    [InlineData("for (var x = 0; ; x = 5) { }", "0 | 5")]
    public void Locals_are_followed(string body, string values) => Assert.Equal(values, Values(Around(body)));

    [Theory]
    [InlineData("object x = given;")]
    [InlineData("object x = 1; x = given;")]
    [InlineData("foreach (var x in new[] { 1 }) { }")]
    [InlineData("int.TryParse(\"\", out var x);")]
    [InlineData("if (given is Random x) { }")]
    [InlineData("var (x, y) = (1, 2);")]
    [InlineData("int x = 1; (x, _) = (2, 3);")]
    [InlineData("int x = 1; int.TryParse(\"\", out x);")]
    [InlineData("int x = 1; ref int y = ref x;")]
    [InlineData("int x = 1; x++;")]
    [InlineData("int x = 1; x += 2;")]
    [InlineData("int z = 1; ref int x = ref z;")]
    public void A_local_that_can_hold_more_is_unknown(string body) => Assert.Equal("?", Values(Around(body)));

    [Theory]
    [InlineData("class C { object x = 1; }", "1")]
    [InlineData("class C { readonly object x; C() { x = 1; } C(int i) => x = 2; }", "1 | 2")]
    [InlineData("class C { public readonly object x = 1; }", "1")]
    [InlineData("class C { static object? x; static object Get() => x ??= new(); }", "new()")]
    [InlineData("class C<T> { T[] x = new T[1]; void M(C<int> other) => other.x = new int[2]; }", "new T[1] | new int[2]")]
    [InlineData("class C { object x = 1; class Inner { void M(C c) { c.x = 2; } } }", "1 | 2")]
    [InlineData("class Outer { class C { public object x = 1; } void M(C c) => c.x = 2; }", "1 | 2")]
    [InlineData("struct S { object x = 1; public S() { this = default; } }", "1")]
    [InlineData("record R { private object x { get; set; } = 1; R Other() => this with { x = 2 }; }", "1 | 2")]
    [InlineData("class C { public object X { get; } = 1; }", "1")]
    [InlineData("class C { public object X { get; private set; } = 1; void M() => X = 2; }", "1 | 2")]
    [InlineData("class C { public object X { get; init; } = 1; }", "1")]
    [InlineData("class C { public object X => field ??= new(); }", "new()")]
    [InlineData("class C { public object? X { get; private set { field = value; } } void M() => X = 2; }", "2")]
    [InlineData("class C { object x = 1; /* x = 2 */ string s = \"x = 3\"; void M() { int xx = 4; } }", "1")]
    public void Members_are_followed(string code, string values) => Assert.Equal(values, Values(code));

    [Theory]
    [InlineData("class C { public object x = 1; }")]
    [InlineData("class C { internal object x = 1; }")]
    [InlineData("class C { protected object x = 1; }")]
    [InlineData("class C { object x = 1; C(object given) => x = given; }")]
    [InlineData("class C(object given) { readonly object x = given; }")]
    [InlineData("class C(object x) { object Y => x; }")]
    [InlineData("record R(object X);")]
    [InlineData("class C { public object X { get; set; } = 1; }")]
    [InlineData("class C { public object X => new(); }")]
    [InlineData("class C { int x = 1; void M() => System.Threading.Interlocked.Exchange(ref x, 2); }")]
    [InlineData("class C { int x = 1; ref int M() => ref x; }")]
    [InlineData("class C { int x = 1; void M() { (x, _) = (1, 2); } }")]
    [InlineData("class C { public object X { get; init; } = 1; } class D { C M() => new() { X = 2 }; }")]
    [InlineData("class C { public object X { get; private set => field = value ?? 1; } = 1; void M() => X = 2; }")]
    public void A_member_that_can_hold_more_is_unknown(string code) => Assert.Equal("?", Values(code));

    [Fact]
    public void Other_parts_of_a_type_are_searched() => Assert.Equal("1 | 2", Values("partial class C { object x = 1; }", "partial class C { void M() => x = 2; }"));

    private static string Around(string body) => $$"""
        class C
        {
            void M(object given) { {{body}} }
            static Random Made() => new Random(5);
            static Random Twice() => Made();
            static Random Either(bool b) { if (b) return new Random(1); return new Random(2); }
            public virtual Random Open() => new Random(6);
        }
        """;
}
