using Breakwater.Semantics;
using Breakwater.Semantics.Caching;

namespace Breakwater.Rules.Invalidation.SlidingOnlyEntry;

/// <summary>
/// A sliding lifetime that nothing caps, on an entry that is loaded. Looked at from the setting, which several populations may share
/// and which may stand in another member than they.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SlidingOnlyEntryAnalyzer : Rule
{
    public const string Id = "BW0403";

    private const string Setting = "SlidingExpiration";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Loaded cache entry has only a sliding lifetime",
        "'{0}' lives as long as it is read at least every {1}: a busy key is never loaded again",
        DiagnosticSeverity.Info, fix: FixSafety.ChangesBehaviour);

    public SlidingOnlyEntryAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (KeySearch.Of(start.Compilation) is { } search)
            start.OnBody(context => Check(context, search));
    }

    private void Check(OperationBlockAnalysisContext context, KeySearch search)
    {
        foreach (var block in context.OperationBlocks)
        {
            if (!Mentions.AreIn(block.Syntax, Setting))
                continue;
            foreach (var setting in block.DescendantsAndSelf().Where(IsSlidingSetting))
            {
                if (!setting.IsInExpressionTree() && Endless(setting, search, context) is var (population, sliding))
                    context.ReportDiagnostic(Found(NameOf(setting), population.Key.Display, sliding.Value.Operation.Syntax.ToString()));
            }
        }
    }

    private static bool IsSlidingSetting(IOperation operation) => operation switch
    {
        IPropertyReferenceOperation { Property.Name: Setting, Parent: IAssignmentOperation assignment } property => assignment.Target == property,
        IInvocationOperation { TargetMethod.Name: "Set" + Setting } => true,
        _ => false,
    };

    /// <summary>The first entry that lives by this setting alone, is loaded, and is never removed.</summary>
    private static (Population Population, LifetimeSetting Sliding)? Endless(IOperation setting, KeySearch search, OperationBlockAnalysisContext context)
    {
        foreach (var population in search.Populations)
        {
            if (population.Fill.Kind is CacheKind.Memory or CacheKind.Distributed
                && EntryLifetime.Of(population.Fill, context.Compilation) is { IsVisible: true, Absolute: null, HasToken: false, HasSize: false, Sliding: { } sliding }
                && sliding.Place.Syntax == setting.Syntax
                && RemovedEntries.Of(context.Compilation)?.Reach(population.Fill, population.Key, context.CancellationToken) != true)
                return (population, sliding);
        }

        return null;
    }

    private static Location NameOf(IOperation setting) => setting is IInvocationOperation call
        ? call.NameLocation()
        : ((setting.Syntax as MemberAccessExpressionSyntax)?.Name ?? setting.Syntax).GetLocation();
}
