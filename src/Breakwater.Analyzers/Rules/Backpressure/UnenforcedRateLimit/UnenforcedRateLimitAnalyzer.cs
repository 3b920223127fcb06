using Breakwater.Semantics;
using Breakwater.Semantics.Http;

namespace Breakwater.Rules.Backpressure.UnenforcedRateLimit;

/// <summary>Rate limiting that is registered, while the middleware is missing or stands where it cannot do its work.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnenforcedRateLimitAnalyzer : Rule
{
    public const string Id = "BW0606";

    /// <summary>Travels with a finding: the method behind which the middleware belongs; empty where it is missing.</summary>
    internal const string Behind = "behind";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Rate limit is configured but not enforced", "{0}",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour, atEnd: true);

    public UnenforcedRateLimitAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (start.Compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication or OutputKind.WindowsRuntimeApplication
            && RateLimiting.Of(start.Compilation) is { } limiting)
            start.OnEnd(context => Check(context, limiting));
    }

    private void Check(CompilationAnalysisContext context, RateLimiting limiting)
    {
        var (compilation, token) = (context.Compilation, context.CancellationToken);
        var registrations = limiting.Registrations(token).Where(r => !r.IsInExpressionTree()).ToList();
        if (registrations.Count == 0)
            return;

        var policies = limiting.CountPolicies(token);
        var uses = limiting.Uses(token).ToList();
        if (uses.Count > 0)
        {
            foreach (var use in uses.OfType<IInvocationOperation>())
                CheckPlace(context, use, policies > 0);
        }
        else if ((policies > 0 || limiting.HasGlobalLimiter(token)) && !ForeignMiddleware.MayAdd(RateLimiting.Library, compilation, token))
        {
            var limited = limiting.HasGlobalLimiter(token) ? "all requests" : policies == 1 ? "1 endpoint" : $"{policies} endpoints";
            foreach (var registration in registrations)
                Report(context, registration, "", $"Rate limiting is configured for {limited} but UseRateLimiter is never called, so no request is limited");
        }
    }

    private void CheckPlace(CompilationAnalysisContext context, IInvocationOperation use, bool hasPolicies)
    {
        if (Pipeline.Around(use, context.Compilation, context.CancellationToken) is not { } pipeline)
            return;
        var steps = PipelineSteps.Of(context.Compilation);
        if (hasPolicies && steps.IsOutsideRouting(use, pipeline) && !pipeline.Calls.Any(c => steps.IsRateLimiter(c) && !steps.IsOutsideRouting(c, pipeline)))
            Report(context, use, "UseRouting", "UseRateLimiter runs where no endpoint is selected yet or any more, so endpoint policies never apply");
        else if (steps.IsBeforeAuthentication(use, pipeline) && PartitionKeys.Of(context.Compilation).ReadUser(context.CancellationToken))
            Report(context, use, "UseAuthentication", "UseRateLimiter runs before UseAuthentication, so the partition key sees no user and all callers share one bucket");
    }

    private void Report(CompilationAnalysisContext context, IInvocationOperation call, string behind, string message) =>
        context.ReportDiagnostic(FoundFor(call.NameLocation(), ImmutableDictionary<string, string?>.Empty.Add(Behind, behind), message));
}
