using Breakwater.Flow;
using Breakwater.Rules.ThunderingHerd.UnguardedCacheMiss;
using Breakwater.Semantics;
using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Rules.ThunderingHerd.UnguardedGetOrCreate;

/// <summary>A <c>GetOrCreate</c> of a memory cache whose key all callers share and whose factory loads, without a guard.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnguardedGetOrCreateAnalyzer : Rule
{
    public const string Id = "BW1102";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "GetOrCreate runs its factory once per caller",
        "Every request shares the key '{0}': when it expires, all of them run this factory at once",
        DiagnosticSeverity.Warning);

    public UnguardedGetOrCreateAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (CacheCalls.Of(start.Compilation) is { } calls)
            start.OnBody(context => Check(context, calls));
    }

    private void Check(OperationBlockAnalysisContext context, CacheCalls calls)
    {
        foreach (var block in context.OperationBlocks)
        {
            if ((calls.MentionedIn(block.Syntax, context.OwningSymbol.ContainingType) & CacheVerbs.ReadThrough) == 0)
                continue;
            foreach (var population in Population.InMember(block, context.OwningSymbol, context.Compilation))
            {
                if (population is { MissPath: null, Fill: { Kind: CacheKind.Memory, Operation: IInvocationOperation call } fill, Key.IsProcessWide: true }
                    && OnCache(fill) is { } onCache && IsSharedCache(fill, onCache) && !IsSingleFlight(onCache)
                    && !IsReportedInside(fill, context.Compilation) && !IsGuarded(call, context))
                    context.ReportDiagnostic(Found(call.NameLocation(), population.Key.Display));
            }
        }
    }

    /// <summary>The call of the cache itself, inside the wrapper where there is one.</summary>
    private static IInvocationOperation? OnCache(CacheOperation fill)
    {
        var current = fill.Factory?.Operation;
        while (current is not (null or IInvocationOperation))
            current = current.Parent;
        return current as IInvocationOperation;
    }

    /// <summary>Not a local one. A cache that an expression gets from the services is everybody's.</summary>
    private static bool IsSharedCache(CacheOperation fill, IInvocationOperation onCache) =>
        fill.Cache.IsShared
        || (fill.Cache.Symbol is null && (onCache.Instance ?? onCache.Arguments[0].Value).Unwrap() is not (ILocalReferenceOperation or IObjectCreationOperation));

    /// <summary>Callers that get the same task or <c>Lazy</c> share one run, whoever made it.</summary>
    private static bool IsSingleFlight(IInvocationOperation onCache) =>
        onCache.TargetMethod.TypeArguments is [INamedTypeSymbol value]
        && (Semantics.Data.IoCalls.IsTaskLike(value) || value.Name == "TaskCompletionSource" || Words.ContainsAny(value.Name, Lazy));

    private static readonly ImmutableHashSet<string> Lazy = ImmutableHashSet.Create("Lazy");

    /// <summary>A wrapper that makes the key itself and shows the load itself is reported where it stands, not at each call.</summary>
    private static bool IsReportedInside(CacheOperation fill, Compilation compilation) =>
        fill is { IsWrapped: true, Key: { } key, Factory: { } factory }
        && CacheKey.Of(new Bound(key.Operation), compilation).IsProcessWide
        && !Population.LoadsIn(new Bound(factory.Operation), compilation).IsEmpty;

    private static bool IsGuarded(IInvocationOperation call, OperationBlockAnalysisContext context) =>
        LockRegion.Of(context.Compilation).Covers(
            call, UnguardedCacheMissAnalyzer.GuardWords.Read(context.Options, call.Syntax.SyntaxTree), context.CancellationToken)
        || RunsAlone.Of(context.Compilation).Is(call, context.OwningSymbol, context.CancellationToken)
        || call.IsInExpressionTree();
}
