using Breakwater.Semantics.Retries;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Breakwater.Rules.ThunderingHerd.RetryWithoutJitter;

/// <summary>
/// Gives the delays a random part: <c>UseJitter</c> for Polly 8, up to a second more for Polly 7 and for a loop of one's own. Not
/// offered for a generator of delays, which wins over the jitter, nor where the delay is not written in one expression.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RetryWithoutJitterFix : Fix<ExpressionSyntax>
{
    public RetryWithoutJitterFix() : base(RetryWithoutJitterAnalyzer.Id, "Spread the delays with jitter")
    {
    }

    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditFor(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (EditFor(editor.SemanticModel, node, cancellationToken) is var (old, replacement))
            editor.ReplaceNode(old, replacement);
    }

    private static (ExpressionSyntax Old, ExpressionSyntax New)? EditFor(SemanticModel model, ExpressionSyntax node, CancellationToken cancellationToken)
    {
        var syntax = node.AncestorsAndSelf().FirstOrDefault(n => n is BaseObjectCreationExpressionSyntax or InvocationExpressionSyntax);
        switch (model.GetOperation(syntax ?? node, cancellationToken))
        {
            case IObjectCreationOperation { Syntax: BaseObjectCreationExpressionSyntax creation } options:
                return PollyRetries.Of(model.Compilation)?.HasGenerator(options) == false ? (creation, WithJitter(creation)) : null;
            case IInvocationOperation call when (RetryWithoutJitterAnalyzer.WaitOf(call) ?? ProvidedBy(call)) is { Syntax: ExpressionSyntax delay } value
                    && delay is not (ImplicitObjectCreationExpressionSyntax or LiteralExpressionSyntax { RawKind: (int)SyntaxKind.DefaultLiteralExpression })
                    && HasSharedRandom(model.Compilation):
                var isNumber = value.Type?.SpecialType is SpecialType.System_Int32;
                return isNumber || value.Type is { Name: "TimeSpan" } ? (delay, Spread(delay, isNumber)) : null;
            default:
                return null;
        }
    }

    /// <summary>What a lambda with an expression body gives as the delay.</summary>
    private static IOperation? ProvidedBy(IInvocationOperation call) =>
        call.Argument("sleepDurationProvider")?.Value.Unwrap() is IAnonymousFunctionOperation { Syntax: LambdaExpressionSyntax { ExpressionBody: { } body } } lambda
            ? lambda.Descendants().FirstOrDefault(o => o.Syntax == body && o is not (IReturnOperation or IBlockOperation or IConversionOperation))
            : null;

    private static bool HasSharedRandom(Compilation compilation) => compilation.Find("System.Random")?.GetMembers("Shared").IsEmpty == false;

    private static ExpressionSyntax Spread(ExpressionSyntax delay, bool isNumber)
    {
        var random = Simplified("global::System.Random.Shared.Next(0, 1000)", "Random");
        var spread = isNumber ? random : Simplified("global::System.TimeSpan.FromMilliseconds(0)", "TimeSpan");
        if (!isNumber)
            spread = spread.ReplaceNode(spread.DescendantNodes().OfType<LiteralExpressionSyntax>().Single(), random);
        var plain = delay.WithoutTrivia();
        var left = BindsTighter(plain) ? plain : SyntaxFactory.ParenthesizedExpression(plain);
        return SyntaxFactory.BinaryExpression(
                SyntaxKind.AddExpression, left.WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.Token(SyntaxKind.PlusToken).WithTrailingTrivia(SyntaxFactory.Space), spread)
            .WithTriviaFrom(delay);
    }

    private static bool BindsTighter(ExpressionSyntax expression) => expression
        is not (BinaryExpressionSyntax or ConditionalExpressionSyntax or AssignmentExpressionSyntax or SwitchExpressionSyntax or AnonymousFunctionExpressionSyntax or AwaitExpressionSyntax)
        || expression.Kind() is SyntaxKind.AddExpression or SyntaxKind.SubtractExpression or SyntaxKind.MultiplyExpression or SyntaxKind.DivideExpression or SyntaxKind.ModuloExpression;

    /// <summary>An expression whose type name is shortened where the usings allow it.</summary>
    private static ExpressionSyntax Simplified(string text, string type)
    {
        var parsed = SyntaxFactory.ParseExpression(text);
        var name = parsed.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Single(m => m.Name.Identifier.Text == type);
        return parsed.ReplaceNode(name, name.WithAdditionalAnnotations(Simplifier.Annotation));
    }

    private static BaseObjectCreationExpressionSyntax WithJitter(BaseObjectCreationExpressionSyntax creation)
    {
        ExpressionSyntax jitter = SyntaxFactory.AssignmentExpression(
            SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName("UseJitter").WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression));
        if (creation.Initializer is { Expressions.Count: > 0 } initializer)
            return creation.WithInitializer(initializer.WithExpressions(Appended(initializer.Expressions, jitter)));

        var braces = SyntaxFactory.InitializerExpression(
            SyntaxKind.ObjectInitializerExpression,
            SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.SingletonSeparatedList(jitter.WithTrailingTrivia(SyntaxFactory.Space)),
            SyntaxFactory.Token(SyntaxKind.CloseBraceToken));
        if (creation is ObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 } } named)
            return named.WithType(named.Type.WithoutTrailingTrivia()).WithArgumentList(null).WithInitializer(braces).WithTrailingTrivia(creation.GetTrailingTrivia());
        return ((BaseObjectCreationExpressionSyntax)creation.WithoutTrailingTrivia()).WithInitializer(braces).WithTrailingTrivia(creation.GetTrailingTrivia());
    }

    /// <summary>One more line where the last setting stands on a line of its own, else one more setting on the same line.</summary>
    private static SeparatedSyntaxList<ExpressionSyntax> Appended(SeparatedSyntaxList<ExpressionSyntax> settings, ExpressionSyntax setting)
    {
        var last = settings.Last();
        var isOnItsOwn = last.GetFirstToken().GetPreviousToken().TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia);
        var indent = last.GetLeadingTrivia().LastOrDefault(t => t.IsKind(SyntaxKind.WhitespaceTrivia));
        var parts = settings.GetWithSeparators().ToList();
        var newLine = SyntaxFactory.TriviaList(last.GetLastToken().TrailingTrivia.Concat(parts.Last().GetTrailingTrivia()).Where(t => t.IsKind(SyntaxKind.EndOfLineTrivia)).Take(1));
        setting = isOnItsOwn ? setting.WithLeadingTrivia(indent) : setting;
        if (settings.SeparatorCount == settings.Count)
        {
            var end = isOnItsOwn ? newLine : parts.Last().GetTrailingTrivia();
            if (!isOnItsOwn)
                parts[parts.Count - 1] = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
            parts.Add(setting);
            parts.Add(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(end));
        }
        else
        {
            parts[parts.Count - 1] = last.WithoutTrailingTrivia();
            parts.Add(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(isOnItsOwn ? last.GetTrailingTrivia() : SyntaxFactory.TriviaList(SyntaxFactory.Space)));
            parts.Add(setting.WithTrailingTrivia(isOnItsOwn ? newLine : last.GetTrailingTrivia()));
        }

        return SyntaxFactory.SeparatedList<ExpressionSyntax>(parts);
    }
}
