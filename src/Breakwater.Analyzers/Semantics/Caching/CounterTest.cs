using Breakwater.Flow;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Breakwater.Semantics.Caching;

/// <summary>Where a body compares a counter with a constant, and which side runs for its first values.</summary>
internal sealed class CounterTest(BodyGraph graph, IInvocationOperation counter)
{
    private readonly LocalValues _locals = LocalValues.Around(counter);

    /// <summary>The ways out of a block that compares: for a small counter (equal, at most, below), and for any other. Null for other blocks.</summary>
    public (BasicBlock Small, BasicBlock Large)? Sides(BasicBlock block)
    {
        if (block is not { BranchValue: { } condition, ConditionalSuccessor.Destination: { } conditional, FallThroughSuccessor.Destination: { } fallThrough }
            || IsSmallWhenTrue(condition, 0) is not { } isSmall)
            return null;
        return isSmall == (block.ConditionKind == ControlFlowConditionKind.WhenTrue) ? (conditional, fallThrough) : (fallThrough, conditional);
    }

    /// <summary>Whether a condition is such a comparison and holds for a small counter.</summary>
    public bool IsSmall(IOperation condition) => IsSmallWhenTrue(condition, 0) == true;

    private bool? IsSmallWhenTrue(IOperation condition, int depth)
    {
        switch (condition.Unwrap())
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return !IsSmallWhenTrue(not.Operand, depth);
            case IBinaryOperation { RightOperand.ConstantValue.HasValue: true } binary when IsCounter(binary.LeftOperand, 0):
                return IsSmall(binary.OperatorKind);
            case IBinaryOperation { LeftOperand.ConstantValue.HasValue: true } binary when IsCounter(binary.RightOperand, 0):
                return IsSmall(Mirrored(binary.OperatorKind));
            case IIsPatternOperation match when IsCounter(match.Value, 0):
                return IsSmall(match.Pattern);
            case ILocalReferenceOperation local when depth < 4 && _locals.Single(local.Local) is { } only:
                return IsSmallWhenTrue(only, depth + 1);
            default:
                return null;
        }
    }

    private static bool? IsSmall(IPatternOperation pattern) => pattern switch
    {
        INegatedPatternOperation not => !IsSmall(not.Pattern),
        IConstantPatternOperation => true,
        IRelationalPatternOperation relation => IsSmall(relation.OperatorKind),
        IBinaryPatternOperation both => IsSmall(both.LeftPattern) is { } left && left == IsSmall(both.RightPattern) ? left : null,
        _ => null,
    };

    private static bool? IsSmall(BinaryOperatorKind comparison) => comparison switch
    {
        BinaryOperatorKind.Equals or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual => true,
        BinaryOperatorKind.NotEquals or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual => false,
        _ => null,
    };

    private static BinaryOperatorKind Mirrored(BinaryOperatorKind comparison) => comparison switch
    {
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
        _ => comparison,
    };

    /// <summary>Whether a value is what the command answered: awaited, blocked on, converted, or kept in a local.</summary>
    private bool IsCounter(IOperation value, int depth)
    {
        var operation = value.Unwrap();
        if (operation.Syntax == counter.Syntax && operation is IInvocationOperation)
            return true;
        return depth < 8 && operation switch
        {
            IAwaitOperation awaited => IsCounter(awaited.Operation, depth + 1),
            ISimpleAssignmentOperation assignment => IsCounter(assignment.Value, depth + 1),
            IPropertyReferenceOperation { Property.Name: "Result", Instance: { } task } => IsCounter(task, depth + 1),
            IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter" or "GetResult", Instance: { } task } => IsCounter(task, depth + 1),
            ILocalReferenceOperation local => _locals.Of(local.Local).Any(g => g.How == LocalValues.How.Assigned && IsCounter(g.Value, depth + 1)),
            IFlowCaptureReferenceOperation reference => graph.CapturedBy(reference).Any(v => IsCounter(v, depth + 1)),
            _ => false,
        };
    }
}
