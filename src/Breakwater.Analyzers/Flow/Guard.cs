using Breakwater.Semantics;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Breakwater.Flow;

/// <summary>What kind of acquisition a guard is.</summary>
internal enum GuardKind
{
    /// <summary>A lock that a thread holds: <c>lock</c>, <c>Monitor</c>, <c>Lock</c>, <c>Mutex</c>, <c>SpinLock</c>, <c>ReaderWriterLockSlim</c>.</summary>
    Lock,

    /// <summary>A <c>SemaphoreSlim</c>.</summary>
    Semaphore,

    /// <summary>Something that is taken by name: <c>using (await locks.LockAsync(key))</c>, <c>AcquireAsync</c>, a lock in Redis.</summary>
    Named,

    /// <summary>An <c>Interlocked</c> operation whose result decides who goes on.</summary>
    Decision,
}

/// <summary>An acquisition that covers a piece of code of the same body.</summary>
/// <param name="Kind">What kind of acquisition it is.</param>
/// <param name="Acquisition">The <c>lock</c>, the call that acquires, or the <c>using</c> where the call's library does not resolve.</param>
/// <param name="Object">What is taken: the locked expression, the semaphore; null when the source does not say.</param>
/// <param name="Location">The keyword <c>lock</c>, or the name of the method that acquires.</param>
internal sealed record Guard(GuardKind Kind, IOperation Acquisition, IOperation? Object, Location Location)
{
    /// <summary>Where the acquisition stands in its file.</summary>
    public int Position => Acquisition.Syntax.SpanStart;

    /// <summary>
    /// The variable or expression that the guard object lives in: a field, an auto-property, a local that holds a new object, <c>this</c>,
    /// a creation. One gate of many stands for the dictionary it comes from; locals and methods with one <c>return</c> are followed.
    /// Null where the object cannot be traced to one place.
    /// </summary>
    public IOperation? Holder(Compilation compilation) => Object is null ? null : HolderOf(Object, compilation, depth: 0);

    /// <summary>
    /// Whether a semaphore limits how much runs at once instead of letting one in: it is made for another number than one, or it is no
    /// static one and is taken in a lambda of a method that runs many at once.
    /// </summary>
    public bool IsLimit(Compilation compilation, CancellationToken cancellationToken)
    {
        if (Kind != GuardKind.Semaphore || Holder(compilation) is not { } holder || VariableWrites.Referenced(holder) is not { } variable)
            return false;
        if (AssignedValues.Of(variable, compilation, cancellationToken).Values.Any(IsForMany))
            return true;
        return !variable.IsStatic && BodyGraph.BodyOf(Acquisition) is IAnonymousFunctionOperation { Syntax: var lambda }
            && CallNames.In(lambda.SyntaxTree, VariableWrites.MemberAround(lambda).Span)
                .Any(name => name is "WhenAll" or "WhenAny" or "WhenEach" or "WaitAll" or "ForEachAsync" or "ForEach" or "For" or "ForAsync" or "Invoke" or "AsParallel");
    }

    private static bool IsForMany(IOperation value) =>
        value is IObjectCreationOperation { Type.Name: "SemaphoreSlim" } creation
        && creation.Argument("initialCount")?.Value.ConstantValue is not { HasValue: true, Value: 0 or 1 };

    /// <summary>
    /// Whether a caller that does not get the guard at once gives up: an acquisition that can fail and was given no time to wait, and that no
    /// loop repeats.
    /// </summary>
    /// <param name="isRetry">Whether a loop around the acquisition counts as waiting.</param>
    public bool LosersLeave(Func<ILoopOperation, bool> isRetry)
    {
        if (Acquisition is not IInvocationOperation call || !CanFail(call) || HasTimeToWait(call))
            return false;
        for (var current = call.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
        {
            if (current is ILoopOperation loop && isRetry(loop))
                return false;
        }

        return true;
    }

    private bool CanFail(IInvocationOperation call) => Kind switch
    {
        GuardKind.Decision => true,
        GuardKind.Named => call.TargetMethod.Name.StartsWith("Try", StringComparison.Ordinal)
            || call.TargetMethod.Name is "LockTake" or "LockTakeAsync" or "StringSet" or "StringSetAsync"
            || IsResultTested(call),
        _ => call.TargetMethod.Name.StartsWith("Try", StringComparison.Ordinal) || call.Arguments.Any(a => IsTime(a.Parameter)),
    };

    private static bool HasTimeToWait(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (!IsTime(argument.Parameter) || argument.ArgumentKind == ArgumentKind.DefaultValue)
                continue;
            return !IsZero(argument.Value.Unwrap());
        }

        return false;
    }

    private static bool IsZero(IOperation time) =>
        time.ConstantValue is { HasValue: true, Value: 0 or 0L or 0.0 or null }
        || time is IDefaultValueOperation or IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: "TimeSpan" } }
        || (time is IInvocationOperation { TargetMethod: { IsStatic: true, ContainingType.Name: "TimeSpan" }, Arguments: { Length: > 0 } parts }
            && parts.All(p => IsZero(p.Value.Unwrap())));

    private static bool IsTime(IParameterSymbol? parameter) =>
        parameter is not null
        && (parameter.Name.IndexOf("timeout", StringComparison.OrdinalIgnoreCase) >= 0 || parameter.Name.IndexOf("wait", StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>Whether a branch asks the result, or the local that holds it, if the guard was got.</summary>
    private static bool IsResultTested(IInvocationOperation call)
    {
        var body = BodyGraph.BodyOf(call);
        if (BodyGraph.Of(body) is not { } graph)
            return false;
        var locals = LocalValues.Around(body);
        return graph.Blocks.Any(b => b is { BranchValue: { Syntax: ExpressionSyntax } condition, ConditionalSuccessor: not null }
            && !IsOfUsing(condition) && locals.DependsOn(condition, o => o.Syntax == call.Syntax));
    }

    /// <summary>The null check with which a <c>using</c> disposes.</summary>
    private static bool IsOfUsing(IOperation condition) => condition is IIsNullOperation { IsImplicit: true };

    private static IOperation? HolderOf(IOperation value, Compilation compilation, int depth)
    {
        if (depth > 4)
            return null;
        switch (value.Unwrap())
        {
            case ILocalReferenceOperation local:
                return HolderOf(local, compilation, depth);
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } table }:
                return HolderOf(table, compilation, depth + 1);
            case IInvocationOperation { TargetMethod.Name: "GetOrAdd" or "GetValueOrDefault" or "TryGetValue" } call:
                return HolderOf(call.Instance ?? call.Arguments[0].Value, compilation, depth + 1);
            case IInvocationOperation call when Calls.Of(compilation).CertainTarget(call) is { IsAsync: false } target
                    && Bodies.Of(compilation).Of(target, CancellationToken.None) is { } body && OwnCode.Returned(body).Take(2).ToList() is [var only]:
                return HolderOf(only, compilation, depth + 1);
            case IPropertyReferenceOperation { Property.GetMethod: { } getter } when Bodies.Of(compilation).Of(getter, CancellationToken.None) is { } body:
                return OwnCode.Returned(body).Take(2).ToList() is [var returned] ? HolderOf(returned, compilation, depth + 1) : null;
            case IFieldReferenceOperation or IPropertyReferenceOperation or IInstanceReferenceOperation or IObjectCreationOperation:
                return value.Unwrap();
            default:
                return null;
        }
    }

    private static IOperation? HolderOf(ILocalReferenceOperation local, Compilation compilation, int depth)
    {
        // A gate that a table did not have is made on the spot and kept there.
        IOperation? found = null;
        foreach (var given in LocalValues.Around(local).Of(local.Local))
        {
            var value = given.Value.Unwrap();
            if (value is IObjectCreationOperation or IAssignmentOperation)
            {
                found ??= local;
                continue;
            }

            if (HolderOf(value, compilation, depth + 1) is not { } holder || (found is not (null or ILocalReferenceOperation) && !IsSame(found, holder)))
                return null;
            found = holder;
        }

        return found;
    }

    private static bool IsSame(IOperation left, IOperation right) =>
        SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(left), VariableWrites.Referenced(right));
}
