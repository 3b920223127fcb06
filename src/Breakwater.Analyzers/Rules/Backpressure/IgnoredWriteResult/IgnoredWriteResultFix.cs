using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Breakwater.Rules.Backpressure.IgnoredWriteResult;

/// <summary>
/// Lets the writer wait for room: <c>WriteAsync</c> and <c>SendAsync</c> where the code around can await them, <c>Add</c> everywhere.
/// The only cancellation token among the parameters in scope goes along.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class IgnoredWriteResultFix() : Fix<InvocationExpressionSyntax>(IgnoredWriteResultAnalyzer.Id, "Wait until the queue has room")
{
    private const string TokenParameter = "cancellationToken";

    /// <inheritdoc/>
    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        model.GetOperation(node, cancellationToken) is IInvocationOperation call
        && (call.TargetMethod.Name == "TryAdd" || (node.Parent is not ConditionalAccessExpressionSyntax && CanAwait(model.GetEnclosingSymbol(node.SpanStart, cancellationToken))))
        && !(Kept(node, call).Count < node.ArgumentList.Arguments.Count && HasComment(node.ArgumentList))
        && Trial.Compiles(model, node, Waiting(node, call, OnlyToken(model, node, cancellationToken)), cancellationToken);

    /// <inheritdoc/>
    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var call = (IInvocationOperation)editor.SemanticModel.GetOperation(node, cancellationToken)!;
        var token = OnlyToken(editor.SemanticModel, node, cancellationToken);
        // What is written may be a lambda in which there is another finding.
        var kept = Kept(node, call).Select(node.ArgumentList.Arguments.IndexOf).ToList();
        editor.ReplaceNode(node, (current, _) =>
        {
            var written = (InvocationExpressionSyntax)current;
            return Waiting(written, call.TargetMethod.Name, kept.Select(i => written.ArgumentList.Arguments[i]).ToList(), token);
        });
    }

    private static ExpressionSyntax Waiting(InvocationExpressionSyntax node, IInvocationOperation call, string? token) =>
        Waiting(node, call.TargetMethod.Name, Kept(node, call), token);

    private static ExpressionSyntax Waiting(InvocationExpressionSyntax node, string name, IReadOnlyList<ArgumentSyntax> kept, string? token)
    {
        var arguments = node.ArgumentList.Arguments;
        if (kept.Count < arguments.Count)
            arguments = SeparatedList(kept, kept.Skip(1).Select(_ => Token(SyntaxKind.CommaToken).WithTrailingTrivia(Space)));
        if (name != "TryAdd" && token is not null)
            arguments = With(arguments, token);

        var waiting = name switch { "TryWrite" => "WriteAsync", "Post" => "SendAsync", _ => "Add" };
        var written = node.Expression.DescendantTokens().Last(t => t.ValueText == name);
        var renamed = node.WithExpression(node.Expression.ReplaceToken(written, Identifier(waiting).WithTriviaFrom(written)))
            .WithArgumentList(node.ArgumentList.WithArguments(arguments));
        return name == "TryAdd"
            ? renamed
            : AwaitExpression(Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(Space), renamed.WithoutLeadingTrivia()).WithLeadingTrivia(node.GetLeadingTrivia());
    }

    private static SeparatedSyntaxList<ArgumentSyntax> With(SeparatedSyntaxList<ArgumentSyntax> arguments, string token)
    {
        var argument = Argument(IdentifierName(token));
        if (arguments.Any(a => a.NameColon is not null))
            argument = argument.WithNameColon(NameColon(TokenParameter).WithTrailingTrivia(Space));
        return SeparatedList<ArgumentSyntax>(arguments.GetWithSeparators().Concat(
            new SyntaxNodeOrToken[] { Token(SyntaxKind.CommaToken).WithTrailingTrivia(Space), argument }));
    }

    /// <summary>The arguments that the waiting method takes, too: all but the time after which to give up.</summary>
    private static IReadOnlyList<ArgumentSyntax> Kept(InvocationExpressionSyntax node, IInvocationOperation call)
    {
        var patience = call.Arguments.Where(a => a.Parameter?.Name is "millisecondsTimeout" or "timeout").Select(a => a.Syntax).ToList();
        return node.ArgumentList.Arguments.Where(a => !patience.Contains(a)).ToList();
    }

    private static bool HasComment(ArgumentListSyntax arguments) =>
        arguments.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia) || t.IsKind(SyntaxKind.MultiLineCommentTrivia));

    private static bool CanAwait(ISymbol? around) =>
        around is IMethodSymbol { IsAsync: true } or IMethodSymbol { Name: WellKnownMemberNames.TopLevelStatementsEntryPointMethodName };

    private static string? OnlyToken(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        var tokens = new List<string>();
        for (var around = model.GetEnclosingSymbol(node.SpanStart, cancellationToken) as IMethodSymbol; around is not null; around = around.ContainingSymbol as IMethodSymbol)
        {
            tokens.AddRange(around.Parameters.Where(p => p.RefKind == RefKind.None && Tokens.IsTokenType(p.Type)).Select(p => p.Name));
            if (around is { IsStatic: true, MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
                break;
        }

        return tokens.Count == 1 ? tokens[0] : null;
    }
}
