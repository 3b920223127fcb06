using Breakwater.Flow;
using Breakwater.Rules.Invalidation.InvalidationBeforeCommit;
using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Data;

namespace Breakwater.Rules.Invalidation.StaleWritePath;

/// <summary>A method that writes an entity and leaves the entry in place under which its own type caches it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaleWritePathAnalyzer : Rule
{
    public const string Id = "BW0409";

    /// <summary>How long an entry may live before it matters that it is stale.</summary>
    public static readonly RuleOption<int> MaxStaleness = RuleOption.Number(
        Id, "max_staleness_seconds", "Entries that live no longer than this many seconds may be stale", 60, 0);

    /// <summary>What a write on a repository may be called.</summary>
    public static readonly RuleOption<ImmutableHashSet<string>> WriteVerbs = RuleOption.Words(
        Id, "write_verbs", "A method whose name begins with one of these words writes, when it belongs to the object that the entry is loaded from", EntityWrites.DefaultVerbs);

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Write leaves the type's own cache entry stale",
        "'{0}' writes {1} but leaves the entry '{2}', which '{3}' fills, in place: readers keep the old {1}",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public StaleWritePathAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (CacheCalls.Of(start.Compilation) is { } calls && CachedEntities.Of(start.Compilation) is { } entries)
            start.OnBody(context => Check(context, calls, entries));
    }

    private void Check(OperationBlockAnalysisContext context, CacheCalls calls, CachedEntities entries)
    {
        if (context.OwningSymbol is not IMethodSymbol { ContainingType: { } type } method || !calls.MayBeUsedBy(type))
            return;
        foreach (var block in context.OperationBlocks)
        {
            var tree = block.Syntax.SyntaxTree;
            var writes = new EntityWrites(
                context.Compilation, InvalidationBeforeCommitAnalyzer.CommitMethods.Read(context.Options, tree), WriteVerbs.Read(context.Options, tree));
            if (!writes.AreMentionedIn(block.Syntax, type) || entries.In(type).IsEmpty)
                continue;
            var search = new StaleWrites(
                context.Compilation, writes, TimeSpan.FromSeconds(MaxStaleness.Read(context.Options, tree)), context.CancellationToken);
            var member = method.AssociatedSymbol ?? method;
            foreach (var body in BodyGraph.BodiesIn(block))
            {
                foreach (var (write, entry, _) in search.In(body, member))
                    context.ReportDiagnostic(Found(write.Place.NameLocation(), NameOf(member), entry.Entity.Name, entry.Skeleton, NameOf(entry.Filler)));
            }
        }
    }

    private static string NameOf(ISymbol member) => member is IMethodSymbol { MethodKind: MethodKind.Constructor } ? member.ContainingType.Name : member.Name;
}
