using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Backpressure.OverlappingTimer;

/// <summary>
/// Makes a timer in a field tick once, and its callback start it again when it is done. Offered where the period can be repeated in
/// the callback, and nothing else starts or stops the timer by <c>Change</c>.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class OverlappingTimerFix() : Fix<BaseObjectCreationExpressionSyntax>(OverlappingTimerAnalyzer.Id, "Start the timer again when the callback ends")
{
    /// <inheritdoc/>
    public override bool AllAtOnce => false;

    /// <inheritdoc/>
    protected override bool CanFix(SemanticModel model, BaseObjectCreationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        Timers.Of(model.Compilation) is { } timers
        && model.GetOperation(node, cancellationToken) is { } operation
        && timers.CreationAt(operation) is { Kind: TimerKind.Threading } timer && timer.Location.SourceSpan == diagnostic.Location.SourceSpan
        && EditsOf(timer, model, cancellationToken) is { } edits
        && node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
        && type.Span.Contains(edits.OldCallback.Span)
        && Trial.Compiles(
            model, type, type.ReplaceNodes([edits.OldPeriod, edits.OldCallback], (old, _) => old == edits.OldPeriod ? edits.NewPeriod : edits.NewCallback), cancellationToken);

    /// <inheritdoc/>
    protected override void Apply(DocumentEditor editor, BaseObjectCreationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = editor.SemanticModel;
        var timer = Timers.Of(model.Compilation)!.CreationAt(model.GetOperation(node, cancellationToken)!)!;
        var edits = EditsOf(timer, model, cancellationToken)!.Value;
        editor.ReplaceNode(edits.OldPeriod, edits.NewPeriod);
        editor.ReplaceNode(edits.OldCallback, edits.NewCallback);
    }

    private static (SyntaxNode OldPeriod, SyntaxNode NewPeriod, SyntaxNode OldCallback, SyntaxNode NewCallback)? EditsOf(
        TimerCreation timer, SemanticModel model, CancellationToken cancellationToken)
    {
        if (timer is not { Period: { Syntax: ExpressionSyntax period } length, DueTime: { } dueTime }
            || !(SyntaxFactory.AreEquivalent(period, dueTime.Syntax) || (IsConstant(length, model) && IsConstant(dueTime, model)))
            || FieldOf(timer.Operation, model, cancellationToken) is not var (field, access)
            || IsChangedElsewhere(field, model.Compilation, cancellationToken))
            return null;

        var never = Written.Expression("global::System.Threading.Timeout." + (length.Type?.Name == "TimeSpan" ? "InfiniteTimeSpan" : "Infinite"));
        var restart = Written.Statement($"{access}.Change({period.WithoutTrivia()}, {never});");
        if (CallbackOf(timer, model, cancellationToken) is not { } callback || WithRestart(callback, restart) is not { } restarting)
            return null;
        return (period, never.WithTriviaFrom(period), callback, restarting);
    }

    private static bool IsConstant(IOperation time, SemanticModel model) => DelayLength.Of(time, model.Compilation) is not null;

    /// <summary>The field that gets the timer, and how the callback names it.</summary>
    private static (IFieldSymbol Field, string Access)? FieldOf(IOperation creation, SemanticModel model, CancellationToken cancellationToken)
    {
        var value = creation;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        var (field, name) = value.Parent switch
        {
            IAssignmentOperation { Target: IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Syntax: ExpressionSyntax target } assigned } => (assigned.Field, target.ToString()),
            _ when creation.Syntax.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } =>
                (model.GetDeclaredSymbol(declarator, cancellationToken) as IFieldSymbol, declarator.Identifier.Text),
            _ => (null, ""),
        };
        return field is null ? null : (field, field.NullableAnnotation == NullableAnnotation.Annotated ? name + "?" : name);
    }

    /// <summary>Who stops the timer by <c>Change</c> would see it start again, and who gives it a period would see it overlap again.</summary>
    private static bool IsChangedElsewhere(IFieldSymbol field, Compilation compilation, CancellationToken cancellationToken) =>
        Mentions.InOutermostType(field, "Change", cancellationToken).Any(m => Bodies.Of(compilation).Of(m, cancellationToken)
            is IInvocationOperation { TargetMethod: { Name: "Change", ContainingType.Name: "Timer" or "ITimer" } });

    /// <summary>The lambda in the creation, or the declaration of the only method that is given to this timer and to nobody else.</summary>
    private static SyntaxNode? CallbackOf(TimerCreation timer, SemanticModel model, CancellationToken cancellationToken)
    {
        switch (DelegateCode.Of(timer.Callback, model.Compilation, cancellationToken))
        {
            case { IsNamed: false, Method.IsAsync: true, Body.Syntax: AnonymousFunctionExpressionSyntax lambda }:
                return lambda.SyntaxTree == model.SyntaxTree && timer.Operation.Syntax.Span.Contains(lambda.Span) ? lambda : null;
            case { IsNamed: true, Method: { IsAsync: true, DeclaringSyntaxReferences: [var declaration] } method }:
                return declaration.SyntaxTree == model.SyntaxTree && Calls.Of(model.Compilation).ReferencesTo(method, cancellationToken) is { IsDefault: false, Length: 1 }
                    ? declaration.GetSyntax(cancellationToken)
                    : null;
            default:
                return null;
        }
    }

    private static SyntaxNode? WithRestart(SyntaxNode callback, StatementSyntax restart) => callback switch
    {
        AnonymousFunctionExpressionSyntax { Block: { } block } lambda => lambda.ReplaceNode(block, WithRestart(block, restart)),
        LambdaExpressionSyntax { ExpressionBody: { } body } lambda => lambda.WithExpressionBody(null).WithBlock(Only(body, restart)).WithAdditionalAnnotations(Formatter.Annotation),
        MethodDeclarationSyntax { Body: { } block } method => method.ReplaceNode(block, WithRestart(block, restart)),
        MethodDeclarationSyntax { ExpressionBody.Expression: { } body } method => method
            .WithParameterList(method.ParameterList.WithTrailingTrivia(Written.LineEnd(method)))
            .WithExpressionBody(null).WithSemicolonToken(default).WithBody(Only(body, restart).WithTrailingTrivia(method.GetTrailingTrivia()))
            .WithAdditionalAnnotations(Formatter.Annotation),
        LocalFunctionStatementSyntax { Body: { } block } local => local.ReplaceNode(block, WithRestart(block, restart)),
        _ => null,
    };

    private static BlockSyntax Only(ExpressionSyntax body, StatementSyntax restart) =>
        OnLines(SyntaxFactory.Block(Guarded(SyntaxFactory.Block(SyntaxFactory.ExpressionStatement(body.WithoutTrivia())), restart)), Written.LineEnd(body));

    private static BlockSyntax WithRestart(BlockSyntax block, StatementSyntax restart)
    {
        BlockSyntax restarting;
        switch (block.Statements)
        {
            case [TryStatementSyntax { Finally: { } always }]:
                restarting = block.ReplaceNode(always.Block, always.Block.AddStatements(restart));
                break;
            case [TryStatementSyntax only]:
                restarting = block.ReplaceNode(only, only.WithFinally(SyntaxFactory.FinallyClause(SyntaxFactory.Block(restart))));
                break;
            default:
                // A comment before the end of the body goes on being one about the work.
                var close = block.CloseBraceToken;
                restarting = block
                    .WithStatements(SyntaxFactory.SingletonList<StatementSyntax>(Guarded(
                        SyntaxFactory.Block(block.Statements).WithCloseBraceToken(SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithLeadingTrivia(close.LeadingTrivia)), restart)))
                    .WithCloseBraceToken(close.WithLeadingTrivia());
                break;
        }

        var span = block.SyntaxTree.GetLineSpan(block.Span);
        return span.StartLinePosition.Line == span.EndLinePosition.Line
            ? OnLines(restarting.WithoutTrivia(), Written.LineEnd(block)).WithTriviaFrom(block)
            : restarting.WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static BlockSyntax OnLines(BlockSyntax block, SyntaxTrivia lineEnd) =>
        block.NormalizeWhitespace(eol: lineEnd.ToFullString()).WithAdditionalAnnotations(Formatter.Annotation);

    private static TryStatementSyntax Guarded(BlockSyntax work, StatementSyntax restart) =>
        SyntaxFactory.TryStatement(work, default, SyntaxFactory.FinallyClause(SyntaxFactory.Block(restart)));
}
