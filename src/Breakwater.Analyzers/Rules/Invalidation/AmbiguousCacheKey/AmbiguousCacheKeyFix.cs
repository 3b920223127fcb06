using System.Text.RegularExpressions;
using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Invalidation.AmbiguousCacheKey;

/// <summary>
/// Puts <c>:</c> between the two parts. Not where another text of the code makes the same keys: both would have to change together.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class AmbiguousCacheKeyFix : Fix<ExpressionSyntax>
{
    private const string Separator = ":";

    public AmbiguousCacheKeyFix() : base(AmbiguousCacheKeyAnalyzer.Id, "Separate the two parts with ':'")
    {
    }

    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditOf(model, node, cancellationToken) is not null && IsOnlyText(model, node, cancellationToken);

    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditOf(editor.SemanticModel, node, cancellationToken)!(editor);

    private static bool IsOnlyText(SemanticModel model, ExpressionSyntax second, CancellationToken cancellationToken)
    {
        if (TextAround(model, second, cancellationToken) is not { } text || WrittenKeys.Of(model.Compilation) is not { } keys
            || model.GetEnclosingSymbol(second.SpanStart, cancellationToken)?.ContainingType is not { } type)
            return false;
        var skeletons = keys.Through(text, type).Select(use => use.Key!.Skeleton).OfType<string>().ToImmutableHashSet();
        return !KeySearch.Of(model.Compilation)!.All.Any(other =>
            other.Key?.Skeleton is { } skeleton && skeletons.Contains(skeleton)
            && other.Key.Steps.All(s => s.Value.Operation.Syntax != text.Syntax)
            && (skeleton.Any(char.IsLetterOrDigit) || other.IsIn(type, cancellationToken)));
    }

    private static IOperation? TextAround(SemanticModel model, ExpressionSyntax second, CancellationToken cancellationToken) =>
        model.GetOperation(second, cancellationToken) is { } operation ? KeyText.Around(operation) : null;

    /// <summary>How to separate the parts; null for a shape that has no place for a separator.</summary>
    private static Action<DocumentEditor>? EditOf(SemanticModel model, ExpressionSyntax second, CancellationToken cancellationToken)
    {
        var outermost = second;
        while (outermost.Parent is ParenthesizedExpressionSyntax outer)
            outermost = outer;
        if (outermost.Parent is InterpolationSyntax interpolation)
            return editor => editor.InsertBefore(interpolation, SyntaxFactory.InterpolatedStringText(SyntaxFactory.Token(
                default, SyntaxKind.InterpolatedStringTextToken, Separator, Separator, default)));
        if (outermost.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum)
            return editor => editor.ReplaceNode(sum, (current, _) => Separated((BinaryExpressionSyntax)current, isLeft: sum.Left == outermost));

        return outermost.Parent is ArgumentSyntax { NameColon: null, Parent.Parent: InvocationExpressionSyntax call } argument
            && TextAround(model, second, cancellationToken) is IInvocationOperation { TargetMethod: var method } && method.ContainingType.SpecialType == SpecialType.System_String
            ? method.Name switch
            {
                "Concat" => editor => editor.InsertBefore(argument, SyntaxFactory.Argument(Literal())),
                "Format" => FormatEdit(call, argument),
                _ => null,
            }
            : null;
    }

    private static Action<DocumentEditor>? FormatEdit(InvocationExpressionSyntax call, ArgumentSyntax second)
    {
        var arguments = call.ArgumentList.Arguments;
        if (arguments.FirstOrDefault(a => a.Expression.IsKind(SyntaxKind.StringLiteralExpression))?.Expression is not LiteralExpressionSyntax format)
            return null;
        var number = arguments.IndexOf(second) - arguments.IndexOf(a => a.Expression == format) - 1;
        var place = Regex.Match(format.Token.Text, $@"(?<=\}})(?=\{{{number}[,:}}])");
        if (number < 1 || !place.Success)
            return null;
        var text = format.Token.Text.Insert(place.Index, Separator);
        return editor => editor.ReplaceNode(format, SyntaxFactory.ParseExpression(text).WithTriviaFrom(format));
    }

    /// <summary>A line break stays where it is: before or after the operator.</summary>
    private static BinaryExpressionSyntax Separated(BinaryExpressionSyntax sum, bool isLeft)
    {
        if (isLeft)
        {
            var start = Literal().WithLeadingTrivia(sum.Left.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space);
            return sum.WithLeft(SyntaxFactory.BinaryExpression(SyntaxKind.AddExpression, start, Plus(), sum.Left.WithLeadingTrivia()));
        }

        var breaksAfter = sum.OperatorToken.TrailingTrivia.Any(t => t.IsKind(SyntaxKind.EndOfLineTrivia));
        var (first, next) = breaksAfter ? (Plus(), sum.OperatorToken) : (sum.OperatorToken, Plus());
        var left = SyntaxFactory.BinaryExpression(SyntaxKind.AddExpression, sum.Left, first, Literal().WithTrailingTrivia(SyntaxFactory.Space));
        return sum.WithLeft(left).WithOperatorToken(next);
    }

    private static SyntaxToken Plus() => SyntaxFactory.Token(default, SyntaxKind.PlusToken, SyntaxFactory.TriviaList(SyntaxFactory.Space));

    private static LiteralExpressionSyntax Literal() =>
        SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(Separator));
}
