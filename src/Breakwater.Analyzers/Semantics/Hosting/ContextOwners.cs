namespace Breakwater.Semantics.Hosting;

/// <summary>
/// Types that are given a context of EF Core by their constructor, and so live and end with the scope that made it: services and
/// repositories. Hosted services, message handlers, contexts and components of Blazor follow other clocks.
/// </summary>
internal sealed class ContextOwners
{
    private readonly Compilation _compilation;
    private readonly RequestBound _bound;
    private readonly INamedTypeSymbol? _component;

    public ContextOwners(Compilation compilation, RequestBound bound)
    {
        _compilation = compilation;
        _bound = bound;
        _component = compilation.Find("Microsoft.AspNetCore.Components.ComponentBase");
    }

    /// <summary>Whether the object is a context that the type around was given by its constructor.</summary>
    /// <param name="found">The object.</param>
    /// <param name="work">The code that uses it.</param>
    /// <param name="member">The member around that code.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public bool Own(BoundObject found, IOperation work, ISymbol member, CancellationToken cancellationToken) =>
        found is { Kind: BoundKind.Context, IsOfInstance: true }
        && IsGiven(found.Symbol)
        && member.ContainingType is { } type && !FollowsOtherClock(type)
        && EntryPoints.Of(_compilation).Around(work, cancellationToken) is not { Kind: EntryPointKind.Message or EntryPointKind.ReadLoop };

    /// <summary>A member counts where a constructor of its type takes a context.</summary>
    private bool IsGiven(ISymbol context) =>
        context is IParameterSymbol || (!context.IsStatic && context.ContainingType.InstanceConstructors.Any(c => c.Parameters.Any(p => _bound.IsContext(p.Type))));

    private bool FollowsOtherClock(INamedTypeSymbol type) =>
        ServiceLifetimes.Of(_compilation).IsHostedService(type) || _bound.IsContext(type) || type.Is(_component)
        || type.GetMembers().OfType<IMethodSymbol>().Any(m => HandlerTypes.Of(_compilation).HandlerKind(m) == EntryPointKind.Message);
}
