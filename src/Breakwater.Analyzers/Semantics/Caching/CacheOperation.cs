namespace Breakwater.Semantics.Caching;

/// <summary>Which cache an operation speaks to.</summary>
internal enum CacheKind
{
    Memory,
    Distributed,
    Hybrid,
    Fusion,
    Redis,
    ObjectCache,
    Output,
    Dictionary,
}

/// <summary>What an operation does to a cache.</summary>
internal enum CacheVerb
{
    Read,
    ReadThrough,
    Write,
    Remove,
    RemoveByTag,
    Clear,
}

/// <summary>A set of <see cref="CacheVerb"/>: what a piece of source may do, judged by names alone.</summary>
[Flags]
internal enum CacheVerbs
{
    None = 0,
    Read = 1 << CacheVerb.Read,
    ReadThrough = 1 << CacheVerb.ReadThrough,
    Write = 1 << CacheVerb.Write,
    Remove = 1 << CacheVerb.Remove,
    RemoveByTag = 1 << CacheVerb.RemoveByTag,
    Clear = 1 << CacheVerb.Clear,
    All = Read | ReadThrough | Write | Remove | RemoveByTag | Clear,

    /// <summary>What gives a value to an entry.</summary>
    Filling = ReadThrough | Write,

    /// <summary>What takes an entry out.</summary>
    Removing = Remove | RemoveByTag | Clear,
}

internal static class CacheVerbExtensions
{
    /// <summary>The set of this verb alone.</summary>
    public static CacheVerbs Alone(this CacheVerb verb) => (CacheVerbs)(1 << (int)verb);
}

/// <summary>One operation on a cache, as the body sees it in which it stands: wrappers of the compilation are already looked through.</summary>
internal sealed record CacheOperation
{
    public required CacheKind Kind { get; init; }

    public required CacheVerb Verb { get; init; }

    /// <summary>The call, indexer or assignment in the body at hand.</summary>
    public required IOperation Operation { get; init; }

    /// <summary>The operation of the cache's own API: the same, or the one inside the wrapper with what the caller gave it.</summary>
    public required Bound Api { get; init; }

    /// <summary>Which cache it is; equal for two operations on the same one.</summary>
    public required CacheIdentity Cache { get; init; }

    /// <summary>The key; null for an operation on the whole cache or on a tag.</summary>
    public Bound? Key { get; init; }

    /// <summary>The value a write stores; null for other verbs, and when the value is set in a way we do not follow.</summary>
    public Bound? Value { get; init; }

    /// <summary>The delegate that a read-through loads with.</summary>
    public Bound? Factory { get; init; }

    /// <summary>The tag or tags that are removed, or that the entry is given; null when there are none.</summary>
    public Bound? Tags { get; init; }

    /// <summary>Whether a wrapper stands between the body and the cache.</summary>
    public bool IsWrapped { get; init; }

    /// <summary>Whether the cache is one that services are given and that keeps data: no dictionary, no <c>ObjectCache</c>, no output cache.</summary>
    public bool IsOnServiceCache => Kind is CacheKind.Memory or CacheKind.Distributed or CacheKind.Hybrid or CacheKind.Fusion or CacheKind.Redis;
}

/// <summary>
/// The cache behind a receiver: the field, property, parameter or local it is kept in, and for a field of another object the
/// variable that holds this object. <see cref="Symbol"/> is null when the receiver is an expression; such a cache equals nothing.
/// </summary>
internal readonly record struct CacheIdentity(ISymbol? Symbol, ISymbol? Owner)
{
    public bool IsSameAs(CacheIdentity other) =>
        Symbol is not null
        && SymbolEqualityComparer.Default.Equals(Symbol, other.Symbol)
        && SymbolEqualityComparer.Default.Equals(Owner, other.Owner);

    /// <summary>Whether other callers can hold the same cache: it is not created in, or local to, the body.</summary>
    public bool IsShared => Symbol is not null and not ILocalSymbol;

    /// <summary>Whether the body made the cache itself, so that no other caller has it. A local that holds somebody else's cache is none.</summary>
    public bool IsCreatedHere => Symbol is ILocalSymbol && IsNew;

    /// <summary>Whether the local holds a new object.</summary>
    private bool IsNew { get; init; }

    public static CacheIdentity Of(Bound receiver)
    {
        var (operation, frame) = receiver.Resolve();
        switch (operation)
        {
            case IFieldReferenceOperation field:
                return new(field.Field.OriginalDefinition, OwnerOf(field.Instance, frame));
            case IPropertyReferenceOperation property:
                return new(property.Property.OriginalDefinition, OwnerOf(property.Instance, frame));
            case IParameterReferenceOperation parameter:
                return new(parameter.Parameter.OriginalDefinition, null);
            case ILocalReferenceOperation local when Flow.LocalValues.Around(local).Single(local.Local)?.Unwrap() is { } value
                    and (IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation):
                return Of(new(value, frame));
            case ILocalReferenceOperation local:
                return new(local.Local, null) { IsNew = Flow.LocalValues.Around(local).Of(local.Local).Any(given => given.Value.Unwrap() is IObjectCreationOperation) };
            case IInvocationOperation { TargetMethod.Name: "GetDatabase", Instance: { } multiplexer }:
                // The databases of one multiplexer are one server.
                return Of(new(multiplexer, frame));
            default:
                return default;
        }
    }

    private static ISymbol? OwnerOf(IOperation? instance, Frame? frame) => instance switch
    {
        null => null,
        IInstanceReferenceOperation => frame?.Instance is { } outer ? Of(outer).Symbol : null,
        _ => Of(new(instance, frame)).Symbol,
    };
}
