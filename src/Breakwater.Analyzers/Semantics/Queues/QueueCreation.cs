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

    /// <summary>
    /// The creation set of the queue behind the receiver of a queue call: the queue itself, its writer or reader, or a variable that
    /// holds one of them. A property counts in its own type only: what another type shows may be another queue tomorrow.
    /// </summary>
    public static ImmutableArray<QueueCreation> Behind(IOperation receiver, QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<QueueCreation>();
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        return Follow(receiver) ? found.ToImmutable() : default;

        bool Follow(IOperation value)
        {
            value = api.QueueOf(value) ?? value;
            if (api.CreationAt(value, compilation, cancellationToken) is { } creation)
            {
                found.Add(creation);
                return true;
            }

            return VariableWrites.Referenced(value) is ILocalSymbol or IFieldSymbol or IPropertySymbol
                && IsOwn(value)
                && VariableWrites.Referenced(value)!.OriginalDefinition is var variable
                && (!seen.Add(variable) || (AssignedValues.Of(variable, compilation, cancellationToken) is { AreKnown: true, Values: var values } && values.All(Follow)));
        }
    }

    private static bool IsOwn(IOperation variable) =>
        variable is not IPropertyReferenceOperation { Property: var property, Instance: not IInstanceReferenceOperation }
        || Mentions.OutermostType(property).DeclaringSyntaxReferences.Any(r => r.SyntaxTree == variable.Syntax.SyntaxTree && r.Span.Contains(variable.Syntax.Span));

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
