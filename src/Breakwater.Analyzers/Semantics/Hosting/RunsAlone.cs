namespace Breakwater.Semantics.Hosting;

/// <summary>
/// Code that never runs twice at the same moment: the program's entry point and top-level statements, static constructors, the loop of
/// a hosted service and the private methods only it calls, actors and grains, Quartz jobs that forbid concurrent execution.
/// </summary>
internal sealed class RunsAlone
{
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _hostedService;
    private readonly INamedTypeSymbol? _backgroundService;
    private readonly INamedTypeSymbol? _grain;
    private readonly INamedTypeSymbol? _actor;
    private readonly INamedTypeSymbol? _exclusiveJob;

    private RunsAlone(Compilation compilation)
    {
        _compilation = compilation;
        _hostedService = compilation.Find("Microsoft.Extensions.Hosting.IHostedService");
        _backgroundService = compilation.Find("Microsoft.Extensions.Hosting.BackgroundService");
        _grain = compilation.Find("Orleans.Grain");
        _actor = compilation.Find("Akka.Actor.ActorBase");
        _exclusiveJob = compilation.Find("Quartz.DisallowConcurrentExecutionAttribute");
    }

    public static RunsAlone Of(Compilation compilation) => compilation.Know(static c => new RunsAlone(c))!;

    /// <summary>Whether the body that runs an operation runs alone. A lambda counts with the member around it, except in the entry point.</summary>
    public bool Is(IOperation operation, ISymbol member, CancellationToken cancellationToken)
    {
        if (member is not IMethodSymbol method || member.ContainingType is not { } type)
            return false;
        if (type.Is(_grain) || type.Is(_actor) || type.GetAttributes().Any(a => a.AttributeClass.Is(_exclusiveJob)))
            return true;
        if (method.MethodKind == MethodKind.StaticConstructor)
            return true;
        if (SymbolEqualityComparer.Default.Equals(method, _compilation.GetEntryPoint(cancellationToken)))
            return Flow.BodyGraph.BodyOf(operation) is not (IAnonymousFunctionOperation or ILocalFunctionOperation);
        return type.Is(_hostedService) && IsServiceLoop(method, depth: 0, cancellationToken);
    }

    private bool IsServiceLoop(IMethodSymbol method, int depth, CancellationToken cancellationToken)
    {
        if (method.Name is "ExecuteAsync" && method.IsOverride && method.ContainingType.Is(_backgroundService))
            return true;
        if (method.Name is "StartAsync" or "StartingAsync" or "StartedAsync" or "StopAsync" or "StoppingAsync" or "StoppedAsync")
            return true;
        if (method.DeclaredAccessibility != Accessibility.Private || depth > 4)
            return false;

        var references = Calls.Of(_compilation).ReferencesTo(method, cancellationToken);
        return !references.IsDefaultOrEmpty && references.All(r => r is IMethodReferenceOperation
            || (Bodies.Of(_compilation).MemberAround(r.Syntax, cancellationToken) is { } caller
                && (SymbolEqualityComparer.Default.Equals(caller, method) || IsServiceLoop(caller, depth + 1, cancellationToken))));
    }
}
