namespace Breakwater.Semantics.Caching;

/// <summary>
/// Whether a file can use a cache at all, judged by its characters: it has the name of a cache type, an alias that holds in every file,
/// or the name of a type of the compilation that is a cache or hands one out. Nothing is bound for it, and most files say no.
/// </summary>
internal sealed class CacheNames
{
    /// <summary>What the names of the cache types have in common with those of the methods that register or open one.</summary>
    private static readonly string[] Words =
        ["MemoryCache", "DistributedCache", "HybridCache", "FusionCache", "IDatabase", "GetDatabase", "ObjectCache", "OutputCacheStore"];

    private readonly Compilation _compilation;
    private readonly Func<ITypeSymbol, bool> _isCache;
    private readonly Lazy<ImmutableArray<string>> _more;

    /// <param name="compilation">The compilation.</param>
    /// <param name="isCache">Whether a type is a cache.</param>
    public CacheNames(Compilation compilation, Func<ITypeSymbol, bool> isCache)
    {
        _compilation = compilation;
        _isCache = isCache;
        _more = new(() => FindMore().ToImmutableArray());
    }

    /// <summary>Whether a file names a cache.</summary>
    public bool AreIn(SyntaxTree tree) => HasWord(CallNames.TextOf(tree)) || _more.Value.Any(name => CallNames.IsNamedIn(tree, name));

    /// <summary>Whether a member of a type that other code can reach is a cache.</summary>
    public bool HandsOut(INamedTypeSymbol type) => type.GetMembers().Any(member =>
        member.DeclaredAccessibility != Accessibility.Private && member switch
        {
            IFieldSymbol field => IsOrHolds(field.Type),
            IPropertySymbol property => IsOrHolds(property.Type),
            IMethodSymbol { MethodKind: MethodKind.Ordinary } method => IsOrHolds(method.ReturnType),
            _ => false,
        });

    private bool IsOrHolds(ITypeSymbol type) => _isCache(type) || (type is INamedTypeSymbol { TypeArguments: [var inner] } && _isCache(inner));

    private HashSet<string> FindMore()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            if (!HasWord(CallNames.TextOf(tree)))
                continue;
            foreach (var node in tree.GetRoot().DescendantNodes(static n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax))
            {
                if (node is UsingDirectiveSyntax { Alias.Name.Identifier.ValueText: var alias, GlobalKeyword.RawKind: not 0 } directive && HasWord(directive.ToString()))
                    found.Add(alias);
                else if (node is TypeDeclarationSyntax declaration && Bodies.Of(_compilation).DeclaredBy(declaration, CancellationToken.None) is INamedTypeSymbol type
                    && (_isCache(type) || HandsOut(type)))
                    found.Add(type.Name);
            }
        }

        return found;
    }

    /// <summary>All words have one of two words in them, and most files neither.</summary>
    private static bool HasWord(string text) =>
        (Has(text, "Cache") || Has(text, "Database")) && Words.Any(word => Has(text, word));

    private static bool Has(string text, string word) => text.IndexOf(word, StringComparison.Ordinal) >= 0;
}
