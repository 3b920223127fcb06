using Breakwater.Semantics;

namespace Breakwater.Flow;

/// <summary>Whether work that a loop starts is over before the loop's next turn.</summary>
internal static class SameTurn
{
    /// <summary>
    /// Whether the task that <paramref name="start"/> gives is awaited, waited for, read by <c>Result</c>, or the thread joined, in
    /// the same turn of <paramref name="loop"/>: at once, through a local of the turn, or through an awaited <c>Task.WhenAll</c>.
    /// </summary>
    public static bool Awaits(IOperation start, ILoopOperation loop)
    {
        if (IsWaitedFor(start))
            return true;
        return LocalOf(start) is { } local && IsOf(local, loop)
            && loop.Body.Descendants().Any(o => o is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, local)
                && o.Syntax.SpanStart > start.Syntax.SpanStart && IsWaitedFor(reference));
    }

    /// <summary>Whether the code goes on only when this task, thread or lazy value is done.</summary>
    private static bool IsWaitedFor(IOperation work)
    {
        for (var current = work; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case IAwaitOperation:
                    return true;
                case IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation:
                case var collection when collection.IsCollectionExpression():
                    continue;
                case IPropertyReferenceOperation { Property.Name: "Result" or "Value" } property when property.Instance == current:
                    return true;
                case IInvocationOperation { TargetMethod.Name: "Wait" or "GetResult" or "Join" } call when call.Instance == current:
                    return true;
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter" or "AsTask" or "ContinueWith" or "WaitAsync" } call when call.Instance == current:
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { ContainingType.Name: "Task", Name: "WaitAll" or "WaitAny" } } }:
                    return true;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { ContainingType.Name: "Task", Name: "WhenAll" } } whenAll }:
                    return IsWaitedFor(whenAll);
                default:
                    return false;
            }
        }

        return false;
    }

    private static ILocalSymbol? LocalOf(IOperation start)
    {
        var value = start;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var declared } } => declared,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var assigned } } assignment when assignment.Value == value => assigned,
            _ => null,
        };
    }

    private static bool IsOf(ILocalSymbol local, ILoopOperation loop) =>
        local.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == loop.Syntax.SyntaxTree && loop.Body.Syntax.Span.Contains(r.Span));
}
