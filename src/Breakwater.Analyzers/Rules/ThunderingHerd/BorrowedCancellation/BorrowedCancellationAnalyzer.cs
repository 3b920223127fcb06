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
        if (SharedLoads.Of(start.Compilation) is { } loads)
            start.OnBody(context => Check(context, loads));
    }

    private void Check(OperationBlockAnalysisContext context, SharedLoads loads)
    {
        foreach (var load in context.OperationBlocks.SelectMany(block => loads.In(block, context.OwningSymbol)))
        {
            if (BorrowedTokens.In(load, context.Compilation) is [var token, ..] && !load.Operation.IsInExpressionTree()
                && !RunsAlone.Of(context.Compilation).Is(load.Operation, context.OwningSymbol, context.CancellationToken))
                context.ReportDiagnostic(Found(token.Syntax.GetLocation(), token.Syntax.ToString(), load.Name));
        }
    }
}
