using Breakwater.Semantics;
using Breakwater.Semantics.Caching;

namespace Breakwater.Rules.Invalidation.IncompleteCacheKey;

/// <summary>A cached load that depends on an input which its key does not name.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IncompleteCacheKeyAnalyzer : Rule
{
    public const string Id = "BW0404";

    /// <summary>Under which the names of the omitted inputs travel to the fix.</summary>
    internal const string OmittedProperty = "breakwater.omitted";

    /// <summary>Names of inputs that do not decide what is loaded.</summary>
    public static readonly RuleOption<ImmutableHashSet<string>> IgnoredInputs = RuleOption.Words(
        Id, "ignored_inputs", "Inputs of these names do not decide what is loaded, only how",
        "force", "forceRefresh", "refresh", "useCache", "canCache", "noCache", "skipCache", "bypassCache", "cachedOnly",
        "track", "tracking", "noTracking", "throwOnError", "throwIfMissing");

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Cache key omits an input of the loader",
        "The loader uses '{0}' but the key does not: callers with different '{0}' get each other's data",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public IncompleteCacheKeyAnalyzer() : base(Rule)
    {
    }

    /// <summary>Where a population's key is written, as the body at hand sees it; null where a wrapper decides it.</summary>
    internal static SyntaxNode? KeyOf(CacheOperation fill, IOperation body) =>
        fill.Key is { } key && key.Resolve().Operation.Syntax is var written
            && written.SyntaxTree == body.Syntax.SyntaxTree && Enclosing.Root(body).Syntax.Span.Contains(written.Span) ? written : null;

    protected override void Start(RuleStart start)
    {
        if (CacheCalls.Of(start.Compilation) is not null)
            start.OnBody(Check);
    }

    private void Check(OperationBlockAnalysisContext context)
    {
        foreach (var block in context.OperationBlocks)
        {
            foreach (var paths in LoadInput.PopulationsOf(block, context.OwningSymbol, context.Compilation))
            {
                var (fill, body) = (paths[0].Fill, paths[0].Body);
                if (fill.Kind is CacheKind.ObjectCache or CacheKind.Output || fill.Operation.IsInExpressionTree())
                    continue;
                var omitted = LoadInput.OmittedBy(
                    paths, IgnoredInputs.Read(context.Options, fill.Operation.Syntax.SyntaxTree), context.Compilation);
                if (omitted.IsEmpty)
                    continue;
                var names = string.Join(", ", omitted.Select(o => o.Name));
                context.ReportDiagnostic(FoundFor(
                    KeyOf(fill, body)?.GetLocation() ?? LocationOf(fill), ImmutableDictionary<string, string?>.Empty.Add(OmittedProperty, names), names));
            }
        }
    }

    private static Location LocationOf(CacheOperation fill) =>
        fill.Operation is IInvocationOperation call ? call.NameLocation() : fill.Operation.Syntax.GetLocation();
}
