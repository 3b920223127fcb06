using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>
/// Whether a lambda that a turn of a loop makes runs after that turn: it is started and not waited for, kept in something that
/// outlives the turn, or part of a query that is read later. Known by a closed list of such places; everywhere else, and where the
/// same turn uses what it keeps, the lambda counts as run at once.
/// </summary>
internal sealed class DeferredCode
{
    private readonly IAnonymousFunctionOperation _lambda;
    private readonly ILoopOperation _loop;
    private readonly Turn _turn;

    private DeferredCode(IAnonymousFunctionOperation lambda, ILoopOperation loop)
    {
        _lambda = lambda;
        _loop = loop;
        _turn = new(loop);
    }

    /// <summary>Whether <paramref name="lambda"/> may run when a later turn of <paramref name="loop"/>, which it stands in, has begun.</summary>
    public static bool OutlivesTurn(IAnonymousFunctionOperation lambda, ILoopOperation loop) =>
        new DeferredCode(lambda, loop).IsDeferred(lambda, isFollowed: false) && !SameTurn.IsLast(lambda, loop);

    private bool IsDeferred(IOperation code, bool isFollowed)
    {
        code = Turn.Outermost(code);
        switch (code.Parent)
        {
            case IArgumentOperation { Parent: IInvocationOperation call } argument:
                return IsStart(call.TargetMethod) ? IsLetGo(call) : IsKeptBy(call, argument) || (IsLazy(call.TargetMethod) && IsReadLater(call, isFollowed: false));
            case IArgumentOperation { Parent: IObjectCreationOperation { Type: INamedTypeSymbol { Name: "Thread" or "Timer" or "Lazy" } type } creation }:
                return IsIn(type, type.Name == "Lazy" ? "System" : "Threading") && IsLetGo(creation);
            case IEventAssignmentOperation { Adds: true } subscription:
                return _turn.Outlives(subscription.EventReference) && !IsRemoved(subscription);
            case ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } added when added.Value == code:
                return _turn.Outlives(added.Target);
            case var parent when OwnLocal(parent) is { } local:
                return !isFollowed && _turn.UsesOf(local).Any(use => IsDeferred(use, isFollowed: true));
            case ISimpleAssignmentOperation or ICoalesceAssignmentOperation when code.Parent is IAssignmentOperation assignment && assignment.Value == code:
                return _turn.Outlives(assignment.Target) && !IsUsedAtOnce(assignment);
            default:
                return false;
        }
    }

    /// <summary>The local of the turn that gets its value here.</summary>
    private ILocalSymbol? OwnLocal(IOperation? giving) => giving switch
    {
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var declared } } => declared,
        ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var assigned } } when _turn.Owns(assigned) => assigned,
        _ => null,
    };

    private static bool IsStart(IMethodSymbol method) => method.Name switch
    {
        "Run" or "ContinueWith" => method.ContainingType is { Name: "Task" } type && IsIn(type, "Tasks"),
        "StartNew" => method.ContainingType is { Name: "TaskFactory" } type && IsIn(type, "Tasks"),
        "QueueUserWorkItem" or "UnsafeQueueUserWorkItem" => method.ContainingType is { Name: "ThreadPool" } type && IsIn(type, "Threading"),
        "Register" or "UnsafeRegister" => method.ContainingType is { Name: "CancellationToken" } type && IsIn(type, "Threading"),
        _ => false,
    };

    private static bool IsIn(INamedTypeSymbol type, string space) => type.ContainingNamespace?.Name == space;

    /// <summary>Whether the turn neither waits for what it starts nor takes it back.</summary>
    private bool IsLetGo(IOperation start) =>
        !start.IsInExpressionTree() && !SameTurn.Awaits(start, _loop) && !SameTurn.Disposes(start, _loop) && !IsSignalled();

    /// <summary>Whether the turn goes on to wait for an event or a task source that the lambda sets.</summary>
    private bool IsSignalled() => _turn.After(_lambda).Any(o =>
        Signal(o) is { } signal && _turn.BaseOf(signal) is { } variable && _lambda.Descendants().Any(inside => IsSame(inside, variable)));

    private static IOperation? Signal(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod.Name: "WaitOne" or "Wait" or "SignalAndWait", Instance: { } instance } => instance,
        IPropertyReferenceOperation { Property: { Name: "Task", ContainingType.Name: "TaskCompletionSource" }, Instance: { } source } => source,
        _ => null,
    };

    /// <summary>Whether a call puts the lambda, or the query that it is part of, into a collection or channel from outside the turn.</summary>
    private bool IsKeptBy(IInvocationOperation call, IArgumentOperation argument) =>
        Turn.IsAdding(call.TargetMethod) && call.Instance is { Type: { } type } holder
        && (argument.Parameter?.OriginalDefinition.Type is ITypeParameterSymbol { DeclaringMethod: null } || type.AllInterfaces.Any(i => i is { Name: "IEnumerable", TypeArguments: [{ TypeKind: TypeKind.Delegate }] }))
        && _turn.Outlives(holder) && !IsCleared(holder);

    private bool IsCleared(IOperation holder) => _turn.BaseOf(holder) is { } kept && _turn.After(_lambda).Any(o =>
        o is IInvocationOperation { TargetMethod.Name: "Clear", Instance: { } cleared } && _turn.BaseOf(cleared) is { } other && IsSame(other, kept));

    private bool IsRemoved(IEventAssignmentOperation subscription) => _turn.After(subscription).Any(o =>
        o is IEventAssignmentOperation { Adds: false } removal && IsSame(removal.EventReference, subscription.EventReference));

    /// <summary>Whether the turn goes on to use the delegate that it has just put somewhere, so that the next turn puts another in its place.</summary>
    private bool IsUsedAtOnce(IAssignmentOperation assignment)
    {
        if (_turn.BaseOf(assignment.Target) is not { } kept)
            return false;
        if (IsOneOfMany(assignment.Target))
            return _turn.After(assignment).Any(o => o is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: { } run } && _turn.BaseOf(run) is { } invoked && IsSame(invoked, kept));
        return _turn.After(assignment).Any(o => IsSame(o, kept)
            || (kept is IMemberReferenceOperation { Instance: not null } && o is IInvocationOperation { Instance: IInstanceReferenceOperation }));
    }

    private bool IsOneOfMany(IOperation target)
    {
        for (var current = target.Unwrap(); current is not null;)
        {
            if (current is IArrayElementReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: true }
                || (current is ILocalReferenceOperation { Local: var local } && _turn.Owns(local)))
                return true;
            current = (current as IMemberReferenceOperation)?.Instance?.Unwrap();
        }

        return false;
    }

    /// <summary>The operators of LINQ that call their lambda for each element when the sequence is read.</summary>
    private static bool IsLazy(IMethodSymbol method) =>
        method.Name is "Where" or "Select" or "SelectMany" or "OrderBy" or "OrderByDescending" or "ThenBy" or "ThenByDescending" or "TakeWhile" or "SkipWhile"
        && LazySequence.IsDeferred(method);

    /// <summary>Whether a query is put where it outlives the turn, and not read before the turn ends.</summary>
    private bool IsReadLater(IOperation query, bool isFollowed)
    {
        while (true)
        {
            query = Turn.Outermost(query);
            switch (query.Parent)
            {
                case IArgumentOperation { Parent: IInvocationOperation next } when LazySequence.IsDeferred(next.TargetMethod) || (IsQuery(next.Type) && IsQuery(query.Type)):
                    query = next;
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation call } argument:
                    return IsKeptBy(call, argument);
                case var parent when OwnLocal(parent) is { } local:
                    return !isFollowed && _turn.UsesOf(local).Where(IsRead).ToList() is { Count: > 0 } uses && uses.All(use => IsReadLater(use, isFollowed: true));
                case ISimpleAssignmentOperation assignment when assignment.Value == query:
                    return _turn.Outlives(assignment.Target)
                        && (IsOneOfMany(assignment.Target) || _turn.After(assignment).Where(o => IsRead(o) && _turn.BaseOf(assignment.Target) is { } kept && IsSame(o, kept)).All(use => IsReadLater(use, isFollowed: true)));
                default:
                    return false;
            }
        }
    }

    private static bool IsRead(IOperation reference) => !(reference.Parent is IAssignmentOperation assignment && assignment.Target == reference);

    private static bool IsQuery(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "IQueryable" or "IOrderedQueryable" or "IIncludableQueryable" or "DbSet" };

    private static bool IsSame(IOperation left, IOperation right) =>
        left is ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation
        && SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(left), VariableWrites.Referenced(right));
}
