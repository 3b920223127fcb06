namespace Breakwater.Semantics;

/// <summary>
/// The length of time that the code writes out: <c>TimeSpan.FromMinutes(5)</c>, <c>new TimeSpan(1, 0, 0)</c>, <c>TimeSpan.Zero</c>,
/// <c>DateTime.Now.AddHours(1)</c>, through locals and initialised readonly members. Null for every other expression.
/// </summary>
internal static class Durations
{
    /// <summary>The length, or null when it is not a constant in sight.</summary>
    public static TimeSpan? Of(IOperation value, Compilation compilation) => Of(value, compilation, 4);

    private static TimeSpan? Of(IOperation value, Compilation compilation, int levels)
    {
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        switch (value.Unwrap())
        {
            case IInvocationOperation { TargetMethod: { IsStatic: true, ContainingType: var type } method } call when IsTimeSpan(type) && method.Name.StartsWith("From", StringComparison.Ordinal):
                return Sum(call.Arguments, method.Name.Substring(4));
            case IObjectCreationOperation creation when IsTimeSpan(creation.Type):
                return Sum(creation.Arguments, "Ticks");
            case IInvocationOperation { TargetMethod: { ContainingType.Name: "DateTime" or "DateTimeOffset" } step, Instance: IPropertyReferenceOperation { Property.Name: "Now" or "UtcNow" } } added
                when step.Name.StartsWith("Add", StringComparison.Ordinal):
                return Sum(added.Arguments, step.Name.Substring(3));
            case IFieldReferenceOperation { Field: { Name: "Zero", ContainingType: var type } } when IsTimeSpan(type):
                return TimeSpan.Zero;
            case IFieldReferenceOperation { Field: { IsReadOnly: true } } or IPropertyReferenceOperation { Property.SetMethod: null }
                when levels > 0 && Initial(((IMemberReferenceOperation)value.Unwrap()).Member) is { } initialiser:
                return Bodies.Of(compilation).Of(initialiser, CancellationToken.None) is { } initial ? Of(initial, compilation, levels - 1) : null;
            case ILocalReferenceOperation local when levels > 0 && Flow.LocalValues.Around(local).Single(local.Local) is { } only:
                return Of(only, compilation, levels - 1);
            default:
                return null;
        }
    }

    private static bool IsTimeSpan(ITypeSymbol? type) => type is { Name: "TimeSpan", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    private static ExpressionSyntax? Initial(ISymbol member) => member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() switch
    {
        VariableDeclaratorSyntax { Initializer.Value: var value } => value,
        PropertyDeclarationSyntax { Initializer.Value: var value } => value,
        PropertyDeclarationSyntax { ExpressionBody.Expression: var value } => value,
        _ => null,
    };

    private static TimeSpan? Sum(ImmutableArray<IArgumentOperation> arguments, string unit)
    {
        var ticks = 0.0;
        foreach (var argument in arguments)
        {
            if ((TicksPer(argument.Parameter?.Name ?? "") ?? TicksPer(unit)) is not { } each
                || argument.Value.Unwrap().ConstantValue is not { HasValue: true, Value: IConvertible constant and not string })
                return null;
            ticks += constant.ToDouble(CultureInfo.InvariantCulture) * each;
        }

        return ticks > -1e18 && ticks < 1e18 ? TimeSpan.FromTicks((long)ticks) : null;
    }

    private static double? TicksPer(string unit) => unit.ToUpperInvariant() switch
    {
        "DAYS" => TimeSpan.TicksPerDay,
        "HOURS" => TimeSpan.TicksPerHour,
        "MINUTES" => TimeSpan.TicksPerMinute,
        "SECONDS" => TimeSpan.TicksPerSecond,
        "MILLISECONDS" => TimeSpan.TicksPerMillisecond,
        "MICROSECONDS" => 10,
        "TICKS" => 1,
        _ => null,
    };
}
