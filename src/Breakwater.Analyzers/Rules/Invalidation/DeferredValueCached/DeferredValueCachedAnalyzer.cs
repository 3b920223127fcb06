using Breakwater.Flow;
using Breakwater.Semantics.Caching;

namespace Breakwater.Rules.Invalidation.DeferredValueCached;

/// <summary>A query, task or live object in a cache, where its result belongs.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DeferredValueCachedAnalyzer : Rule
{
    public const string Id = "BW0407";

    private const string RunsAgain = "it runs again at every read, after its context may be gone";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Cached value is deferred or a live object", "The cache keeps {0}: {1}",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public DeferredValueCachedAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (CacheCalls.Of(start.Compilation) is not { } calls)
            return;
        var kinds = DeferredKinds.Of(start.Compilation);
        start.OnBody(context => Check(context, calls, kinds));
    }

    private void Check(OperationBlockAnalysisContext context, CacheCalls calls, DeferredKinds kinds)
    {
        foreach (var block in context.OperationBlocks)
        {
            if ((calls.MentionedIn(block.Syntax, context.OwningSymbol.ContainingType) & CacheVerbs.Filling) == 0)
                continue;
            foreach (var operation in OwnCode.Bodies(block).SelectMany(calls.In))
            {
                if (operation.Kind is CacheKind.Memory or CacheKind.Hybrid or CacheKind.Fusion)
                    Check(context, operation, block, calls, kinds);
            }
        }
    }

    private void Check(OperationBlockAnalysisContext context, CacheOperation operation, IOperation block, CacheCalls calls, DeferredKinds kinds)
    {
        foreach (var stored in StoredValue.Of(operation, context.Compilation))
        {
            var kind = kinds.KindOf(stored);
            if (kind == DeferredKind.None || stored.At.IsInExpressionTree())
                continue;
            if (kind is not (DeferredKind.Task or DeferredKind.ValueTask) || !IsRemovedOnFailure(operation, block, calls, context.Compilation))
            {
                var type = stored.Type.ToMinimalDisplayString(stored.At.SemanticModel!, stored.At.Syntax.SpanStart);
                context.ReportDiagnostic(Found(stored.At.Syntax.GetLocation(), $"{NounOf(kind)} '{type}'", ConsequenceOf(kind)));
            }

            return;
        }
    }

    /// <summary>A removal of the same entry in a <c>catch</c>, in a continuation, where the task is found to have failed, or in a helper.</summary>
    private static bool IsRemovedOnFailure(CacheOperation stored, IOperation block, CacheCalls calls, Compilation compilation) =>
        stored.Key is { } key
        && OwnCode.Bodies(block).SelectMany(calls.In).Any(o =>
            o.Verb == CacheVerb.Remove && o.Key is { } removed && (o.IsWrapped || IsOnFailure(o.Operation))
            && CacheKey.Of(key, compilation).IsSameAs(CacheKey.Of(removed, compilation)));

    private static bool IsOnFailure(IOperation removal)
    {
        for (var current = removal; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case ICatchClauseOperation:
                case IInvocationOperation { TargetMethod.Name: "ContinueWith" or "OnCompleted" or "UnsafeOnCompleted" }:
                case IConditionalOperation choice when choice.Condition.Descendants().Prepend(choice.Condition).Any(c =>
                        c is IPropertyReferenceOperation { Property.Name: "IsFaulted" or "IsCanceled" or "IsCompletedSuccessfully" or "Status" }):
                    return true;
            }
        }

        return false;
    }

    private static string NounOf(DeferredKind kind) => kind switch
    {
        DeferredKind.Query => "the query",
        DeferredKind.LazySequence => "the lazy sequence",
        DeferredKind.Task or DeferredKind.ValueTask => "the task",
        _ => "the live object",
    };

    private static string ConsequenceOf(DeferredKind kind) => kind switch
    {
        DeferredKind.Query or DeferredKind.LazySequence => RunsAgain,
        DeferredKind.Task => "if it fails, every reader gets that exception until the entry expires",
        DeferredKind.ValueTask => "it may be awaited only once, and every reader awaits it",
        _ => "all readers share one object that is used up or disposed by the first",
    };
}
