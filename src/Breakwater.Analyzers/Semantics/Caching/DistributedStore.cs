namespace Breakwater.Semantics.Caching;

/// <summary>What stands behind <c>IDistributedCache</c>, judged by the packages that the compilation sees.</summary>
internal sealed class DistributedStore
{
    private readonly Lazy<bool> _isRedis;

    private DistributedStore(Compilation compilation) => _isRedis = new(() =>
        compilation.Find("Microsoft.Extensions.Caching.StackExchangeRedis.RedisCache") is not null
        && compilation.Find("Microsoft.Extensions.Caching.SqlServer.SqlServerCache") is null
        && compilation.Find("Microsoft.Extensions.Caching.Cosmos.CosmosCache") is null
        && compilation.Find("Microsoft.Extensions.Caching.Distributed.IDistributedCache") is { } contract
        && !DeclaresOne(compilation.Assembly.GlobalNamespace, contract));

    /// <summary>
    /// Whether it can only be Redis, which keeps an entry without options for ever: SQL Server and Cosmos DB add a sliding life of
    /// their own, and of a class of the compilation we know nothing.
    /// </summary>
    public static bool IsRedis(Compilation compilation) => compilation.Know(static c => new DistributedStore(c))!._isRedis.Value;

    private static bool DeclaresOne(INamespaceOrTypeSymbol container, INamedTypeSymbol contract) =>
        container.GetMembers().OfType<INamespaceOrTypeSymbol>().Any(member =>
            (member is INamedTypeSymbol { TypeKind: TypeKind.Class } type && type.Is(contract)) || DeclaresOne(member, contract));
}
