namespace Breakwater.Semantics.Caching;

/// <summary>A place that fills an entry with what it loads: a cache-aside, or a read-through whose factory loads.</summary>
/// <param name="Fill">The write of a cache-aside, or the read-through.</param>
/// <param name="Key">The entry's key.</param>
/// <param name="Loads">The load of a cache-aside whose result is stored, or all loads of the factory.</param>
/// <param name="MissPath">The cache-aside; null for a read-through.</param>
/// <param name="Body">The body it stands in.</param>
internal sealed record Population(CacheOperation Fill, CacheKey Key, ImmutableArray<IOperation> Loads, MissPath? MissPath, IOperation Body)
{
    private const int DeepestDelegate = 4;

    /// <summary>The populations of a member and of the lambdas and local functions in it.</summary>
    public static IEnumerable<Population> InMember(IOperation block, ISymbol member, Compilation compilation)
    {
        if (CacheCalls.Of(compilation) is not { } calls
            || (calls.MentionedIn(block.Syntax, member.ContainingType) & CacheVerbs.Filling) == 0)
            return [];

        return Flow.OwnCode.Bodies(block).SelectMany(body => In(body, compilation));
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

    /// <summary>
    /// The loads that run when a factory runs: those of a lambda, local function, or method group with source. A delegate that a wrapper
    /// was given stands for what its caller wrote, where that can be seen.
    /// </summary>
    public static ImmutableArray<IOperation> LoadsIn(Bound factory, Compilation compilation)
    {
        var found = ImmutableArray.CreateBuilder<IOperation>();
        Collect(factory, depth: 0);
        return found.ToImmutable();

        void Collect(Bound current, int depth)
        {
            var (target, frame) = Target(current);
            if (Code(target, compilation) is not { } code)
                return;
            foreach (var operation in Flow.OwnCode.AndSelf(code))
            {
                if (depth < DeepestDelegate && GivenDelegate(operation, frame) is { } given && Code(Target(given).Operation, compilation) is not null)
                    Collect(given, depth + 1);
                else if (Data.Loads.Of(compilation).IsLoad(operation))
                    found.Add(operation);
            }
        }
    }

    /// <summary>The code that a factory runs: the lambda itself, or the body behind a method group; null without source.</summary>
    public static IOperation? CodeOf(Bound factory, Compilation compilation) => Code(Target(factory).Operation, compilation);

    private static IOperation? Code(IOperation target, Compilation compilation) => target switch
    {
        IAnonymousFunctionOperation lambda => lambda,
        IMethodReferenceOperation reference => Bodies.Of(compilation).Of(reference.Method, CancellationToken.None),
        _ => null,
    };

    /// <summary>The lambda or method group, through parameters of wrappers and locals.</summary>
    private static Bound Target(Bound factory)
    {
        var resolved = factory.Resolve();
        return resolved.Operation is ILocalReferenceOperation local && Flow.LocalValues.Around(local).Single(local.Local) is { } only
            ? Target(new(only, resolved.Frame))
            : resolved;
    }

    /// <summary>What a wrapper was given for the delegate that it calls here.</summary>
    private static Bound? GivenDelegate(IOperation operation, Frame? frame) =>
        operation is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: { } called }
            && called.Unwrap() is IParameterReferenceOperation { Parameter: var parameter }
            ? frame?.ArgumentOf(parameter)
            : null;
}
