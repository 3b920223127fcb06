using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>
/// Objects that hold something open until they are disposed: files, sockets, timers, watchers, processes, mapped memory, rate limiters,
/// connections of Redis, RabbitMQ and Kafka, and disposable types of the compilation that create one. Clients that connect at their
/// first use are none.
/// </summary>
internal sealed class LiveResources
{
    private const int Levels = 2;

    private readonly Compilation _compilation;
    private readonly ImmutableArray<INamedTypeSymbol> _types;
    private readonly INamedTypeSymbol? _disposable;
    private readonly INamedTypeSymbol? _asyncDisposable;

    private LiveResources(Compilation compilation)
    {
        _compilation = compilation;
        _disposable = compilation.Find("System.IDisposable");
        _asyncDisposable = compilation.Find("System.IAsyncDisposable");
        _types = new[]
        {
            compilation.Find("System.IO.FileStream"),
            compilation.Find("System.Net.Sockets.Socket"),
            compilation.Find("System.Threading.Timer"),
            compilation.Find("System.Timers.Timer"),
            compilation.Find("System.IO.FileSystemWatcher"),
            compilation.Find("System.Diagnostics.Process"),
            compilation.Find("System.IO.MemoryMappedFiles.MemoryMappedFile"),
            compilation.Find("System.Threading.RateLimiting.RateLimiter"),
            compilation.Find("StackExchange.Redis.IConnectionMultiplexer"),
            compilation.Find("RabbitMQ.Client.IConnection"),
            compilation.Find("RabbitMQ.Client.IChannel"),
            compilation.Find("Confluent.Kafka.IClient"),
            // RabbitMQ's channel before version 7; found by its name, because the library has either this or the other.
            compilation.Find("RabbitMQ.Client.IConnection")?.ContainingNamespace.GetTypeMembers("IModel").FirstOrDefault(),
        }.OfType<INamedTypeSymbol>().ToImmutableArray();
    }

    public static LiveResources Of(Compilation compilation) => compilation.Know(static c => new LiveResources(c))!;

    /// <summary>The resource that a factory creates as its value, or as the result of its task; null when it creates none, or only looks one up.</summary>
    public ITypeSymbol? CreatedBy(IOperation factory, CancellationToken cancellationToken) => CreatedBy(factory.Unwrap(), Levels, cancellationToken);

    private ITypeSymbol? CreatedBy(IOperation code, int levels, CancellationToken cancellationToken)
    {
        switch (code)
        {
            case IMethodReferenceOperation { Method: var method }:
                return Bodies.Of(_compilation).Of(method, cancellationToken) is { } body ? CreatedBy(body, levels, cancellationToken)
                    : LooksUp(method) ? null : AsResource(ResultOf(method.ReturnType), cancellationToken);
            case ILocalReferenceOperation { Local: var local } when LocalValues.Around(code).Single(local) is { } only:
                return CreatedBy(only.Unwrap(), levels, cancellationToken);
        }

        foreach (var returned in OwnCode.Returned(code))
        {
            if (OfValue(returned, levels, cancellationToken) is { } resource)
                return resource;
        }

        return null;
    }

    private ITypeSymbol? OfValue(IOperation value, int levels, CancellationToken cancellationToken)
    {
        value = value.Unwrap();
        switch (value)
        {
            case IObjectCreationOperation { Type: { } type, Arguments: var arguments }:
                return IoCalls.IsTaskLike(type) && arguments is [{ Value: var wrapped }] ? OfValue(wrapped, levels, cancellationToken) : AsResource(type, cancellationToken);
            case IAwaitOperation { Operation: var awaited }:
                return OfValue(awaited, levels, cancellationToken);
            case IPropertyReferenceOperation { Property.Name: "Result", Instance: { } task }:
                return OfValue(task, levels, cancellationToken);
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                return OfValue(choice.WhenTrue, levels, cancellationToken) ?? OfValue(whenFalse, levels, cancellationToken);
            case ICoalesceOperation choice:
                return OfValue(choice.Value, levels, cancellationToken) ?? OfValue(choice.WhenNull, levels, cancellationToken);
            case ILocalReferenceOperation { Local: var local }:
                // What was made outside the factory is not made again by it.
                return LocalValues.Around(value).Single(local) is { } only && BodyGraph.BodyOf(only) == BodyGraph.BodyOf(value)
                    ? OfValue(only, levels, cancellationToken)
                    : null;
            case IInvocationOperation { TargetMethod: { Name: "FromResult" or "Run" }, Arguments: [{ Value: var given }, ..] }:
                return given.Unwrap() is IAnonymousFunctionOperation or IMethodReferenceOperation ? CreatedBy(given.Unwrap(), levels, cancellationToken) : OfValue(given, levels, cancellationToken);
            case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "GetAwaiter" or "GetResult", Instance: { } task }:
                return OfValue(task, levels, cancellationToken);
            case IInvocationOperation call when Calls.Of(_compilation).CertainTarget(call) is { } target:
                return levels > 0 && Bodies.Of(_compilation).Of(target, cancellationToken) is { } body ? CreatedBy(body, levels - 1, cancellationToken) : null;
            case IInvocationOperation call:
                return LooksUp(call.TargetMethod) ? null : AsResource(ResultOf(call.TargetMethod.ReturnType), cancellationToken);
            default:
                return null;
        }
    }

    private static bool LooksUp(IMethodSymbol method) =>
        method.Name.StartsWith("Get", StringComparison.Ordinal) || method.Name.StartsWith("Resolve", StringComparison.Ordinal) || method.Name.StartsWith("Find", StringComparison.Ordinal);

    private static ITypeSymbol ResultOf(ITypeSymbol type) => IoCalls.IsTaskLike(type) && type is INamedTypeSymbol { TypeArguments: [var result] } ? result : type;

    private ITypeSymbol? AsResource(ITypeSymbol type, CancellationToken cancellationToken) =>
        IsResource(type) || (type is INamedTypeSymbol named && IsOwner(named, cancellationToken)) ? type : null;

    private bool IsResource(ITypeSymbol type) => _types.Any(t => type.Is(t));

    /// <summary>A disposable type of the compilation that creates a resource when it is created.</summary>
    private bool IsOwner(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        if (type.TypeKind != TypeKind.Class || !type.IsDeclaredIn(_compilation) || !(type.Is(_disposable) || type.Is(_asyncDisposable)))
            return false;
        var bodies = Bodies.Of(_compilation);
        var code = type.InstanceConstructors.Select(c => bodies.Of(c, cancellationToken))
            .Concat(type.GetMembers().Where(m => !m.IsStatic && m is IFieldSymbol or IPropertySymbol)
                .SelectMany(m => m.DeclaringSyntaxReferences)
                .Select(r => r.GetSyntax(cancellationToken) switch
                {
                    VariableDeclaratorSyntax { Initializer: { } initialiser } => bodies.Of(initialiser.Value, cancellationToken),
                    PropertyDeclarationSyntax { Initializer: { } initialiser } => bodies.Of(initialiser.Value, cancellationToken),
                    _ => null,
                }));
        return code.OfType<IOperation>().SelectMany(OwnCode.AndSelf).Any(o =>
            (o is IObjectCreationOperation { Type: { } created } && IsResource(created))
            || (o is IInvocationOperation { TargetMethod: var method } && !LooksUp(method) && IsResource(method.ReturnType)));
    }
}
