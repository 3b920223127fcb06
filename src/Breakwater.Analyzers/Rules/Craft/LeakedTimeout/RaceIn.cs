using Breakwater.Semantics;

namespace Breakwater.Rules.Craft.LeakedTimeout;

/// <summary>The statement that awaits the race of a delay, and the one that declares the delay, as the fixes need them.</summary>
/// <param name="Race">The race.</param>
/// <param name="Statement">The statement around it.</param>
/// <param name="Delay">The call of <c>Task.Delay</c>.</param>
/// <param name="DelayStatement">The declaration of the local that holds the delay; null for an inline delay.</param>
internal sealed record RaceIn(Race Race, StatementSyntax Statement, IInvocationOperation Delay, LocalDeclarationStatementSyntax? DelayStatement)
{
    /// <summary>The race of a reported delay; null where it stands in no statement, or its local in a declaration of several.</summary>
    public static RaceIn? Find(SemanticModel model, InvocationExpressionSyntax delay, CancellationToken cancellationToken)
    {
        if (model.GetOperation(delay, cancellationToken) is not IInvocationOperation operation || Race.Around(operation) is not { } race
            || race.Call.Syntax.FirstAncestorOrSelf<StatementSyntax>() is not { } statement)
            return null;
        if (Race.LocalOf(operation) is null)
            return statement.Span.Contains(delay.Span) ? new(race, statement, operation, null) : null;
        return delay.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is { Declaration.Variables.Count: 1 } declaration ? new(race, statement, operation, declaration) : null;
    }
}
