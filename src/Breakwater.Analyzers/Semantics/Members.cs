namespace Breakwater.Semantics;

/// <summary>The members of a file that have code, for searches that choose among them before they bind any.</summary>
internal static class Members
{
    /// <summary>Each method, constructor, accessor and expression-bodied property with the type it stands in; top-level statements as the whole file.</summary>
    public static IEnumerable<(SyntaxNode Member, INamedTypeSymbol? Owner)> In(SyntaxTree tree, Compilation compilation)
    {
        var owners = new Dictionary<SyntaxNode, INamedTypeSymbol?>();
        if (tree.GetRoot() is CompilationUnitSyntax unit && unit.Members.Any(m => m is GlobalStatementSyntax))
            yield return (unit, Bodies.Of(compilation).DeclaredBy(unit, CancellationToken.None)?.ContainingType);
        foreach (var node in tree.GetRoot().DescendantNodes(n => n is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax)))
        {
            if (node is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax)
                && !(node is ArrowExpressionClauseSyntax && node.Parent is PropertyDeclarationSyntax or IndexerDeclarationSyntax))
                continue;
            var type = node.FirstAncestorOrSelf<TypeDeclarationSyntax>();
            if (type is null)
            {
                yield return (node, null);
                continue;
            }

            if (!owners.TryGetValue(type, out var owner))
                owners.Add(type, owner = Bodies.Of(compilation).DeclaredBy(type, CancellationToken.None) as INamedTypeSymbol);
            yield return (node, owner);
        }
    }
}
