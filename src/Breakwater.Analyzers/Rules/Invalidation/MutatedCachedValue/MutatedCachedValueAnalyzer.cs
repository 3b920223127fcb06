using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Breakwater.Rules.Invalidation.MutatedCachedValue;

/// <summary>An object from an in-process cache that a body modifies and hands on, while every other reader holds the same one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MutatedCachedValueAnalyzer : Rule
{
    public const string Id = "BW0408";

    private static readonly ImmutableHashSet<string> GuardWords = LockRegion.DefaultGuardWords.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Shared cached object is modified",
        "'{0}' came from the cache: this change{1} is seen by every other caller that holds the entry, and by later readers",
        DiagnosticSeverity.Warning);

    public MutatedCachedValueAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (CacheCalls.Of(start.Compilation) is { } calls && start.Compilation.Find("Microsoft.Extensions.Caching.Memory.IMemoryCache") is not null)
            start.OnBody(context => Check(context, calls));
    }

    private void Check(OperationBlockAnalysisContext context, CacheCalls calls)
    {
        foreach (var block in context.OperationBlocks)
        {
            if ((calls.MentionedIn(block.Syntax, context.OwningSymbol.ContainingType) & (CacheVerbs.Read | CacheVerbs.ReadThrough)) == 0)
                continue;
            foreach (var body in OwnCode.Bodies(block))
            {
                var operations = calls.In(body);
                foreach (var read in operations.Where(o => o is { Kind: CacheKind.Memory, Verb: CacheVerb.Read or CacheVerb.ReadThrough }))
                    Check(context, read, body, operations);
            }
        }
    }

    private void Check(OperationBlockAnalysisContext context, CacheOperation read, IOperation body, IReadOnlyList<CacheOperation> operations)
    {
        List<Mutation>? changes = null;
        foreach (var holder in CachedObject.Holders(read, body, context.Compilation))
        {
            changes ??= Mutations.Of(context.Compilation).In(body).ToList();
            var mine = changes.Where(c => Is(c.Root, holder)).ToList();
            if (mine.Count == 0 || BodyGraph.Of(body) is not { } graph)
                continue;
            var uses = Uses(body, holder, mine);
            var found = mine.FirstOrDefault(change =>
                graph.Reaches(read.Operation, change.Operation, o => Replaces(o, holder, read.Operation, graph))
                && (IsReturnedByHelper(change) || uses.Any(use => !IsPartOf(use, change) && Follows(use, change, read, holder, graph)))
                && !IsOwned(change, read, holder, operations, graph, context.Compilation)
                && !LockRegion.Of(context.Compilation).Covers(change.Operation, GuardWords, context.CancellationToken));
            if (found is null || found.Operation.IsInExpressionTree())
                continue;
            context.ReportDiagnostic(Found(found.At, holder.Name, found.Helper is { } helper ? $" (in '{helper.Name}')" : ""));
            return;
        }
    }

    /// <summary>What the body does with the object besides changing it.</summary>
    private static List<IOperation> Uses(IOperation body, ILocalSymbol holder, List<Mutation> changes) =>
        OwnCode.Of(body)
            .Where(o => o is ILocalReferenceOperation { IsDeclaration: false } && Is(Mutations.RootOf(o), holder)
                && !(o.Parent is IAssignmentOperation assignment && assignment.Target == o)
                && !changes.Any(c => c.Helper is null or { ReturnsVoid: true } && IsPartOf(o, c)))
            .ToList();

    /// <summary>Whether a change itself needs the reference: as the way to what is changed, or to know what it becomes.</summary>
    private static bool IsPartOf(IOperation reference, Mutation change) => change.Operation.Syntax.Span.Contains(reference.Syntax.Span);

    /// <summary>Whether a use comes after the change; what follows a loop comes after everything in it.</summary>
    private static bool Follows(IOperation use, Mutation change, CacheOperation read, ILocalSymbol holder, BodyGraph graph)
    {
        if (graph.Reaches(change.Operation, use, o => Replaces(o, holder, read.Operation, graph)))
            return true;
        for (var current = change.Operation.Parent; current is not null; current = current.Parent)
        {
            if (current is ILoopOperation loop && use.Syntax.SpanStart >= loop.Syntax.Span.End
                && graph.Reaches(read.Operation, use, o => Replaces(o, holder, read.Operation, graph)))
                return true;
        }

        return false;
    }

    private static bool IsReturnedByHelper(Mutation change) =>
        change is { HelperReturnsIt: true, Operation.Parent: not IExpressionStatementOperation };

    /// <summary>The object is written back under its key, or the entry is taken out: the change is deliberate.</summary>
    private static bool IsOwned(Mutation change, CacheOperation read, ILocalSymbol holder, IReadOnlyList<CacheOperation> operations, BodyGraph graph, Compilation compilation) =>
        read.Key is { } key && operations.Any(o => o.Key is { } other && o.Cache.IsSameAs(read.Cache)
            && (o.Verb == CacheVerb.Remove
                || (o.Verb == CacheVerb.Write && o.Value is { } value && graph.Reaches(change.Operation, o.Operation) && IsMadeOf(value, holder)))
            && CacheKey.Of(key, compilation).IsSameAs(CacheKey.Of(other, compilation)));

    private static bool IsMadeOf(Bound value, ILocalSymbol holder)
    {
        var written = value.Resolve().Operation;
        return LocalValues.Around(written).DependsOn(written, o => IsReference(o, holder));
    }

    /// <summary>Whether the local is given another object; the compiler's lowering may have captured it as the target.</summary>
    private static bool Replaces(IOperation operation, ILocalSymbol holder, IOperation read, BodyGraph graph) =>
        operation is ISimpleAssignmentOperation { Target: var target } && !operation.Syntax.Span.Contains(read.Syntax.Span)
        && (IsReference(target, holder) || (target is IFlowCaptureReferenceOperation captured && graph.CapturedBy(captured).Any(o => IsReference(o, holder))));

    private static bool IsReference(IOperation operation, ILocalSymbol holder) => operation is ILocalReferenceOperation local && Is(local.Local, holder);

    private static bool Is(ISymbol? left, ISymbol right) => SymbolEqualityComparer.Default.Equals(left, right);
}
