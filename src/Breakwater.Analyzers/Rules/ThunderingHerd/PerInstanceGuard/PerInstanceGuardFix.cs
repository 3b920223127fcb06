using Breakwater.Flow;
using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.ThunderingHerd.PerInstanceGuard;

/// <summary>
/// Makes the field static, so that all instances wait for one guard. Not offered for a field that is disposed of: the first instance to go
/// would take everybody's guard away.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class PerInstanceGuardFix : Fix<VariableDeclaratorSyntax>
{
    public PerInstanceGuardFix() : base(PerInstanceGuardAnalyzer.Id, "Share the guard among all instances")
    {
    }

    protected override bool CanFix(SemanticModel model, VariableDeclaratorSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditOf(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, VariableDeclaratorSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var edit = EditOf(editor.SemanticModel, node, cancellationToken)!;
        editor.ReplaceNode(edit.Field, (current, _) => AsStatic((FieldDeclarationSyntax)current, edit.Assignment));
        if (edit.Assignment is not null)
            editor.RemoveNode(edit.Assignment.Parent!);
        foreach (var mention in edit.ThroughThis)
        {
            if (edit.Assignment?.Left != mention)
                editor.ReplaceNode(mention, mention.Name.WithTriviaFrom(mention));
        }
    }

    private static FieldDeclarationSyntax AsStatic(FieldDeclarationSyntax field, AssignmentExpressionSyntax? assignment)
    {
        if (assignment is not null && field.Declaration.Variables[0] is { Initializer: null } variable)
        {
            var value = SyntaxFactory.EqualsValueClause(
                SyntaxFactory.Token(SyntaxKind.EqualsToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space), assignment.Right.WithoutTrivia());
            field = field.ReplaceNode(variable, variable.WithoutTrailingTrivia().WithInitializer(value));
        }

        var leading = field.GetLeadingTrivia();
        var at = field.Modifiers.IndexOf(SyntaxKind.ReadOnlyKeyword);
        var keyword = SyntaxFactory.Token(SyntaxKind.StaticKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        field = field.WithoutLeadingTrivia();
        return field.WithModifiers(field.Modifiers.Insert(at < 0 ? field.Modifiers.Count : at, keyword)).WithLeadingTrivia(leading);
    }

    /// <summary>What has to change; null where the field cannot become static without more than that.</summary>
    private static Edit? EditOf(SemanticModel model, VariableDeclaratorSyntax variable, CancellationToken cancellationToken)
    {
        if (variable.Parent is not VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax field }
            || model.GetDeclaredSymbol(variable, cancellationToken) is not IFieldSymbol symbol)
            return null;

        var throughThis = ImmutableArray.CreateBuilder<MemberAccessExpressionSyntax>();
        AssignmentExpressionSyntax? assignment = null;
        var mentions = VariableWrites.IsConfined(symbol)
            ? Mentions.InOutermostType(symbol, symbol.Name, cancellationToken)
            : Mentions.In(model.Compilation, symbol.Name, ImmutableArray<string>.Empty, cancellationToken);
        foreach (var mention in mentions)
        {
            if (Bodies.Of(model.Compilation).Of(mention, cancellationToken) is not IFieldReferenceOperation reference
                || !SymbolEqualityComparer.Default.Equals(reference.Field.OriginalDefinition, symbol))
                continue;
            if (IsDisposed(reference) || reference.Instance is not IInstanceReferenceOperation)
                return null;
            if (mention is MemberAccessExpressionSyntax access)
            {
                if (access.SyntaxTree != variable.SyntaxTree || !MeansTheField(model, access, symbol))
                    return null;
                throughThis.Add(access);
            }

            if (mention.Parent is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } write && write.Left == mention)
            {
                if (assignment is not null || variable.Initializer is not null || !IsInConstructor(write, variable))
                    return null;
                assignment = write;
            }
        }

        var value = variable.Initializer?.Value ?? assignment?.Right;
        return value is not null && !UsesInputs(model.GetOperation(value, cancellationToken)) ? new Edit(field, assignment, throughThis.ToImmutable()) : null;
    }

    private static bool IsDisposed(IOperation reference) =>
        reference.Syntax.Parent is MemberAccessExpressionSyntax { Name.Identifier.Text: "Dispose" or "DisposeAsync" }
            or ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax { Name.Identifier.Text: "Dispose" or "DisposeAsync" } } };

    /// <summary>Whether the name alone means the field where it now stands behind <c>this</c>.</summary>
    private static bool MeansTheField(SemanticModel model, MemberAccessExpressionSyntax access, IFieldSymbol field) =>
        model.LookupSymbols(access.SpanStart, name: field.Name) is [var only] && SymbolEqualityComparer.Default.Equals(only.OriginalDefinition, field);

    /// <summary>A statement of its own in a constructor, with no comment that would go with it.</summary>
    private static bool IsInConstructor(AssignmentExpressionSyntax write, VariableDeclaratorSyntax variable) =>
        write.SyntaxTree == variable.SyntaxTree
        && write.Parent is ExpressionStatementSyntax { Parent: BlockSyntax { Parent: ConstructorDeclarationSyntax } } statement
        && !statement.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia) || t.IsKind(SyntaxKind.MultiLineCommentTrivia) || t.IsDirective);

    /// <summary>Whether the value is made from the instance, from constructor parameters or locals.</summary>
    private static bool UsesInputs(IOperation? value) =>
        value is null || value.DescendantsAndSelf().Any(o => o is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }
            or IParameterReferenceOperation or ILocalReferenceOperation);

    private sealed record Edit(FieldDeclarationSyntax Field, AssignmentExpressionSyntax? Assignment, ImmutableArray<MemberAccessExpressionSyntax> ThroughThis);
}
