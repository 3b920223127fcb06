using System.Collections.Concurrent;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// The wrappers of a compilation by their names: what a call may do to a cache that stands in another type than the wrapper. They are
/// looked for in the types that use a cache, and then among the callers of those; a call counts in files that name the wrapper's type, a
/// type it derives from or implements, or the type that it extends.
/// </summary>
internal sealed class CacheWrappers
{
    private readonly Compilation _compilation;
    private readonly CacheCalls _calls;
    private readonly CacheApi _api;
    private readonly Lazy<ILookup<string, Wrapper>> _direct;
    private readonly Lazy<ILookup<string, Wrapper>> _all;
    private readonly Lazy<ImmutableArray<Wrapper>> _kinds;
    private readonly ConcurrentDictionary<SyntaxTree, bool> _areNamedIn = new();

    private CacheWrappers(Compilation compilation, CacheCalls calls, CacheApi api)
    {
        _compilation = compilation;
        _calls = calls;
        _api = api;
        _direct = new(() => Find(1).ToLookup(w => w.Name, StringComparer.Ordinal));
        _all = new(() => _direct.Value.SelectMany(g => g).Concat(Find(2)).ToLookup(w => w.Name, StringComparer.Ordinal));
        _kinds = new(() => _all.Value.SelectMany(g => g).GroupBy(w => string.Join(",", w.Receivers)).Select(g => g.First()).ToImmutableArray());
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static CacheWrappers? Of(Compilation compilation) => compilation.Know(static c =>
        CacheCalls.Of(c) is { } calls && CacheApi.Of(c) is { } api ? new CacheWrappers(c, calls, api) : null);

    /// <summary>Whether a file can call a wrapper.</summary>
    public bool AreNamedIn(SyntaxTree tree) => _areNamedIn.GetOrAdd(tree, t => _kinds.Value.Any(w => IsNamedIn(t, w)));

    /// <summary>What a call of this name may do.</summary>
    /// <param name="name">The name.</param>
    /// <param name="tree">The file of the call.</param>
    /// <param name="owner">The type of the call: what the files of its bases name counts, too.</param>
    /// <param name="levels">How many wrappers may stand between the call and the cache: one or two.</param>
    public CacheVerbs Named(string name, SyntaxTree tree, INamedTypeSymbol? owner, int levels)
    {
        var verbs = CacheVerbs.None;
        foreach (var wrapper in (levels > 1 ? _all : _direct).Value[name])
        {
            if ((wrapper.Verbs & ~verbs) != 0 && (IsNamedIn(tree, wrapper) || FilesOf(owner).Any(file => IsNamedIn(file, wrapper))))
                verbs |= wrapper.Verbs;
        }

        return verbs;
    }

    /// <summary>The files of a type and of the types that it derives from or stands in.</summary>
    public static IEnumerable<SyntaxTree> FilesOf(INamedTypeSymbol? type)
    {
        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            for (var current = outer; current is not null; current = current.BaseType)
            {
                foreach (var reference in current.DeclaringSyntaxReferences)
                    yield return reference.SyntaxTree;
            }
        }
    }

    private bool IsNamedIn(SyntaxTree tree, Wrapper wrapper) =>
        wrapper.Receivers.IsEmpty || wrapper.Receivers.Any(name => CallNames.IsNamedIn(tree, name)) || (wrapper.ExtendsCache && _api.Names.AreIn(tree));

    private IEnumerable<Wrapper> Find(int level)
    {
        foreach (var tree in _compilation.SyntaxTrees)
        {
            var isCandidate = _api.Names.AreIn(tree) || CallNames.TextOf(tree).IndexOf("Cache", StringComparison.Ordinal) >= 0
                || (level > 1 && _direct.Value.Any(g => g.Any(w => IsNamedIn(tree, w))));
            if (!isCandidate)
                continue;
            foreach (var node in tree.GetRoot().DescendantNodes(static n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax))
            {
                if (node is MethodDeclarationSyntax declaration && OwnerOf(declaration) is { } owner && (level > 1 || IsOfCaches(owner))
                    && _calls.MayReach(declaration, owner, level)
                    && Bodies.Of(_compilation).DeclaredBy(declaration, CancellationToken.None) is IMethodSymbol method
                    && _calls.VerbsFor(method, level) is var verbs and not CacheVerbs.None)
                    yield return Of(method, declaration, owner, verbs);
            }
        }
    }

    /// <summary>A dictionary is looked for behind methods of other types only where its type calls itself a cache.</summary>
    private bool IsOfCaches(INamedTypeSymbol owner) => _api.MayUseCaches(owner) || owner.Name.IndexOf("Cache", StringComparison.Ordinal) >= 0;

    /// <summary>The type of a method; the static class around an extension block, which has no name.</summary>
    private INamedTypeSymbol? OwnerOf(MethodDeclarationSyntax declaration) =>
        declaration.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault(t => t.Identifier.ValueText.Length > 0) is { } type
            ? Bodies.Of(_compilation).DeclaredBy(type, CancellationToken.None) as INamedTypeSymbol
            : null;

    private Wrapper Of(IMethodSymbol method, MethodDeclarationSyntax declaration, INamedTypeSymbol owner, CacheVerbs verbs) =>
        ExtendedBy(method, declaration) is { } extended
            ? new(method.Name, verbs, NamesOf(extended), _api.IsCache(extended))
            : new(method.Name, verbs, NamesOf(owner), ExtendsCache: false);

    private ITypeSymbol? ExtendedBy(IMethodSymbol method, MethodDeclarationSyntax declaration)
    {
        if (method.IsExtensionMethod)
            return method.Parameters[0].Type;
        return declaration.Parent is TypeDeclarationSyntax { Identifier.ValueText: "" } block
            && block.ChildNodes().OfType<ParameterListSyntax>().FirstOrDefault()?.Parameters.FirstOrDefault() is { } receiver
            ? (Bodies.Of(_compilation).DeclaredBy(receiver, CancellationToken.None) as IParameterSymbol)?.Type
            : null;
    }

    /// <summary>The names by which code can mean a type; none for one that is everywhere, such as a type parameter or a string.</summary>
    private ImmutableArray<string> NamesOf(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol { SpecialType: SpecialType.None } named)
            return ImmutableArray<string>.Empty;
        var names = new HashSet<string>(StringComparer.Ordinal) { named.Name };
        for (var current = named.BaseType; current is not null && current.IsDeclaredIn(_compilation); current = current.BaseType)
            names.Add(current.Name);
        names.UnionWith(named.AllInterfaces.Where(i => i.IsDeclaredIn(_compilation)).Select(i => i.Name));
        return names.ToImmutableArray();
    }

    /// <param name="Name">What the method is called.</param>
    /// <param name="Verbs">What it does.</param>
    /// <param name="Receivers">The names of the types it can be called on; empty for any.</param>
    /// <param name="ExtendsCache">Whether it extends a cache, which code can have without naming the type.</param>
    private sealed record Wrapper(string Name, CacheVerbs Verbs, ImmutableArray<string> Receivers, bool ExtendsCache);
}
