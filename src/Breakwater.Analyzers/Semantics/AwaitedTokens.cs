using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>The tokens whose cancellation can arrive in a piece of code as an exception.</summary>
internal static class AwaitedTokens
{
    /// <summary>
    /// Each place where the code awaits a call that gets a token, or calls <c>ThrowIfCancellationRequested</c>, in source order, with the
    /// token. Not what an inner <c>try</c> catches already, and not the token of a source that <paramref name="within"/> makes
    /// itself to limit the time of one attempt; for a linked source it is the token that the source is linked to.
    /// </summary>
    /// <param name="code">The code.</param>
    /// <param name="within">The code whose own sources are no cancellation from outside.</param>
    public static IEnumerable<(IOperation Place, IOperation Token)> In(IOperation code, IOperation within)
    {
        foreach (var operation in OwnCode.AndSelf(code))
        {
            var token = operation switch
            {
                IAwaitOperation { Operation: var awaited } => GivenTo(awaited, within),
                IForEachLoopOperation { IsAsynchronous: true, Collection: var items } => GivenTo(items, within),
                IInvocationOperation { TargetMethod.Name: nameof(CancellationToken.ThrowIfCancellationRequested), Instance: { } asked } when Tokens.IsToken(asked) => FromOutside(asked, within),
                _ => null,
            };
            if (token is not null && !IsCaught(operation, code))
                yield return (operation, token);
        }
    }

    /// <summary>Whether a clause would catch a cancellation; one with a filter as well, which speaks of it in some way.</summary>
    public static bool IsCaughtBy(ICatchClauseOperation clause) => clause.ExceptionType switch
    {
        { SpecialType: SpecialType.System_Object } => true,
        { Name: "Exception" or "SystemException" or "OperationCanceledException", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } => true,
        { Name: "TaskCanceledException", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } } => true,
        _ => false,
    };

    /// <summary>The first token that a call in an awaited expression gets, also where the task was kept in a local or a lambda makes the tasks for <c>WhenAll</c>.</summary>
    private static IOperation? GivenTo(IOperation awaited, IOperation within)
    {
        var isTogether = OwnCode.AndSelf(awaited).Any(o => o is IInvocationOperation { TargetMethod: { Name: "WhenAll", ContainingType.Name: "Task" } });
        foreach (var operation in isTogether ? awaited.DescendantsAndSelf() : OwnCode.AndSelf(awaited))
        {
            if (IsHandedOver(operation) && Tokens.IsToken(operation) && FromOutside(operation, within) is { } token)
                return token;
            if (operation is ILocalReferenceOperation { Local: var local } reference && Hosting.DetachedWork.IsTask(local.Type)
                && LocalValues.Around(reference).Single(local) is { } started && GivenTo(started, within) is { } earlier)
                return earlier;
        }

        return null;
    }

    /// <summary>Whether a value is an argument, or set in the initialiser of an object that is one.</summary>
    private static bool IsHandedOver(IOperation value) =>
        value.Parent is IArgumentOperation { Parent: IInvocationOperation or IObjectCreationOperation }
        || (value.Parent is ISimpleAssignmentOperation { Parent: IObjectOrCollectionInitializerOperation } setting && setting.Value == value);

    /// <summary>The token, or the one that its source is linked to; null for one that only the code itself can cancel.</summary>
    private static IOperation? FromOutside(IOperation token, IOperation within)
    {
        switch (token.Unwrap())
        {
            case ILocalReferenceOperation { Local: var local } reference when LocalValues.Around(reference).Single(local) is { } value && Stands(value, within):
                return Tokens.IsToken(value) ? FromOutside(value, within) : null;
            case IPropertyReferenceOperation { Property.Name: nameof(CancellationTokenSource.Token), Instance: { } source } when Tokens.IsSourceType(source.Type):
                var made = source.Unwrap() is ILocalReferenceOperation { Local: var kept } keeper
                    ? LocalValues.Around(keeper).Of(kept).Select(given => given.Value.Unwrap()).LastOrDefault()
                    : source.Unwrap();
                return made switch
                {
                    IObjectCreationOperation creation when Stands(creation, within) => null,
                    IInvocationOperation { TargetMethod.Name: nameof(CancellationTokenSource.CreateLinkedTokenSource) } linked when Stands(linked, within) =>
                        OwnCode.Of(linked).FirstOrDefault(Tokens.IsToken) is { } outer ? FromOutside(outer, within) : null,
                    _ => token,
                };
            default:
                return token;
        }
    }

    private static bool Stands(IOperation operation, IOperation within) =>
        operation.Syntax.SyntaxTree == within.Syntax.SyntaxTree && within.Syntax.Span.Contains(operation.Syntax.Span);

    private static bool IsCaught(IOperation operation, IOperation code)
    {
        for (var current = operation; current != code && current.Parent is { } parent; current = parent)
        {
            if (parent is ITryOperation guarded && guarded.Body == current && guarded.Catches.FirstOrDefault(IsCaughtBy) is { } clause && !PassesOn(clause))
                return true;
        }

        return false;
    }

    /// <summary>Whether a clause throws on whatever it caught.</summary>
    private static bool PassesOn(ICatchClauseOperation clause) =>
        clause.Handler.Operations.LastOrDefault() is IThrowOperation { Exception: null } or IExpressionStatementOperation { Operation: IThrowOperation { Exception: null } };
}
