using Breakwater.Flow;
using Breakwater.Semantics.Data;

namespace Breakwater.Semantics.Caching;

/// <summary>A removal before the commit of the change it belongs to, which nothing repeats afterwards.</summary>
/// <param name="Removal">The removal.</param>
/// <param name="Key">The key or tag of it that a reader can fill again in between.</param>
/// <param name="Commit">The first such commit.</param>
internal sealed record EarlyRemoval(Removal Removal, CacheKey Key, IInvocationOperation Commit);

/// <summary>
/// Finds the early removals of a body. A removal belongs to a write when the code that fills the entry reads what the write changes,
/// or, where it does not show what it reads, when both start from the same input.
/// </summary>
internal sealed class EarlyRemovals
{
    private readonly Compilation _compilation;
    private readonly IOperation _body;
    private readonly BodyGraph _graph;
    private readonly ImmutableArray<IInvocationOperation> _commits;
    private readonly Lazy<ImmutableArray<PlacedChange>> _changes;

    private EarlyRemovals(Compilation compilation, IOperation body, BodyGraph graph, ImmutableArray<IInvocationOperation> commits, ImmutableHashSet<string> commitNames)
    {
        _compilation = compilation;
        _body = body;
        _graph = graph;
        _commits = commits;
        _changes = new(() => FindChanges(commitNames));
    }

    /// <summary>The early removals of a body, in the order of the source; one for each call.</summary>
    /// <param name="body">The body.</param>
    /// <param name="commitNames">See <see cref="Commits.DefaultNames"/>.</param>
    /// <param name="compilation">The compilation.</param>
    public static IEnumerable<EarlyRemoval> In(IOperation body, ImmutableHashSet<string> commitNames, Compilation compilation)
    {
        var removals = Removals.In(body, commitNames, compilation).ToList();
        if (removals.Count == 0)
            return [];
        var commits = Commits.Of(compilation).In(body, commitNames);
        if (commits.IsEmpty || BodyGraph.Of(body) is not { } graph)
            return [];
        var search = new EarlyRemovals(compilation, body, graph, commits, commitNames);
        return removals
            .Where(removal => !commits.Any(commit => graph.MayFollow(commit, removal.Call)))
            .Select(search.Judge)
            .OfType<EarlyRemoval>()
            .GroupBy(early => early.Removal.Call)
            .Select(early => early.First())
            .OrderBy(early => early.Removal.Call.Syntax.SpanStart);
    }

    private EarlyRemoval? Judge(Removal removal)
    {
        foreach (var commit in _commits)
        {
            if (commit == removal.Call || !_graph.Reaches(removal.Call, commit))
                continue;
            var changes = _changes.Value.Where(change => IsCommittedBy(change, commit)).ToList();
            if (changes.Count == 0)
                continue;
            foreach (var key in removal.Keys(_compilation))
            {
                var fills = FillsOf(key, removal.Operation).ToList();
                if (fills.Any(fill => changes.Any(change => Belongs(change, key, fill))) && !IsRepeated(key, removal.Operation, fills, commit))
                    return new(removal, key, commit);
            }
        }

        return null;
    }

    /// <summary>The changes of the body and of the methods of the compilation that it calls, unless those commit by themselves.</summary>
    private ImmutableArray<PlacedChange> FindChanges(ImmutableHashSet<string> commitNames)
    {
        var changes = Changes.Of(_compilation);
        var found = ImmutableArray.CreateBuilder<PlacedChange>();
        found.AddRange(changes.In(_body).Select(change => new PlacedChange(change, change.Operation, null)));
        foreach (var call in OwnCode.AndSelf(_body).OfType<IInvocationOperation>())
        {
            if (Calls.Of(_compilation).CertainTarget(call) is { } target && Bodies.Of(_compilation).Of(target, CancellationToken.None) is { } code
                && Commits.Of(_compilation).In(code, commitNames).IsEmpty)
                found.AddRange(changes.In(code).Select(change => new PlacedChange(change, call, new Frame(call, target, null))));
        }

        return found.ToImmutable();
    }

    /// <summary>Whether a commit is the one that makes a change final: no other one comes first.</summary>
    private bool IsCommittedBy(PlacedChange change, IInvocationOperation commit) =>
        change.Place == commit
        || (!_commits.Any(other => other == change.Place)
            && _graph.Reaches(change.Place, commit, o => _commits.Any(other => other != commit && other.Syntax == o.Syntax)));

    /// <summary>The code that fills entries of a key, or entries that have a tag.</summary>
    private IEnumerable<Fill> FillsOf(CacheKey key, CacheOperation removal)
    {
        if (KeySearch.Of(_compilation) is not { } search)
            return [];
        if (removal.Verb == CacheVerb.Remove)
            return search.PopulationsOf(key, removal.Kind).Select(p => new Fill(p.Key, p.Loads, LoadedBy(p)));
        return key.Skeleton is not { } tag
            ? []
            : search.Having(CacheVerbs.Filling).Where(o => o.Operation.Kind == removal.Kind && o.Operation.Tags is not null
                    && CacheKey.EachOf(o.Operation.Tags!.Value, _compilation).Any(t => t.Skeleton == tag))
                .Select(o => new Fill(o.Key, LoadsOf(o.Operation), o.Operation.Factory is { } factory ? CodeOf(factory) : ImmutableArray.Create(o.Operation.Value?.Operation ?? o.Operation.Operation)));
    }

    private ImmutableArray<IOperation> LoadsOf(CacheOperation operation) =>
        operation.Factory is { } factory ? Population.LoadsIn(factory, _compilation) : ImmutableArray<IOperation>.Empty;

    private ImmutableArray<IOperation> LoadedBy(Population population) =>
        population is { MissPath: null, Fill.Factory: { } factory } ? CodeOf(factory) : population.Loads;

    private ImmutableArray<IOperation> CodeOf(Bound factory) =>
        Population.CodeOf(factory, _compilation) is { } code ? ImmutableArray.Create(code) : ImmutableArray<IOperation>.Empty;

    private bool Belongs(PlacedChange change, CacheKey key, Fill fill)
    {
        var reads = EntityReads.Of(_compilation);
        var entities = reads.In(fill.Code);
        var changed = change.Change.Entity;
        if (entities.Any(entity => EntityReads.IsSame(entity, changed)))
            return true;
        if (!Roots.Of(key.Source).Overlaps(Roots.Of(new(change.Change.Operation, change.Frame))))
            return false;
        if (!entities.IsEmpty)
            return entities.Any(entity => EntityReads.Holds(entity, changed));

        // What is loaded does not show: another entity of ours is another entry's business.
        return !fill.Loads.Any(load => Changes.EntityIn(load.Type) is { } loaded && !EntityReads.IsSame(loaded, changed)
            && reads.IsEntity(loaded) && !EntityReads.Holds(loaded, changed));
    }

    private bool IsRepeated(CacheKey key, CacheOperation removal, List<Fill> fills, IInvocationOperation commit)
    {
        var skeletons = new HashSet<string?>(StringComparer.Ordinal);
        if (removal.Verb == CacheVerb.Remove)
            skeletons.Add(key.Skeleton);
        else
            skeletons.UnionWith(fills.Select(f => f.Key?.Skeleton));

        return Aftermath.Of(_compilation)!.Touches(commit, IsRenewal, IsAnnouncement);

        bool IsRenewal(CacheOperation operation)
        {
            if (operation.Kind != removal.Kind || operation.Operation == removal.Operation)
                return false;
            return operation.Verb switch
            {
                CacheVerb.Read => false,
                CacheVerb.Clear => true,
                CacheVerb.RemoveByTag => removal.Verb == CacheVerb.Remove || Each(operation.Tags).Any(t => t.Skeleton is null || t.Skeleton == key.Skeleton),
                CacheVerb.Remove => Each(operation.Key).Any(k => k.Skeleton is null or "*" || skeletons.Contains(k.Skeleton)),
                _ => Each(operation.Key).Any(k => k.Skeleton is not null && skeletons.Contains(k.Skeleton)),
            };
        }

        // An event whose handler removes the entry, for all we know.
        bool IsAnnouncement(IInvocationOperation call) =>
            Announcements.IsOne(call) && KeySearch.Of(_compilation)!.Having(CacheVerbs.Removing).Any(o => o.Body.Syntax != _body.Syntax && IsRenewal(o.Operation));

        IEnumerable<CacheKey> Each(Bound? source) => source is { } keys ? CacheKey.EachOf(keys, _compilation) : [];
    }

    /// <summary>A change as this body makes it: where, and with which arguments.</summary>
    private sealed record PlacedChange(Change Change, IOperation Place, Frame? Frame);

    /// <summary>Code that fills an entry.</summary>
    private sealed record Fill(CacheKey? Key, ImmutableArray<IOperation> Loads, ImmutableArray<IOperation> Code);
}
