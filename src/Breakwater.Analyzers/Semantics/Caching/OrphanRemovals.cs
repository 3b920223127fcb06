namespace Breakwater.Semantics.Caching;

/// <summary>A removal of a key that nothing stores, beside a key that is stored and nearly the same.</summary>
/// <param name="Argument">The key where this body gives it.</param>
/// <param name="Key">The key that is removed.</param>
/// <param name="Stored">The key that was probably meant.</param>
internal sealed record OrphanRemoval(IOperation Argument, CacheKey Key, CacheKey Stored);

/// <summary>
/// Finds the orphan removals of a body. Only a near miss is one: a key that nothing here stores, and nothing like it either, may well
/// be stored by another program.
/// </summary>
internal static class OrphanRemovals
{
    private const int FewestLetters = 4;

    /// <summary>The orphan removals of a body, in the order of the source.</summary>
    /// <param name="body">The body.</param>
    /// <param name="owner">The type that it stands in.</param>
    /// <param name="compilation">The compilation.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static IEnumerable<OrphanRemoval> In(IOperation body, INamedTypeSymbol owner, Compilation compilation, CancellationToken cancellationToken)
    {
        if (CacheCalls.Of(compilation) is not { } calls || KeySearch.Of(compilation) is not { } search)
            yield break;
        var removed = calls.In(body).Where(o => o is { Verb: CacheVerb.Remove, Key: not null }).ToList();
        foreach (var removal in removed)
        {
            var key = CacheKey.Of(removal.Key!.Value, compilation);
            if (KeyShape.Of(key) is not { } shape || shape.Letters < FewestLetters || ArgumentOf(removal, key, compilation) is not { } argument)
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            if (StoredNear(shape, key, removal.Kind) is { } stored && !removed.Any(o => o.Kind == removal.Kind && CacheKey.EachOf(o.Key!.Value, compilation).Any(k => k.Skeleton == stored.Skeleton))
                && !IsUsedElsewhere(key, removal.Kind, compilation, cancellationToken))
                yield return new(argument, key, stored);
        }

        CacheKey? StoredNear(KeyShape shape, CacheKey key, CacheKind kind)
        {
            var writes = search.Having(CacheVerbs.Filling).Where(o => o.Operation.Kind == kind).ToList();
            if (writes.Any(o => o.Key?.Skeleton == key.Skeleton || (o.Key?.Skeleton is null && o.IsIn(owner, cancellationToken))))
                return null;
            var declaring = DeclaringTypes(key, compilation).Append(owner).ToList();
            var near = writes
                .Where(o => o.Key is not null && KeyShape.Of(o.Key) is { } other && shape.IsNear(other) && declaring.Any(type => o.IsIn(type, cancellationToken)))
                .GroupBy(o => o.Key!.Skeleton, StringComparer.Ordinal)
                .ToList();
            return near is [var only] ? only.First().Key : null;
        }
    }

    /// <summary>
    /// Where this body gives the key. Null for a list of keys, and for a wrapper that spells the key by itself: there the removal
    /// inside the wrapper is the place.
    /// </summary>
    private static IOperation? ArgumentOf(CacheOperation removal, CacheKey key, Compilation compilation)
    {
        if (removal.Operation is not IInvocationOperation call)
            return null;
        if (!removal.IsWrapped)
            return call.Argument("key")?.Value;
        if (Calls.Of(compilation).CertainTarget(call) is not { } target || Bodies.Of(compilation).Of(target, CancellationToken.None) is not { } wrapper
            || CacheCalls.Of(compilation)!.In(wrapper) is not [{ Key: { } inner }] || CacheKey.Of(inner, compilation).Skeleton == key.Skeleton)
            return null;
        return call.Arguments.FirstOrDefault(a => a is { ArgumentKind: ArgumentKind.Explicit, Value.Type.SpecialType: SpecialType.System_String })?.Value;
    }

    /// <summary>The types that declare the key's builder or constants.</summary>
    private static IEnumerable<INamedTypeSymbol> DeclaringTypes(CacheKey key, Compilation compilation) =>
        key.Source.Resolve().Operation.DescendantsAndSelf()
            .Select(part => part switch
            {
                IInvocationOperation call => call.TargetMethod.ContainingType,
                IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member => member.Member.ContainingType,
                _ => null,
            })
            .OfType<INamedTypeSymbol>()
            .Where(type => type.IsDeclaredIn(compilation));

    /// <summary>A key of Redis may hold a hash, a list or a counter; so any other mention of its text counts as a use.</summary>
    private static bool IsUsedElsewhere(CacheKey key, CacheKind kind, Compilation compilation, CancellationToken cancellationToken)
    {
        if (kind != CacheKind.Redis)
            return false;
        var text = key.Parts.Select(p => p.Literal).OfType<string>().OrderByDescending(t => t.Length).First();
        var known = KeySearch.Of(compilation)!.Having(CacheVerbs.Remove | CacheVerbs.Read)
            .Where(o => o.Operation is { Kind: CacheKind.Redis, Key: not null })
            .Select(o => o.Operation.Key!.Value.Resolve().Operation.Syntax)
            .ToList();
        foreach (var tree in compilation.SyntaxTrees)
        {
            var source = CallNames.TextOf(tree);
            foreach (var at in CallNames.PlacesOf(text, source, 0, source.Length))
            {
                var token = tree.GetRoot(cancellationToken).FindToken(at);
                if ((token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.InterpolatedStringTextToken))
                    && !known.Any(syntax => syntax.SyntaxTree == tree && syntax.Span.Contains(token.Span)))
                    return true;
            }
        }

        return false;
    }
}
