using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// The cache operations of a body, calls of wrappers included. A wrapper is a method of the compilation whose body holds exactly one
/// cache operation, keyed by its own parameters, constants and members, that hands the value on unchanged or merely converted; two
/// levels deep. Wrappers are found by summary: no configuration, no names.
/// </summary>
internal sealed class CacheCalls
{
    private const int Levels = 2;

    private static readonly HashSet<string> Converters = new(StringComparer.Ordinal)
    {
        "Serialize", "SerializeAsync", "SerializeToUtf8Bytes", "SerializeObject", "Deserialize", "DeserializeAsync", "DeserializeObject",
        "GetBytes", "GetString", "ToString", "ToArray", "Parse", "FromResult", "ConfigureAwait", "AsTask", "Pack", "Unpack",
    };

    private readonly Compilation _compilation;
    private readonly CacheApi _api;
    private readonly ConditionalWeakTable<IOperation, IReadOnlyList<CacheOperation>> _inBody = new();
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _mayWrap = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, IOperation?>[] _wrapped = [new(SymbolEqualityComparer.Default), new(SymbolEqualityComparer.Default)];

    private CacheCalls(Compilation compilation, CacheApi api)
    {
        _compilation = compilation;
        _api = api;
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static CacheCalls? Of(Compilation compilation) =>
        compilation.Know(static c => CacheApi.Of(c) is { } api ? new CacheCalls(c, api) : null);

    /// <summary>The cache operations that a body (see <see cref="Flow.BodyGraph.BodyOf"/>) runs itself, in the order of the source.</summary>
    public IReadOnlyList<CacheOperation> In(IOperation body) => _inBody.GetValue(body, b => Find(b, Levels));

    private List<CacheOperation> Find(IOperation body, int levels)
    {
        var found = new List<CacheOperation>();
        foreach (var operation in Data.Loads.Executed(body))
        {
            if (Recognise(operation, null, levels) is { } cacheOperation)
                found.Add(cacheOperation);
        }

        found.Sort((a, b) => a.Operation.Syntax.SpanStart.CompareTo(b.Operation.Syntax.SpanStart));
        return found;
    }

    /// <summary>The cache operation that an operation is, itself or through wrappers.</summary>
    private CacheOperation? Recognise(IOperation operation, Frame? frame, int levels)
    {
        if (_api.Recognise(operation, frame) is { } direct)
            return direct;
        if (levels == 0 || operation is not IInvocationOperation call || Calls.Of(_compilation).CertainTarget(call) is not { } target
            || !MayWrap(target, levels) || WrappedBy(target, levels) is not { } inner)
            return null;

        return Recognise(inner, new Frame(call, target, frame), levels - 1) is { } wrapped
            ? wrapped with { Operation = call, IsWrapped = true }
            : null;
    }

    /// <summary>The single cache operation inside a method, when the method is a wrapper.</summary>
    private IOperation? WrappedBy(IMethodSymbol method, int levels) => _wrapped[levels - 1].GetOrAdd(method, m => FindWrapped(m, levels));

    private IOperation? FindWrapped(IMethodSymbol method, int levels)
    {
        if (Bodies.Of(_compilation).Of(method, CancellationToken.None) is not { } body)
            return null;
        CacheOperation? only = null;
        foreach (var operation in Data.Loads.Executed(body))
        {
            if (Recognise(operation, null, levels - 1) is not { } found)
                continue;
            if (only is not null)
                return null;
            only = found;
        }

        return only is not null && IsKeyedByParameters(only, method) && HandsOn(only, method) ? only.Operation : null;
    }

    private bool IsKeyedByParameters(CacheOperation operation, IMethodSymbol method)
    {
        if (operation.Key is not { } key)
            return true;
        var template = CacheKey.Of(key, _compilation);
        return template.IsFollowable && template.Parts.All(p => p.Hole is not { } hole || hole.Operation.DescendantsAndSelf().All(IsOwn));

        bool IsOwn(IOperation part) => part is not ILocalReferenceOperation
            && (part is not IParameterReferenceOperation parameter || SymbolEqualityComparer.Default.Equals(parameter.Parameter.ContainingSymbol.OriginalDefinition, method));
    }

    /// <summary>A read wrapper returns what it read, a write wrapper stores what it was given, a read-through loads with its own delegate.</summary>
    private static bool HandsOn(CacheOperation operation, IMethodSymbol method) => operation.Verb switch
    {
        CacheVerb.Read => !method.ReturnsVoid || method.Parameters.Any(p => p.RefKind == RefKind.Out),
        CacheVerb.Write => operation.Value is { } value && IsParameter(value, method),
        CacheVerb.ReadThrough => operation.Factory is { } factory && factory.Operation.DescendantsAndSelf().OfType<IParameterReferenceOperation>()
            .Any(p => p.Type?.TypeKind == TypeKind.Delegate && SymbolEqualityComparer.Default.Equals(p.Parameter.ContainingSymbol.OriginalDefinition, method)),
        _ => true,
    };

    private static bool IsParameter(Bound value, IMethodSymbol method)
    {
        var (operation, _) = value.Resolve();
        switch (operation)
        {
            case IParameterReferenceOperation parameter:
                return SymbolEqualityComparer.Default.Equals(parameter.Parameter.ContainingSymbol.OriginalDefinition, method);
            case ILocalReferenceOperation local:
                return Flow.LocalValues.Around(local).Single(local.Local) is { } only && IsParameter(new(only), method);
            case IAwaitOperation awaited:
                return IsParameter(new(awaited.Operation), method);
            case ICoalesceOperation coalesce:
                return IsParameter(new(coalesce.Value), method);
            case IInvocationOperation call when Converters.Contains(call.TargetMethod.Name):
                return call.ChildOperations.Any(c => IsParameter(new(c is IArgumentOperation argument ? argument.Value : c), method));
            default:
                return false;
        }
    }

    /// <summary>
    /// The test that keeps summaries rare: a look at the names in a method's source, before anything of it is bound. A method of two
    /// levels has to call a method of its own type that passes.
    /// </summary>
    private bool MayWrap(IMethodSymbol method, int levels) =>
        Names(method, CacheApi.IsName) || (levels > 1 && Names(method, name => method.ContainingType.GetMembers(name)
            .Any(m => m is IMethodSymbol inner && !SymbolEqualityComparer.Default.Equals(inner, method) && MayWrapDirectly(inner))));

    private bool MayWrapDirectly(IMethodSymbol method) => _mayWrap.GetOrAdd(method.OriginalDefinition, m => Names(m, CacheApi.IsName));

    private static bool Names(IMethodSymbol method, Func<string, bool> isName)
    {
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            foreach (var node in reference.GetSyntax().DescendantNodes())
            {
                if (node is SimpleNameSyntax { Identifier.ValueText: var name, Parent: InvocationExpressionSyntax or MemberAccessExpressionSyntax or MemberBindingExpressionSyntax } && isName(name))
                    return true;
                if (node is ElementAccessExpressionSyntax && isName("TryGetValue"))
                    return true;
            }
        }

        return false;
    }
}
