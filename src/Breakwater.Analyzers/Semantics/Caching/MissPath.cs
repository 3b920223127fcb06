using System.Runtime.CompilerServices;

namespace Breakwater.Semantics.Caching;

/// <summary>A cache-aside: what one body does when the cache has nothing under a key.</summary>
/// <param name="Read">The read whose miss leads to the load; the first one where a guard looks twice.</param>
/// <param name="Load">The first load whose result is stored.</param>
/// <param name="Write">The write of the same key on the same cache.</param>
/// <param name="Key">The key.</param>
internal sealed record MissPath(CacheOperation Read, IInvocationOperation Load, CacheOperation Write, CacheKey Key);

/// <summary>
/// Finds the cache-asides of a body: a read, a branch on its result, a load that only a miss reaches, and a write of the same key on
/// the same cache whose value is made from the load's result.
/// </summary>
internal sealed class MissPaths
{
    private readonly Compilation _compilation;
    private readonly CacheCalls _calls;
    private readonly ConditionalWeakTable<IOperation, IReadOnlyList<MissPath>> _known = new();

    /// <summary>The cache-asides on the caches that <paramref name="calls"/> knows; <see cref="Of"/> where they are the usual ones.</summary>
    public MissPaths(Compilation compilation, CacheCalls calls)
    {
        _compilation = compilation;
        _calls = calls;
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static MissPaths? Of(Compilation compilation) =>
        compilation.Know(static c => CacheCalls.Of(c) is { } calls ? new MissPaths(c, calls) : null);

    /// <summary>The cache-asides of a member and of the lambdas and local functions in it, one for each load.</summary>
    public IEnumerable<MissPath> InMember(IOperation block, ISymbol member)
    {
        var mentioned = _calls.MentionedIn(block.Syntax, member.ContainingType);
        if ((mentioned & CacheVerbs.Read) == 0 || (mentioned & CacheVerbs.Filling) == 0)
            yield break;

        foreach (var operation in block.DescendantsAndSelf())
        {
            if (operation != block && operation is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
                continue;
            var body = operation == block ? Flow.BodyGraph.BodyOf(block) : operation;
            foreach (var path in In(body))
                yield return path;
        }
    }

    /// <summary>The cache-asides of one body.</summary>
    public IReadOnlyList<MissPath> In(IOperation body) => _known.GetValue(body, Find);

    private List<MissPath> Find(IOperation body)
    {
        var found = new List<MissPath>();
        var operations = _calls.In(body);
        if (!operations.Any(o => o.Verb == CacheVerb.Read) || !operations.Any(IsWrite))
            return found;

        foreach (var write in operations.Where(IsWrite))
        {
            foreach (var read in operations)
            {
                if (read.Verb == CacheVerb.Read && read.Operation.Syntax.SpanStart < write.Operation.Syntax.SpanStart
                    && read.Kind == write.Kind && read.Cache.IsSameAs(write.Cache)
                    && SameKey(read, write) is { } key && LoadBetween(body, read, write) is { } load
                    && found.All(f => f.Load != load))
                {
                    found.Add(new MissPath(read, load, write, key));
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>A get-or-create that only stores is a write, too: its factory returns what was loaded before.</summary>
    private static bool IsWrite(CacheOperation operation) =>
        operation is { Verb: CacheVerb.Write, Value: not null } or { Verb: CacheVerb.ReadThrough, Factory: not null, Kind: CacheKind.Memory };

    private CacheKey? SameKey(CacheOperation read, CacheOperation write)
    {
        if (read.Key is not { } first || write.Key is not { } second)
            return null;
        var key = CacheKey.Of(first, _compilation);
        return key.IsSameAs(CacheKey.Of(second, _compilation)) ? key : null;
    }

    private IInvocationOperation? LoadBetween(IOperation body, CacheOperation read, CacheOperation write)
    {
        var value = write.Value ?? write.Factory;
        var loads = Data.Loads.Of(_compilation);
        if (value is not { } stored || (write.Verb == CacheVerb.ReadThrough && loads.ContainsLoad(stored.Operation)))
            return null;

        var locals = Flow.LocalValues.Around(body);
        var candidates = Flow.OwnCode.AndSelf(body).OfType<IInvocationOperation>()
            .Where(call => call.Syntax.SpanStart > read.Operation.Syntax.SpanStart)
            .OrderBy(call => call.Syntax.SpanStart);
        HitTest? test = null;
        foreach (var call in candidates)
        {
            if (call == read.Operation || _calls.In(body).Any(o => o.Operation == call && o.Cache.IsSameAs(read.Cache)) || !loads.IsLoad(call))
                continue;
            var resolved = Values(stored);
            if (!resolved.Any(v => locals.DependsOn(v, o => o.Syntax == call.Syntax)))
                continue;
            test ??= HitTest.Of(body, read.Operation);
            if (test.OnlyMissReaches(call))
                return call;
        }

        return null;
    }

    /// <summary>The stored value as the body at hand writes it: a wrapper's value stands for its arguments.</summary>
    private static IEnumerable<IOperation> Values(Bound stored)
    {
        var (operation, frame) = stored.Resolve();
        if (frame is null)
            return [operation];
        return operation.DescendantsAndSelf().SelectMany(part => part switch
        {
            IParameterReferenceOperation parameter when frame.ArgumentOf(parameter.Parameter) is { } argument => Values(argument),
            ILocalReferenceOperation local when Flow.LocalValues.Around(local).Single(local.Local) is { } only => Values(new Bound(only, frame)),
            _ => [],
        });
    }
}
