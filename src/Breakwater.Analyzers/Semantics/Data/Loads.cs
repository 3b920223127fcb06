using System.Collections.Concurrent;
using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>
/// Which operations fetch data from somewhere slow: proven I/O, or an awaited call of code that this compilation cannot see or that
/// itself fetches, two levels deep. Lambdas and local functions inside a body count when they are called, not where they are written.
/// </summary>
internal sealed class Loads
{
    private const int Levels = 2;

    private readonly Compilation _compilation;
    private readonly IoCalls _io;
    private readonly ConcurrentDictionary<(IMethodSymbol, int), bool> _reaching = new(MethodAndDepth.Comparer);

    private Loads(Compilation compilation)
    {
        _compilation = compilation;
        _io = IoCalls.Of(compilation);
    }

    public static Loads Of(Compilation compilation) => compilation.Know(static c => new Loads(c))!;

    /// <summary>Whether a call does I/O for sure, itself or in a method of the compilation that it runs.</summary>
    public bool IsProvenIo(IOperation operation) =>
        _io.IsIo(operation) || (operation is IInvocationOperation call && Reaches(call, Levels, io: true));

    /// <summary>The same for a call that leaves the machine: files do not.</summary>
    public bool IsRemoteIo(IOperation operation) => IsRemoteIo(operation, Levels);

    private bool IsRemoteIo(IOperation operation, int levels)
    {
        if (_io.IsIo(operation))
            return operation is not IInvocationOperation { TargetMethod.ContainingType.ContainingNamespace: { Name: "IO", ContainingNamespace.Name: "System" } };
        return levels > 0 && operation is IInvocationOperation call && Calls.Of(_compilation).CertainTarget(call) is { } target
            && Bodies.Of(_compilation).Of(target, CancellationToken.None) is { } body && OwnCode.AndSelf(body).Any(o => IsRemoteIo(o, levels - 1));
    }

    /// <summary>Whether a call is a load.</summary>
    public bool IsLoad(IOperation operation) => IsLoad(operation, Levels);

    private bool IsLoad(IOperation operation, int levels)
    {
        if (_io.IsIo(operation))
            return true;
        return operation is IInvocationOperation call && !IsLambdaGuarded(call)
            && (Reaches(call, levels, io: true) || (IsAwaited(call) && IsAwaitedSource(call, levels)));
    }

    /// <summary>
    /// Whether waiting for a call's task would be a load: for tasks that are stored instead of awaited. A call with a lambda is none:
    /// the lambda decides, where it is known to be run.
    /// </summary>
    public bool IsSource(IInvocationOperation call) =>
        _io.IsIo(call) || (IoCalls.IsTaskLike(call.Type) && LambdaOf(call) is null && IsAwaitedSource(call, Levels));

    /// <summary>Whether the code blocks on a call's task: by <c>Result</c>, <c>Wait()</c> or <c>GetAwaiter().GetResult()</c>.</summary>
    public static bool IsBlockedOn(IInvocationOperation call)
    {
        for (IOperation current = call; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case IPropertyReferenceOperation { Property.Name: "Result" }:
                case IInvocationOperation { TargetMethod.Name: "GetResult" or "Wait" } end when end.Instance == current:
                    return true;
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "WaitAsync" or "GetAwaiter" } next when next.Instance == current:
                case IConversionOperation or IParenthesizedOperation:
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Whether the result is waited for: by <c>await</c>, by blocking on the task, or by handing the task to the caller.</summary>
    public static bool IsAwaited(IInvocationOperation call)
    {
        if (!IoCalls.IsTaskLike(call.Type))
            return false;
        for (IOperation current = call; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case IAwaitOperation:
                    return true;
                case IReturnOperation:
                    return true;
                case IPropertyReferenceOperation { Property.Name: "Result" }:
                    return true;
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "WaitAsync" or "GetAwaiter" or "GetResult" } next
                    when next.Instance == current || (next.Arguments.Length > 0 && next.Arguments[0] == current):
                    if (next.TargetMethod.Name == "GetResult")
                        return true;
                    break;
                case IConversionOperation or IParenthesizedOperation or IArgumentOperation:
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    private bool IsAwaitedSource(IInvocationOperation call, int levels)
    {
        var method = call.TargetMethod;
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return true;
        if (IsNoSource(call))
            return call.TargetMethod is { Name: "Run", ContainingType.Name: "Task" } && LambdaOf(call) is { } work && ContainsLoad(work, levels);
        if (!method.IsDeclaredIn(_compilation))
            return true;
        return method.IsAbstract || method.IsVirtual || method.IsOverride || method.ContainingType?.TypeKind == TypeKind.Interface
            || Reaches(call, levels, io: false);
    }

    /// <summary>Awaited calls that fetch nothing: task plumbing, guards, disposal, serialisation, logging.</summary>
    private static bool IsNoSource(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var container = method.ContainingType;
        return container is { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" }
            || method.Name is "DisposeAsync" or "WaitAsync" or "LockAsync" or "FlushAsync"
            || container?.Name is "JsonSerializer" or "SemaphoreSlim" or "ILogger" or "LoggerExtensions" or "MemoryStream";
    }

    /// <summary>
    /// A lambda handed to code that we cannot see may run once for many callers: unknown counts as guarded, for the lambda and for the
    /// call. Known to run it plainly: <c>Task.Run</c>, Polly's <c>Execute</c>, LINQ.
    /// </summary>
    private bool IsLambdaGuarded(IInvocationOperation call) =>
        LambdaOf(call) is not null && !RunsItsLambda(call.TargetMethod);

    /// <summary>Whether a method of another assembly is known to run a delegate argument as it is, once per call.</summary>
    public bool RunsItsLambda(IMethodSymbol method) =>
        method.ContainingType is { } container
        && (container is { Name: "Task" or "TaskFactory", ContainingNamespace.Name: "Tasks" }
            || (method.Name.StartsWith("Execute", StringComparison.Ordinal) && (container.ContainingNamespace.Name == "Polly" || container.ContainingNamespace.ContainingNamespace?.Name == "Polly"))
            || container is { Name: "Enumerable" or "Queryable" or "AsyncEnumerable", ContainingNamespace.Name: "Linq" }
            || container.ContainingNamespace is { Name: "EntityFrameworkCore" }
            || method.IsDeclaredIn(_compilation) && !method.IsAbstract && container.TypeKind != TypeKind.Interface);

    /// <summary>The lambda or method group among the arguments, unless it is an expression tree.</summary>
    private static IOperation? LambdaOf(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Value is IDelegateCreationOperation { Target: IAnonymousFunctionOperation or IMethodReferenceOperation } creation)
                return creation.Target;
        }

        return null;
    }

    /// <summary>Whether running a lambda, method group or body meets a load.</summary>
    public bool ContainsLoad(IOperation code, int levels = Levels)
    {
        if (code.Unwrap() is IMethodReferenceOperation reference)
            return ReachesCached(reference.Method.Definition(), levels, io: false);
        return OwnCode.AndSelf(code).Any(operation => IsLoad(operation, levels));
    }

    private bool Reaches(IInvocationOperation call, int levels, bool io) =>
        levels > 0 && Calls.Of(_compilation).CertainTarget(call) is { } target && ReachesCached(target, levels - 1, io);

    private bool ReachesCached(IMethodSymbol method, int levels, bool io)
    {
        if (levels < 0)
            return false;
        var key = (method.Definition(), (levels * 2) + (io ? 1 : 0));
        if (_reaching.TryGetValue(key, out var known))
            return known;
        var found = Bodies.Of(_compilation).Of(method, CancellationToken.None) is { } body
            && OwnCode.AndSelf(body).Any(o => _io.IsIo(o)
                || (o is IInvocationOperation call
                    && (Reaches(call, levels, io) || (!io && !IsLambdaGuarded(call) && IsAwaited(call) && IsAwaitedSource(call, levels)))));
        _reaching[key] = found;
        return found;
    }

    private sealed class MethodAndDepth : IEqualityComparer<(IMethodSymbol Method, int Depth)>
    {
        public static readonly MethodAndDepth Comparer = new();

        public bool Equals((IMethodSymbol Method, int Depth) x, (IMethodSymbol Method, int Depth) y) =>
            x.Depth == y.Depth && SymbolEqualityComparer.Default.Equals(x.Method, y.Method);

        public int GetHashCode((IMethodSymbol Method, int Depth) pair) =>
            (SymbolEqualityComparer.Default.GetHashCode(pair.Method) * 31) + pair.Depth;
    }
}
