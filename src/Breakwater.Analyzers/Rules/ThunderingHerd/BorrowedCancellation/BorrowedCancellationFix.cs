using Breakwater.Semantics;
using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.Simplification;

namespace Breakwater.Rules.ThunderingHerd.BorrowedCancellation;

/// <summary>
/// Gives a factory of <c>HybridCache</c> the token it was offered, and a stored task none; then the caller stops waiting instead of the
/// load. What completes a completion source is left to the author, who knows which callers still wait.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class BorrowedCancellationFix : Fix<ExpressionSyntax>
{
    public BorrowedCancellationFix() : base(BorrowedCancellationAnalyzer.Id, "Detach the load from the caller's token")
    {
    }

    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        LoadOf(model, node, cancellationToken) is var (load, tokens) && !load.IsPartly
        && (load.IsHybrid ? CanTakeOwn(load, tokens) : tokens.All(t => t.Parent is ArgumentSyntax && !IsLinked(t)));

    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = editor.SemanticModel;
        var (load, tokens) = LoadOf(model, node, cancellationToken)!.Value;
        if (load.IsHybrid)
        {
            TakeOwn(editor, load, tokens);
            return;
        }

        var none = SyntaxFactory.ParseExpression("global::System.Threading.CancellationToken.None").WithAdditionalAnnotations(Simplifier.Annotation);
        foreach (var token in tokens)
        {
            // The name of a tuple's element was that of the token.
            if (token is IdentifierNameSyntax name && token.Parent is ArgumentSyntax { NameColon: null, Parent: TupleExpressionSyntax } element)
                editor.ReplaceNode(element, element.WithNameColon(SyntaxFactory.NameColon(name.WithoutTrivia()).WithAdditionalAnnotations(Formatter.Annotation)).WithExpression(none));
            else
                editor.ReplaceNode(token, none.WithTriviaFrom(token));
        }

        if (WaitedFor((ExpressionSyntax)load.Operation.Syntax) is { } shared && CanWait(model))
            editor.ReplaceNode(shared, (current, _) => WaitingFor((ExpressionSyntax)current, tokens[0]));
    }

    /// <summary>The shared load that a finding speaks about, and the tokens in it.</summary>
    private static (SharedLoad Load, ImmutableArray<ExpressionSyntax> Tokens)? LoadOf(SemanticModel model, ExpressionSyntax node, CancellationToken cancellationToken)
    {
        if (model.GetOperation(node, cancellationToken) is not { } operation || SharedLoads.Of(model.Compilation) is not { } loads
            || model.GetEnclosingSymbol(node.SpanStart, cancellationToken) is not { } member)
            return null;
        while (member is IMethodSymbol { MethodKind: MethodKind.LambdaMethod or MethodKind.LocalFunction, ContainingSymbol: { } outer })
            member = outer;

        var root = Enclosing.Root(operation);
        foreach (var load in loads.In(root, member))
        {
            var tokens = BorrowedTokens.In(load, model.Compilation).Select(t => t.Syntax).OfType<ExpressionSyntax>().ToImmutableArray();
            if (tokens is [var first, ..] && first == node)
                return (load, tokens);
        }

        return null;
    }

    private static bool CanTakeOwn(SharedLoad load, ImmutableArray<ExpressionSyntax> tokens) =>
        load.OwnTokens is [var own] && DeclarationOf(own) is not null && tokens.All(t => load.Code.Syntax.Span.Contains(t.Span));

    private static ParameterSyntax? DeclarationOf(IParameterSymbol parameter) =>
        parameter.DeclaringSyntaxReferences is [var reference] ? reference.GetSyntax() as ParameterSyntax : null;

    private static void TakeOwn(DocumentEditor editor, SharedLoad load, ImmutableArray<ExpressionSyntax> tokens)
    {
        var declaration = DeclarationOf(load.OwnTokens[0])!;
        var name = declaration.Identifier.Text;
        if (name == "_")
        {
            name = FreshNames.Within(editor.SemanticModel, load.Code.Syntax.SpanStart, load.Code.Syntax, "token");
            editor.ReplaceNode(declaration, declaration.WithIdentifier(SyntaxFactory.Identifier(name).WithTriviaFrom(declaration.Identifier)));
        }

        foreach (var token in tokens)
            editor.ReplaceNode(token, SyntaxFactory.IdentifierName(name).WithTriviaFrom(token));
    }

    private static bool IsLinked(ExpressionSyntax token) =>
        token.Parent?.Parent?.Parent is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "CreateLinkedTokenSource" } };

    private static bool CanWait(SemanticModel model) =>
        model.Compilation.Find("System.Threading.Tasks.Task")?.GetMembers("WaitAsync").IsEmpty == false;

    /// <summary>The shared task where it is awaited or returned at once; null elsewhere.</summary>
    private static ExpressionSyntax? WaitedFor(ExpressionSyntax shared)
    {
        while (shared.Parent is ParenthesizedExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.Text: "Value" })
            shared = (ExpressionSyntax)shared.Parent;
        var user = shared.Parent;
        if (user is MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait", Parent: InvocationExpressionSyntax configured })
            user = configured.Parent;
        return user is AwaitExpressionSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax ? shared : null;
    }

    private static ExpressionSyntax WaitingFor(ExpressionSyntax task, ExpressionSyntax token)
    {
        var operand = task.WithoutTrivia();
        if (operand is AssignmentExpressionSyntax)
            operand = SyntaxFactory.ParenthesizedExpression(operand);
        return SyntaxFactory.InvocationExpression(
                SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, operand, SyntaxFactory.IdentifierName("WaitAsync")),
                SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(token.WithoutTrivia()))))
            .WithTriviaFrom(task);
    }
}
