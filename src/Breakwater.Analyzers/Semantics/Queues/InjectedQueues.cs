using Breakwater.Flow;

namespace Breakwater.Semantics.Queues;

/// <summary>
/// The writes to and reads from a queue that the service container hands out: calls on any queue of the same constructed type, or
/// on its writer or reader, except on one that is created where it is used.
/// </summary>
internal static class InjectedQueues
{
    public static void Collect(
        QueueCreation creation, QueueApi api, Compilation compilation, List<QueueWrite> writes, List<IInvocationOperation> reads,
        HashSet<(SyntaxTree, Microsoft.CodeAnalysis.Text.TextSpan)> visited, CancellationToken cancellationToken)
    {
        var types = creation.Kind == QueueKind.Channel
            ? ImmutableArray.Create("Channel", "ChannelWriter", "ChannelReader")
            : ImmutableArray.Create(creation.Type.Name);
        var names = QueueApi.WriteNames(creation.Kind);
        if (creation.Kind == QueueKind.ConcurrentQueue)
            names = names.Add("TryDequeue");

        foreach (var name in names)
        {
            foreach (var mention in Mentions.In(compilation, name, types, cancellationToken))
            {
                if (mention is not InvocationExpressionSyntax
                    || Bodies.Of(compilation).Of(mention, cancellationToken) is not IInvocationOperation call
                    || api.ActOf(call.TargetMethod) is QueueAct.None
                    || QueueApi.ReceiverOf(call) is not { } receiver
                    || !IsSame(receiver, creation, api)
                    || IsMadeHere(receiver, api, compilation, cancellationToken)
                    || !visited.Add((mention.SyntaxTree, mention.Span)))
                    continue;
                if (api.ActOf(call.TargetMethod) == QueueAct.Write)
                    writes.Add(new(call, call.Argument("item")?.Value));
                else
                    reads.Add(call);
            }
        }
    }

    private static bool IsSame(IOperation receiver, QueueCreation creation, QueueApi api) =>
        SymbolEqualityComparer.Default.Equals(api.ItemOf(receiver.Type), api.ItemOf(creation.Type))
        && (creation.Kind == QueueKind.Channel || SymbolEqualityComparer.Default.Equals(receiver.Type, creation.Type));

    private static bool IsMadeHere(IOperation receiver, QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        if (receiver is IPropertyReferenceOperation { Instance: { } channel } end && api.IsWriterOf(end.Property))
            receiver = channel.Unwrap();
        return VariableWrites.Referenced(receiver) is { } variable and not IMethodSymbol
            && QueueCreation.SetOf(variable, api, compilation, cancellationToken) is { IsDefaultOrEmpty: false };
    }
}
