using Breakwater.Flow;
using Breakwater.Semantics;

namespace Breakwater.Rules.Backpressure.OverlappingTimer;

/// <summary>Reports periodic timers whose asynchronous callback is not over when the timer fires again.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OverlappingTimerAnalyzer : Rule
{
    public const string Id = "BW0610";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Periodic timer runs its async callback on top of itself",
        "The timer fires again after each period whether or not '{0}' has finished, so slow runs overlap",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public OverlappingTimerAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (Timers.Of(start.Compilation) is not { } timers)
            return;

        start.OnOperation(c =>
        {
            if (c.Operation is IObjectCreationOperation { Type.Name: "Timer", Arguments.Length: 4 })
                CheckCreation(c, timers);
        }, OperationKind.ObjectCreation);
        start.OnOperation(c =>
        {
            if (((IInvocationOperation)c.Operation).TargetMethod.Name == "CreateTimer")
                CheckCreation(c, timers);
        }, OperationKind.Invocation);
        start.OnOperation(c =>
        {
            if (c.Operation is IEventAssignmentOperation { Adds: true } attach
                && attach.EventReference.Unwrap() is IEventReferenceOperation { Event.Name: "Elapsed" } tick && timers.IsTick(tick.Event))
                CheckHandler(c, attach, tick, timers);
        }, OperationKind.EventAssignment);
    }

    private void CheckCreation(OperationAnalysisContext context, Timers timers)
    {
        if (timers.CreationAt(context.Operation) is not { Callback: { } callback } timer || timer.IsPacedByCaller || !timer.IsPeriodic(context.Compilation))
            return;
        if (Overlapping(callback, context) is { } name)
            Report(context, timer.Location, name);
    }

    private void CheckHandler(OperationAnalysisContext context, IEventAssignmentOperation attach, IEventReferenceOperation tick, Timers timers)
    {
        if (HolderOf(tick.Instance) is not { } holder || Overlapping(attach.HandlerValue, context) is not { } name)
            return;
        var creations = timers.RepeatingIn(holder, context.CancellationToken);
        if (!creations.IsEmpty && !creations.Any(c => c.IsPacedByCaller))
            Report(context, tick.Syntax.GetLocation(), name);
    }

    private static ISymbol? HolderOf(IOperation? timer)
    {
        timer = timer?.Unwrap();
        if (timer is IConditionalAccessInstanceOperation placeholder)
            timer = placeholder.Accessed()?.Unwrap();
        return timer is ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation ? VariableWrites.Referenced(timer) : null;
    }

    /// <summary>How a message names the callback, where a second run of it would meet the first one.</summary>
    private static string? Overlapping(IOperation callback, OperationAnalysisContext context)
    {
        var (compilation, token) = (context.Compilation, context.CancellationToken);
        if (DelegateCode.Of(callback, compilation, token) is not { Method.ReturnsVoid: true } code)
            return null;
        var work = new AsyncWork(compilation, token).In(code.Body, awaits: code.Method.IsAsync).ToList();
        return work.Count > 0 && !OverlapGuard.Of(compilation).IsIn(code.Body, work, token)
            ? code.IsNamed ? code.Method.Name : "the callback"
            : null;
    }
}
