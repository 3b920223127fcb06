using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Data;

namespace Breakwater.Rules.Backpressure.UnboundedFanOut;

/// <summary>Reports outbound calls that start for every element of a collection at once, where data decides how many there are.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundedFanOutAnalyzer : Rule
{
    public const string Id = "BW0609";

    private const int Levels = 2;
    private const int LongestText = 40;

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Work starts for every element at once",
        "{0}",
        DiagnosticSeverity.Info, Scope.Production, FixSafety.ChangesBehaviour);

    public UnboundedFanOutAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (start.Compilation.Find("System.Threading.Tasks.Task") is not null)
            start.OnOperation(CheckWait, OperationKind.Invocation);
        if (start.Compilation.Find("System.Threading.Tasks.ParallelOptions") is not null)
            start.OnOperation(CheckSetting, OperationKind.SimpleAssignment);
    }

    private void CheckWait(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name != "WhenAll" || !WaitedTasks.AreWaitedForBy(call))
            return;
        foreach (var task in WaitedTasks.Of(call))
        {
            if (task.Source is not { } source || !IsUnlimited(task, source, context.Compilation, context.CancellationToken) || SizeCheck.Guards(call, source))
                continue;
            Report(context, call.NameLocation(), $"Every element of '{TextOf(source)}' starts its own call at once; the number of calls is decided by the data");
            return;
        }
    }

    private void CheckSetting(OperationAnalysisContext context)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (assignment.Target is IPropertyReferenceOperation { Property.Name: "MaxDegreeOfParallelism" }
            && LiftedLimit.RunBy(assignment, context.Compilation, context.CancellationToken) is { } code
            && MakesCalls(code, context.Compilation, context.CancellationToken))
            Report(context, assignment.Syntax.GetLocation(), "No limit on concurrent calls: one per element of the input");
    }

    private static bool IsUnlimited(WaitedTask task, IOperation source, Compilation compilation, CancellationToken cancellationToken) =>
        DataSized.Of(compilation).Is(source, cancellationToken)
        && !(task.Loop is { } loop && IsLimitedIn(loop, task.Start, compilation))
        && MakesCalls(task.Start, compilation, cancellationToken);

    /// <summary>Whether each run makes an outbound call without waiting for its turn; a context that the runs share is another rule's finding.</summary>
    private static bool MakesCalls(IOperation code, Compilation compilation, CancellationToken cancellationToken) =>
        OutboundCalls.Of(compilation).AreMadeFreelyIn(code, Levels, cancellationToken)
        && !(DbContexts.Of(compilation) is { } contexts && SharesContext(code, contexts, cancellationToken));

    private static bool SharesContext(IOperation code, DbContexts contexts, CancellationToken cancellationToken) =>
        code is IInvocationOperation call && contexts.StartedBy(call, cancellationToken) is not null
        || SharedContexts.In(code, code.Syntax, contexts, synchronous: false, cancellationToken) is not null;

    /// <summary>Whether the loop that starts the tasks waits in between: at a gate, or for those that run already.</summary>
    private static bool IsLimitedIn(ILoopOperation loop, IOperation start, Compilation compilation) =>
        SameTurn.Awaits(start, loop)
        || OwnCode.Of(loop.Body).Any(o => o is IInvocationOperation call && OutboundCalls.Of(compilation).IsGate(call))
        || OwnCode.Of(loop.Body).Any(o => o is IAwaitOperation wait && WaitsForRunning(wait));

    private static bool WaitsForRunning(IAwaitOperation wait) =>
        wait.DescendantsAndSelf().Any(o => o is IInvocationOperation call && WaitedTasks.AreWaitedForBy(call))
        || IsUnderCount(wait);

    private static bool IsUnderCount(IOperation wait)
    {
        for (var current = wait; current.Parent is { } parent; current = parent)
        {
            if (parent is IConditionalOperation test && test.Condition != current
                && test.Condition.Descendants().Any(o => o is IPropertyReferenceOperation { Property.Name: "Count" or "Length" }))
                return true;
        }

        return false;
    }

    private static string TextOf(IOperation source)
    {
        var text = string.Join(" ", source.Syntax.ToString().Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= LongestText ? text : text.Substring(0, LongestText - 1) + "…";
    }
}
