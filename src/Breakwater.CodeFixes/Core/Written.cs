using Microsoft.CodeAnalysis.Simplification;

namespace Breakwater.Core;

/// <summary>New code as text with whole names (<c>global::System.TimeSpan</c>), which become as short as the place allows.</summary>
internal static class Written
{
    public static ExpressionSyntax Expression(string text) => Shortened(SyntaxFactory.ParseExpression(text));

    public static StatementSyntax Statement(string text) => Shortened(SyntaxFactory.ParseStatement(text));

    /// <summary>How the file around a node ends its lines.</summary>
    public static SyntaxTrivia LineEnd(SyntaxNode node)
    {
        var found = node.SyntaxTree.GetRoot().DescendantTrivia().FirstOrDefault(t => t.IsKind(SyntaxKind.EndOfLineTrivia));
        return found.IsKind(SyntaxKind.EndOfLineTrivia) ? found : SyntaxFactory.ElasticCarriageReturnLineFeed;
    }

    private static T Shortened<T>(T node) where T : SyntaxNode =>
        node.ReplaceNodes(node.DescendantNodesAndSelf(), (_, inner) => inner.WithAdditionalAnnotations(Simplifier.Annotation));
}
