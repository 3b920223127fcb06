using Breakwater.Flow;
using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.ThunderingHerd.SynchronizedExpiry;

/// <summary>
/// Adds a random part to a lifetime: up to a minute in a loop, up to five minutes at a moment of the calendar. Only where the expression
/// runs for each entry; a random part that is drawn once spreads nothing.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SynchronizedExpiryFix : Fix<ExpressionSyntax>
{
    public SynchronizedExpiryFix() : base(SynchronizedExpiryAnalyzer.Id, "Spread the expiry")
    {
    }

    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        Spread(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        editor.ReplaceNode(node, Spread(editor.SemanticModel, node, cancellationToken)!);

    private static ExpressionSyntax? Spread(SemanticModel model, ExpressionSyntax node, CancellationToken cancellationToken)
    {
        if (model.Compilation.Find("System.Random")?.GetMembers("Shared").Any() != true || model.GetOperation(node, cancellationToken) is not { Type: { } type } life)
            return null;
        var isTimeSpan = type is { Name: "TimeSpan", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };
        if (isTimeSpan && node is not ImplicitObjectCreationExpressionSyntax && Repetition.Around(life, model.Compilation).Any())
            return Sum(node);
        return WallClock.IsMoment(new(life), model.Compilation) && RunsForEachEntry(node) ? Later(node) : null;
    }

    private static ExpressionSyntax Sum(ExpressionSyntax life)
    {
        var bare = life.WithoutTrivia();
        var isLoose = bare is ConditionalExpressionSyntax or SwitchExpressionSyntax or AssignmentExpressionSyntax
            or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression };
        return SyntaxFactory.BinaryExpression(
                SyntaxKind.AddExpression, isLoose ? SyntaxFactory.ParenthesizedExpression(bare) : bare,
                SyntaxFactory.Token(SyntaxKind.PlusToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space),
                Written.Expression("global::System.TimeSpan.FromSeconds(global::System.Random.Shared.Next(0, 60))"))
            .WithTriviaFrom(life);
    }

    private static ExpressionSyntax Later(ExpressionSyntax moment)
    {
        var bare = moment.WithoutTrivia();
        var start = bare is BinaryExpressionSyntax or CastExpressionSyntax or ConditionalExpressionSyntax ? SyntaxFactory.ParenthesizedExpression(bare) : bare;
        return SyntaxFactory.InvocationExpression(
                SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, start, SyntaxFactory.IdentifierName("AddSeconds")),
                SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(Written.Expression("global::System.Random.Shared.Next(0, 300)")))))
            .WithTriviaFrom(moment);
    }

    /// <summary>Not in an initialiser, which runs once.</summary>
    private static bool RunsForEachEntry(ExpressionSyntax life) =>
        life.Ancestors().TakeWhile(a => a is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or AnonymousFunctionExpressionSyntax or ArrowExpressionClauseSyntax))
            .All(a => a is not (FieldDeclarationSyntax or PropertyDeclarationSyntax));
}
