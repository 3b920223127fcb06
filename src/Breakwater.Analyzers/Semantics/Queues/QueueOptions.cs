namespace Breakwater.Semantics.Queues;

/// <summary>What a channel does with an item for which it has no room.</summary>
internal enum FullMode
{
    /// <summary>Not constant, or not seen.</summary>
    Unknown,

    /// <summary>It refuses the item, or lets its writer wait.</summary>
    Wait,

    /// <summary>It drops an item, the new one or one that waits, and says yes.</summary>
    Drop,
}

/// <summary>How one queue is set up where it is created.</summary>
internal sealed class QueueOptions
{
    private const int Unbounded = -1;
    private const int WaitMode = 0;

    private readonly OptionValue? _capacity;

    private QueueOptions(OptionValue? capacity) => _capacity = capacity;

    /// <summary>What happens when it is full; a queue that is no channel can only wait.</summary>
    public FullMode FullMode { get; private init; } = FullMode.Wait;

    /// <summary>Where the mode is written.</summary>
    public ImmutableArray<IOperation> WrittenModes { get; private init; } = ImmutableArray<IOperation>.Empty;

    /// <summary>Whether it surely has room for one item only, as a signal or a latest value has.</summary>
    public bool HoldsOne => _capacity is { } capacity && capacity.IsAlways(1);

    /// <summary>Whether it is promised that writes do not overlap.</summary>
    public bool HasSingleWriter { get; private init; }

    /// <summary>Whether somebody is called for each item that is dropped.</summary>
    public bool ReportsDrops { get; private init; }

    public static QueueOptions Of(QueueCreation creation, Compilation compilation, CancellationToken cancellationToken)
    {
        switch (creation.Operation)
        {
            case IInvocationOperation channel when channel.Argument("options") is { } argument:
                var options = OptionValues.Of(argument.Value, compilation, cancellationToken);
                var mode = options?["FullMode"];
                return new(options?["Capacity"])
                {
                    FullMode = mode is { } written ? Meaning(written) : FullMode.Unknown,
                    WrittenModes = mode?.Values ?? ImmutableArray<IOperation>.Empty,
                    HasSingleWriter = options?["SingleWriter"].IsAlways(true) ?? false,
                    ReportsDrops = channel.Argument("itemDropped") is { } told && told.Value.Unwrap() is not { ConstantValue: { HasValue: true, Value: null } } and not IDefaultValueOperation,
                };
            case IInvocationOperation channel:
                return new(Given(channel.Argument("capacity")));
            case IObjectCreationOperation block when creation.Kind == QueueKind.Block:
                return new(block.Argument("dataflowBlockOptions") is { IsImplicit: false } given
                    ? OptionValues.Of(given.Value, compilation, cancellationToken)?["BoundedCapacity"] : null);
            case IObjectCreationOperation collection:
                return new(Given(collection.Argument("boundedCapacity")));
            default:
                return new(null);
        }
    }

    /// <summary>The bound of a dataflow block; unknown when its options are, or when it has a bound only in some cases.</summary>
    public static QueueBound BoundOfBlock(IObjectCreationOperation block, Compilation compilation, CancellationToken cancellationToken)
    {
        if (block.Argument("dataflowBlockOptions") is not { IsImplicit: false } argument)
            return QueueBound.None;
        if (OptionValues.Of(argument.Value, compilation, cancellationToken) is not { } options)
            return QueueBound.Unknown;
        var capacity = options["BoundedCapacity"];
        var unbounded = capacity.Values.Count(IsUnbounded);
        return unbounded == capacity.Values.Length ? QueueBound.None
            : unbounded == 0 && !capacity.MayBeUnset ? QueueBound.Some
            : QueueBound.Unknown;
    }

    private static bool IsUnbounded(IOperation capacity) => capacity.ConstantValue is { HasValue: true, Value: Unbounded };

    private static OptionValue? Given(IArgumentOperation? capacity) =>
        capacity is null ? null : new OptionValue(ImmutableArray.Create(capacity.Value), MayBeUnset: false);

    private static FullMode Meaning(OptionValue mode)
    {
        if (!mode.IsConstant)
            return FullMode.Unknown;
        var waits = mode.Values.Count(v => v.ConstantValue.Value is WaitMode);
        return waits == mode.Values.Length ? FullMode.Wait
            : waits == 0 && !mode.MayBeUnset ? FullMode.Drop
            : FullMode.Unknown;
    }
}
