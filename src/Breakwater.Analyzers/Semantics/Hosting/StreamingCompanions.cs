using Breakwater.Flow;

namespace Breakwater.Semantics.Hosting;

/// <summary>
/// Work that a handler starts beside itself and outlasts: a producer whose channel, pipe or completion the handler itself reads or
/// returns, or anything started before the handler goes on to stream. Such work ends with the request and should carry its token.
/// </summary>
internal sealed class StreamingCompanions
{
    private readonly ImmutableArray<INamedTypeSymbol> _streams;
    private readonly ImmutableArray<INamedTypeSymbol> _ends;

    private StreamingCompanions(Compilation compilation)
    {
        _streams = All("System.Net.WebSockets.WebSocket", "System.IO.Stream", "Microsoft.AspNetCore.Http.HttpResponse", "System.IO.Pipelines.PipeReader", "System.Threading.Channels.ChannelReader`1");
        _ends = All("System.Threading.Channels.ChannelWriter`1", "System.Threading.Channels.Channel`2", "System.IO.Pipelines.PipeWriter", "System.IO.Pipelines.Pipe",
            "System.Threading.Tasks.TaskCompletionSource", "System.Threading.Tasks.TaskCompletionSource`1");

        ImmutableArray<INamedTypeSymbol> All(params string[] names) =>
            ImmutableArray.CreateRange(names.Select(compilation.Find).OfType<INamedTypeSymbol>());
    }

    public static StreamingCompanions Of(Compilation compilation) => compilation.Know(static c => new StreamingCompanions(c))!;

    /// <summary>Whether the handler outlasts the work.</summary>
    public bool Is(HandedOverWork work, IMethodSymbol handler)
    {
        var body = BodyOf(handler, work.Start);
        return OwnCode.Of(body).Any(o => Streams(o, work.Start)) || SharesEnd(work, body);
    }

    private bool Streams(IOperation operation, IOperation start)
    {
        var isAfter = operation.Syntax.SpanStart >= start.Syntax.Span.End;
        var isAround = operation.Syntax.Span.Contains(start.Syntax.Span);
        return operation switch
        {
            IForEachLoopOperation { IsAsynchronous: true } => isAfter || isAround,
            ILoopOperation { LoopKind: var kind } loop when isAfter || (isAround && kind == LoopKind.While) => OwnCode.Of(loop).Any(o => o is IAwaitOperation),
            IAwaitOperation { Operation: var awaited } => isAfter && IsOnStream(awaited),
            IReturnOperation { ReturnedValue: { } returned } => isAfter && IsOnStream(returned),
            _ => false,
        };
    }

    private bool IsOnStream(IOperation value)
    {
        while (value.Unwrap() is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask", Instance: { } task })
            value = task;
        return value.Unwrap() is IInvocationOperation call
            && (IsAny(call.Instance?.Type, _streams) || call.Arguments.Any(a => IsAny(a.Value.Unwrap().Type, _streams)));
    }

    private bool SharesEnd(HandedOverWork work, IOperation body)
    {
        var shared = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var part in work.Parts())
        {
            if (!IsAny(part.Type, _ends) || RequestBound.RootOf(part) is not { } root)
                continue;
            shared.Add(root);
            if (root is ILocalSymbol local && LocalValues.Around(part).Single(local) is { } value && RequestBound.RootOf(value) is { } origin)
                shared.Add(origin);
        }

        return shared.Count > 0 && body.Descendants().Any(o => VariableWrites.Referenced(o) is { } used && shared.Contains(used)
            && !work.Start.Syntax.Span.Contains(o.Syntax.Span)
            && !work.Carried.Any(c => c.Syntax.Span.Contains(o.Syntax.Span)));
    }

    private static bool IsAny(ITypeSymbol? type, ImmutableArray<INamedTypeSymbol> known) => type is not null && known.Any(k => type.Is(k));

    /// <summary>The code of the handler that the work stands in.</summary>
    private static IOperation BodyOf(IMethodSymbol handler, IOperation within)
    {
        var body = BodyGraph.BodyOf(within);
        while (body.Parent is { } parent && !SymbolEqualityComparer.Default.Equals(SymbolOf(body), handler))
            body = BodyGraph.BodyOf(parent);
        return body;
    }

    private static IMethodSymbol? SymbolOf(IOperation body) =>
        body is IAnonymousFunctionOperation lambda ? lambda.Symbol : (body as ILocalFunctionOperation)?.Symbol;
}
