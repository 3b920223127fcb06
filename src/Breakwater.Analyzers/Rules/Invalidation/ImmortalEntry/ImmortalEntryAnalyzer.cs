using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Caching;

namespace Breakwater.Rules.Invalidation.ImmortalEntry;

/// <summary>An entry that is filled without any lifetime and that nothing removes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ImmortalEntryAnalyzer : Rule
{
    public const string Id = "BW0402";

    /// <summary>Whether a removal somewhere makes up for a missing lifetime.</summary>
    public static readonly RuleOption<bool> ReportRemovedEntries = RuleOption.Flag(
        Id, "report_removed_entries", "Report entries without a lifetime also when some code removes them", false);

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Cache entry never expires",
        "'{0}' stores '{1}' without any expiry and nothing removes it: the entry stays, however old it gets",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public ImmortalEntryAnalyzer() : base(Rule)
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
            foreach (var operation in calls.InMember(block, context.OwningSymbol))
            {
                if (Fills(operation) && EntryLifetime.Of(operation, context.Compilation).IsNone && !IsDecidedInside(operation, context.Compilation)
                    && operation.Operation is IInvocationOperation call && !call.IsInExpressionTree() && ImmortalKey(operation, context) is { } key)
                    context.ReportDiagnostic(Found(call.NameLocation(), call.TargetMethod.Name, key.Display));
            }
        }
    }

    private static bool Fills(CacheOperation operation) => operation.Kind switch
    {
        CacheKind.Memory => operation.Verb is CacheVerb.Write or CacheVerb.ReadThrough,
        CacheKind.Distributed or CacheKind.Redis => operation.Verb == CacheVerb.Write,
        _ => false,
    };

    /// <summary>Whether a wrapper has settled the lifetime before its caller could say anything.</summary>
    private static bool IsDecidedInside(CacheOperation operation, Compilation compilation) =>
        CacheCalls.Of(compilation)?.Inside(operation) is { } inner && EntryLifetime.Of(inner, compilation).IsNone;

    /// <summary>The key of an entry that stays for ever: the operation's own, or that of a call which comes here through wrappers.</summary>
    private static CacheKey? ImmortalKey(CacheOperation operation, OperationBlockAnalysisContext context)
    {
        if (!IsKeptForEver(operation, context))
            return null;
        var own = operation.Key is { } key ? CacheKey.Of(key, context.Compilation) : null;
        if (own is not null && IsImmortal(operation, own, context))
            return own;
        return own is { Skeleton: null }
            ? KeySearch.Of(context.Compilation)?.Through(operation).FirstOrDefault(c => c.Key is { } given && IsImmortal(c.Operation, given, context))?.Key
            : null;
    }

    private static bool IsKeptForEver(CacheOperation operation, OperationBlockAnalysisContext context) => operation.Kind switch
    {
        CacheKind.Memory => CacheBounds.Of(context.Compilation).GrowsForEver(operation, context.CancellationToken),
        CacheKind.Distributed => DistributedStore.IsRedis(context.Compilation),
        _ => true,
    };

    private static bool IsImmortal(CacheOperation operation, CacheKey key, OperationBlockAnalysisContext context) =>
        (Population.IsMadeBy(operation, context.Compilation) || (operation.Kind == CacheKind.Memory && HasOneEntryPerValue(operation, key, context.Compilation)))
        && (ReportRemovedEntries.Read(context.Options, operation.Operation.Syntax.SyntaxTree)
            || RemovedEntries.Of(context.Compilation)?.Reach(operation, key, context.CancellationToken) != true);

    /// <summary>Whether the key has a part that callers choose from a set without end.</summary>
    private static bool HasOneEntryPerValue(CacheOperation operation, CacheKey key, Compilation compilation) =>
        key.Parts.Any(part => part.Hole is { } hole && Roots.Of(hole).Any(root => IsEndless(TypeOf(root))) && !IsFromFixedLoop(operation, hole, compilation))
        && !(key.IsOpaque && AllCallersFixTheKey(operation, compilation));

    private static bool IsFromFixedLoop(CacheOperation operation, Bound hole, Compilation compilation) =>
        Repetition.Around(operation.Operation, compilation).Any(loop => loop.Names(hole) && loop.IsFixed(compilation));

    /// <summary>Whether a wrapper takes the whole key, and all who call it have a number of keys that is known.</summary>
    private static bool AllCallersFixTheKey(CacheOperation operation, Compilation compilation)
    {
        var calls = KeySearch.Of(compilation)?.Through(operation).ToList();
        return calls is { Count: > 0 } && calls.All(call => call.Key is { } given && !HasOneEntryPerValue(call.Operation, given, compilation));
    }

    private static bool IsEndless(ITypeSymbol? type) => type switch
    {
        { SpecialType: SpecialType.System_String or (>= SpecialType.System_SByte and <= SpecialType.System_UInt64) or SpecialType.System_IntPtr or SpecialType.System_UIntPtr } => true,
        { Name: "Guid", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } => true,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] } => IsEndless(inner),
        _ => false,
    };

    private static ITypeSymbol? TypeOf(ISymbol root) => (root as IParameterSymbol)?.Type ?? (root as ILocalSymbol)?.Type;
}
