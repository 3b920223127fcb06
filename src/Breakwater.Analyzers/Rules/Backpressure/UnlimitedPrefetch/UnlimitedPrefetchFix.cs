using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Rabbit;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Backpressure.UnlimitedPrefetch;

/// <summary>
/// Limits the prefetch before the consumer starts, or raises a limit of 0. A consumer that acknowledges on arrival gets none: where to
/// acknowledge instead has to be decided by hand.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnlimitedPrefetchFix() : Fix<InvocationExpressionSyntax>(UnlimitedPrefetchAnalyzer.Id, "Limit the prefetch")
{
    /// <inheritdoc/>
    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        PlanFor(model, node, cancellationToken) is not null;

    /// <inheritdoc/>
    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var plan = PlanFor(editor.SemanticModel, node, cancellationToken)!;
        var prefetch = Math.Min(UnlimitedPrefetchAnalyzer.Prefetch.Read(editor.OriginalDocument.Project.AnalyzerOptions, node.SyntaxTree), ushort.MaxValue);
        if (plan.Counts.IsEmpty)
        {
            Insert(editor, plan, prefetch);
            return;
        }

        foreach (var count in plan.Counts)
            editor.ReplaceNode(count, (current, _) => Number(prefetch).WithTriviaFrom(current));
    }

    private static void Insert(DocumentEditor editor, Plan plan, int prefetch)
    {
        // The finding before this one may be for the same channel.
        var member = VariableWrites.MemberAround(plan.Statement);
        editor.TrackNode(member);
        if (editor.GetChangedRoot().GetCurrentNode(member) is { } current
            && current.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(c => Sure(c.Expression) == Sure(plan.Channel) + "." + plan.Method))
            return;

        var statement = Written.Statement(plan.Method == "BasicQosAsync"
                ? $"await {plan.Channel}.BasicQosAsync(prefetchSize: 0, prefetchCount: {prefetch}, global: false);"
                : $"{plan.Channel}.BasicQos(0, {prefetch}, false);")
            .WithLeadingTrivia(plan.Statement.GetLeadingTrivia())
            .WithTrailingTrivia(Written.IsOnOwnLine(plan.Statement) ? Written.LineEnd(plan.Statement) : SyntaxFactory.Space);
        // Comments above the consumer now stand above both.
        var indent = plan.Statement.GetLeadingTrivia().LastOrDefault(t => t.IsKind(SyntaxKind.WhitespaceTrivia));
        SyntaxNode target = plan.Statement.Parent is GlobalStatementSyntax topLevel ? topLevel : plan.Statement;
        editor.InsertBefore(target, target is GlobalStatementSyntax ? SyntaxFactory.GlobalStatement(statement) : statement);
        editor.ReplaceNode(target, (current, _) => current.WithLeadingTrivia(indent));
    }

    private static Plan? PlanFor(SemanticModel model, InvocationExpressionSyntax node, CancellationToken cancellationToken)
    {
        if (model.GetOperation(node, cancellationToken) is not IInvocationOperation consume || !RabbitCalls.Consumes(consume) || !consume.Is("autoAck", false)
            || RabbitCalls.ChannelOf(consume) is not { Syntax: ExpressionSyntax channel } || !IsName(channel = AsWritten(channel))
            || model.GetEnclosingSymbol(node.SpanStart, cancellationToken) is not { } user
            || new RabbitChannels(user, model.Compilation, cancellationToken).PrefetchCalls() is not { } calls)
            return null;

        var method = consume.TargetMethod.Name == "BasicConsumeAsync" ? "BasicQosAsync" : "BasicQos";
        var counts = calls.Select(c => c.Argument("prefetchCount")!.Value.Syntax).ToImmutableArray();
        if (!counts.IsEmpty)
            return counts.All(c => c.SyntaxTree == node.SyntaxTree) ? new(node.FirstAncestorOrSelf<StatementSyntax>()!, channel.ToString(), method, counts) : null;
        return StatementOf(node) is { Parent: BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax } statement && (method == "BasicQos" || Functions.CanAwait(node))
            ? new(First(statement, channel), channel.ToString(), method, counts)
            : null;
    }

    /// <summary>The statement that starts the consumer and does it always.</summary>
    private static StatementSyntax? StatementOf(InvocationExpressionSyntax consume) =>
        consume.Ancestors().TakeWhile(a => a is not StatementSyntax).Any(a => a is AnonymousFunctionExpressionSyntax or ConditionalAccessExpressionSyntax)
            ? null
            : consume.FirstAncestorOrSelf<StatementSyntax>();

    /// <summary>The first statement of the same block that starts a consumer on the channel: a limit holds for those that start later.</summary>
    private static StatementSyntax First(StatementSyntax statement, ExpressionSyntax channel)
    {
        var block = statement.Parent is GlobalStatementSyntax topLevel
            ? ((CompilationUnitSyntax)topLevel.Parent!).Members.OfType<GlobalStatementSyntax>().Select(g => g.Statement)
            : statement.Parent!.ChildNodes().OfType<StatementSyntax>();
        return block.First(s => s == statement
            || s.DescendantNodes(n => n is not AnonymousFunctionExpressionSyntax).OfType<MemberAccessExpressionSyntax>()
                .Any(a => a.Name.Identifier.Text is "BasicConsumeAsync" or "BasicConsume" && Sure(a.Expression) == Sure(channel)));
    }

    private static ExpressionSyntax AsWritten(ExpressionSyntax channel) =>
        channel.Parent is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure ? sure : channel;

    /// <summary>An expression without the assurance that it is not null.</summary>
    private static string Sure(object expression) => expression.ToString()!.Replace("!", "");

    /// <summary>A variable, to which a second call can be made as well as the first.</summary>
    private static bool IsName(ExpressionSyntax channel) => channel switch
    {
        IdentifierNameSyntax or ThisExpressionSyntax => true,
        MemberAccessExpressionSyntax access => IsName(access.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure => IsName(sure.Operand),
        _ => false,
    };

    private static ExpressionSyntax Number(int value) => SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(value));

    /// <param name="Statement">The statement that starts the consumer.</param>
    /// <param name="Channel">The channel as written.</param>
    /// <param name="Method">The method that limits its prefetch.</param>
    /// <param name="Counts">The counts that the type gives; none where it limits nothing yet.</param>
    private sealed record Plan(StatementSyntax Statement, string Channel, string Method, ImmutableArray<SyntaxNode> Counts);
}
