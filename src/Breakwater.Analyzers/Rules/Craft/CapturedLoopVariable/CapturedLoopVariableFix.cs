using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Craft.CapturedLoopVariable;

/// <summary>
/// Copies the variable at the start of the loop's body and lets the lambda capture the copy. Not offered where the body changes the
/// variable, because then the place of the copy is a decision.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CapturedLoopVariableFix : Fix<IdentifierNameSyntax>
{
    public CapturedLoopVariableFix() : base(CapturedLoopVariableAnalyzer.Id, "Capture a copy made in each iteration")
    {
    }

    protected override bool CanFix(SemanticModel model, IdentifierNameSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditFor(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, IdentifierNameSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (EditFor(editor.SemanticModel, node, cancellationToken) is not var (loop, uses, copy))
            return;
        foreach (var use in uses)
            editor.ReplaceNode(use, SyntaxFactory.IdentifierName(copy).WithTriviaFrom(use));
        var lineEnd = Written.LineEnd(node);
        editor.ReplaceNode(loop, (current, _) => WithCopy((ForStatementSyntax)current, node.Identifier.Text, copy, lineEnd));
    }

    private static (ForStatementSyntax Loop, IReadOnlyList<IdentifierNameSyntax> Uses, string Copy)? EditFor(SemanticModel model, IdentifierNameSyntax node, CancellationToken cancellationToken)
    {
        if (model.GetOperation(node, cancellationToken) is not ILocalReferenceOperation { Local: var variable } first || LoopOf(first) is not { Syntax: ForStatementSyntax syntax } loop)
            return null;

        // The reported lambda is the outermost one of the loop that is not run at once.
        for (var lambda = Enclosing.Lambda(first); lambda is not null && loop.Body.Syntax.Span.Contains(lambda.Syntax.Span); lambda = Enclosing.Lambda(lambda))
        {
            if (!DeferredCode.OutlivesTurn(lambda, loop))
                continue;
            var changes = Flow.LocalValues.Around(loop).Of(variable).Any(given => loop.Body.Syntax.Span.Contains(given.Value.Syntax.Span));
            var uses = lambda.Descendants().OfType<ILocalReferenceOperation>().Where(use => SymbolEqualityComparer.Default.Equals(use.Local, variable))
                .Select(use => use.Syntax).OfType<IdentifierNameSyntax>().ToList();
            return changes ? null : (syntax, uses, CopyIn(syntax, variable.Name) ?? FreshNames.Within(model, syntax.Statement.SpanStart, syntax.Statement, variable.Name + "Copy"));
        }

        return null;
    }

    /// <summary>The innermost loop whose turns share the variable.</summary>
    private static IForLoopOperation? LoopOf(ILocalReferenceOperation use)
    {
        for (var current = use.Parent; current is not null; current = current.Parent)
        {
            if (current is IForLoopOperation loop && CapturedLoopVariableAnalyzer.IsShared(use.Local, loop))
                return loop;
        }

        return null;
    }

    /// <summary>The copy that the body already begins with.</summary>
    private static string? CopyIn(ForStatementSyntax loop, string variable) => (loop.Statement as BlockSyntax)?.Statements
        .TakeWhile(s => s is LocalDeclarationStatementSyntax)
        .OfType<LocalDeclarationStatementSyntax>()
        .Select(s => s.Declaration.Variables[0])
        .FirstOrDefault(v => v.Initializer?.Value is IdentifierNameSyntax copied && copied.Identifier.Text == variable && !IsChanged(loop, v.Identifier.ValueText))
        ?.Identifier.ValueText;

    private static bool IsChanged(ForStatementSyntax loop, string name) => loop.Statement.DescendantNodes().Any(n => n switch
    {
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax left } => left.Identifier.ValueText == name,
        PrefixUnaryExpressionSyntax { Operand: IdentifierNameSyntax operand, RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } => operand.Identifier.ValueText == name,
        PostfixUnaryExpressionSyntax { Operand: IdentifierNameSyntax operand } => operand.Identifier.ValueText == name,
        ArgumentSyntax { RefKindKeyword.RawKind: not 0, Expression: IdentifierNameSyntax argument } => argument.Identifier.ValueText == name,
        _ => false,
    });

    private static ForStatementSyntax WithCopy(ForStatementSyntax loop, string variable, string copy, SyntaxTrivia lineEnd)
    {
        if (CopyIn(loop, variable) == copy)
            return loop;
        var declaration = SyntaxFactory.ParseStatement($"var {copy} = {variable};");
        if (loop.Statement is not BlockSyntax block)
        {
            var body = loop.Statement;
            var isOnOwnLine = loop.CloseParenToken.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia);
            var braces = SyntaxFactory.Block(declaration.WithTrailingTrivia(lineEnd), body.WithLeadingTrivia(isOnOwnLine ? body.GetLeadingTrivia().Where(t => !t.IsKind(SyntaxKind.WhitespaceTrivia)) : []))
                .WithAdditionalAnnotations(Formatter.Annotation);
            return isOnOwnLine ? loop.WithStatement(braces) : loop.WithCloseParenToken(loop.CloseParenToken.WithTrailingTrivia(lineEnd)).WithStatement(braces);
        }

        var isOnOneLine = !block.OpenBraceToken.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia);
        return loop.WithStatement(block.WithStatements(block.Statements.Insert(
            0, isOnOneLine ? declaration.WithTrailingTrivia(SyntaxFactory.Space) : declaration.WithTrailingTrivia(lineEnd).WithAdditionalAnnotations(Formatter.Annotation))));
    }
}
