using Breakwater.Flow;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// Which locals of a body hold the very object that a cache read gave: through casts, <c>as</c>, patterns, <c>??</c>, awaits, <c>out</c>
/// and other locals, not through copies. A wrapper counts only when it hands the object on as it is.
/// </summary>
internal static class CachedObject
{
    /// <summary>The locals that receive what <paramref name="read"/> gives, if a wrapper does not copy it first.</summary>
    public static IEnumerable<ILocalSymbol> Holders(CacheOperation read, IOperation body, Compilation compilation)
    {
        if (!IsHandedOn(read, compilation))
            yield break;
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var operation in OwnCode.Of(body))
        {
            var local = operation switch
            {
                ILocalReferenceOperation reference => reference.Local,
                IVariableDeclaratorOperation declarator => declarator.Symbol,
                _ => null,
            };
            if (local is { Type.IsReferenceType: true } && seen.Add(local) && IsHolder(local, read.Operation, body, 0))
                yield return local;
        }
    }

    private static bool IsHolder(ILocalSymbol local, IOperation read, IOperation body, int depth) =>
        LocalValues.Around(body).Of(local).Any(given => given.How switch
        {
            LocalValues.How.ByReference => given.Value.Syntax == read.Syntax,
            LocalValues.How.Assigned => Is(given.Value, read, body, depth),
            _ => false,
        });

    /// <summary>Whether a value is what was read.</summary>
    private static bool Is(IOperation value, IOperation read, IOperation body, int depth)
    {
        var operation = value.Unwrap();
        if (operation.Syntax == read.Syntax)
            return operation.Type?.SpecialType != SpecialType.System_Boolean;
        return depth < 8 && operation switch
        {
            IAwaitOperation awaited => Is(awaited.Operation, read, body, depth + 1),
            IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter" or "GetResult" or "AsTask", Instance: { } task } => Is(task, read, body, depth + 1),
            IPropertyReferenceOperation { Property: { Name: "Result", ContainingType: var container }, Instance: { } task } when Data.IoCalls.IsTaskLike(container) => Is(task, read, body, depth + 1),
            ICoalesceOperation choice => Is(choice.Value, read, body, depth + 1) || Is(choice.WhenNull, read, body, depth + 1),
            IConditionalOperation { WhenFalse: { } whenFalse } choice => Is(choice.WhenTrue, read, body, depth + 1) || Is(whenFalse, read, body, depth + 1),
            ISimpleAssignmentOperation assignment => Is(assignment.Value, read, body, depth + 1),
            ILocalReferenceOperation local => IsHolder(local.Local, read, body, depth + 1),
            _ => false,
        };
    }

    private static bool IsHandedOn(CacheOperation read, Compilation compilation)
    {
        if (!read.IsWrapped)
            return true;
        if (read.Operation is not IInvocationOperation call || Calls.Of(compilation).CertainTarget(call) is not { } target
            || Bodies.Of(compilation).Of(target, CancellationToken.None) is not { } body
            || CacheCalls.Of(compilation)?.In(BodyGraph.BodyOf(body)) is not [var inner])
            return false;
        var returned = OwnCode.Returned(body).Where(v => !v.ConstantValue.HasValue && v.Unwrap() is not (IDefaultValueOperation or ILiteralOperation)).ToList();
        return returned.Count > 0 && IsHandedOn(inner, compilation)
            && returned.All(v => v.Unwrap().Syntax == inner.Operation.Syntax || Is(v, inner.Operation, BodyGraph.BodyOf(body), 0));
    }
}
