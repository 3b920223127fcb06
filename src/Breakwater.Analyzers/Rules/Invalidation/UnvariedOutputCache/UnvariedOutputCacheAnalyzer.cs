using Breakwater.Semantics;
using Breakwater.Semantics.Http;

namespace Breakwater.Rules.Invalidation.UnvariedOutputCache;

/// <summary>An endpoint whose stored response depends on something that the cache's key does not hold.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnvariedOutputCacheAnalyzer : Rule
{
    public const string Id = "BW0413";

    /// <summary>Under this key the finding carries the headers that its fix adds, under <see cref="QueryProperty"/> the query keys.</summary>
    internal const string HeaderProperty = "headers";

    internal const string QueryProperty = "query";

    /// <summary>Headers that may differ without the response being another one.</summary>
    public static readonly RuleOption<ImmutableHashSet<string>> IgnoredHeaders = RuleOption.Words(
        Id, "ignored_headers", "Headers that no response depends on",
        "Authorization", "User-Agent", "If-None-Match", "If-Modified-Since", "Range", "Accept-Encoding", "traceparent", "tracestate", "X-Request-Id",
        "X-Correlation-Id", "Request-Id", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Referer", "Origin");

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Cached response ignores an input of the endpoint",
        "The response depends on {0}, which the cache does not vary by: callers with another value get this response",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public UnvariedOutputCacheAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (Endpoints.Of(start.Compilation) is not { } endpoints)
            return;
        var output = OutputCaching.Of(start.Compilation);
        var response = ResponseCaching.Of(start.Compilation);
        if (output is not null || response is not null)
        {
            start.OnSymbol(
                context =>
                {
                    if (endpoints.MayHave((INamedTypeSymbol)context.Symbol))
                        CheckType(context, endpoints, output, response);
                },
                SymbolKind.NamedType);
        }

        if (output is not null)
        {
            start.OnBody(context =>
            {
                if (OutputCaching.IsNamedIn(context.OperationBlocks[0].Syntax.SyntaxTree))
                    CheckMapped(context, endpoints, output);
            });
        }
    }

    private void CheckType(SymbolAnalysisContext context, Endpoints endpoints, OutputCaching? output, ResponseCaching? response)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var found = output is null ? [] : Kept(endpoints.DecidedBy(output.AttributeType, type).SelectMany(d => d.Endpoints), output, context.CancellationToken)
            .Select(k => MissingIn(k, context.Compilation, context.Options, context.CancellationToken)).OfType<Missing>().ToList();
        foreach (var (attribute, covered) in response is null ? [] : endpoints.DecidedBy(response.AttributeType, type))
        {
            if (response!.SettingsOf(attribute) is not { IsPublic: true, Profile: null } settings || !response.HasMiddleware || attribute.ApplicationSyntaxReference is not { } place)
                continue;

            // One report per endpoint: what the output cache misses was said there.
            var kept = covered.Where(e => e.AnswersReads && found.All(f => f.Endpoint != e.Name))
                .Select(e => new Stored(e, Location.Create(place.SyntaxTree, place.Span), CacheVariation.Of(settings)));
            found.AddRange(kept.Select(k => MissingIn(k, context.Compilation, context.Options, context.CancellationToken)).OfType<Missing>());
        }

        Report(found, context.ReportDiagnostic);
    }

    private void CheckMapped(OperationBlockAnalysisContext context, Endpoints endpoints, OutputCaching output)
    {
        foreach (var block in context.OperationBlocks)
        {
            var mapped = OutputCaching.IsNamedIn(block.Syntax)
                ? endpoints.MappedIn(block, context.CancellationToken).Where(e => !IsMarkedMethod(e, output))
                : [];
            if (context.OwningSymbol is IMethodSymbol method && block.Syntax.Parent is BaseMethodDeclarationSyntax { AttributeLists.Count: > 0 } declaration
                && OutputCaching.IsNamedIn(declaration))
                mapped = mapped.Concat(endpoints.HandledBy(method, context.CancellationToken).Where(e => IsMarkedMethod(e, output)));
            Report(Kept(mapped, output, context.CancellationToken)
                .Select(k => MissingIn(k, context.Compilation, context.Options, context.CancellationToken)).OfType<Missing>(), context.ReportDiagnostic);
        }
    }

    /// <summary>The attribute of a method counts where the method stands, however often it is mapped.</summary>
    private static bool IsMarkedMethod(Endpoint endpoint, OutputCaching output) =>
        endpoint is { Kind: EndpointKind.Mapped, Lambda: null } && endpoint.Handlers[0].MethodKind == MethodKind.Ordinary
        && Endpoints.Innermost(endpoint, output.AttributeType) is not null && !endpoint.Conventions.Any(output.IsCacheOutput);

    private static IEnumerable<Stored> Kept(IEnumerable<Endpoint> endpoints, OutputCaching output, CancellationToken cancellationToken) =>
        endpoints.Select(e => output.UseOf(e, cancellationToken) is { } use ? new Stored(e, use.Location, use.Variation) : null).OfType<Stored>();

    private static Missing? MissingIn(Stored stored, Compilation compilation, AnalyzerOptions options, CancellationToken cancellationToken)
    {
        var endpoint = stored.Endpoint.Kind != EndpointKind.Page ? stored.Endpoint
            : stored.Endpoint with { RouteValues = PageRoute.ValuesOf(stored.Endpoint.Type!, options, cancellationToken) };
        var ignored = IgnoredHeaders.Read(options, stored.Location.SourceTree!);
        var inputs = RequestInputs.Of(compilation).Of(endpoint, cancellationToken)
            .Where(i => !stored.Variation.Covers(i) && !(i.Part == RequestPart.Header && ignored.Contains(i.Name))).ToImmutableArray();
        return inputs.IsEmpty ? null : new(endpoint.Name, stored.Location, inputs);
    }

    /// <summary>One report for each attribute or call, with what any of its endpoints depends on.</summary>
    private void Report(IEnumerable<Missing> found, Action<Diagnostic> report)
    {
        foreach (var place in found.GroupBy(f => f.Location))
        {
            var inputs = place.SelectMany(f => f.Inputs).Distinct().OrderBy(i => i.Part).ToList();
            report(FoundFor(place.Key, ForFix(inputs), string.Join(", ", inputs.Select(i => i.Display))));
        }
    }

    /// <summary>What the fix adds; nothing where a cookie is among the inputs, since to vary by all cookies is to keep nothing.</summary>
    private static ImmutableDictionary<string, string?> ForFix(List<RequestInput> inputs) =>
        inputs.Any(i => i.Part == RequestPart.Cookie)
            ? ImmutableDictionary<string, string?>.Empty
            : ImmutableDictionary<string, string?>.Empty
                .Add(HeaderProperty, string.Join(",", inputs.Where(i => i.Part == RequestPart.Header).Select(i => i.Name)))
                .Add(QueryProperty, string.Join(",", inputs.Where(i => i.Part == RequestPart.Query).Select(i => i.Name)));

    private sealed record Stored(Endpoint Endpoint, Location Location, CacheVariation Variation);

    private sealed record Missing(string Endpoint, Location Location, ImmutableArray<RequestInput> Inputs);
}
