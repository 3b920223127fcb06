using Breakwater.Flow;

namespace Breakwater.Semantics.Http;

/// <summary>
/// The headers, cookies and query values on which an endpoint's answer to a GET depends: those it binds, as far as its code uses them
/// for more than a log, and those its code reads by a constant name. Values bound into complex types, and what helpers and middleware
/// read, are not seen; nor are parameters whose place in the request the declaration leaves open.
/// </summary>
internal sealed class RequestInputs
{
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _request;
    private readonly INamedTypeSymbol? _headers;
    private readonly INamedTypeSymbol? _typedHeaders;
    private readonly INamedTypeSymbol? _fromHeader;
    private readonly INamedTypeSymbol? _fromQuery;
    private readonly INamedTypeSymbol? _bindProperty;
    private readonly ImmutableArray<INamedTypeSymbol> _otherSources;
    private readonly ImmutableHashSet<ISymbol?> _simple;

    private RequestInputs(Compilation compilation)
    {
        _compilation = compilation;
        _request = compilation.Find("Microsoft.AspNetCore.Http.HttpRequest");
        _headers = compilation.Find("Microsoft.AspNetCore.Http.IHeaderDictionary");
        _typedHeaders = compilation.Find("Microsoft.AspNetCore.Http.Headers.RequestHeaders");
        _fromHeader = compilation.Find("Microsoft.AspNetCore.Http.Metadata.IFromHeaderMetadata");
        _fromQuery = compilation.Find("Microsoft.AspNetCore.Http.Metadata.IFromQueryMetadata");
        _bindProperty = compilation.Find("Microsoft.AspNetCore.Mvc.BindPropertyAttribute");
        _otherSources = Find(
            compilation.Find("Microsoft.AspNetCore.Mvc.ModelBinding.IBindingSourceMetadata"),
            compilation.Find("Microsoft.AspNetCore.Http.Metadata.IFromRouteMetadata"),
            compilation.Find("Microsoft.AspNetCore.Http.Metadata.IFromBodyMetadata"),
            compilation.Find("Microsoft.AspNetCore.Http.Metadata.IFromFormMetadata"),
            compilation.Find("Microsoft.AspNetCore.Http.Metadata.IFromServiceMetadata"),
            compilation.Find("Microsoft.AspNetCore.Http.AsParametersAttribute"),
            compilation.Find("Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute"));
        _simple = Find(
            compilation.Find("System.Guid"), compilation.Find("System.DateTime"), compilation.Find("System.DateTimeOffset"),
            compilation.Find("System.DateOnly"), compilation.Find("System.TimeOnly"), compilation.Find("System.TimeSpan"))
            .ToImmutableHashSet<ISymbol?>(SymbolEqualityComparer.Default);
    }

    public static RequestInputs Of(Compilation compilation) => compilation.Know(static c => new RequestInputs(c))!;

    /// <summary>The inputs of an endpoint: headers, cookies, query, each in the order of the source.</summary>
    public ImmutableArray<RequestInput> Of(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var found = new List<RequestInput>();
        foreach (var handler in endpoint.Handlers)
        {
            // Caches keep what a page answers to GET; the model does not say which handlers share a response.
            if (endpoint.Kind == EndpointKind.Page && !handler.Name.StartsWith("OnGet", StringComparison.Ordinal) && !handler.Name.StartsWith("OnHead", StringComparison.Ordinal))
                continue;
            if ((endpoint.Lambda?.Body ?? Bodies.Of(_compilation).Of(handler, cancellationToken)) is not { } body)
                continue;
            found.AddRange(handler.Parameters.Where(p => IsUsed(p, body)).Select(p => BoundBy(p, endpoint)).OfType<RequestInput>());
            found.AddRange(body.DescendantsAndSelf().Where(o => !IsTarget(o)).Select(o => (Operation: o, Input: ReadBy(o)))
                .Where(r => r.Input is not null && !LogCalls.OnlyUse(r.Operation)).Select(r => r.Input!.Value));
            if (endpoint.Kind == EndpointKind.Action)
                found.AddRange(PropertiesOf(endpoint.Type).Where(p => IsUsed(p.Property, body)).Select(p => p.Input));
        }

        // A view may show any property of its model.
        if (endpoint.Kind == EndpointKind.Page)
            found.AddRange(PropertiesOf(endpoint.Type).Select(p => p.Input));
        return found.Distinct().OrderBy(i => i.Part).ToImmutableArray();
    }

    private RequestInput? BoundBy(IParameterSymbol parameter, Endpoint endpoint)
    {
        if (ExplicitSource(parameter, parameter.Type) is { } input)
            return input;
        var isBoundElsewhere = parameter.GetAttributes().Any(a => Explicit(a, _fromHeader) || Explicit(a, _fromQuery) || _otherSources.Any(s => a.AttributeClass.Is(s)));
        if (isBoundElsewhere || !IsSimple(parameter.Type) || parameter.RefKind != RefKind.None)
            return null;
        var isRouteValue = !endpoint.RouteValues.IsDefault ? endpoint.RouteValues.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase)
            : endpoint.Kind != EndpointKind.Page || parameter.Name.Equals("id", StringComparison.OrdinalIgnoreCase);
        return isRouteValue ? null : new(RequestPart.Query, parameter.Name);
    }

    /// <summary><c>[FromHeader]</c> or <c>[FromQuery]</c> on a value that is not put together from several.</summary>
    private RequestInput? ExplicitSource(ISymbol bound, ITypeSymbol type)
    {
        foreach (var attribute in bound.GetAttributes())
        {
            RequestPart? part = Explicit(attribute, _fromHeader) ? RequestPart.Header : Explicit(attribute, _fromQuery) ? RequestPart.Query : null;
            if (part is { } found && IsSimpleOrMany(type))
                return new(found, attribute.NamedArguments.FirstOrDefault(a => a.Key == "Name").Value.Value as string ?? bound.Name);
        }

        return null;
    }

    private IEnumerable<(IPropertySymbol Property, RequestInput Input)> PropertiesOf(INamedTypeSymbol? type)
    {
        for (; type is not null && type.IsDeclaredIn(_compilation); type = type.BaseType)
        {
            foreach (var property in type.GetMembers().OfType<IPropertySymbol>().Where(p => p is { SetMethod: not null, IsStatic: false }))
            {
                var input = ExplicitSource(property, property.Type);
                if (input is null && IsSimple(property.Type) && property.GetAttributes().FirstOrDefault(a => a.AttributeClass.Is(_bindProperty)) is { } bind
                    && bind.NamedArguments.Any(a => a is { Key: "SupportsGet", Value.Value: true }))
                    input = new(RequestPart.Query, bind.NamedArguments.FirstOrDefault(a => a.Key == "Name").Value.Value as string ?? property.Name);
                if (input is { } found)
                    yield return (property, found);
            }
        }
    }

    private static bool IsUsed(IParameterSymbol parameter, IOperation body) =>
        body.DescendantsAndSelf().Any(o => o is IParameterReferenceOperation reference && reference.Parameter.Ordinal == parameter.Ordinal
            && reference.Parameter.Name == parameter.Name && !IsTarget(o) && !LogCalls.OnlyUse(o));

    private static bool IsUsed(IPropertySymbol property, IOperation body) =>
        body.DescendantsAndSelf().Any(o => o is IPropertyReferenceOperation reference
            && SymbolEqualityComparer.Default.Equals(reference.Property.OriginalDefinition, property.OriginalDefinition) && !IsTarget(o) && !LogCalls.OnlyUse(o));

    /// <summary>The input that an operation reads by name.</summary>
    private RequestInput? ReadBy(IOperation operation)
    {
        switch (operation)
        {
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection, Arguments: [var key] } when PartOf(collection) is { } part && NameOf(key.Value) is { } name:
                return new(part, name);
            case IPropertyReferenceOperation { Property: { IsIndexer: false } header, Instance: { } collection }
                when SymbolEqualityComparer.Default.Equals(header.ContainingType, _headers) && header.Name != "ContentLength" && PartOf(collection) == RequestPart.Header:
                return new(RequestPart.Header, Hyphenated(header.Name));
            case IPropertyReferenceOperation { Property: { Name: "Accept" or "AcceptCharset" or "AcceptEncoding" or "AcceptLanguage" } header }
                when SymbolEqualityComparer.Default.Equals(header.ContainingType, _typedHeaders):
                return new(RequestPart.Header, Hyphenated(header.Name));
            case IInvocationOperation { TargetMethod.Name: "TryGetValue" or "ContainsKey" or "GetValueOrDefault" or "GetCommaSeparatedValues" } call
                when RouteConventions.ReceiverOf(call) is { } collection && PartOf(collection) is { } part && call.Argument("key") is { } key && NameOf(key.Value) is { } name:
                return new(part, name);
            default:
                return null;
        }
    }

    private RequestPart? PartOf(IOperation collection)
    {
        collection = collection.Unwrap();
        if (collection is ILocalReferenceOperation local && LocalValues.Around(local).Single(local.Local) is { } only)
            collection = only.Unwrap();
        if (collection is not IPropertyReferenceOperation { Property: var property } || !property.ContainingType.Is(_request))
            return null;
        return property.Name switch
        {
            "Headers" => RequestPart.Header,
            "Cookies" => RequestPart.Cookie,
            "Query" => RequestPart.Query,
            _ => null,
        };
    }

    private static string? NameOf(IOperation key) => key.Unwrap() switch
    {
        { ConstantValue: { HasValue: true, Value: string text } } => text,
        IFieldReferenceOperation { Field: { ContainingType.Name: "HeaderNames" } field } => Hyphenated(field.Name),
        _ => null,
    };

    /// <summary><c>AcceptLanguage</c> is <c>Accept-Language</c>, <c>XFrameOptions</c> is <c>X-Frame-Options</c>.</summary>
    private static string Hyphenated(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? "-" + c : c.ToString()));

    private static bool Explicit(AttributeData attribute, INamedTypeSymbol? source) => attribute.AttributeClass.Is(source);

    private bool IsSimpleOrMany(ITypeSymbol type) =>
        IsSimple(type)
        || type is INamedTypeSymbol { Name: "StringValues" }
        || type is INamedTypeSymbol { ContainingNamespace.Name: "Generic", TypeArguments: [var element] } && IsSimple(element);

    private bool IsSimple(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsSimple(array.ElementType),
        { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } => IsSimple(((INamedTypeSymbol)type).TypeArguments[0]),
        { TypeKind: TypeKind.Enum } => true,
        { SpecialType: SpecialType.System_String or (>= SpecialType.System_Boolean and <= SpecialType.System_Double) or SpecialType.System_DateTime } => true,
        _ => _simple.Contains(type),
    };

    private static bool IsTarget(IOperation operation) => operation.Parent is ISimpleAssignmentOperation assignment && assignment.Target == operation;

    private static ImmutableArray<INamedTypeSymbol> Find(params INamedTypeSymbol?[] types) => types.OfType<INamedTypeSymbol>().ToImmutableArray();
}
