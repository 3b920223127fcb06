namespace Breakwater.Semantics.Caching;

/// <summary>
/// Whether an entry is removed somewhere in the compilation: by its key, or with the whole cache. Where a key's text is not known, the
/// answer is yes rather than no. Within one type only the same cache counts, across types every cache of the kind.
/// </summary>
internal sealed class RemovedEntries
{
    private readonly Compilation _compilation;
    private readonly KeySearch _search;
    private readonly Lazy<ImmutableArray<Taking>> _all;

    private RemovedEntries(Compilation compilation, KeySearch search)
    {
        _compilation = compilation;
        _search = search;
        _all = new(Find);
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static RemovedEntries? Of(Compilation compilation) =>
        compilation.Know(static c => KeySearch.Of(c) is { } search ? new RemovedEntries(c, search) : null);

    /// <summary>Whether something removes the entry that an operation fills.</summary>
    public bool Reach(CacheOperation entry, CacheKey key, CancellationToken cancellationToken)
    {
        var owner = OwnerOf(entry, cancellationToken);
        return _all.Value.Any(r => r.By.Operation.Kind == entry.Kind && !AreRivals(r.By.Operation.Cache.Symbol, entry.Cache.Symbol)
            && (r.By.Operation.Verb == CacheVerb.Clear || r.Keys.Any(k => Removes(r, k, key, owner, cancellationToken))));
    }

    private static bool Removes(Taking removal, CacheKey removed, CacheKey key, INamedTypeSymbol? owner, CancellationToken cancellationToken)
    {
        if (removed.Skeleton is { } skeleton && skeleton == key.Skeleton)
            return true;
        var isBeside = owner is not null && removal.By.IsIn(owner, cancellationToken);
        if (!HasText(key))
            return isBeside || (!HasText(removed) && !removal.HasCallers && IsSameType(key, removed));
        if (HasText(removed) || !CanBeText(removed))
            return false;
        // A parameter is what its callers give; where there are none, only the type's own entries are meant.
        return !removed.IsOpaque || (isBeside && !removal.HasCallers);
    }

    private ImmutableArray<Taking> Find()
    {
        var called = new HashSet<SyntaxNode>();
        foreach (var operation in _search.Having(CacheVerbs.Remove))
        {
            if (operation.Operation.IsWrapped)
                called.Add(operation.Operation.Api.Operation.Syntax);
        }

        return _search.Having(CacheVerbs.Remove | CacheVerbs.Clear)
            .Select(o => new Taking(o, KeysOf(o), !o.Operation.IsWrapped && called.Contains(o.Operation.Api.Operation.Syntax)))
            .ToImmutableArray();
    }

    /// <summary>One key, or those of an array that is written out.</summary>
    private ImmutableArray<CacheKey> KeysOf(KeyedOperation removal)
    {
        if (removal.Operation.Key is not { } source || removal.Key is not { } whole)
            return ImmutableArray<CacheKey>.Empty;
        var (keys, frame) = source.Resolve();
        return keys is IArrayCreationOperation { Initializer: { } elements }
            ? elements.ElementValues.Select(e => CacheKey.Of(new(e, frame), _compilation)).ToImmutableArray()
            : ImmutableArray.Create(whole);
    }

    private INamedTypeSymbol? OwnerOf(CacheOperation entry, CancellationToken cancellationToken) =>
        entry.Operation.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
            ? Bodies.Of(_compilation).DeclaredBy(type, cancellationToken) as INamedTypeSymbol
            : null;

    /// <summary>Two members of one type that hold a cache each.</summary>
    private static bool AreRivals(ISymbol? left, ISymbol? right) =>
        left is not null && right is not null && HolderOf(left) is { } holder
        && SymbolEqualityComparer.Default.Equals(holder, HolderOf(right)) && !SymbolEqualityComparer.Default.Equals(left, right);

    private static INamedTypeSymbol? HolderOf(ISymbol cache) =>
        cache is IFieldSymbol or IPropertySymbol || (cache is IParameterSymbol parameter && Roots.IsPrimaryConstructorParameter(parameter)) ? cache.ContainingType : null;

    private static bool HasText(CacheKey key) => key.Parts.Any(p => p.Literal is not null);

    /// <summary>Whether two keys without text can be equal: a number never equals a string.</summary>
    private static bool IsSameType(CacheKey left, CacheKey right) =>
        left.Parts is [{ Hole.Operation.Type: { } one }] && right.Parts is [{ Hole.Operation.Type: { } other }]
            ? SymbolEqualityComparer.Default.Equals(one, other) || one is ITypeParameterSymbol or { SpecialType: SpecialType.System_Object } || other is ITypeParameterSymbol or { SpecialType: SpecialType.System_Object }
            : left.Parts.Length == right.Parts.Length;

    /// <summary>Whether a key of unknown text could be any text: a number or an id cannot.</summary>
    private static bool CanBeText(CacheKey key) =>
        key.Parts.All(p => p.Hole is not { } hole || hole.Operation.Type is null or { IsReferenceType: true } or { Name: "RedisKey" or "RedisValue" } or ITypeParameterSymbol);

    private sealed record Taking(KeyedOperation By, ImmutableArray<CacheKey> Keys, bool HasCallers);
}
