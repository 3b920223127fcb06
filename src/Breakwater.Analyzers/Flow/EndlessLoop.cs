using Breakwater.Semantics;

namespace Breakwater.Flow;

/// <summary>
/// Loops whose condition never ends them: <c>while (true)</c>, <c>for (;;)</c>, <c>do .. while (true)</c>, and
/// <c>while (await timer.WaitForNextTickAsync())</c> on a <c>PeriodicTimer</c> that gets no token and that the body disposes nowhere.
/// </summary>
internal static class EndlessLoop
{
    /// <summary>Whether only a statement of its body can end the loop.</summary>
    public static bool Is(ILoopOperation loop) => loop switch
    {
        IWhileLoopOperation { Condition: { } condition } => IsConstantly(condition, value: true) || IsTick(condition),
        IForLoopOperation { Condition: var condition } => condition is null || IsConstantly(condition, value: true),
        _ => false,
    };

    /// <summary>
    /// Whether a statement of the loop's own code leaves it: <c>break</c>, <c>return</c>, <c>goto</c>, a <c>yield</c>, a
    /// <c>throw</c> that the loop does not catch, or a call that says of itself that it never returns. Exceptions that other calls throw do not count.
    /// </summary>
    public static bool HasExit(ILoopOperation loop) => OwnCode.Of(loop).Any(operation => IsExitOf(loop, operation));

    /// <summary>Whether an operation of the loop's own code leaves the loop, see <see cref="HasExit"/>.</summary>
    public static bool IsExitOf(ILoopOperation loop, IOperation operation) => operation switch
    {
        IBranchOperation { BranchKind: BranchKind.Break, Target: var target } => SymbolEqualityComparer.Default.Equals(target, loop.ExitLabel),
        IBranchOperation { BranchKind: BranchKind.GoTo, Target: var target } =>
            !target.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == loop.Syntax.SyntaxTree && loop.Syntax.Span.Contains(r.Span)),
        IReturnOperation => true,
        IThrowOperation thrown => !IsCaught(thrown, loop),
        IInvocationOperation { TargetMethod: var method } => method.GetAttributes().Any(a => a.AttributeClass is { Name: "DoesNotReturnAttribute", ContainingNamespace.Name: "CodeAnalysis" }),
        _ => false,
    };

    private static bool IsCaught(IThrowOperation thrown, ILoopOperation loop)
    {
        for (IOperation current = thrown; current.Parent is { } parent && parent != loop; current = parent)
        {
            if (parent is ITryOperation guarded && current == guarded.Body && guarded.Catches.Any(c => c.Filter is null && Catches(c.ExceptionType, thrown.Exception)))
                return true;
        }

        return false;
    }

    /// <summary>A bare <c>throw</c> throws anything.</summary>
    private static bool Catches(ITypeSymbol caught, IOperation? exception)
    {
        if (caught.SpecialType == SpecialType.System_Object || caught is { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } })
            return true;
        return exception is not null && exception.Unwrap().Type.Is(caught as INamedTypeSymbol);
    }

    private static bool IsConstantly(IOperation condition, bool value) => condition.ConstantValue is { HasValue: true, Value: bool constant } && constant == value;

    private static bool IsTick(IOperation condition)
    {
        var awaited = condition.Unwrap() is IAwaitOperation { Operation: var task } ? task.Unwrap() : null;
        while (awaited is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask", Instance: { } inner })
            awaited = inner.Unwrap();
        return awaited is IInvocationOperation
        {
            TargetMethod: { Name: "WaitForNextTickAsync", ContainingType: { Name: "PeriodicTimer", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } } },
            Instance: { } timer,
            Arguments: var arguments,
        } && arguments.All(a => !Tokens.IsToken(a.Value)) && !IsDisposedNear(timer);
    }

    /// <summary>Whether the member disposes the timer by a call, which ends the loop.</summary>
    private static bool IsDisposedNear(IOperation timer) =>
        VariableWrites.Referenced(timer.Unwrap()) is { } variable && Enclosing.Root(timer).Descendants().Any(o =>
            (o is IInvocationOperation { TargetMethod.Name: "Dispose", Instance: var called } ? called
                : o is IMethodReferenceOperation { Method.Name: "Dispose", Instance: var referred } ? referred : null) is { } disposed
            && SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(disposed.Unwrap()), variable));
}
