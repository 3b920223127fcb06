using Breakwater.Semantics;

namespace Breakwater.Flow;

/// <summary>Statements after which a loop takes no further turn.</summary>
internal static class LoopEnd
{
    /// <summary>
    /// Whether the last thing that a statement does ends the loop: <c>return</c>, <c>break</c>, or giving the flag in the loop's
    /// condition the constant that makes the condition false. Where a statement has two ends, both have to.
    /// </summary>
    public static bool IsBy(IOperation? statement, ILoopOperation loop) => statement switch
    {
        IBlockOperation block => IsBy(block.Operations.LastOrDefault(o => o is not ILocalFunctionOperation), loop),
        IReturnOperation { Kind: OperationKind.Return } or IBranchOperation => EndlessLoop.IsExitOf(loop, statement),
        IUsingOperation { Body: var inner } => IsBy(inner, loop),
        ILockOperation { Body: var inner } => IsBy(inner, loop),
        ITryOperation { Body: var inner } => IsBy(inner, loop),
        ILabeledOperation { Operation: var inner } => IsBy(inner, loop),
        IConditionalOperation { WhenTrue: var first, WhenFalse: { } second } => IsBy(first, loop) && IsBy(second, loop),
        IExpressionStatementOperation { Operation: ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: bool value }, Target: var target } } =>
            ConditionOf(loop) is { } condition && VariableWrites.Referenced(target) is { } flag && Outcome(condition, flag, value) == false,
        _ => false,
    };

    /// <summary>What decides before or after each turn whether there is another one.</summary>
    public static IOperation? ConditionOf(ILoopOperation loop) => loop switch
    {
        IWhileLoopOperation repeated => repeated.Condition,
        IForLoopOperation repeated => repeated.Condition,
        _ => null,
    };

    /// <summary>What a condition gives when a flag has a value; null where that depends on more.</summary>
    private static bool? Outcome(IOperation condition, ISymbol flag, bool value)
    {
        condition = condition.Unwrap();
        if (condition.ConstantValue is { HasValue: true, Value: bool constant })
            return constant;
        switch (condition)
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var operand }:
                return !Outcome(operand, flag, value);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And } both:
                return Outcome(both.LeftOperand, flag, value) & Outcome(both.RightOperand, flag, value);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or } either:
                return Outcome(either.LeftOperand, flag, value) | Outcome(either.RightOperand, flag, value);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison
                when Outcome(comparison.LeftOperand, flag, value) is { } left && Outcome(comparison.RightOperand, flag, value) is { } right:
                return left == right == (comparison.OperatorKind == BinaryOperatorKind.Equals);
            case IIsPatternOperation { Pattern: IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: bool expected } } } match:
                return Outcome(match.Value, flag, value) is { } tested ? tested == expected : null;
            default:
                return SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(condition), flag) ? value : null;
        }
    }
}
