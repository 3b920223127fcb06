namespace Breakwater.Semantics.Caching;

/// <summary>
/// Every cache operation of the compilation, found when a rule that has a candidate first asks: who else uses this key? Bodies are
/// chosen by the names in their source before anything of them is bound, so a compilation without a candidate pays nothing.
/// </summary>
internal sealed class KeySearch
{
    private readonly Compilation _compilation;
    private readonly CacheCalls _calls;
    private readonly Lazy<IReadOnlyList<KeyedOperation>> _operations;

    private KeySearch(Compilation compilation, CacheCalls calls)
    {
        _compilation = compilation;
        _calls = calls;
        _operations = new(Find);
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static KeySearch? Of(Compilation compilation) =>
        compilation.Know(static c => CacheCalls.Of(c) is { } calls ? new KeySearch(c, calls) : null);

    /// <summary>All operations with a key.</summary>
    public IReadOnlyList<KeyedOperation> All => _operations.Value;

    /// <summary>The operations on caches of this kind whose key matches: an equal skeleton, or the same constant or builder behind it.</summary>
    public IEnumerable<KeyedOperation> Matching(CacheKey key, CacheKind kind) =>
        key.Skeleton is not { } skeleton
            ? []
            : All.Where(o => o.Operation.Kind == kind && o.Key?.Skeleton == skeleton);

    private List<KeyedOperation> Find()
    {
        var found = new List<KeyedOperation>();
        foreach (var body in CandidateBodies())
        {
            foreach (var operation in _calls.In(body))
                found.Add(new(operation, operation.Key is { } key ? CacheKey.Of(key, _compilation) : null));
        }

        return found;
    }

    private IEnumerable<IOperation> CandidateBodies()
    {
        var bodies = Bodies.Of(_compilation);
        var api = CacheApi.Of(_compilation)!;
        foreach (var tree in _compilation.SyntaxTrees)
        {
            foreach (var member in tree.GetRoot().DescendantNodes(n => n is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax)))
            {
                if (member is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax or GlobalStatementSyntax)
                    || (member is ArrowExpressionClauseSyntax && member.Parent is not (PropertyDeclarationSyntax or IndexerDeclarationSyntax))
                    || !member.DescendantNodes().Any(n => n is SimpleNameSyntax name && api.MayName(name.Identifier.ValueText))
                    || bodies.Of(member, CancellationToken.None) is not { } root)
                    continue;
                yield return Flow.BodyGraph.BodyOf(root);
                foreach (var inner in root.Descendants())
                {
                    if (inner is IAnonymousFunctionOperation or ILocalFunctionOperation)
                        yield return inner;
                }
            }
        }
    }
}

/// <summary>A cache operation and its key as a template; no key for an operation on the whole cache or on a tag.</summary>
internal sealed record KeyedOperation(CacheOperation Operation, CacheKey? Key);
