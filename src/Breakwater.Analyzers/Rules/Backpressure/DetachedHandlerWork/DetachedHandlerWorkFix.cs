using Breakwater.Semantics.Hosting;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Backpressure.DetachedHandlerWork;

/// <summary>
/// Awaits the work, where the code around the statement is asynchronous. Not offered for what cannot be awaited as it stands:
/// <c>async void</c> methods, threads, <c>.Forget()</c>, a task that may be null, and a <c>StartNew</c> whose task ends when its work begins.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class DetachedHandlerWorkFix() : Fix<ExpressionStatementSyntax>(DetachedHandlerWorkAnalyzer.Id, "Await the work")
{
    /// <inheritdoc/>
    protected override bool CanFix(SemanticModel model, ExpressionStatementSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        IsInAsynchronousCode(node)
        && model.GetOperation(node, cancellationToken) is { } statement
        && DetachedWork.At(statement, model.Compilation) is { Discarded: { Syntax: ExpressionSyntax work } discarded }
        && work is not ConditionalAccessExpressionSyntax && work.Span == diagnostic.Location.SourceSpan
        && !StartsAnother(discarded.Type)
        && Trial.Compiles(model, node, Awaiting(node, work), cancellationToken);

    /// <inheritdoc/>
    protected override void Apply(DocumentEditor editor, ExpressionStatementSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var work = DetachedWork.At(editor.SemanticModel.GetOperation(node, cancellationToken)!, editor.SemanticModel.Compilation)!.Discarded.Syntax;
        editor.ReplaceNode(node, Awaiting(node, (ExpressionSyntax)work));
    }

    private static ExpressionStatementSyntax Awaiting(ExpressionStatementSyntax statement, ExpressionSyntax work) => statement.WithExpression(
        SyntaxFactory.AwaitExpression(SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), work.WithoutLeadingTrivia())
            .WithLeadingTrivia(statement.Expression.GetLeadingTrivia()));

    private static bool IsInAsynchronousCode(SyntaxNode statement)
    {
        foreach (var node in statement.Ancestors())
        {
            switch (node)
            {
                case AnonymousFunctionExpressionSyntax lambda:
                    return lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword);
                case LocalFunctionStatementSyntax local:
                    return local.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MethodDeclarationSyntax method:
                    return method.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MemberDeclarationSyntax:
                    return node is GlobalStatementSyntax;
            }
        }

        return false;
    }

    /// <summary>Whether the result of the task is itself a task.</summary>
    private static bool StartsAnother(ITypeSymbol? type) => type is INamedTypeSymbol { TypeArguments: [var result] } && DetachedWork.IsTask(result);
}
