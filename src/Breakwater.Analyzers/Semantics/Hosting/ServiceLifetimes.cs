using System.Collections.Concurrent;

namespace Breakwater.Semantics.Hosting;

/// <summary>How long the objects of a type live.</summary>
internal enum Lifetime
{
    /// <summary>Nothing in the compilation says.</summary>
    Unknown,

    /// <summary>One for the process.</summary>
    Singleton,

    /// <summary>One for a request, a message or a use.</summary>
    Short,
}

/// <summary>
/// The lifetimes that this compilation gives to its own types: by registration, by the base class or interface that a framework
/// creates, or by being static. The registrations are searched on the first question about a type that only they can answer.
/// </summary>
internal sealed class ServiceLifetimes
{
    private static readonly (string Method, Lifetime Lifetime)[] Registrations =
    [
        ("AddSingleton", Lifetime.Singleton), ("TryAddSingleton", Lifetime.Singleton), ("AddKeyedSingleton", Lifetime.Singleton),
        ("TryAddKeyedSingleton", Lifetime.Singleton), ("AddHostedService", Lifetime.Singleton),
        ("AddScoped", Lifetime.Short), ("TryAddScoped", Lifetime.Short), ("AddKeyedScoped", Lifetime.Short), ("TryAddKeyedScoped", Lifetime.Short),
        ("AddTransient", Lifetime.Short), ("TryAddTransient", Lifetime.Short), ("AddKeyedTransient", Lifetime.Short),
        ("TryAddKeyedTransient", Lifetime.Short), ("AddHttpClient", Lifetime.Short),
    ];

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _hostedService;
    private readonly ImmutableArray<INamedTypeSymbol> _shortBases;
    private readonly Lazy<Dictionary<INamedTypeSymbol, (Lifetime Lifetime, string Method)>> _registered;
    private readonly ConcurrentDictionary<INamedTypeSymbol, Lifetime> _lifetimes = new(SymbolEqualityComparer.Default);

    private ServiceLifetimes(Compilation compilation)
    {
        _compilation = compilation;
        _hostedService = compilation.Find("Microsoft.Extensions.Hosting.IHostedService");
        _shortBases = new[]
        {
            compilation.Find("Microsoft.AspNetCore.Mvc.ControllerBase"),
            compilation.Find("Microsoft.AspNetCore.Mvc.RazorPages.PageModel"),
            compilation.Find("Microsoft.AspNetCore.Mvc.ViewComponent"),
            compilation.Find("Microsoft.AspNetCore.SignalR.Hub"),
            compilation.Find("MediatR.IRequestHandler`1"),
            compilation.Find("MediatR.IRequestHandler`2"),
            compilation.Find("MediatR.INotificationHandler`1"),
        }.OfType<INamedTypeSymbol>().ToImmutableArray();
        _registered = new(FindRegistrations);
    }

    public static ServiceLifetimes Of(Compilation compilation) => compilation.Know(static c => new ServiceLifetimes(c))!;

    /// <summary>Whether there is one object of the type in the process.</summary>
    public bool IsSingleton(INamedTypeSymbol type) => LifetimeOf(type) == Lifetime.Singleton;

    /// <summary>Whether the type is a service that the host starts and stops.</summary>
    public bool IsHostedService(INamedTypeSymbol type) => type.Is(_hostedService);

    /// <summary>How long the objects of a type of this compilation live; unknown for all others.</summary>
    public Lifetime LifetimeOf(INamedTypeSymbol type) => _lifetimes.GetOrAdd(type.OriginalDefinition, Decide);

    /// <summary>What a short life is called: <c>scoped</c>, <c>transient</c>, <c>created per request</c>; null for any other life.</summary>
    public string? ShortLifeOf(INamedTypeSymbol type)
    {
        if (LifetimeOf(type) != Lifetime.Short)
            return null;
        var method = _registered.Value.TryGetValue(type.OriginalDefinition, out var registered) ? registered.Method : "";
        return method.EndsWith("Scoped", StringComparison.Ordinal) ? "scoped" : method.Length > 0 ? "transient" : "created per request";
    }

    private Lifetime Decide(INamedTypeSymbol type)
    {
        if (type.IsStatic)
            return Lifetime.Singleton;
        if (_registered.Value.TryGetValue(type, out var registered))
            return registered.Lifetime;
        if (IsHostedService(type))
            return Lifetime.Singleton;
        return _shortBases.Any(b => type.Is(b)) ? Lifetime.Short : Lifetime.Unknown;
    }

    private Dictionary<INamedTypeSymbol, (Lifetime Lifetime, string Method)> FindRegistrations()
    {
        var found = new Dictionary<INamedTypeSymbol, (Lifetime Lifetime, string Method)>(SymbolEqualityComparer.Default);
        if (_compilation.Find("Microsoft.Extensions.DependencyInjection.IServiceCollection") is not { } services)
            return found;

        var bodies = Bodies.Of(_compilation);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            var text = tree.GetText().ToString();
            foreach (var (method, lifetime) in Registrations)
            {
                if (text.IndexOf(method, StringComparison.Ordinal) < 0)
                    continue;
                foreach (var mention in Mentions.In(tree.GetRoot(), method, CancellationToken.None))
                {
                    if (bodies.Of(mention, CancellationToken.None) is not IInvocationOperation call
                        || call.TargetMethod.Definition().Parameters is not [{ Type: var receiver }, ..]
                        || !receiver.Is(services))
                        continue;

                    // Registered as both, a type has no one lifetime.
                    foreach (var type in Implementations(call))
                        found[type] = found.TryGetValue(type, out var known) && known.Lifetime != lifetime ? (Lifetime.Unknown, method) : (lifetime, method);
                }
            }
        }

        return found;
    }

    private static IEnumerable<INamedTypeSymbol> Implementations(IInvocationOperation call)
    {
        // AddX<TService, TImplementation>(), AddX<T>(), AddX(typeof(S), typeof(I)), AddX(_ => new T()), AddSingleton(new T()).
        if (call.TargetMethod.TypeArguments.LastOrDefault() is INamedTypeSymbol { TypeKind: TypeKind.Class } argument)
            yield return argument.OriginalDefinition;
        foreach (var operation in call.Arguments.Skip(1).SelectMany(a => a.Value.DescendantsAndSelf()))
        {
            if (operation is ITypeOfOperation { TypeOperand: INamedTypeSymbol { TypeKind: TypeKind.Class } named })
                yield return named.OriginalDefinition;
            else if (operation is IObjectCreationOperation { Type: INamedTypeSymbol created } && IsResult(operation))
                yield return created.OriginalDefinition;
        }
    }

    private static bool IsResult(IOperation creation)
    {
        var parent = creation.Parent;
        while (parent is IConversionOperation)
            parent = parent.Parent;
        return parent is IReturnOperation or IArgumentOperation { Parent: IInvocationOperation };
    }
}
