using Breakwater.Flow;
using Breakwater.Semantics.Caching;

namespace Breakwater.Rules.Invalidation.OrphanInvalidation;

/// <summary>A removal that misses its entry by a few characters of the key.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OrphanInvalidationAnalyzer : Rule
{
    public const string Id = "BW0410";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Removed cache key is never populated",
        "Nothing stores '{0}'; the entry is stored under '{1}' and stays",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public OrphanInvalidationAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (CacheCalls.Of(start.Compilation) is { } calls)
            start.OnBody(context => Check(context, calls));
    }

    private void Check(OperationBlockAnalysisContext context, CacheCalls calls)
    {
        if (context.OwningSymbol.ContainingType is not { } owner)
            return;
        foreach (var block in context.OperationBlocks)
        {
            if ((calls.MentionedIn(block.Syntax, owner) & CacheVerbs.Remove) == 0)
                continue;
            foreach (var body in BodyGraph.BodiesIn(block))
            {
                foreach (var orphan in OrphanRemovals.In(body, owner, context.Compilation, context.CancellationToken))
                    context.ReportDiagnostic(Found(orphan.Argument.Syntax.GetLocation(), orphan.Key.Skeleton, orphan.Stored.Skeleton));
            }
        }
    }
}
