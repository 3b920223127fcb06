using Breakwater.Flow;
using Breakwater.Semantics.Data;

namespace Breakwater.Semantics.Caching;

/// <summary>A write of an entity that leaves an entry with the old one in place.</summary>
/// <param name="Write">The write.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Sibling">The removal by which another method of the type proves that the entry matters; null where its lifetime does.</param>
internal sealed record StaleWrite(EntityWrite Write, CachedEntity Entry, CacheOperation? Sibling);

/// <summary>
/// Finds the writes of a type that leave its own entries stale: another method of the type drops the entry after such a write, or
/// nothing in the compilation drops it and it lives for long. Events, tokens, tags, bulk removals and calls that sound like an
/// invalidation count as dropping it.
/// </summary>
internal sealed class StaleWrites
{
    private readonly Compilation _compilation;
    private readonly EntityWrites _writes;
    private readonly TimeSpan _tolerated;
    private readonly CancellationToken _cancellationToken;

    /// <param name="compilation">The compilation.</param>
    /// <param name="writes">What a write is.</param>
    /// <param name="tolerated">Entries that live no longer than this may be stale.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public StaleWrites(Compilation compilation, EntityWrites writes, TimeSpan tolerated, CancellationToken cancellationToken)
    {
        _compilation = compilation;
        _writes = writes;
        _tolerated = tolerated;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The writes of one body that leave an entry stale, each with the first such entry.</summary>
    /// <param name="body">The body.</param>
    /// <param name="member">The method, property or constructor it belongs to.</param>
    public IEnumerable<StaleWrite> In(IOperation body, ISymbol member)
    {
        if (CachedEntities.Of(_compilation)?.In(member.ContainingType) is not { IsEmpty: false } entries)
            yield break;
        var seen = new HashSet<IInvocationOperation>();
        var callers = new Lazy<ImmutableArray<IInvocationOperation>>(() => (body is ILocalFunctionOperation local ? CallersOf(local) : CallersOf(member)).ToImmutableArray());
        foreach (var entry in entries)
        {
            if (SymbolEqualityComparer.Default.Equals(entry.Filler, member.OriginalDefinition))
                continue;
            foreach (var write in WritesOf(entry, body))
            {
                if (seen.Contains(write.Place) || (write.OnlyAdds && !entry.HoldsNull && entry.Skeleton.IndexOf('*') >= 0)
                    || Lifetime(entry) is { IsToken: true } or { IsShort: true })
                    continue;
                var sibling = SiblingOf(entry, member);
                // The callers may stand anywhere, so they are asked last.
                if ((sibling is not null || Matters(entry)) && !IsDropped(entry, write, body, member, callers) && seen.Add(write.Place))
                    yield return new(write, entry, sibling);
            }
        }
    }

    private IEnumerable<EntityWrite> WritesOf(CachedEntity entry, IOperation body) =>
        _writes.In(body, entry.Entity, entry.Source, call => CachedEntities.MemberAsked(call, _compilation));

    /// <summary>Whether the entry is dropped or renewed before or after the write, in this body or by everyone who calls it.</summary>
    private bool IsDropped(CachedEntity entry, EntityWrite write, IOperation body, ISymbol member, Lazy<ImmutableArray<IInvocationOperation>> callers)
    {
        var aftermath = Aftermath.Of(_compilation)!;
        if (aftermath.Touches(write.Place, operation => Touches(operation, entry), call => IsAnnouncement(call, entry, member.ContainingType)))
            return true;
        // A removal before the write is the wrong order, which is reported as that.
        if (BodyGraph.Of(body) is { } graph && CacheCalls.Of(_compilation)!.In(body).Any(o => Touches(o, entry) && graph.Reaches(o.Operation, write.Place)))
            return true;
        if (Removals.In(body, ImmutableHashSet<string>.Empty, _compilation).Any(r => Touches(r.Operation, entry) && BodyGraph.Of(body)!.Reaches(r.Call, write.Place)))
            return true;
        return !callers.Value.IsEmpty && callers.Value.All(call =>
            aftermath.Touches(call, operation => Touches(operation, entry), next => IsAnnouncement(next, entry, member.ContainingType)));
    }

    /// <summary>Whether an operation drops or renews the entry, for all we know.</summary>
    private bool Touches(CacheOperation operation, CachedEntity entry) =>
        operation.Kind == entry.Population.Fill.Kind
        && operation.Verb switch
        {
            CacheVerb.Read => false,
            CacheVerb.Clear or CacheVerb.RemoveByTag => true,
            _ => operation.Key is { } keys && CacheKey.EachOf(keys, _compilation).Any(k => k.Skeleton is not { } skeleton || skeleton.Trim('*').Length == 0 || skeleton == entry.Skeleton),
        };

    private bool Removes(CacheOperation operation, CachedEntity entry) =>
        operation.Verb == CacheVerb.Remove && operation.Kind == entry.Population.Fill.Kind && operation.Key is { } keys
        && CacheKey.EachOf(keys, _compilation).Any(k => k.Skeleton == entry.Skeleton);

    /// <summary>An event, while the entry is dropped in another type.</summary>
    private bool IsAnnouncement(IInvocationOperation call, CachedEntity entry, INamedTypeSymbol type) =>
        Announcements.IsOne(call) && KeySearch.Of(_compilation)!.Having(CacheVerbs.Removing).Any(o => Touches(o.Operation, entry) && !o.IsIn(type, _cancellationToken));

    private static IEnumerable<IInvocationOperation> CallersOf(ILocalFunctionOperation local) => Enclosing.Root(local).Descendants().OfType<IInvocationOperation>()
        .Where(call => SymbolEqualityComparer.Default.Equals(call.TargetMethod.OriginalDefinition, local.Symbol) && !local.Syntax.Span.Contains(call.Syntax.Span));

    private IEnumerable<IInvocationOperation> CallersOf(ISymbol member)
    {
        if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation } method)
            return [];
        var targets = Reach.InterfaceMembersOf(method).Append(method.OriginalDefinition).ToList();
        return targets.GroupBy(t => t.Name)
            .SelectMany(named => Mentions.Of(named.OrderBy(VariableWrites.IsConfined).First(), _compilation, ImmutableArray<string>.Empty, _cancellationToken))
            .OfType<InvocationExpressionSyntax>()
            .Select(mention => Bodies.Of(_compilation).Of(mention, _cancellationToken))
            .OfType<IInvocationOperation>()
            .Where(call => targets.Any(t => SymbolEqualityComparer.Default.Equals(t, call.TargetMethod.Definition())));
    }

    private bool IsWrite(IMethodSymbol method) => method.DeclaringSyntaxReferences.Any(r => _writes.AreMentionedIn(r.GetSyntax(_cancellationToken), method.ContainingType));

    /// <summary>The removal of another method of the type that writes the entity and drops the entry afterwards.</summary>
    private CacheOperation? SiblingOf(CachedEntity entry, ISymbol member)
    {
        foreach (var (sibling, body) in CachedEntities.BodiesOf(member.ContainingType, IsWrite, _compilation))
        {
            if (SymbolEqualityComparer.Default.Equals(sibling, member.OriginalDefinition))
                continue;
            CacheOperation? removal = null;
            foreach (var write in WritesOf(entry, body))
            {
                if (Aftermath.Of(_compilation)!.Touches(write.Place, operation => Removes(operation, entry) && (removal ??= operation) is not null))
                {
                    if (removal is not null)
                        return removal;
                }
            }
        }

        return null;
    }

    private (bool IsToken, bool IsShort, bool IsLong) Lifetime(CachedEntity entry)
    {
        var lifetime = EntryLifetime.Of(entry.Population.Fill, _compilation);
        var length = lifetime is { IsVisible: true, Absolute: { } absolute } ? Durations.Of(absolute.Value.Resolve().Operation, _compilation) : null;
        return (lifetime.HasToken, length <= _tolerated, length > _tolerated);
    }

    /// <summary>Whether nothing drops the entry, and it is known to live for long.</summary>
    private bool Matters(CachedEntity entry) =>
        Lifetime(entry).IsLong
        && !KeySearch.Of(_compilation)!.Having(CacheVerbs.Removing).Any(o => o.Key?.Skeleton == entry.Skeleton
            || (Touches(o.Operation, entry) && (o.Operation.Verb != CacheVerb.RemoveByTag || entry.Population.Fill.Tags is not null)));
}
