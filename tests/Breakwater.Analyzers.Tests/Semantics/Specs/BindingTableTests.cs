using Breakwater.Semantics.Specs;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Tests.Semantics.Specs;

public class BindingTableTests
{
    [Fact]
    public void Counts_the_arguments_that_a_step_delivers()
    {
        var table = Table("""
            [Given(@"^(\d+)( or more)? of (?:a|b)$")] public void A(string n, string more) { }
            [Given("a {string} b {word}")] public void B(string a, string b) { }
            """);

        Assert.Equal((2, true), Only(table, "3 or more of a"));
        Assert.Equal((1, false), Only(table, "3 of b"));
        Assert.Equal((2, true), Only(table, "3 of b\n| x |"));
        Assert.Equal((2, true), Only(table, "a 'x' b y"));
        Assert.Equal((4, false), Only(table, "a 'x' b y\n\"\"\"\n\"\"\"\n| x |"));

        static (int, bool) Only(BindingTable table, string step)
        {
            var hit = Assert.Single(table.HitsOn(Step("Given " + step)));
            return (hit.Arguments, hit.Fits);
        }
    }

    [Fact]
    public void The_scope_with_most_conditions_counts()
    {
        var table = Table("""
            [When("x"), Scope(Tag = "t"), Scope(Tag = "t", Feature = "F", Scenario = "S"), Scope(Tag = "u", Feature = "F")] public void A() { }
            [When("x"), Scope] public void B() { }
            [When("x")] public void C() { }
            """);

        Assert.Equal([("A", 3), ("B", 0), ("C", 0)], Hits("@t\nScenario: S"));
        Assert.Equal([("A", 1), ("B", 0), ("C", 0)], Hits("@t\nScenario: T"));
        Assert.Equal([("A", 2), ("B", 0), ("C", 0)], Hits("@t @u\nScenario: T"));
        Assert.Equal([("B", 0), ("C", 0)], Hits("@T\nScenario: S"));

        IEnumerable<(string, int)> Hits(string scenario) =>
            table.HitsOn(Assert.Single(Steps($"Feature: F\n{scenario}\nWhen x"))).Select(h => (h.Binding.Method.Name, h.ScopeConditions)).Order();
    }

    [Fact]
    public void A_step_inherited_from_a_binding_class_is_bound_for_both()
    {
        var table = BindingTable.Of(Compile("""
            using Reqnroll;
            [Binding] public class B { [Given("x")] public virtual void A() { } [Given("y")] public void C() { } }
            public class D : B { [When("z")] public override void A() { } }
            """))!;

        Assert.Equal(
            ["B.A x Given", "B.C y Given", "D.A x Given", "D.A z When", "D.C y Given"],
            table.Bindings.Select(b => $"{b.Class.Name}.{b.Method.Name} {b.Expression} {b.Kinds}").Order());
    }

    [Fact]
    public void Says_why_an_expression_is_invalid_and_whether_that_is_sure()
    {
        var table = Table("""
            [Given("a {bool}")] public void A(bool b) { }
            [Given("^a ($")] public void B() { }
            [Given("a ()")] public void C() { }
            [Given("good")] public void D() { }
            """);

        Assert.Equal(["bool", null, null, null], table.Bindings.Select(b => b.UnknownParameter));
        Assert.Equal([true, true, true, false], table.Bindings.Select(b => b.Error is not null));
        Assert.Equal([true, true, true, false], table.Bindings.Select(b => b.IsOpaque));
        Assert.Equal(StepKinds.Given, table.OpaqueKinds);
        Assert.False(table.HasCustomTransformations);
    }

    [Fact]
    public void Sees_transformation_attributes_of_the_users_own() => Assert.True(
        BindingTable.Of(Compile("using Reqnroll; public class MineAttribute : StepArgumentTransformationAttribute { } [Binding] public class B { [Given(\"x\")] public void A() { } }"))
            is { Bindings.Length: 1, HasCustomTransformations: true });

    [Theory]
    [InlineData("^a|b$", "b")]
    [InlineData("^ab?c$", "ac")]
    [InlineData("^ab*c$", "ac")]
    [InlineData("^ab{0,1}c$", "ac")]
    [InlineData("^ab+c$", "abbc")]
    [InlineData("^a[|]b|c$", "c")]
    [InlineData("^a[]|]b$", "a|b")]
    [InlineData("^a\\|b$", "a|b")]
    [InlineData("^a\\.b$", "a.b")]
    [InlineData("^(?i)ab$", "AB")]
    [InlineData("^a\\x62$", "ab")]
    [InlineData("^a #b$", "a #b")]
    [InlineData("a\\$", "a\\")]
    [InlineData("^(x|y) (?i)ab$", "x AB")]
    [InlineData("^(x|y) \\x62c$", "x bc")]
    [InlineData("^(x|y) \\d+ abc?d$", "x 1 abd")]
    [InlineData("^(x|y){2,3} {2}z$", "xx  z")]
    [InlineData("^(x) {y$", "x {y")]
    [InlineData("^x{y}$", "x{y}")]
    [InlineData("^(a)[b-z-[x]] c$", "ab c")]
    [InlineData("^(a)[^]b] c$", "ac c")]
    [InlineData("^(a(b|c)d) (?:e|f)gh?$", "abd eg")]
    [InlineData("^(a) \\bb$", "a b")]
    [InlineData("^(a)(?#abc)b$", "ab")]
    [InlineData("^a(?=b)bc$", "abc")]
    [InlineData("^(?<n>a) b$", "a b")]
    [InlineData("^(a)\\1$", "aa")]
    public void Literal_beginnings_turn_nothing_away_that_matches(string regex, string text)
    {
        var theirs = new System.Text.RegularExpressions.Regex(regex.EndsWith('$') ? (regex[0] == '^' ? regex : "^" + regex) : "^" + regex + "$");
        var table = Table($"[Given(@\"{regex}\", ExpressionType = ExpressionType.RegularExpression)] public void A() {{ }}");

        Assert.Equal(theirs.IsMatch(text), table.HitsOn(Step("Given " + text)).Any());
    }

    [Fact]
    public void Is_absent_without_the_framework_and_shared_within_a_compilation()
    {
        var compilation = Compile("class C { }");

        Assert.Same(BindingTable.Of(compilation), BindingTable.Of(compilation));
        Assert.Null(BindingTable.Of(CSharpCompilation.Create("T", references: References.Framework)));
    }

    private static BindingTable Table(string members) => BindingTable.Of(Compile("using Reqnroll;\n[Binding] public class Steps {\n" + members + "\n}"))!;

    private static CSharpCompilation Compile(string code)
    {
        var compilation = CSharpCompilation.Create(
            "T", [CSharpSyntaxTree.ParseText(code)], References.All, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));
        return compilation;
    }

    private static ExecutedStep Step(string step) => Assert.Single(Steps("Feature: F\nScenario: S\n" + step));

    private static IEnumerable<ExecutedStep> Steps(string document) =>
        ExecutedSteps.Of(FeatureFile.Read("x.feature", SourceText.From(document), "en", default).Feature!);
}
