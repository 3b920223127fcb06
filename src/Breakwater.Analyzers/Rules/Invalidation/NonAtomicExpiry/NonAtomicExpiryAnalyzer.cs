using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Caching;

namespace Breakwater.Rules.Invalidation.NonAtomicExpiry;

/// <summary>A Redis value that is written by one command and given its lifetime by a second one, which may never be reached.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NonAtomicExpiryAnalyzer : Rule
{
    public const string Id = "BW0411";

    private static readonly ImmutableHashSet<string> LockWords = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "lock", "mutex", "semaphore", "lease");

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Redis value and its expiry are set separately", "{0}", DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public NonAtomicExpiryAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (CacheCalls.Of(start.Compilation) is { } calls && RedisCommands.Of(start.Compilation) is { } commands)
            start.OnOperation(context => Check(context, calls, commands), OperationKind.Invocation);
    }

    private void Check(OperationAnalysisContext context, CacheCalls calls, RedisCommands commands)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is not ("KeyExpire" or "KeyExpireAsync") || commands.Recognise(call) is not { } expire
            || call.Argument("expiry") is not { Value: var lifetime } || RedisCommands.IsNothing(lifetime))
            return;

        var body = BodyGraph.BodyOf(call);
        var others = commands.In(body).Where(c => c.Call != call && c.IsOnSameKey(expire)).ToList();
        if (BodyGraph.Of(body) is not { } graph || others.Any(c => c.ReadsLifetime))
            return;
        if (calls.In(body).Any(write => IsSetWithoutLifetime(write, expire, context.Compilation)
                && !IsLock(write, expire, others)
                && graph.Reaches(write.Operation, call, o => others.Any(c => c.Writes && c.Call.Syntax == o.Syntax && o is IInvocationOperation && o.Syntax != write.Operation.Syntax))))
            Report(context, call.NameLocation(), $"'{expire.Key.Display}' exists without a lifetime until this second command; if it is not reached, the value stays for ever");
        else if (!HealsItself(call) && others.Any(counter => counter.Increments && IsOnlyAfterFirst(graph, counter.Call, call, others)))
            Report(context, call.NameLocation(), $"If this command is not reached after the first increment, the counter '{expire.Key.Display}' never expires");
    }

    private static bool IsSetWithoutLifetime(CacheOperation write, RedisCommand expire, Compilation compilation) =>
        write is { Kind: CacheKind.Redis, Verb: CacheVerb.Write, Key: { } key }
        && write.Cache.IsSameAs(expire.Database)
        && CacheKey.Of(key, compilation).IsSameAs(expire.Key)
        && write.Api is { Operation: IInvocationOperation set, Frame: var frame }
        && (set.Argument("expiry") is not { } expiry || RedisCommands.IsNothing(new Bound(expiry.Value, frame).Resolve().Operation))
        && (set.Argument("keepTtl") is not { } keep || new Bound(keep.Value, frame).Resolve().Operation.ConstantValue is { HasValue: true, Value: false });

    /// <summary>A lock that was taken if nobody held it: that it has no expiry is another rule's finding.</summary>
    private static bool IsLock(CacheOperation write, RedisCommand expire, List<RedisCommand> others) =>
        write.Operation is IInvocationOperation set
        && set.Argument("when") is { Value: var when } && when.Syntax.ToString().EndsWith("NotExists", StringComparison.Ordinal)
        && (others.Any(c => c.Call.TargetMethod.Name is "KeyDelete" or "KeyDeleteAsync" or "LockRelease" or "LockReleaseAsync")
            || expire.Key.Parts.Any(p => p.Literal is { } text && Words.ContainsAny(text, LockWords)));

    private static bool HealsItself(IInvocationOperation expire) =>
        expire.Argument("when") is { Value: var when } && when.Syntax.ToString().EndsWith("HasNoExpiry", StringComparison.Ordinal);

    /// <summary>Whether the expiry stands on the side of a comparison where the counter is small, and no expiry on the other side.</summary>
    private static bool IsOnlyAfterFirst(BodyGraph graph, IInvocationOperation counter, IInvocationOperation expire, List<RedisCommand> others)
    {
        var test = new CounterTest(graph, counter);
        return graph.Blocks.Any(block => test.Sides(block) is var (small, large)
            && graph.Reaches(small, expire)
            && !graph.Reaches(large, expire)
            && !others.Any(o => o.Expires && graph.Reaches(large, o.Call)));
    }
}
