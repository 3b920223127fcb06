namespace Breakwater.Semantics.Http;

/// <summary>Which calls add which middleware of the framework, and where one stands among the others of its pipeline.</summary>
internal sealed class PipelineSteps
{
    private readonly INamedTypeSymbol? _rateLimiter;
    private readonly INamedTypeSymbol? _routing;
    private readonly INamedTypeSymbol? _authentication;

    private PipelineSteps(Compilation compilation)
    {
        _rateLimiter = compilation.Find("Microsoft.AspNetCore.Builder.RateLimiterApplicationBuilderExtensions");
        _routing = compilation.Find("Microsoft.AspNetCore.Builder.EndpointRoutingApplicationBuilderExtensions");
        _authentication = compilation.Find("Microsoft.AspNetCore.Builder.AuthAppBuilderExtensions");
    }

    public static PipelineSteps Of(Compilation compilation) => compilation.Know(static c => new PipelineSteps(c))!;

    public bool IsRateLimiter(IInvocationOperation call) => Is(call, "UseRateLimiter", _rateLimiter);

    /// <summary>
    /// Whether a step has no endpoint: it stands before every explicit <c>UseRouting</c>, or behind <c>UseEndpoints</c>. Where neither is
    /// called, the host routes first and runs the endpoints last.
    /// </summary>
    public bool IsOutsideRouting(IInvocationOperation step, Pipeline pipeline) =>
        IsBefore(step, pipeline, "UseRouting", _routing)
        || pipeline.Calls.Any(c => Is(c, "UseEndpoints", _routing) && Pipeline.PlaceOf(c) < Pipeline.PlaceOf(step));

    /// <summary>Whether a step stands before every explicit <c>UseAuthentication</c>.</summary>
    public bool IsBeforeAuthentication(IInvocationOperation step, Pipeline pipeline) => IsBefore(step, pipeline, "UseAuthentication", _authentication);

    private static bool IsBefore(IInvocationOperation step, Pipeline pipeline, string name, INamedTypeSymbol? owner) =>
        pipeline.Calls.FirstOrDefault(c => Is(c, name, owner)) is { } first && Pipeline.PlaceOf(step) < Pipeline.PlaceOf(first);

    private static bool Is(IInvocationOperation call, string name, INamedTypeSymbol? owner) =>
        call.TargetMethod.Name == name && call.TargetMethod.ContainingType.Is(owner);
}
