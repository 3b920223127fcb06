namespace Breakwater.Semantics.Caching;

/// <summary>In which way a value is none yet, or no longer.</summary>
internal enum DeferredKind
{
    None,
    Query,
    LazySequence,
    Task,
    ValueTask,
    LiveObject,
}

/// <summary>
/// Whether a stored value is a recipe, a task or a live object rather than a result. <c>object</c>, type parameters and interfaces we
/// do not know say nothing, and a task that is known to have succeeded is a result.
/// </summary>
internal sealed class DeferredKinds
{
    private static readonly string[] LiveTypes =
    [
        "System.IO.Stream", "System.Net.Http.HttpResponseMessage", "System.Net.Http.HttpContent", "Microsoft.AspNetCore.Http.HttpContext",
        "Microsoft.EntityFrameworkCore.DbContext", "System.Data.Common.DbConnection", "System.Data.Common.DbDataReader",
        "System.Data.IDbConnection", "System.Data.IDataReader", "Microsoft.Extensions.DependencyInjection.IServiceScope",
    ];

    private readonly Compilation _compilation;
    private readonly ImmutableArray<INamedTypeSymbol> _live;
    private readonly ImmutableHashSet<ISymbol> _queries;
    private readonly ImmutableHashSet<ISymbol> _sequences;
    private readonly INamedTypeSymbol? _queryable;

    private DeferredKinds(Compilation compilation)
    {
        _compilation = compilation;
        _queryable = compilation.Find("System.Linq.IQueryable");
        _live = LiveTypes.Select(compilation.Find).OfType<INamedTypeSymbol>().ToImmutableArray();
        _queries = Set("System.Collections.Generic.IAsyncEnumerable`1", "System.Collections.IEnumerator", "System.Collections.Generic.IEnumerator`1");
        _sequences = Set(
            "System.Collections.IEnumerable", "System.Collections.Generic.IEnumerable`1", "System.Linq.IOrderedEnumerable`1",
            "System.Linq.IGrouping`2", "System.Linq.ILookup`2");

        ImmutableHashSet<ISymbol> Set(params string[] names) =>
            names.Select(compilation.Find).OfType<ISymbol>().ToImmutableHashSet<ISymbol>(SymbolEqualityComparer.Default);
    }

    public static DeferredKinds Of(Compilation compilation) => compilation.Know(static c => new DeferredKinds(c))!;

    /// <summary>What kind of deferred value is stored.</summary>
    public DeferredKind KindOf(StoredValue stored)
    {
        var type = stored.Type;
        if (type is ITypeParameterSymbol)
            return DeferredKind.None;
        if (Data.IoCalls.IsTaskLike(type))
            return stored.Value is { } task && HasSucceeded(task) ? DeferredKind.None : type.IsValueType ? DeferredKind.ValueTask : DeferredKind.Task;
        if (_queries.Contains(type.OriginalDefinition) || type.Is(_queryable))
            return DeferredKind.Query;
        if (_sequences.Contains(type.OriginalDefinition))
            return stored.Value is { } sequence && LazySequence.Is(sequence, _compilation) ? DeferredKind.LazySequence : DeferredKind.None;
        return _live.Any(type.Is) ? DeferredKind.LiveObject : DeferredKind.None;
    }

    /// <summary>A task made from a result, or awaited before.</summary>
    private static bool HasSucceeded(IOperation task) => task.Unwrap() switch
    {
        IInvocationOperation { TargetMethod: { Name: "FromResult", ContainingType: var container } } => Data.IoCalls.IsTaskLike(container),
        IPropertyReferenceOperation { Property: { Name: "CompletedTask", ContainingType: var container } } => Data.IoCalls.IsTaskLike(container),
        IObjectCreationOperation { Arguments: [{ Parameter.Name: "result" }] } creation => Data.IoCalls.IsTaskLike(creation.Type),
        ILocalReferenceOperation local => Flow.LocalValues.Around(local).Single(local.Local) is { } only
            && (HasSucceeded(only) || Flow.OwnCode.Of(Flow.BodyGraph.BodyOf(local)).Any(o => o is IAwaitOperation awaited
                && awaited.Syntax.SpanStart < local.Syntax.SpanStart && IsOf(awaited.Operation.Unwrap(), local.Local))),
        _ => false,
    };

    private static bool IsOf(IOperation awaited, ILocalSymbol local) =>
        awaited is ILocalReferenceOperation reference
            ? SymbolEqualityComparer.Default.Equals(reference.Local, local)
            : awaited is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task } && IsOf(task.Unwrap(), local);
}
