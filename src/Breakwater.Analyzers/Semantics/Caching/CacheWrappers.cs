using System.Collections.Concurrent;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// The wrappers of a compilation by their names: what a call may do to a cache that stands in another type than the wrapper. They are
/// looked for in the types that use a cache, and then among the callers of those; a call counts in members that name the wrapper's type, a
/// type it derives from or implements, or the type that it extends, or that name a member which holds one.
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
        _all = new(() => Find(2).ToLookup(w => w.Name, StringComparer.Ordinal));
        _kinds = new(() => _all.Value.SelectMany(g => g).GroupBy(w => string.Join(",", w.Receivers)).Select(g => g.First()).ToImmutableArray());
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static CacheWrappers? Of(Compilation compilation) => compilation.Know(static c =>
        CacheCalls.Of(c) is { } calls && CacheApi.Of(c) is { } api ? new CacheWrappers(c, calls, api) : null);

    /// <summary>Whether a file can call a wrapper.</summary>
    public bool AreNamedIn(SyntaxTree tree) => _areNamedIn.GetOrAdd(tree, t => _kinds.Value.Any(w => IsNamedIn(t, w)));

    /// <summary>What a call may do.</summary>
    /// <param name="call">The call.</param>
    /// <param name="text">The code with the call.</param>
    /// <param name="levels">How many wrappers may stand between the call and the cache: one or two.</param>
    public CacheVerbs Named(NamedCall call, MemberText text, int levels)
    {
        var verbs = CacheVerbs.None;
        foreach (var wrapper in (levels > 1 ? _all : _direct).Value[call.Name])
        {
            if (MayBeOf(wrapper, call, text))
                verbs |= wrapper.Verbs.Value;
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

    /// <summary>
    /// Whether a call may be of a wrapper: the file, or one of a base, names the type that the wrapper is called on, and so does the member,
    /// unless it names a member that holds one, or is of the type itself. A name that means another member of the type is none.
    /// </summary>
    private bool MayBeOf(Wrapper wrapper, NamedCall call, MemberText text)
    {
        if (wrapper.Receivers.IsEmpty)
            return true;
        var owner = text.Owner;
        if (wrapper.ExtendsCache && _api.Names.AreIn(text) && _api.Names.MayBeOn(call, owner))
            return true;
        if (!IsNamedIn(text.Tree, wrapper) && !FilesOf(owner).Any(file => IsNamedIn(file, wrapper)))
            return false;
        return call.IsOnSelf
            ? (owner is not null && wrapper.Receivers.Any(receiver => IsOrDerives(owner, receiver))) || ImportsStatically(text.Tree)
            : wrapper.Receivers.Any(receiver => MayBeOn(receiver, call, text));
    }

    /// <summary>Whether a call may be on a value of a type of this name, or on the type.</summary>
    private bool MayBeOn(string receiver, NamedCall call, MemberText text)
    {
        if (text.Owner is not { } owner)
            return text.Names(receiver);
        var members = MemberTypes.Of(_compilation);
        return (text.Names(receiver) || IsOrDerives(owner, receiver) || members.Naming(owner, receiver).Any(text.Names))
            && members.MayBeOn(call, owner, on => on == receiver || members.Naming(owner, receiver).Contains(on));
    }

    private static bool ImportsStatically(SyntaxTree tree) => CallNames.TextOf(tree).IndexOf("using static ", StringComparison.Ordinal) >= 0;

    /// <summary>Whether a type, one around it, or one that they derive from or implement has a name.</summary>
    private static bool IsOrDerives(INamedTypeSymbol owner, string name)
    {
        for (var around = owner; around is not null; around = around.ContainingType)
        {
            for (var type = around; type is not null; type = type.BaseType)
            {
                if (type.Name == name)
                    return true;
            }

            if (around.AllInterfaces.Any(i => i.Name == name))
                return true;
        }

        return false;
    }

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
                if (node is MethodDeclarationSyntax declaration && OwnerOf(declaration) is { } owner
                    && MayWrap(new(declaration, owner), level)
                    && Bodies.Of(_compilation).DeclaredBy(declaration, CancellationToken.None) is IMethodSymbol method)
                    yield return Of(method, declaration, owner, level);
            }
        }
    }

    /// <summary>Whether a method may have a cache behind it, or behind a wrapper that it calls.</summary>
    private bool MayWrap(MemberText text, int level) =>
        (IsOfCaches(text.Owner!) && _calls.MayReach(text))
        || (level > 1 && text.Calls.Any(call => _direct.Value[call.Name].Any(wrapper => MayBeOf(wrapper, call, text) && wrapper.Verbs.Value != CacheVerbs.None)));

    /// <summary>A dictionary is looked for behind methods of other types only where its type calls itself a cache.</summary>
    private bool IsOfCaches(INamedTypeSymbol owner) => owner.Name.IndexOf("Cache", StringComparison.Ordinal) >= 0 || (_api.ReachOf(owner) & (CacheReach.Caches | CacheReach.ObjectCaches)) != 0;

    /// <summary>The type of a method; the static class around an extension block, which has no name.</summary>
    private INamedTypeSymbol? OwnerOf(MethodDeclarationSyntax declaration) =>
        declaration.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault(t => t.Identifier.ValueText.Length > 0) is { } type
            ? Bodies.Of(_compilation).DeclaredBy(type, CancellationToken.None) as INamedTypeSymbol
            : null;

    private Wrapper Of(IMethodSymbol method, MethodDeclarationSyntax declaration, INamedTypeSymbol owner, int level)
    {
        var verbs = new Lazy<CacheVerbs>(() => _calls.VerbsFor(method, level));
        return ExtendedBy(method, declaration) is { } extended
            ? new(method.Name, verbs, NamesOf(extended), _api.IsCache(extended))
            : new(method.Name, verbs, NamesOf(owner), ExtendsCache: false);
    }

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

    /// <summary>A method that is a wrapper, for all that the names in it say.</summary>
    /// <param name="Name">What the method is called.</param>
    /// <param name="Verbs">What it does, none when it is no wrapper: found out when somebody calls it, since that binds its body.</param>
    /// <param name="Receivers">The names of the types it can be called on; empty for any.</param>
    /// <param name="ExtendsCache">Whether it extends a cache, which code can have without naming the type.</param>
    private sealed record Wrapper(string Name, Lazy<CacheVerbs> Verbs, ImmutableArray<string> Receivers, bool ExtendsCache);
}
