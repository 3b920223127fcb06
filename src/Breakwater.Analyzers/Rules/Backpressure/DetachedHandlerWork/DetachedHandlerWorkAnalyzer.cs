using Breakwater.Semantics;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Rules.Backpressure.DetachedHandlerWork;

/// <summary>Reports work that a message handler or a read loop starts for its message and does not wait for.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DetachedHandlerWorkAnalyzer : Rule
{
    public const string Id = "BW0608";

    private const string InHandler = "the message counts as handled, and the broker sends the next one, before this work is done";
    private const string InLoop = "the loop takes the next item at once, so running work has no limit";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Message handler lets go of the work it starts",
        "'{0}' is started and not awaited: {1}",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public DetachedHandlerWorkAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (ItemHandlers.Of(start.Compilation) is { } handlers)
            start.OnOperation(c => Check(c, handlers), DetachedWork.Kinds);
    }

    private void Check(OperationAnalysisContext context, ItemHandlers handlers)
    {
        var (compilation, token) = (context.Compilation, context.CancellationToken);
        if (DetachedWork.At(context.Operation, compilation) is not { } work || handlers.Around(work.Discarded, token) is not { } handler)
            return;

        var loose = new LooseItemWork(compilation, token);
        if (IsOfItem(work, handler, handlers, compilation, token) && !loose.IsGated(work, handler) && !loose.SettlesMessage(work) && !loose.IsSettledElsewhere(handler) && !loose.IsIdle(work))
            Report(context, work.Discarded.Syntax.GetLocation(), NameOf(work.Call.TargetMethod), handler.Kind == EntryPointKind.Message ? InHandler : InLoop);
    }

    /// <summary>Whether the message is an argument or the receiver of the call, or captured by the code that is started.</summary>
    private static bool IsOfItem(DetachedWork work, ItemHandler handler, ItemHandlers handlers, Compilation compilation, CancellationToken cancellationToken) =>
        handlers.ComesFromItem(work.Discarded, handler)
        || (work.Code is { } code && handlers.ComesFromItem(code, handler))
        || ((work.Code is IMethodReferenceOperation group ? group.Method : work.Call.TargetMethod) is { MethodKind: MethodKind.LocalFunction } local
            && Bodies.Of(compilation).Of(local, cancellationToken) is { } body && handlers.ComesFromItem(body, handler));

    private static string NameOf(IMethodSymbol method) =>
        method.ContainingType.Name is "Task" or "TaskFactory" or "Thread" or "ThreadPool" ? $"{method.ContainingType.Name}.{method.Name}" : method.Name;
}
