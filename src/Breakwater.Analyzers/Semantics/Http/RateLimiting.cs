namespace Breakwater.Semantics.Http;

/// <summary>
/// The rate limiting that a web application configures, found on demand by the names of its API: what is registered, what asks for it,
/// and where the middleware is added.
/// </summary>
internal sealed class RateLimiting
{
    /// <summary>The assembly that the middleware is in.</summary>
    public const string Library = "Microsoft.AspNetCore.RateLimiting";

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol _registrations;
    private readonly INamedTypeSymbol _options;
    private readonly INamedTypeSymbol? _middleware;
    private readonly INamedTypeSymbol? _conventions;
    private readonly INamedTypeSymbol? _attribute;

    private RateLimiting(Compilation compilation, INamedTypeSymbol registrations, INamedTypeSymbol options)
    {
        _compilation = compilation;
        _registrations = registrations;
        _options = options;
        _middleware = compilation.Find("Microsoft.AspNetCore.Builder.RateLimiterApplicationBuilderExtensions");
        _conventions = compilation.Find("Microsoft.AspNetCore.Builder.RateLimiterEndpointConventionBuilderExtensions");
        _attribute = compilation.Find("Microsoft.AspNetCore.RateLimiting.EnableRateLimitingAttribute");
    }

    /// <summary>Null when the compilation references no rate limiting middleware.</summary>
    public static RateLimiting? Of(Compilation compilation) => compilation.Know(static c =>
        c.Find("Microsoft.AspNetCore.Builder.RateLimiterServiceCollectionExtensions") is { } registrations
        && c.Find("Microsoft.AspNetCore.RateLimiting.RateLimiterOptions") is { } options
            ? new RateLimiting(c, registrations, options) : null);

    /// <summary>The calls of <c>AddRateLimiter</c>.</summary>
    public IEnumerable<IInvocationOperation> Registrations(CancellationToken cancellationToken) =>
        Named("AddRateLimiter", cancellationToken).OfType<IInvocationOperation>().Where(c => c.TargetMethod.ContainingType.Is(_registrations));

    /// <summary>The calls of <c>UseRateLimiter</c>, and references to the method as themselves.</summary>
    public IEnumerable<IOperation> Uses(CancellationToken cancellationToken) => Named("UseRateLimiter", cancellationToken).Where(o =>
        o is IInvocationOperation { TargetMethod.ContainingType: { } called } && called.Is(_middleware)
        || o is IMethodReferenceOperation { Method.ContainingType: { } referenced } && referenced.Is(_middleware));

    /// <summary>How many times a policy is asked for: by <c>RequireRateLimiting</c>, or by the attribute on a type, method or lambda.</summary>
    public int CountPolicies(CancellationToken cancellationToken) =>
        Named("RequireRateLimiting", cancellationToken).OfType<IInvocationOperation>().Count(c => c.TargetMethod.ContainingType.Is(_conventions))
        + new[] { "EnableRateLimiting", "EnableRateLimitingAttribute" }.Sum(name => Mentioned(name, cancellationToken).Count(m => IsPolicy(m, cancellationToken)));

    /// <summary>Whether every request is limited, whatever its endpoint.</summary>
    public bool HasGlobalLimiter(CancellationToken cancellationToken) =>
        Named("GlobalLimiter", cancellationToken).OfType<IPropertyReferenceOperation>().Any(p =>
            p.Property.ContainingType.Is(_options)
            && p.Parent is IAssignmentOperation assignment && assignment.Target == p
            && assignment.Value.Unwrap().ConstantValue is not { HasValue: true, Value: null });

    private bool IsPolicy(ExpressionSyntax mention, CancellationToken cancellationToken)
    {
        var place = mention.AncestorsAndSelf().First(n => n is not NameSyntax);
        return place switch
        {
            AttributeSyntax => Bodies.Of(_compilation).TypeOf(place, cancellationToken).Is(_attribute),
            ObjectCreationExpressionSyntax => Bodies.Of(_compilation).Of(place, cancellationToken)?.Type.Is(_attribute) == true,
            _ => false,
        };
    }

    private IEnumerable<IOperation> Named(string name, CancellationToken cancellationToken) =>
        Mentioned(name, cancellationToken).Select(m => Bodies.Of(_compilation).Of(m, cancellationToken)).OfType<IOperation>();

    private IEnumerable<ExpressionSyntax> Mentioned(string name, CancellationToken cancellationToken) =>
        _compilation.SyntaxTrees.Where(t => CallNames.IsNamedIn(t, name)).SelectMany(t => Mentions.In(t.GetRoot(cancellationToken), name, cancellationToken));
}
