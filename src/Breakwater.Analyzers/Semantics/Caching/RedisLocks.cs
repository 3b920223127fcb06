using Breakwater.Flow;

namespace Breakwater.Semantics.Caching;

/// <summary>An attempt to be the only one: <c>StringSet</c> with <c>when: NotExists</c>, or <c>LockTake</c>.</summary>
/// <param name="Call">The call in the body at hand; of a wrapper, where one stands between.</param>
/// <param name="Key">The lock's key, as the body at hand knows it.</param>
/// <param name="Api">The call of Redis, with what the wrappers around it were given.</param>
/// <param name="Body">The body it stands in.</param>
internal sealed record RedisAcquisition(IInvocationOperation Call, CacheKey Key, Bound Api, IOperation Body)
{
    /// <summary>Whether it is a <c>LockTake</c>, which means a lock and nothing else.</summary>
    public bool IsLockTake => ((IInvocationOperation)Api.Operation).TargetMethod.Name.StartsWith("LockTake", StringComparison.Ordinal);

    /// <summary>Whether a wrapper stands between.</summary>
    public bool IsWrapped => Call.Syntax != Api.Operation.Syntax;
}

/// <summary>
/// Locks made of Redis strings: who takes them, whether they expire, who releases them, and whether the release asks who the owner is.
/// Gives up, and then finds nothing wrong, where the expiry, the condition or the key comes from code that is not seen.
/// </summary>
internal sealed class RedisLocks
{
    private readonly Compilation _compilation;
    private readonly CacheCalls _calls;
    private readonly INamedTypeSymbol _database;

    private RedisLocks(Compilation compilation, CacheCalls calls, INamedTypeSymbol database)
    {
        _compilation = compilation;
        _calls = calls;
        _database = database;
    }

    /// <summary>Null when the compilation does not reference StackExchange.Redis.</summary>
    public static RedisLocks? Of(Compilation compilation) =>
        compilation.Know(static c => CacheCalls.Of(c) is { } calls && c.Find("StackExchange.Redis.IDatabaseAsync") is { } database
            ? new RedisLocks(c, calls, database)
            : null);

    /// <summary>The bodies of a member that may take or release a lock, judged by the names in its source.</summary>
    public IEnumerable<IOperation> BodiesOf(IOperation block, ISymbol member)
    {
        var span = block.Syntax.Span;
        if ((_calls.MentionedIn(block.Syntax, member.ContainingType) & (CacheVerbs.Write | CacheVerbs.Remove)) == 0
            && CallNames.TextOf(block.Syntax.SyntaxTree).IndexOf("LockTake", span.Start, span.Length, StringComparison.Ordinal) < 0)
            return [];
        return OwnCode.Bodies(block);
    }

    /// <summary>The attempts of a body to take a lock, or to be the first to write an entry: what its result is used for tells.</summary>
    public IEnumerable<RedisAcquisition> AcquisitionsIn(IOperation body)
    {
        foreach (var write in _calls.In(body))
        {
            if (AcquisitionBy(write, body) is { } acquisition)
                yield return acquisition;
        }

        foreach (var call in CallsIn(body, "LockTake"))
        {
            if (call.Argument("key") is { } key)
                yield return new(call, CacheKey.Of(new(key.Value), _compilation), new(call), body);
        }
    }

    /// <summary>The attempts anywhere in the code of a type that use an equal key.</summary>
    public IEnumerable<RedisAcquisition> AcquisitionsIn(INamedTypeSymbol type, CacheKey key, CancellationToken cancellationToken)
    {
        if (KeySearch.Of(_compilation) is not { } search || key.Skeleton is not { } skeleton)
            yield break;
        foreach (var found in search.Matching(key, CacheKind.Redis, CacheVerbs.Write))
        {
            if (found.IsIn(type, cancellationToken) && AcquisitionBy(found.Operation, found.Body) is { } acquisition)
                yield return acquisition;
        }

        var takes = from part in type.DeclaringSyntaxReferences
                    from name in new[] { "LockTake", "LockTakeAsync" }
                    from mention in Mentions.In(part.GetSyntax(cancellationToken), name, cancellationToken)
                    select Bodies.Of(_compilation).Of(mention, cancellationToken) as IInvocationOperation;
        foreach (var call in takes)
        {
            if (call is not null && IsRedis(call) && call.Argument("key") is { } taken
                && CacheKey.Of(new(taken.Value), _compilation) is var template && template.Skeleton == skeleton)
                yield return new(call, template, new(call), BodyGraph.BodyOf(call));
        }
    }

    /// <summary>The deletions of a body by <c>KeyDelete</c>.</summary>
    public IEnumerable<CacheOperation> DeletionsIn(IOperation body) =>
        _calls.In(body).Where(o => o is
        {
            Kind: CacheKind.Redis, Verb: CacheVerb.Remove, Key: not null, Operation: IInvocationOperation,
            Api.Operation: IInvocationOperation { TargetMethod.Name: "KeyDelete" or "KeyDeleteAsync" },
        });

    /// <summary>Whether the code shows that the lock has no lifetime. One that is given by <c>KeyExpire</c> in the same body is one.</summary>
    public bool LacksExpiry(RedisAcquisition acquisition) =>
        IsNoExpiry(Argument(acquisition.Api, "expiry"))
        && !CallsIn(acquisition.Body, "KeyExpire").Any(call =>
            call.Argument("key") is { } key && IsKey(key.Value, acquisition.Key) && !IsNoExpiry(Argument(new(call), "expiry")));

    /// <summary>Whether a wrapper itself leaves the expiry out, so that its callers can do nothing about it.</summary>
    public bool IsDecidedByWrapper(RedisAcquisition acquisition) =>
        acquisition is { IsWrapped: true, Api.Operation: var call } && IsNoExpiry(Argument(new(call), "expiry")) && IsNotExists(Argument(new(call), "when"));

    /// <summary>Whether a body deletes or releases a key: by a deletion that is more than the undoing of a failure, <c>LockRelease</c> or a script.</summary>
    public bool IsReleasedIn(IOperation body, CacheKey key) =>
        _calls.In(body).Any(o => o is { Kind: CacheKind.Redis, Verb: CacheVerb.Remove, Key: { } removed } && !IsInCatch(o.Operation) && IsKey(removed, key))
        || CallsIn(body, "LockRelease", "StringDelete").Any(call => call.Argument("key") is { } released && IsKey(released.Value, key))
        || CallsIn(body, "ScriptEvaluate").Any(call => call.Descendants().Any(part => part.Type is { Name: "RedisKey" or "String" } && IsKey(part, key)));

    /// <summary>Whether an operation runs only after something failed.</summary>
    public static bool IsInCatch(IOperation operation)
    {
        for (var current = operation; current is not null; current = current.Parent)
        {
            if (current is ICatchClauseOperation)
                return true;
        }

        return false;
    }

    /// <summary>Whether a branch on the stored value, or a condition of the transaction, stands before a deletion.</summary>
    /// <param name="deletion">The deletion.</param>
    /// <param name="key">Its key.</param>
    /// <param name="after">Where the lock was taken in the same body: what was read before that says nothing of the owner.</param>
    public bool IsOwnerAsked(CacheOperation deletion, CacheKey key, RedisAcquisition? after)
    {
        var body = BodyGraph.BodyOf(deletion.Operation);
        var reads = _calls.In(body).Where(o => o is { Kind: CacheKind.Redis, Verb: CacheVerb.Read, Key: { } read } && IsKey(read, key)).Select(o => o.Operation)
            .Concat(CallsIn(body, "LockQuery").Where(call => call.Argument("key") is { } asked && IsKey(asked.Value, key)));
        return reads.Any(read => read.Syntax.SpanStart < deletion.Operation.Syntax.SpanStart
                && (after is null || read.Syntax.SpanStart > after.Call.Syntax.SpanStart) && Decisions.DependOn(read))
            || OwnCode.AndSelf(body).Any(o => o is IInvocationOperation { TargetMethod: { Name: "StringEqual", ContainingType.Name: "Condition" } } call
                && call.Argument("key") is { } compared && IsKey(compared.Value, key));
    }

    /// <summary>Whether two keys are the same within a body.</summary>
    public bool IsKey(Bound value, CacheKey key) => CacheKey.Of(value, _compilation).IsSameAs(key);

    private bool IsKey(IOperation value, CacheKey key) => IsKey(new Bound(value), key);

    private RedisAcquisition? AcquisitionBy(CacheOperation write, IOperation body) =>
        write is { Kind: CacheKind.Redis, Verb: CacheVerb.Write, Key: { } key, Operation: IInvocationOperation call } && IsNotExists(Argument(write.Api, "when"))
            ? new(call, CacheKey.Of(key, _compilation), write.Api, body)
            : null;

    /// <summary>The calls of Redis in a body whose name, with or without <c>Async</c>, is one of these.</summary>
    private IEnumerable<IInvocationOperation> CallsIn(IOperation body, params string[] names)
    {
        foreach (var operation in OwnCode.AndSelf(body))
        {
            if (operation is IInvocationOperation call && IsRedis(call)
                && names.Any(n => call.TargetMethod.Name == n || call.TargetMethod.Name == n + "Async"))
                yield return call;
        }
    }

    private bool IsRedis(IInvocationOperation call) => call.TargetMethod.ContainingType.Is(_database);

    private static Bound? Argument(Bound api, string parameter) =>
        api.Operation is IInvocationOperation call && call.Argument(parameter) is { } argument ? new Bound(argument.Value, api.Frame) : null;

    /// <summary><c>When.NotExists</c> or <c>ValueCondition.NotExists</c>, depending on the library's version.</summary>
    private bool IsNotExists(Bound? when) =>
        when is { } value && Follow(value).Operation is IMemberReferenceOperation { Member: { Name: "NotExists", ContainingType.Name: "When" or "ValueCondition" } };

    /// <summary>No lifetime at all: left out, <c>null</c>, <c>default</c>, the longest of all times, or one of the values of <c>Expiration</c> that set none.</summary>
    private bool IsNoExpiry(Bound? expiry)
    {
        if (expiry is not { } value)
            return true;
        var (operation, frame) = Follow(value);
        return operation switch
        {
            IDefaultValueOperation => true,
            { ConstantValue: { HasValue: true, Value: null } } => true,
            IMemberReferenceOperation { Member: { Name: "MaxValue", ContainingType.Name: "TimeSpan" } } => true,
            IMemberReferenceOperation { Member: { Name: "Default" or "Persist" or "KeepTtl", ContainingType.Name: "Expiration" } } => true,
            // A wrapper's own parameter that its caller left to its default.
            IParameterReferenceOperation { Parameter: { HasExplicitDefaultValue: true, ExplicitDefaultValue: null } parameter } =>
                frame is not null && !Roots.IsPrimaryConstructorParameter(parameter),
            _ => false,
        };
    }

    /// <summary>Through conversions (Redis has types of its own for times and conditions), parameters of wrappers, locals and readonly fields.</summary>
    private Bound Follow(Bound value)
    {
        for (var step = 0; ; step++)
        {
            var (operation, frame) = value.Resolve();
            switch (operation)
            {
                case IConversionOperation conversion:
                    value = new(conversion.Operand, frame);
                    break;
                case ILocalReferenceOperation local when step < 8 && LocalValues.Around(local).Single(local.Local) is { } only:
                    value = new(only, frame);
                    break;
                case IFieldReferenceOperation { Field: { IsReadOnly: true } field } when step < 8
                        && AssignedValues.Direct(field, _compilation, CancellationToken.None).Values is [var initial]:
                    value = new(initial);
                    break;
                default:
                    return new(operation, frame);
            }
        }
    }
}
