using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>Which class of the framework a timer is of.</summary>
internal enum TimerKind
{
    /// <summary><c>System.Threading.Timer</c>: collected when nothing holds it.</summary>
    Threading,

    /// <summary>What <c>TimeProvider.CreateTimer</c> gives.</summary>
    Provided,

    /// <summary><c>System.Timers.Timer</c>: its handlers are attached to <c>Elapsed</c>.</summary>
    Event,
}

/// <summary>One creation of a timer.</summary>
/// <param name="Kind">The class of the timer.</param>
/// <param name="Operation">The creation.</param>
/// <param name="Callback">The delegate that it calls; null for a <c>System.Timers.Timer</c>.</param>
/// <param name="DueTime">The time to the first tick; null where the constructor takes none.</param>
/// <param name="Period">The time between two ticks; null where the constructor takes none, and such a timer has to be started by hand.</param>
internal sealed record TimerCreation(TimerKind Kind, IOperation Operation, IOperation? Callback, IOperation? DueTime, IOperation? Period)
{
    /// <summary>Whether the timer ticks again by itself: its period is there and is neither constantly zero nor constantly infinite.</summary>
    public bool IsPeriodic(Compilation compilation) => Period is not null && !Timers.IsNever(Period, compilation) && !Timers.IsZero(Period, compilation);

    /// <summary>Whether the time between two ticks is a parameter of the method around the creation, handed on as it is: the callers decide.</summary>
    public bool IsPacedByCaller =>
        Period is { } period && Timers.Settled(period) is IParameterReferenceOperation { Parameter: var parameter }
        && (!Roots.IsPrimaryConstructorParameter(parameter) || Enclosing.Root(Operation) is ISymbolInitializerOperation);

    /// <summary>Where a message about the creation points: the type that is created, <c>new</c> where it is not written, the method's name.</summary>
    public Location Location => Operation switch
    {
        IInvocationOperation call => call.NameLocation(),
        { Syntax: ObjectCreationExpressionSyntax named } => named.Type.GetLocation(),
        { Syntax: ImplicitObjectCreationExpressionSyntax targetTyped } => targetTyped.NewKeyword.GetLocation(),
        _ => Operation.Syntax.GetLocation(),
    };
}

/// <summary>
/// The timers of the framework that call back on the thread pool: where they are made, how often they tick. Timers of user interfaces
/// and <c>PeriodicTimer</c>, which wait for their handler, are none of them.
/// </summary>
internal sealed class Timers
{
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _threading;
    private readonly INamedTypeSymbol? _provider;
    private readonly INamedTypeSymbol? _provided;
    private readonly INamedTypeSymbol? _event;

    private Timers(Compilation compilation)
    {
        _compilation = compilation;
        _threading = compilation.Find("System.Threading.Timer");
        _provider = compilation.Find("System.TimeProvider");
        _provided = compilation.Find("System.Threading.ITimer");
        _event = compilation.Find("System.Timers.Timer");
    }

    /// <summary>The timers of this compilation; null when it knows none.</summary>
    public static Timers? Of(Compilation compilation) =>
        compilation.Know(static c => new Timers(c) is var timers && timers._threading is null && timers._provider is null && timers._event is null ? null : timers);

    /// <summary>The timer that an operation creates; null when it creates none.</summary>
    public TimerCreation? CreationAt(IOperation operation) => operation switch
    {
        IObjectCreationOperation { Type: { Name: "Timer" } type } creation when Same(type, _threading) =>
            new(TimerKind.Threading, creation, creation.Argument("callback")?.Value, creation.Argument("dueTime")?.Value, creation.Argument("period")?.Value),
        IObjectCreationOperation { Type: { Name: "Timer" } type } creation when Same(type, _event) =>
            new(TimerKind.Event, creation, null, creation.Argument("interval")?.Value, creation.Argument("interval")?.Value),
        IInvocationOperation { TargetMethod: { Name: "CreateTimer", Parameters.Length: 4 } method } call when method.ContainingType.Is(_provider) =>
            new(TimerKind.Provided, call, call.Arguments[0].Value, call.Argument("dueTime")?.Value, call.Argument("period")?.Value),
        _ => null,
    };

    /// <summary>Whether the event is the tick of a <c>System.Timers.Timer</c>.</summary>
    public bool IsTick(IEventSymbol source) => source.Name == "Elapsed" && Same(source.ContainingType, _event);

    /// <summary>Whether values of the type are timers.</summary>
    public bool IsTimer(ITypeSymbol? type) => type.Is(_threading) || type.Is(_provided) || type.Is(_event);

    /// <summary>
    /// The creations of the <c>System.Timers.Timer</c> that a variable holds, where all of them are known and nothing in the declaring
    /// type sets <c>AutoReset</c> of it to anything but <c>true</c>; empty when it may tick once only.
    /// </summary>
    public ImmutableArray<TimerCreation> RepeatingIn(ISymbol variable, CancellationToken cancellationToken)
    {
        var creations = AssignedValues.Of(variable, _compilation, cancellationToken).Values;
        return !creations.IsEmpty && creations.All(c => CreationAt(c) is { Kind: TimerKind.Event }) && !IsHalted(variable, creations, cancellationToken)
            ? ImmutableArray.CreateRange(creations.Select(c => CreationAt(c)!))
            : ImmutableArray<TimerCreation>.Empty;
    }

    /// <summary>Whether a time is constantly infinite: <c>Timeout.Infinite</c>, <c>Timeout.InfiniteTimeSpan</c>, a millisecond less than none.</summary>
    public static bool IsNever(IOperation time, Compilation compilation) => Settled(time) switch
    {
        IFieldReferenceOperation { Field: { Name: "InfiniteTimeSpan", ContainingType.Name: "Timeout" } } => true,
        IFieldReferenceOperation { Field: { IsReadOnly: true } field } when AssignedValues.Direct(field, compilation, CancellationToken.None).Values is [var initial] =>
            IsNever(initial, compilation),
        { ConstantValue: { HasValue: true, Value: uint.MaxValue } } => true,
        var value => DelayLength.Of(value, compilation) < 0,
    };

    /// <summary>Whether a time is constantly zero, which as a period means: once.</summary>
    public static bool IsZero(IOperation time, Compilation compilation) =>
        Settled(time) is var value && (value is IDefaultValueOperation || DelayLength.Of(value, compilation) is 0);

    /// <summary>A time as it is first written, through locals that hold nothing else.</summary>
    public static IOperation Settled(IOperation time)
    {
        time = time.Unwrap();
        for (var step = 0; step < 4 && time is ILocalReferenceOperation local && LocalValues.Around(local).Single(local.Local) is { } only; step++)
            time = only.Unwrap();
        return time;
    }

    private bool IsHalted(ISymbol variable, ImmutableArray<IOperation> creations, CancellationToken cancellationToken) =>
        Mentions.InOutermostType(variable, "AutoReset", cancellationToken)
            .Select(mention => Bodies.Of(_compilation).Of(mention, cancellationToken))
            .OfType<IPropertyReferenceOperation>()
            .Any(setting => Same(setting.Property.ContainingType, _event)
                && setting.Parent is IAssignmentOperation assignment && assignment.Target == setting
                && assignment.Value.ConstantValue is not { HasValue: true, Value: true }
                && IsOf(setting, variable, creations, cancellationToken));

    private bool IsOf(IPropertyReferenceOperation setting, ISymbol variable, ImmutableArray<IOperation> creations, CancellationToken cancellationToken)
    {
        var owner = setting.Instance?.Unwrap();
        if (owner is IConditionalAccessInstanceOperation placeholder)
            owner = placeholder.Accessed()?.Unwrap();
        if (owner is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver })
            return creations.Any(c => c.Syntax == setting.Parent?.Parent?.Parent?.Syntax);
        if (owner is null || VariableWrites.Referenced(owner) is not { } holder)
            return true;
        return SymbolEqualityComparer.Default.Equals(holder.OriginalDefinition, variable.OriginalDefinition)
            || AssignedValues.Of(holder, _compilation, cancellationToken) is var values && (!values.AreKnown || values.Values.Any(v => creations.Any(c => c.Syntax == v.Syntax)));
    }

    private static bool Same(ITypeSymbol? type, INamedTypeSymbol? known) => known is not null && SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, known);
}
