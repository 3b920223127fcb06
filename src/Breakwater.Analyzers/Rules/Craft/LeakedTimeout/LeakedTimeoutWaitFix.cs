using Microsoft.CodeAnalysis.Operations;
using Breakwater.Semantics;

namespace Breakwater.Rules.Craft.LeakedTimeout;

/// <summary>Turns "race, then throw if the delay won" into <c>WaitAsync</c>, which stops its timer itself.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LeakedTimeoutWaitFix : Fix<InvocationExpressionSyntax>
{
    public LeakedTimeoutWaitFix() : base(LeakedTimeoutAnalyzer.Id, "Use WaitAsync")
    {
    }

    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        Shape.Find(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var shape = Shape.Find(editor.SemanticModel, node, cancellationToken)!;
        var wait = Written.Statement(shape.Wait).WithTriviaFrom(shape.First).WithTrailingTrivia(shape.Test.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        editor.ReplaceNode(shape.First, wait);
        foreach (var rest in shape.Rest)
            editor.RemoveNode(rest, SyntaxRemoveOptions.KeepNoTrivia);
    }

    /// <summary>The statements that become one: the delay's declaration, the race and the test of who won.</summary>
    /// <param name="First">The one that <c>WaitAsync</c> takes the place of.</param>
    /// <param name="Rest">Those that go.</param>
    /// <param name="Test">The last of them.</param>
    /// <param name="Wait">The new statement.</param>
    private sealed record Shape(StatementSyntax First, ImmutableArray<StatementSyntax> Rest, IfStatementSyntax Test, string Wait)
    {
        public static Shape? Find(SemanticModel model, InvocationExpressionSyntax delay, CancellationToken cancellationToken)
        {
            if (RaceIn.Find(model, delay, cancellationToken) is not { Race: { Delays.Length: 1, Others: [var other] } } race)
                return null;
            var test = race.Statement is IfStatementSyntax inline ? inline : Next(race.Statement) as IfStatementSyntax;
            if (test is not { Else: null } || !ThrowsTimeout(test.Statement) || model.GetOperation(test.Condition, cancellationToken) is not IBinaryOperation comparison
                || !SaysThatDelayWon(comparison, race, other) || other.Unwrap() is not (ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation)
                || other.Type?.GetMembers("WaitAsync").IsEmpty != false)
                return null;

            var statements = new[] { race.DelayStatement, race.Statement, test }.OfType<StatementSyntax>().Distinct().ToImmutableArray();
            if (statements.Any(s => s.Parent != test.Parent) || IsUsedElsewhere(model, statements, cancellationToken))
                return null;
            var configured = race.Race.Call.Syntax.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configuration }
                ? ".ConfigureAwait" + configuration.ArgumentList
                : "";
            var limit = race.Delay.Arguments[0].Value;
            var length = limit.Unwrap().Type?.SpecialType == SpecialType.System_Int32 ? $"global::System.TimeSpan.FromMilliseconds({limit.Syntax})" : limit.Syntax.ToString();
            var clock = race.Delay.Argument("timeProvider") is { Value.Syntax: var provider } ? $", {provider}" : "";
            // The race comes first when it alone is awaited: the delay's declaration then only goes.
            return new(race.Statement, statements.Remove(race.Statement), test, $"await {other.Syntax}.WaitAsync({length}{clock}){configured};");
        }

        private static StatementSyntax? Next(StatementSyntax statement) =>
            statement.Parent is BlockSyntax { Statements: var all } ? all.ElementAtOrDefault(all.IndexOf(statement) + 1) : null;

        private static bool ThrowsTimeout(StatementSyntax body) => (body is BlockSyntax { Statements: [var only] } ? only : body) is ThrowStatementSyntax
        {
            Expression: ObjectCreationExpressionSyntax { Type: var thrown, Initializer: null },
        } && thrown.ToString() is "TimeoutException" or "System.TimeoutException";

        /// <summary><c>winner != work</c> and <c>winner == delay</c>, the winner being the awaited race or the local that keeps it.</summary>
        private static bool SaysThatDelayWon(IBinaryOperation comparison, RaceIn race, IOperation work)
        {
            var (left, right) = (comparison.LeftOperand.Unwrap(), comparison.RightOperand.Unwrap());
            var loser = IsWinner(left, race) ? right : IsWinner(right, race) ? left : null;
            return comparison.OperatorKind switch
            {
                BinaryOperatorKind.NotEquals => loser is not null && loser.Syntax.ToString() == work.Syntax.ToString(),
                BinaryOperatorKind.Equals => loser is not null && Race.DelayIn(loser)?.Syntax == race.Delay.Syntax && loser is ILocalReferenceOperation,
                _ => false,
            };
        }

        private static bool IsWinner(IOperation operand, RaceIn race) =>
            operand is IAwaitOperation ? operand.Syntax.Span.Contains(race.Race.Call.Syntax.Span)
            : operand is ILocalReferenceOperation local && race.Statement is LocalDeclarationStatementSyntax { Declaration.Variables: [{ Identifier.ValueText: var name }] } && local.Local.Name == name;

        /// <summary>The winner or the delay is looked at once more, after the statements that go.</summary>
        private static bool IsUsedElsewhere(SemanticModel model, ImmutableArray<StatementSyntax> statements, CancellationToken cancellationToken)
        {
            var declared = statements.OfType<LocalDeclarationStatementSyntax>().SelectMany(s => s.Declaration.Variables)
                .Select(v => model.GetDeclaredSymbol(v, cancellationToken)).OfType<ILocalSymbol>().ToList();
            return statements[0].Parent!.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => declared.Any(d => d.Name == n.Identifier.ValueText)
                && !statements.Any(s => s.Span.Contains(n.Span)));
        }
    }
}
