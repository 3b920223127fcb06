namespace Breakwater.Semantics.Hosting;

/// <summary>Members that run once in a process, at its start or end: what they leave behind does not pile up.</summary>
internal static class RunsOnce
{
    /// <summary>
    /// Whether the member is the entry point or the top-level statements, the <c>StopAsync</c> of a hosted service, or a <c>Dispose</c>
    /// or <c>DisposeAsync</c>.
    /// </summary>
    public static bool Contains(ISymbol member, Compilation compilation)
    {
        if (member is not IMethodSymbol method)
            return false;
        if (SymbolEqualityComparer.Default.Equals(method, compilation.GetEntryPoint(CancellationToken.None)))
            return true;
        return method.Name switch
        {
            "Main" => method.IsStatic,
            "StopAsync" => ServiceLifetimes.Of(compilation).IsHostedService(method.ContainingType),
            "Dispose" => Implements(method, compilation.Find("System.IDisposable")),
            "DisposeAsync" => Implements(method, compilation.Find("System.IAsyncDisposable")),
            _ => IsExplicit(method, "StopAsync") || IsExplicit(method, "Dispose") || IsExplicit(method, "DisposeAsync"),
        };
    }

    private static bool Implements(IMethodSymbol method, INamedTypeSymbol? contract) => method.ContainingType.Is(contract);

    private static bool IsExplicit(IMethodSymbol method, string name) => method.ExplicitInterfaceImplementations.Any(m => m.Name == name);
}
