using Breakwater.Flow;
using Breakwater.Semantics;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

/// <summary>A compilation of the shop's types and a snippet, to ask the semantics about directly.</summary>
internal sealed class Probe
{
    public Probe(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        Compilation = CSharpCompilation.Create(
            "probe", [CSharpSyntaxTree.ParseText(ShopPrelude.Source, options), CSharpSyntaxTree.ParseText(source, options)], References.All,
            new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(Compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));
    }

    public CSharpCompilation Compilation { get; }

    /// <summary>The body of the method of this name.</summary>
    public IOperation Body(string method) => BodyGraph.BodyOf(Bodies.Of(Compilation).Of(Declaration(method), CancellationToken.None)!);

    /// <summary>The calls of a method of this name inside a method, in the order of the source.</summary>
    public IReadOnlyList<IInvocationOperation> Calls(string method, string called) =>
        [.. Body(method).DescendantsAndSelf().OfType<IInvocationOperation>().Where(c => c.TargetMethod.Name == called).OrderBy(c => c.Syntax.SpanStart)];

    public IMethodSymbol Method(string method) => (IMethodSymbol)Bodies.Of(Compilation).DeclaredBy(Declaration(method), CancellationToken.None)!;

    public IMethodSymbol LocalFunction(string name) => (IMethodSymbol)Bodies.Of(Compilation).DeclaredBy(
        Compilation.SyntaxTrees[1].GetRoot().DescendantNodes().OfType<LocalFunctionStatementSyntax>().Single(l => l.Identifier.Text == name), CancellationToken.None)!;

    private SyntaxNode Declaration(string method) => Compilation.SyntaxTrees[1].GetRoot().DescendantNodes()
        .Single(n => (n as MethodDeclarationSyntax)?.Identifier.Text == method || (n as LocalFunctionStatementSyntax)?.Identifier.Text == method);
}
