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
    private readonly Registrations? _registrations;
    private readonly INamedTypeSymbol? _hostedService;
    private readonly ImmutableArray<INamedTypeSymbol> _shortBases;
    private readonly ConcurrentDictionary<INamedTypeSymbol, Lifetime> _lifetimes = new(SymbolEqualityComparer.Default);

    private ServiceLifetimes(Compilation compilation)
    {
        _registrations = Registrations.Of(compilation);
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
        var method = _registrations?.Of(type.OriginalDefinition)?.Method ?? "";
        return method.EndsWith("Scoped", StringComparison.Ordinal) ? "scoped" : method.Length > 0 ? "transient" : "created per request";
    }

    private Lifetime Decide(INamedTypeSymbol type)
    {
        if (type.IsStatic)
            return Lifetime.Singleton;
        if (_registrations?.Of(type) is { } registered)
            return registered.Lifetime;
        if (IsHostedService(type))
            return Lifetime.Singleton;
        return _shortBases.Any(b => type.Is(b)) ? Lifetime.Short : Lifetime.Unknown;
    }
}
