using Breakwater.Flow;
using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Breakwater.Rules.Invalidation.NonAtomicExpiry;

/// <summary>
/// Hands the lifetime to the command that writes the value; for a counter sets it with every increment, where the key has none yet.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class NonAtomicExpiryFix : Fix<InvocationExpressionSyntax>
{
    public NonAtomicExpiryFix() : base(NonAtomicExpiryAnalyzer.Id, "Set the expiry where it cannot be missed")
    {
    }

    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        WithValue(model, node, cancellationToken) is not null || WithEveryIncrement(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (WithValue(editor.SemanticModel, node, cancellationToken) is { } joined)
        {
            editor.ReplaceNode(joined.Set, joined.SetWithExpiry);
            editor.RemoveNode(joined.Removed, SyntaxRemoveOptions.KeepNoTrivia);
        }
        else if (WithEveryIncrement(editor.SemanticModel, node, cancellationToken) is var (before, after))
        {
            editor.ReplaceNode(before, after);
        }
    }

    /// <summary><c>StringSet(key, value); KeyExpire(key, lifetime);</c> becomes <c>StringSet(key, value, lifetime);</c>.</summary>
    private static Joined? WithValue(SemanticModel model, InvocationExpressionSyntax expire, CancellationToken cancellationToken)
    {
        if (StatementOf(expire) is not { Parent: BlockSyntax block } removed || CommandOf(model, expire, cancellationToken) is not { } command
            || command.Call.Argument("when") is { ArgumentKind: not ArgumentKind.DefaultValue }
            || command.Call.Argument("expiry") is not { Syntax: ArgumentSyntax { Expression: var lifetime } }
            || model.GetTypeInfo(lifetime, cancellationToken).Type is not { Name: "TimeSpan" })
            return null;

        var at = block.Statements.IndexOf(removed);
        for (var i = at - 1; i >= 0; i--)
        {
            if (SetIn(model, block.Statements[i], command, cancellationToken) is not { } set)
                continue;
            if (IsConditional(set.Call) || removed.ContainsDirectives || (HasComment(block.Statements[i].GetTrailingTrivia()) && HasComment(removed.GetTrailingTrivia()))
                || (i + 1 < at && IsChangedBetween(model, block.Statements[i + 1], block.Statements[at - 1], lifetime, cancellationToken)))
                return null;
            var joined = new Joined(block.Statements[i], WithCommentsOf(removed, WithExpiry(block.Statements[i], set.Call, lifetime.WithoutTrivia())), removed);
            var after = block.TrackNodes(joined.Set, removed);
            after = after.ReplaceNode(after.GetCurrentNode(joined.Set)!, joined.SetWithExpiry);
            after = after.RemoveNode(after.GetCurrentNode(removed)!, SyntaxRemoveOptions.KeepNoTrivia)!;
            return Trial.Compiles(model, block, after, cancellationToken) ? joined : null;
        }

        return null;
    }

    private static RedisCommand? SetIn(SemanticModel model, StatementSyntax statement, RedisCommand expire, CancellationToken cancellationToken) =>
        statement is not ExpressionStatementSyntax ? null : statement.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => StatementOf(call) == statement)
            .Select(call => CommandOf(model, call, cancellationToken))
            .FirstOrDefault(c => c?.Call.TargetMethod.Name is "StringSet" or "StringSetAsync" && c.IsOnSameKey(expire));

    /// <summary>Whether the command writes only under a condition; the expiry behind it has none.</summary>
    private static bool IsConditional(IInvocationOperation set) =>
        set.Argument("when") is { ArgumentKind: ArgumentKind.Explicit, Value: var when } && !when.Syntax.ToString().EndsWith("Always", StringComparison.Ordinal);

    /// <summary>The first statement with the comments of the second: those above it, and one behind it where the first has none.</summary>
    private static StatementSyntax WithCommentsOf(StatementSyntax removed, StatementSyntax set)
    {
        var leading = set.GetLeadingTrivia();
        if (HasComment(removed.GetLeadingTrivia()))
        {
            while (leading.Any() && leading.Last().IsKind(SyntaxKind.WhitespaceTrivia))
                leading = leading.RemoveAt(leading.Count - 1);
            leading = leading.AddRange(removed.GetLeadingTrivia());
        }

        var isLastOfLine = set.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia);
        var trailing = HasComment(removed.GetTrailingTrivia()) || !isLastOfLine ? removed.GetTrailingTrivia() : set.GetTrailingTrivia();
        return set.WithLeadingTrivia(leading).WithTrailingTrivia(trailing);
    }

    /// <summary><c>if (n == 1) KeyExpire(key, lifetime);</c> becomes <c>KeyExpire(key, lifetime, ExpireWhen.HasNoExpiry);</c>.</summary>
    private static (IfStatementSyntax Before, StatementSyntax After)? WithEveryIncrement(SemanticModel model, InvocationExpressionSyntax expire, CancellationToken cancellationToken)
    {
        if (StatementOf(expire) is not { } statement
            || (statement.Parent is BlockSyntax { Statements.Count: 1 } block ? block.Parent : statement.Parent) is not IfStatementSyntax { Else: null } test
            || test.Condition.DescendantNodesAndSelf().Any(n => n is InvocationExpressionSyntax or AssignmentExpressionSyntax)
            || CommandOf(model, expire, cancellationToken) is not { } command
            || command.Call.Argument("when") is { ArgumentKind: not ArgumentKind.DefaultValue }
            || !IsCounterTest(model, test.Condition, command, cancellationToken) || HasOtherComments(test, statement))
            return null;

        var when = SyntaxFactory.ParseExpression("global::StackExchange.Redis.ExpireWhen.HasNoExpiry").WithAdditionalAnnotations(Simplifier.Annotation);
        var arguments = expire.ArgumentList.Arguments;
        var isPositional = arguments.Take(2).All(a => a.NameColon is null);
        var argument = isPositional ? SyntaxFactory.Argument(when) : Named("when", when);
        var extended = expire.WithArgumentList(expire.ArgumentList.WithArguments(Inserted(arguments, isPositional ? 2 : arguments.Count, argument)));
        var leading = HasComment(statement.GetLeadingTrivia()) ? test.GetLeadingTrivia().AddRange(statement.GetLeadingTrivia()) : test.GetLeadingTrivia();
        var trailing = HasComment(statement.GetTrailingTrivia()) ? statement.GetTrailingTrivia() : test.GetTrailingTrivia();
        var after = statement.ReplaceNode(expire, extended).WithLeadingTrivia(leading).WithTrailingTrivia(trailing).WithAdditionalAnnotations(Formatter.Annotation);
        return Trial.Compiles(model, test, after, cancellationToken) ? (test, after) : null;
    }

    private static bool IsCounterTest(SemanticModel model, ExpressionSyntax condition, RedisCommand expire, CancellationToken cancellationToken)
    {
        var body = BodyGraph.BodyOf(expire.Call);
        return model.GetOperation(condition, cancellationToken) is { } operation && BodyGraph.Of(body) is { } graph
            && RedisCommands.Of(model.Compilation)!.In(body).Any(c => c.Increments && c.IsOnSameKey(expire) && new CounterTest(graph, c.Call).IsSmall(operation));
    }

    private static RedisCommand? CommandOf(SemanticModel model, InvocationExpressionSyntax call, CancellationToken cancellationToken) =>
        model.GetOperation(call, cancellationToken) is IInvocationOperation operation ? RedisCommands.Of(model.Compilation)?.Recognise(operation) : null;

    private static StatementSyntax WithExpiry(StatementSyntax statement, IInvocationOperation set, ExpressionSyntax lifetime)
    {
        if (set.Argument("expiry") is { ArgumentKind: ArgumentKind.Explicit, Syntax: ArgumentSyntax given })
            return statement.ReplaceNode(given.Expression, lifetime.WithTriviaFrom(given.Expression));
        var list = ((InvocationExpressionSyntax)set.Syntax).ArgumentList;
        var isPositional = list.Arguments.Count == 2 && list.Arguments.All(a => a.NameColon is null);
        return statement.ReplaceNode(list, list.WithArguments(Inserted(
            list.Arguments, Math.Min(2, list.Arguments.Count), isPositional ? SyntaxFactory.Argument(lifetime) : Named("expiry", lifetime))));
    }

    private static SeparatedSyntaxList<ArgumentSyntax> Inserted(SeparatedSyntaxList<ArgumentSyntax> arguments, int at, ArgumentSyntax argument)
    {
        var nodes = arguments.ToList();
        nodes.Insert(at, argument);
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        var commas = arguments.GetSeparators().ToList();
        commas.Insert(Math.Min(at, commas.Count), comma);
        return SyntaxFactory.SeparatedList(nodes, commas);
    }

    private static ArgumentSyntax Named(string name, ExpressionSyntax value) =>
        SyntaxFactory.Argument(SyntaxFactory.NameColon(SyntaxFactory.IdentifierName(name)).WithTrailingTrivia(SyntaxFactory.Space), default, value);

    /// <summary>The statement that does nothing but this call: awaited or not, its result unused.</summary>
    private static ExpressionStatementSyntax? StatementOf(InvocationExpressionSyntax call)
    {
        SyntaxNode current = call;
        if (current.Parent is MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait", Parent: InvocationExpressionSyntax configured })
            current = configured;
        if (current.Parent is AwaitExpressionSyntax)
            current = current.Parent;
        if (current.Parent is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" } })
            current = current.Parent;
        return current.Parent as ExpressionStatementSyntax;
    }

    private static bool IsChangedBetween(SemanticModel model, StatementSyntax first, StatementSyntax last, ExpressionSyntax lifetime, CancellationToken cancellationToken)
    {
        var written = model.AnalyzeDataFlow(first, last)!.WrittenInside;
        return lifetime.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
            .Any(name => model.GetSymbolInfo(name, cancellationToken).Symbol is { } symbol && written.Contains(symbol, SymbolEqualityComparer.Default));
    }

    private static bool HasOtherComments(IfStatementSyntax test, StatementSyntax statement) =>
        test.DescendantTrivia().Any(t => HasComment(SyntaxFactory.TriviaList(t))
            && !test.GetLeadingTrivia().Contains(t) && !test.GetTrailingTrivia().Contains(t)
            && !statement.GetLeadingTrivia().Contains(t) && !statement.GetTrailingTrivia().Contains(t));

    private static bool HasComment(SyntaxTriviaList trivia) => trivia.Any(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia));

    private sealed record Joined(StatementSyntax Set, StatementSyntax SetWithExpiry, StatementSyntax Removed);
}
