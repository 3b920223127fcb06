using Breakwater.Semantics;
using Breakwater.Semantics.Caching;

namespace Breakwater.Rules.ThunderingHerd.SynchronizedExpiry;

/// <summary>
/// Many entries with one end: a loop that gives all of them the same lifetime, or a lifetime that ends at a moment of the calendar.
/// Reported where the lifetime is written, which may be in another member than the write.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SynchronizedExpiryAnalyzer : Rule
{
    public const string Id = "BW1108";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Many cache entries expire at the same moment", "{0}: {1}", DiagnosticSeverity.Info, fix: FixSafety.ChangesBehaviour);

    public SynchronizedExpiryAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (CacheCalls.Of(start.Compilation) is { } calls && SharedExpiry.Of(start.Compilation) is { } expiry)
            start.OnBody(context => Check(context, calls, expiry));
    }

    private void Check(OperationBlockAnalysisContext context, CacheCalls calls, SharedExpiry expiry)
    {
        foreach (var block in context.OperationBlocks)
        {
            var own = calls.InMember(block, context.OwningSymbol).ToList();
            var ends = own.SelectMany(expiry.Of);
            if (MakesLifetimes(block, context.OwningSymbol, own))
                ends = ends.Concat(expiry.Everywhere);

            var reported = new HashSet<SyntaxNode>();
            foreach (var (life, isMoment) in ends)
            {
                if (life.Syntax.SyntaxTree != block.Syntax.SyntaxTree || !block.Syntax.Span.Contains(life.Syntax.Span) || life.IsInExpressionTree() || !reported.Add(life.Syntax))
                    continue;
                context.ReportDiagnostic(isMoment
                    ? Found(life.Syntax.GetLocation(), $"Every entry and every machine expires at '{life.Syntax}'", "the loads of that moment come at once")
                    : Found(life.Syntax.GetLocation(), $"All entries written by this loop live {life.Syntax}", "they expire together and are loaded again together"));
            }
        }
    }

    /// <summary>Whether other members may take a lifetime from here: options in a field or getter, a factory with a name, a wrapper.</summary>
    private static bool MakesLifetimes(IOperation block, ISymbol owner, List<CacheOperation> own)
    {
        if (!Mentions.AreIn(block.Syntax, "TimeSpan") && !Mentions.AreIn(block.Syntax, "DateTime") && !Mentions.AreIn(block.Syntax, "Expiration"))
            return false;
        return owner is IMethodSymbol { MethodKind: MethodKind.Ordinary, Parameters: var parameters }
            ? parameters.Any(p => p.Type.Name == "ICacheEntry" || own.Any(o => o.Verb == CacheVerb.Write && o.Key is { } key && Roots.Of(key).Contains(p)))
            : (Mentions.AreIn(block.Syntax, "EntryOptions") || Mentions.AreIn(block.Syntax, "Expiration") || Mentions.AreIn(block.Syntax, "Duration"))
                && CallNames.IsMentionedIn(block.Syntax.SyntaxTree, "Cache");
    }
}
