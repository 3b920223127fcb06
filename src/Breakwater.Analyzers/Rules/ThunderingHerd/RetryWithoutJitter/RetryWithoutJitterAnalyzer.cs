using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Hosting;
using Breakwater.Semantics.Retries;

namespace Breakwater.Rules.ThunderingHerd.RetryWithoutJitter;

/// <summary>A retry whose delays have no random part: all clients of a failed dependency return to it at the same moment.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RetryWithoutJitterAnalyzer : Rule
{
    public const string Id = "BW1109";

    private static readonly ImmutableHashSet<string> Migrations =
        ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "Migrator", "Migration", "Migrations", "Migrate", "Seeder", "Seed");

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Retry delays are identical in every client",
        "All clients that fail together retry together: the delays of '{0}' have no random part",
        DiagnosticSeverity.Info, fix: FixSafety.ChangesBehaviour);

    public RetryWithoutJitterAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        var polly = PollyRetries.Of(start.Compilation);
        if (polly is not null)
            start.OnOperation(context => CheckOptions(context, polly), OperationKind.ObjectCreation);
        if (start.Compilation.Find("System.Threading.Tasks.Task") is not null)
            start.OnOperation(context => CheckCall(context, polly), OperationKind.Invocation);
    }

    private void CheckOptions(OperationAnalysisContext context, PollyRetries polly)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (creation.Type is { Name: "RetryStrategyOptions" } type && polly.AreFixedOptions(creation) && !RunsOnce(context))
            Report(context, NameOf(creation.Syntax).GetLocation()!, type.Name);
    }

    private static SyntaxNodeOrToken NameOf(SyntaxNode creation) => creation switch
    {
        ObjectCreationExpressionSyntax named => named.Type,
        ImplicitObjectCreationExpressionSyntax target => target.NewKeyword,
        _ => creation,
    };

    private void CheckCall(OperationAnalysisContext context, PollyRetries? polly)
    {
        var call = (IInvocationOperation)context.Operation;
        var isReported = call.TargetMethod.Name switch
        {
            "WaitAndRetry" or "WaitAndRetryAsync" or "WaitAndRetryForever" or "WaitAndRetryForeverAsync" => polly?.IsFixedPolicy(call) == true && !RunsOnce(context),
            "Delay" or "Sleep" => IsFixedWait(context, call) && !RunsOnce(context),
            _ => false,
        };
        if (isReported)
            Report(context, call.NameLocation(), call.TargetMethod.Name);
    }

    /// <summary>A wait between the turns of a retry loop, of a length that is known to be fixed.</summary>
    private static bool IsFixedWait(OperationAnalysisContext context, IInvocationOperation call)
    {
        if (WaitOf(call) is not { } length || RetryLoop.Around(call, context.Compilation) is not { } loop)
            return false;
        var isOfInterest = DelayLength.Of(length, context.Compilation, loop.Limit ?? 10, loop.Counters.Contains) is null or >= PollyRetries.ShortestOfInterest;
        return isOfInterest && FixedDelays.Of(context.Compilation).IsFixed(length)
            && !RunsAlone.Of(context.Compilation).Is(call, context.ContainingSymbol, context.CancellationToken);
    }

    /// <summary>How long <c>Task.Delay</c> or <c>Thread.Sleep</c> waits; null for any other call.</summary>
    internal static IOperation? WaitOf(IInvocationOperation call) =>
        call.TargetMethod.ContainingType is { Name: "Task" or "Thread", ContainingNamespace: { Name: "Tasks" or "Threading" } }
            ? (call.Argument("delay") ?? call.Argument("millisecondsDelay") ?? call.Argument("timeout") ?? call.Argument("millisecondsTimeout"))?.Value
            : null;

    /// <summary>Code that one process runs once: what the entry point makes and runs itself, and migrations.</summary>
    private static bool RunsOnce(OperationAnalysisContext context)
    {
        if (Words.ContainsAny(context.ContainingSymbol.ContainingType?.Name ?? "", Migrations) || Words.ContainsAny(context.ContainingSymbol.Name, Migrations)
            || Words.ContainsAny(context.Compilation.AssemblyName ?? "", Migrations))
            return true;
        if (!SymbolEqualityComparer.Default.Equals(context.ContainingSymbol, context.Compilation.GetEntryPoint(context.CancellationToken)))
            return false;
        // By name: what a migrator runs often comes from packages that the analysis need not see.
        var body = BodyGraph.BodyOf(context.Operation);
        return body is not (IAnonymousFunctionOperation or ILocalFunctionOperation)
            && CallNames.In(body.Syntax.SyntaxTree, body.Syntax.Span).Any(name => name.StartsWith("Execute", StringComparison.Ordinal));
    }
}
