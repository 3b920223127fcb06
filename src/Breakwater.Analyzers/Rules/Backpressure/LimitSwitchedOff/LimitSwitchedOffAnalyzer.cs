using Breakwater.Semantics.Limits;

namespace Breakwater.Rules.Backpressure.LimitSwitchedOff;

/// <summary>A setting of the whole process that takes the limit off a queue, buffer, body or rate.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LimitSwitchedOffAnalyzer : Rule
{
    public const string Id = "BW0602";

    /// <summary>Travels with a finding on a capacity that has no default.</summary>
    internal const string NeedsNumber = "needs-number";

    /// <summary>Hosts for tests, which may be referenced without a test framework.</summary>
    private static readonly ImmutableHashSet<string> TestHosts = ImmutableHashSet.Create("Microsoft.AspNetCore.TestHost", "Microsoft.AspNetCore.Mvc.Testing");

    private static readonly ImmutableDictionary<string, string?> Number = ImmutableDictionary<string, string?>.Empty.Add(NeedsNumber, "");

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Setting removes a limit that protects the process",
        "'{0}' is set to {1}: no limit, {2}",
        DiagnosticSeverity.Info, fix: FixSafety.ChangesBehaviour);

    public LimitSwitchedOffAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (ProtectiveLimits.Of(start.Compilation) is not { } limits || start.Compilation.ReferencedAssemblyNames.Any(a => TestHosts.Contains(a.Name)))
            return;

        start.OnOperation(context =>
        {
            var assignment = (ISimpleAssignmentOperation)context.Operation;
            if (limits.SetBy(assignment) is { } limit)
                Check(context, limit, assignment, limit.Member, assignment.Value);
        }, OperationKind.SimpleAssignment);
        start.OnOperation(context =>
        {
            var call = (IInvocationOperation)context.Operation;
            CheckArguments(context, limits, call.TargetMethod, call.Arguments);
        }, OperationKind.Invocation);
        start.OnOperation(context =>
        {
            var creation = (IObjectCreationOperation)context.Operation;
            CheckArguments(context, limits, creation.Constructor, creation.Arguments);
        }, OperationKind.ObjectCreation);
    }

    private void CheckArguments(OperationAnalysisContext context, ProtectiveLimits limits, IMethodSymbol? method, ImmutableArray<IArgumentOperation> arguments)
    {
        foreach (var (argument, limit) in limits.SetBy(method, arguments))
            Check(context, limit, argument, limit.Parameter!, argument.Value);
    }

    private void Check(OperationAnalysisContext context, ProtectiveLimit limit, IOperation set, string name, IOperation value)
    {
        if (limit.OffValue(value) is { } off && !set.IsInExpressionTree())
        {
            context.ReportDiagnostic(FoundFor(
                set.Syntax.GetLocation(), limit.HasDefault ? ImmutableDictionary<string, string?>.Empty : Number, name, off, limit.Consequence));
        }
    }
}
