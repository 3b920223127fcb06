namespace Breakwater.Semantics.Http;

/// <summary>How an endpoint is declared.</summary>
internal enum EndpointKind
{
    /// <summary>A public method of a controller.</summary>
    Action,

    /// <summary>The model of a Razor page with all its handlers.</summary>
    Page,

    /// <summary>A lambda or method given to <c>MapGet</c> and its kin.</summary>
    Mapped,
}

/// <summary>Code that answers requests to some route. <see cref="Endpoints"/> finds them.</summary>
internal sealed record Endpoint
{
    /// <summary>How the endpoint is declared.</summary>
    public required EndpointKind Kind { get; init; }

    /// <summary>How a message names it: <c>OrdersController.Get</c>, <c>ProfileModel</c>, <c>MapGet("/cart")</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The controller or page model; null for a mapped handler.</summary>
    public INamedTypeSymbol? Type { get; init; }

    /// <summary>The methods that answer: one action, one mapped method or lambda, all handlers of a page.</summary>
    public required ImmutableArray<IMethodSymbol> Handlers { get; init; }

    /// <summary>The lambda that answers, for one that is mapped.</summary>
    public IAnonymousFunctionOperation? Lambda { get; init; }

    /// <summary>
    /// The calls that configure a mapped endpoint, the innermost first: its own chain from the last call back, then those of the
    /// groups it is mapped on. What methods of this compilation add inside is not seen.
    /// </summary>
    public ImmutableArray<IInvocationOperation> Conventions { get; init; } = ImmutableArray<IInvocationOperation>.Empty;

    /// <summary>
    /// The names that its route binds. Default (not empty) when the route is not known: no attribute route, a pattern that is no
    /// constant, a group from elsewhere, a page, whose route stands in its view.
    /// </summary>
    public ImmutableArray<string> RouteValues { get; init; }

    /// <summary>Whether GET or HEAD requests arrive here, as far as the declaration says; caches store nothing else.</summary>
    public required bool AnswersReads { get; init; }

    /// <summary>
    /// The code that runs for a request: the bodies of the handlers that are declared in this compilation.
    /// </summary>
    public IEnumerable<IOperation> Bodies(Compilation compilation, CancellationToken cancellationToken)
    {
        if (Lambda is not null)
            return [Lambda.Body];
        return Handlers.Select(h => Semantics.Bodies.Of(compilation).Of(h, cancellationToken)).OfType<IOperation>();
    }

    /// <summary>
    /// The attributes that speak for the endpoint: of the handler and what it overrides, then of the type and its bases, the nearest
    /// first. The attributes of a page's handlers have no effect, and neither has the class of a mapped method.
    /// </summary>
    public IEnumerable<AttributeData> Attributes()
    {
        if (Kind != EndpointKind.Page)
        {
            for (var method = Handlers[0]; method is not null; method = method.OverriddenMethod)
            {
                foreach (var attribute in method.GetAttributes())
                    yield return attribute;
            }
        }

        for (var type = Type; type is not null; type = type.BaseType)
        {
            foreach (var attribute in type.GetAttributes())
                yield return attribute;
        }
    }
}
