namespace Breakwater.Semantics.Queues;

/// <summary>The families of in-process queues.</summary>
internal enum QueueKind
{
    Channel,
    BlockingCollection,
    Block,
    ConcurrentQueue,
}

/// <summary>What a call does to a queue.</summary>
internal enum QueueAct
{
    None,
    Write,
    Read,
    Complete,
}

/// <summary>
/// The queue types of the framework and what their members do. Built once per compilation; a family that is not referenced simply
/// matches nothing. <c>BroadcastBlock</c> and <c>WriteOnceBlock</c> hold one value by design and are no queues here.
/// </summary>
internal sealed class QueueApi
{
    private readonly INamedTypeSymbol? _factory;
    private readonly INamedTypeSymbol? _channel;
    private readonly INamedTypeSymbol? _writer;
    private readonly INamedTypeSymbol? _reader;
    private readonly INamedTypeSymbol? _blockingCollection;
    private readonly INamedTypeSymbol? _concurrentQueue;
    private readonly INamedTypeSymbol? _producerConsumer;
    private readonly INamedTypeSymbol? _blockExtensions;
    private readonly INamedTypeSymbol? _target;
    private readonly ImmutableArray<INamedTypeSymbol> _blocks;

    private QueueApi(Compilation compilation)
    {
        _factory = compilation.Find("System.Threading.Channels.Channel");
        _channel = compilation.Find("System.Threading.Channels.Channel`2");
        _writer = compilation.Find("System.Threading.Channels.ChannelWriter`1");
        _reader = compilation.Find("System.Threading.Channels.ChannelReader`1");
        _blockingCollection = compilation.Find("System.Collections.Concurrent.BlockingCollection`1");
        _concurrentQueue = compilation.Find("System.Collections.Concurrent.ConcurrentQueue`1");
        _producerConsumer = compilation.Find("System.Collections.Concurrent.IProducerConsumerCollection`1");
        _blockExtensions = compilation.Find("System.Threading.Tasks.Dataflow.DataflowBlock");
        _target = compilation.Find("System.Threading.Tasks.Dataflow.ITargetBlock`1");
        _blocks = ImmutableArray.CreateRange(new[]
        {
            compilation.Find("System.Threading.Tasks.Dataflow.ActionBlock`1"),
            compilation.Find("System.Threading.Tasks.Dataflow.BufferBlock`1"),
            compilation.Find("System.Threading.Tasks.Dataflow.TransformBlock`2"),
            compilation.Find("System.Threading.Tasks.Dataflow.TransformManyBlock`2"),
            compilation.Find("System.Threading.Tasks.Dataflow.BatchBlock`1"),
        }.OfType<INamedTypeSymbol>());
    }

    /// <summary>The queue types of this compilation; null when none is referenced.</summary>
    public static QueueApi? Of(Compilation compilation) =>
        compilation.Know(static c => new QueueApi(c) is var api && api._factory is null && api._blockingCollection is null && api._concurrentQueue is null && api._blocks.IsEmpty ? null : api);

    /// <summary>The queue family of a type; null when it is no queue.</summary>
    public QueueKind? KindOf(ITypeSymbol? type)
    {
        var definition = type?.OriginalDefinition;
        if (definition is null)
            return null;
        if (IsOneOf(definition, _blockingCollection))
            return QueueKind.BlockingCollection;
        if (IsOneOf(definition, _concurrentQueue))
            return QueueKind.ConcurrentQueue;
        foreach (var block in _blocks)
        {
            if (IsOneOf(definition, block))
                return QueueKind.Block;
        }

        return type.Is(_channel) ? QueueKind.Channel : null;
    }

    /// <summary>Whether a constructor of a type with this name may create a queue; cheap, for the path that says no.</summary>
    public static bool MayBeQueue(string typeName) =>
        typeName is "BlockingCollection" or "ConcurrentQueue" or "ActionBlock" or "BufferBlock" or "TransformBlock" or "TransformManyBlock" or "BatchBlock";

    /// <summary>The queue that this operation creates, with its bound; null when it creates none.</summary>
    public QueueCreation? CreationAt(IOperation operation, Compilation compilation, CancellationToken cancellationToken)
    {
        switch (operation)
        {
            case IInvocationOperation { TargetMethod: { Name: "CreateUnbounded" or "CreateUnboundedPrioritized" or "CreateBounded" } method } call
                when IsOneOf(method.ContainingType, _factory):
                return new(QueueKind.Channel, method.Name == "CreateBounded" ? QueueBound.Some : QueueBound.None, call);
            case IObjectCreationOperation { Type: INamedTypeSymbol { Arity: > 0 } type } creation when KindOf(type) is { } kind:
                return new(kind, kind switch
                {
                    QueueKind.BlockingCollection => creation.Argument("boundedCapacity") is null ? QueueBound.None : QueueBound.Some,
                    QueueKind.ConcurrentQueue => QueueBound.None,
                    QueueKind.Block => QueueOptions.BoundOfBlock(creation, compilation, cancellationToken),
                    _ => QueueBound.Unknown,
                }, creation);
            default:
                return null;
        }
    }

    /// <summary>What the call does; the queue, writer or reader it does it to is <see cref="ReceiverOf"/>.</summary>
    public QueueAct ActOf(IMethodSymbol method) => method.Name switch
    {
        "TryWrite" or "WriteAsync" when IsOneOf(method.ContainingType, _writer) => QueueAct.Write,
        "Add" or "TryAdd" when IsOneOf(method.ContainingType, _blockingCollection) => QueueAct.Write,
        // ActionBlock has a Post of its own.
        "Post" or "SendAsync" when IsOneOf(method.ContainingType, _blockExtensions) || KindOf(method.ContainingType) == QueueKind.Block => QueueAct.Write,
        "Enqueue" when IsOneOf(method.ContainingType, _concurrentQueue) => QueueAct.Write,
        "TryRead" or "ReadAsync" or "ReadAllAsync" or "WaitToReadAsync" when IsOneOf(method.ContainingType, _reader) => QueueAct.Read,
        "Take" or "TryTake" or "GetConsumingEnumerable" when IsOneOf(method.ContainingType, _blockingCollection) => QueueAct.Read,
        "TryDequeue" when IsOneOf(method.ContainingType, _concurrentQueue) => QueueAct.Read,
        "Complete" or "TryComplete" when IsOneOf(method.ContainingType, _writer) => QueueAct.Complete,
        _ => QueueAct.None,
    };

    /// <summary>The names of the members that write to a queue of this family.</summary>
    public static ImmutableArray<string> WriteNames(QueueKind kind) => kind switch
    {
        QueueKind.Channel => ImmutableArray.Create("TryWrite", "WriteAsync"),
        QueueKind.BlockingCollection => ImmutableArray.Create("Add", "TryAdd"),
        QueueKind.Block => ImmutableArray.Create("Post", "SendAsync"),
        _ => ImmutableArray.Create("Enqueue"),
    };

    /// <summary>The object that a queue call is made on, also where the method is an extension.</summary>
    public static IOperation? ReceiverOf(IInvocationOperation call) =>
        (call.Instance ?? (call.TargetMethod.IsExtensionMethod ? call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0)?.Value : null))?.Unwrap();

    /// <summary>The queue that a value is an end of: <c>c</c> for <c>c.Writer</c> and for the part of <c>c?.Writer</c> before the <c>?</c>.</summary>
    public IOperation? QueueOf(IOperation? end) => end?.Unwrap() switch
    {
        IConditionalAccessInstanceOperation placeholder => QueueOf(placeholder.Accessed()),
        // A channel is converted to its writer or reader by operators of its own.
        IConversionOperation { OperatorMethod: { } conversion, Operand: var channel } when IsOneOf(conversion.ContainingType, _channel) => QueueOf(channel),
        IPropertyReferenceOperation { Instance: { } channel } part when IsWriterOf(part.Property) || IsReaderOf(part.Property) => QueueOf(channel),
        var queue => queue,
    };

    /// <summary>Whether the call creates a channel with a bound.</summary>
    public bool CreatesBoundedChannel(IInvocationOperation call) => call.TargetMethod.Name == "CreateBounded" && IsOneOf(call.TargetMethod.ContainingType, _factory);

    /// <summary>What the code calls the queue that a call is made on: the variable that holds it or its writer, else its type.</summary>
    public string NameOf(IInvocationOperation call) =>
        QueueOf(ReceiverOf(call)) is { Type: { } type } queue
            ? (queue is IInvocationOperation ? null : Flow.VariableWrites.Referenced(queue)?.Name) ?? type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)
            : call.TargetMethod.ContainingType.Name;

    /// <summary>Whether the property gives a channel's writing or reading end.</summary>
    public bool IsWriterOf(IPropertySymbol property) => property.Name == "Writer" && IsOneOf(property.ContainingType, _channel);

    /// <inheritdoc cref="IsWriterOf"/>
    public bool IsReaderOf(IPropertySymbol property) => property.Name == "Reader" && IsOneOf(property.ContainingType, _channel);

    /// <summary>Whether the property tells how many items wait.</summary>
    public bool IsCount(IPropertySymbol property) =>
        property.Name is "Count" or "InputCount" && (IsOneOf(property.ContainingType, _reader) || KindOf(property.ContainingType) is not null);

    /// <summary>Whether someone who holds a value of this type can write to the queue in it.</summary>
    public bool CanWriteThrough(ITypeSymbol? type) =>
        type is { SpecialType: not SpecialType.System_Object }
        && (KindOf(type) is not null || type.Is(_writer) || type.Is(_target) || IsOneOf(type.OriginalDefinition, _producerConsumer));

    /// <summary>Whether the method belongs to Dataflow's own plumbing, such as <c>LinkTo</c>.</summary>
    public bool IsPlumbing(IMethodSymbol method) => method.Name == "LinkTo" || IsOneOf(method.ContainingType, _blockExtensions);

    /// <summary>The item type of a queue or of a channel's writer.</summary>
    public ITypeSymbol? ItemOf(ITypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current is INamedTypeSymbol { TypeArguments: { Length: > 0 } arguments }
                && (KindOf(current) is not null || IsOneOf(current.OriginalDefinition, _writer)))
                return arguments[0];
        }

        return null;
    }

    private static bool IsOneOf(ISymbol? type, INamedTypeSymbol? known) =>
        known is not null && SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, known);
}
