using Breakwater.Flow;
using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Data;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Invalidation.StaleWritePath;

/// <summary>Drops the entry as the type's other write does, where this method has the same parameters to say which entry it is.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StaleWritePathFix : Fix<InvocationExpressionSyntax>
{
    public StaleWritePathFix() : base(StaleWritePathAnalyzer.Id, "Remove the entry as the other write does")
    {
    }

    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        RemovalFor(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var write = node.FirstAncestorOrSelf<ExpressionStatementSyntax>()!;
        var removal = RemovalFor(editor.SemanticModel, node, cancellationToken)!;
        var lineEnd = write.SyntaxTree.GetRoot(cancellationToken).DescendantTrivia().FirstOrDefault(t => t.IsKind(SyntaxKind.EndOfLineTrivia));
        var indentation = write.GetLeadingTrivia().LastOrDefault();
        editor.InsertAfter(write, write.GetTrailingTrivia().Any(t => t.IsKind(SyntaxKind.EndOfLineTrivia))
            ? removal.WithLeadingTrivia(indentation.IsKind(SyntaxKind.WhitespaceTrivia) ? SyntaxFactory.TriviaList(indentation) : default).WithTrailingTrivia(lineEnd)
            : removal.WithLeadingTrivia().WithTrailingTrivia(SyntaxFactory.Space));
    }

    /// <summary>The other write's removal as it reads here; null where it would not compile or would mean another entry.</summary>
    private static StatementSyntax? RemovalFor(SemanticModel model, InvocationExpressionSyntax write, CancellationToken cancellationToken)
    {
        if (write.FirstAncestorOrSelf<StatementSyntax>() is not ExpressionStatementSyntax { Parent: BlockSyntax } statement
            || write.Ancestors().FirstOrDefault(n => n is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax) is not MethodDeclarationSyntax declaration
            || statement.DescendantNodes().OfType<AnonymousFunctionExpressionSyntax>().Any(lambda => lambda.Span.Contains(write.Span))
            || model.GetDeclaredSymbol(declaration, cancellationToken) is not { } method || model.GetOperation(write, cancellationToken) is not { } operation)
            return null;

        var writes = new EntityWrites(model.Compilation, Words(Commits.DefaultNames), Words(EntityWrites.DefaultVerbs));
        var found = new StaleWrites(model.Compilation, writes, TimeSpan.Zero, cancellationToken)
            .In(BodyGraph.BodyOf(operation), method).FirstOrDefault(stale => stale.Write.Place.Syntax == write);
        if (found is not { Sibling: { } removal, Write: { IsFinal: true, Place.TargetMethod.ContainingType.Name: not "TransactionScope" } } || StatementAround(removal.Operation) is not { } copied)
            return null;

        var isAsync = copied.Syntax.DescendantNodes().Any(n => n is AwaitExpressionSyntax);
        return (isAsync && !method.IsAsync) || copied.DescendantsAndSelf().Any(part => !MeansTheSame(part, method)) ? null : ((ExpressionStatementSyntax)copied.Syntax).WithoutTrivia();
    }

    private static IExpressionStatementOperation? StatementAround(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is IExpressionStatementOperation { Syntax: ExpressionStatementSyntax } statement)
                return statement;
            if (current is IBlockOperation or IAnonymousFunctionOperation)
                return null;
        }

        return null;
    }

    /// <summary>Whether a part of a statement of another method means the same in this one: parameters have a namesake of their type.</summary>
    private static bool MeansTheSame(IOperation part, IMethodSymbol method) => part switch
    {
        ILocalReferenceOperation => false,
        IInstanceReferenceOperation => !method.IsStatic,
        IParameterReferenceOperation { Parameter: var parameter } when Semantics.Roots.IsPrimaryConstructorParameter(parameter) => !method.IsStatic,
        IParameterReferenceOperation { Parameter: var parameter } =>
            method.Parameters.Any(p => p.Name == parameter.Name && SymbolEqualityComparer.Default.Equals(p.Type, parameter.Type)),
        _ => true,
    };

    private static ImmutableHashSet<string> Words(string[] words) => ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, words);
}
