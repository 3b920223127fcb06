using System.Collections.Concurrent;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// Whether a file, and a member in it, can use a cache at all, judged by characters: it has the name of a cache type, an alias that holds
/// in every file, or the name of a type of the compilation that is a cache or hands one out; a member may have the name of a field, property,
/// method or parameter of such a type instead. No code is bound for it, and most files say no.
/// </summary>
internal sealed class CacheNames
{
    /// <summary>What the names of the cache types have in common with those of the methods that register or open one.</summary>
    private static readonly string[] Words =
        ["MemoryCache", "DistributedCache", "HybridCache", "FusionCache", "IDatabase", "GetDatabase", "ObjectCache", "OutputCacheStore"];

    private readonly Compilation _compilation;
    private readonly Func<ITypeSymbol, bool> _isCache;
    private readonly Func<INamedTypeSymbol, bool> _isOfLibrary;
    private readonly Lazy<ImmutableArray<string>> _more;
    private readonly ConcurrentDictionary<SyntaxTree, bool> _areIn = new();
    private readonly ConcurrentDictionary<INamedTypeSymbol, Members> _members = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _reach = new(SymbolEqualityComparer.Default);

    /// <param name="compilation">The compilation.</param>
    /// <param name="isCache">Whether a type is a cache.</param>
    /// <param name="isOfLibrary">Whether a type comes from the library of a cache.</param>
    public CacheNames(Compilation compilation, Func<ITypeSymbol, bool> isCache, Func<INamedTypeSymbol, bool> isOfLibrary)
    {
        _compilation = compilation;
        _isCache = isCache;
        _isOfLibrary = isOfLibrary;
        _more = new(() => FindMore().ToImmutableArray());
    }

    /// <summary>Whether a file names a cache.</summary>
    public bool AreIn(SyntaxTree tree) => _areIn.GetOrAdd(tree, t =>
        HasWord(word => Has(CallNames.TextOf(t), word)) || _more.Value.Any(name => CallNames.IsNamedIn(t, name)));

    /// <summary>Whether the declaration around a piece of code names a cache, or a member by which its type reaches one.</summary>
    public bool AreIn(MemberText text) =>
        HasWord(text.Has) || _more.Value.Any(text.Names)
        || (text.Owner is { } owner && MembersOf(owner) is var members && (members.AreOfCache || members.Names.Any(text.Names)));

    /// <summary>
    /// Whether a call in code that names a cache may be on one. A name that means another member of the type is none; a local or a
    /// parameter may be.
    /// </summary>
    public bool MayBeOn(NamedCall call, INamedTypeSymbol? owner)
    {
        if (owner is null)
            return true;
        var members = MembersOf(owner);
        return call.IsOnSelf
            ? members.AreOfCache
            : MemberTypes.Of(_compilation).MayBeOn(call, owner, on => members.Names.Contains(on) || HasWord(word => Has(on, word)) || _more.Value.Contains(on));
    }

    private Members MembersOf(INamedTypeSymbol owner) => _members.GetOrAdd(owner.OriginalDefinition, FindMembers);

    /// <summary>Whether a member of a type that other code can reach is a cache.</summary>
    public bool HandsOut(INamedTypeSymbol type) => HandedOutBy(type).Any();

    private IEnumerable<ISymbol> HandedOutBy(INamedTypeSymbol type) => type.GetMembers().Where(member =>
        member.DeclaredAccessibility != Accessibility.Private && member switch
        {
            IFieldSymbol field => IsOrHolds(field.Type),
            IPropertySymbol property => IsOrHolds(property.Type),
            IMethodSymbol { MethodKind: MethodKind.Ordinary } method => IsOrHolds(method.ReturnType),
            _ => false,
        });

    private Members FindMembers(INamedTypeSymbol owner)
    {
        var areOfCache = false;
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (INamedTypeSymbol? around = owner; around is not null; around = around.ContainingType)
        {
            areOfCache |= _isCache(around);
            for (var type = around.BaseType; type is { SpecialType: SpecialType.None } && !areOfCache; type = type.BaseType)
            {
                if (!type.IsDeclaredIn(_compilation))
                    names.UnionWith(HandedOutBy(type.OriginalDefinition).Select(m => m.Name));
            }
        }

        names.UnionWith(MemberTypes.Of(_compilation).In(owner).Where(m => Reaches(m.Type)).Select(m => m.Member));
        return new(areOfCache, names.ToImmutableArray());
    }

    /// <summary>Whether code that has a value of a type has a cache.</summary>
    private bool Reaches(ITypeSymbol type) => _reach.GetOrAdd(type, t =>
        HasWord(word => Has(t.Name, word)) || _more.Value.Contains(t.Name) || _isCache(t)
        || (t is INamedTypeSymbol named && _isOfLibrary(named) && HandsOut(named)));

    private bool IsOrHolds(ITypeSymbol type) => _isCache(type) || (type is INamedTypeSymbol { TypeArguments: [var inner] } && _isCache(inner));

    private HashSet<string> FindMore()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            if (!HasWord(word => Has(CallNames.TextOf(tree), word)))
                continue;
            foreach (var node in tree.GetRoot().DescendantNodes(static n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax))
            {
                if (node is UsingDirectiveSyntax { Alias.Name.Identifier.ValueText: var alias, GlobalKeyword.RawKind: not 0 } directive && HasWord(word => Has(directive.ToString(), word)))
                    found.Add(alias);
                else if (node is TypeDeclarationSyntax declaration && Bodies.Of(_compilation).DeclaredBy(declaration, CancellationToken.None) is INamedTypeSymbol type
                    && (_isCache(type) || HandsOut(type)))
                    found.Add(type.Name);
            }
        }

        return found;
    }

    /// <summary>All words have one of two words in them, and most files neither.</summary>
    private static bool HasWord(Func<string, bool> has) => (has("Cache") || has("Database")) && Words.Any(has);

    private static bool Has(string text, string word) => text.IndexOf(word, StringComparison.Ordinal) >= 0;

    /// <summary>How the code of a type reaches caches without naming one.</summary>
    /// <param name="AreOfCache">Whether it is a cache itself, or stands in one.</param>
    /// <param name="Names">The members.</param>
    private sealed record Members(bool AreOfCache, ImmutableArray<string> Names);
}
