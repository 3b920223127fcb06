namespace Breakwater.Semantics.Caching;

/// <summary>
/// The cache operations of the compilation, found when a rule that has a candidate first asks: who else uses this key? Bodies are
/// chosen by the names in their source before anything of them is bound, and only those that may do what is asked for, so a
/// compilation without a candidate pays nothing.
/// </summary>
internal sealed class KeySearch
{
    private readonly Compilation _compilation;
    private readonly CacheCalls _calls;
    private readonly Lazy<ImmutableArray<Candidate>> _candidates;
    private readonly Lazy<IReadOnlyList<Population>> _populations;

    private KeySearch(Compilation compilation, CacheCalls calls)
    {
        _compilation = compilation;
        _calls = calls;
        _candidates = new(() => FindCandidates().ToImmutableArray());
        _populations = new(() => Doing(CacheVerbs.Filling).SelectMany(c => c.Bodies).SelectMany(body => Population.In(body, _compilation)).ToList());
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static KeySearch? Of(Compilation compilation) =>
        compilation.Know(static c => CacheCalls.Of(c) is { } calls ? new KeySearch(c, calls) : null);

    /// <summary>All operations, each with the template of its key.</summary>
    public IEnumerable<KeyedOperation> All => Having(CacheVerbs.All);

    /// <summary>The operations that do one of these things. The fewer things are asked for, the fewer bodies are bound.</summary>
    public IEnumerable<KeyedOperation> Having(CacheVerbs verbs) =>
        Doing(verbs).SelectMany(c => c.Operations).Where(o => (o.Operation.Verb.Alone() & verbs) != 0);

    /// <summary>The operations of members that name one of these things, which may stand in any of them.</summary>
    public IEnumerable<KeyedOperation> Naming(IReadOnlyCollection<string> names) =>
        _candidates.Value.Where(c => names.Any(name => CallNames.IsNamedIn(c.Member, name))).SelectMany(c => c.Operations);

    /// <summary>The members that may use a cache, judged by the names in them.</summary>
    public IEnumerable<SyntaxNode> UsingMembers => _candidates.Value.Select(c => c.Member);

    /// <summary>All places that fill an entry with what they load.</summary>
    public IReadOnlyList<Population> Populations => _populations.Value;

    /// <summary>The operations on caches of this kind whose key has an equal skeleton.</summary>
    public IEnumerable<KeyedOperation> Matching(CacheKey key, CacheKind kind, CacheVerbs verbs) =>
        key.Skeleton is not { } skeleton
            ? []
            : Having(verbs).Where(o => o.Operation.Kind == kind && o.Key?.Skeleton == skeleton);

    /// <summary>The populations on caches of this kind whose key has an equal skeleton.</summary>
    public IEnumerable<Population> PopulationsOf(CacheKey key, CacheKind kind) =>
        key.Skeleton is not { } skeleton
            ? []
            : Populations.Where(p => p.Fill.Kind == kind && p.Key.Skeleton == skeleton);

    /// <summary>The calls anywhere that come to this operation through wrappers.</summary>
    public IEnumerable<KeyedOperation> Through(CacheOperation operation)
    {
        foreach (var found in Having(operation.Verb.Alone()))
        {
            for (var inner = _calls.Inside(found.Operation); inner is not null; inner = _calls.Inside(inner))
            {
                if (inner.Operation.Syntax != operation.Operation.Syntax)
                    continue;
                yield return found;
                break;
            }
        }
    }

    /// <summary>The members that may do one of these things. A read-through that is given a value instead of a delegate is a write.</summary>
    private IEnumerable<Candidate> Doing(CacheVerbs verbs)
    {
        if ((verbs & CacheVerbs.Write) != 0)
            verbs |= CacheVerbs.ReadThrough;
        return _candidates.Value.Where(c => (c.Verbs & verbs) != 0);
    }

    private IEnumerable<Candidate> FindCandidates()
    {
        foreach (var tree in _compilation.SyntaxTrees.Where(_calls.MayBeUsedIn))
        {
            foreach (var (member, owner) in Members.Of(_compilation).In(tree))
            {
                if (_calls.MentionedIn(member, owner) is var verbs and not CacheVerbs.None)
                    yield return new(member, verbs, _calls, _compilation);
            }
        }
    }

    /// <summary>A member whose names say that it uses a cache; it is bound when its bodies or operations are first asked for.</summary>
    private sealed class Candidate
    {
        private readonly Lazy<ImmutableArray<IOperation>> _bodies;
        private readonly Lazy<ImmutableArray<KeyedOperation>> _operations;

        public Candidate(SyntaxNode member, CacheVerbs verbs, CacheCalls calls, Compilation compilation)
        {
            Member = member;
            Verbs = verbs;
            _bodies = new(() => Semantics.Bodies.Of(compilation).Of(member, CancellationToken.None) is { } root
                ? Flow.OwnCode.Bodies(root).ToImmutableArray()
                : ImmutableArray<IOperation>.Empty);
            _operations = new(() => Bodies
                .SelectMany(body => calls.In(body).SelectMany(operation => KeyedOperation.Of(operation, body, compilation)))
                .ToImmutableArray());
        }

        public SyntaxNode Member { get; }

        public CacheVerbs Verbs { get; }

        public ImmutableArray<IOperation> Bodies => _bodies.Value;

        public ImmutableArray<KeyedOperation> Operations => _operations.Value;
    }
}

/// <summary>A cache operation somewhere in the compilation.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Key">Its key as a template; null for an operation on the whole cache or on a tag.</param>
/// <param name="Body">The body it stands in.</param>
internal sealed record KeyedOperation(CacheOperation Operation, CacheKey? Key, IOperation Body)
{
    /// <summary>The operation with its key; one for each key where a call is given a list of them.</summary>
    public static IEnumerable<KeyedOperation> Of(CacheOperation operation, IOperation body, Compilation compilation)
    {
        if (operation.Key is not { } key)
            return [new(operation, null, body)];
        return operation is { Kind: CacheKind.Hybrid, Verb: CacheVerb.Remove }
            ? CacheKey.EachOf(key, compilation).Select(each => new KeyedOperation(operation, each, body))
            : [new(operation, CacheKey.Of(key, compilation), body)];
    }

    /// <summary>Whether the operation stands in code of the type: in any part of it, or in a type inside it.</summary>
    public bool IsIn(INamedTypeSymbol type, CancellationToken cancellationToken) =>
        type.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == Body.Syntax.SyntaxTree && r.GetSyntax(cancellationToken).Span.Contains(Body.Syntax.Span));
}
