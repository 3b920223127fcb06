using Breakwater.Flow;

namespace Breakwater.Semantics.Queues;

/// <summary>What becomes of the answer of a write that can be refused.</summary>
internal enum WriteResult
{
    /// <summary>Nobody reads it, and the code does not say so.</summary>
    Ignored,

    /// <summary>Assigned to <c>_</c>, or to a variable that is never read.</summary>
    Discarded,

    /// <summary>Something is decided by it, or it is handed on.</summary>
    Read,
}

/// <summary>The answer of a write, seen from the call.</summary>
internal static class WriteResults
{
    public static WriteResult Of(IInvocationOperation call)
    {
        IOperation value = call;
        while (value.Parent is IConditionalAccessOperation or IConversionOperation or IParenthesizedOperation)
            value = value.Parent;

        return value.Parent switch
        {
            // An expression body of `void` and an action's lambda are such a statement, too.
            IExpressionStatementOperation or IForLoopOperation or null => WriteResult.Ignored,
            ISimpleAssignmentOperation { Target: IDiscardOperation } assignment when assignment.Value == value => WriteResult.Discarded,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation local, Parent: IExpressionStatementOperation } when !IsRead(local.Local, call) => WriteResult.Discarded,
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } when !IsRead(local, call) => WriteResult.Discarded,
            _ => WriteResult.Read,
        };
    }

    private static bool IsRead(ILocalSymbol local, IOperation call) => Enclosing.Root(call).Descendants().Any(o =>
        o is ILocalReferenceOperation { IsDeclaration: false } use && SymbolEqualityComparer.Default.Equals(use.Local, local)
        && !(use.Parent is ISimpleAssignmentOperation { Parent: IExpressionStatementOperation } assignment && assignment.Target == use));
}
