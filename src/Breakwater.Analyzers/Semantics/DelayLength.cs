using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>
/// How long a delay is, in milliseconds, where the code shows it: constants, the number of the attempt, arithmetic, <c>Math</c>,
/// <c>TimeSpan</c>, single-assignment locals and readonly fields. Of a choice it is the longest. Null when anything else decides.
/// </summary>
internal sealed class DelayLength
{
    private const int Deepest = 24;

    private readonly Compilation _compilation;
    private readonly double _attempt;
    private readonly Func<ISymbol, bool> _isAttempt;

    private DelayLength(Compilation compilation, double attempt, Func<ISymbol, bool> isAttempt)
    {
        _compilation = compilation;
        _attempt = attempt;
        _isAttempt = isAttempt;
    }

    /// <summary>The length of a value; a number counts as milliseconds.</summary>
    /// <param name="value">The value.</param>
    /// <param name="compilation">The compilation.</param>
    /// <param name="attempt">The number of the attempt.</param>
    /// <param name="isAttempt">Which variable holds it; by default none.</param>
    public static double? Of(IOperation value, Compilation compilation, double attempt = 1, Func<ISymbol, bool>? isAttempt = null) =>
        new DelayLength(compilation, attempt, isAttempt ?? (static _ => false)).Evaluate(value, 0);

    /// <summary>The longest of the delays that a delegate gives in so many attempts.</summary>
    public static double? OfDelegate(IOperation value, Compilation compilation, double attempts)
    {
        if (FixedDelays.Of(compilation).CodeOf(value) is not { } code)
            return null;
        var returned = OwnCode.Returned(code.Body).ToList();
        return Longest(new[] { 1, attempts }.SelectMany(n => returned.Select(r => Of(r, compilation, n, s => s is IParameterSymbol { Type.SpecialType: SpecialType.System_Int32 } p
            && code.Parameters.Contains(p, SymbolEqualityComparer.Default)))));
    }

    private static double? Longest(IEnumerable<double?> lengths)
    {
        double? longest = null;
        foreach (var length in lengths)
        {
            if (length is null)
                return null;
            longest = Math.Max(longest ?? double.MinValue, length.Value);
        }

        return longest;
    }

    private double? Evaluate(IOperation value, int depth)
    {
        if (depth > Deepest)
            return null;
        depth++;
        value = value.Unwrap();
        if (value.ConstantValue is { HasValue: true, Value: var constant })
            return constant is IConvertible and not (string or bool) ? Convert.ToDouble(constant, CultureInfo.InvariantCulture) : null;
        switch (value)
        {
            case IConversionOperation conversion:
                return Evaluate(conversion.Operand, depth);
            case IParameterReferenceOperation { Parameter: var parameter }:
                return _isAttempt(parameter) ? _attempt : null;
            case ILocalReferenceOperation { Local: var local }:
                return _isAttempt(local) ? _attempt : LocalValues.Around(value).Single(local) is { } only ? Evaluate(only, depth) : null;
            case IIncrementOrDecrementOperation step:
                return Evaluate(step.Target, depth);
            case IPropertyReferenceOperation { Property.Name: "AttemptNumber", Instance: IParameterReferenceOperation }:
                return _attempt;
            case IMemberReferenceOperation { Member: { ContainingType.Name: "TimeSpan" } member } reference:
                return OfTimeSpan(member, reference.Instance, depth);
            case IFieldReferenceOperation { Field: { IsReadOnly: true } field } when AssignedValues.Direct(field, _compilation, CancellationToken.None).Values is [var initial]:
                return Evaluate(initial, depth);
            case IPropertyReferenceOperation { Property: { Name: "Value", ContainingType.Name: "Nullable" }, Instance: { } nullable }:
                return Evaluate(nullable, depth);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus } minus:
                return -Evaluate(minus.Operand, depth);
            case IBinaryOperation binary:
                return OfBinary(binary, Evaluate(binary.LeftOperand, depth), Evaluate(binary.RightOperand, depth));
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                return Longest([Evaluate(choice.WhenTrue, depth), Evaluate(whenFalse, depth)]);
            case ISwitchExpressionOperation choice:
                return Longest(choice.Arms.Where(a => a.Value.Unwrap() is not IThrowOperation).Select(a => Evaluate(a.Value, depth)));
            case IAwaitOperation awaited:
                return Evaluate(awaited.Operation, depth);
            case IObjectCreationOperation { Type.Name: "TimeSpan", Arguments: var parts }:
                return OfParts(parts, depth);
            case IObjectCreationOperation { Type.Name: "ValueTask" or "Nullable", Arguments: [var wrapped] }:
                return Evaluate(wrapped.Value, depth);
            case IInvocationOperation call:
                return OfCall(call, depth);
            default:
                return null;
        }
    }

    private double? OfTimeSpan(ISymbol member, IOperation? instance, int depth) => member.Name switch
    {
        "Zero" => 0,
        "MaxValue" => double.MaxValue,
        "TotalMilliseconds" when instance is not null => Evaluate(instance, depth),
        "TotalSeconds" when instance is not null => Evaluate(instance, depth) / 1000,
        "Ticks" when instance is not null => Evaluate(instance, depth) * TimeSpan.TicksPerMillisecond,
        _ => null,
    };

    private static double? OfBinary(IBinaryOperation binary, double? left, double? right) => binary.OperatorKind switch
    {
        BinaryOperatorKind.Add => left + right,
        BinaryOperatorKind.Subtract => left - right,
        BinaryOperatorKind.Multiply => left * right,
        BinaryOperatorKind.Divide when right is not 0 => left / right,
        BinaryOperatorKind.Remainder when right is not 0 => left % right,
        BinaryOperatorKind.LeftShift => right is >= 0 and < 63 ? left * Math.Pow(2, right.Value) : null,
        _ => null,
    };

    private double? OfCall(IInvocationOperation call, int depth)
    {
        var method = call.TargetMethod;
        var values = call.Arguments.Select(a => Evaluate(a.Value, depth)).ToList();
        switch (method.ContainingType?.Name)
        {
            case "TimeSpan" when method.IsStatic && method.Name.StartsWith("From", StringComparison.Ordinal):
                return UnitOf(method.Name.Substring(4)) is { } unit && call.Arguments.Length > 0
                    ? call.Arguments[0].Parameter?.Name == "value" ? values[0] * unit : OfParts(call.Arguments, depth)
                    : null;
            case "TimeSpan" when call.Instance is { } instance && values is [var operand]:
                var length = Evaluate(instance, depth);
                return method.Name switch
                {
                    "Add" => length + operand,
                    "Subtract" => length - operand,
                    "Multiply" => length * operand,
                    "Divide" when operand is not 0 => length / operand,
                    _ => null,
                };
            case "Math" or "MathF" when values.All(v => v is not null):
                return (method.Name, values) switch
                {
                    ("Pow", [{ } x, { } y]) => Math.Pow(x, y),
                    ("Min", [{ } x, { } y]) => Math.Min(x, y),
                    ("Max", [{ } x, { } y]) => Math.Max(x, y),
                    ("Exp", [{ } x]) => Math.Exp(x),
                    ("Sqrt", [{ } x]) => Math.Sqrt(x),
                    ("Abs", [{ } x]) => Math.Abs(x),
                    ("Round" or "Floor" or "Ceiling" or "Truncate", [{ } x, ..]) => x,
                    _ => null,
                };
            case "Task" or "ValueTask" when method.Name == "FromResult":
                return values[0];
            default:
                return null;
        }
    }

    private double? OfParts(ImmutableArray<IArgumentOperation> parts, int depth)
    {
        double? sum = 0;
        foreach (var part in parts)
            sum += part.Parameter?.Name is { Length: > 0 } name && UnitOf(name) is { } unit ? Evaluate(part.Value, depth) * unit : null;
        return sum;
    }

    private static double? UnitOf(string name) => name.ToUpperInvariant() switch
    {
        "DAYS" => 86_400_000,
        "HOURS" => 3_600_000,
        "MINUTES" => 60_000,
        "SECONDS" => 1_000,
        "MILLISECONDS" => 1,
        "MICROSECONDS" => 0.001,
        "TICKS" => 0.0001,
        _ => null,
    };
}
