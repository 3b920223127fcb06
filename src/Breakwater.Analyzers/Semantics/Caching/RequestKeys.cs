namespace Breakwater.Semantics.Caching;

/// <summary>Keys that are also what the load asks for, such as a URL or a path: their text is not ours to choose.</summary>
internal static class RequestKeys
{
    /// <summary>Whether the key of an operation goes whole into a load of the same member, or of one that fills such entries of the same cache.</summary>
    public static bool IsOne(KeyedOperation operation, Compilation compilation) =>
        IsAskedFor(operation.Operation, operation.Body, compilation)
        || KeySearch.Of(compilation)!.PopulationsOf(operation.Key!, operation.Operation.Kind)
            .Any(p => p.Fill.Cache.IsSameAs(operation.Operation.Cache) && IsAskedFor(p.Fill, p.Body, compilation));

    private static bool IsAskedFor(CacheOperation operation, IOperation body, Compilation compilation)
    {
        var key = operation.Key!.Value.Resolve();
        var root = Enclosing.Root(body);
        var locals = Flow.LocalValues.Around(root);
        if (operation.Operation is IInvocationOperation own && own.Argument("state") is { } state && locals.DependsOn(state.Value, IsKey))
            return true;
        var operations = Flow.OwnCode.Bodies(root)
            .SelectMany(b => CacheCalls.Of(compilation)!.In(b)).Select(o => o.Operation).ToImmutableHashSet();
        return root.Descendants().OfType<IInvocationOperation>().Any(call =>
            !operations.Contains(call) && call.Arguments.Any(a => locals.DependsOn(a.Value, IsKey)) && Data.Loads.Of(compilation).IsLoad(call));

        bool IsKey(IOperation part) => part.Kind == key.Operation.Kind && SameValue.Of(new(part), key);
    }
}
