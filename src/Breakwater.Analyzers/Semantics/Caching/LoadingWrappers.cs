namespace Breakwater.Semantics.Caching;

/// <summary>
/// Calls of methods of the compilation that hold one cache-aside keyed by their own parameters and load with a delegate that they are
/// given: <c>GetOrLoad(key, () => …)</c>. Such a call is a read-through, and the delegate its factory.
/// </summary>
internal static class LoadingWrappers
{
    /// <summary>The populations that a body's calls of such methods are.</summary>
    public static IEnumerable<Population> CalledIn(IOperation body, Compilation compilation)
    {
        foreach (var call in Flow.OwnCode.AndSelf(body).OfType<IInvocationOperation>())
        {
            if (!call.Arguments.Any(a => a.Parameter?.Type.TypeKind == TypeKind.Delegate)
                || Calls.Of(compilation).CertainTarget(call) is not { } target || PathOf(target, compilation) is not { Write.Key: { } key } path
                || path.Load.Instance is not IParameterReferenceOperation { Parameter: var given })
                continue;
            var frame = new Frame(call, target, null);
            if (frame.ArgumentOf(given) is not { } factory)
                continue;
            var bound = new Bound(key.Operation, frame);
            var fill = path.Write with { Operation = call, Verb = CacheVerb.ReadThrough, Key = bound, Value = null, Factory = factory, IsWrapped = true };
            var loads = Population.LoadsIn(factory, compilation);
            if (!loads.IsEmpty)
                yield return new(fill, CacheKey.Of(bound, compilation), loads, null, body);
        }
    }

    /// <summary>The only cache-aside of a method, where it loads with one of the method's parameters.</summary>
    private static MissPath? PathOf(IMethodSymbol method, Compilation compilation)
    {
        const CacheVerbs Both = CacheVerbs.Read | CacheVerbs.Write;
        if (CacheCalls.Of(compilation) is not { } calls || MissPaths.Of(compilation) is not { } paths
            || (calls.MentionedIn(method) & Both) != Both
            || Bodies.Of(compilation).Of(method, CancellationToken.None) is not { } body)
            return null;
        return paths.In(body) is [{ Load.TargetMethod.MethodKind: MethodKind.DelegateInvoke } only] ? only : null;
    }
}
