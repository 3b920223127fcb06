namespace Breakwater.Semantics.Caching;

/// <summary>
/// Whether a memory cache can grow for ever: it outlives its callers and nothing sets <c>SizeLimit</c>. A cache that is created with
/// options we cannot see counts as bounded.
/// </summary>
internal sealed class CacheBounds
{
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _cache;
    private readonly INamedTypeSymbol? _options;
    private readonly INamedTypeSymbol? _services;
    private readonly Lazy<bool> _isSharedCacheBounded;

    private CacheBounds(Compilation compilation)
    {
        _compilation = compilation;
        _cache = compilation.Find("Microsoft.Extensions.Caching.Memory.MemoryCache");
        _options = compilation.Find("Microsoft.Extensions.Caching.Memory.MemoryCacheOptions");
        _services = compilation.Find("Microsoft.Extensions.DependencyInjection.IServiceCollection");
        _isSharedCacheBounded = new(IsSharedCacheBounded);
    }

    public static CacheBounds Of(Compilation compilation) => compilation.Know(static c => new CacheBounds(c))!;

    /// <summary>Whether entries without a lifetime pile up in the cache of an operation.</summary>
    public bool GrowsForEver(CacheOperation operation, CancellationToken cancellationToken)
    {
        switch (operation.Cache.Symbol)
        {
            case null when operation.Api.Operation is IInvocationOperation call && (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } receiver && IsCreation(receiver):
                return false;
            case ILocalSymbol local when Direct(local, cancellationToken).Any(IsCreation):
                return false;
            case { } member and (IFieldSymbol or IPropertySymbol) when Direct(member, cancellationToken) is var written && written.Any(IsCreation):
                return written.All(w => !IsCreation(w) || IsUnbounded((IObjectCreationOperation)w.Unwrap()))
                    && (member.IsStatic || Hosting.ServiceLifetimes.Of(_compilation).LifetimeOf(member.ContainingType) != Hosting.Lifetime.Short);
            default:
                return !_isSharedCacheBounded.Value;
        }
    }

    private ImmutableArray<IOperation> Direct(ISymbol variable, CancellationToken cancellationToken) =>
        Flow.AssignedValues.Direct(variable, _compilation, cancellationToken).Values;

    private bool IsCreation(IOperation value) => value.Unwrap() is IObjectCreationOperation creation && creation.Type.Is(_cache);

    private bool IsUnbounded(IObjectCreationOperation creation) => creation.Argument("optionsAccessor")?.Value is { } options && IsUnbounded(options);

    private bool IsUnbounded(IOperation options) => options.Unwrap() switch
    {
        IObjectCreationOperation made => made.Type.Is(_options) && (made.Initializer is null || made.Initializer.Initializers.All(i => !SetsLimit(i))),
        IInvocationOperation { TargetMethod: { Name: "Create", ContainingType.Name: "Options" }, Arguments: [{ Value: var wrapped }] } => IsUnbounded(wrapped),
        _ => false,
    };

    private static bool SetsLimit(IOperation initialiser) => initialiser is IAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "SizeLimit" } };

    /// <summary>Whether the options of the cache that is injected are given a limit: in a set-up action, or in a registration.</summary>
    private bool IsSharedCacheBounded() =>
        Mentions.In(_compilation, "SizeLimit", ImmutableArray<string>.Empty, CancellationToken.None)
            .Select(mention => Bodies.Of(_compilation).Of(mention, CancellationToken.None))
            .OfType<IPropertyReferenceOperation>()
            .Any(limit => limit.Property.ContainingType.Is(_options) && limit.Parent is IAssignmentOperation
                && (limit.Instance is IParameterReferenceOperation || IsInRegistration(limit)));

    private bool IsInRegistration(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is IInvocationOperation call && call.TargetMethod.Definition().Parameters is [{ Type: var receiver }, ..] && receiver.Is(_services))
                return true;
        }

        return false;
    }
}
