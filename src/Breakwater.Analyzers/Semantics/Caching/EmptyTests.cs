using Breakwater.Flow;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// Tests of whether a member is still empty: <c>f == null</c>, <c>f is null</c>, <c>f is not { }</c>, alone or joined to others by
/// <c>&amp;&amp;</c>. A test joined by <c>||</c> lets a full member through, so it is none.
/// </summary>
internal static class EmptyTests
{
    /// <summary>Whether an assignment to the member only runs while it is empty: inside such a test, or behind one that leaves the method.</summary>
    public static bool Guard(IOperation assignment, ISymbol member)
    {
        var body = BodyGraph.BodyOf(assignment);
        for (var current = assignment; current != body && current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case IConditionalOperation choice when current != choice.Condition && Says(choice.Condition, member, empty: choice.WhenTrue == current):
                case ICoalesceOperation coalesce when coalesce.WhenNull == current && Is(coalesce.Value, member):
                    return true;
                case IBlockOperation block when block.Operations.TakeWhile(o => o != current).OfType<IConditionalOperation>()
                        .Any(c => c.WhenFalse is null && Leaves(c.WhenTrue) && Says(c.Condition, member, empty: false)):
                    return true;
            }
        }

        // f = f ?? call: the assignment itself looks.
        return assignment is ISimpleAssignmentOperation { Value: var value } && value.Unwrap() is ICoalesceOperation { Value: var first } && Is(first, member);
    }

    /// <summary>Whether a reference is only compared with null.</summary>
    public static bool IsPartOfTest(IOperation reference)
    {
        var parent = reference.Parent;
        while (parent is IConversionOperation)
            parent = parent.Parent;
        return parent is IBinaryOperation or IIsPatternOperation;
    }

    private static bool Says(IOperation condition, ISymbol member, bool empty)
    {
        switch (condition.Unwrap())
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both when empty:
                return Says(both.LeftOperand, member, empty) || Says(both.RightOperand, member, empty);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison
                    when (comparison.OperatorKind == BinaryOperatorKind.Equals) == empty:
                return (Is(comparison.LeftOperand, member) && IsNull(comparison.RightOperand)) || (IsNull(comparison.LeftOperand) && Is(comparison.RightOperand, member));
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } negation:
                return Says(negation.Operand, member, !empty);
            case IIsPatternOperation match when Is(match.Value, member):
                return IsNullPattern(match.Pattern, empty);
            default:
                return false;
        }
    }

    private static bool IsNullPattern(IPatternOperation pattern, bool isNull) => pattern switch
    {
        IConstantPatternOperation { Value: var value } => isNull && IsNull(value),
        INegatedPatternOperation negation => IsNullPattern(negation.Pattern, !isNull),
        IRecursivePatternOperation { PropertySubpatterns.IsEmpty: true, DeconstructionSubpatterns.IsEmpty: true } => !isNull,
        _ => false,
    };

    private static bool IsNull(IOperation value) => value.Unwrap().ConstantValue is { HasValue: true, Value: null };

    private static bool Is(IOperation value, ISymbol member) => SymbolEqualityComparer.Default.Equals(SharedResults.MemberOf(value), member);

    private static bool Leaves(IOperation branch) => branch is IReturnOperation || branch is IBlockOperation { Operations: [.., IReturnOperation] };
}
