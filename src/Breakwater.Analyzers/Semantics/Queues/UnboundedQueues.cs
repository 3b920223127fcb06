using Breakwater.Flow;

namespace Breakwater.Semantics.Queues;

/// <summary>Which queues without a bound are worth a word: those that outlive one call, and in which data can pile up.</summary>
internal static class UnboundedQueues
{
    /// <summary>
    /// Whether the queue is kept in a field, an auto-property or the service container, and nothing bounded can be there in its
    /// place: a bound that is configurable is a bound.
    /// </summary>
    public static bool Outlive(QueueHolders holders, QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        var outlives = holders.Registrations.Count > 0;
        foreach (var variable in holders.Variables)
        {
            if (variable is { Symbol: ILocalSymbol } or { Part: QueuePart.Reader })
                continue;
            if (TakesEverything(variable.Symbol.ContainingType, compilation) || IsUnitOfWork(variable.Symbol.ContainingType))
                return false;
            if (variable.Part == QueuePart.Whole && !AreUnbounded(QueueCreation.SetOf(variable.Symbol, api, compilation, cancellationToken)))
                return false;
            outlives = true;
        }

        return outlives && holders.Registrations.All(r => HandsOutUnbounded(r, api, compilation, cancellationToken));
    }

    /// <summary>Whether data is written to it faster than anything but its reader can tell.</summary>
    public static bool PileUp(QueueCreation creation, QueueUses uses, QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        if (!MayCarryData(api.ItemOf(creation.Type)) || !(uses.Writes.Count == 0 ? uses.IsOpen : uses.Writes.Any(w => w.CarriesData)))
            return false;
        if (creation.Kind == QueueKind.ConcurrentQueue && !uses.Reads.Any(r => LoopAround(r) is not null && !EmptiesForGood(r, compilation, cancellationToken)))
            return false;

        if (uses.Reads.Count > 0 && uses.Reads.All(r => OnlyStartsWork(r, api, compilation)))
            return false;

        var guard = new QueueGuard(api, compilation);
        return uses.Writes.Count == 0 || !uses.Writes.Where(w => w.CarriesData).All(w => guard.Covers(w, uses, cancellationToken));
    }

    /// <summary>Schedulers and synchronization contexts may neither refuse work nor make its sender wait.</summary>
    private static bool TakesEverything(INamedTypeSymbol owner, Compilation compilation) =>
        owner.Is(compilation.Find("System.Threading.Tasks.TaskScheduler")) || owner.Is(compilation.Find("System.Threading.SynchronizationContext"));

    /// <summary>What commits and rolls back lives for one piece of work, and hands its buffer on when that ends.</summary>
    private static bool IsUnitOfWork(INamedTypeSymbol owner) =>
        (HasMethod(owner, "Commit") || HasMethod(owner, "CommitAsync")) && (HasMethod(owner, "Rollback") || HasMethod(owner, "RollbackAsync"));

    private static bool HasMethod(INamedTypeSymbol type, string name) => type.GetMembers(name).Any(m => m is IMethodSymbol { IsStatic: false });

    private static bool AreUnbounded(ImmutableArray<QueueCreation> creations) =>
        !creations.IsDefaultOrEmpty && creations.All(c => c.Bound == QueueBound.None);

    private static bool HandsOutUnbounded(IInvocationOperation registration, QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        foreach (var value in Singletons.Registered(registration, compilation, cancellationToken))
        {
            if (value.Unwrap() is not IPropertyReferenceOperation && !AreUnbounded(QueueCreation.SetOf(value, api, compilation, cancellationToken)))
                return false;
        }

        return !Singletons.Beside(registration, compilation, cancellationToken)
            .SelectMany(other => Singletons.Registered(other, compilation, cancellationToken))
            .Any(other => IsBoundedLike(registration, other, api, compilation, cancellationToken));
    }

    /// <summary>Whether the other registration gives the same service a bounded queue: which one is in force is configuration.</summary>
    private static bool IsBoundedLike(
        IInvocationOperation registration, IOperation other, QueueApi api, Compilation compilation, CancellationToken cancellationToken) =>
        QueueCreation.SetOf(other, api, compilation, cancellationToken) is { IsDefault: false } creations
        && creations.Any(c => c.Bound != QueueBound.None
            && Singletons.Registered(registration, compilation, cancellationToken).Any(r => SymbolEqualityComparer.Default.Equals(r.Type, c.Type)));

    /// <summary>An item that can only say "now", or "now, in earnest", is a signal.</summary>
    private static bool MayCarryData(ITypeSymbol? item) =>
        item is not ({ SpecialType: SpecialType.System_Boolean } or INamedTypeSymbol { IsTupleType: false, IsValueType: true, Name: nameof(ValueTuple) });

    /// <summary>A pool takes one item at a time and empties itself in a loop only when it ends: that loop reads nothing.</summary>
    private static bool EmptiesForGood(IOperation read, Compilation compilation, CancellationToken cancellationToken) =>
        Enclosing.Member(read, compilation, cancellationToken) is { Name: "Dispose" or "DisposeAsync" or "DisposeAsyncCore" or "Close" or "CloseAsync" or "Clear" };

    private static ILoopOperation? LoopAround(IOperation read)
    {
        for (var current = read.Parent; current is not null; current = current.Parent)
        {
            if (current is ILoopOperation loop)
                return loop;
        }

        return null;
    }

    /// <summary>
    /// Whether the loop around the read starts a task per item and waits for nothing but the queue: such a reader is never slow. What
    /// then has no limit is the running work, and that is the business of other rules.
    /// </summary>
    private static bool OnlyStartsWork(IOperation read, QueueApi api, Compilation compilation)
    {
        if (LoopAround(read) is not { } loop)
            return false;
        var starts = false;
        foreach (var operation in OwnCode.Of(loop))
        {
            if (operation is IAwaitOperation wait && !wait.DescendantsAndSelf().Any(o => o is IInvocationOperation call && api.ActOf(call.TargetMethod) == QueueAct.Read))
                return false;
            starts |= operation is IInvocationOperation { TargetMethod.Name: not ("ContinueWith" or "AsTask") } task && task.Type.Is(compilation.Find("System.Threading.Tasks.Task"));
        }

        return starts;
    }
}
