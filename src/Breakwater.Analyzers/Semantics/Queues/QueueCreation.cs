using Breakwater.Flow;

namespace Breakwater.Semantics.Queues;

/// <summary>Whether a queue stops growing by itself.</summary>
internal enum QueueBound
{
    /// <summary>Nothing limits it.</summary>
    None,

    /// <summary>It has a capacity, constant or not.</summary>
    Some,

    /// <summary>Its options come from code that is not seen.</summary>
    Unknown,
}

/// <summary>One place where a queue is created.</summary>
/// <param name="Kind">The family.</param>
/// <param name="Bound">Whether it has a bound.</param>
/// <param name="Operation">The call of the factory or the <c>new</c> expression.</param>
internal sealed record QueueCreation(QueueKind Kind, QueueBound Bound, IOperation Operation)
{
    /// <summary>The constructed type of the queue, such as <c>Channel&lt;Order&gt;</c>.</summary>
    public INamedTypeSymbol Type => (INamedTypeSymbol)Operation.Type!;

    /// <summary>The creation set of a variable; a default array when a value is unknown or is no creation of a queue.</summary>
    public static ImmutableArray<QueueCreation> SetOf(ISymbol variable, QueueApi api, Compilation compilation, CancellationToken cancellationToken) =>
        Recognised(AssignedValues.Of(variable, compilation, cancellationToken), api, compilation, cancellationToken);

    /// <summary>The creation set of a value.</summary>
    public static ImmutableArray<QueueCreation> SetOf(IOperation value, QueueApi api, Compilation compilation, CancellationToken cancellationToken) =>
        Recognised(AssignedValues.Behind(value, compilation, cancellationToken), api, compilation, cancellationToken);

    private static ImmutableArray<QueueCreation> Recognised(
        AssignedValues values, QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        if (!values.AreKnown)
            return default;
        var creations = ImmutableArray.CreateBuilder<QueueCreation>();
        foreach (var value in values.Values)
        {
            if (api.CreationAt(value, compilation, cancellationToken) is not { } creation)
                return default;
            creations.Add(creation);
        }

        return creations.ToImmutable();
    }
}
