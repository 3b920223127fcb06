using Breakwater.Flow;

namespace Breakwater.Semantics.Caching;

/// <summary>Entries that many callers load again at one moment, because they were all given the same end.</summary>
internal sealed class SharedExpiry
{
    private readonly Compilation _compilation;
    private readonly CacheCalls _calls;
    private readonly KeySearch _search;
    private readonly Lazy<bool> _isFusionSpread;
    private readonly Lazy<ImmutableArray<CommonEnd>> _everywhere;

    private SharedExpiry(Compilation compilation, CacheCalls calls, KeySearch search)
    {
        _compilation = compilation;
        _calls = calls;
        _search = search;
        _isFusionSpread = new(() => compilation.SyntaxTrees.Select(CallNames.TextOf)
            .Any(text => text.IndexOf("JitterMaxDuration", StringComparison.Ordinal) >= 0 || text.IndexOf("SetJittering", StringComparison.Ordinal) >= 0));
        _everywhere = new(() => search.Having(CacheVerbs.Filling).SelectMany(o => Of(o.Operation)).ToImmutableArray());
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static SharedExpiry? Of(Compilation compilation) =>
        compilation.Know(static c => CacheCalls.Of(c) is { } calls && KeySearch.Of(c) is { } search ? new SharedExpiry(c, calls, search) : null);

    /// <summary>The common ends of all operations of the compilation: what a member may give to entries that others write.</summary>
    public ImmutableArray<CommonEnd> Everywhere => _everywhere.Value;

    /// <summary>The end that an operation's entry has in common with many others; at most one of a kind.</summary>
    public IEnumerable<CommonEnd> Of(CacheOperation operation)
    {
        if (OfMoment(operation) is { } moment)
            yield return new(moment, IsMoment: true);
        if (OfLoop(operation) is { } life)
            yield return new(life, IsMoment: false);
    }

    /// <summary>The lifetime that a loop gives to all the entries it writes; null when it writes none, or they differ, or nobody loads them.</summary>
    private IOperation? OfLoop(CacheOperation write)
    {
        if (write.Verb != CacheVerb.Write || !write.IsOnServiceCache || write.Key is not { } key)
            return null;
        var loops = Repetition.Around(write.Operation, _compilation).Where(r => r.Names(key)).ToList();
        if (loops.Count == 0 || EntryLifetime.Of(write, _compilation) is not { IsVisible: true, HasJitter: false, Absolute: { } absolute } lifetime
            || (write.Kind == CacheKind.Fusion && _isFusionSpread.Value))
            return null;
        var lives = lifetime.Settings.Where(s => s.Kind == SettingKind.Absolute).ToList();
        return loops.Any(loop => !loop.IsShort(_compilation) && !loop.IsPaced && lives.All(s => !loop.IsNew(s.Value)))
            && !lives.Any(s => RandomSources.AreIn(s.Value.Resolve().Operation, _compilation))
            && !IsBatchOfMisses(write) && IsReadElsewhere(write, CacheKey.Of(key, _compilation))
            ? absolute.Value.Resolve().Operation
            : null;
    }

    /// <summary>The moment of the calendar at which an entry of a key that varies ends; null when it ends at no such moment, or nobody loads it.</summary>
    private IOperation? OfMoment(CacheOperation fill)
    {
        if (fill.Verb is not (CacheVerb.Write or CacheVerb.ReadThrough) || !fill.IsOnServiceCache || fill.Key is not { } source
            || EntryLifetime.Of(fill, _compilation) is not { IsVisible: true } lifetime
            || lifetime.Settings.FirstOrDefault(s => s.Kind == SettingKind.Absolute && WallClock.IsMoment(s.Value, _compilation)) is not { } moment)
            return null;
        var key = CacheKey.Of(source, _compilation);
        return key.Parts.Any(p => p.Hole is { } hole && !Roots.Of(hole).IsEmpty)
            && (fill.Verb == CacheVerb.ReadThrough || Population.IsCacheAside(fill, _compilation) || IsReadElsewhere(fill, key))
            && !IsRefreshed(fill, key)
            ? moment.Value.Resolve().Operation
            : null;
    }

    /// <summary>A body that reads the cache, itself or one call away, stores what it missed: the entries were not made together.</summary>
    private bool IsBatchOfMisses(CacheOperation write)
    {
        var root = Enclosing.Root(write.Operation);
        return (write.Kind == CacheKind.Redis && root.Descendants().Any(o => o is IInvocationOperation call && call.TargetMethod.Name.StartsWith("StringGet", StringComparison.Ordinal)))
            || Runs(root, o => IsRead(o, write.Kind) && (o.Cache.IsSameAs(write.Cache) || o.Cache.Symbol is null || write.Cache.Symbol is null), 0)
            || (write.Key is { } key && CacheKey.Of(key, _compilation).Skeleton is var skeleton
                && Runs(root, o => IsRead(o, write.Kind) && o.Key is { } read && CacheKey.Of(read, _compilation).Skeleton is var other && (other is null || other == skeleton), 2));
    }

    /// <summary>Whether a member, or a method that it calls, has an operation of some kind.</summary>
    private bool Runs(IOperation root, Func<CacheOperation, bool> matches, int levels) =>
        OwnCode.Bodies(root).SelectMany(_calls.In).Any(matches)
        || (levels > 0 && root.Descendants().OfType<IInvocationOperation>().Any(call =>
            Calls.Of(_compilation).CertainTarget(call) is { } target && Bodies.Of(_compilation).Of(target, CancellationToken.None) is { } body
            && Runs(body, matches, levels - 1)));

    private static bool IsRead(CacheOperation operation, CacheKind kind) =>
        operation.Kind == kind && operation.Verb is CacheVerb.Read or CacheVerb.ReadThrough;

    /// <summary>Whether the key is asked for somewhere; a key without text only where the same cache is asked for the same kind of thing.</summary>
    private bool IsReadElsewhere(CacheOperation write, CacheKey key) => _search.Having(CacheVerbs.Read | CacheVerbs.ReadThrough).Any(o =>
        o.Operation.Kind == write.Kind && o.Key is { } read
        && (HasText(key) ? read.Skeleton is { } skeleton && skeleton == key.Skeleton
            : o.Operation.Cache.IsSameAs(write.Cache) && read.Parts is [{ Hole.Operation.Type: { } asked }] && key.Parts is [{ Hole.Operation.Type: { } written }]
                && SymbolEqualityComparer.Default.Equals(asked, written)));

    private static bool HasText(CacheKey key) => key.Parts.Any(p => p.Literal is not null);

    /// <summary>Whether a hosted service writes the key: it brings the next value before anybody misses it.</summary>
    private bool IsRefreshed(CacheOperation fill, CacheKey key) =>
        IsInHostedService(fill.Operation)
        || _search.Having(CacheVerbs.Write).Any(o => o.Operation.Kind == fill.Kind && key.Skeleton is { } skeleton && o.Key?.Skeleton == skeleton && IsInHostedService(o.Operation.Operation));

    private bool IsInHostedService(IOperation operation) =>
        operation.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } declaration
        && Bodies.Of(_compilation).DeclaredBy(declaration, CancellationToken.None) is INamedTypeSymbol type
        && Hosting.ServiceLifetimes.Of(_compilation).IsHostedService(type);
}

/// <summary>A lifetime that ends many entries at once.</summary>
/// <param name="Life">The expression, where it is written.</param>
/// <param name="IsMoment">Whether it is a moment of the calendar; else it is a lifetime that a loop gives to all it writes.</param>
internal sealed record CommonEnd(IOperation Life, bool IsMoment);
