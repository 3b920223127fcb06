using Breakwater.Flow;
using Breakwater.Semantics.Hosting;
using Breakwater.Semantics.Queues;

namespace Breakwater.Semantics;

/// <summary>
/// Whether code waits for something that takes its time. Delays, yields, finished tasks and writes to a queue do not count: whoever
/// runs such code on top of itself at most waits twice. A call whose code is not seen counts; calls of this compilation are followed.
/// </summary>
internal sealed class AsyncWork
{
    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellationToken;

    public AsyncWork(Compilation compilation, CancellationToken cancellationToken)
    {
        _compilation = compilation;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The work in the own code of a body, in source order: its awaits, and what it starts and lets go.</summary>
    /// <param name="body">The body of a method or lambda.</param>
    /// <param name="awaits">Whether its awaits count: those of a body that nobody awaits.</param>
    public IEnumerable<IOperation> In(IOperation body, bool awaits)
    {
        foreach (var operation in OwnCode.AndSelf(body))
        {
            if (awaits && IsAwait(operation, levels: 1))
                yield return operation;
            else if (DetachedWork.At(operation, _compilation) is { } work && IsWork(work))
                yield return work.Discarded;
        }
    }

    /// <summary>Whether started and let go work waits for something, itself or in the method it calls.</summary>
    public bool IsWork(DetachedWork work)
    {
        if (work.Code is { } code)
            return DelegateCode.Of(code, _compilation, _cancellationToken) is { } seen
                ? Waits(seen.Body, levels: 1)
                : code is IMethodReferenceOperation { Method.ReturnType: var type } && DetachedWork.IsTask(type);
        return !IsStarter(work.Call.TargetMethod) && IsWork(work.Call, levels: 1);
    }

    /// <summary>Whether a body awaits something, or gives a task that does.</summary>
    private bool Waits(IOperation body, int levels) =>
        OwnCode.AndSelf(body).Any(o => IsAwait(o, levels))
        || OwnCode.Returned(body).Any(value => DetachedWork.IsTask(value.Unwrap().Type) && IsWork(value, levels));

    private bool IsAwait(IOperation operation, int levels) => operation switch
    {
        IAwaitOperation { Operation: var awaited } => IsWork(awaited, levels),
        IForEachLoopOperation { IsAsynchronous: true } => true,
        _ => false,
    };

    private bool IsWork(IOperation task, int levels)
    {
        switch (task.Unwrap())
        {
            case IConditionalAccessOperation access:
                return IsWork(access.WhenNotNull, levels);
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                return IsWork(choice.WhenTrue, levels) || IsWork(whenFalse, levels);
            case ICoalesceOperation choice:
                return IsWork(choice.Value, levels) || IsWork(choice.WhenNull, levels);
            case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "WaitAsync" or "Preserve", Instance: { } decorated } when DetachedWork.IsTask(decorated.Type):
                return IsWork(decorated, levels);
            case IInvocationOperation call:
                return !IsIdle(call.TargetMethod)
                    && (levels == 0 || Calls.Of(_compilation).CertainTarget(call) is not { } target
                        || Bodies.Of(_compilation).Of(target, _cancellationToken) is not { } body || Waits(body, levels - 1));
            case ILocalReferenceOperation { Local: var local } reference when LocalValues.Around(reference).Single(local) is { } only:
                return IsWork(only, levels);
            case IPropertyReferenceOperation { Property: { Name: "CompletedTask", ContainingType: var type } }:
                return !DetachedWork.IsTask(type);
            case IDefaultValueOperation or ILiteralOperation or IThrowOperation:
                return false;
            default:
                return true;
        }
    }

    private bool IsIdle(IMethodSymbol method) => method.Name switch
    {
        "Delay" => method.ContainingType.Name is "Task" or "TimeProviderTaskExtensions",
        "Yield" or "FromResult" or "FromException" or "FromCanceled" => DetachedWork.IsTask(method.ContainingType),
        "WriteAsync" or "SendAsync" => QueueApi.Of(_compilation)?.ActOf(method) == QueueAct.Write,
        "WaitToWriteAsync" => method.ContainingType.Name == "ChannelWriter",
        _ => false,
    };

    /// <summary>A start of code that is not seen.</summary>
    private static bool IsStarter(IMethodSymbol method) =>
        method.Name is "Run" or "StartNew" or "QueueUserWorkItem" or "UnsafeQueueUserWorkItem" or "Start" or "UnsafeStart"
        && method.ContainingType.Name is "Task" or "TaskFactory" or "ThreadPool" or "Thread";
}
