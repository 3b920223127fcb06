using Breakwater.Flow;
using Breakwater.Rules.ThunderingHerd.UnguardedCacheMiss;
using Breakwater.Semantics;
using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Data;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Rules.ThunderingHerd.PerInstanceGuard;

/// <summary>A guard around the filling of a shared cache that every request, or every call, makes for itself.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PerInstanceGuardAnalyzer : Rule
{
    public const string Id = "BW1104";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Guard of a shared cache is not shared",
        "'{0}' is created for every {1}: concurrent requests do not wait for each other here",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public PerInstanceGuardAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (CacheCalls.Of(start.Compilation) is not { } calls)
            return;
        start.OnSymbol(context => CheckMember(context, calls), SymbolKind.Field, SymbolKind.Property);
        start.OnBody(CheckBody);
    }

    /// <summary>A guard in a field is reported once, at the field, wherever in its type it is taken.</summary>
    private void CheckMember(SymbolAnalysisContext context, CacheCalls calls)
    {
        var member = context.Symbol;
        if (member.IsStatic || !UnsharedGuard.MayBeGate((member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type)
            || !FillsCaches(member.ContainingType, calls, context.CancellationToken)
            || UnsharedGuard.OfMember(member, context.Compilation, context.CancellationToken) is not { } unshared)
            return;

        var guardWords = UnguardedCacheMissAnalyzer.GuardWords.Read(context.Options, member.Locations[0].SourceTree!);
        foreach (var method in member.ContainingType.GetMembers().OfType<IMethodSymbol>())
        {
            if (Bodies.Of(context.Compilation).Of(method, context.CancellationToken) is not { } body)
                continue;
            if (UnsharedIn(body, method, guardWords, context.Compilation, context.CancellationToken).Any(u => SymbolEqualityComparer.Default.Equals(u.Variable, member)))
            {
                context.ReportDiagnostic(Report(unshared, context.Compilation));
                return;
            }
        }
    }

    private static bool FillsCaches(INamedTypeSymbol type, CacheCalls calls, CancellationToken cancellationToken) =>
        type.DeclaringSyntaxReferences.Any(r => (calls.MentionedIn(r.GetSyntax(cancellationToken), type) & CacheVerbs.Filling) != 0);

    /// <summary>Everything else is reported in the body that makes it.</summary>
    private void CheckBody(OperationBlockAnalysisContext context)
    {
        foreach (var block in context.OperationBlocks)
        {
            var guardWords = UnguardedCacheMissAnalyzer.GuardWords.Read(context.Options, block.Syntax.SyntaxTree);
            if (!Guards.MayBeIn(block.Syntax, guardWords))
                continue;
            var own = UnsharedIn(block, context.OwningSymbol, guardWords, context.Compilation, context.CancellationToken)
                .Where(u => u.Variable is null or ILocalSymbol);
            foreach (var location in own.GroupBy(u => u.Location))
                context.ReportDiagnostic(Report(location.First(), context.Compilation));
        }
    }

    private Diagnostic Report(UnsharedGuard unshared, Compilation compilation) =>
        Found(unshared.Location, unshared.Name, unshared.Owner is { } owner
            ? $"instance of '{owner.Name}', which is {ServiceLifetimes.Of(compilation).ShortLifeOf(owner)}"
            : "call");

    /// <summary>The guards around the populations of a member where nothing shared guards them, too.</summary>
    private static IEnumerable<UnsharedGuard> UnsharedIn(
        IOperation block, ISymbol member, ImmutableHashSet<string> guardWords, Compilation compilation, CancellationToken cancellationToken)
    {
        var region = LockRegion.Of(compilation);
        foreach (var population in Population.InMember(block, member, compilation))
        {
            var load = population.MissPath?.Load ?? population.Fill.Operation;
            if (!OutlivesTheObject(population, compilation, cancellationToken) || RunsAlone.Of(compilation).Is(load, member, cancellationToken) || load.IsInExpressionTree())
                continue;
            var aroundFill = region.GuardsOf(population.Fill.Operation, guardWords, cancellationToken).SelectMany(way => way).Select(g => g.Acquisition.Syntax).ToImmutableHashSet();
            foreach (var way in region.GuardsOf(load, guardWords, cancellationToken))
            {
                var unshared = way.Select(g => (Guard: g, Object: UnsharedGuard.Of(g, compilation, cancellationToken))).ToList();
                if (unshared.Any(u => u.Object is null))
                    continue;
                foreach (var (guard, found) in unshared)
                {
                    if (aroundFill.Contains(guard.Acquisition.Syntax))
                        yield return found!;
                }
            }
        }
    }

    private static bool OutlivesTheObject(Population population, Compilation compilation, CancellationToken cancellationToken) => population.Fill switch
    {
        { Kind: CacheKind.Hybrid or CacheKind.Output } => false,
        { Kind: CacheKind.Fusion, Verb: CacheVerb.ReadThrough } => false,
        { Kind: CacheKind.Dictionary, Operation: IInvocationOperation { TargetMethod.ContainingType.TypeArguments: [_, var value] } } => !IoCalls.IsTaskLike(value) && value.Name != "Lazy",
        { Kind: CacheKind.Memory or CacheKind.ObjectCache, Cache: var cache } => !cache.IsCreatedHere && !(cache.Symbol is IFieldSymbol { IsStatic: false } or IPropertySymbol { IsStatic: false }
            && AssignedValues.Of(cache.Symbol, compilation, cancellationToken).Values.Any(v => v is IObjectCreationOperation)),
        _ => true,
    };
}
