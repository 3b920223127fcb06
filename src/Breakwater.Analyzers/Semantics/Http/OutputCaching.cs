namespace Breakwater.Semantics.Http;

/// <summary>An endpoint's use of the output cache.</summary>
/// <param name="Location">The attribute, or the name <c>CacheOutput</c>.</param>
/// <param name="Variation">By what the cache tells responses apart.</param>
internal sealed record OutputCacheUse(Location Location, CacheVariation Variation);

/// <summary>
/// Reads <c>[OutputCache]</c> and <c>CacheOutput()</c> with the policies they name. Gives up on what computes its own key: values,
/// prefixes, conditions, policies that are types or objects, policies from elsewhere; also when a base policy does so.
/// </summary>
internal sealed class OutputCaching
{
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _extensions;
    private readonly INamedTypeSymbol? _builder;
    private readonly INamedTypeSymbol? _options;
    private readonly Lazy<ILookup<string, IInvocationOperation>> _policies;
    private readonly Lazy<CacheVariation?> _base;

    private OutputCaching(Compilation compilation, INamedTypeSymbol attribute)
    {
        _compilation = compilation;
        AttributeType = attribute;
        _extensions = compilation.Find("Microsoft.Extensions.DependencyInjection.OutputCacheConventionBuilderExtensions");
        _builder = compilation.Find("Microsoft.AspNetCore.OutputCaching.OutputCachePolicyBuilder");
        _options = compilation.Find("Microsoft.AspNetCore.OutputCaching.OutputCacheOptions");
        _policies = new(() => PolicyCalls("AddPolicy").ToLookup(
            c => c.Argument("name")?.Value.ConstantValue is { HasValue: true, Value: string name } ? name : "", StringComparer.OrdinalIgnoreCase));
        _base = new(FindBase);
    }

    /// <summary>Null when the compilation references no output cache.</summary>
    public static OutputCaching? Of(Compilation compilation) => compilation.Know(
        static c => c.Find("Microsoft.AspNetCore.OutputCaching.OutputCacheAttribute") is { } attribute ? new OutputCaching(c, attribute) : null);

    /// <summary>Whether a file names the output cache: the test before anything is bound.</summary>
    public static bool IsNamedIn(SyntaxTree tree) => CallNames.IsMentionedIn(tree, "OutputCache") || CallNames.IsMentionedIn(tree, "CacheOutput");

    /// <summary>The same for a piece of source.</summary>
    public static bool IsNamedIn(SyntaxNode syntax) => CallNames.IsMentionedIn(syntax, "OutputCache") || CallNames.IsMentionedIn(syntax, "CacheOutput");

    /// <summary><c>OutputCacheAttribute</c>.</summary>
    public INamedTypeSymbol AttributeType { get; }

    /// <summary>
    /// How the output cache keeps what an endpoint answers; null when it does not, or when its key is not known. Responses to signed-in
    /// users are not kept by any policy that can be read here.
    /// </summary>
    public OutputCacheUse? UseOf(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var (location, variation) = endpoint.Conventions.FirstOrDefault(IsCacheOutput) is { } call
            ? (call.NameLocation(), VariationOf(call, cancellationToken))
            : Endpoints.Innermost(endpoint, AttributeType) is { ApplicationSyntaxReference: { } reference } attribute
                ? (Location.Create(reference.SyntaxTree, reference.Span), VariationOf(attribute, cancellationToken))
                : default;
        return variation is not null && endpoint.AnswersReads && !EndpointAccess.Of(_compilation).RequiresUser(endpoint) ? new(location, variation) : null;
    }

    /// <summary>Whether a convention puts an endpoint's responses into the cache.</summary>
    public bool IsCacheOutput(IInvocationOperation convention) =>
        convention.TargetMethod.Name == "CacheOutput" && convention.TargetMethod.ContainingType.Is(_extensions);

    private CacheVariation? VariationOf(AttributeData attribute, CancellationToken cancellationToken)
    {
        if (!SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, AttributeType))
            return null;
        var values = attribute.NamedArguments.ToDictionary(a => a.Key, a => a.Value);
        if (values.TryGetValue("NoStore", out var noStore) && noStore.Value is true || values.TryGetValue("Duration", out var duration) && duration.Value is <= 0)
            return null;
        var start = values.TryGetValue("PolicyName", out var policy) && policy.Value is string name ? OfPolicy(name, cancellationToken) : _base.Value;
        return start?.ByHeaders(Texts("VaryByHeaderNames")).ByQueryKeys(Texts("VaryByQueryKeys"));

        ImmutableArray<string> Texts(string key) => values.TryGetValue(key, out var texts) ? ConstantTexts.In(texts) : ImmutableArray<string>.Empty;
    }

    private CacheVariation? VariationOf(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (call.Argument("policyName") is { } policy)
            return policy.Value.ConstantValue is { HasValue: true, Value: string name } ? OfPolicy(name, cancellationToken) : null;
        if (call.Argument("policy") is not { } build)
            return _base.Value;
        return IsDefaultExcluded(call) ? null : Build(build.Value, _base.Value, cancellationToken);
    }

    private CacheVariation? OfPolicy(string name, CancellationToken cancellationToken) =>
        _policies.Value[name].ToList() is [var only] && only.Argument("build") is { } build && !IsDefaultExcluded(only) && !_policies.Value[""].Any()
            ? Build(build.Value, _base.Value, cancellationToken)
            : null;

    /// <summary>Base policies run before the endpoint's own; the default policy in front of that one brings all of the query back.</summary>
    private CacheVariation? FindBase()
    {
        CacheVariation? variation = CacheVariation.OfOutputCache;
        foreach (var call in PolicyCalls("AddBasePolicy"))
            variation = call.Argument("build") is { } build ? Build(build.Value, variation, CancellationToken.None) : null;
        return variation is null ? null : variation with { QueryKeys = null };
    }

    private static bool IsDefaultExcluded(IInvocationOperation call) =>
        call.Argument("excludeDefaultPolicy") is { } exclude && exclude.Value.ConstantValue is not { HasValue: true, Value: false };

    /// <summary>What a policy's builder adds to a variation; null when it does what is not known here.</summary>
    private CacheVariation? Build(IOperation builder, CacheVariation? start, CancellationToken cancellationToken)
    {
        var body = builder.Unwrap() switch
        {
            IAnonymousFunctionOperation lambda => lambda.Body,
            IMethodReferenceOperation { Method: var method } => Bodies.Of(_compilation).Of(method, cancellationToken),
            _ => null,
        };
        if (body is null || start is null)
            return null;
        var variation = start;
        foreach (var operation in body.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IInvocationOperation { Instance: { } instance } call when instance.Type.Is(_builder):
                    var names = call.Arguments.Select(a => ConstantTexts.In(a.Value)).ToList();
                    switch (call.TargetMethod.Name)
                    {
                        case "SetVaryByHeader" when names.All(n => !n.IsDefault):
                            variation = variation.ByHeaders(names.SelectMany(n => n));
                            break;
                        case "SetVaryByQuery" when names.All(n => !n.IsDefault):
                            variation = variation.ByQueryKeys(names.SelectMany(n => n).ToList());
                            break;
                        case "Tag" or "Expire" or "SetLocking" or "AllowLocking" or "Cache" or "SetVaryByHost" or "SetVaryByRouteValue":
                            break;
                        default:
                            return null;
                    }

                    break;
                case IArgumentOperation { Value: var handed } when handed.Unwrap().Type.Is(_builder):
                    return null;
            }
        }

        return variation;
    }

    private IEnumerable<IInvocationOperation> PolicyCalls(string name) =>
        Mentions.In(_compilation, name, ImmutableArray<string>.Empty, CancellationToken.None)
            .Select(m => Bodies.Of(_compilation).Of(m, CancellationToken.None)).OfType<IInvocationOperation>()
            .Where(c => c.TargetMethod.ContainingType.Is(_options));
}
