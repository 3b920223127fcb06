namespace Breakwater.Semantics;

/// <summary>Lengths of time that the source fixes: constants, <c>TimeSpan</c> factories and constructors of constants, <c>Now.AddHours(1)</c>.</summary>
internal static class Durations
{
    private const int Deepest = 4;

    /// <summary>How long it is, followed through locals that are assigned once and readonly members; null when the source does not say.</summary>
    public static TimeSpan? Of(IOperation value, Compilation compilation) => Of(value, compilation, 0);

    private static TimeSpan? Of(IOperation value, Compilation compilation, int depth)
    {
        while (value is IConversionOperation or IParenthesizedOperation)
            value = value is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)value).Operand;
        switch (value)
        {
            case IInvocationOperation { TargetMethod: { ContainingType.Name: "TimeSpan", IsStatic: true } } factory:
                return Unit(factory.TargetMethod.Name, "From") is { } unit && Numbers(factory.Arguments) is { Length: > 0 } amounts && amounts.Skip(1).All(rest => rest == 0)
                    ? Times(unit, amounts[0])
                    : null;
            case IInvocationOperation { TargetMethod.ContainingType.Name: "DateTime" or "DateTimeOffset", Instance: IPropertyReferenceOperation { Property.Name: "Now" or "UtcNow" } } added:
                return Unit(added.TargetMethod.Name, "Add") is { } step && Numbers(added.Arguments) is [var steps] ? Times(step, steps) : null;
            case IObjectCreationOperation { Type.Name: "TimeSpan" } creation when Numbers(creation.Arguments) is { } parts:
                return parts.Length switch
                {
                    1 => Times(TimeSpan.FromTicks(1), parts[0]),
                    3 => Times(TimeSpan.FromSeconds(1), (((parts[0] * 60) + parts[1]) * 60) + parts[2]),
                    4 => Times(TimeSpan.FromSeconds(1), (((((parts[0] * 24) + parts[1]) * 60) + parts[2]) * 60) + parts[3]),
                    _ => null,
                };
            case ILocalReferenceOperation local when depth < Deepest && Flow.LocalValues.Around(local).Single(local.Local) is { } only:
                return Of(only, compilation, depth + 1);
            case IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: "TimeSpan" } }:
                return TimeSpan.Zero;
            case IFieldReferenceOperation { Field: { IsReadOnly: true } field } when depth < Deepest:
                return Initial(field, compilation) is { } initial ? Of(initial, compilation, depth + 1) : null;
            case IPropertyReferenceOperation { Property: { SetMethod: null } property } when depth < Deepest:
                return Initial(property, compilation) is { } got ? Of(got, compilation, depth + 1) : null;
            default:
                return null;
        }
    }

    private static TimeSpan? Unit(string method, string prefix) => method.StartsWith(prefix, StringComparison.Ordinal)
        ? method.Substring(prefix.Length) switch
        {
            "Days" => TimeSpan.FromDays(1),
            "Hours" => TimeSpan.FromHours(1),
            "Minutes" => TimeSpan.FromMinutes(1),
            "Seconds" => TimeSpan.FromSeconds(1),
            "Milliseconds" => TimeSpan.FromMilliseconds(1),
            "Ticks" => TimeSpan.FromTicks(1),
            _ => null,
        }
        : null;

    private static TimeSpan? Times(TimeSpan unit, double amount)
    {
        var ticks = unit.Ticks * amount;
        return ticks is >= long.MinValue and <= (double)(long.MaxValue / 2) ? TimeSpan.FromTicks((long)ticks) : TimeSpan.MaxValue;
    }

    private static double[]? Numbers(ImmutableArray<IArgumentOperation> arguments)
    {
        var numbers = new double[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Value.ConstantValue is not { HasValue: true, Value: IConvertible number and not string })
                return null;
            numbers[i] = number.ToDouble(CultureInfo.InvariantCulture);
        }

        return numbers;
    }

    private static IOperation? Initial(ISymbol member, Compilation compilation)
    {
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            var expression = reference.GetSyntax() switch
            {
                VariableDeclaratorSyntax { Initializer.Value: var value } => value,
                PropertyDeclarationSyntax { Initializer.Value: var value } => value,
                PropertyDeclarationSyntax { ExpressionBody.Expression: var value } => value,
                _ => null,
            };
            if (expression is not null)
                return Bodies.Of(compilation).Of(expression, CancellationToken.None);
        }

        return null;
    }
}
