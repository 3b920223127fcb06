namespace Breakwater.Core;

/// <summary>Edits of the members between the braces of an initialiser that keep their lines and comments.</summary>
internal static class MemberLists
{
    /// <summary>The list with one more member behind the one at <paramref name="index"/>, on a line of its own where that one has one.</summary>
    public static SeparatedSyntaxList<ExpressionSyntax> With(this SeparatedSyntaxList<ExpressionSyntax> members, int index, ExpressionSyntax added, SyntaxTrivia lineEnd)
    {
        if (members.Count == 0)
            return members.Add(added);
        var before = members[index];
        var isOnOwnLine = before.GetFirstToken().GetPreviousToken().TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia);
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(isOnOwnLine ? lineEnd : SyntaxFactory.Space);
        added = added.WithLeadingTrivia(before.GetLeadingTrivia().Where(t => t.IsKind(SyntaxKind.WhitespaceTrivia)));

        var parts = members.GetWithSeparators().ToList();
        var at = parts.FindIndex(p => p == before);
        if (at + 1 < parts.Count)
        {
            parts.InsertRange(at + 2, [added, comma]);
        }
        else
        {
            parts[at] = before.WithTrailingTrivia();
            parts.AddRange([comma, added.WithTrailingTrivia(before.GetTrailingTrivia())]);
        }

        return SyntaxFactory.SeparatedList<ExpressionSyntax>(parts);
    }
}
