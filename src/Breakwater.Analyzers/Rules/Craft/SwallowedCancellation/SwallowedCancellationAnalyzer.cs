using Breakwater.Flow;
using Breakwater.Semantics;

namespace Breakwater.Rules.Craft.SwallowedCancellation;

/// <summary>Reports broad catches in loops that go on after a cancellation: without end, or by trying again what was cancelled.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SwallowedCancellationAnalyzer : Rule
{
    public const string Id = "BW1207";

    private const string Spins = "swallows the cancellation of '{0}' too: once cancelled, the loop spins at full speed and never ends";
    private const string TriesAgain = "takes the cancellation of '{0}' for a failure and tries again";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Loop swallows cancellation and goes on", "This catch {0}",
        DiagnosticSeverity.Warning, Scope.Production, FixSafety.ChangesBehaviour);

    public SwallowedCancellationAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (start.Compilation.Find("System.Threading.CancellationToken") is not null)
            start.OnOperation(Check, OperationKind.Try);
    }

    private void Check(OperationAnalysisContext context)
    {
        var attempt = (ITryOperation)context.Operation;
        if (BroadClause(attempt) is not { Syntax: CatchClauseSyntax syntax } clause || LoopAround(attempt) is not { } loop)
            return;
        var isEndless = EndlessLoop.Is(loop);
        var isRetry = LoopEnd.IsBy(attempt.Body, loop);
        if ((!isEndless && !isRetry) || TokenIn(attempt, loop) is not { } first)
            return;
        isEndless = isEndless && !CanBeLeft(loop, attempt, first.Place);
        if ((!isEndless && !isRetry) || !GoesOn(attempt, clause, loop)
            || Tokens.Enter(loop, context.Compilation, context.CancellationToken, except: attempt.Body))
            return;

        var isStuck = isEndless && !(isRetry && OwnCode.Of(clause.Handler).Any(o => IsExit(o, loop)));
        var message = string.Format(CultureInfo.InvariantCulture, isStuck ? Spins : TriesAgain, first.Token.Syntax);
        Report(context, syntax.CatchKeyword.GetLocation(), message);
    }

    /// <summary>The first call of the attempt that a cancellation can end, with the token that does; null when there is none.</summary>
    internal static (IOperation Place, IOperation Token)? TokenIn(ITryOperation attempt, ILoopOperation loop)
    {
        foreach (var found in AwaitedTokens.In(attempt.Body, loop))
            return found;
        return null;
    }

    /// <summary>The loop that an attempt is a part of, or that repeats it; null where a <c>foreach</c> goes on to the next item.</summary>
    internal static ILoopOperation? LoopAround(ITryOperation attempt)
    {
        for (var current = attempt.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
        {
            if (current is ILoopOperation loop)
                return loop is IForEachLoopOperation ? null : loop;
        }

        return null;
    }

    /// <summary>The clause without a filter that catches every exception, where no clause before it is for cancellations.</summary>
    private static ICatchClauseOperation? BroadClause(ITryOperation attempt) =>
        attempt.Catches.LastOrDefault() is { Filter: null } last && IsBroad(last)
        && attempt.Catches.All(c => c == last || IsBroad(c) || !AwaitedTokens.IsCaughtBy(c)) ? last : null;

    private static bool IsBroad(ICatchClauseOperation clause) =>
        AwaitedTokens.IsCaughtBy(clause) && clause.ExceptionType is { SpecialType: SpecialType.System_Object } or { Name: nameof(Exception) };

    /// <summary>Whether the loop ends elsewhere, or before the call that is cancelled.</summary>
    private static bool CanBeLeft(ILoopOperation loop, ITryOperation attempt, IOperation call) => OwnCode.Of(loop).Any(o =>
        (!attempt.Syntax.Span.Contains(o.Syntax.Span) || (attempt.Body.Syntax.Span.Contains(o.Syntax.Span) && o.Syntax.Span.End <= call.Syntax.SpanStart))
        && EndlessLoop.IsExitOf(loop, o));

    /// <summary>Whether the loop takes another turn after a cancellation: the clause leaves it only after so many attempts, and no clause asks for one.</summary>
    private static bool GoesOn(ITryOperation attempt, ICatchClauseOperation clause, ILoopOperation loop) =>
        OwnCode.Of(clause.Handler).All(o => (!IsExit(o, loop) || IsAfterAttempts(o, clause.Handler)) && !Decides(o, loop))
        && !attempt.Catches.Any(c => c.Syntax.DescendantTokens().Any(t => t.ValueText is nameof(OperationCanceledException) or nameof(TaskCanceledException)));

    private static bool IsExit(IOperation operation, ILoopOperation loop) => operation is IThrowOperation || EndlessLoop.IsExitOf(loop, operation);

    private static bool IsAfterAttempts(IOperation exit, IOperation handler)
    {
        for (var current = exit; current != handler && current.Parent is { } parent; current = parent)
        {
            if (parent is IConditionalOperation choice && choice.Condition != current && ComparesCounts(choice.Condition))
                return true;
        }

        return false;
    }

    private static bool ComparesCounts(IOperation condition) => condition.Unwrap() switch
    {
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var operand } => ComparesCounts(operand),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } both => ComparesCounts(both.LeftOperand) && ComparesCounts(both.RightOperand),
        IBinaryOperation comparison => IsCount(comparison.LeftOperand) && IsCount(comparison.RightOperand),
        IIsPatternOperation match => IsCount(match.Value),
        _ => false,
    };

    /// <summary>Whether a value is a whole number that tells nothing about the exception.</summary>
    private static bool IsCount(IOperation value) =>
        value.Unwrap().Type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64
        && !value.DescendantsAndSelf().Any(o => o.Type?.Name.EndsWith(nameof(Exception), StringComparison.Ordinal) == true);

    /// <summary>Whether the clause sets what the loop's condition asks, a counter aside.</summary>
    private static bool Decides(IOperation operation, ILoopOperation loop) =>
        operation is IAssignmentOperation { Target: var target } && !IsCount(target)
        && VariableWrites.Referenced(target) is { } variable && LoopEnd.ConditionOf(loop) is { } condition
        && condition.DescendantsAndSelf().Any(o => SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(o), variable));
}
