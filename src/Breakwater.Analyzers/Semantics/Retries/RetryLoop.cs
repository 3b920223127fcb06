using Breakwater.Flow;
using Breakwater.Semantics.Data;

namespace Breakwater.Semantics.Retries;

/// <summary>
/// A loop that tries the same remote call a counted number of times: it holds a <c>try</c> with a network or database call that leaves
/// the loop when it succeeds, counts its turns and compares the count. A loop that polls without end, and one whose count picks what is
/// called next, is none.
/// </summary>
internal sealed class RetryLoop
{
    private RetryLoop(ILoopOperation loop, ImmutableHashSet<ISymbol> counters, double? limit)
    {
        Loop = loop;
        Counters = counters;
        Limit = limit;
    }

    public ILoopOperation Loop { get; }

    /// <summary>The variables that count the turns.</summary>
    public ImmutableHashSet<ISymbol> Counters { get; }

    /// <summary>What the count is compared with; null when that is no constant.</summary>
    public double? Limit { get; }

    /// <summary>The retry loop in which an operation waits for the next turn: in a <c>catch</c> around the call, or after it. Null when there is none.</summary>
    public static RetryLoop? Around(IOperation wait, Compilation compilation)
    {
        if (Nearest(wait) is not { } loop)
            return null;
        var own = OwnCode.Of(loop).ToList();
        foreach (var attempt in own.OfType<ITryOperation>())
        {
            if (Nearest(attempt) != loop || !WaitsFor(attempt, wait) || !Leaves(attempt, loop))
                continue;
            var calls = OwnCode.AndSelf(attempt.Body).Where(o => Loads.Of(compilation).IsRemoteIo(o)).ToList();
            if (calls.Count == 0 || CountersOf(own) is not { IsEmpty: false } counters || calls.Any(c => Mentions(c, counters)))
                continue;
            var limits = own.OfType<IOperation>().Where(o => IsDecisive(o, loop)).Select(o => LimitIn(o, counters)).Where(l => l is not null).ToList();
            if (limits.Count > 0)
                return new(loop, counters, limits.Select(l => DelayLength.Of(l!, compilation)).Max());
        }

        return null;
    }

    /// <summary>Whether the wait stands in a handler of the attempt, or later in the turn.</summary>
    private static bool WaitsFor(ITryOperation attempt, IOperation wait) =>
        attempt.Catches.Any(c => c.Syntax.Span.Contains(wait.Syntax.Span)) || wait.Syntax.SpanStart >= attempt.Syntax.Span.End;

    /// <summary>Whether success ends the loop: from inside the attempt, or right after it where every handler goes on to the next turn.</summary>
    private static bool Leaves(ITryOperation attempt, ILoopOperation loop)
    {
        if (OwnCode.Of(attempt.Body).Any(o => IsExit(o, loop)))
            return true;
        return attempt.Parent is IBlockOperation block
            && block.Operations.SkipWhile(o => o != attempt).Skip(1).FirstOrDefault() is { } next && IsExit(next, loop)
            && attempt.Catches.All(c => c.Handler.Operations.LastOrDefault() is IBranchOperation { BranchKind: BranchKind.Continue } or IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation });
    }

    private static bool IsExit(IOperation operation, ILoopOperation loop) => operation switch
    {
        IReturnOperation { Kind: OperationKind.Return } => true,
        IBranchOperation { BranchKind: BranchKind.Break, Target: var target } => SymbolEqualityComparer.Default.Equals(target, loop.ExitLabel),
        _ => false,
    };

    private static ImmutableHashSet<ISymbol> CountersOf(IEnumerable<IOperation> code)
    {
        var counters = ImmutableHashSet.CreateBuilder<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var operation in code)
        {
            var target = operation switch
            {
                IIncrementOrDecrementOperation step => step.Target,
                ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract, Value.ConstantValue.HasValue: true } change => change.Target,
                ISimpleAssignmentOperation { Target: var counted, Value: IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract, RightOperand.ConstantValue.HasValue: true } sum }
                    when VariableWrites.Referenced(sum.LeftOperand.Unwrap()) is { } same && SymbolEqualityComparer.Default.Equals(same, VariableWrites.Referenced(counted)) => counted,
                _ => null,
            };
            if (target?.Type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Int16 or SpecialType.System_Byte or SpecialType.System_UInt32
                && VariableWrites.Referenced(target) is { } counter)
                counters.Add(counter);
        }

        return counters.ToImmutable();
    }

    /// <summary>Whether a comparison decides about another turn: in the loop's condition, in a handler, or before leaving the loop.</summary>
    private static bool IsDecisive(IOperation comparison, ILoopOperation loop)
    {
        if (comparison is not (IBinaryOperation or IIsPatternOperation))
            return false;
        for (IOperation current = comparison; current != loop && current.Parent is { } parent; current = parent)
        {
            if (parent is ICatchClauseOperation
                || (parent == loop && current != loop.Body)
                || (parent is IConditionalOperation choice && choice.Condition == current
                    && OwnCode.AndSelf(choice.WhenTrue).Any(o => o is IThrowOperation || IsExit(o, loop))))
                return true;
        }

        return false;
    }

    /// <summary>What a comparison compares a counter with; null when it compares something else.</summary>
    private static IOperation? LimitIn(IOperation comparison, ImmutableHashSet<ISymbol> counters) => comparison switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } binary =>
            IsCounter(binary.LeftOperand, counters) && IsLimit(binary.RightOperand) ? binary.RightOperand
                : IsCounter(binary.RightOperand, counters) && IsLimit(binary.LeftOperand) ? binary.LeftOperand : null,
        IIsPatternOperation { Value: var value, Pattern: IRelationalPatternOperation { Value: var bound } } when IsCounter(value, counters) => bound,
        IIsPatternOperation { Value: var value, Pattern: IConstantPatternOperation { Value: var bound } } when IsCounter(value, counters) => bound,
        _ => null,
    };

    private static bool IsCounter(IOperation value, ImmutableHashSet<ISymbol> counters) => value.Unwrap() switch
    {
        IIncrementOrDecrementOperation step => IsCounter(step.Target, counters),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract, RightOperand.ConstantValue.HasValue: true } sum => IsCounter(sum.LeftOperand, counters),
        var variable => VariableWrites.Referenced(variable) is { } symbol && counters.Contains(symbol),
    };

    private static bool IsLimit(IOperation value) =>
        value.ConstantValue.HasValue || value.Unwrap() switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } sum => IsLimit(sum.LeftOperand) && IsLimit(sum.RightOperand),
            var limit => limit is IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation or ILocalReferenceOperation,
        };

    private static bool Mentions(IOperation call, ImmutableHashSet<ISymbol> counters) =>
        call.DescendantsAndSelf().Any(o => VariableWrites.Referenced(o) is { } symbol && counters.Contains(symbol));

    private static ILoopOperation? Nearest(IOperation operation)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
        {
            if (current is ILoopOperation loop)
                return loop;
        }

        return null;
    }
}
