namespace Breakwater.Semantics.Caching;

/// <summary>
/// Every cache operation of the compilation, found when a rule that has a candidate first asks: who else uses this key? Bodies are
/// chosen by the names in their source before anything of them is bound, so a compilation without a candidate pays nothing. Calls of
/// wrappers in other types are found by the wrappers' own names.
/// </summary>
internal sealed class KeySearch
{
    private readonly Compilation _compilation;
    private readonly CacheCalls _calls;
    private readonly Lazy<Contents> _found;
    private readonly Lazy<IReadOnlyList<Population>> _populations;

    private KeySearch(Compilation compilation, CacheCalls calls)
    {
        _compilation = compilation;
        _calls = calls;
        _found = new(Find);
        _populations = new(() => _found.Value.Bodies.SelectMany(body => Population.In(body, _compilation)).ToList());
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static KeySearch? Of(Compilation compilation) =>
        compilation.Know(static c => CacheCalls.Of(c) is { } calls ? new KeySearch(c, calls) : null);

    /// <summary>All operations, each with the template of its key.</summary>
    public IReadOnlyList<KeyedOperation> All => _found.Value.Operations;

    /// <summary>All places that fill an entry with what they load.</summary>
    public IReadOnlyList<Population> Populations => _populations.Value;

    /// <summary>The operations on caches of this kind whose key has an equal skeleton.</summary>
    public IEnumerable<KeyedOperation> Matching(CacheKey key, CacheKind kind) =>
        key.Skeleton is not { } skeleton
            ? []
            : All.Where(o => o.Operation.Kind == kind && o.Key?.Skeleton == skeleton);

    /// <summary>The populations on caches of this kind whose key has an equal skeleton.</summary>
    public IEnumerable<Population> PopulationsOf(CacheKey key, CacheKind kind) =>
        key.Skeleton is not { } skeleton
            ? []
            : Populations.Where(p => p.Fill.Kind == kind && p.Key.Skeleton == skeleton);

    /// <summary>The calls anywhere that come to this operation through wrappers.</summary>
    public IEnumerable<KeyedOperation> Through(CacheOperation operation)
    {
        foreach (var found in All)
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

    private Contents Find()
    {
        var found = new Contents();
        var api = CacheApi.Of(_compilation)!;
        var seen = new HashSet<SyntaxNode>();
        var wrappers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tree in _compilation.SyntaxTrees.Where(CacheCalls.AreNamedIn))
            Search(tree, (syntax, owner) => _calls.MentionedIn(syntax, owner) != CacheVerbs.None);

        // Wrappers of wrappers are recognised two levels deep, so their callers are looked for twice.
        for (var round = 0; round < 2; round++)
        {
            var names = wrappers.ToImmutableHashSet(StringComparer.Ordinal);
            wrappers.Clear();
            if (names.IsEmpty)
                break;
            foreach (var tree in _compilation.SyntaxTrees)
            {
                if (CallNames.In(tree, new(0, tree.Length)).Any(names.Contains))
                    Search(tree, (syntax, _) => CallNames.In(syntax.SyntaxTree, syntax.Span).Any(names.Contains));
            }
        }

        return found;

        void Search(SyntaxTree tree, Func<SyntaxNode, INamedTypeSymbol?, bool> isCandidate)
        {
            foreach (var (member, owner) in Members(tree))
            {
                if (!isCandidate(member, owner) || !seen.Add(member) || Bodies.Of(_compilation).Of(member, CancellationToken.None) is not { } root)
                    continue;
                foreach (var body in root.Descendants().Where(o => o is IAnonymousFunctionOperation or ILocalFunctionOperation).Prepend(Flow.BodyGraph.BodyOf(root)))
                    Add(body, member);
            }
        }

        void Add(IOperation body, SyntaxNode member)
        {
            foreach (var keyed in _calls.In(body).SelectMany(operation => KeyedOperation.Of(operation, body, _compilation)))
            {
                found.Operations.Add(keyed);
                // A method of a cache's own name is noticed in the first round, where the file of its caller names a cache.
                if (keyed.Key is { } key && key.Skeleton?.Any(char.IsLetterOrDigit) != true && key.Steps.Any(s => s.Value.Operation is IParameterReferenceOperation)
                    && NameOf(member) is { } name && !api.MayName(name))
                    wrappers.Add(name);
            }

            found.Bodies.Add(body);
        }
    }

    /// <summary>Each member with code, and the type it stands in.</summary>
    private IEnumerable<(SyntaxNode Member, INamedTypeSymbol? Owner)> Members(SyntaxTree tree)
    {
        var owners = new Dictionary<SyntaxNode, INamedTypeSymbol?>();
        if (tree.GetRoot() is CompilationUnitSyntax unit && unit.Members.Any(m => m is GlobalStatementSyntax))
            yield return (unit, Bodies.Of(_compilation).DeclaredBy(unit, CancellationToken.None)?.ContainingType);
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
                owners.Add(type, owner = Bodies.Of(_compilation).DeclaredBy(type, CancellationToken.None) as INamedTypeSymbol);
            yield return (node, owner);
        }
    }

    private static string? NameOf(SyntaxNode member) => (member as MethodDeclarationSyntax)?.Identifier.ValueText;

    private sealed class Contents
    {
        public List<KeyedOperation> Operations { get; } = [];

        public List<IOperation> Bodies { get; } = [];
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
