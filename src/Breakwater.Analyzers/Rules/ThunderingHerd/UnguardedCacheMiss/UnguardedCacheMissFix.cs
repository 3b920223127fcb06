using Breakwater.Caching;
using Breakwater.Flow;
using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.Simplification;

namespace Breakwater.Rules.ThunderingHerd.UnguardedCacheMiss;

/// <summary>
/// Guards the miss path of a method whose key all callers share: one gate, and a second look at the cache behind it. For keys that
/// vary which guard is right is a design choice, so none is offered.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnguardedCacheMissFix : Fix<InvocationExpressionSyntax>
{
    public UnguardedCacheMissFix() : base(UnguardedCacheMissAnalyzer.Id, "Let one caller load, the others wait")
    {
    }

    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        ShapeOf(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var shape = ShapeOf(editor.SemanticModel, node, cancellationToken)!;
        var gate = GateName(editor.SemanticModel, shape.Method);
        var token = shape.Method.ParameterList.Parameters
            .Where(p => editor.SemanticModel.GetDeclaredSymbol(p, cancellationToken)?.Type is { Name: "CancellationToken" })
            .Select(p => p.Identifier.Text).ToList();

        var inside = SyntaxFactory.Block(shape.SecondLook.Concat(shape.Rest));
        IEnumerable<StatementSyntax> guarded = shape.Awaits
            ?
            [
                SyntaxFactory.ParseStatement($"await {gate}.WaitAsync({(token is [var only] ? only : "")});"),
                SyntaxFactory.TryStatement(
                    inside, default, SyntaxFactory.FinallyClause(SyntaxFactory.Block(SyntaxFactory.ParseStatement($"{gate}.Release();")))),
            ]
            : [SyntaxFactory.LockStatement(SyntaxFactory.IdentifierName(gate), inside)];

        var body = shape.Method.Body!;
        var statements = shape.FirstLook.Concat(guarded.Select(s => s.WithAdditionalAnnotations(Formatter.Annotation)));
        editor.ReplaceNode(body, body.WithStatements(SyntaxFactory.List(statements)));

        var type = (TypeDeclarationSyntax)shape.Method.Parent!;
        var field = SyntaxFactory.ParseMemberDeclaration(shape.Awaits
            ? $"private static readonly global::System.Threading.SemaphoreSlim {gate} = new(1, 1);"
            : $"private static readonly object {gate} = new();")!
            .WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation);
        editor.ReplaceNode(type, (current, _) => WithFirstMember((TypeDeclarationSyntax)current, field));
    }

    private static TypeDeclarationSyntax WithFirstMember(TypeDeclarationSyntax type, MemberDeclarationSyntax field)
    {
        var found = type.DescendantTrivia().FirstOrDefault(t => t.IsKind(SyntaxKind.EndOfLineTrivia));
        var lineEnd = found.IsKind(SyntaxKind.EndOfLineTrivia) ? found : SyntaxFactory.ElasticCarriageReturnLineFeed;
        var isFollowedByField = type.Members.FirstOrDefault() is FieldDeclarationSyntax;
        return type.WithMembers(type.Members.Insert(0, field.WithTrailingTrivia(
            isFollowedByField ? SyntaxFactory.TriviaList(lineEnd) : SyntaxFactory.TriviaList(lineEnd, lineEnd))));
    }

    private static string GateName(SemanticModel model, MethodDeclarationSyntax method)
    {
        var name = method.Identifier.Text;
        var stem = name.EndsWith("Async", StringComparison.Ordinal) && name.Length > 5 ? name.Substring(0, name.Length - 5) : name;
        var taken = new HashSet<string>(model.LookupSymbols(method.SpanStart).Select(s => s.Name), StringComparer.Ordinal);
        var gate = stem + "Gate";
        for (var number = 2; taken.Contains(gate); number++)
            gate = stem + "Gate" + number;
        return gate;
    }

    /// <summary>The parts of a method that the fix can guard; null for any other.</summary>
    private static Shape? ShapeOf(SemanticModel model, InvocationExpressionSyntax load, CancellationToken cancellationToken)
    {
        if (load.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not MethodDeclarationSyntax { Body: { } block, Parent: TypeDeclarationSyntax and not InterfaceDeclarationSyntax } method
            || model.GetOperation(load, cancellationToken) is not { } operation
            || MissPaths.Of(model.Compilation) is not { } paths
            || paths.In(BodyGraph.BodyOf(operation)) is not [{ Key.IsProcessWide: true } path, ..] || path.Load.Syntax != load)
            return null;

        var statements = block.Statements;
        var first = statements.IndexOf(s => s.Span.Contains(path.Read.Operation.Syntax.Span));
        if (first < 0 || block.DescendantNodes().Any(n => n is YieldStatementSyntax or LabeledStatementSyntax))
            return null;
        if (FirstLook.Again(statements, first, path) is not { } look)
            return null;

        var rest = statements.Skip(first + look.Length).ToImmutableArray();
        if (rest.IsEmpty || !rest.Any(s => s.Span.Contains(load.Span)) || !rest.Any(s => s.Span.Contains(path.Write.Operation.Syntax.Span)))
            return null;
        var awaits = rest.Any(s => s.DescendantNodesAndSelf(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .Any(n => n is AwaitExpressionSyntax || n.ChildTokens().Any(t => t.IsKind(SyntaxKind.AwaitKeyword))));
        return new Shape(method, statements.Take(first + look.Length).ToImmutableArray(), look, rest, awaits);
    }

    private sealed record Shape(
        MethodDeclarationSyntax Method, ImmutableArray<StatementSyntax> FirstLook, ImmutableArray<StatementSyntax> SecondLook,
        ImmutableArray<StatementSyntax> Rest, bool Awaits);
}
