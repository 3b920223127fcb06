using System;
using System.Globalization;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Backpressure.LimitSwitchedOff;

/// <summary>
/// Takes the setting away, so that the limit of the library holds again. Not offered where the assignment is a value for something
/// else (<c>a = b = null</c>) or all that an <c>if</c> or a member consists of.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LimitSwitchedOffFix() : Fix<SyntaxNode>(LimitSwitchedOffAnalyzer.Id, "Restore the default limit")
{
    protected override bool CanFix(SemanticModel model, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        !diagnostic.Properties.ContainsKey(LimitSwitchedOffAnalyzer.NeedsNumber)
        && SettingAt(node) switch
        {
            AssignmentExpressionSyntax assignment => Whole(assignment).Parent switch
            {
                ExpressionStatementSyntax { Parent: BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax } => true,
                InitializerExpressionSyntax or LambdaExpressionSyntax => true,
                _ => false,
            },
            ArgumentSyntax argument => Without(model, argument, cancellationToken) is not null,
            _ => false,
        };

    protected override void Apply(DocumentEditor editor, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        switch (SettingAt(node))
        {
            case ArgumentSyntax argument:
                var (old, replacement) = Without(editor.SemanticModel, argument, cancellationToken)!.Value;
                editor.ReplaceNode(old, replacement);
                break;
            case AssignmentExpressionSyntax assignment:
                Remove(editor, Whole(assignment), cancellationToken);
                break;
        }
    }

    internal static SyntaxNode? SettingAt(SyntaxNode node) =>
        node.AncestorsAndSelf().FirstOrDefault(n => n is ArgumentSyntax or AssignmentExpressionSyntax);

    /// <summary>The assignment with what stands before its <c>?.</c>.</summary>
    private static ExpressionSyntax Whole(AssignmentExpressionSyntax assignment)
    {
        ExpressionSyntax whole = assignment;
        while (whole.Parent is ConditionalAccessExpressionSyntax access && access.WhenNotNull == whole)
            whole = access;
        return whole;
    }

    private static void Remove(DocumentEditor editor, ExpressionSyntax assignment, CancellationToken cancellationToken)
    {
        switch (assignment.Parent)
        {
            case ExpressionStatementSyntax { Parent: BlockSyntax { Statements.Count: 1, Parent: LambdaExpressionSyntax only } block } when !HasComments(block):
                RemoveFromLambda(editor, only, cancellationToken);
                break;
            case ExpressionStatementSyntax statement:
                RemoveStatement(editor, statement);
                break;
            case InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax creation }:
                editor.ReplaceNode(creation, (current, _) => Without((BaseObjectCreationExpressionSyntax)current, assignment));
                break;
            case InitializerExpressionSyntax initializer:
                editor.ReplaceNode(initializer, (current, _) => Without((InitializerExpressionSyntax)current, assignment));
                break;
            case LambdaExpressionSyntax lambda:
                RemoveFromLambda(editor, lambda, cancellationToken);
                break;
        }
    }

    /// <summary>A comment on the same line goes with the setting, one above it may speak of more and stays.</summary>
    private static void RemoveStatement(DocumentEditor editor, StatementSyntax statement)
    {
        SyntaxNode removed = statement.Parent is GlobalStatementSyntax global ? global : statement;
        var keepsComment = removed.GetLeadingTrivia().Any(IsComment) ? SyntaxRemoveOptions.KeepLeadingTrivia | SyntaxRemoveOptions.AddElasticMarker : SyntaxRemoveOptions.KeepNoTrivia;
        editor.RemoveNode(removed, SyntaxRemoveOptions.KeepUnbalancedDirectives | keepsComment);
    }

    private static bool HasComments(SyntaxNode node) => node.DescendantTrivia().Any(IsComment);

    private static bool IsComment(SyntaxTrivia trivia) => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia;

    /// <summary>A lambda that sets nothing else goes, with the call that only configures, where the call can do without.</summary>
    private static void RemoveFromLambda(DocumentEditor editor, LambdaExpressionSyntax lambda, CancellationToken cancellationToken)
    {
        if (lambda.Parent is ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } list } argument)
        {
            if (call is { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: var name, Expression: var receiver }, Parent: ExpressionStatementSyntax statement }
                && list.Arguments.Count == 1 && name.Contains("Configure")
                && receiver is not InvocationExpressionSyntax && statement.Parent is BlockSyntax or GlobalStatementSyntax)
            {
                RemoveStatement(editor, statement);
                return;
            }

            var without = Remove(list, argument);
            if (editor.SemanticModel.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method
                && editor.SemanticModel.GetSpeculativeSymbolInfo(call.SpanStart, call.WithArgumentList(without), SpeculativeBindingOption.BindAsExpression).Symbol is IMethodSymbol shorter
                && shorter.Name == method.Name && SymbolEqualityComparer.Default.Equals(shorter.ContainingType, method.ContainingType))
            {
                editor.ReplaceNode(list, without);
                return;
            }
        }

        if (lambda.Body is ExpressionSyntax body)
        {
            editor.ReplaceNode(lambda, lambda.WithBody(SyntaxFactory.Block(
                SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTrailingTrivia(SyntaxFactory.Space), default,
                SyntaxFactory.Token(SyntaxKind.CloseBraceToken)).WithTriviaFrom(body)));
        }
        else
        {
            RemoveStatement(editor, lambda.Block!.Statements[0]);
        }
    }

    /// <summary>The argument list without an argument; or, before arguments that go by position, the argument as its own default.</summary>
    private static (SyntaxNode Old, SyntaxNode New)? Without(SemanticModel model, ArgumentSyntax argument, CancellationToken cancellationToken)
    {
        if (argument.Parent is not ArgumentListSyntax list)
            return null;
        if (list.Arguments.Skip(list.Arguments.IndexOf(argument) + 1).Any(a => a.NameColon is null)
            && (model.GetOperation(argument, cancellationToken) as IArgumentOperation)?.Parameter is { HasExplicitDefaultValue: true, ExplicitDefaultValue: long value })
            return (argument.Expression, SyntaxFactory.ParseExpression(value.ToString(CultureInfo.InvariantCulture)).WithTriviaFrom(argument.Expression));
        var without = Remove(list, argument);
        return Trial.Compiles(model, list, without, cancellationToken) ? (list, without) : null;
    }

    private static ArgumentListSyntax Remove(ArgumentListSyntax list, ArgumentSyntax argument) => list.WithArguments(list.Arguments.Remove(argument));

    private static BaseObjectCreationExpressionSyntax Without(BaseObjectCreationExpressionSyntax creation, ExpressionSyntax element)
    {
        var initializer = Without(creation.Initializer!, element);
        if (initializer.Expressions.Count > 0)
            return creation.WithInitializer(initializer);
        var arguments = creation.ArgumentList ?? SyntaxFactory.ArgumentList();
        var bare = creation.WithInitializer(null);
        if (bare is ObjectCreationExpressionSyntax named)
            bare = named.WithType(named.Type.WithoutTrailingTrivia());
        return bare.WithArgumentList(arguments.WithoutTrailingTrivia()).WithTrailingTrivia(creation.GetTrailingTrivia());
    }

    /// <summary>Found again by its text: another fix may have changed the initialiser before.</summary>
    private static InitializerExpressionSyntax Without(InitializerExpressionSyntax initializer, ExpressionSyntax element)
    {
        var parts = initializer.Expressions.GetWithSeparators().ToList();
        var at = parts.FindIndex(p => p.AsNode()?.IsEquivalentTo(element, topLevel: false) == true);
        if (at < 0)
            return initializer;
        var comments = element.GetLeadingTrivia().Any(IsComment) ? element.GetLeadingTrivia() : default;
        if (at + 2 < parts.Count)
        {
            var next = parts[at + 2].GetLeadingTrivia();
            parts[at + 2] = parts[at + 2].WithLeadingTrivia(comments.Where(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) || comments.Last() != t).Concat(next));
        }
        else if (at > 0)
        {
            var before = parts[at - 1].GetTrailingTrivia();
            parts[at - 2] = parts[at - 2].WithTrailingTrivia(before.Any(SyntaxKind.EndOfLineTrivia) ? before : element.GetTrailingTrivia());
        }

        if (at + 1 < parts.Count)
            parts.RemoveRange(at, 2);
        else
            parts.RemoveRange(Math.Max(0, at - 1), at == 0 ? 1 : 2);
        return initializer.WithExpressions(SyntaxFactory.SeparatedList<ExpressionSyntax>(parts));
    }
}
