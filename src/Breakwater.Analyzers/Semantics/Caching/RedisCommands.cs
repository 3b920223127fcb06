namespace Breakwater.Semantics.Caching;

/// <summary>A Redis command on one key, sent by itself and not in a transaction or batch.</summary>
/// <param name="Call">The call.</param>
/// <param name="Database">The database it is sent to.</param>
/// <param name="Key">The key.</param>
internal sealed record RedisCommand(IInvocationOperation Call, CacheIdentity Database, CacheKey Key)
{
    private string Name { get; } = Call.TargetMethod.Name.EndsWith("Async", StringComparison.Ordinal)
        ? Call.TargetMethod.Name.Substring(0, Call.TargetMethod.Name.Length - "Async".Length)
        : Call.TargetMethod.Name;

    /// <summary>Whether it gives the key a lifetime.</summary>
    public bool Expires => Name == "KeyExpire";

    /// <summary>Whether it asks how long the key has to live.</summary>
    public bool ReadsLifetime => Name is "KeyTimeToLive" or "KeyExpireTime" or "StringGetWithExpiry";

    /// <summary>Whether it counts up, and leaves the lifetime alone.</summary>
    public bool Increments => Name == "StringIncrement" && Call.Argument("expiry") is not { ArgumentKind: not ArgumentKind.DefaultValue };

    /// <summary>Whether it changes the string under the key, or how long it lives.</summary>
    public bool Writes => Name is "StringSet" or "StringSetRange" or "StringSetAndGet" or "StringGetSet" or "StringGetSetExpiry" or "StringGetDelete"
        or "StringAppend" or "StringIncrement" or "StringDecrement" or "StringDelete" or "KeyDelete" or "KeyExpire" or "KeyPersist" or "KeyRename" or "KeyRestore";

    /// <summary>Whether both surely mean the same key of the same database.</summary>
    public bool IsOnSameKey(RedisCommand other) => Database.IsSameAs(other.Database) && Key.IsSameAs(other.Key);
}

/// <summary>The Redis commands that a body sends. What a transaction or batch holds is sent together and does not count.</summary>
internal sealed class RedisCommands
{
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol _database;
    private readonly INamedTypeSymbol? _batch;

    private RedisCommands(Compilation compilation, INamedTypeSymbol database)
    {
        _compilation = compilation;
        _database = database;
        _batch = compilation.Find("StackExchange.Redis.IBatch");
    }

    /// <summary>Null when the compilation does not reference StackExchange.Redis.</summary>
    public static RedisCommands? Of(Compilation compilation) =>
        compilation.Know(static c => c.Find("StackExchange.Redis.IDatabaseAsync") is { } database ? new RedisCommands(c, database) : null);

    /// <summary>The commands of a body, in the order of the source.</summary>
    public IEnumerable<RedisCommand> In(IOperation body) =>
        Flow.OwnCode.Of(body).OfType<IInvocationOperation>().Select(Recognise).OfType<RedisCommand>();

    /// <summary>The command that a call sends; null when it is none, or one without a single key.</summary>
    public RedisCommand? Recognise(IInvocationOperation call) =>
        call.Instance is { Type: { } type } receiver && type.Is(_database) && !type.Is(_batch) && call.Argument("key") is { Value: var key }
            ? new(call, CacheIdentity.Of(new(Receiver(receiver))), CacheKey.Of(new(key), _compilation))
            : null;

    /// <summary>Whether an expiry argument gives no lifetime: left out, <c>null</c>, <c>default</c>, <c>Expiration.Default</c>.</summary>
    public static bool IsNothing(IOperation expiry) =>
        expiry.Unwrap() is IDefaultValueOperation or IMemberReferenceOperation { Member: { Name: "Default", ContainingType.Name: "Expiration" } }
        || expiry.Unwrap().ConstantValue is { HasValue: true, Value: null };

    /// <summary>In <c>redis?.KeyExpire(…)</c> the call's instance is a placeholder; the receiver stands at the <c>?</c>.</summary>
    private static IOperation Receiver(IOperation instance)
    {
        var current = instance;
        while (instance is IConditionalAccessInstanceOperation && current is not (null or IConditionalAccessOperation))
            current = current.Parent;
        return current is IConditionalAccessOperation access ? access.Operation : instance;
    }
}
