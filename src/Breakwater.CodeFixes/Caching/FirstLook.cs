using Breakwater.Semantics.Caching;

namespace Breakwater.Caching;

/// <summary>The look into a cache with which a cache-aside begins, and how to repeat it.</summary>
internal static class FirstLook
{
    /// <summary>
    /// The first test again, for behind a guard: <c>if (cache.TryGetValue(k, out v)) return v;</c>, or <c>v = read; if (v is not null)
    /// return v;</c>. Null when the first test is another one.
    /// </summary>
    public static ImmutableArray<StatementSyntax>? Again(SyntaxList<StatementSyntax> statements, int first, MissPath path)
    {
        var read = path.Read.Operation.Syntax;
        switch (statements[first])
        {
            case IfStatementSyntax { Else: null } test when test.Condition == read && Returns(test.Statement)
                    && read is InvocationExpressionSyntax call && call.ArgumentList.Arguments.Any(a => a.RefKindKeyword.IsKind(SyntaxKind.OutKeyword)):
                var declaration = test.Condition.DescendantNodes().OfType<DeclarationExpressionSyntax>().FirstOrDefault();
                if (declaration is { Designation: not SingleVariableDesignationSyntax })
                    return null;
                var again = declaration?.Designation is SingleVariableDesignationSyntax found
                    ? test.ReplaceNode(declaration, SyntaxFactory.IdentifierName(found.Identifier.WithoutTrivia()))
                    : test;
                return ImmutableArray.Create<StatementSyntax>(Fresh(again));

            case LocalDeclarationStatementSyntax { Declaration.Variables: [{ Initializer.Value: var value } variable], UsingKeyword.RawKind: 0, IsConst: false }
                    when (value == read || (value is AwaitExpressionSyntax awaited && awaited.Expression == read))
                        && first + 1 < statements.Count && statements[first + 1] is IfStatementSyntax { Else: null } test
                        && Returns(test.Statement) && IsHitTest(test.Condition, variable.Identifier.Text):
                var assignment = SyntaxFactory.ExpressionStatement(SyntaxFactory.AssignmentExpression(
                    SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName(variable.Identifier.WithoutTrivia()), value.WithoutTrivia()));
                return ImmutableArray.Create<StatementSyntax>(assignment, Fresh(test));

            default:
                return null;
        }
    }

    private static bool Returns(StatementSyntax statement) =>
        statement is ReturnStatementSyntax or BlockSyntax { Statements: [ReturnStatementSyntax] };

    /// <summary><c>v is not null</c>, <c>v != null</c>, <c>v.HasValue</c>: the variable alone decides.</summary>
    private static bool IsHitTest(ExpressionSyntax condition, string variable) => condition switch
    {
        IsPatternExpressionSyntax { Expression: IdentifierNameSyntax name, Pattern: UnaryPatternSyntax or RecursivePatternSyntax { Designation: null } } => name.Identifier.Text == variable,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression, Left: IdentifierNameSyntax name, Right: LiteralExpressionSyntax } => name.Identifier.Text == variable,
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name, Name.Identifier.Text: "HasValue" } => name.Identifier.Text == variable,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression, Operand: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name, Name.Identifier.Text: "IsNull" or "IsNullOrEmpty" } } => name.Identifier.Text == variable,
        _ => false,
    };

    /// <summary>The statement without the comments around it: they stay with the first look.</summary>
    private static T Fresh<T>(T statement) where T : StatementSyntax =>
        statement.WithLeadingTrivia().WithTrailingTrivia(SyntaxFactory.ElasticMarker);
}
