using Breakwater.Semantics.Limiting;

namespace Breakwater.Rules.Backpressure.UncheckedLease;

/// <summary>Reports leases of rate limiters that nobody looks at, and those of concurrency limiters that are never given back.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UncheckedLeaseAnalyzer : Rule
{
    public const string Id = "BW0605";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Rate-limiter lease is not checked or not given back", "{0}", DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public UncheckedLeaseAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (RateLimiters.Of(start.Compilation) is not { } limiters)
            return;

        start.OnOperation(c =>
        {
            var call = (IInvocationOperation)c.Operation;
            if (call.TargetMethod.Name is not ("AttemptAcquire" or "AcquireAsync"))
                return;
            switch (DefectOf(call, limiters, c.Compilation, c.CancellationToken))
            {
                case Defect.Unchecked:
                    Report(c, call.NameLocation(), $"The lease from '{call.TargetMethod.Name}' is never checked; over the limit it is not acquired and this code runs anyway");
                    break;
                case Defect.Kept:
                    Report(c, call.NameLocation(), $"The lease from '{call.TargetMethod.Name}' is never disposed, so its permit is lost for good");
                    break;
            }
        }, OperationKind.Invocation);
    }

    /// <summary>What is wrong with the way the lease of a call is treated.</summary>
    internal static Defect DefectOf(IInvocationOperation call, RateLimiters limiters, Compilation compilation, CancellationToken cancellationToken)
    {
        if (!limiters.TakesPermits(call) || LeaseUses.Of(call) is not { LetEscape: false } uses || (uses.AreChecks && uses.GiveBack))
            return Defect.None;

        var creations = limiters.CreationsOf(call, compilation, cancellationToken);
        if (!uses.AreChecks)
            return !creations.IsDefault && call.TargetMethod.Name == "AcquireAsync" && creations.All(IsPatient) ? Defect.None : Defect.Unchecked;
        return !creations.IsDefault && creations.All(limiters.HoldsPermits) ? Defect.Kept : Defect.None;

        bool IsPatient(IObjectCreationOperation limiter) => RateLimiters.WaitsWithoutEnd(limiter, compilation, cancellationToken);
    }

    internal enum Defect
    {
        None,
        Unchecked,
        Kept,
    }
}
