namespace Breakwater.Semantics;

/// <summary>
/// One moment of the calendar that every machine computes alike: built only from <c>DateTime.Today</c>, <c>UtcNow.Date</c> and their like,
/// constants, and <c>Add…</c> of constants; through locals and one method or getter with a single <c>return</c>.
/// </summary>
internal static class WallClock
{
    private enum Part
    {
        Other,
        Constant,
        Moment,
    }

    /// <summary>Whether a value is such a moment; false when any part of it is not in sight.</summary>
    public static bool IsMoment(Bound value, Compilation compilation) => Judge(value, compilation, 4) == Part.Moment;

    private static Part Judge(Bound value, Compilation compilation, int levels)
    {
        var (operation, frame) = value.Resolve();
        if (operation.ConstantValue.HasValue)
            return Part.Constant;
        if (levels == 0)
            return Part.Other;
        switch (operation)
        {
            case IConversionOperation conversion:
                return Inner(conversion.Operand);
            case IPropertyReferenceOperation { Property: { Name: "Today", ContainingType.Name: "DateTime" } }:
                return Part.Moment;
            case IPropertyReferenceOperation { Property.Name: "Date", Instance: { } now } when IsNow(now):
                return Part.Moment;
            case IPropertyReferenceOperation { Property.Name: "Date" or "DateTime" or "UtcDateTime" or "LocalDateTime", Instance: { } instance } when IsClock(instance.Type):
                return Inner(instance) == Part.Moment ? Part.Moment : Part.Other;
            case IPropertyReferenceOperation property when property.Property.GetMethod is { } getter && getter.IsDeclaredIn(compilation):
                return Returned(getter, compilation) is { } computed && !property.Property.IsVirtual ? Judge(new(computed), compilation, levels - 1) : Part.Other;
            case IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: "TimeSpan" } }:
            case IFieldReferenceOperation { Field: { IsReadOnly: true } field } when Durations.Of(operation, compilation) is not null:
                return Part.Constant;
            case ILocalReferenceOperation local when Flow.LocalValues.Around(local).Single(local.Local) is { } only:
                return Judge(new(only, frame), compilation, levels - 1);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply } sum:
                return Sum(Inner(sum.LeftOperand), [Inner(sum.RightOperand)]);
            case IObjectCreationOperation { Arguments: { IsEmpty: false } arguments, Type: var type } when IsClock(type) || type is { Name: "TimeSpan" }:
                return Sum(Inner(arguments[0].Value), arguments.Skip(1).Select(a => Inner(a.Value)));
            case IInvocationOperation { TargetMethod: { Name: "SpecifyKind", ContainingType.Name: "DateTime" }, Arguments: [var first, ..] }:
                return Inner(first.Value);
            case IInvocationOperation { TargetMethod: { IsStatic: true, ContainingType.Name: "TimeSpan" } } span:
                return span.Arguments.All(a => Inner(a.Value) == Part.Constant) ? Part.Constant : Part.Other;
            case IInvocationOperation { TargetMethod.Name: var name, Instance: { } instance } call when IsClock(instance.Type):
                return name.StartsWith("Add", StringComparison.Ordinal) || name is "Subtract" or "ToUniversalTime" or "ToLocalTime" or "ToOffset"
                    ? Sum(Inner(instance), call.Arguments.Select(a => Inner(a.Value))) : Part.Other;
            case IInvocationOperation call when Calls.Of(compilation).CertainTarget(call) is { } target && Returned(target, compilation) is { } made:
                return Judge(new(made, new Frame(call, target, frame)), compilation, levels - 1);
            default:
                return Part.Other;
        }

        Part Inner(IOperation part) => Judge(new(part, frame), compilation, levels);
    }

    private static Part Sum(Part first, IEnumerable<Part> more) => more.All(p => p == Part.Constant) ? first : Part.Other;

    private static bool IsClock(ITypeSymbol? type) => type is { Name: "DateTime" or "DateTimeOffset", ContainingNamespace.Name: "System" };

    private static bool IsNow(IOperation value) => value switch
    {
        IPropertyReferenceOperation { Property: { Name: "Now" or "UtcNow", IsStatic: true } property } => IsClock(property.ContainingType),
        IInvocationOperation { TargetMethod.Name: "GetUtcNow" or "GetLocalNow" } => true,
        _ => false,
    };

    private static IOperation? Returned(IMethodSymbol method, Compilation compilation)
    {
        if (method.IsAbstract || Bodies.Of(compilation).Of(method, CancellationToken.None) is not { } body)
            return null;
        var returned = Flow.OwnCode.Returned(body).ToList();
        return returned.Count == 1 ? returned[0] : null;
    }
}
