namespace Breakwater.Semantics.Limits;

/// <summary>What happens without a limit, as the end of a sentence.</summary>
internal enum LimitKind
{
    /// <summary>A queue or its capacity.</summary>
    Queue,

    /// <summary>A buffer between a writer and a reader.</summary>
    Buffer,

    /// <summary>A body, message or form.</summary>
    Body,

    /// <summary>The least rate at which a caller has to send or read.</summary>
    DataRate,
}

/// <summary>The constants that switch a limit off.</summary>
[Flags]
internal enum OffValues
{
    None = 0,
    Null = 1,
    Zero = 2,
    IntMax = 4,
    LongMax = 8,

    /// <summary>Any number from <see cref="int.MaxValue"/> on.</summary>
    IntMaxAndMore = 16,
}

/// <summary>One setting that keeps something from growing without end.</summary>
/// <param name="Type">The metadata name of the type that declares it.</param>
/// <param name="Member">The property; or the method that takes the argument, <c>.ctor</c> for a constructor.</param>
/// <param name="Off">The values that mean no limit.</param>
/// <param name="Kind">What it limits.</param>
/// <param name="Parameter">The argument's parameter; null for a property.</param>
/// <param name="HasDefault">Whether there is a finite limit where nothing is set.</param>
internal sealed record ProtectiveLimit(string Type, string Member, OffValues Off, LimitKind Kind, string? Parameter = null, bool HasDefault = true)
{
    /// <summary>What follows when the limit is off.</summary>
    public string Consequence => Kind switch
    {
        LimitKind.Queue => "requests wait without end and memory grows with them",
        LimitKind.Buffer => "the writer is never told to slow down",
        LimitKind.Body => "one caller can send a body or message of any size",
        _ => "a caller that sends one byte a minute keeps its connection",
    };

    /// <summary>How the value is written when it switches the limit off; null when it does not, or is not constant.</summary>
    public string? OffValue(IOperation value)
    {
        if (ConstantOf(value) is not { HasValue: true } constant)
            return null;
        if (constant.Value is null)
            return Off.HasFlag(OffValues.Null) ? "null" : null;
        if (constant.Value is not (int or long or uint or short or ushort or byte or sbyte))
            return null;

        var number = Convert.ToInt64(constant.Value, CultureInfo.InvariantCulture);
        var isOff = number switch
        {
            0 => Off.HasFlag(OffValues.Zero),
            int.MaxValue => (Off & (OffValues.IntMax | OffValues.IntMaxAndMore)) != 0,
            long.MaxValue => (Off & (OffValues.LongMax | OffValues.IntMaxAndMore)) != 0,
            > int.MaxValue => Off.HasFlag(OffValues.IntMaxAndMore),
            _ => false,
        };
        return !isOff ? null : number switch
        {
            int.MaxValue => "int.MaxValue",
            long.MaxValue => "long.MaxValue",
            _ => number.ToString(CultureInfo.InvariantCulture),
        };
    }

    private static Optional<object?> ConstantOf(IOperation value) => value switch
    {
        { ConstantValue: { HasValue: true } constant } => constant,
        IDefaultValueOperation { Type: { IsReferenceType: true } or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } } => new(null),
        IObjectCreationOperation { Arguments.IsEmpty: true, Type.OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } => new(null),
        IConversionOperation { OperatorMethod: null } conversion => ConstantOf(conversion.Operand),
        IParenthesizedOperation parenthesized => ConstantOf(parenthesized.Operand),
        ISimpleAssignmentOperation chained => ConstantOf(chained.Value),
        _ => default,
    };
}
