using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Data;

namespace Breakwater.Rules.ThunderingHerd.LockWithoutExpiry;

/// <summary>A lock in Redis that outlives a holder that dies, or that is released without a look at who holds it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LockWithoutExpiryAnalyzer : Rule
{
    public const string Id = "BW1110";

    /// <summary>What makes an entry a lock.</summary>
    public static readonly RuleOption<ImmutableHashSet<string>> LockWords = RuleOption.Words(
        Id, "lock_words", "An entry whose key has one of these words in its literal text is a lock", "lock", "mutex", "semaphore", "lease");

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Redis lock has no expiry or no owner check", "{0}", DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public LockWithoutExpiryAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (RedisLocks.Of(start.Compilation) is { } locks)
            start.OnBody(context => Check(context, locks));
    }

    private void Check(OperationBlockAnalysisContext context, RedisLocks locks)
    {
        foreach (var block in context.OperationBlocks)
        {
            foreach (var body in locks.BodiesOf(block, context.OwningSymbol))
            {
                var view = new View(locks, context.Compilation, LockWords.Read(context.Options, block.Syntax.SyntaxTree), context.CancellationToken);
                Check(body, view, context);
            }
        }
    }

    private void Check(IOperation body, View view, OperationBlockAnalysisContext context)
    {
        var reported = new List<CacheKey>();
        foreach (var taken in view.Locks.AcquisitionsIn(body))
        {
            if (!IsReported(taken.Key) && view.IsNeverReleased(taken) && !view.Locks.IsDecidedByWrapper(taken))
                Add(taken.Call, taken.Key, $"If the holder dies, '{taken.Key.Display}' is never released and nobody gets it again");
        }

        foreach (var deletion in view.Locks.DeletionsIn(body))
        {
            var key = CacheKey.Of(deletion.Key!.Value, context.Compilation);
            if (!IsReported(key) && view.IsReleasedByAnyone(deletion, key, context.OwningSymbol.ContainingType))
                Add((IInvocationOperation)deletion.Operation, key, $"If the lock '{key.Display}' expired meanwhile, this deletes the lock of its next owner");
        }

        bool IsReported(CacheKey key) => reported.Any(key.IsSameAs);

        void Add(IInvocationOperation call, CacheKey key, string message)
        {
            reported.Add(key);
            if (!call.IsInExpressionTree())
                context.ReportDiagnostic(Found(call.NameLocation(), message));
        }
    }

    /// <summary>The two questions, for one set of words.</summary>
    private sealed record View(RedisLocks Locks, Compilation Compilation, ImmutableHashSet<string> Words, CancellationToken CancellationToken)
    {
        /// <summary>A lock that nothing ends when its holder dies.</summary>
        public bool IsNeverReleased(RedisAcquisition taken)
        {
            if (!Locks.LacksExpiry(taken))
                return false;
            var decides = Decisions.DependOn(taken.Call);
            return decides && IsLock(taken) || ((decides || IsHandedOn(taken)) && CallersOf(taken).Any(IsLockThere));

            bool IsLockThere(IInvocationOperation call) =>
                (decides || Decisions.DependOn(call))
                && (IsNamedLock(taken.Key)
                    || Locks.AcquisitionsIn(BodyGraph.BodyOf(call)).Any(outer => outer.Call.Syntax == call.Syntax && IsLock(outer)));
        }

        /// <summary>A release that may hit the lock of another holder; one of a lock that never expires cannot.</summary>
        public bool IsReleasedByAnyone(CacheOperation deletion, CacheKey key, INamedTypeSymbol? type)
        {
            if ((RedisLocks.IsInCatch(deletion.Operation) && !IsNamedLock(key)) || IsReportedInside(deletion))
                return false;
            var here = Locks.AcquisitionsIn(BodyGraph.BodyOf(deletion.Operation))
                .Where(t => t.Call.Syntax.SpanStart < deletion.Operation.Syntax.SpanStart && t.Key.IsSameAs(key) && (t.IsLockTake || Decisions.DependOn(t.Call)))
                .ToList();
            if (here.Count > 0)
                return !here.Any(IsNeverReleased) && !Locks.IsOwnerAsked(deletion, key, here[0]);
            if (type is null || !IsNamedLock(key) || Locks.IsOwnerAsked(deletion, key, null))
                return false;
            var elsewhere = Locks.AcquisitionsIn(type, key, CancellationToken)
                .Where(t => t.IsLockTake || IsHandedOn(t) || Decisions.DependOn(t.Call))
                .ToList();
            return elsewhere.Count > 0 && !elsewhere.Any(IsNeverReleased);
        }

        /// <summary>A wrapper that takes and one that deletes in the same type are found there.</summary>
        private bool IsReportedInside(CacheOperation deletion)
        {
            if (!deletion.IsWrapped)
                return false;
            var body = BodyGraph.BodyOf(deletion.Api.Operation);
            return Enclosing.Member(deletion.Api.Operation, Compilation, CancellationToken) is { } member
                && Locks.DeletionsIn(body).FirstOrDefault(d => d.Operation.Syntax == deletion.Api.Operation.Syntax) is { } inner
                && IsReleasedByAnyone(inner, CacheKey.Of(inner.Key!.Value, Compilation), member.ContainingType);
        }

        private bool IsLock(RedisAcquisition taken) => taken.IsLockTake || IsNamedLock(taken.Key) || Locks.IsReleasedIn(taken.Body, taken.Key);

        private bool IsNamedLock(CacheKey key) => key.Parts.Any(p => p.Literal is { } text && Core.Words.ContainsAny(text, Words));

        /// <summary>Whether the answer goes to the caller of the method.</summary>
        private bool IsHandedOn(RedisAcquisition taken) =>
            taken.Body is not IAnonymousFunctionOperation
            && OwnCode.Returned(taken.Body).Any(r => IsAnswer(r.Type) && LocalValues.Around(r).DependsOn(r, o => o.Syntax == taken.Call.Syntax));

        private static bool IsAnswer(ITypeSymbol? type) =>
            type?.SpecialType == SpecialType.System_Boolean || (IoCalls.IsTaskLike(type) && type is INamedTypeSymbol { TypeArguments: [var result] } && IsAnswer(result));

        private IEnumerable<IInvocationOperation> CallersOf(RedisAcquisition taken) =>
            taken.Body is not IAnonymousFunctionOperation && Enclosing.Method(taken.Call, Compilation, CancellationToken) is { } method
                ? Calls.Of(Compilation).CallsOf(method, CancellationToken)
                : [];
    }
}
