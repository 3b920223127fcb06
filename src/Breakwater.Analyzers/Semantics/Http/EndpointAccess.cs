namespace Breakwater.Semantics.Http;

/// <summary>
/// Who may ask an endpoint, and whether its answer is about the one who asks. Knows attributes, the fluent API and the fallback policy;
/// a check that the code makes by hand, in a filter or in middleware is not seen.
/// </summary>
internal sealed class EndpointAccess
{
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _authorizeData;
    private readonly INamedTypeSymbol? _allowAnonymous;
    private readonly INamedTypeSymbol? _authorizationOptions;
    private readonly INamedTypeSymbol? _authorizationBuilder;
    private readonly INamedTypeSymbol? _claimsPrincipal;
    private readonly ImmutableArray<INamedTypeSymbol> _haveUser;
    private readonly Lazy<bool> _hasFallbackPolicy;
    private readonly Lazy<bool> _opensPages;
    private readonly Lazy<ImmutableArray<IInvocationOperation>> _onControllers;
    private readonly Lazy<ImmutableArray<IInvocationOperation>> _onPages;

    private EndpointAccess(Compilation compilation)
    {
        _compilation = compilation;
        _authorizeData = compilation.Find("Microsoft.AspNetCore.Authorization.IAuthorizeData");
        _allowAnonymous = compilation.Find("Microsoft.AspNetCore.Authorization.IAllowAnonymous");
        _authorizationOptions = compilation.Find("Microsoft.AspNetCore.Authorization.AuthorizationOptions");
        _authorizationBuilder = compilation.Find("Microsoft.AspNetCore.Authorization.AuthorizationBuilder");
        _claimsPrincipal = compilation.Find("System.Security.Claims.ClaimsPrincipal");
        _haveUser = new[]
        {
            compilation.Find("Microsoft.AspNetCore.Http.HttpContext"),
            compilation.Find("Microsoft.AspNetCore.Mvc.ControllerBase"),
            compilation.Find("Microsoft.AspNetCore.Mvc.RazorPages.PageModel"),
        }.OfType<INamedTypeSymbol>().ToImmutableArray();
        _hasFallbackPolicy = new(FindFallbackPolicy);
        _opensPages = new(() => CallsOf("AllowAnonymousToPage", "AllowAnonymousToFolder", "AllowAnonymousToAreaPage", "AllowAnonymousToAreaFolder").Any());
        _onControllers = new(() => ConventionsOf("MapControllers", "MapControllerRoute", "MapDefaultControllerRoute", "MapAreaControllerRoute"));
        _onPages = new(() => ConventionsOf("MapRazorPages"));
    }

    public static EndpointAccess Of(Compilation compilation) => compilation.Know(static c => new EndpointAccess(c))!;

    /// <summary>
    /// Whether only a signed-in user gets an answer: by attribute, <c>RequireAuthorization</c> or fallback policy, and with nothing that
    /// allows anonymous callers, which always wins.
    /// </summary>
    public bool RequiresUser(Endpoint endpoint)
    {
        var attributes = endpoint.Attributes().Select(a => a.AttributeClass).ToList();
        if (attributes.Any(a => a.Is(_allowAnonymous)) || endpoint.Conventions.Any(c => Adds(c, "AllowAnonymous", _allowAnonymous)))
            return false;
        if (attributes.Any(a => a.Is(_authorizeData)) || endpoint.Conventions.Any(c => Adds(c, "RequireAuthorization", _authorizeData)))
            return !IsOpenedPage(endpoint);

        var shared = endpoint.Kind switch
        {
            EndpointKind.Action => _onControllers.Value,
            EndpointKind.Page => _onPages.Value,
            _ => ImmutableArray<IInvocationOperation>.Empty,
        };
        return !shared.Any(c => Adds(c, "AllowAnonymous", _allowAnonymous))
            && (shared.Any(c => Adds(c, "RequireAuthorization", _authorizeData)) || _hasFallbackPolicy.Value)
            && !IsOpenedPage(endpoint);
    }

    /// <summary>Whether the handlers' own code reads the user for more than a log.</summary>
    public bool ReadsUser(Endpoint endpoint, CancellationToken cancellationToken) =>
        endpoint.Bodies(_compilation, cancellationToken).Any(b => b.DescendantsAndSelf().Any(o => IsUser(o) && !LogCalls.OnlyUse(o)));

    /// <summary>Whether an expression is the user of the request: <c>User</c> of a context, controller or page, or a parameter that is bound to it.</summary>
    public bool IsUser(IOperation operation) => operation switch
    {
        IPropertyReferenceOperation { Property: { Name: "User" } property } => property.Type.Is(_claimsPrincipal)
            && _haveUser.Any(t => property.ContainingType.Is(t)) && !IsTarget(operation),
        IParameterReferenceOperation { Parameter: var parameter } => parameter.Type.Is(_claimsPrincipal) && !IsTarget(operation),
        _ => false,
    };

    private static bool IsTarget(IOperation operation) => operation.Parent is IAssignmentOperation assignment && assignment.Target == operation;

    /// <summary>Conventions such as <c>AllowAnonymousToPage("/Index")</c> name pages by path, which the model does not show.</summary>
    private bool IsOpenedPage(Endpoint endpoint) => endpoint.Kind == EndpointKind.Page && _opensPages.Value;

    private static bool Adds(IInvocationOperation convention, string name, INamedTypeSymbol? metadata) =>
        convention.TargetMethod.Name == name
        || convention.TargetMethod.Name == "WithMetadata" && convention.Descendants().OfType<IObjectCreationOperation>().Any(c => c.Type.Is(metadata));

    private bool FindFallbackPolicy() =>
        Operations("FallbackPolicy").Any(o => o is IPropertyReferenceOperation { Property: var property, Parent: IAssignmentOperation { Value: var value } assignment }
            && assignment.Target == o && property.ContainingType.Is(_authorizationOptions) && value.Unwrap().ConstantValue is not { HasValue: true, Value: null })
        || CallsOf("SetFallbackPolicy", "AddFallbackPolicy").Any(c => c.TargetMethod.ContainingType.Is(_authorizationBuilder)
            && c.Arguments.All(a => a.Value.Unwrap().ConstantValue is not { HasValue: true, Value: null }));

    private ImmutableArray<IInvocationOperation> ConventionsOf(params string[] maps) =>
        CallsOf(maps).SelectMany(m => RouteConventions.Of(m, _compilation, CancellationToken.None).Calls).ToImmutableArray();

    private IEnumerable<IInvocationOperation> CallsOf(params string[] names) => names.SelectMany(Operations).OfType<IInvocationOperation>();

    private IEnumerable<IOperation> Operations(string name) =>
        Mentions.In(_compilation, name, ImmutableArray<string>.Empty, CancellationToken.None)
            .Select(m => Bodies.Of(_compilation).Of(m, CancellationToken.None)).OfType<IOperation>();
}
