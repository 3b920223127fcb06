using Breakwater.Flow;
using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Invalidation.InvalidationBeforeCommit;

/// <summary>Moves a removal behind the commit, where both are statements of one block and the removal means the same there.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class InvalidationBeforeCommitFix : Fix<InvocationExpressionSyntax>
{
    private static readonly SyntaxAnnotation Moved = new("breakwater.moved");

    public InvalidationBeforeCommitFix() : base(InvalidationBeforeCommitAnalyzer.Id, "Remove the entry after the commit")
    {
    }

    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        MoveOf(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var (removal, place) = MoveOf(editor.SemanticModel, node, cancellationToken)!.Value;
        editor.TrackNode(removal);
        editor.TrackNode(place);
        editor.ReplaceNode(removal.Parent!, (current, _) =>
        {
            var block = (BlockSyntax)current;
            var moved = block.GetCurrentNode(removal)!;
            // Behind the commit, which moves up by one, and behind what was moved there before.
            var index = block.Statements.IndexOf(block.GetCurrentNode(place)!);
            var statements = block.Statements.Remove(moved);
            if (block.Statements[0] == moved)
                statements = statements.Replace(statements[0], WithoutLeadingBlankLine(statements[0]));
            while (index < statements.Count && statements[index].HasAnnotation(Moved))
                index++;
            return block.WithStatements(statements.Insert(index, WithoutLeadingBlankLine(moved).WithAdditionalAnnotations(Moved)));
        });
    }

    /// <summary>The statement to move, and the one to move it behind; null where that would not do.</summary>
    private static (ExpressionStatementSyntax Removal, StatementSyntax Place)? MoveOf(SemanticModel model, InvocationExpressionSyntax call, CancellationToken cancellationToken)
    {
        if (call.FirstAncestorOrSelf<StatementSyntax>() is not ExpressionStatementSyntax { Parent: BlockSyntax block } statement
            || !IsAlone(statement.Expression, call) || model.GetOperation(call, cancellationToken) is not IInvocationOperation operation)
            return null;

        var names = ImmutableHashSet.CreateRange(StringComparer.OrdinalIgnoreCase, Semantics.Data.Commits.DefaultNames);
        var found = EarlyRemovals.In(BodyGraph.BodyOf(operation), names, model.Compilation).FirstOrDefault(early => early.Removal.Call.Syntax == call);
        if (found is null || CacheApi.Of(model.Compilation)?.Recognise(operation) is null
            || found.Commit.Syntax.FirstAncestorOrSelf<StatementSyntax>() is not ExpressionStatementSyntax commit || commit.Parent != block
            || !IsAlone(commit.Expression, found.Commit.Syntax)
            // A scope commits when it is disposed of, so behind Complete is still too early.
            || found.Commit.TargetMethod.ContainingType.Name == "TransactionScope")
            return null;
        return IsChangedBetween(model, statement, commit, block, cancellationToken)
            ? null
            : (statement, block.Statements.SkipWhile(s => s != commit).Skip(1).TakeWhile(IsRemoval).LastOrDefault() ?? commit);

        // Removals that stand behind the commit already came first.
        bool IsRemoval(StatementSyntax next) =>
            next is ExpressionStatementSyntax && next.DescendantNodes().OfType<InvocationExpressionSyntax>().FirstOrDefault() is { } first
            && model.GetOperation(first, cancellationToken) is { } inner && CacheApi.Of(model.Compilation)?.Recognise(inner) is { Verb: CacheVerb.Remove or CacheVerb.RemoveByTag };
    }

    /// <summary>Whether a statement is the call and nothing else, save <c>await</c> and <c>ConfigureAwait</c>.</summary>
    private static bool IsAlone(ExpressionSyntax expression, SyntaxNode call)
    {
        while (expression != call)
        {
            switch (expression)
            {
                case AwaitExpressionSyntax awaited:
                    expression = awaited.Expression;
                    break;
                case AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" } } discarded:
                    expression = discarded.Right;
                    break;
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" } access }:
                    expression = access.Expression;
                    break;
                case ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax inner } when inner == call:
                    return true;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>Whether a variable or member that the removal uses is assigned between the two places.</summary>
    private static bool IsChangedBetween(SemanticModel model, StatementSyntax removal, StatementSyntax commit, BlockSyntax block, CancellationToken cancellationToken)
    {
        var used = new HashSet<ISymbol>(
            removal.DescendantNodes().OfType<IdentifierNameSyntax>().Select(name => model.GetSymbolInfo(name, cancellationToken).Symbol)
                .Where(symbol => symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol).OfType<ISymbol>(),
            SymbolEqualityComparer.Default);
        var between = block.Statements.SkipWhile(s => s != removal).Skip(1).TakeWhile(s => s.SpanStart <= commit.SpanStart);
        return between.Any(statement =>
            statement.DescendantNodes().Any(node => Target(node) is { } target && model.GetSymbolInfo(target, cancellationToken).Symbol is { } symbol && used.Contains(symbol))
            || (model.AnalyzeDataFlow(statement) is { Succeeded: true } flow && flow.WrittenInside.Any(used.Contains)));
    }

    private static ExpressionSyntax? Target(SyntaxNode node) => node switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } step => step.Operand,
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } step => step.Operand,
        _ => null,
    };

    private static StatementSyntax WithoutLeadingBlankLine(StatementSyntax statement)
    {
        var trivia = statement.GetLeadingTrivia();
        var first = trivia.TakeWhile(t => t.IsKind(SyntaxKind.EndOfLineTrivia) || t.IsKind(SyntaxKind.WhitespaceTrivia)).ToList();
        var lineEnds = first.FindLastIndex(t => t.IsKind(SyntaxKind.EndOfLineTrivia)) + 1;
        return lineEnds == 0 ? statement : statement.WithLeadingTrivia(trivia.Skip(lineEnds));
    }
}
