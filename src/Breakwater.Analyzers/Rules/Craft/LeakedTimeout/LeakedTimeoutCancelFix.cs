namespace Breakwater.Rules.Craft.LeakedTimeout;

/// <summary>Gives the delay a token and cancels it once the race is over; who won stays the same.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LeakedTimeoutCancelFix : Fix<InvocationExpressionSyntax>
{
    public LeakedTimeoutCancelFix() : base(LeakedTimeoutAnalyzer.Id, "Cancel the delay when the race is over")
    {
    }

    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        RaceIn.Find(model, node, cancellationToken) is { } race && IsPlain(race.Statement)
        && (race.DelayStatement is null || (race.DelayStatement.Parent == race.Statement.Parent && !AsksWhetherItIsDone(race.DelayStatement)));

    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var race = RaceIn.Find(editor.SemanticModel, node, cancellationToken)!;
        var name = FreshNames.For(editor, node, "delayCancellation");
        var lineEnd = Written.LineEnd(node);
        var source = Written.Statement($"using var {name} = new global::System.Threading.CancellationTokenSource();")
            .WithTrailingTrivia(lineEnd).WithAdditionalAnnotations(Formatter.Annotation);
        var cancel = SyntaxFactory.ParseStatement($"{name}.Cancel();").WithTrailingTrivia(lineEnd).WithAdditionalAnnotations(Formatter.Annotation);
        var token = SyntaxFactory.Argument(SyntaxFactory.ParseExpression($"{name}.Token"));
        var arguments = node.ArgumentList.Arguments;
        var given = arguments.IndexOf(a => editor.SemanticModel.GetTypeInfo(a.Expression, cancellationToken) is var type && Semantics.Tokens.IsTokenType(type.Type ?? type.ConvertedType));
        var list = node.ArgumentList.WithArguments(given < 0 ? arguments.Add(token) : arguments.Replace(arguments[given], token.WithNameColon(arguments[given].NameColon)));

        if (race.Statement.Parent is BlockSyntax)
        {
            var first = race.DelayStatement ?? race.Statement;
            editor.InsertBefore(first, source.WithLeadingTrivia(first.GetLeadingTrivia()));
            editor.ReplaceNode(node.ArgumentList, list);
            editor.ReplaceNode(first, (current, _) => current.WithoutLeadingTrivia().WithAdditionalAnnotations(Formatter.Annotation));
            editor.InsertAfter(race.Statement, cancel);
            return;
        }

        var raced = race.Statement.ReplaceNode(node.ArgumentList, list).WithoutLeadingTrivia();
        editor.ReplaceNode(race.Statement, SyntaxFactory.Block(source, raced, cancel).WithLeadingTrivia(race.Statement.GetLeadingTrivia()).WithTrailingTrivia(lineEnd)
            .WithAdditionalAnnotations(Formatter.Annotation));
    }

    /// <summary>A cancelled delay is a completed one: who asks it, and not the winner, would get another answer.</summary>
    private static bool AsksWhetherItIsDone(LocalDeclarationStatementSyntax delay) =>
        delay.Parent!.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Any(access => access.Name.Identifier.ValueText is "IsCompleted" or "IsCanceled"
            && access.Expression is IdentifierNameSyntax name && name.Identifier.ValueText == delay.Declaration.Variables[0].Identifier.ValueText);

    /// <summary>A statement that does nothing but await the race and keep its winner; a declaration needs a block of its own to be left in.</summary>
    private static bool IsPlain(StatementSyntax statement) => statement switch
    {
        ExpressionStatementSyntax { Expression: AwaitExpressionSyntax or AssignmentExpressionSyntax { Right: AwaitExpressionSyntax } } => statement.Parent is BlockSyntax or StatementSyntax,
        LocalDeclarationStatementSyntax { Declaration.Variables: [{ Initializer.Value: AwaitExpressionSyntax }] } => statement.Parent is BlockSyntax,
        _ => false,
    };
}
