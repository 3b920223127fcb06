using Breakwater.Flow;
using Breakwater.Semantics.Caching;

namespace Breakwater.Rules.Invalidation.OrphanInvalidation;

/// <summary>Spells the removed key as the stored one, where the text stands in the argument itself.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class OrphanInvalidationFix : Fix<ExpressionSyntax>
{
    public OrphanInvalidationFix() : base(OrphanInvalidationAnalyzer.Id, "Remove the key that is stored")
    {
    }

    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        Corrected(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        editor.ReplaceNode(node, Corrected(editor.SemanticModel, node, cancellationToken)!);

    private static ExpressionSyntax? Corrected(SemanticModel model, ExpressionSyntax argument, CancellationToken cancellationToken)
    {
        if (argument.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type || model.GetDeclaredSymbol(type, cancellationToken) is not { } owner
            || argument.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call || model.GetOperation(call, cancellationToken) is not { } operation
            || OrphanRemovals.In(BodyGraph.BodyOf(operation), owner, model.Compilation, cancellationToken).FirstOrDefault(o => o.Argument.Syntax == argument) is not { } orphan)
            return null;

        var old = KeyShape.Of(orphan.Key)!.Texts;
        var texts = KeyShape.Of(orphan.Stored)!.Texts;
        return texts.Any(text => text.IndexOfAny(['"', '\\', '{', '}']) >= 0 || text.Any(char.IsControl))
            ? null
            : argument switch
            {
                LiteralExpressionSyntax literal when texts.Length == 1 && literal.Token.ValueText == old[0] => Literal(literal, texts[0]),
                InterpolatedStringExpressionSyntax interpolated => Interpolated(interpolated, old, texts),
                BinaryExpressionSyntax sum => Sum(sum, old, texts),
                _ => null,
            };
    }

    private static LiteralExpressionSyntax Literal(LiteralExpressionSyntax literal, string text) =>
        literal.WithToken(SyntaxFactory.Literal(text).WithTriviaFrom(literal.Token));

    private static InterpolatedStringExpressionSyntax? Interpolated(InterpolatedStringExpressionSyntax interpolated, ImmutableArray<string> old, ImmutableArray<string> texts)
    {
        var holes = interpolated.Contents.OfType<InterpolationSyntax>().ToList();
        var written = new string[holes.Count + 1];
        var hole = 0;
        foreach (var part in interpolated.Contents)
        {
            if (part is InterpolatedStringTextSyntax text)
                written[hole] += text.TextToken.ValueText;
            else
                hole++;
        }

        if (!written.Select(w => w ?? "").SequenceEqual(old))
            return null;
        var contents = new List<InterpolatedStringContentSyntax>();
        for (var i = 0; i < texts.Length; i++)
        {
            if (texts[i].Length > 0)
            {
                contents.Add(SyntaxFactory.InterpolatedStringText(SyntaxFactory.Token(
                    SyntaxFactory.TriviaList(), SyntaxKind.InterpolatedStringTextToken, texts[i], texts[i], SyntaxFactory.TriviaList())));
            }

            if (i < holes.Count)
                contents.Add(holes[i]);
        }

        return interpolated.WithContents(SyntaxFactory.List(contents));
    }

    private static ExpressionSyntax? Sum(BinaryExpressionSyntax sum, ImmutableArray<string> old, ImmutableArray<string> texts)
    {
        var literals = new Dictionary<LiteralExpressionSyntax, string>();
        var written = new List<string> { "" };
        foreach (var operand in Operands(sum))
        {
            if (operand is not LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal)
            {
                written.Add("");
                continue;
            }

            var index = written.Count - 1;
            if (written[index].Length > 0 || index >= texts.Length || texts[index].Length == 0)
                return null;
            written[index] = literal.Token.ValueText;
            literals.Add(literal, texts[index]);
        }

        return written.SequenceEqual(old) && texts.Zip(old, (now, before) => now.Length == 0 || before.Length > 0).All(kept => kept)
            ? sum.ReplaceNodes(literals.Keys, (literal, _) => Literal(literal, literals[literal]))
            : null;
    }

    private static IEnumerable<ExpressionSyntax> Operands(ExpressionSyntax expression) =>
        expression is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum
            ? Operands(sum.Left).Append(sum.Right)
            : [expression];
}
