using Breakwater.Semantics;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Breakwater.Tests.Semantics;

public class MemberTextTests
{
    [Theory]
    [InlineData("a.Get(1);", "a.Get")]
    [InlineData("this.a.Get(1);", "a.Get")]
    [InlineData("a?.Get(1);", "a.Get")]
    [InlineData("a!.Get(1);", "a.Get")]
    [InlineData("a\n    .Get(1);", "a.Get")]
    [InlineData("a // of many\n    .Get(1);", "?.Get")]
    [InlineData("Get<int>(1);", ".Get")]
    [InlineData("this.Get(1);", "this.Get")]
    [InlineData("x().Get(1);", ".x ?.Get")]
    [InlineData("many[2].Get(1);", "many.[ ?.Get")]
    [InlineData("_ = a[1];", "a.[")]
    [InlineData("_ = a?[1];", "a.[")]
    [InlineData("a.Get(1); a.Get(2);", "a.Get")]
    [InlineData("int[] b; int[,] c; _ = new byte[3];", "")]
    [InlineData("List<int> b;", ".List")]
    public void ReadsWhatIsCalledOnWhat(string statements, string expected)
    {
        var text = new MemberText(Method($"class C {{ void M() {{ {statements} }} }}"), null);
        Assert.Equal(expected, string.Join(" ", text.Calls.Select(c => $"{c.On ?? "?"}.{c.Name}")));
    }

    // Rules get a body where searches find its declaration: both must come to one answer, and to the same one.
    [Theory]
    [InlineData("class C { void M() { a.Get(); } }", "{ a.Get(); }")]
    [InlineData("class C { void M() => a.Get(); }", "=> a.Get()")]
    [InlineData("class C { C() { a.Get(); } }", "{ a.Get(); }")]
    [InlineData("class C { C() : base(b.Set()) { a.Get(); } }", "C() : base(b.Set()) { a.Get(); }")]
    [InlineData("class C { int P { get { return a.Get(); } } }", "{ return a.Get(); }")]
    [InlineData("class C { int P { get => a.Get(); } }", "=> a.Get()")]
    [InlineData("abstract class C { abstract void M(); }", "abstract void M();")]
    public void KnowsTheBodyThatARuleGets(string source, string expected)
    {
        var code = CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().Last(n => n is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax);
        var body = MemberText.BodyOf(code);

        Assert.Equal(expected, body.ToString());
        Assert.Equal(new MemberText(code, null).Calls, new MemberText(body, null).Calls);
    }

    [Theory]
    [InlineData("class C { void M(int id) => N(id); }", ".N")]
    [InlineData("class C { [Obsolete(nameof(C))] void M(int id) { N(id); } }", ".N")]
    [InlineData("abstract class C { protected abstract void M(int id); }", "")]
    public void LeavesOutWhatStandsBeforeTheBody(string source, string expected) =>
        Assert.Equal(expected, string.Join(" ", new MemberText(Method(source), null).Calls.Select(c => $"{c.On}.{c.Name}")));

    [Fact]
    public void KnowsTheNamesOfTheWholeMember()
    {
        var body = Method("class C(int size) { void M(Stream input) { Copy(input); } }").Body!;
        var text = new MemberText(body, null);
        Assert.True(text.Names("Stream"));
        Assert.True(text.Names("input"));
        Assert.False(text.Names("size"));
        Assert.True(text.Has("Stre"));
        Assert.False(text.Names("Stre"));
    }

    [Fact]
    public void TakesAnExtensionBlockForOne() =>
        Assert.True(new MemberText(Method("static class C { extension(Stream input) { public void M() { } } }").Body!, null).Names("Stream"));

    [Fact]
    public void TakesTopLevelStatementsForOne()
    {
        var root = CSharpSyntaxTree.ParseText("Stream input = Open(); Read(input);", cancellationToken: TestContext.Current.CancellationToken).GetRoot(TestContext.Current.CancellationToken);
        Assert.True(new MemberText(root.DescendantNodes().OfType<InvocationExpressionSyntax>().Last(), null).Names("Stream"));
    }

    private static MethodDeclarationSyntax Method(string source) =>
        CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Single();
}
