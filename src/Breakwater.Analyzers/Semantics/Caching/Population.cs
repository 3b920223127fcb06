namespace Breakwater.Semantics.Caching;

/// <summary>A place that fills an entry with what it loads: a cache-aside, or a read-through whose factory loads.</summary>
/// <param name="Fill">The write of a cache-aside, or the read-through.</param>
/// <param name="Key">The entry's key.</param>
/// <param name="Loads">The load of a cache-aside whose result is stored, or all loads of the factory.</param>
/// <param name="MissPath">The cache-aside; null for a read-through.</param>
/// <param name="Body">The body it stands in.</param>
internal sealed record Population(CacheOperation Fill, CacheKey Key, ImmutableArray<IOperation> Loads, MissPath? MissPath, IOperation Body)
{
    /// <summary>The populations of a member and of the lambdas and local functions in it.</summary>
    public static IEnumerable<Population> InMember(IOperation block, ISymbol member, Compilation compilation)
    {
        if (CacheCalls.Of(compilation) is not { } calls
            || (calls.MentionedIn(block.Syntax, member.ContainingType) & (CacheVerbs.Write | CacheVerbs.ReadThrough)) == 0)
            return [];

        return block.Descendants()
            .Where(o => o is IAnonymousFunctionOperation or ILocalFunctionOperation)
            .Prepend(Flow.BodyGraph.BodyOf(block))
            .SelectMany(body => In(body, compilation));
    }

    /// <summary>The populations of one body.</summary>
    public static IEnumerable<Population> In(IOperation body, Compilation compilation)
    {
        foreach (var path in MissPaths.Of(compilation)?.In(body) ?? [])
            yield return new(path.Write, path.Key, ImmutableArray.Create<IOperation>(path.Load), path, body);

        foreach (var operation in CacheCalls.Of(compilation)?.In(body) ?? [])
        {
            if (operation is not { Verb: CacheVerb.ReadThrough, Key: { } key, Factory: { } factory })
                continue;
            var loaded = LoadsIn(factory, compilation);
            if (!loaded.IsEmpty)
                yield return new(operation, CacheKey.Of(key, compilation), loaded, null, body);
        }
    }

    /// <summary>Whether an operation fills its entry with what it loads.</summary>
    public static bool IsMadeBy(CacheOperation operation, Compilation compilation) => operation.Verb == CacheVerb.ReadThrough
        ? operation.Factory is { } factory && !LoadsIn(factory, compilation).IsEmpty
        : IsCacheAside(operation, compilation);

    /// <summary>Whether an operation is the write of a cache-aside.</summary>
    public static bool IsCacheAside(CacheOperation operation, Compilation compilation) =>
        MissPaths.Of(compilation)?.In(Flow.BodyGraph.BodyOf(operation.Operation)).Any(p => p.Write.Operation == operation.Operation) == true;

    /// <summary>The loads that run when a factory runs: those of a lambda, local function, or method group with source.</summary>
    public static ImmutableArray<IOperation> LoadsIn(Bound factory, Compilation compilation) =>
        CodeOf(factory, compilation) is { } code
            ? Flow.OwnCode.AndSelf(code).Where(Data.Loads.Of(compilation).IsLoad).ToImmutableArray()
            : ImmutableArray<IOperation>.Empty;

    /// <summary>The code that a factory runs: the lambda itself, or the body behind a method group; null without source.</summary>
    public static IOperation? CodeOf(Bound factory, Compilation compilation) => factory.Resolve().Operation switch
    {
        IAnonymousFunctionOperation lambda => lambda,
        IMethodReferenceOperation reference => Bodies.Of(compilation).Of(reference.Method, CancellationToken.None),
        ILocalReferenceOperation local when Flow.LocalValues.Around(local).Single(local.Local) is { } only => CodeOf(new(only, factory.Frame), compilation),
        _ => null,
    };
}
