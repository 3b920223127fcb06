namespace Breakwater.Semantics.Limits;

/// <summary>
/// The settings that protect a process from callers and producers, as a table. Settings whose default is already "no limit" are not
/// among them, nor are those of one endpoint (attributes, request features): there, to lift a limit is the tool for an upload.
/// </summary>
internal sealed class ProtectiveLimits
{
    private const string Constructor = ".ctor";
    private const string RateLimiting = "System.Threading.RateLimiting.";
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerLimits";

    private static readonly ImmutableArray<ProtectiveLimit> Table = ImmutableArray.Create<ProtectiveLimit>(
        new("System.Threading.RateLimiting.ConcurrencyLimiterOptions", "QueueLimit", OffValues.IntMax, LimitKind.Queue),
        new("System.Threading.RateLimiting.FixedWindowRateLimiterOptions", "QueueLimit", OffValues.IntMax, LimitKind.Queue),
        new("System.Threading.RateLimiting.SlidingWindowRateLimiterOptions", "QueueLimit", OffValues.IntMax, LimitKind.Queue),
        new("System.Threading.RateLimiting.TokenBucketRateLimiterOptions", "QueueLimit", OffValues.IntMax, LimitKind.Queue),

        new("System.Threading.Channels.Channel", "CreateBounded", OffValues.IntMax, LimitKind.Queue, "capacity", HasDefault: false),
        new("System.Threading.Channels.BoundedChannelOptions", Constructor, OffValues.IntMax, LimitKind.Queue, "capacity", HasDefault: false),
        new("System.Threading.Channels.BoundedChannelOptions", "Capacity", OffValues.IntMax, LimitKind.Queue, HasDefault: false),
        new("System.Collections.Concurrent.BlockingCollection`1", Constructor, OffValues.IntMax, LimitKind.Queue, "boundedCapacity", HasDefault: false),
        new("System.Threading.Tasks.Dataflow.DataflowBlockOptions", "BoundedCapacity", OffValues.IntMax, LimitKind.Queue, HasDefault: false),

        new("System.IO.Pipelines.PipeOptions", Constructor, OffValues.Zero | OffValues.LongMax, LimitKind.Buffer, "pauseWriterThreshold"),

        new(Kestrel, "MaxResponseBufferSize", OffValues.Null | OffValues.LongMax, LimitKind.Buffer),
        new(Kestrel, "MaxRequestBufferSize", OffValues.Null | OffValues.LongMax, LimitKind.Buffer),
        new(Kestrel, "MinRequestBodyDataRate", OffValues.Null, LimitKind.DataRate),
        new(Kestrel, "MinResponseDataRate", OffValues.Null, LimitKind.DataRate),
        new(Kestrel, "MaxRequestBodySize", OffValues.Null | OffValues.IntMaxAndMore, LimitKind.Body),
        new("Microsoft.AspNetCore.Builder.IISServerOptions", "MaxRequestBodySize", OffValues.Null | OffValues.IntMaxAndMore, LimitKind.Body),
        new("Microsoft.AspNetCore.Server.HttpSys.HttpSysOptions", "MaxRequestBodySize", OffValues.Null | OffValues.IntMaxAndMore, LimitKind.Body),

        new("Microsoft.AspNetCore.Http.Connections.HttpConnectionDispatcherOptions", "ApplicationMaxBufferSize", OffValues.Zero | OffValues.LongMax, LimitKind.Buffer),
        new("Microsoft.AspNetCore.Http.Connections.HttpConnectionDispatcherOptions", "TransportMaxBufferSize", OffValues.Zero | OffValues.LongMax, LimitKind.Buffer),

        new("Microsoft.AspNetCore.SignalR.HubOptions", "MaximumReceiveMessageSize", OffValues.Null | OffValues.IntMaxAndMore, LimitKind.Body),
        new("Grpc.AspNetCore.Server.GrpcServiceOptions", "MaxReceiveMessageSize", OffValues.Null | OffValues.IntMaxAndMore, LimitKind.Body),
        new("Microsoft.AspNetCore.Http.Features.FormOptions", "MultipartBodyLengthLimit", OffValues.IntMaxAndMore, LimitKind.Body),
        new("Microsoft.AspNetCore.Http.Features.FormOptions", "BufferBodyLengthLimit", OffValues.IntMaxAndMore, LimitKind.Body),

        new("Polly.Policy", "Bulkhead", OffValues.IntMax, LimitKind.Queue, "maxQueuingActions"),
        new("Polly.Policy", "BulkheadAsync", OffValues.IntMax, LimitKind.Queue, "maxQueuingActions"));

    private readonly ImmutableDictionary<string, ImmutableArray<(INamedTypeSymbol Type, ProtectiveLimit Limit)>> _properties;
    private readonly ImmutableDictionary<string, ImmutableArray<(INamedTypeSymbol Type, ProtectiveLimit Limit)>> _arguments;
    private readonly INamedTypeSymbol? _limiterOptions;
    private readonly INamedTypeSymbol? _partition;

    private ProtectiveLimits(Compilation compilation, List<(INamedTypeSymbol Type, ProtectiveLimit Limit)> known)
    {
        _properties = ByMember(l => l.Parameter is null);
        _arguments = ByMember(l => l.Parameter is not null);
        _limiterOptions = compilation.Find("Microsoft.AspNetCore.RateLimiting.RateLimiterOptionsExtensions");
        _partition = compilation.Find("System.Threading.RateLimiting.RateLimitPartition");

        ImmutableDictionary<string, ImmutableArray<(INamedTypeSymbol, ProtectiveLimit)>> ByMember(Func<ProtectiveLimit, bool> include) =>
            known.Where(l => include(l.Limit)).GroupBy(l => l.Limit.Member)
                .ToImmutableDictionary(g => g.Key, g => g.ToImmutableArray());
    }

    /// <summary>Null when the compilation references none of the settings.</summary>
    public static ProtectiveLimits? Of(Compilation compilation) => compilation.Know(static c =>
    {
        var known = new List<(INamedTypeSymbol, ProtectiveLimit)>();
        foreach (var limit in Table)
        {
            if (c.Find(limit.Type) is { } type)
                known.Add((type, limit));
        }

        return known.Count == 0 ? null : new ProtectiveLimits(c, known);
    });

    /// <summary>
    /// The limit that an assignment sets. The queue limit of a limiter that is no part of a pipeline is none: such a limiter is often
    /// a lock that callers await.
    /// </summary>
    public ProtectiveLimit? SetBy(ISimpleAssignmentOperation assignment)
    {
        if (assignment.Target is not IPropertyReferenceOperation { Property: var property } || !_properties.TryGetValue(property.Name, out var limits))
            return null;
        return Declared(limits, property.ContainingType) is { } limit
            && (!limit.Type.StartsWith(RateLimiting, StringComparison.Ordinal) || IsInLimiterOfPipeline(assignment)) ? limit : null;
    }

    /// <summary>The limits that the arguments of a call or creation set.</summary>
    public IEnumerable<(IArgumentOperation Argument, ProtectiveLimit Limit)> SetBy(IMethodSymbol? method, ImmutableArray<IArgumentOperation> arguments)
    {
        if (method is null || !_arguments.TryGetValue(method.Name, out var limits) || Declared(limits, method.ContainingType) is not { } limit)
            yield break;
        foreach (var argument in arguments)
        {
            if (argument is { IsImplicit: false, Parameter: { } parameter } && parameter.Name == limit.Parameter)
                yield return (argument, limit);
        }
    }

    private static ProtectiveLimit? Declared(ImmutableArray<(INamedTypeSymbol Type, ProtectiveLimit Limit)> limits, INamedTypeSymbol type) =>
        limits.FirstOrDefault(l => SymbolEqualityComparer.Default.Equals(l.Type, type.OriginalDefinition)).Limit;

    private bool IsInLimiterOfPipeline(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is IAnonymousFunctionOperation && OutermostOf(current).Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: var method } }
                && method.Name.EndsWith("Limiter", StringComparison.Ordinal)
                && (method.ContainingType.Is(_limiterOptions) || method.ContainingType.Is(_partition)))
                return true;
        }

        return false;
    }

    private static IOperation OutermostOf(IOperation lambda)
    {
        while (lambda.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            lambda = lambda.Parent;
        return lambda;
    }
}
