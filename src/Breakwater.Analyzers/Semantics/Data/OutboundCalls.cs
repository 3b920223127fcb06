using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>
/// Asynchronous calls that occupy something limited outside the process for each call in flight: HTTP, mail, databases, gRPC, files
/// and the clients of Azure and Amazon. Redis is left out: it pipelines all commands on one connection.
/// </summary>
internal sealed class OutboundCalls
{
    private readonly Compilation _compilation;
    private readonly ImmutableArray<INamedTypeSymbol> _exact;
    private readonly ImmutableArray<INamedTypeSymbol> _families;
    private readonly INamedTypeSymbol? _context;
    private readonly INamedTypeSymbol? _set;
    private readonly ImmutableArray<INamedTypeSymbol> _gates;

    private OutboundCalls(Compilation compilation)
    {
        _compilation = compilation;
        _exact = All(
            "System.Net.Http.Json.HttpClientJsonExtensions", "Dapper.SqlMapper", "Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions",
            "Microsoft.EntityFrameworkCore.RelationalQueryableExtensions", "Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions", "System.IO.File");
        _families = All(
            "System.Net.Http.HttpMessageInvoker", "System.Net.Mail.SmtpClient", "System.Data.Common.DbCommand", "System.Data.Common.DbConnection", "Grpc.Core.ClientBase");
        _context = compilation.Find("Microsoft.EntityFrameworkCore.DbContext");
        _set = compilation.Find("Microsoft.EntityFrameworkCore.DbSet`1");
        _gates = All(
            "System.Threading.SemaphoreSlim", "System.Threading.Semaphore", "System.Threading.RateLimiting.RateLimiter",
            "System.Threading.RateLimiting.PartitionedRateLimiter`1");

        ImmutableArray<INamedTypeSymbol> All(params string[] names) => names.Select(compilation.Find).OfType<INamedTypeSymbol>().ToImmutableArray();
    }

    public static OutboundCalls Of(Compilation compilation) => compilation.Know(static c => new OutboundCalls(c))!;

    /// <summary>Whether the call itself is one.</summary>
    public bool IsOne(IInvocationOperation call) => IsOne(call.TargetMethod.Definition(), call.Instance?.Type);

    /// <summary>
    /// Whether running a lambda or method group makes such a call without a limit: itself, or in a method of the compilation that it
    /// calls. A semaphore or rate limiter that it waits for anywhere on the way is a limit.
    /// </summary>
    /// <param name="code">A lambda, a method group, or a call.</param>
    /// <param name="levels">How many methods deep to look.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public bool AreMadeFreelyIn(IOperation code, int levels, CancellationToken cancellationToken)
    {
        var (found, isLimited) = Search(code, levels, cancellationToken);
        return found && !isLimited;
    }

    /// <summary>Whether a call waits for its turn at a semaphore, a rate limiter, or a lock or semaphore of a library.</summary>
    public bool IsGate(IInvocationOperation call)
    {
        var owner = call.Instance?.Type ?? call.TargetMethod.ContainingType;
        return call.TargetMethod.Name switch
        {
            "LockAsync" or "EnterAsync" or "AcquireAsync" => true,
            "Wait" or "WaitAsync" or "WaitOne" or "AttemptAcquire" => _gates.Any(owner.Is) || owner?.Name.EndsWith("Semaphore", StringComparison.Ordinal) == true,
            _ => false,
        };
    }

    private (bool Found, bool IsLimited) Search(IOperation code, int levels, CancellationToken cancellationToken)
    {
        if (code is IMethodReferenceOperation group)
            return IsOne(group.Method.Definition(), group.Instance?.Type) ? (true, false) : In(group.Method.IsVirtual || group.Method.IsAbstract ? null : group.Method, levels, cancellationToken);
        var found = false;
        foreach (var call in code.DescendantsAndSelf().OfType<IInvocationOperation>())
        {
            if (IsGate(call))
                return (found, true);
            if (IsOne(call))
            {
                found = true;
                continue;
            }

            var (inner, isLimited) = In(Calls.Of(_compilation).CertainTarget(call), levels, cancellationToken);
            if (isLimited)
                return (found, true);
            found |= inner;
        }

        return (found, false);
    }

    private (bool Found, bool IsLimited) In(IMethodSymbol? method, int levels, CancellationToken cancellationToken) =>
        levels > 0 && method is not null && Bodies.Of(_compilation).Of(method, cancellationToken) is { } body ? Search(body, levels - 1, cancellationToken) : (false, false);

    private bool IsOne(IMethodSymbol method, ITypeSymbol? instance)
    {
        if (method.ContainingType is not { } container || !(IoCalls.IsTaskLike(method.ReturnType) || IsGrpcCall(method.ReturnType)))
            return false;
        return method.Name switch
        {
            "SaveChangesAsync" or "FindAsync" => container.Is(_context) || container.Is(_set),
            _ => _exact.Any(t => SymbolEqualityComparer.Default.Equals(t, container))
                || (method.Name != "DisposeAsync" && method.Name != "CloseAsync" && _families.Any(t => container.Is(t) || instance.Is(t)))
                || IsCloudClient(container),
        };
    }

    /// <summary>What a gRPC client returns is awaited like a task.</summary>
    private static bool IsGrpcCall(ITypeSymbol type) => type is { Name: "AsyncUnaryCall" or "AsyncClientStreamingCall", ContainingNamespace: { Name: "Core", ContainingNamespace.Name: "Grpc" } };

    private static bool IsCloudClient(INamedTypeSymbol type)
    {
        var outermost = type.ContainingNamespace;
        while (outermost is { ContainingNamespace.IsGlobalNamespace: false })
            outermost = outermost.ContainingNamespace;
        return outermost is { IsGlobalNamespace: false, Name: "Azure" or "Amazon" };
    }
}
