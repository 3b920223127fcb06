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

    /// <summary>Whether a node shares its lines with nothing but comments.</summary>
    public static bool IsOnOwnLine(SyntaxNode node) =>
        (node.GetFirstToken().GetPreviousToken() is not { RawKind: not 0 } before || before.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia))
        && (node.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia) || node.GetLastToken().GetNextToken().RawKind is 0 or (int)SyntaxKind.EndOfFileToken);

    /// <summary>The white space before a node that begins its line.</summary>
    public static SyntaxTriviaList Indent(SyntaxNode node) =>
        SyntaxFactory.TriviaList(node.GetLeadingTrivia().Where(t => t.IsKind(SyntaxKind.WhitespaceTrivia)).Reverse().Take(1));

    /// <summary>That of a node inside another one, or four columns more than the outer one has.</summary>
    public static SyntaxTriviaList Indent(SyntaxNode outer, SyntaxNode? inner) =>
        inner is not null && Indent(inner) is { Count: > 0 } indent ? indent : SyntaxFactory.TriviaList(SyntaxFactory.Whitespace(Indent(outer).ToFullString() + "    "));

    private static T Shortened<T>(T node) where T : SyntaxNode =>
        node.ReplaceNodes(node.DescendantNodesAndSelf(), (_, inner) => inner.WithAdditionalAnnotations(Simplifier.Annotation));
}
