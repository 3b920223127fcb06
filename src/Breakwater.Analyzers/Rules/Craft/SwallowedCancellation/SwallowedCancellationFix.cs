using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Breakwater.Rules.Craft.SwallowedCancellation;

/// <summary>
/// Lets the cancellation pass the broad catch. Not offered where the token cannot be asked again in the new clause: it comes from a
/// call, or from a variable of the <c>try</c> block.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SwallowedCancellationFix : Fix<CatchClauseSyntax>
{
    public SwallowedCancellationFix() : base(SwallowedCancellationAnalyzer.Id, "Let the cancellation through")
    {
    }

    protected override bool CanFix(SemanticModel model, CatchClauseSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        TokenFor(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, CatchClauseSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var clause = Clause(TokenFor(editor.SemanticModel, node, cancellationToken)!);
        var before = node.CatchKeyword.GetPreviousToken();
        var isOnOwnLine = before.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia);
        editor.InsertBefore(node, isOnOwnLine
            ? clause.WithLeadingTrivia(node.GetLeadingTrivia().LastOrDefault(t => t.IsKind(SyntaxKind.WhitespaceTrivia))).WithTrailingTrivia(Written.LineEnd(node))
            : clause.WithTrailingTrivia(SyntaxFactory.Space));
    }

    private static ExpressionSyntax? TokenFor(SemanticModel model, CatchClauseSyntax node, CancellationToken cancellationToken)
    {
        if (node.Parent is not TryStatementSyntax statement
            || model.GetOperation(statement, cancellationToken) is not ITryOperation attempt
            || SwallowedCancellationAnalyzer.LoopAround(attempt) is not { } loop
            || SwallowedCancellationAnalyzer.TokenIn(attempt, loop) is not { Token: { Syntax: ExpressionSyntax token } found }
            || !IsPlain(token))
            return null;
        return found.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Any(l => IsDeclaredIn(l.Local, attempt.Body.Syntax)) ? null : token;
    }

    /// <summary>Whether an expression only names variables and members, so that it may be asked twice.</summary>
    private static bool IsPlain(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax or ThisExpressionSyntax => true,
        MemberAccessExpressionSyntax access => IsPlain(access.Expression),
        _ => false,
    };

    private static bool IsDeclaredIn(ILocalSymbol local, SyntaxNode block) =>
        local.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == block.SyntaxTree && block.Span.Contains(r.Span));

    private static CatchClauseSyntax Clause(ExpressionSyntax token)
    {
        var statement = (TryStatementSyntax)SyntaxFactory.ParseStatement(
            $"try {{ }} catch (global::System.OperationCanceledException) when ({token.WithoutTrivia()}.IsCancellationRequested) {{ throw; }}");
        var type = statement.Catches[0].Declaration!.Type;
        return statement.Catches[0].ReplaceNode(type, type.WithAdditionalAnnotations(Simplifier.Annotation));
    }
}
