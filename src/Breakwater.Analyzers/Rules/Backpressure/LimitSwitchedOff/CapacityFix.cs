using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Breakwater.Rules.Backpressure.LimitSwitchedOff;

/// <summary>Gives a queue a capacity in numbers, where there is no default to go back to.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CapacityFix() : Fix<SyntaxNode>(LimitSwitchedOffAnalyzer.Id, "Limit the queue to 1000 items")
{
    private const int Capacity = 1000;

    protected override bool CanFix(SemanticModel model, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        diagnostic.Properties.ContainsKey(LimitSwitchedOffAnalyzer.NeedsNumber) && ValueAt(node) is not null;

    protected override void Apply(DocumentEditor editor, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var value = ValueAt(node)!;
        editor.ReplaceNode(value, LiteralExpression(SyntaxKind.NumericLiteralExpression, Literal(Capacity)).WithTriviaFrom(value));
    }

    private static ExpressionSyntax? ValueAt(SyntaxNode node) => LimitSwitchedOffFix.SettingAt(node) switch
    {
        ArgumentSyntax argument => argument.Expression,
        AssignmentExpressionSyntax { Right: not AssignmentExpressionSyntax } assignment => assignment.Right,
        _ => null,
    };
}
