using System.Collections.Concurrent;

namespace Breakwater.Semantics;

/// <summary>The members of a file that have code, for searches that choose among them before they bind any.</summary>
internal sealed class Members
{
    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<SyntaxTree, ImmutableArray<(SyntaxNode Member, INamedTypeSymbol? Owner)>> _known = new();

    private Members(Compilation compilation) => _compilation = compilation;

    public static Members Of(Compilation compilation) => compilation.Know(static c => new Members(c))!;

    /// <summary>Each method, constructor, accessor and expression-bodied property with the type it stands in; top-level statements as the whole file.</summary>
    public ImmutableArray<(SyntaxNode Member, INamedTypeSymbol? Owner)> In(SyntaxTree tree) => _known.GetOrAdd(tree, t => Find(t).ToImmutableArray());

    private IEnumerable<(SyntaxNode Member, INamedTypeSymbol? Owner)> Find(SyntaxTree tree)
    {
        var bodies = Bodies.Of(_compilation);
        var owners = new Dictionary<SyntaxNode, INamedTypeSymbol?>();
        if (tree.GetRoot() is CompilationUnitSyntax unit && unit.Members.Any(m => m is GlobalStatementSyntax))
            yield return (unit, bodies.DeclaredBy(unit, CancellationToken.None)?.ContainingType);
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
                owners.Add(type, owner = bodies.DeclaredBy(type, CancellationToken.None) as INamedTypeSymbol);
            yield return (node, owner);
        }
    }
}
