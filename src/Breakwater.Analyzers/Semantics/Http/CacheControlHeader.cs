using Breakwater.Flow;

namespace Breakwater.Semantics.Http;

/// <summary>
/// Finds where a response's <c>Cache-Control</c> is set: by property, indexer, <c>Append</c> or typed header; and its <c>Vary</c>. Reads
/// constants, and the constant part of interpolation and <c>+</c>; a value that is chosen at run time is not read.
/// </summary>
internal sealed class CacheControlHeader
{
    private const string CacheControl = "Cache-Control";

    /// <summary>The headers by which requests of two users differ.</summary>
    private static readonly ImmutableHashSet<string> IdentifyingHeaders = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "Cookie", "Authorization", "*");

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _headers;
    private readonly INamedTypeSymbol? _request;
    private readonly INamedTypeSymbol? _typedValue;
    private readonly INamedTypeSymbol? _clientTypedValue;
    private readonly INamedTypeSymbol? _typedRequest;

    private CacheControlHeader(Compilation compilation)
    {
        _compilation = compilation;
        _headers = compilation.Find("Microsoft.AspNetCore.Http.IHeaderDictionary");
        _request = compilation.Find("Microsoft.AspNetCore.Http.HttpRequest");
        _typedValue = compilation.Find("Microsoft.Net.Http.Headers.CacheControlHeaderValue");
        _clientTypedValue = compilation.Find("System.Net.Http.Headers.CacheControlHeaderValue");
        _typedRequest = compilation.Find("Microsoft.AspNetCore.Http.Headers.RequestHeaders");
    }

    public static CacheControlHeader Of(Compilation compilation) => compilation.Know(static c => new CacheControlHeader(c))!;

    /// <summary>Whether a piece of source names the header: the test before anything is bound.</summary>
    public static bool IsMentionedIn(SyntaxNode syntax) =>
        CallNames.IsMentionedIn(syntax, "CacheControl") || CallNames.IsMentionedIn(syntax, CacheControl);

    /// <summary>
    /// The values given to the header in a body, lambdas and local functions included: the text, or for a typed header that is made
    /// <c>Public</c> its creation, or the <c>true</c> that makes it so later.
    /// </summary>
    public IEnumerable<IOperation> ValuesIn(IOperation body)
    {
        foreach (var operation in body.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IAssignmentOperation or IInvocationOperation when GivenTo(CacheControl, operation) is { } given:
                    yield return given;
                    break;
                case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: { Name: "Public" } property } } assignment
                    when SymbolEqualityComparer.Default.Equals(property.ContainingType, _typedValue):
                    var creation = assignment.Parent is IObjectOrCollectionInitializerOperation { Parent: IObjectCreationOperation made } ? made : null;
                    if (creation is null || !IsForRequest(creation))
                        yield return creation ?? assignment.Value;
                    break;
            }
        }
    }

    /// <summary>Whether a body tells caches that the response differs by the headers that say who is asking.</summary>
    public bool VariesByUserIn(IOperation body) =>
        CallNames.IsMentionedIn(body.Syntax, "Vary")
        && body.DescendantsAndSelf().Select(o => GivenTo("Vary", o)).OfType<IOperation>().SelectMany(v => v.DescendantsAndSelf())
            .Select(TextOf).OfType<string>().SelectMany(t => t.Split(',')).Any(n => IdentifyingHeaders.Contains(n.Trim()));

    /// <summary>Whether a value that <see cref="ValuesIn"/> gave says <c>public</c>.</summary>
    public bool SaysPublic(IOperation value)
    {
        value = Bare(value);
        if (value is ILiteralOperation { ConstantValue: { HasValue: true, Value: bool flag } })
            return flag;
        if (value is IObjectCreationOperation creation)
            return IsMadePublic(creation);
        if (value is ILocalReferenceOperation local && !local.ConstantValue.HasValue)
            return LocalValues.Around(local).Single(local.Local) is { } only && SaysPublic(only);
        if (value is IInvocationOperation { TargetMethod.Name: "ToString", Instance: { } formatted } && formatted.Type.Is(_clientTypedValue))
            return SaysPublic(formatted);
        return TextOf(value)?.Split(',').Any(d => d.Trim().Equals("public", StringComparison.OrdinalIgnoreCase)) == true;
    }

    /// <summary>The value under conversions, those to the headers' own types included.</summary>
    public static IOperation Bare(IOperation value)
    {
        value = value.Unwrap();
        while (value is IConversionOperation conversion)
            value = conversion.Operand.Unwrap();
        return value;
    }

    private string? TextOf(IOperation value)
    {
        value = Bare(value);
        return value switch
        {
            { ConstantValue: { HasValue: true, Value: string text } } => text,
            IInterpolatedStringOperation interpolated => string.Concat(interpolated.Parts.Select(
                p => p is IInterpolatedStringTextOperation { Text.ConstantValue: { HasValue: true, Value: string text } } ? text : "0")),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => (TextOf(sum.LeftOperand) ?? "0") + (TextOf(sum.RightOperand) ?? "0"),
            IFieldReferenceOperation { Field: { ContainingType.Name: "HeaderNames" } name } => name.Name,
            IFieldReferenceOperation { Field: { IsReadOnly: true, IsStatic: true } field } when field.IsDeclaredIn(_compilation) =>
                VariableWrites.Of(field, _compilation, CancellationToken.None) is { IsDefault: false } writes && writes is [var only] && only is not IFieldReferenceOperation ? TextOf(only) : null,
            _ => null,
        };
    }

    private bool IsMadePublic(IObjectCreationOperation creation) =>
        (creation.Type.Is(_typedValue) || creation.Type.Is(_clientTypedValue))
        && creation.Initializer?.Initializers.Any(i => i is ISimpleAssignmentOperation
        {
            Target: IPropertyReferenceOperation { Property.Name: "Public" }, Value.ConstantValue: { HasValue: true, Value: true },
        }) == true;

    /// <summary>The value that an assignment or call gives to a response header; null for any other operation.</summary>
    private IOperation? GivenTo(string header, IOperation operation) => operation switch
    {
        IAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } headers, Property: var property } target } assignment
            when (property.IsIndexer ? target.Arguments is [var key] && IsNameOf(header, key.Value) : property.Name == header.Replace("-", "")) && IsResponseHeaders(headers) =>
            assignment.Value,
        IInvocationOperation { TargetMethod.Name: "Add" or "Append" or "TryAdd" or "SetCommaSeparatedValues" or "AppendCommaSeparatedValues" } call
            when call.Argument("key") is { } key && IsNameOf(header, key.Value) && RouteConventions.ReceiverOf(call) is { } headers && IsResponseHeaders(headers) =>
            (call.Argument("value") ?? call.Argument("values"))?.Value,
        _ => null,
    };

    private static bool IsNameOf(string header, IOperation key) =>
        key.Unwrap() switch
        {
            { ConstantValue: { HasValue: true, Value: string text } } => text.Equals(header, StringComparison.OrdinalIgnoreCase),
            IFieldReferenceOperation { Field: { Name: var name, ContainingType.Name: "HeaderNames" } } => name == header.Replace("-", ""),
            _ => false,
        };

    /// <summary>Any header dictionary but the request's own.</summary>
    private bool IsResponseHeaders(IOperation headers)
    {
        headers = headers.Unwrap();
        if (headers is ILocalReferenceOperation local && LocalValues.Around(local).Single(local.Local) is { } only)
            headers = only.Unwrap();
        return headers.Type.Is(_headers) && !(headers is IPropertyReferenceOperation { Property: var property } && property.ContainingType.Is(_request));
    }

    private bool IsForRequest(IObjectCreationOperation creation)
    {
        IOperation value = creation;
        while (value.Parent is IConversionOperation)
            value = value.Parent;
        return value.Parent is IAssignmentOperation { Target: IPropertyReferenceOperation target } && target.Property.ContainingType.Is(_typedRequest);
    }
}
