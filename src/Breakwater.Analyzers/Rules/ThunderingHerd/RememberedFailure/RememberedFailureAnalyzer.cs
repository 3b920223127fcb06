using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Data;

namespace Breakwater.Rules.ThunderingHerd.RememberedFailure;

/// <summary>A shared result that keeps the failure of the load it was made by.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RememberedFailureAnalyzer : Rule
{
    public const string Id = "BW1106";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Failed load is kept as the cached result",
        "'{0}' keeps the first outcome of {1}: if that fails once, every later caller gets the same exception until the process restarts",
        DiagnosticSeverity.Warning);

    public RememberedFailureAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (RememberedFailures.Of(start.Compilation) is not { } failures)
            return;
        start.OnSymbol(context => CheckMember(context, failures), SymbolKind.Field, SymbolKind.Property);
        start.OnOperation(context => CheckStore(context, failures), OperationKind.Invocation, OperationKind.SimpleAssignment, OperationKind.CoalesceAssignment);
    }

    /// <summary>Lazies and read-only tasks are filled where they are declared, or by a constructor.</summary>
    private void CheckMember(SymbolAnalysisContext context, RememberedFailures failures)
    {
        if (failures.KeptFromStart(context.Symbol, context.CancellationToken) is { Assignment: null } kept)
            context.ReportDiagnostic(Found(kept.Member.Locations[0], TextsOf(kept)));
    }

    private void CheckStore(OperationAnalysisContext context, RememberedFailures failures)
    {
        if (failures.KeptBy(context.Operation, context.CancellationToken) is { } kept)
            Report(context, context.Operation is IInvocationOperation call ? call.NameLocation() : NameIn(kept.Assignment!), TextsOf(kept));
    }

    private static object[] TextsOf(KeptFailure kept) => [kept.Member.Name, $"'{FailingLoads.NameOf(kept.Load)}'"];

    /// <summary>The member where an assignment names it.</summary>
    private static Location NameIn(IAssignmentOperation assignment)
    {
        var member = assignment.Target is IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } dictionary } ? dictionary : assignment.Target;
        return (member.Syntax is MemberAccessExpressionSyntax access ? access.Name : member.Syntax).GetLocation();
    }
}
