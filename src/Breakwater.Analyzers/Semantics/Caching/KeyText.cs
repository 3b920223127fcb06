namespace Breakwater.Semantics.Caching;

/// <summary>The expressions that put a text together: interpolation, a whole sum, <c>Concat</c>, <c>Format</c>, <c>Join</c>, and the appending of Redis keys.</summary>
internal static class KeyText
{
    /// <summary>Whether an operation is such an expression; a sum inside a sum is a part of it.</summary>
    public static bool Is(IOperation operation) => operation switch
    {
        IInterpolatedStringOperation => true,
        IBinaryOperation sum => IsSum(sum) && !IsSum(Outside(sum)),
        IInvocationOperation { TargetMethod: { Name: "Concat" or "Format" or "Join", ContainingType.SpecialType: SpecialType.System_String } } => true,
        IInvocationOperation { TargetMethod: { Name: "Append" or "Prepend", ContainingType.Name: "RedisKey" } } => true,
        _ => false,
    };

    /// <summary>Whether two values may stand side by side in the text, judged by its shape.</summary>
    public static bool MayRunTogether(IOperation operation) => operation switch
    {
        IInterpolatedStringOperation { Parts: var parts } => parts.Zip(parts.Skip(1), (left, right) => !IsText(left) && !IsText(right)).Any(both => both),
        IBinaryOperation sum when Is(sum) => Summands(sum) is var pieces
            && pieces.Zip(pieces.Skip(1), (left, right) => !left.ConstantValue.HasValue && !right.ConstantValue.HasValue).Any(both => both),
        IInvocationOperation { TargetMethod.Name: "Format" } format when Is(format) =>
            format.Argument("format")?.Value.ConstantValue is not { HasValue: true, Value: string text } || text.IndexOf("}{", StringComparison.Ordinal) >= 0,
        IInvocationOperation { TargetMethod.Name: "Join" } join when Is(join) =>
            join.Argument("separator")?.Value.ConstantValue is not { HasValue: true, Value: char or string { Length: > 0 } },
        IInvocationOperation => Is(operation),
        _ => false,
    };

    /// <summary>The expression of this kind that a piece of text stands in; null when it stands in none.</summary>
    public static IOperation? Around(IOperation piece)
    {
        for (var current = piece.Parent; current is not (null or IBlockOperation or IAnonymousFunctionOperation); current = current.Parent)
        {
            if (Is(current))
                return current;
        }

        return null;
    }

    /// <summary>The operands of a sum of sums, in order.</summary>
    public static ImmutableArray<IOperation> Summands(IOperation sum)
    {
        var found = ImmutableArray.CreateBuilder<IOperation>();
        var open = new Stack<IOperation>();
        open.Push(sum);
        while (open.Count > 0)
        {
            var current = open.Pop();
            if (current.Unwrap() is IBinaryOperation both && IsSum(both))
            {
                open.Push(both.RightOperand);
                open.Push(both.LeftOperand);
            }
            else
            {
                found.Add(current);
            }
        }

        return found.ToImmutable();
    }

    private static bool IsText(IInterpolatedStringContentOperation part) => part is IInterpolatedStringTextOperation
        or IInterpolatedStringAppendOperation { AppendCall: IInvocationOperation { TargetMethod.Name: "AppendLiteral" } };

    private static bool IsSum(IOperation? operation) =>
        operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String, ConstantValue.HasValue: false };

    private static IOperation? Outside(IOperation operation)
    {
        var outside = operation.Parent;
        while (outside is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
            outside = outside.Parent;
        return outside;
    }
}
