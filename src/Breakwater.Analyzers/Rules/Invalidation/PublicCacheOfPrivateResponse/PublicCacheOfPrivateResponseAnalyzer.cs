using Breakwater.Semantics;
using Breakwater.Semantics.Http;

namespace Breakwater.Rules.Invalidation.PublicCacheOfPrivateResponse;

/// <summary>An endpoint that answers one user, and lets shared caches give that answer to all others.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PublicCacheOfPrivateResponseAnalyzer : Rule
{
    public const string Id = "BW0412";

    private const string RequiresUser = "requires a user";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Authorized response is marked publicly cacheable",
        "'{0}' {1} but its response is marked public for {2}: caches may give one user's response to others, also to anonymous callers",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public PublicCacheOfPrivateResponseAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (Endpoints.Of(start.Compilation) is not { } endpoints)
            return;
        if (ResponseCaching.Of(start.Compilation) is { } caching)
            start.OnSymbol(context => CheckAttributes(context, endpoints, caching), SymbolKind.NamedType);
        if (PublicHeaders.Of(start.Compilation) is { } headers)
            start.OnBody(context => CheckHeaders(context, headers));
    }

    private void CheckAttributes(SymbolAnalysisContext context, Endpoints endpoints, ResponseCaching caching)
    {
        foreach (var (attribute, covered) in endpoints.DecidedBy(caching.AttributeType, (INamedTypeSymbol)context.Symbol))
        {
            if (caching.SettingsOf(attribute) is not { IsPublic: true, Duration: { } seconds } settings || NamesTheUser(settings))
                continue;
            if (attribute.ApplicationSyntaxReference is { } place && FirstPrivate(covered, context.Compilation, context.CancellationToken) is var (name, reason))
                context.ReportDiagnostic(Found(Location.Create(place.SyntaxTree, place.Span), name, reason, seconds == 1 ? "1 second" : $"{seconds} seconds"));
        }
    }

    private void CheckHeaders(OperationBlockAnalysisContext context, PublicHeaders headers)
    {
        foreach (var block in context.OperationBlocks)
        {
            foreach (var (value, senders) in headers.SetIn(block, context.CancellationToken))
            {
                if (FirstPrivate(senders, context.Compilation, context.CancellationToken) is var (name, reason)
                    && (reason == RequiresUser || !headers.IsForAnonymous(value)) && !headers.VariesByUser(value) && !value.IsInExpressionTree())
                    context.ReportDiagnostic(Found(value.Syntax.GetLocation(), name, reason, "any cache"));
            }
        }
    }

    /// <summary>The first endpoint that is about a user, and why it is. Caches keep no response to other requests than GET and HEAD.</summary>
    private static (string Name, string Reason)? FirstPrivate(IEnumerable<Endpoint> endpoints, Compilation compilation, CancellationToken cancellationToken)
    {
        var access = EndpointAccess.Of(compilation);
        foreach (var endpoint in endpoints.Where(e => e.AnswersReads))
        {
            if (access.RequiresUser(endpoint))
                return (endpoint.Name, RequiresUser);
            if (access.ReadsUser(endpoint, cancellationToken))
                return (endpoint.Name, "depends on the user");
        }

        return null;
    }

    private static bool NamesTheUser(ResponseCacheSettings settings) => settings.VaryByHeaders.Any(h =>
        h is "*" || h.Equals("Cookie", StringComparison.OrdinalIgnoreCase) || h.Equals("Authorization", StringComparison.OrdinalIgnoreCase));
}
