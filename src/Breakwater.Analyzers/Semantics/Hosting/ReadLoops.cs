using Breakwater.Flow;

namespace Breakwater.Semantics.Hosting;

/// <summary>The loops of hosted services that take an item per turn from a queue or broker.</summary>
internal sealed class ReadLoops
{
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _service;
    private readonly INamedTypeSymbol? _reader;
    private readonly INamedTypeSymbol? _concurrentQueue;
    private readonly INamedTypeSymbol? _blockingCollection;
    private readonly INamedTypeSymbol? _kafkaConsumer;
    private readonly INamedTypeSymbol? _busReceiver;

    public ReadLoops(Compilation compilation)
    {
        _compilation = compilation;
        _service = compilation.Find("Microsoft.Extensions.Hosting.BackgroundService");
        _reader = compilation.Find("System.Threading.Channels.ChannelReader`1");
        _concurrentQueue = compilation.Find("System.Collections.Concurrent.ConcurrentQueue`1");
        _blockingCollection = compilation.Find("System.Collections.Concurrent.BlockingCollection`1");
        _kafkaConsumer = compilation.Find("Confluent.Kafka.IConsumer`2");
        _busReceiver = compilation.Find("Azure.Messaging.ServiceBus.ServiceBusReceiver");
    }

    /// <summary>Whether there are hosted services in this compilation at all.</summary>
    public bool AreKnown => _service is not null;

    /// <summary>Whether each turn of the loop takes an item. A counted <c>for</c> does not wait for work, so it is none.</summary>
    public bool Takes(ILoopOperation loop) => loop switch
    {
        IForEachLoopOperation each => each.Collection.DescendantsAndSelf().Any(o => o is IInvocationOperation call && IsTake(call.TargetMethod)),
        IForLoopOperation { Condition: not null } => false,
        _ => OwnCode.Of(loop).Any(o => o is IInvocationOperation call && IsTake(call.TargetMethod)),
    };

    /// <summary>Whether a loop that takes an item per turn is around an operation.</summary>
    public bool IsAround(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is ILoopOperation loop && Takes(loop))
                return true;
        }

        return false;
    }

    /// <summary>Whether the method is a background service's <c>ExecuteAsync</c>, or one of the same type that is called from it.</summary>
    public bool Own(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (!method.ContainingType.Is(_service))
            return false;
        if (IsExecute(method))
            return true;

        var execute = method.ContainingType.GetMembers("ExecuteAsync").OfType<IMethodSymbol>().FirstOrDefault(IsExecute);
        return execute is not null
            && Bodies.Of(_compilation).Of(execute, cancellationToken) is { } body
            && body.Descendants().Any(o => SymbolEqualityComparer.Default.Equals(
                o is IInvocationOperation or IMethodReferenceOperation ? VariableWrites.Referenced(o)?.OriginalDefinition : null, method.OriginalDefinition));
    }

    private static bool IsExecute(IMethodSymbol method) => method is { Name: "ExecuteAsync", IsOverride: true, Parameters.Length: 1 };

    /// <summary>Whether the method takes an item, or waits for one, from a queue or broker.</summary>
    public bool IsTake(IMethodSymbol method) => method.Name switch
    {
        "ReadAllAsync" or "WaitToReadAsync" or "TryRead" or "ReadAsync" => method.ContainingType.Is(_reader),
        "TryDequeue" => method.ContainingType.Is(_concurrentQueue),
        "Take" or "TryTake" or "GetConsumingEnumerable" => method.ContainingType.Is(_blockingCollection),
        "Consume" => method.ContainingType.Is(_kafkaConsumer),
        "ReceiveMessageAsync" or "ReceiveMessagesAsync" => method.ContainingType.Is(_busReceiver),
        _ => false,
    };
}
