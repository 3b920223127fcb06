using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Breakwater.Limiting;

/// <summary>A statement that does nothing but ask a limiter for a lease, and behind which another one can stand.</summary>
/// <param name="Statement">A <c>using</c> statement, a declaration, or an expression whose lease is dropped.</param>
/// <param name="Lease">The expression whose value is the lease.</param>
/// <param name="Variable">What holds the lease, if anything.</param>
internal sealed record LeaseStatement(StatementSyntax Statement, ExpressionSyntax Lease, VariableDeclaratorSyntax? Variable)
{
    /// <summary>The statement around a call; null where the call is part of something larger.</summary>
    public static LeaseStatement? Around(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken) =>
        LeaseIn(call, model, cancellationToken) is { } lease && StatementOf(lease) is { } statement
            ? new(statement, Awaited(lease, model, cancellationToken), VariableOf(statement))
            : null;

    /// <summary>The whole expression whose value is the lease, or a task for it that nobody awaits where it can be awaited.</summary>
    private static ExpressionSyntax? LeaseIn(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken)
    {
        ExpressionSyntax whole = call;
        while (!IsLease(model.GetTypeInfo(whole, cancellationToken).Type) || whole.Parent is ParenthesizedExpressionSyntax)
        {
            switch (whole.Parent)
            {
                case AwaitExpressionSyntax or ParenthesizedExpressionSyntax or MemberAccessExpressionSyntax:
                case InvocationExpressionSyntax outer when outer.Expression == whole:
                    whole = (ExpressionSyntax)whole.Parent;
                    break;
                case ExpressionStatementSyntax or AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax } when Functions.CanAwait(call) && IsTask(whole):
                    return whole;
                default:
                    return null;
            }
        }

        return whole;

        bool IsTask(ExpressionSyntax value) =>
            model.GetTypeInfo(value, cancellationToken).Type is INamedTypeSymbol { TypeArguments: [var result] } && IsLease(result);
    }

    private static ExpressionSyntax Awaited(ExpressionSyntax lease, SemanticModel model, CancellationToken cancellationToken) =>
        IsLease(model.GetTypeInfo(lease, cancellationToken).Type)
            ? lease.WithoutTrivia()
            : AwaitExpression(Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(Space), lease.WithoutTrivia());

    private static bool IsLease(ITypeSymbol? type) => type is { Name: "RateLimitLease", ContainingNamespace.Name: "RateLimiting" };

    /// <summary>The statement that has the lease as all its value, where another one can stand behind it.</summary>
    private static StatementSyntax? StatementOf(ExpressionSyntax lease) => lease.Parent switch
    {
        UsingStatementSyntax held => held,
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: UsingStatementSyntax held } } } => held,
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } local } } } => local,
        ExpressionStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } dropped => dropped,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" }, Parent: ExpressionStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } dropped } => dropped,
        _ => null,
    };

    private static VariableDeclaratorSyntax? VariableOf(StatementSyntax statement) => statement switch
    {
        UsingStatementSyntax { Declaration.Variables: [var only] } => only,
        LocalDeclarationStatementSyntax { Declaration.Variables: [var only] } => only,
        _ => null,
    };
}
