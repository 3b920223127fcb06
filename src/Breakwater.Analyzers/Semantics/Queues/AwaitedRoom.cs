using Breakwater.Flow;

namespace Breakwater.Semantics.Queues;

/// <summary>
/// Whether a channel was waited on for room before a write: the write is in the body of an <c>if</c> or <c>while</c> whose condition
/// awaits <c>WaitToWriteAsync</c>, or behind an <c>if (!await …)</c> that leaves. The room is for one item, so for the first write only.
/// </summary>
internal static class AwaitedRoom
{
    /// <param name="write">The write.</param>
    /// <param name="isSameQueue">Whether another call is made on the writer of the same channel.</param>
    public static bool Covers(IInvocationOperation write, Func<IInvocationOperation, bool> isSameQueue)
    {
        for (IOperation current = write; current.Parent is { } parent and not (IAnonymousFunctionOperation or ILocalFunctionOperation); current = parent)
        {
            switch (parent)
            {
                case IConditionalOperation choice when choice.WhenTrue == current && Waits(choice.Condition):
                    return IsFirst(choice.WhenTrue, choice.Condition);
                case IWhileLoopOperation { ConditionIsTop: true, Condition: { } condition } loop when loop.Body == current && Waits(condition):
                    return IsFirst(loop.Body, condition);
                case IBlockOperation block when block.Operations.TakeWhile(o => o != current).LastOrDefault(IsGuard) is { } guard:
                    return IsFirst(block, guard);
                case ILoopOperation:
                    return false;
            }
        }

        return false;

        bool IsFirst(IOperation region, IOperation wait)
        {
            var graph = BodyGraph.Of(BodyGraph.BodyOf(write));
            return !region.Descendants().Any(o => o is IInvocationOperation { TargetMethod.Name: "TryWrite" or "WriteAsync" } earlier
                && earlier.Syntax.SpanStart > wait.Syntax.Span.End && earlier.Syntax.SpanStart < write.Syntax.SpanStart && isSameQueue(earlier) && graph?.Reaches(earlier, write) != false);
        }

        bool IsGuard(IOperation statement) =>
            statement is IConditionalOperation { Condition: IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not, WhenFalse: null, WhenTrue: var refused }
            && Waits(not.Operand)
            && (refused is IBlockOperation { Operations: var operations } ? operations.LastOrDefault() : refused) is IReturnOperation or IBranchOperation or IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation };

        bool Waits(IOperation condition) => condition.Unwrap() switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both => Waits(both.LeftOperand) || Waits(both.RightOperand),
            IAwaitOperation { Operation: var awaited } => awaited.DescendantsAndSelf().Any(o => o is IInvocationOperation { TargetMethod.Name: "WaitToWriteAsync" } wait && isSameQueue(wait)),
            _ => false,
        };
    }
}
