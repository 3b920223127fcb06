namespace Breakwater.Flow;

/// <summary>Whether a value decides where the code goes next: a condition, a <c>switch</c>, the left side of <c>&amp;&amp;</c> or <c>||</c>; through locals, in all of the member around it.</summary>
internal static class Decisions
{
    /// <summary>Whether some branch depends on <paramref name="value"/>.</summary>
    public static bool DependOn(IOperation value)
    {
        var locals = LocalValues.Around(value);
        return Semantics.Enclosing.Root(value).DescendantsAndSelf()
            .Any(o => ConditionOf(o) is { } condition && locals.DependsOn(condition, part => part.Syntax == value.Syntax));
    }

    private static IOperation? ConditionOf(IOperation operation) => operation switch
    {
        IConditionalOperation choice => choice.Condition,
        IWhileLoopOperation loop => loop.Condition,
        IForLoopOperation loop => loop.Condition,
        ISwitchOperation choice => choice.Value,
        ISwitchExpressionOperation choice => choice.Value,
        ISwitchExpressionArmOperation arm => arm.Guard,
        ICatchClauseOperation handler => handler.Filter,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } both => both.LeftOperand,
        _ => null,
    };
}
