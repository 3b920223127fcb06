using Breakwater.Semantics;

namespace Breakwater.Rules.Invalidation.SlidingOnlyEntry;

/// <summary>Caps a sliding lifetime with an absolute one beside it: an hour, or a day where the sliding one is longer than an hour.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SlidingOnlyEntryFix : Fix<SimpleNameSyntax>
{
    private const string Member = "AbsoluteExpirationRelativeToNow";

    public SlidingOnlyEntryFix() : base(SlidingOnlyEntryAnalyzer.Id, "Cap the lifetime")
    {
    }

    protected override bool CanFix(SemanticModel model, SimpleNameSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        CapFor(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, SimpleNameSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var cap = CapFor(editor.SemanticModel, node, cancellationToken)!;
        var lineEnd = Written.LineEnd(node);
        switch (SettingOf(node))
        {
            case AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax initializer } assignment:
                var index = initializer.Expressions.IndexOf(assignment);
                var member = SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName(Member), cap);
                editor.ReplaceNode(initializer, (current, _) =>
                    ((InitializerExpressionSyntax)current).WithExpressions(((InitializerExpressionSyntax)current).Expressions.With(index, member, lineEnd)));
                break;
            case AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax target, Parent: ExpressionStatementSyntax statement }:
                var setting = SyntaxFactory.AssignmentExpression(
                    SyntaxKind.SimpleAssignmentExpression, target.WithName(SyntaxFactory.IdentifierName(Member)).WithoutTrivia(), cap);
                var endsLine = statement.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia);
                editor.InsertAfter(statement, SyntaxFactory.ExpressionStatement(setting).NormalizeWhitespace()
                    .WithTrailingTrivia(endsLine ? lineEnd : SyntaxFactory.Space).WithAdditionalAnnotations(Formatter.Annotation));
                break;
            case InvocationExpressionSyntax call:
                editor.ReplaceNode(call, (current, _) => Capped((InvocationExpressionSyntax)current, cap));
                break;
        }
    }

    private static InvocationExpressionSyntax Capped(InvocationExpressionSyntax call, ExpressionSyntax cap)
    {
        var chain = ((MemberAccessExpressionSyntax)call.Expression).OperatorToken;
        var access = SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression, call.WithTrailingTrivia(chain.GetPreviousToken().TrailingTrivia.Where(t => t.IsKind(SyntaxKind.EndOfLineTrivia))),
            SyntaxFactory.Token(SyntaxKind.DotToken).WithLeadingTrivia(chain.LeadingTrivia.Where(t => t.IsKind(SyntaxKind.WhitespaceTrivia))),
            SyntaxFactory.IdentifierName("SetAbsoluteExpiration"));
        return SyntaxFactory.InvocationExpression(access, SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(cap))))
            .WithTrailingTrivia(call.GetTrailingTrivia());
    }

    /// <summary>The assignment or call whose name is given.</summary>
    private static ExpressionSyntax? SettingOf(SimpleNameSyntax name) => name.Parent switch
    {
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax { Expressions: var members } } member
            when member.Left == name && !members.Any(m => m is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: Member } }) => member,
        MemberAccessExpressionSyntax { Parent: AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax { Parent: BlockSyntax or SwitchSectionSyntax } } assignment } => assignment,
        MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 1 } call } => call,
        _ => null,
    };

    /// <summary>The absolute lifetime that fits; null where the place takes none, or where the sliding one is longer than a day.</summary>
    private static ExpressionSyntax? CapFor(SemanticModel model, SimpleNameSyntax node, CancellationToken cancellationToken)
    {
        var sliding = SettingOf(node) switch
        {
            AssignmentExpressionSyntax assignment => assignment.Right,
            InvocationExpressionSyntax call => call.ArgumentList.Arguments[0].Expression,
            _ => null,
        };
        if (sliding is null || model.GetOperation(sliding, cancellationToken) is not { } value)
            return null;
        var length = Durations.Of(value, model.Compilation);
        return length > TimeSpan.FromDays(1) ? null
            : Written.Expression(length > TimeSpan.FromHours(1) ? "global::System.TimeSpan.FromDays(1)" : "global::System.TimeSpan.FromHours(1)");
    }
}
