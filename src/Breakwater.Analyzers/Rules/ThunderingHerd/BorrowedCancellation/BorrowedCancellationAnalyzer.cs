using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Rules.ThunderingHerd.BorrowedCancellation;

/// <summary>A shared load that is cancelled with the caller that happened to start it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BorrowedCancellationAnalyzer : Rule
{
    public const string Id = "BW1107";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Shared load runs under one caller's token",
        "The load is shared, but '{0}' belongs to one caller: when that caller gives up, everyone who waits for '{1}' is cancelled",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public BorrowedCancellationAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (SharedLoads.Of(start.Compilation) is not { } loads)
            return;
        if (start.Compilation.Find("Microsoft.Extensions.Caching.Hybrid.HybridCache") is not null)
        {
            start.OnBody(context =>
            {
                foreach (var load in context.OperationBlocks.SelectMany(block => loads.OfHybridIn(block, context.OwningSymbol)))
                    Check(load, context.OwningSymbol, context.Compilation, context.ReportDiagnostic, context.CancellationToken);
            });
        }

        start.OnOperation(context =>
        {
            foreach (var load in loads.StoredBy(context.Operation))
                Check(load, context.ContainingSymbol, context.Compilation, context.ReportDiagnostic, context.CancellationToken);
        }, OperationKind.Invocation, OperationKind.SimpleAssignment, OperationKind.CoalesceAssignment);
    }

    private void Check(SharedLoad load, ISymbol member, Compilation compilation, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        if (BorrowedTokens.In(load, compilation) is [var token, ..] && !load.Operation.IsInExpressionTree()
            && !RunsAlone.Of(compilation).Is(load.Operation, member, cancellationToken))
            report(Found(token.Syntax.GetLocation(), token.Syntax.ToString(), load.Name));
    }
}
