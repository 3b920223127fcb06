using Breakwater.Semantics.Queues;
using Microsoft.CodeAnalysis.Operations;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Breakwater.Rules.Backpressure.SilentDrop;

/// <summary>
/// Lets a full channel make its writers wait. No <c>itemDropped</c> callback is written instead: an empty one would hide the loss again.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SilentDropFix() : Fix<InvocationExpressionSyntax>(SilentDropAnalyzer.Id, "Wait instead of dropping")
{
    /// <inheritdoc/>
    public override bool AllAtOnce => false;

    /// <inheritdoc/>
    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        WrittenModes(model, node, cancellationToken) is { Count: > 0 } modes && modes.All(m => m.SyntaxTree == node.SyntaxTree);

    /// <inheritdoc/>
    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        foreach (var mode in WrittenModes(editor.SemanticModel, node, cancellationToken).Distinct())
            editor.ReplaceNode(mode, Waiting(mode, editor.SemanticModel).WithTriviaFrom(mode));
    }

    /// <summary>Where the modes of all channels behind the finding are written.</summary>
    private static List<SyntaxNode> WrittenModes(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (model.GetOperation(node, cancellationToken) is not IInvocationOperation call || QueueApi.Of(model.Compilation) is not { } api)
            return [];
        var channels = call.Instance is { } writer
            ? QueueCreation.Behind(writer, api, model.Compilation, cancellationToken)
            : Together(call, api, model.Compilation, cancellationToken);
        return channels.SelectMany(c => QueueOptions.Of(c, model.Compilation, cancellationToken).WrittenModes).Select(m => m.Syntax).ToList();
    }

    /// <summary>The channel and those that stand in the same variables: where one waits, all must.</summary>
    private static IEnumerable<QueueCreation> Together(IInvocationOperation call, QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        if (api.CreationAt(call, compilation, cancellationToken) is not { } creation)
            return [];
        return QueueHolders.Of(creation, api, compilation, cancellationToken).Variables
            .Select(v => QueueCreation.SetOf(v.Symbol, api, compilation, cancellationToken))
            .Where(set => !set.IsDefault)
            .SelectMany(set => set)
            .Prepend(creation);
    }

    /// <summary>Keeps how the enumeration is named, where the mode is one of its members.</summary>
    private static ExpressionSyntax Waiting(SyntaxNode mode, SemanticModel model) => mode switch
    {
        MemberAccessExpressionSyntax access when model.GetTypeInfo(access.Expression).Type?.TypeKind == TypeKind.Enum => access.WithName(IdentifierName("Wait")),
        _ => Written.Expression("global::System.Threading.Channels.BoundedChannelFullMode.Wait"),
    };
}
