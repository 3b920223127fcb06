using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Backpressure.UnboundedFanOut;

/// <summary>
/// Makes the calls a few at a time: <c>Task.WhenAll(source.Select(..))</c> becomes <c>Parallel.ForEachAsync</c> with a limit, and a
/// limit that was lifted becomes a number.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnboundedFanOutFix() : Fix<ExpressionSyntax>(UnboundedFanOutAnalyzer.Id, "Limit the number of concurrent calls")
{
    private const string Limit = "8";

    /// <inheritdoc/>
    public override bool AllAtOnce => false;

    /// <inheritdoc/>
    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        node is AssignmentExpressionSyntax || Limited(model, node, cancellationToken) is not null;

    /// <inheritdoc/>
    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (node is AssignmentExpressionSyntax { Right: var value })
            editor.ReplaceNode(value, SyntaxFactory.ParseExpression(Limit).WithTriviaFrom(value));
        else if (Limited(editor.SemanticModel, node, cancellationToken) is var (wait, limited))
            editor.ReplaceNode(wait, limited);
    }

    /// <summary>The awaited <c>WhenAll</c> and the loop that takes its place; null where its results are used, or the loop would not compile.</summary>
    private static (InvocationExpressionSyntax Wait, ExpressionSyntax Limited)? Limited(SemanticModel model, ExpressionSyntax node, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { ArgumentList.Arguments: [{ Expression: var argument }] } wait
            || StatementOf(wait) is null
            || model.Compilation.Find("System.Threading.Tasks.Parallel")?.GetMembers("ForEachAsync").IsEmpty != false
            || SelectIn(argument) is not { Expression: MemberAccessExpressionSyntax { Expression: var source }, ArgumentList.Arguments: [{ Expression: LambdaExpressionSyntax lambda }] }
            || ParameterOf(lambda) is not { } parameter
            || wait.DescendantTrivia(wait.Span).Any(t => !lambda.Body.FullSpan.Contains(t.Span) && t.Kind() is not (SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia)))
            return null;

        var token = TokenOf(model, wait, lambda, cancellationToken);
        var second = token is null && !lambda.Body.DescendantTokens().Any(t => t.ValueText == "_") ? "_" : FreeName(model, lambda);
        var body = token is null ? lambda.Body : Passing(model, lambda.Body, token, second, cancellationToken);
        if (lambda.AsyncKeyword.RawKind == 0)
        {
            if (body is not ExpressionSyntax expression)
                return null;
            body = SyntaxFactory.AwaitExpression(SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), expression.WithoutLeadingTrivia())
                .WithLeadingTrivia(expression.GetLeadingTrivia());
        }

        var options = $"new global::System.Threading.Tasks.ParallelOptions {{ MaxDegreeOfParallelism = {Limit}{(token is null ? "" : $", CancellationToken = {token.Name}")} }}";
        var limited = Written.Expression($"global::System.Threading.Tasks.Parallel.ForEachAsync({source.WithoutTrivia()}, {options}, async ({parameter.Identifier.Text}, {second}) => body)");
        var written = limited.DescendantNodes().OfType<ParenthesizedLambdaExpressionSyntax>().Last();
        limited = limited.ReplaceNode(written, written.WithArrowToken(lambda.ArrowToken).WithBody(body)).WithTriviaFrom(wait);
        return Trial.Compiles(model, wait, limited, cancellationToken) ? (wait, limited) : null;
    }

    /// <summary>The statement that does nothing but await a call, with or without <c>ConfigureAwait</c>.</summary>
    private static ExpressionStatementSyntax? StatementOf(InvocationExpressionSyntax wait)
    {
        ExpressionSyntax awaited = wait.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configured } ? configured : wait;
        return awaited.Parent is AwaitExpressionSyntax { Parent: ExpressionStatementSyntax statement } ? statement : null;
    }

    /// <summary>The call of <c>Select</c> that an argument is, also with <c>ToList()</c> or <c>ToArray()</c> behind it.</summary>
    private static InvocationExpressionSyntax? SelectIn(ExpressionSyntax argument)
    {
        if (argument is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToList" or "ToArray", Expression: var made } })
            argument = made;
        return argument is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Select" } } select ? select : null;
    }

    private static ParameterSyntax? ParameterOf(LambdaExpressionSyntax lambda) => lambda switch
    {
        SimpleLambdaExpressionSyntax simple => simple.Parameter,
        ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: [var only] } => only,
        _ => null,
    };

    /// <summary>The only token of the method around the call, where the lambda uses it.</summary>
    private static IParameterSymbol? TokenOf(SemanticModel model, SyntaxNode wait, LambdaExpressionSyntax lambda, CancellationToken cancellationToken)
    {
        var method = model.GetEnclosingSymbol(wait.SpanStart, cancellationToken) as IMethodSymbol;
        var tokens = method?.Parameters.Where(p => p.Type is { Name: "CancellationToken", ContainingNamespace.Name: "Threading" }).ToList();
        return tokens is [var token] && UsesOf(model, lambda.Body, token, cancellationToken).Any() ? token : null;
    }

    private static IEnumerable<IdentifierNameSyntax> UsesOf(SemanticModel model, SyntaxNode code, ISymbol token, CancellationToken cancellationToken) =>
        code.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == token.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(n, cancellationToken).Symbol, token));

    /// <summary>The body with the token that the loop gives each call in place of the method's: it is cancelled, too, when another call fails.</summary>
    private static CSharpSyntaxNode Passing(SemanticModel model, CSharpSyntaxNode body, ISymbol token, string name, CancellationToken cancellationToken) =>
        body.ReplaceNodes(UsesOf(model, body, token, cancellationToken), (use, _) => SyntaxFactory.IdentifierName(name).WithTriviaFrom(use));

    private static string FreeName(SemanticModel model, LambdaExpressionSyntax lambda)
    {
        var taken = new HashSet<string>(model.LookupSymbols(lambda.Body.SpanStart).Where(s => s is ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol).Select(s => s.Name), StringComparer.Ordinal);
        taken.UnionWith(lambda.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText));
        return new[] { "token", "cancellationToken", "stop" }.FirstOrDefault(n => !taken.Contains(n)) ?? "loopToken";
    }
}
