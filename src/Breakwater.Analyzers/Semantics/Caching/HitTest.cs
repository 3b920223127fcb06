using Breakwater.Flow;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// Where a body branches on the result of a cache read, and which side is the miss: null checks, patterns, <c>TryGetValue</c>,
/// <c>HasValue</c>, <c>IsNullOrEmpty</c>, lengths, <c>??</c>, through locals.
/// </summary>
internal sealed class HitTest
{
    private readonly BodyGraph? _graph;
    private readonly IOperation _read;
    private readonly LocalValues _locals;

    private HitTest(BodyGraph? graph, IOperation read, LocalValues locals)
    {
        _graph = graph;
        _read = read;
        _locals = locals;
    }

    private enum Outcome
    {
        /// <summary>Says nothing of the read.</summary>
        Unrelated,

        /// <summary>Depends on what was read, in a way that names neither side.</summary>
        Unclear,
        Hit,
        Miss,
    }

    public static HitTest Of(IOperation body, IOperation read) => new(BodyGraph.Of(body), read, LocalValues.Around(body));

    /// <summary>Whether a miss leads to the operation and a hit does not. False when the read's result decides nothing.</summary>
    public bool OnlyMissReaches(IOperation operation)
    {
        if (_graph is null)
            return false;

        var isDecided = false;
        foreach (var block in _graph.Blocks)
        {
            if (Sides(block) is not { } sides)
                continue;
            if (sides.Miss.Destination is { } miss && _graph.Reaches(miss, operation))
                isDecided = true;
            if (sides.Hit.Destination is { } hit && _graph.Reaches(hit, operation, b => AfterHit(b, operation)))
                return false;
        }

        return isDecided;
    }

    /// <summary>
    /// The way on after a hit. A second test of what was read, or another condition of the same <c>&amp;&amp;</c>, refines the hit: the
    /// side that leaves without the load is the hit.
    /// </summary>
    private IEnumerable<ControlFlowBranch> AfterHit(BasicBlock block, IOperation operation)
    {
        if (Sides(block) is { } sides)
            return [sides.Hit];
        if (block is { BranchValue: { } condition, ConditionalSuccessor: { } conditional, FallThroughSuccessor: { } fallThrough }
            && (Judge(condition) == Outcome.Unclear || IsInTheSameCondition(condition)))
        {
            var one = conditional.Destination is { } d1 && _graph!.Reaches(d1, operation);
            var two = fallThrough.Destination is { } d2 && _graph!.Reaches(d2, operation);
            if (one != two)
                return [one ? fallThrough : conditional];
        }

        return BodyGraph.Branches(block);
    }

    private bool IsInTheSameCondition(IOperation condition)
    {
        foreach (var block in _graph!.Blocks)
        {
            if (block.BranchValue is { } other && other != condition && Sides(block) is not null
                && ConditionAround(other.Syntax) is { } around && around == ConditionAround(condition.Syntax))
                return true;
        }

        return false;
    }

    private static SyntaxNode? ConditionAround(SyntaxNode syntax)
    {
        for (var node = syntax; node is not null; node = node.Parent)
        {
            if (node.Parent is IfStatementSyntax choice && choice.Condition == node)
                return node;
            if (node.Parent is ConditionalExpressionSyntax conditional && conditional.Condition == node)
                return node;
            if (node is StatementSyntax)
                return null;
        }

        return null;
    }

    private (ControlFlowBranch Hit, ControlFlowBranch Miss)? Sides(BasicBlock block)
    {
        if (block is not { BranchValue: { } condition, ConditionalSuccessor: { } conditional, FallThroughSuccessor: { } fallThrough })
            return null;
        var whenTrue = block.ConditionKind == ControlFlowConditionKind.WhenTrue ? conditional : fallThrough;
        var whenFalse = block.ConditionKind == ControlFlowConditionKind.WhenTrue ? fallThrough : conditional;
        return Judge(condition) switch
        {
            Outcome.Hit => (whenTrue, whenFalse),
            Outcome.Miss => (whenFalse, whenTrue),
            _ => null,
        };
    }

    /// <summary>What it means for the read that a condition is true.</summary>
    private Outcome Judge(IOperation condition, int depth = 0)
    {
        condition = condition.Unwrap();
        switch (condition)
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return Invert(Judge(not.Operand, depth));
            case IAwaitOperation awaited when Judge(awaited.Operation, depth) is Outcome.Hit:
                return Outcome.Hit;
            case IInvocationOperation call when IsRead(call) && IsBoolean(call.Type):
                return Outcome.Hit;
            case ILocalReferenceOperation local when IsBoolean(local.Type) && depth < 4 && _locals.Single(local.Local) is { } only:
                return Judge(only, depth + 1);
            case IIsNullOperation isNull when Refers(isNull.Operand):
                return Outcome.Miss;
            case IPropertyReferenceOperation { Property.Name: "HasValue", Instance: { } instance } when Refers(instance):
                return Outcome.Hit;
            case IPropertyReferenceOperation { Property.Name: "IsNull" or "IsNullOrEmpty" or "IsEmpty" or "IsDefault" or "IsDefaultOrEmpty", Instance: { } instance } when Refers(instance):
                return Outcome.Miss;
            case IInvocationOperation { TargetMethod: { Name: "IsNullOrEmpty" or "IsNullOrWhiteSpace" } } call when call.Arguments.Any(a => Refers(a.Value)):
                return Outcome.Miss;
            case IInvocationOperation { TargetMethod.Name: "Any" } call when call.Arguments.Any(a => Refers(a.Value)):
                return Outcome.Hit;
            case IBinaryOperation binary when Compare(binary, depth) is { } compared:
                return compared;
            case IIsPatternOperation match when Refers(match.Value) || Judge(match.Value, depth) != Outcome.Unrelated:
                return JudgePattern(match.Pattern, match.Value, depth);
            case IIsTypeOperation isType when Refers(isType.ValueOperand):
                return Outcome.Hit;
            default:
                return Refers(condition) ? Outcome.Unclear : Outcome.Unrelated;
        }
    }

    private Outcome? Compare(IBinaryOperation binary, int depth)
    {
        var (value, constant) = IsConstant(binary.RightOperand) ? (binary.LeftOperand, binary.RightOperand)
            : IsConstant(binary.LeftOperand) ? (binary.RightOperand, binary.LeftOperand) : (null, null);
        if (value is null || constant is null)
            return null;

        var isEqual = binary.OperatorKind is BinaryOperatorKind.Equals;
        var isDifferent = binary.OperatorKind is BinaryOperatorKind.NotEquals;
        var other = Constant(constant);
        if (other is bool flag && (isEqual || isDifferent))
            return flag == isEqual ? Judge(value, depth) : Invert(Judge(value, depth));
        if (!Refers(value))
            return null;
        if (other is null && (isEqual || isDifferent))
            return isEqual ? Outcome.Miss : Outcome.Hit;
        if (IsLength(value.Unwrap()) && other is 0)
            return isEqual ? Outcome.Miss : isDifferent || binary.OperatorKind == BinaryOperatorKind.GreaterThan ? Outcome.Hit : null;
        return null;
    }

    private Outcome JudgePattern(IPatternOperation pattern, IOperation value, int depth) => pattern switch
    {
        INegatedPatternOperation not => Invert(JudgePattern(not.Pattern, value, depth)),
        IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: null } } => Outcome.Miss,
        IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: bool flag } } => flag ? Judge(value, depth) : Invert(Judge(value, depth)),
        IDeclarationPatternOperation { MatchesNull: false } or IRecursivePatternOperation or ITypePatternOperation or IListPatternOperation => Outcome.Hit,
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } both =>
            JudgePattern(both.LeftPattern, value, depth) == Outcome.Hit || JudgePattern(both.RightPattern, value, depth) == Outcome.Hit ? Outcome.Hit : Outcome.Unclear,
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either =>
            JudgePattern(either.LeftPattern, value, depth) == Outcome.Miss || JudgePattern(either.RightPattern, value, depth) == Outcome.Miss ? Outcome.Miss : Outcome.Unclear,
        _ => Outcome.Unclear,
    };

    private static Outcome Invert(Outcome outcome) => outcome switch
    {
        Outcome.Hit => Outcome.Miss,
        Outcome.Miss => Outcome.Hit,
        _ => outcome,
    };

    /// <summary>Whether a value is what was read, or made from it; flow captures stand for what they captured.</summary>
    private bool Refers(IOperation value) => _locals.DependsOn(value, IsRead);

    private bool IsRead(IOperation operation) =>
        operation.Syntax == _read.Syntax
        || (operation is IFlowCaptureReferenceOperation reference && _graph!.CapturedBy(reference).Any(Refers));

    private static bool IsLength(IOperation value) => value is IPropertyReferenceOperation { Property.Name: "Length" or "Count" };

    private static bool IsBoolean(ITypeSymbol? type) => type?.SpecialType == SpecialType.System_Boolean;

    private static bool IsConstant(IOperation operation) => operation.Unwrap() is IDefaultValueOperation || operation.ConstantValue.HasValue || operation.Unwrap().ConstantValue.HasValue;

    private static object? Constant(IOperation operation) => operation.ConstantValue is { HasValue: true, Value: var value } ? value : operation.Unwrap().ConstantValue.Value;
}
