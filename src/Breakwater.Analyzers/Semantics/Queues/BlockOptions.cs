using Breakwater.Flow;

namespace Breakwater.Semantics.Queues;

/// <summary>The options that a dataflow block is created with: inline, or in a local that the same method fills.</summary>
internal static class BlockOptions
{
    private const int Unbounded = -1;

    /// <summary>The block's bound; unknown when the options come from anywhere else.</summary>
    public static QueueBound BoundOf(IObjectCreationOperation block, Compilation compilation, CancellationToken cancellationToken)
    {
        if (block.Argument("dataflowBlockOptions") is not { IsImplicit: false } argument)
            return QueueBound.None;

        var options = argument.Value.Unwrap();
        if (AssignedValues.Behind(options, compilation, cancellationToken) is not { AreKnown: true, Values: { Length: 1 } values }
            || values[0] is not IObjectCreationOperation creation)
            return QueueBound.Unknown;

        var bound = Initialised(creation);
        if (options is ILocalReferenceOperation local)
            bound = Assigned(local, block, compilation, cancellationToken) ?? bound;
        return bound;
    }

    private static QueueBound Initialised(IObjectCreationOperation options)
    {
        foreach (var element in options.Initializer?.Initializers ?? ImmutableArray<IOperation>.Empty)
        {
            if (element is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "BoundedCapacity" } } set)
                return Meaning(set.Value);
        }

        return QueueBound.None;
    }

    /// <summary>The last assignment to <c>local.BoundedCapacity</c> before the block is created, if any.</summary>
    private static QueueBound? Assigned(
        ILocalReferenceOperation local, IOperation block, Compilation compilation, CancellationToken cancellationToken)
    {
        QueueBound? bound = null;
        foreach (var mention in Mentions.In(VariableWrites.MemberAround(block.Syntax), "BoundedCapacity", cancellationToken))
        {
            if (mention.SpanStart < block.Syntax.SpanStart
                && Bodies.Of(compilation).Of(mention, cancellationToken) is IPropertyReferenceOperation { Instance: ILocalReferenceOperation owner, Parent: ISimpleAssignmentOperation set }
                && SymbolEqualityComparer.Default.Equals(owner.Local, local.Local))
                bound = bound is QueueBound.Some ? bound : Meaning(set.Value);
        }

        return bound;
    }

    private static QueueBound Meaning(IOperation capacity) =>
        capacity.ConstantValue is { HasValue: true, Value: Unbounded } ? QueueBound.None : QueueBound.Some;
}
