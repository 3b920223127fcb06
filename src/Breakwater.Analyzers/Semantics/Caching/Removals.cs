using Breakwater.Flow;
using Breakwater.Semantics.Data;

namespace Breakwater.Semantics.Caching;

/// <summary>A removal that a body makes for sure when it passes a call.</summary>
/// <param name="Call">The call in the body: of the cache, of a wrapper, or of a method that removes on every path.</param>
/// <param name="Operation">What is removed, with the call's arguments put in.</param>
internal sealed record Removal(IInvocationOperation Call, CacheOperation Operation)
{
    /// <summary>The keys or tags that are removed.</summary>
    public IEnumerable<CacheKey> Keys(Compilation compilation) =>
        (Operation.Key ?? Operation.Tags) is { } source ? CacheKey.EachOf(source, compilation) : [];
}

/// <summary>Finds the removals of a body, its own and those of methods of the compilation that it calls, one level deep.</summary>
internal static class Removals
{
    /// <summary>The removals of keys and tags in a body. A method that also commits is no removal: it is a write with its own order.</summary>
    /// <param name="body">The body.</param>
    /// <param name="commitNames">See <see cref="Commits.DefaultNames"/>.</param>
    /// <param name="compilation">The compilation.</param>
    public static IEnumerable<Removal> In(IOperation body, ImmutableHashSet<string> commitNames, Compilation compilation)
    {
        if (CacheCalls.Of(compilation) is not { } calls)
            yield break;
        var own = calls.In(body);
        foreach (var operation in own)
        {
            if (IsRemoval(operation) && operation.Operation is IInvocationOperation call && (!operation.IsWrapped || IsSure(call)))
                yield return new(call, operation);
        }

        foreach (var call in OwnCode.AndSelf(body).OfType<IInvocationOperation>())
        {
            if (own.Any(o => o.Operation == call) || Calls.Of(compilation).CertainTarget(call) is not { } target
                || (calls.MentionedIn(target) & (CacheVerbs.Remove | CacheVerbs.RemoveByTag)) == 0
                || BodyOf(target) is not { } code || Commits(code))
                continue;
            foreach (var operation in calls.RunBy(call))
            {
                if (IsRemoval(operation) && IsOnEveryPath(code, operation))
                    yield return new(call, operation);
            }
        }

        IOperation? BodyOf(IMethodSymbol method) => Bodies.Of(compilation).Of(method, CancellationToken.None);

        bool Commits(IOperation code) =>
            OwnCode.AndSelf(code).Any(o => o is IInvocationOperation inner && Data.Commits.Of(compilation).IsCommit(inner, commitNames));

        bool IsSure(IInvocationOperation wrapper) =>
            Calls.Of(compilation).CertainTarget(wrapper) is { } target && BodyOf(target) is { } code && !Commits(code)
            && calls.In(code) is [var only] && IsOnEveryPath(code, only);

        bool IsOnEveryPath(IOperation code, CacheOperation operation) =>
            BodyGraph.Of(code)?.IsOnEveryPath(operation.Operation) == true
            && (!operation.IsWrapped || (operation.Operation is IInvocationOperation inner && IsSure(inner)));
    }

    private static bool IsRemoval(CacheOperation operation) => operation.Verb is CacheVerb.Remove or CacheVerb.RemoveByTag;
}
