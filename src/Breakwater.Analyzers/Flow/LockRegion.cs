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
    private readonly INamedTypeSymbol? _semaphore;
    private readonly INamedTypeSymbol? _mutex;
    private readonly INamedTypeSymbol? _monitor;
    private readonly INamedTypeSymbol? _lock;
    private readonly INamedTypeSymbol? _spinLock;
    private readonly INamedTypeSymbol? _readerWriterLock;
    private readonly INamedTypeSymbol? _interlocked;
    private readonly INamedTypeSymbol? _lazy;
    private readonly INamedTypeSymbol? _hybridCache;
    private readonly INamedTypeSymbol? _fusionCache;
    private readonly INamedTypeSymbol? _taskSource;
    private readonly INamedTypeSymbol? _redisAsync;

    private LockRegion(Compilation compilation)
    {
        _compilation = compilation;
        _semaphore = compilation.Find("System.Threading.SemaphoreSlim");
        _mutex = compilation.Find("System.Threading.Mutex");
        _monitor = compilation.Find("System.Threading.Monitor");
        _lock = compilation.Find("System.Threading.Lock");
        _spinLock = compilation.Find("System.Threading.SpinLock");
        _readerWriterLock = compilation.Find("System.Threading.ReaderWriterLockSlim");
        _interlocked = compilation.Find("System.Threading.Interlocked");
        _lazy = compilation.Find("System.Lazy`1");
        _hybridCache = compilation.Find("Microsoft.Extensions.Caching.Hybrid.HybridCache");
        _fusionCache = compilation.Find("ZiggyCreatures.Caching.Fusion.IFusionCache");
        _taskSource = compilation.Find("System.Threading.Tasks.TaskCompletionSource`1");
        _redisAsync = compilation.Find("StackExchange.Redis.IDatabaseAsync");
    }

    public static LockRegion Of(Compilation compilation) => compilation.Know(static c => new LockRegion(c))!;

    /// <summary>Whether a guard covers an operation, in its body, around the lambda it stands in, or at every call of its method.</summary>
    /// <param name="code">The operation.</param>
    /// <param name="guardWords">Words as in <see cref="DefaultGuardWords"/>.</param>
    /// <param name="cancellationToken">Stops the search for callers.</param>
    public bool Covers(IOperation code, ImmutableHashSet<string> guardWords, CancellationToken cancellationToken) =>
        Covers(code, guardWords, callers: true, cancellationToken);

    private bool Covers(IOperation code, ImmutableHashSet<string> guardWords, bool callers, CancellationToken cancellationToken)
    {
        var body = BodyGraph.BodyOf(code);
        if (IsInsideGuard(code, body, guardWords) || FollowsAcquisition(code, body))
            return true;

        switch (body)
        {
            case IAnonymousFunctionOperation lambda:
                return IsRunGuarded(lambda, guardWords, callers, cancellationToken);
            case ILocalFunctionOperation local:
                return callers && AreCallsGuarded(local.Symbol, guardWords, cancellationToken);
            default:
                return callers && Enclosing.Member(body, _compilation, cancellationToken) is { } method && AreCallsGuarded(method, guardWords, cancellationToken);
        }
    }

    private bool AreCallsGuarded(IMethodSymbol method, ImmutableHashSet<string> guardWords, CancellationToken cancellationToken)
    {
        var references = Calls.Of(_compilation).ReferencesTo(method, cancellationToken);
        return !references.IsDefaultOrEmpty
            && references.All(r => r is IInvocationOperation && Covers(r, guardWords, callers: false, cancellationToken));
    }

    /// <summary>A <c>lock</c>, or a <c>using</c> of something that guards, around the operation or before it in a block around it.</summary>
    private static bool IsInsideGuard(IOperation code, IOperation body, ImmutableHashSet<string> guardWords)
    {
        for (var current = code; current != body && current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case ILockOperation held when held.Body == current:
                case IUsingOperation use when use.Body == current && IsGuard(use.Resources, guardWords):
                    return true;
                case IBlockOperation block when block.Operations
                        .TakeWhile(o => o != current)
                        .Any(o => o is IUsingDeclarationOperation declaration && IsGuard(declaration.DeclarationGroup, guardWords)):
                    return true;
            }
        }

        return false;
    }

    /// <summary>Judged by the names in the source, so that a lock of a library that does not resolve here still counts.</summary>
    private static bool IsGuard(IOperation resources, ImmutableHashSet<string> guardWords) =>
        resources.Syntax.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>()
            .Select(call => NameOf(call.Expression))
            .Any(name => Words.ContainsAny(name, guardWords) || IsAcquiring(name));

    private static string NameOf(ExpressionSyntax called) => called switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => "",
    };

    private static bool IsAcquiring(string method) =>
        method.StartsWith("Acquire", StringComparison.Ordinal) || method.StartsWith("TryAcquire", StringComparison.Ordinal)
        || method is "LockTake" or "LockTakeAsync";

    /// <summary>A call that acquires, from which a path leads here without a release.</summary>
    private bool FollowsAcquisition(IOperation code, IOperation body)
    {
        BodyGraph? graph = null;
        foreach (var operation in OwnCode.AndSelf(body))
        {
            if (operation is not IInvocationOperation call || call.Syntax.SpanStart >= code.Syntax.SpanStart || !Acquires(call))
                continue;
            graph ??= BodyGraph.Of(body);
            if (graph is not null && graph.Reaches(call, code, IsRelease))
                return true;
        }

        return false;
    }

    private bool Acquires(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var type = call.Instance?.Type ?? method.ContainingType;
        switch (method.Name)
        {
            case "Wait" or "WaitAsync":
                return type.Is(_semaphore);
            case "WaitOne":
                return type.Is(_mutex);
            case "Enter" or "TryEnter" or "EnterScope":
                return type.Is(_monitor) || type.Is(_lock) || type.Is(_spinLock);
            case "EnterWriteLock" or "EnterUpgradeableReadLock" or "TryEnterWriteLock" or "TryEnterUpgradeableReadLock":
                return type.Is(_readerWriterLock);
            case "Exchange" or "CompareExchange":
                return method.ContainingType.Is(_interlocked) && call.Parent is not IExpressionStatementOperation;
            case "StringSet" or "StringSetAsync":
                return type.Is(_redisAsync) && call.Argument("when") is { Value: { } when } && when.Syntax.ToString().EndsWith("NotExists", StringComparison.Ordinal);
            default:
                return IsAcquiring(method.Name);
        }
    }

    private static bool IsRelease(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod.Name: "Release" or "Exit" or "ExitWriteLock" or "ExitUpgradeableReadLock" or "ReleaseMutex" or "LockRelease" or "LockReleaseAsync" };

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
        if (Bodies.Of(_compilation).Of(method, cancellationToken) is not { } body)
            return true;
        var runs = body.DescendantsAndSelf().OfType<IInvocationOperation>()
            .Where(c => c.TargetMethod.MethodKind == MethodKind.DelegateInvoke
                && c.Instance?.Unwrap() is IParameterReferenceOperation parameter && parameter.Parameter.Ordinal == ordinal
                && parameter.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: not MethodKind.LambdaMethod })
            .ToList();
        return runs.Count == 0 || runs.All(run => Covers(run, guardWords, callers: false, cancellationToken));
    }
}
