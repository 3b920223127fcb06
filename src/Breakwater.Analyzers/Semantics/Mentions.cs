namespace Breakwater.Semantics;

/// <summary>
/// Where a name is written in the compilation. Found in the text and then looked up by position, so a search costs a scan of
/// characters and no syntax is visited that does not hold the name. A name written with Unicode escapes is not found.
/// </summary>
internal static class Mentions
{
    /// <summary>The expressions inside <paramref name="within"/> that end in <paramref name="name"/>: <c>name</c>, <c>a.name</c>, <c>?.name</c>, <c>name()</c>.</summary>
    public static IEnumerable<ExpressionSyntax> In(SyntaxNode within, string name, CancellationToken cancellationToken)
    {
        var text = CallNames.TextOf(within.SyntaxTree);
        var end = Math.Min(within.Span.End, text.Length);
        foreach (var at in CallNames.PlacesOf(name, text, within.SpanStart, end))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!IsWholeWord(text, at, name.Length))
                continue;
            var token = within.FindToken(at);
            if (token.ValueText == name && token.Span.Contains(at) && Expression(token) is { } expression)
                yield return expression;
        }
    }

    /// <summary>The same in all of the compilation, in trees that also hold one of the words of <paramref name="alongside"/>.</summary>
    public static IEnumerable<ExpressionSyntax> In(
        Compilation compilation, string name, ImmutableArray<string> alongside, CancellationToken cancellationToken)
    {
        foreach (var tree in compilation.SyntaxTrees)
        {
            var text = CallNames.TextOf(tree);
            if (!Has(text, name) || !(alongside.IsEmpty || alongside.Any(w => Has(text, w))))
                continue;
            foreach (var mention in In(tree.GetRoot(cancellationToken), name, cancellationToken))
                yield return mention;
        }
    }

    /// <summary>The same as far as the name of <paramref name="member"/> reaches: in its outermost type, or in trees that also hold one of the words.</summary>
    public static IEnumerable<ExpressionSyntax> Of(ISymbol member, Compilation compilation, ImmutableArray<string> alongside, CancellationToken cancellationToken) =>
        Flow.VariableWrites.IsConfined(member)
            ? InOutermostType(member, member.Name, cancellationToken)
            : In(compilation, member.Name, alongside, cancellationToken);

    /// <summary>The same in every part of the outermost type around <paramref name="member"/>: as far as a private name reaches.</summary>
    public static IEnumerable<ExpressionSyntax> InOutermostType(ISymbol member, string name, CancellationToken cancellationToken)
    {
        foreach (var part in OutermostType(member).DeclaringSyntaxReferences)
        {
            foreach (var mention in In(part.GetSyntax(cancellationToken), name, cancellationToken))
                yield return mention;
        }
    }

    /// <summary>Whether the characters of a piece of source hold a text: the test that costs least.</summary>
    public static bool AreIn(SyntaxNode within, string text) =>
        CallNames.TextOf(within.SyntaxTree).IndexOf(text, within.SpanStart, within.Span.Length, StringComparison.Ordinal) >= 0;

    /// <summary>The type around <paramref name="member"/> that no other type contains.</summary>
    public static INamedTypeSymbol OutermostType(ISymbol member)
    {
        var type = member.ContainingType;
        while (type.ContainingType is { } outer)
            type = outer;
        return type;
    }

    private static bool Has(string text, string word) => text.IndexOf(word, StringComparison.Ordinal) >= 0;

    private static bool IsWholeWord(string text, int at, int length) =>
        (at == 0 || !SyntaxFacts.IsIdentifierPartCharacter(text[at - 1]))
        && (at + length == text.Length || !SyntaxFacts.IsIdentifierPartCharacter(text[at + length]));

    /// <summary>The expression whose meaning the name decides. The <c>field</c> of a property accessor is a token of its own kind.</summary>
    private static ExpressionSyntax? Expression(SyntaxToken token)
    {
        if (token.Parent is not ExpressionSyntax expression || expression is LiteralExpressionSyntax || expression.GetFirstToken() != token)
            return null;
        if (expression.Parent is MemberAccessExpressionSyntax access && access.Name == expression)
            expression = access;
        else if (expression.Parent is MemberBindingExpressionSyntax binding)
            expression = binding;
        return expression.Parent is InvocationExpressionSyntax call && call.Expression == expression ? call : expression;
    }
}
