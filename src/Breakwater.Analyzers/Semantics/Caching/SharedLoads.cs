using Breakwater.Flow;
using Breakwater.Semantics.Data;

namespace Breakwater.Semantics.Caching;

/// <summary>A load whose result several callers wait for.</summary>
/// <param name="Operation">The call or assignment that shares it.</param>
/// <param name="Code">What runs: the factory, the stored expression, or the <c>try</c> that completes a task completion source.</param>
/// <param name="Name">What the callers share: a key, a dictionary, a field.</param>
internal sealed record SharedLoad(IOperation Operation, IOperation Code, string Name)
{
    /// <summary>The tokens that the factory is given for the load itself; empty when the sharing side has none.</summary>
    public ImmutableArray<IParameterSymbol> OwnTokens { get; init; } = ImmutableArray<IParameterSymbol>.Empty;

    /// <summary>What the caller hands to the factory beside the key.</summary>
    public IOperation? State { get; init; }

    /// <summary>The factory's parameter for it.</summary>
    public IParameterSymbol? StateParameter { get; init; }

    /// <summary>Whether <see cref="Code"/> is run by <c>HybridCache</c>, which cancels its own token when no caller is left.</summary>
    public bool IsHybrid { get; init; }

    /// <summary>Whether <see cref="Code"/> is more than the load, so that only arguments of loads count.</summary>
    public bool IsPartly { get; init; }
}

/// <summary>
/// Finds the loads that are shared: factories of <c>HybridCache</c>, tasks stored in members, and the <c>try</c> blocks that complete the
/// sources of a dictionary.
/// </summary>
internal sealed class SharedLoads
{
    private readonly Compilation _compilation;
    private readonly SharedResults _results;
    private readonly CacheCalls? _caches;
    private readonly INamedTypeSymbol? _hybrid;

    private SharedLoads(Compilation compilation, SharedResults results)
    {
        _compilation = compilation;
        _results = results;
        _caches = CacheCalls.Of(compilation);
        _hybrid = compilation.Find("Microsoft.Extensions.Caching.Hybrid.HybridCache");
    }

    /// <summary>Null when there are no tasks to share.</summary>
    public static SharedLoads? Of(Compilation compilation) =>
        compilation.Know(static c => SharedResults.Of(c) is { } results ? new SharedLoads(c, results) : null);

    /// <summary>The shared loads of a member; those that store in the member of a type not its own are not seen.</summary>
    public IEnumerable<SharedLoad> In(IOperation block, ISymbol member) =>
        (_results.MayBeNamedIn(member.ContainingType) ? block.Descendants().SelectMany(StoredBy) : []).Concat(OfHybridIn(block, member));

    /// <summary>The factories that a member gives to <c>HybridCache</c>, itself or through wrappers of the compilation.</summary>
    private IEnumerable<SharedLoad> OfHybridIn(IOperation block, ISymbol member)
    {
        if (_caches is null || _hybrid is null || (_caches.MentionedIn(block.Syntax, member.ContainingType) & CacheVerbs.ReadThrough) == 0)
            yield break;
        foreach (var body in OwnCode.Bodies(block))
        {
            foreach (var operation in _caches.In(body))
            {
                if (operation is { Kind: CacheKind.Hybrid, Verb: CacheVerb.ReadThrough, Key: { } key, Factory: { } factory } && FactoryCode(operation, factory) is { } code)
                    yield return OfFactory(operation.Operation, code, CacheKey.Of(key, _compilation).Display);
            }
        }
    }

    /// <summary>What an operation shares by storing it: a task or lazy in a member, or a completion source in a dictionary.</summary>
    private IEnumerable<SharedLoad> StoredBy(IOperation operation)
    {
        if (_results.StoredBy(operation) is not { } stored || !_results.OutlivesRequest(stored.Member))
            return [];
        return stored.Holder switch
        {
            ResultHolder.Tasks when operation is IInvocationOperation { TargetMethod.Name: "GetOrAdd" } call => [OfDictionary(call, stored)],
            ResultHolder.Task when (operation is ICoalesceAssignmentOperation || EmptyTests.Guard(operation, stored.Member)) && !IsWorker(stored.Value) => [new(operation, stored.Value, stored.Member.Name)],
            ResultHolder.LazyTask when LazyIn(stored.Value) => [new(operation, stored.Value, stored.Member.Name)],
            ResultHolder.Sources when operation is IInvocationOperation { TargetMethod.Name: "GetOrAdd" or "TryAdd" } && IsFirst(operation, stored) => CompletedIn(operation, stored),
            _ => [],
        };
    }

    /// <summary>Work that goes on by itself, turn after turn, until it is stopped: it has no result that anybody waits for.</summary>
    private static bool IsWorker(IOperation task) =>
        task.Type is INamedTypeSymbol { IsGenericType: false } && task.Descendants().Any(o => o is IWhileLoopOperation or IForEachLoopOperation { IsAsynchronous: true });

    private static SharedLoad OfFactory(IOperation operation, IOperation code, string name)
    {
        var parameters = code switch
        {
            IAnonymousFunctionOperation lambda => lambda.Symbol.Parameters,
            ILocalFunctionOperation local => local.Symbol.Parameters,
            _ => ImmutableArray<IParameterSymbol>.Empty,
        };
        var state = operation is IInvocationOperation call ? (call.Argument("state") ?? call.Argument("factoryArgument"))?.Value : null;
        return new(operation, code, name)
        {
            IsHybrid = true,
            OwnTokens = parameters.Where(p => p.Type.Name == "CancellationToken" && !(state is not null && p.Ordinal == 0)).ToImmutableArray(),
            State = state,
            StateParameter = state is null ? null : parameters.FirstOrDefault(),
        };
    }

    private SharedLoad OfDictionary(IInvocationOperation call, StoredResult stored)
    {
        var code = Population.CodeOf(new(stored.Value), _compilation) ?? stored.Value;
        return new(call, code, stored.Member.Name) { State = call.Argument("factoryArgument")?.Value };
    }

    private bool LazyIn(IOperation value) => value.Unwrap() is IObjectCreationOperation created && _results.HolderOf(created.Type) == ResultHolder.LazyTask;

    /// <summary>
    /// The factory in the code of the caller: the lambda it gives to the cache, or to a wrapper whose own factory calls it. Null when the
    /// factory stands in the wrapper, where it is found by itself.
    /// </summary>
    private IOperation? FactoryCode(CacheOperation operation, Bound factory)
    {
        if (Population.CodeOf(factory, _compilation) is not { } code || IsInSameMember(code, operation.Operation))
            return factory.Resolve().Operation is IMethodReferenceOperation { Method.MethodKind: not MethodKind.LocalFunction } ? null : Population.CodeOf(factory, _compilation);
        foreach (var call in code.Descendants().OfType<IInvocationOperation>())
        {
            if (call is { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: IParameterReferenceOperation { Parameter: var parameter } }
                && factory.Frame?.ArgumentOf(parameter) is { } given && Population.CodeOf(given, _compilation) is { } inner && IsInSameMember(inner, operation.Operation))
                return inner;
        }

        return null;
    }

    private static bool IsInSameMember(IOperation code, IOperation operation)
    {
        var member = Enclosing.Root(operation).Syntax;
        return member.SyntaxTree == code.Syntax.SyntaxTree && member.Span.Contains(code.Syntax.Span);
    }

    /// <summary>Whether no earlier call of the body stores in the same dictionary: one load, one answer.</summary>
    private bool IsFirst(IOperation operation, StoredResult stored) => !OwnCode.AndSelf(BodyGraph.BodyOf(operation)).Any(o =>
        o is IInvocationOperation { TargetMethod.Name: "GetOrAdd" or "TryAdd" } && o.Syntax.SpanStart < operation.Syntax.SpanStart
        && _results.StoredBy(o) is { } other && SymbolEqualityComparer.Default.Equals(other.Member, stored.Member));

    private static IEnumerable<SharedLoad> CompletedIn(IOperation operation, StoredResult stored) =>
        OwnCode.AndSelf(BodyGraph.BodyOf(operation)).OfType<ITryOperation>()
            .Where(t => t.Catches.Any(c => OwnCode.Of(c.Handler).Any(FailsSource)))
            .Select(t => new SharedLoad(operation, t.Body, stored.Member.Name) { IsPartly = true });

    private static bool FailsSource(IOperation operation) =>
        operation is IInvocationOperation
        {
            TargetMethod: { Name: "SetException" or "TrySetException" or "SetCanceled" or "TrySetCanceled", ContainingType.Name: "TaskCompletionSource" },
        };
}
