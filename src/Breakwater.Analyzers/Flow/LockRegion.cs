using Breakwater.Semantics;
using Breakwater.Semantics.Data;

namespace Breakwater.Flow;

/// <summary>
/// Whether a guard covers a piece of code: something that lets at most one caller run it, or that shares one run. Locks, semaphores,
/// mutexes, single flight, a method whose callers all hold a guard. Unknown counts as guarded: code handed as a lambda to a method
/// that we cannot see into. Whether the guard is itself shared is another question.
/// </summary>
internal sealed class LockRegion
{
    /// <summary>Words that make a <c>using</c> on a call's result a guard.</summary>
    public static readonly string[] DefaultGuardWords = ["Lock", "Acquire", "Enter", "Mutex", "Semaphore", "Lease"];

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _lazy;
    private readonly INamedTypeSymbol? _hybridCache;
    private readonly INamedTypeSymbol? _fusionCache;
    private readonly INamedTypeSymbol? _taskSource;

    private LockRegion(Compilation compilation)
    {
        _compilation = compilation;
        _lazy = compilation.Find("System.Lazy`1");
        _hybridCache = compilation.Find("Microsoft.Extensions.Caching.Hybrid.HybridCache");
        _fusionCache = compilation.Find("ZiggyCreatures.Caching.Fusion.IFusionCache");
        _taskSource = compilation.Find("System.Threading.Tasks.TaskCompletionSource`1");
    }

    public static LockRegion Of(Compilation compilation) => compilation.Know(static c => new LockRegion(c))!;

    /// <summary>Whether a guard covers an operation, in its body, around the lambda it stands in, or at every call of its method.</summary>
    /// <param name="code">The operation.</param>
    /// <param name="guardWords">Words as in <see cref="DefaultGuardWords"/>.</param>
    /// <param name="cancellationToken">Stops the search for callers.</param>
    public bool Covers(IOperation code, ImmutableHashSet<string> guardWords, CancellationToken cancellationToken) =>
        Covers(code, guardWords, callers: true, cancellationToken);

    /// <summary>
    /// The guards that are held when an operation runs, one set for each way into it: those of its own body; where it has none, those
    /// around the run of the lambda it stands in, or those at each call of its method. Empty when a way has
    /// none that can be named, and when a guard outside covers the named ones, too: then it is that one that counts.
    /// </summary>
    public IEnumerable<ImmutableArray<Guard>> GuardsOf(IOperation code, ImmutableHashSet<string> guardWords, CancellationToken cancellationToken)
    {
        var body = BodyGraph.BodyOf(code);
        var own = Guards.Of(_compilation).Around(code, guardWords).ToImmutableArray();
        if (!own.IsEmpty)
            return IsCoveredFromOutside(body, guardWords, callers: true, cancellationToken) ? [] : new[] { own };

        var ways = WaysInto(body, cancellationToken)
            .Select(way => (Body: BodyGraph.BodyOf(way), Guards: Guards.Of(_compilation).Around(way, guardWords).ToImmutableArray()))
            .ToList();
        return ways.All(way => !way.Guards.IsEmpty)
            ? ways.Where(way => !IsCoveredFromOutside(way.Body, guardWords, callers: false, cancellationToken)).Select(way => way.Guards)
            : [];
    }

    /// <summary>Whether a guard outside a body covers all of it: around the lambda that it is, or at every call of its method.</summary>
    public bool IsCoveredFromOutside(IOperation body, ImmutableHashSet<string> guardWords, CancellationToken cancellationToken) =>
        IsCoveredFromOutside(body, guardWords, callers: true, cancellationToken);

    /// <summary>The calls of a method that only this compilation calls, or of the parameter that a lambda is given for.</summary>
    private IEnumerable<IOperation> WaysInto(IOperation body, CancellationToken cancellationToken)
    {
        if (body is IAnonymousFunctionOperation lambda)
        {
            var current = lambda.Parent;
            while (current is IConversionOperation or IDelegateCreationOperation or IParenthesizedOperation)
                current = current.Parent;
            return current is IArgumentOperation { Parent: IInvocationOperation call, Parameter: { } parameter }
                    && Calls.Of(_compilation).CertainTarget(call) is { } target
                ? RunsOf(target, parameter.Ordinal, cancellationToken)
                : [];
        }

        var method = body is ILocalFunctionOperation local ? local.Symbol : Enclosing.Member(body, _compilation, cancellationToken);
        return method is not null && Calls.Of(_compilation).ReferencesTo(method, cancellationToken) is { IsDefaultOrEmpty: false } references
                && references.All(r => r is IInvocationOperation)
            ? references
            : ImmutableArray<IOperation>.Empty;
    }

    private bool Covers(IOperation code, ImmutableHashSet<string> guardWords, bool callers, CancellationToken cancellationToken) =>
        Guards.Of(_compilation).Around(code, guardWords).Any()
        || IsCoveredFromOutside(BodyGraph.BodyOf(code), guardWords, callers, cancellationToken);

    private bool IsCoveredFromOutside(IOperation body, ImmutableHashSet<string> guardWords, bool callers, CancellationToken cancellationToken) => body switch
    {
        IAnonymousFunctionOperation lambda => IsRunGuarded(lambda, guardWords, callers, cancellationToken),
        ILocalFunctionOperation local => callers && AreCallsGuarded(local.Symbol, guardWords, cancellationToken),
        _ => callers && Enclosing.Member(body, _compilation, cancellationToken) is { } method && AreCallsGuarded(method, guardWords, cancellationToken),
    };

    private bool AreCallsGuarded(IMethodSymbol method, ImmutableHashSet<string> guardWords, CancellationToken cancellationToken)
    {
        var references = Calls.Of(_compilation).ReferencesTo(method, cancellationToken);
        return !references.IsDefaultOrEmpty
            && references.All(r => r is IInvocationOperation && Covers(r, guardWords, callers: false, cancellationToken));
    }

    /// <summary>Whether what runs a lambda guards it: single flight, or code that we cannot see; a delegate of a method we can see is looked up there.</summary>
    private bool IsRunGuarded(IAnonymousFunctionOperation lambda, ImmutableHashSet<string> guardWords, bool callers, CancellationToken cancellationToken)
    {
        IOperation current = lambda;
        while (current.Parent is IConversionOperation or IDelegateCreationOperation or IParenthesizedOperation)
            current = current.Parent;

        switch (current.Parent)
        {
            case IArgumentOperation { Parent: IObjectCreationOperation { Type: var created } }:
                return created.Is(_lazy) || !IsPlainDelegateTaker(created);
            case IArgumentOperation { Parent: IInvocationOperation call } argument:
                if (IsSingleFlight(call))
                    return true;
                if (IsEntryPoint(call.TargetMethod))
                    return false;
                if (Calls.Of(_compilation).CertainTarget(call) is { } target && argument.Parameter is { } parameter)
                    return IsGuardedIn(target, parameter.Ordinal, guardWords, cancellationToken) || Covers(call, guardWords, callers, cancellationToken);
                return !Loads.Of(_compilation).RunsItsLambda(call.TargetMethod) || call.TargetMethod.ContainingType?.TypeKind == TypeKind.Interface
                    || Covers(call, guardWords, callers, cancellationToken);
            case null:
                return false;
            default:
                // Kept in a variable or returned: whoever calls it decides, as with any method.
                return Covers(current.Parent, guardWords, callers, cancellationToken);
        }
    }

    /// <summary>Handlers that the framework runs for every request at once.</summary>
    private static bool IsEntryPoint(IMethodSymbol method) =>
        method.ContainingType is { } container
        && ((container.ContainingNamespace is { Name: "Builder", ContainingNamespace.Name: "AspNetCore" }
                && (method.Name.StartsWith("Map", StringComparison.Ordinal) || method.Name is "Use" or "Run"))
            || container.ContainingNamespace is { Name: "DependencyInjection", ContainingNamespace.Name: "Extensions" });

    private static bool IsPlainDelegateTaker(ITypeSymbol? created) => created is { TypeKind: TypeKind.Delegate } or { Name: "Thread" or "Timer" };

    private bool IsSingleFlight(IInvocationOperation call)
    {
        var receiver = call.Instance?.Type ?? call.Arguments.FirstOrDefault()?.Value.Type;
        return receiver.Is(_hybridCache) || receiver.Is(_fusionCache)
            || (call.TargetMethod.Name == "GetOrAdd" && call.TargetMethod.ContainingType.TypeArguments.LastOrDefault() is { } value
                && (IoCalls.IsTaskLike(value) || value.Is(_lazy) || value.Is(_taskSource)));
    }

    /// <summary>Whether a method runs its delegate parameter under a guard; also when it does not run it itself.</summary>
    private bool IsGuardedIn(IMethodSymbol method, int ordinal, ImmutableHashSet<string> guardWords, CancellationToken cancellationToken)
    {
        var runs = RunsOf(method, ordinal, cancellationToken);
        return runs.Count == 0 || runs.All(run => Covers(run, guardWords, callers: false, cancellationToken));
    }

    /// <summary>Where a method runs its delegate parameter; empty when it has no body.</summary>
    private List<IInvocationOperation> RunsOf(IMethodSymbol method, int ordinal, CancellationToken cancellationToken) =>
        Bodies.Of(_compilation).Of(method, cancellationToken) is not { } body
            ? []
            : body.DescendantsAndSelf().OfType<IInvocationOperation>()
                .Where(c => c.TargetMethod.MethodKind == MethodKind.DelegateInvoke
                    && c.Instance?.Unwrap() is IParameterReferenceOperation parameter && parameter.Parameter.Ordinal == ordinal
                    && parameter.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: not MethodKind.LambdaMethod })
                .ToList();
}
