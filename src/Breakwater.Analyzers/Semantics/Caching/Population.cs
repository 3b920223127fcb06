namespace Breakwater.Semantics.Caching;

/// <summary>A place that fills an entry with what it loads: a cache-aside, or a read-through whose factory loads.</summary>
/// <param name="Fill">The write of a cache-aside, or the read-through.</param>
/// <param name="Key">The entry's key.</param>
/// <param name="Loads">The load of a cache-aside whose result is stored, or all loads of the factory.</param>
/// <param name="MissPath">The cache-aside; null for a read-through.</param>
internal sealed record Population(CacheOperation Fill, CacheKey Key, ImmutableArray<IOperation> Loads, MissPath? MissPath)
{
    /// <summary>The populations of a member and of the lambdas and local functions in it.</summary>
    public static IEnumerable<Population> InMember(IOperation block, Compilation compilation)
    {
        if (CacheCalls.Of(compilation) is not { } calls || MissPaths.Of(compilation) is not { } paths)
            yield break;

        foreach (var operation in block.DescendantsAndSelf())
        {
            if (operation != block && operation is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
                continue;
            foreach (var population in In(operation == block ? Flow.BodyGraph.BodyOf(block) : operation, compilation, calls, paths))
                yield return population;
        }
    }

    private static IEnumerable<Population> In(IOperation body, Compilation compilation, CacheCalls calls, MissPaths paths)
    {
        var loads = Data.Loads.Of(compilation);
        foreach (var path in paths.In(body))
            yield return new(path.Write, path.Key, ImmutableArray.Create<IOperation>(path.Load), path);

        foreach (var operation in calls.In(body))
        {
            if (operation is not { Verb: CacheVerb.ReadThrough, Key: { } key, Factory: { } factory })
                continue;
            var loaded = LoadsIn(factory, loads, compilation);
            if (!loaded.IsEmpty)
                yield return new(operation, CacheKey.Of(key, compilation), loaded, null);
        }
    }

    /// <summary>The loads that run when a factory runs: a lambda, or a method group with source.</summary>
    private static ImmutableArray<IOperation> LoadsIn(Bound factory, Data.Loads loads, Compilation compilation)
    {
        var code = factory.Resolve().Operation;
        if (code is IMethodReferenceOperation reference)
        {
            return Bodies.Of(compilation).Of(reference.Method, CancellationToken.None) is { } body
                ? Data.Loads.Executed(body).Where(loads.IsLoad).ToImmutableArray()
                : ImmutableArray<IOperation>.Empty;
        }

        return Data.Loads.Executed(code).Where(loads.IsLoad).ToImmutableArray();
    }
}
