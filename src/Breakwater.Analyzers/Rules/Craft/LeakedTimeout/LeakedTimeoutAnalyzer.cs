using Breakwater.Semantics;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Rules.Craft.LeakedTimeout;

/// <summary>A race against <c>Task.Delay</c> whose timer nobody stops when the work wins.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LeakedTimeoutAnalyzer : Rule
{
    public const string Id = "BW1208";

    private const int LongestText = 40;

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Timeout made with WhenAny leaves its delay running",
        "When '{0}' wins, this delay stays on the timer queue until it expires; under load these pile up",
        DiagnosticSeverity.Info, fix: FixSafety.ChangesBehaviour);

    public LeakedTimeoutAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (start.Compilation.Find("System.Threading.Tasks.Task") is not null)
            start.OnOperation(Check, OperationKind.Invocation);
    }

    private void Check(OperationAnalysisContext context)
    {
        var delay = (IInvocationOperation)context.Operation;
        if (delay.TargetMethod.Name == "Delay" && IsUnstoppable(delay) && !IsHarmless(delay, context.Compilation)
            && Race.Around(delay) is { Others.IsEmpty: false } race && race.HoldsOnly(delay)
            && !RunsOnce.Contains(context.ContainingSymbol, context.Compilation))
            Report(context, delay.Syntax.GetLocation(), NameOf(race.Others));
    }

    private static bool IsUnstoppable(IInvocationOperation delay) =>
        delay.Arguments.FirstOrDefault(a => Tokens.IsTokenType(a.Parameter?.Type)) is not { } token || !Tokens.IsToken(token.Value);

    /// <summary>A delay of less than a second is soon gone, an infinite one has no timer.</summary>
    private static bool IsHarmless(IInvocationOperation delay, Compilation compilation) =>
        Timers.IsNever(delay.Arguments[0].Value, compilation) || DelayLength.Of(delay.Arguments[0].Value, compilation) < 1000;

    private static string NameOf(ImmutableArray<IOperation> others)
    {
        var text = others is [var only] ? only.Syntax.ToString() : "";
        return text.Length is > 0 and <= LongestText && text.IndexOf('\n') < 0 ? text : "the other task";
    }
}
