using Breakwater.Flow;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Craft.UnstoppableService;

/// <summary>
/// Lets the loop look at the stopping token: in its condition, in the tick it waits for and in the delays between its turns. Not
/// offered where the token cannot be named: in another method, in a static lambda, behind a variable of the same name.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnstoppableServiceFix : Fix<StatementSyntax>
{
    public UnstoppableServiceFix() : base(UnstoppableServiceAnalyzer.Id, "End the loop when the stopping token is cancelled")
    {
    }

    protected override bool CanFix(SemanticModel model, StatementSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditsFor(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, StatementSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var (edits, end) = EditsFor(editor.SemanticModel, node, cancellationToken)!.Value;
        foreach (var edit in edits)
            editor.ReplaceNode(edit.Key, (current, _) => edit.Value(current));
        if (end is not null)
            editor.InsertAfter(node, end);
    }

    /// <summary>What changes in the loop, and the statement that has to follow it now that it ends; null where that gives no good code.</summary>
    private static (Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>> Edits, StatementSyntax? End)? EditsFor(
        SemanticModel model, StatementSyntax node, CancellationToken cancellationToken)
    {
        if (TokenFor(model, node, cancellationToken) is not { } token || model.GetOperation(node, cancellationToken) is not ILoopOperation loop)
            return null;

        var edits = new Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>>();
        foreach (var call in OwnCode.Of(loop).OfType<IAwaitOperation>().Select(Awaited).OfType<IInvocationOperation>())
        {
            if (call.Syntax is InvocationExpressionSyntax { ArgumentList: var arguments } && NearestEndless(call) == loop
                && call.TargetMethod is { Name: "WaitForNextTickAsync" } or { Name: "Delay", ContainingType.Name: "Task", Parameters.Length: 1 })
                edits[arguments] = current => With((ArgumentListSyntax)current, token, keeps: call.TargetMethod.Name == "Delay");
        }

        var condition = SyntaxFactory.ParseExpression($"!{token}.IsCancellationRequested");
        if (node is ForStatementSyntax { Condition: null } header)
        {
            var isSpaced = header.FirstSemicolonToken.TrailingTrivia.Any();
            edits[node] = current => ((ForStatementSyntax)current).WithCondition(isSpaced ? condition : condition.WithLeadingTrivia(SyntaxFactory.Space));
        }
        else if (ConditionOf(node) is { } constant && model.GetConstantValue(constant, cancellationToken).HasValue)
        {
            edits[constant] = current => condition.WithTriviaFrom(current);
        }

        var changed = node.ReplaceNodes(edits.Keys, (original, current) => edits[original](current));
        if (Trial.Compiles(model, node, changed, cancellationToken))
            return (edits, null);
        var end = SyntaxFactory.ParseStatement("return Task.CompletedTask;").WithTrailingTrivia(Written.LineEnd(node)).WithAdditionalAnnotations(Formatter.Annotation);
        return node.Parent is BlockSyntax block && block.Statements.Last() == node
            && Trial.Compiles(model, block, block.ReplaceNode(node, [changed, end]), cancellationToken) ? (edits, end) : null;
    }

    /// <summary>How the stopping token is written at the loop; null where it cannot be.</summary>
    private static string? TokenFor(SemanticModel model, SyntaxNode loop, CancellationToken cancellationToken)
    {
        var functions = loop.Ancestors().TakeWhile(n => n is not MemberDeclarationSyntax);
        if (functions.Any(n => (n as AnonymousFunctionExpressionSyntax)?.Modifiers.Any(SyntaxKind.StaticKeyword)
                ?? (n as LocalFunctionStatementSyntax)?.Modifiers.Any(SyntaxKind.StaticKeyword) ?? false)
            || loop.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not MethodDeclarationSyntax { Identifier.Text: "ExecuteAsync", ParameterList.Parameters: [var parameter] })
            return null;
        var found = model.LookupSymbols(loop.SpanStart, name: parameter.Identifier.ValueText);
        return found.Length == 1 && SymbolEqualityComparer.Default.Equals(found[0], model.GetDeclaredSymbol(parameter, cancellationToken)) ? parameter.Identifier.Text : null;
    }

    private static ExpressionSyntax? ConditionOf(SyntaxNode loop) => loop switch
    {
        WhileStatementSyntax statement => statement.Condition,
        DoStatementSyntax statement => statement.Condition,
        ForStatementSyntax statement => statement.Condition,
        _ => null,
    };

    private static IOperation Awaited(IAwaitOperation wait)
    {
        var awaited = wait.Operation.Unwrap();
        while (awaited is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask", Instance: { } inner })
            awaited = inner.Unwrap();
        return awaited;
    }

    private static ILoopOperation? NearestEndless(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is ILoopOperation loop && EndlessLoop.Is(loop) && !EndlessLoop.HasExit(loop))
                return loop;
        }

        return null;
    }

    private static ArgumentListSyntax With(ArgumentListSyntax list, string token, bool keeps)
    {
        var added = SyntaxFactory.Argument(SyntaxFactory.ParseExpression(token));
        if (!keeps)
            return list.WithArguments(SyntaxFactory.SingletonSeparatedList(added));
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        return list.WithArguments(SyntaxFactory.SeparatedList<ArgumentSyntax>(list.Arguments.GetWithSeparators().Add(comma).Add(added)));
    }
}
