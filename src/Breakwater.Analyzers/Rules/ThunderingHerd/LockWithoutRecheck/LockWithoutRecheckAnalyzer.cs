using Breakwater.Rules.ThunderingHerd.UnguardedCacheMiss;
using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Rules.ThunderingHerd.LockWithoutRecheck;

/// <summary>A cache-aside that takes a guard after its read and does not read again behind it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LockWithoutRecheckAnalyzer : Rule
{
    public const string Id = "BW1103";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Cache is not read again after taking the lock",
        "Callers that waited here load '{0}' again, one after the other: the herd is queued, not stopped",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public LockWithoutRecheckAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (SecondLook.Of(start.Compilation) is { } looks)
            start.OnBody(context => Check(context, looks));
    }

    private void Check(OperationBlockAnalysisContext context, SecondLook looks)
    {
        foreach (var block in context.OperationBlocks)
        {
            var reported = new HashSet<Location>();
            var guardWords = UnguardedCacheMissAnalyzer.GuardWords.Read(context.Options, block.Syntax.SyntaxTree);
            foreach (var (path, guard) in looks.MissingIn(block, context.OwningSymbol, guardWords, context.CancellationToken))
            {
                if (!path.Read.Cache.IsCreatedHere && !RunsAlone.Of(context.Compilation).Is(path.Load, context.OwningSymbol, context.CancellationToken)
                    && !path.Load.IsInExpressionTree() && reported.Add(guard.Location))
                    context.ReportDiagnostic(Found(guard.Location, path.Key.Display));
            }
        }
    }
}
