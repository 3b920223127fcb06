using Breakwater.Flow;
using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Rules.ThunderingHerd.UnguardedCacheMiss;

/// <summary>A cache-aside whose load every caller runs that misses at the same time.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnguardedCacheMissAnalyzer : Rule
{
    public const string Id = "BW1101";

    /// <summary>Which keys are reported.</summary>
    public static readonly RuleOption<string> Keys = RuleOption.Choice(
        Id, "keys", "Report every key, or only keys that all callers share", "all", "process_wide");

    /// <summary>What a guard of the user's own may be called.</summary>
    public static readonly RuleOption<ImmutableHashSet<string>> GuardWords = RuleOption.Words(
        Id, "guard_words", "A `using` on the result of a method whose name has one of these words counts as a guard", LockRegion.DefaultGuardWords);

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Cache miss is loaded by every concurrent caller",
        "Callers that miss '{0}' at the same time all run '{1}'",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public UnguardedCacheMissAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (MissPaths.Of(start.Compilation) is { } paths)
            start.OnBody(context => Check(context, paths));
    }

    private void Check(OperationBlockAnalysisContext context, MissPaths paths)
    {
        foreach (var block in context.OperationBlocks)
        {
            foreach (var path in paths.InMember(block, context.OwningSymbol))
            {
                if (path.Read.Cache.IsShared && IsAskedFor(path, context) && !IsGuarded(path, context))
                    context.ReportDiagnostic(Found(path.Load.NameLocation(), path.Key.Display, NameOf(path.Load)));
            }
        }
    }

    private static bool IsAskedFor(MissPath path, OperationBlockAnalysisContext context) =>
        path.Key.IsProcessWide || Keys.Read(context.Options, path.Load.Syntax.SyntaxTree) == "all";

    private static bool IsGuarded(MissPath path, OperationBlockAnalysisContext context) =>
        LockRegion.Of(context.Compilation).Covers(path.Load, GuardWords.Read(context.Options, path.Load.Syntax.SyntaxTree), context.CancellationToken)
        || RunsAlone.Of(context.Compilation).Is(path.Load, context.OwningSymbol, context.CancellationToken)
        || path.Load.IsInExpressionTree();

    private static string NameOf(IInvocationOperation load) =>
        load.TargetMethod.MethodKind == MethodKind.DelegateInvoke && load.Instance is { } target ? target.Syntax.ToString() : load.TargetMethod.Name;
}
