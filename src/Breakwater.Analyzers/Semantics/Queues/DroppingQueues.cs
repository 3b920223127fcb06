namespace Breakwater.Semantics.Queues;

/// <summary>Channels that make room by dropping items, and what that does to the code that writes to them.</summary>
internal static class DroppingQueues
{
    /// <summary>
    /// Whether every creation drops items when it is full and tells nobody. A channel with room for one item is left out: it holds a
    /// signal or a latest value, and is meant to be overwritten.
    /// </summary>
    public static bool DropSilently(ImmutableArray<QueueCreation> creations, Compilation compilation, CancellationToken cancellationToken) =>
        !creations.IsDefaultOrEmpty
        && creations.All(c => QueueOptions.Of(c, compilation, cancellationToken) is { FullMode: FullMode.Drop, ReportsDrops: false, HoldsOne: false });

    /// <summary>Whether a refused write can mean that the channel is completed: its type completes it, or others could.</summary>
    public static bool MayComplete(ImmutableArray<QueueCreation> creations, QueueApi api, Compilation compilation, CancellationToken cancellationToken) =>
        creations.Any(creation =>
        {
            var holders = QueueHolders.Of(creation, api, compilation, cancellationToken);
            return QueueUses.Of(holders, creation, api, compilation, everywhere: false, cancellationToken) is { IsCompleted: true } or { Leaves: true };
        });

    /// <summary>
    /// Whether a channel that drops silently is all that its variables can hold, and the first that they do, so that each channel
    /// counts once. Signals do not count: one that waits says as much as a thousand.
    /// </summary>
    public static bool IsSilent(QueueCreation creation, QueueHolders holders, QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        if (!DropSilently(ImmutableArray.Create(creation), compilation, cancellationToken))
            return false;
        foreach (var holder in holders.Variables)
        {
            if (holder.Part != QueuePart.Whole)
                continue;
            var creations = QueueCreation.SetOf(holder.Symbol, api, compilation, cancellationToken);
            if (!DropSilently(creations, compilation, cancellationToken) || creations[0].Operation.Syntax != creation.Operation.Syntax)
                return false;
        }

        var writes = QueueUses.Of(holders, creation, api, compilation, everywhere: false, cancellationToken).Writes;
        return writes.Count == 0 || writes.Any(w => w.CarriesData);
    }

    /// <summary>What is lost with an item that is a unit of work: the work, or the answer that somebody awaits; null for plain data.</summary>
    public static string? WorkIn(ITypeSymbol? item, Compilation compilation)
    {
        if (item is null or { IsTupleType: true })
            return null;
        if (item.TypeKind == TypeKind.Delegate)
            return "work items";
        return IsPromise(item) || MembersOf(item).Any(IsPromise) ? "items somebody awaits" : null;

        bool IsPromise(ITypeSymbol type) =>
            type.Is(compilation.Find("System.Threading.Tasks.TaskCompletionSource")) || type.Is(compilation.Find("System.Threading.Tasks.TaskCompletionSource`1"));
    }

    /// <summary>The types of the instance fields and properties, inherited ones included.</summary>
    private static IEnumerable<ITypeSymbol> MembersOf(ITypeSymbol item)
    {
        for (var type = item; type is { SpecialType: SpecialType.None }; type = type.BaseType)
        {
            foreach (var member in type.GetMembers().Concat(type.TypeKind == TypeKind.Interface ? type.AllInterfaces.SelectMany(i => i.GetMembers()) : []))
            {
                if (member is IFieldSymbol { IsStatic: false } field)
                    yield return field.Type;
                else if (member is IPropertySymbol { IsStatic: false } property)
                    yield return property.Type;
            }
        }
    }
}
