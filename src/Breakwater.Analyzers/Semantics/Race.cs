using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>
/// What races in a <c>Task.WhenAny</c>: the delays that are made for it, inline or in a local, and everything else. A delay that comes
/// from another place than the body of the race is one of the others.
/// </summary>
internal sealed class Race
{
    private Race(IInvocationOperation call, ImmutableArray<IInvocationOperation> delays, ImmutableArray<IOperation> others)
    {
        Call = call;
        Delays = delays;
        Others = others;
    }

    /// <summary>The call of <c>Task.WhenAny</c>.</summary>
    public IInvocationOperation Call { get; }

    /// <summary>The calls of <c>Task.Delay</c>.</summary>
    public ImmutableArray<IInvocationOperation> Delays { get; }

    /// <summary>The other tasks, as they are written in the race.</summary>
    public ImmutableArray<IOperation> Others { get; }

    private static Race Of(IInvocationOperation call)
    {
        var delays = ImmutableArray.CreateBuilder<IInvocationOperation>();
        var others = ImmutableArray.CreateBuilder<IOperation>();
        foreach (var task in WaitedTasks.Of(call))
        {
            if (!task.IsRepeated && DelayIn(task.Start) is { } delay)
                delays.Add(delay);
            else
                others.Add(AsWritten(task.Start, call));
        }

        return new(call, delays.ToImmutable(), others.ToImmutable());
    }

    /// <summary>The race that a call of <c>Task.Delay</c> is made for, inline or by way of a local; null when it is for none.</summary>
    public static Race? Around(IInvocationOperation delay)
    {
        if (DelayIn(delay) is null)
            return null;
        if (LocalOf(delay) is null)
        {
            for (var current = delay.Parent; current is not (null or IBlockOperation or IAnonymousFunctionOperation); current = current.Parent)
            {
                if (current is IInvocationOperation call && WaitedTasks.AreWaitedForBy(call))
                    return IsRace(call) ? Of(call) : null;
            }

            return null;
        }

        return WaitedTasks.MayBeWaitedForIn(Enclosing.Root(delay).Syntax)
            ? Enclosing.Root(delay).Descendants().OfType<IInvocationOperation>().Where(IsRace).Select(Of).FirstOrDefault(r => r.Delays.Any(d => d.Syntax == delay.Syntax))
            : null;
    }

    /// <summary>The call of <c>Task.Delay</c> that an expression is, itself or through a local that holds nothing else; null when it is none.</summary>
    public static IInvocationOperation? DelayIn(IOperation task)
    {
        task = task.Unwrap();
        if (task is ILocalReferenceOperation { Local: var local } reference)
            task = LocalValues.Around(reference).Single(local)?.Unwrap() ?? task;
        return task is IInvocationOperation { TargetMethod: { Name: "Delay", ContainingType: { Name: "Task", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } } } } delay
            ? delay
            : null;
    }

    /// <summary>
    /// Whether a delay is there for this race alone: written in it, or in a local that is only compared with the winner or asked whether
    /// it is done, and that is made in the same turn of the same loop.
    /// </summary>
    public bool HoldsOnly(IInvocationOperation delay)
    {
        if (Call.Syntax.Span.Contains(delay.Syntax.Span))
            return true;
        return LocalOf(delay) is { } local && LoopAround(delay) == LoopAround(Call)
            && Enclosing.Root(delay).Descendants().OfType<ILocalReferenceOperation>()
                .Where(use => !use.IsDeclaration && SymbolEqualityComparer.Default.Equals(use.Local, local))
                .All(use => Call.Syntax.Span.Contains(use.Syntax.Span) || IsLook(use));
    }

    /// <summary>The local that a task is put into.</summary>
    public static ILocalSymbol? LocalOf(IOperation task)
    {
        var value = task;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } ? local : null;
    }

    /// <summary>The local that stands for a task in the race; the task itself where none does.</summary>
    private static IOperation AsWritten(IOperation task, IInvocationOperation call) =>
        call.Descendants().OfType<ILocalReferenceOperation>().FirstOrDefault(l => LocalValues.Around(l).Single(l.Local)?.Unwrap() == task) ?? task;

    private static bool IsRace(IInvocationOperation call) => call.TargetMethod.Name == "WhenAny" && WaitedTasks.AreWaitedForBy(call);

    private static bool IsLook(IOperation use)
    {
        var value = use;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } => true,
            IPropertyReferenceOperation { Property.Name: var name } => name.StartsWith("IsC", StringComparison.Ordinal) || name == "IsFaulted",
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "ReferenceEquals" or "Equals" } } => true,
            _ => false,
        };
    }

    private static ILoopOperation? LoopAround(IOperation operation)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
        {
            if (current is ILoopOperation loop)
                return loop;
        }

        return null;
    }
}
