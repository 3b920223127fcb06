using Breakwater.Flow;

namespace Breakwater.Semantics.Hosting;

/// <summary>What makes detached work of a message handler or read loop harmless: it settles the message itself, has a limit, or is no work.</summary>
internal sealed class LooseItemWork
{
    private static readonly ImmutableArray<string> SettlingNames = ImmutableArray.Create(
        "BasicAck", "BasicAckAsync", "BasicNack", "BasicNackAsync", "BasicReject", "BasicRejectAsync",
        "CompleteMessageAsync", "AbandonMessageAsync", "DeadLetterMessageAsync", "DeferMessageAsync", "StoreOffset");

    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellationToken;

    public LooseItemWork(Compilation compilation, CancellationToken cancellationToken)
    {
        _compilation = compilation;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Whether the work, or a method it calls, acknowledges or rejects the message: then the broker's prefetch limits what runs.</summary>
    public bool SettlesMessage(DetachedWork work) =>
        CodeOf(work).Append(work.Discarded).Any(code => Settles(code)
            || code.Descendants().OfType<IInvocationOperation>().Any(call => BodyOf(call) is { } called && Settles(called)));

    /// <summary>
    /// Whether a consumer class settles its messages in another member than its handler, and not in the handler: whoever finishes the
    /// work calls that member, and the handler's return tells the broker nothing.
    /// </summary>
    public bool IsSettledElsewhere(ItemHandler handler)
    {
        if (handler.Handler is not { IsOverride: true, DeclaringSyntaxReferences: [var reference] } method)
            return false;
        var settling = SettlingNames.SelectMany(name => Mentions.InOutermostType(method, name, _cancellationToken)).ToList();
        return settling.Count > 0 && !settling.Any(call => call.SyntaxTree == reference.SyntaxTree && reference.Span.Contains(call.Span));
    }

    /// <summary>Whether the work only waits and writes to a queue, or is over when its call returns.</summary>
    public bool IsIdle(DetachedWork work)
    {
        if (work.Code is null)
            return BodyOf(work.Call) is not null && !new AsyncWork(_compilation, _cancellationToken).IsWork(work);
        return DelegateCode.Of(work.Code, _compilation, _cancellationToken) is { Method.IsAsync: true } code
            && OwnCode.Of(code.Body).Any(o => o is IAwaitOperation) && !new AsyncWork(_compilation, _cancellationToken).IsWork(work);
    }

    /// <summary>Whether the loop takes a slot of a semaphore or rate limiter before it starts the work, itself or in a method it calls.</summary>
    public bool IsGated(DetachedWork work, ItemHandler handler)
    {
        if (handler.Loop is not { } loop)
            return false;
        var body = BodyGraph.BodyOf(work.Discarded);
        return IsGateBefore(loop, handler.Entry)
            || (body is IAnonymousFunctionOperation or ILocalFunctionOperation && !body.Syntax.Span.Contains(loop.Syntax.Span) && IsGateBefore(body, work.Discarded));
    }

    private bool IsGateBefore(IOperation code, IOperation start) =>
        OwnCode.Of(code).OfType<IInvocationOperation>().Any(call =>
            call.Syntax.Span.End <= start.Syntax.SpanStart && (IsGate(call) || (BodyOf(call) is { } called && OwnCode.Of(called).Any(IsGate))));

    /// <summary>The code that the started delegate or method runs.</summary>
    private IEnumerable<IOperation> CodeOf(DetachedWork work)
    {
        if (work.Code is not null)
        {
            if (DelegateCode.Of(work.Code, _compilation, _cancellationToken) is { } code)
                yield return code.Body;
        }
        else if (BodyOf(work.Call) is { } body)
        {
            yield return body;
        }
    }

    private IOperation? BodyOf(IInvocationOperation call) =>
        Calls.Of(_compilation).CertainTarget(call) is { } target ? Bodies.Of(_compilation).Of(target, _cancellationToken) : null;

    private static bool Settles(IOperation code) => code.DescendantsAndSelf().Any(o => o is IInvocationOperation { TargetMethod: var method }
        && (SettlingNames.Contains(method.Name) || (method.Name == "Commit" && method.ContainingType.Name.Contains("Consumer"))));

    private bool IsGate(IOperation operation) => operation is IInvocationOperation { TargetMethod: var method } && method.Name switch
    {
        "Wait" or "WaitAsync" => method.ContainingType.Is(_compilation.Find("System.Threading.SemaphoreSlim")),
        "WaitOne" => method.ContainingType.Is(_compilation.Find("System.Threading.Semaphore")),
        "AcquireAsync" or "AttemptAcquire" => method.ContainingType.Is(_compilation.Find("System.Threading.RateLimiting.RateLimiter"))
            || method.ContainingType.Is(_compilation.Find("System.Threading.RateLimiting.PartitionedRateLimiter`1")),
        _ => false,
    };
}
