using Breakwater.Flow;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Semantics.Data;

/// <summary>
/// Whether the number of elements of a collection is decided by data, and nothing in sight limits it: rows of a table, lines of a
/// file, files of a folder, what a request brings along. Followed through locals, operators that keep the size, and one call.
/// Everything else, a parameter or a member of unknown origin, is not.
/// </summary>
internal sealed class DataSized
{
    private static readonly HashSet<string> Keeping = new(StringComparer.Ordinal)
    {
        "Where", "Select", "SelectMany", "Distinct", "DistinctBy", "OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending", "Order", "OrderDescending",
        "Reverse", "Cast", "OfType", "AsEnumerable", "ToList", "ToArray", "ToHashSet", "Index",
    };

    private static readonly HashSet<string> Limiting = new(StringComparer.Ordinal)
    {
        "Take", "TakeLast", "TakeWhile", "Skip", "Chunk", "First", "FirstOrDefault", "Single", "SingleOrDefault", "Last", "LastOrDefault", "Find",
        "ElementAt", "ElementAtOrDefault", "Page", "Paged", "Paginate", "PageBy", "ToPagedList",
    };

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _queryable;
    private readonly INamedTypeSymbol? _enumerable;
    private readonly INamedTypeSymbol? _asyncEnumerable;
    private readonly INamedTypeSymbol? _dapper;
    private readonly DbContexts? _contexts;

    private DataSized(Compilation compilation)
    {
        _compilation = compilation;
        _queryable = compilation.Find("System.Linq.IQueryable");
        _enumerable = compilation.Find("System.Collections.Generic.IEnumerable`1");
        _asyncEnumerable = compilation.Find("System.Collections.Generic.IAsyncEnumerable`1");
        _dapper = compilation.Find("Dapper.SqlMapper");
        _contexts = DbContexts.Of(compilation);
    }

    public static DataSized Of(Compilation compilation) => compilation.Know(static c => new DataSized(c))!;

    /// <summary>Whether data decides the size of a collection.</summary>
    public bool Is(IOperation collection, CancellationToken cancellationToken) =>
        Is(collection, followCalls: true, new(SymbolEqualityComparer.Default), cancellationToken);

    private bool Is(IOperation value, bool followCalls, HashSet<ISymbol> seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            value = value.Unwrap();
            if (value.Type.Is(_queryable))
                return IsUnlimitedQuery(value, new(SymbolEqualityComparer.Default));
            switch (value)
            {
                case IAwaitOperation awaited:
                    value = awaited.Operation;
                    break;
                case ITranslatedQueryOperation query:
                    value = query.Operation;
                    break;
                case ICoalesceOperation choice:
                    value = choice.Value;
                    break;
                case IConditionalAccessOperation access:
                    value = access.WhenNotNull;
                    break;
                case IConditionalAccessInstanceOperation placeholder when placeholder.Accessed() is { } accessed:
                    value = accessed;
                    break;
                case ILocalReferenceOperation { Local: var local } when seen.Add(local):
                    if (LocalValues.Around(value).Single(local) is not { } only)
                        return false;
                    value = only;
                    break;
                case IParameterReferenceOperation parameter:
                    return IsCollectionOfRequest(parameter, cancellationToken);
                case IPropertyReferenceOperation { Instance: { } owner, Property: var property }:
                    return owner.Unwrap() is IParameterReferenceOperation body && IsCollection(property.Type) && !HasLengthLimit(property) && IsBody(body, cancellationToken);
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "WaitAsync" or "WithCancellation" or "AsTask" } call when (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } task:
                    value = task;
                    break;
                case IInvocationOperation { TargetMethod.Name: "AsAsyncEnumerable" } rows when (rows.Instance ?? rows.Arguments.FirstOrDefault()?.Value) is { } set:
                    value = set;
                    break;
                case IInvocationOperation { TargetMethod: { ContainingType: { Name: "Enumerable" or "AsyncEnumerable", ContainingNamespace.Name: "Linq" } } method, Arguments: [{ Value: var source }, ..] } call:
                    if (method.Name is "ToListAsync" or "ToArrayAsync" && IsAsyncSequence(source))
                        return !IsLimited(source);
                    if (!Keeping.Contains(method.Name) || IsFilteredByList(call))
                        return false;
                    value = source;
                    break;
                case IInvocationOperation call:
                    return IsRead(call) || (followCalls && IsReturned(call, cancellationToken));
                default:
                    return false;
            }
        }
    }

    /// <summary>A call that reads all there is: a query's materialiser, Dapper, files and folders.</summary>
    private bool IsRead(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        switch (method.ContainingType)
        {
            case { Name: "EntityFrameworkQueryableExtensions" }:
                return method.Name is "ToListAsync" or "ToArrayAsync" or "ToHashSetAsync"
                    && IsUnlimitedQuery(call.Arguments[0].Value, new(SymbolEqualityComparer.Default));
            case { Name: "File", ContainingNamespace.Name: "IO" }:
                return method.Name is "ReadLines" or "ReadLinesAsync" or "ReadAllLines" or "ReadAllLinesAsync";
            case { Name: "Directory", ContainingNamespace.Name: "IO" }:
                return method.Name is "GetFiles" or "GetDirectories" or "GetFileSystemEntries" or "EnumerateFiles" or "EnumerateDirectories" or "EnumerateFileSystemEntries";
            case var type when SymbolEqualityComparer.Default.Equals(type, _dapper):
                return method.Name is "Query" or "QueryAsync" && !HasLimit(call.Argument("sql")?.Value);
            default:
                return method.Name is "ToListAsync" or "ToArrayAsync" && (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } source
                    && IsAsyncSequence(source) && !IsLimited(source);
        }
    }

    /// <summary>Whether a query starts at a set and takes whatever matches. A <c>Contains</c> in a filter compares with a list that is there already.</summary>
    private bool IsUnlimitedQuery(IOperation query, HashSet<ISymbol> seen) =>
        _contexts?.ContextOf(query) is not null && IsUnlimited(query, seen);

    private static bool IsUnlimited(IOperation query, HashSet<ISymbol> seen)
    {
        while (true)
        {
            query = query.Unwrap();
            switch (query)
            {
                case ITranslatedQueryOperation translated:
                    query = translated.Operation;
                    break;
                case IInvocationOperation call:
                    if (Limiting.Contains(call.TargetMethod.Name) || IsFilteredByList(call))
                        return false;
                    if ((call.Instance ?? (call.TargetMethod.IsExtensionMethod ? call.Arguments.FirstOrDefault()?.Value : null)) is not { } receiver)
                        return true;
                    query = receiver;
                    break;
                case IPropertyReferenceOperation { Instance: { } owner } when query.Type is not { Name: "DbSet" }:
                    query = owner;
                    break;
                case ILocalReferenceOperation { Local: var local }:
                    return !seen.Add(local) || LocalValues.Around(query).Of(local).All(given => IsUnlimited(given.Value, seen));
                default:
                    return true;
            }
        }
    }

    private static bool IsFilteredByList(IInvocationOperation call) =>
        call.TargetMethod.Name == "Where" && call.Arguments.Any(a => a.Descendants().Any(o => o is IInvocationOperation { TargetMethod.Name: "Contains" }));

    private static bool IsLimited(IOperation sequence) =>
        sequence.DescendantsAndSelf().Any(o => o is IInvocationOperation call && Limiting.Contains(call.TargetMethod.Name));

    private bool IsAsyncSequence(IOperation value) => value.Unwrap().Type is { } type && type.Is(_asyncEnumerable) && !type.Is(_queryable);

    private static bool HasLimit(IOperation? sql) =>
        sql?.Unwrap().ConstantValue is not { HasValue: true, Value: string text }
            ? sql is not null && sql.Syntax.DescendantTokens().Any(t => IsLimitedSql(t.Text))
            : IsLimitedSql(text);

    private static bool IsLimitedSql(string text) =>
        new[] { "limit ", "top ", "top(", "fetch ", " in " }.Any(word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>Whether a method of the compilation returns such a collection.</summary>
    private bool IsReturned(IInvocationOperation call, CancellationToken cancellationToken) =>
        Calls.Of(_compilation).CertainTarget(call) is { } target && Bodies.Of(_compilation).Of(target, cancellationToken) is { } body
        && OwnCode.Returned(body).Any(returned => Is(returned, followCalls: false, new(SymbolEqualityComparer.Default), cancellationToken));

    private bool IsCollection(ITypeSymbol type) =>
        type.SpecialType != SpecialType.System_String && ElementOf(type) is { TypeKind: not TypeKind.Interface };

    private ITypeSymbol? ElementOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol named when SymbolEqualityComparer.Default.Equals(named.OriginalDefinition, _enumerable) => named.TypeArguments[0],
        INamedTypeSymbol named => named.AllInterfaces.FirstOrDefault(i => SymbolEqualityComparer.Default.Equals(i.OriginalDefinition, _enumerable))?.TypeArguments[0],
        _ => null,
    };

    private bool IsCollectionOfRequest(IParameterReferenceOperation parameter, CancellationToken cancellationToken) =>
        IsCollection(parameter.Parameter.Type) && !IsLengthLimited(parameter.Parameter) && IsOfRequest(parameter, cancellationToken);

    /// <summary>Whether validation refuses a longer collection; for a record the attribute stands at the parameter.</summary>
    private static bool HasLengthLimit(IPropertySymbol property) =>
        IsLengthLimited(property)
        || property.ContainingType.InstanceConstructors.SelectMany(c => c.Parameters).Any(p => p.Name == property.Name && IsLengthLimited(p));

    private static bool IsLengthLimited(ISymbol collection) =>
        collection.GetAttributes().Any(a => a.AttributeClass is { Name: "MaxLengthAttribute" or "LengthAttribute", ContainingNamespace.Name: "DataAnnotations" });

    /// <summary>Whether a parameter is what the request's body is read into: a plain type of the project that is no registered service.</summary>
    private bool IsBody(IParameterReferenceOperation parameter, CancellationToken cancellationToken) =>
        parameter.Parameter.Type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, IsAbstract: false } type && !IsOfFramework(type)
        && ServiceLifetimes.Of(_compilation).LifetimeOf(type) == Lifetime.Unknown && IsOfRequest(parameter, cancellationToken);

    private static bool IsOfFramework(INamedTypeSymbol type)
    {
        var outermost = type.ContainingNamespace;
        while (outermost is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false })
            outermost = outermost.ContainingNamespace;
        return outermost is { IsGlobalNamespace: false, Name: "Microsoft" or "System" };
    }

    private bool IsOfRequest(IParameterReferenceOperation parameter, CancellationToken cancellationToken) =>
        !parameter.Parameter.GetAttributes().Any(a => a.AttributeClass?.Name is "FromServicesAttribute" or "FromKeyedServicesAttribute")
        && LocalValues.Around(parameter).Of(parameter.Parameter).Count == 0
        && EntryPoints.Of(_compilation).Taking(parameter, cancellationToken)?.Kind == EntryPointKind.Request;
}
