namespace Breakwater.Semantics;

/// <summary>
/// The length of a time span that the code writes out: <c>TimeSpan.FromMinutes(5)</c>, <c>new TimeSpan(1, 0, 0)</c>,
/// <c>TimeSpan.Zero</c>, through locals and initialised readonly fields. Null for every other expression.
/// </summary>
internal static class Durations
{
    /// <summary>The length, or null when it is not a constant in sight.</summary>
    public static TimeSpan? Of(IOperation value, Compilation compilation) => Of(value, compilation, 4);

    private static TimeSpan? Of(IOperation value, Compilation compilation, int levels)
    {
        value = value.Unwrap();
        switch (value)
        {
            case IInvocationOperation { TargetMethod: { IsStatic: true, ContainingType: var type } method } call when IsTimeSpan(type) && method.Name.StartsWith("From", StringComparison.Ordinal):
                return Sum(call.Arguments, method.Name.Substring(4));
            case IObjectCreationOperation creation when IsTimeSpan(creation.Type):
                return Sum(creation.Arguments, "Ticks");
            case IFieldReferenceOperation { Field: { Name: "Zero", ContainingType: var type } } when IsTimeSpan(type):
                return TimeSpan.Zero;
            case IFieldReferenceOperation { Field: { IsReadOnly: true } field } when levels > 0 && Initial(field) is { } initialiser:
                return Bodies.Of(compilation).Of(initialiser, CancellationToken.None) is { } initial ? Of(initial, compilation, levels - 1) : null;
            case ILocalReferenceOperation local when levels > 0 && Flow.LocalValues.Around(local).Single(local.Local) is { } only:
                return Of(only, compilation, levels - 1);
            default:
                return null;
        }
    }

    private static bool IsTimeSpan(ITypeSymbol? type) => type is { Name: "TimeSpan", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    private static ExpressionSyntax? Initial(IFieldSymbol field) =>
        field.DeclaringSyntaxReferences.Select(r => r.GetSyntax()).OfType<VariableDeclaratorSyntax>().FirstOrDefault()?.Initializer?.Value;

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
