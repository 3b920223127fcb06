using Breakwater.Flow;
using Breakwater.Semantics.Data;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Semantics.Caching;

/// <summary>A shared result that stays as it first came out.</summary>
/// <param name="Member">The field or property that keeps it.</param>
/// <param name="Load">What can fail.</param>
/// <param name="Assignment">The assignment that stores it, if one does.</param>
internal sealed record KeptFailure(ISymbol Member, IOperation Load, IAssignmentOperation? Assignment);

/// <summary>
/// Shared results that keep a failure: filled with something that can fail, by members that live as long as the process, where nothing
/// takes the result out, replaces it or asks how it ended. Silent wherever the member gets out of sight.
/// </summary>
internal sealed class RememberedFailures
{
    private readonly Compilation _compilation;
    private readonly SharedResults _results;
    private readonly FailingLoads _loads;

    private RememberedFailures(Compilation compilation, SharedResults results)
    {
        _compilation = compilation;
        _results = results;
        _loads = FailingLoads.Of(compilation);
    }

    /// <summary>Null when there are no tasks to keep.</summary>
    public static RememberedFailures? Of(Compilation compilation) =>
        compilation.Know(static c => SharedResults.Of(c) is { } results ? new RememberedFailures(c, results) : null);

    /// <summary>The failure that a storing operation keeps: an entry of a dictionary, or a task assigned to an empty field.</summary>
    public KeptFailure? KeptBy(IOperation storing, CancellationToken cancellationToken) => _results.StoredBy(storing) switch
    {
        { Holder: ResultHolder.Tasks } entry => IsEntryKept(entry, storing, cancellationToken) ? Failure(entry, storing, cancellationToken) : null,
        { Holder: ResultHolder.Task } task when storing is ISimpleAssignmentOperation && IsMadeBy(storing, task.Member, cancellationToken) =>
            KeptFromStart(task.Member, cancellationToken) is { Assignment.Syntax: var first } kept && first == storing.Syntax ? kept : null,
        { Holder: ResultHolder.Task } task => IsTaskKept(task, storing, cancellationToken) ? Failure(task, storing, cancellationToken) : null,
        _ => null,
    };

    /// <summary>The failure that a member keeps from its creation on: a lazy, or a read-only task.</summary>
    public KeptFailure? KeptFromStart(ISymbol member, CancellationToken cancellationToken)
    {
        var holder = _results.HolderOf((member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type);
        if (holder is not (ResultHolder.LazyTask or ResultHolder.LazyValue or ResultHolder.Task) || !IsForAll(member))
            return null;
        var uses = _results.UsesOf(member, cancellationToken);
        if (uses.Initial.IsEmpty || !uses.Assigned.IsEmpty || uses.Escapes || uses.IsOutcomeTested || IsAwaitedAtStartOnly(member, uses, cancellationToken))
            return null;

        IOperation? load = null;
        foreach (var value in uses.Initial)
        {
            load = holder == ResultHolder.Task ? _loads.OfTask(value, cancellationToken) : OfLazy(value, holder == ResultHolder.LazyTask, cancellationToken);
            if (load is null)
                return null;
        }

        return new(member, load!, holder == ResultHolder.Task ? uses.Initial[0].Parent as IAssignmentOperation : null);
    }

    private bool IsMadeBy(IOperation storing, ISymbol member, CancellationToken cancellationToken) =>
        Enclosing.Member(storing, _compilation, cancellationToken) is { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } && !IsRepeated(storing)
        && IsForAll(member);

    private KeptFailure? Failure(StoredResult stored, IOperation storing, CancellationToken cancellationToken) =>
        _loads.OfTask(stored.Value, cancellationToken) is { } load ? new(stored.Member, load, storing as IAssignmentOperation) : null;

    private IOperation? OfLazy(IOperation value, bool ofTask, CancellationToken cancellationToken)
    {
        var created = AssignedValues.Behind(value, _compilation, cancellationToken);
        if (created.Values is not [IObjectCreationOperation { Arguments: { } arguments } creation])
            return null;
        if (ofTask)
            return _loads.OfTask(creation, cancellationToken);
        if (creation.Argument("mode") is { } mode && mode.Value.ConstantValue is not { HasValue: true, Value: not (int)LazyThreadSafetyMode.PublicationOnly })
            return null;
        return arguments.FirstOrDefault(a => a.Value.Type?.TypeKind == TypeKind.Delegate) is { } factory ? _loads.OfValue(factory.Value, cancellationToken) : null;
    }

    private bool IsEntryKept(StoredResult entry, IOperation storing, CancellationToken cancellationToken)
    {
        if (!_results.OutlivesRequest(entry.Member))
            return false;
        var uses = _results.UsesOf(entry.Member, cancellationToken);
        if (uses.AreRemoved || uses.Escapes || uses.IsOutcomeTested || uses.IndexerWrites > 1 || uses.Assigned.Any(a => a is not ICoalesceAssignmentOperation))
            return false;
        // An entry that is written without a look at what is there is replaced each time.
        if (uses.IndexerWrites == 1 && (storing is not ISimpleAssignmentOperation || !LooksFirst(entry, uses)) && storing is not ICoalesceAssignmentOperation)
            return false;
        return _results.IsConcurrent(entry.Member) || entry.Member.IsStatic || uses.IsLockedOn || IsInLock(storing);
    }

    /// <summary>Whether the body that writes an entry reads the dictionary, too.</summary>
    private static bool LooksFirst(StoredResult entry, ResultUses uses)
    {
        var body = BodyGraph.BodyOf(entry.Reference).Syntax;
        return uses.References.Any(r => r.Syntax.SyntaxTree == body.SyntaxTree && body.Span.Contains(r.Syntax.Span) && r.Syntax.SpanStart < entry.Reference.Syntax.SpanStart);
    }

    private static bool IsInLock(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is ILockOperation)
                return true;
        }

        return false;
    }

    private bool IsTaskKept(StoredResult task, IOperation storing, CancellationToken cancellationToken)
    {
        if (!IsForAll(task.Member) || !(storing is ICoalesceAssignmentOperation || EmptyTests.Guard(storing, task.Member)))
            return false;
        var uses = _results.UsesOf(task.Member, cancellationToken);
        return uses is { Escapes: false, IsOutcomeTested: false } && uses.Assigned.Length == 1
            && uses.Initial.All(i => i.ConstantValue is { HasValue: true, Value: null })
            && IsAskedFor(storing, uses, cancellationToken) && !IsAwaitedAtStartOnly(task.Member, uses, cancellationToken);
    }

    /// <summary>Whether callers use the task: a task that only a stopping service waits for is work, not a result.</summary>
    private bool IsAskedFor(IOperation storing, ResultUses uses, CancellationToken cancellationToken) =>
        storing.Parent is not IExpressionStatementOperation
        || uses.References.Any(r => !EmptyTests.IsPartOfTest(r) && r.Parent is not IAssignmentOperation
            && Enclosing.Member(r, _compilation, cancellationToken)?.Name is not ("StopAsync" or "Dispose" or "DisposeAsync" or "DisposeAsyncCore"));

    /// <summary>A hosted service that waits at its start stops the host with the failure; nobody comes later.</summary>
    private bool IsAwaitedAtStartOnly(ISymbol member, ResultUses uses, CancellationToken cancellationToken) =>
        ServiceLifetimes.Of(_compilation).IsHostedService(member.ContainingType)
        && uses.References.All(r => Enclosing.Member(r, _compilation, cancellationToken) is { } user
            && (user.Name is "StartAsync" or "StartingAsync" or "StartedAsync" or "ExecuteAsync" || user.MethodKind is MethodKind.Constructor)
            && !IsRepeated(r));

    private static bool IsRepeated(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is ILoopOperation or ITryOperation or IAnonymousFunctionOperation)
                return true;
        }

        return false;
    }

    private bool IsForAll(ISymbol member) => member.IsStatic || ServiceLifetimes.Of(_compilation).IsSingleton(member.ContainingType);
}
