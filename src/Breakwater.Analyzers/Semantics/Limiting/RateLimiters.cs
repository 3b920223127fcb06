using Breakwater.Flow;

namespace Breakwater.Semantics.Limiting;

/// <summary>
/// The limiters of <c>System.Threading.RateLimiting</c>: which calls ask one for a lease, and which limiters a call can reach. Gives up
/// on limiters that come from elsewhere: parameters, other types, partitions.
/// </summary>
internal sealed class RateLimiters
{
    private readonly INamedTypeSymbol _limiter;
    private readonly INamedTypeSymbol? _partitioned;
    private readonly INamedTypeSymbol? _concurrency;

    private RateLimiters(INamedTypeSymbol limiter, Compilation compilation)
    {
        _limiter = limiter;
        _partitioned = compilation.Find("System.Threading.RateLimiting.PartitionedRateLimiter`1");
        _concurrency = compilation.Find("System.Threading.RateLimiting.ConcurrencyLimiter");
    }

    /// <summary>Null when the library is not referenced.</summary>
    public static RateLimiters? Of(Compilation compilation) => compilation.Know(static c =>
        c.Find("System.Threading.RateLimiting.RateLimiter") is { } limiter ? new RateLimiters(limiter, c) : null);

    /// <summary>Whether the call takes permits; one for no permits at all only looks.</summary>
    public bool TakesPermits(IInvocationOperation call) =>
        call.TargetMethod is { Name: "AttemptAcquire" or "AcquireAsync", IsStatic: false } method
        && (method.ContainingType.Is(_limiter) || method.ContainingType.Is(_partitioned))
        && call.Argument("permitCount")?.Value.ConstantValue is not { HasValue: true, Value: 0 };

    /// <summary>Every creation of the limiter that the call asks; a default array when one of them is not seen.</summary>
    public ImmutableArray<IObjectCreationOperation> CreationsOf(IInvocationOperation call, Compilation compilation, CancellationToken cancellationToken)
    {
        var receiver = call.Instance?.Unwrap();
        if (receiver is IConditionalAccessInstanceOperation placeholder)
            receiver = placeholder.Accessed()?.Unwrap();
        if (receiver is null)
            return default;

        var values = receiver is IMemberReferenceOperation member
            ? AssignedValues.Of(member.Member, compilation, cancellationToken)
            : AssignedValues.Behind(receiver, compilation, cancellationToken);
        return values is { AreKnown: true, Values.IsEmpty: false } && values.Values.All(v => v is IObjectCreationOperation && v.Type.Is(_limiter))
            ? ImmutableArray.CreateRange(values.Values.Cast<IObjectCreationOperation>())
            : default;
    }

    /// <summary>Whether a lease holds its permit until it is disposed; those of other limiters give nothing back.</summary>
    public bool HoldsPermits(IObjectCreationOperation limiter) => SymbolEqualityComparer.Default.Equals(limiter.Type, _concurrency);

    /// <summary>Whether a call that finds no permit always waits for one: the queue of those that wait has no bound.</summary>
    public static bool WaitsWithoutEnd(IObjectCreationOperation limiter, Compilation compilation, CancellationToken cancellationToken) =>
        limiter.Argument("options") is { } options
        && OptionValues.Of(options.Value, compilation, cancellationToken)?["QueueLimit"].IsAlways(int.MaxValue) == true;
}
