using Breakwater.Semantics;

namespace Breakwater.Rules.Craft.UnrootedTimer;

/// <summary>A <c>System.Threading.Timer</c> that nothing holds, so that a garbage collection ends its schedule.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnrootedTimerAnalyzer : Rule
{
    public const string Id = "BW1209";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Timer is not kept anywhere and stops when collected",
        "Nothing holds this timer: the garbage collector stops it, and its callback then never runs again",
        DiagnosticSeverity.Warning, Scope.Everywhere, FixSafety.ChangesBehaviour);

    public UnrootedTimerAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (Timers.Of(start.Compilation) is { } timers)
            start.OnOperation(context => Check(context, timers), OperationKind.ObjectCreation);
    }

    private void Check(OperationAnalysisContext context, Timers timers)
    {
        // The constructor without times makes the timer its own state, and so holds it.
        if (timers.CreationAt(context.Operation) is { Kind: TimerKind.Threading, DueTime: not null } timer && IsLost(timer, context.Compilation))
            Report(context, timer.Location);
    }

    private static bool IsLost(TimerCreation timer, Compilation compilation)
    {
        var never = Timers.IsNever(timer.DueTime!, compilation);
        return Keeping.Of(timer.Operation) switch
        {
            { Kind: KeepingKind.Dropped } => !never,
            { Kind: KeepingKind.Local, Local: { } local } => LocalHold.Of(local, timer.Operation) is { } hold
                && hold.Uses.All(use => use.IsCallOf("Change")) && !hold.LastsBeyondAwait && !(never && hold.Uses.IsEmpty),
            _ => false,
        };
    }
}
