using Breakwater.Semantics.Hosting;

namespace Breakwater.Semantics.Http;

/// <summary>
/// The endpoints of a web application, found on demand: in a controller or page model, in the code that maps routes, and around a
/// piece of code. Endpoints of other frameworks (gRPC, SignalR, FastEndpoints) are none of these.
/// </summary>
internal sealed class Endpoints
{
    private readonly Compilation _compilation;
    private readonly HandlerTypes _types;
    private readonly INamedTypeSymbol? _routeTemplate;
    private readonly INamedTypeSymbol? _httpMethods;
    private readonly INamedTypeSymbol? _apiController;
    private readonly Lazy<ILookup<ISymbol?, INamedTypeSymbol>> _derived;

    private Endpoints(Compilation compilation)
    {
        _compilation = compilation;
        _types = HandlerTypes.Of(compilation);
        _routeTemplate = compilation.Find("Microsoft.AspNetCore.Mvc.Routing.IRouteTemplateProvider");
        _httpMethods = compilation.Find("Microsoft.AspNetCore.Mvc.Routing.IActionHttpMethodProvider");
        _apiController = compilation.Find("Microsoft.AspNetCore.Mvc.ApiControllerAttribute");
        _derived = new(() => TypesOf(compilation.Assembly.GlobalNamespace).ToLookup(t => (ISymbol?)t.BaseType?.OriginalDefinition, SymbolEqualityComparer.Default));
    }

    /// <summary>Null when the compilation references no ASP.NET Core.</summary>
    public static Endpoints? Of(Compilation compilation) =>
        compilation.Know(static c => c.Find("Microsoft.AspNetCore.Http.HttpContext") is null ? null : new Endpoints(c));

    /// <summary>Whether a type is a controller or a page model.</summary>
    public bool MayHave(INamedTypeSymbol type) => _types.IsPage(type) || _types.IsController(type);

    /// <summary>The actions that a controller declares or inherits from this compilation, or the one endpoint of a page model.</summary>
    public IEnumerable<Endpoint> OfType(INamedTypeSymbol type)
    {
        if (_types.IsPage(type))
            return [OfPage(type)];
        return _types.IsController(type)
            ? SelfAndBases(type).SelectMany(t => t.GetMembers().OfType<IMethodSymbol>())
                .Where(m => _types.IsAction(m) && !IsOverridden(m, type)).Select(m => OfAction(m, type))
            : [];
    }

    /// <summary>
    /// Each attribute of this type (or a derived one) that stands on <paramref name="type"/> or its actions, with the endpoints for which
    /// it is the innermost; an attribute of a class reaches the classes that derive from it.
    /// </summary>
    public IEnumerable<(AttributeData Attribute, IReadOnlyList<Endpoint> Endpoints)> DecidedBy(INamedTypeSymbol attributeType, INamedTypeSymbol type)
    {
        if (!MayHave(type))
            yield break;

        if (type.GetAttributes().FirstOrDefault(a => a.AttributeClass.Is(attributeType)) is { } ofClass)
        {
            var covered = SelfAndDerived(type)
                .Where(t => SymbolEqualityComparer.Default.Equals(t, type) || !t.GetAttributes().Any(a => a.AttributeClass.Is(attributeType)))
                .SelectMany(OfType)
                .Where(e => Innermost(e, attributeType) is { } innermost && innermost.ApplicationSyntaxReference?.Span == ofClass.ApplicationSyntaxReference?.Span);
            yield return (ofClass, covered.ToList());
        }

        foreach (var method in _types.IsPage(type) ? [] : type.GetMembers().OfType<IMethodSymbol>())
        {
            if (_types.IsAction(method) && method.GetAttributes().FirstOrDefault(a => a.AttributeClass.Is(attributeType)) is { } ofAction)
                yield return (ofAction, [OfAction(method, type)]);
        }
    }

    /// <summary>The attribute of this type (or a derived one) that counts for an endpoint: the handler's own before its class's.</summary>
    public static AttributeData? Innermost(Endpoint endpoint, INamedTypeSymbol attributeType) =>
        endpoint.Attributes().FirstOrDefault(a => a.AttributeClass.Is(attributeType));

    /// <summary>The endpoints that a body maps, in its lambdas and local functions as well.</summary>
    public IEnumerable<Endpoint> MappedIn(IOperation body, CancellationToken cancellationToken) =>
        body.DescendantsAndSelf().OfType<IInvocationOperation>().Select(c => MappedBy(c, cancellationToken)).OfType<Endpoint>();

    /// <summary>The endpoint that a call maps; null when it maps none, or a handler that is not seen.</summary>
    public Endpoint? MappedBy(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (!_types.MapsEndpoint(call.TargetMethod))
            return null;
        var handler = (call.Argument("handler") ?? call.Argument("requestDelegate"))?.Value.Unwrap();
        if (handler is ILocalReferenceOperation local)
            handler = Flow.LocalValues.Around(local).Single(local.Local)?.Unwrap();
        var method = handler switch
        {
            IAnonymousFunctionOperation lambda => lambda.Symbol,
            IMethodReferenceOperation reference => reference.Method.Definition(),
            _ => null,
        };
        if (method is null)
            return null;

        var conventions = RouteConventions.Of(call, _compilation, cancellationToken);
        var pattern = call.Argument("pattern")?.Value.ConstantValue is { HasValue: true, Value: string text } ? text : null;
        return new Endpoint
        {
            Kind = EndpointKind.Mapped,
            Name = call.TargetMethod.Name + (pattern is null ? "" : $"(\"{pattern}\")"),
            Handlers = ImmutableArray.Create(method),
            Lambda = handler as IAnonymousFunctionOperation,
            Conventions = conventions.Calls,
            RouteValues = conventions.Prefixes.IsDefault || pattern is null ? default
                : conventions.Prefixes.Add(pattern).SelectMany(RouteTemplate.ValuesOf).ToImmutableArray(),
            AnswersReads = call.TargetMethod.Name switch
            {
                "MapPost" or "MapPut" or "MapDelete" or "MapPatch" => false,
                "MapMethods" when call.Argument("httpMethods")?.Value is { } methods && ConstantTexts.In(methods) is { IsDefault: false } verbs => verbs.Any(IsRead),
                _ => true,
            },
        };
    }

    /// <summary>
    /// The endpoints whose handlers hold <paramref name="operation"/>: the action or page handler around it, the mapped lambda, the
    /// routes that a method or local function is mapped to.
    /// </summary>
    public IEnumerable<Endpoint> Around(IOperation operation, CancellationToken cancellationToken)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is IAnonymousFunctionOperation lambda && MappedAs(lambda, cancellationToken) is { } mapped)
                return [mapped];
            if (current is ILocalFunctionOperation local && MappedTo(local.Symbol, cancellationToken) is { Count: > 0 } routes)
                return routes;
        }

        return Enclosing.Member(operation, _compilation, cancellationToken) is { } member ? HandledBy(member, cancellationToken) : [];
    }

    /// <summary>The endpoints that a method answers: its own as an action or page handler, or the routes that it is mapped to.</summary>
    public IEnumerable<Endpoint> HandledBy(IMethodSymbol method, CancellationToken cancellationToken) =>
        _types.IsAction(method) ? [OfAction(method, method.ContainingType)]
        : _types.IsPageHandler(method) ? [OfPage(method.ContainingType)]
        : method.MethodKind is MethodKind.Ordinary or MethodKind.LocalFunction ? MappedTo(method, cancellationToken)
        : [];

    private Endpoint? MappedAs(IAnonymousFunctionOperation lambda, CancellationToken cancellationToken)
    {
        IOperation value = lambda;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        if (value.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation kept })
        {
            return Enclosing.Root(kept).DescendantsAndSelf().OfType<ILocalReferenceOperation>()
                .Where(r => SymbolEqualityComparer.Default.Equals(r.Local, kept.Symbol))
                .Select(r => GivenTo(r, cancellationToken)).FirstOrDefault(e => e is not null);
        }

        return GivenTo(value, cancellationToken);
    }

    private Endpoint? GivenTo(IOperation handler, CancellationToken cancellationToken)
    {
        while (handler.Parent is IConversionOperation conversion)
            handler = conversion;
        return handler.Parent is IArgumentOperation { Parent: IInvocationOperation call } ? MappedBy(call, cancellationToken) : null;
    }

    private List<Endpoint> MappedTo(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var mentions = method.MethodKind == MethodKind.LocalFunction
            ? method.DeclaringSyntaxReferences.SelectMany(r => Mentions.In(Flow.VariableWrites.MemberAround(r.GetSyntax(cancellationToken)), method.Name, cancellationToken))
            : Mentions.In(_compilation, method.Name, ImmutableArray.Create("Map"), cancellationToken);
        var found = new List<Endpoint>();
        foreach (var mention in mentions)
        {
            // A call is no method group, and only an argument hands a handler over.
            if (mention is not InvocationExpressionSyntax && mention.FirstAncestorOrSelf<ArgumentSyntax>() is { Parent.Parent: InvocationExpressionSyntax syntax }
                && Bodies.Of(_compilation).Of(syntax, cancellationToken) is IInvocationOperation call
                && MappedBy(call, cancellationToken) is { Lambda: null } endpoint
                && SymbolEqualityComparer.Default.Equals(endpoint.Handlers[0].Definition(), method.Definition()))
                found.Add(endpoint);
        }

        return found;
    }

    private static Endpoint OfPage(INamedTypeSymbol type)
    {
        var handlers = SelfAndBases(type).SelectMany(t => t.GetMembers().OfType<IMethodSymbol>())
            .Where(m => m is { MethodKind: MethodKind.Ordinary, IsStatic: false } && HandlerTypes.IsPageHandlerName(m.Name)).ToImmutableArray();
        return new Endpoint
        {
            Kind = EndpointKind.Page,
            Name = type.Name,
            Type = type,
            Handlers = handlers,

            // A page without OnGet still renders its view.
            AnswersReads = true,
        };
    }

    private static bool IsOverridden(IMethodSymbol method, INamedTypeSymbol type) =>
        !SymbolEqualityComparer.Default.Equals(method.ContainingType, type) && type.GetMembers(method.Name).OfType<IMethodSymbol>().Any(m => m.IsOverride);

    private Endpoint OfAction(IMethodSymbol method, INamedTypeSymbol type)
    {
        var verbs = method.GetAttributes().Where(a => a.AttributeClass.Is(_httpMethods)).SelectMany(VerbsOf).ToList();
        var endpoint = new Endpoint
        {
            Kind = EndpointKind.Action,
            Name = $"{type.Name}.{method.Name}",
            Type = type,
            Handlers = ImmutableArray.Create(method),
            AnswersReads = verbs.Count == 0 || verbs.Any(IsRead),
        };
        var templates = endpoint.Attributes().Where(a => a.AttributeClass.Is(_routeTemplate)).SelectMany(TemplatesOf).ToList();
        return templates.Count == 0 && !endpoint.Attributes().Any(a => a.AttributeClass.Is(_apiController))
            ? endpoint
            : endpoint with { RouteValues = templates.SelectMany(RouteTemplate.ValuesOf).ToImmutableArray() };
    }

    /// <summary><c>[HttpGet]</c> names its verb itself, <c>[AcceptVerbs("GET")]</c> is given them.</summary>
    private static IEnumerable<string> VerbsOf(AttributeData attribute) =>
        attribute.AttributeClass!.Name is var name && name.StartsWith("Http", StringComparison.Ordinal)
            ? [name.Substring(4).Replace("Attribute", "")]
            : attribute.ConstructorArguments.SelectMany(a => ConstantTexts.In(a));

    private static IEnumerable<string> TemplatesOf(AttributeData attribute) =>
        (attribute.AttributeClass!.Name == "AcceptVerbsAttribute" ? [] : attribute.ConstructorArguments.SelectMany(a => ConstantTexts.In(a)))
        .Concat(attribute.NamedArguments.Where(a => a.Key is "Route" or "Template").SelectMany(a => ConstantTexts.In(a.Value)));

    private static bool IsRead(string verb) =>
        verb.Equals("GET", StringComparison.OrdinalIgnoreCase) || verb.Equals("HEAD", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<INamedTypeSymbol> SelfAndBases(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null && SymbolEqualityComparer.Default.Equals(current.ContainingAssembly, type.ContainingAssembly); current = current.BaseType)
            yield return current;
    }

    private IEnumerable<INamedTypeSymbol> SelfAndDerived(INamedTypeSymbol type)
    {
        yield return type;
        if (type.IsSealed)
            yield break;
        foreach (var derived in _derived.Value[type.OriginalDefinition].SelectMany(SelfAndDerived))
            yield return derived;
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceOrTypeSymbol container) =>
        container.GetMembers().OfType<INamespaceOrTypeSymbol>()
            .SelectMany(m => m is INamedTypeSymbol type ? TypesOf(m).Prepend(type) : TypesOf(m));
}
