using Breakwater.Flow;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// What may still happen to cached entries after an operation: later in its body, in the bodies around a lambda, in methods of the
/// compilation that are called there, two levels deep, and in lambdas that run at a time we do not know. A call that we cannot follow
/// counts when its name says that it invalidates something.
/// </summary>
internal sealed class Aftermath
{
    private const int Levels = 2;

    private static readonly ImmutableHashSet<string> InvalidationWords = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase, "Invalidate", "Invalidates", "Invalidation", "Evict", "Evicts", "Eviction", "Purge", "Expire");

    private static readonly ImmutableHashSet<string> CacheWords = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "Cache", "Caches", "Caching", "Cached");

    private readonly Compilation _compilation;
    private readonly CacheCalls _calls;

    private Aftermath(Compilation compilation, CacheCalls calls)
    {
        _compilation = compilation;
        _calls = calls;
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static Aftermath? Of(Compilation compilation) =>
        compilation.Know(static c => CacheCalls.Of(c) is { } calls ? new Aftermath(c, calls) : null);

    /// <summary>Whether something of which <paramref name="touches"/> approves may run after <paramref name="operation"/>, or inside it.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="touches">The cache operations that are looked for.</param>
    /// <param name="announces">Other calls that count, such as the publication of an event.</param>
    public bool Touches(IOperation operation, Func<CacheOperation, bool> touches, Func<IInvocationOperation, bool>? announces = null)
    {
        var search = new Search(this, touches, announces ?? (_ => false));
        for (var point = operation; ;)
        {
            var body = BodyGraph.BodyOf(point == operation ? point : point.Parent!);
            if (search.After(point, body))
                return true;
            if (body is not IAnonymousFunctionOperation { Parent: not null } lambda || IsEndpoint(lambda))
                return false;
            point = body;
        }
    }

    private sealed class Search(Aftermath owner, Func<CacheOperation, bool> touches, Func<IInvocationOperation, bool> announces)
    {
        public bool After(IOperation point, IOperation body)
        {
            if (BodyGraph.Of(body) is not { } graph)
                return true;
            if (owner._calls.In(body).Any(o => o.Operation != point && touches(o) && graph.MayFollow(point, o.Operation)))
                return true;

            foreach (var operation in body.Descendants())
            {
                switch (operation)
                {
                    case IAnonymousFunctionOperation lambda when !lambda.Syntax.Span.Contains(point.Syntax.Span) && Runs(lambda, Levels):
                    case IMethodReferenceOperation reference when Body(reference.Method) is { } referenced && Runs(referenced, Levels):
                    case IInvocationOperation call when BodyGraph.BodyOf(call) == body && (call == point || graph.MayFollow(point, call)) && Runs(call, Levels):
                        return true;
                }
            }

            return false;
        }

        private bool Runs(IOperation code, int levels) =>
            owner._calls.In(code).Any(touches)
            || OwnCode.Of(code).Any(o => o is IInvocationOperation call && Runs(call, levels - 1));

        private bool Runs(IInvocationOperation call, int levels)
        {
            if (IsCancellation(call) || announces(call))
                return true;
            if (Calls.Of(owner._compilation).CertainTarget(call) is not { } target)
                return CacheApi.Of(owner._compilation)?.Recognise(call) is null && SoundsLikeInvalidation(call.TargetMethod);
            return levels > 0
                && (owner._calls.RunBy(call).Any(touches)
                    || (Body(target) is { } body && OwnCode.AndSelf(body).Any(o => o is IInvocationOperation inner && Runs(inner, levels - 1))));
        }

        private IOperation? Body(IMethodSymbol method) =>
            method.IsDeclaredIn(owner._compilation) ? Bodies.Of(owner._compilation).Of(method, CancellationToken.None) : null;
    }

    /// <summary>A handler runs long after the code that maps it.</summary>
    private static bool IsEndpoint(IAnonymousFunctionOperation lambda)
    {
        IOperation holder = lambda;
        while (holder.Parent is IDelegateCreationOperation or IConversionOperation)
            holder = holder.Parent;
        return holder.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.ContainingNamespace: { Name: "Builder", ContainingNamespace.Name: "AspNetCore" } } };
    }

    /// <summary>A change token's source: cancelling it drops the entries that hold the token.</summary>
    private static bool IsCancellation(IInvocationOperation call) =>
        call.TargetMethod is { Name: "Cancel" or "CancelAsync", ContainingType: { Name: "CancellationTokenSource", ContainingNamespace.Name: "Threading" } };

    private static bool SoundsLikeInvalidation(IMethodSymbol method) =>
        Words.ContainsAny(method.Name, InvalidationWords)
        || (Words.ContainsAny(method.Name, CacheWords) && !method.Name.StartsWith("Get", StringComparison.Ordinal))
        || (method.ContainingType is { } type && Words.ContainsAny(type.Name, CacheWords)
            && (method.Name.StartsWith("Remove", StringComparison.Ordinal) || method.Name.StartsWith("Clear", StringComparison.Ordinal)
                || method.Name.StartsWith("Delete", StringComparison.Ordinal) || method.Name.StartsWith("Refresh", StringComparison.Ordinal)
                || method.Name.StartsWith("Set", StringComparison.Ordinal) || method.Name.StartsWith("Reset", StringComparison.Ordinal)));
}
