namespace Breakwater.Semantics.Queues;

/// <summary>The writes that a full queue refuses, so that the item is lost unless the writer reads the answer.</summary>
internal static class RefusingQueues
{
    /// <summary>
    /// Whether the queue behind a write surely has a bound and answers <c>false</c> when it is full. One that holds a single item is
    /// left out, being a signal or a latest value; and a writer that is alone and has just waited for room is not refused.
    /// </summary>
    public static bool Refuse(IInvocationOperation write, QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        if (MayWaitForEver(write) || Behind(write) is not { IsDefaultOrEmpty: false } queues || queues.Any(q => q.Bound != QueueBound.Some))
            return false;
        var options = queues.Select(q => QueueOptions.Of(q, compilation, cancellationToken)).ToList();
        return options.All(o => o is { FullMode: FullMode.Wait, HoldsOne: false })
            && !(options.All(o => o.HasSingleWriter) && AwaitedRoom.Covers(write, IsSameQueue));

        ImmutableArray<QueueCreation> Behind(IInvocationOperation call) =>
            QueueApi.ReceiverOf(call) is { } receiver ? QueueCreation.Behind(receiver, api, compilation, cancellationToken) : default;

        bool IsSameQueue(IInvocationOperation other) =>
            Behind(other) is { IsDefault: false } others && others.Select(q => q.Operation.Syntax).SequenceEqual(queues.Select(q => q.Operation.Syntax));
    }

    /// <summary><c>TryAdd(item, Timeout.Infinite)</c> is <c>Add(item)</c>.</summary>
    private static bool MayWaitForEver(IInvocationOperation write) =>
        (write.Argument("millisecondsTimeout") ?? write.Argument("timeout"))?.Value.Unwrap()
            is { ConstantValue: { HasValue: true, Value: Timeout.Infinite } } or IFieldReferenceOperation { Field.Name: nameof(Timeout.InfiniteTimeSpan) };
}
