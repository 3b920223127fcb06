namespace Breakwater.Flow;

/// <summary>The code that runs when a body runs: lambdas and local functions in it run at another time, or never.</summary>
internal static class OwnCode
{
    /// <summary>The operations under <paramref name="body"/> in source order, not entering lambdas and local functions.</summary>
    public static IEnumerable<IOperation> Of(IOperation body)
    {
        // A stack of its own: an expression can be deeper than the thread's.
        var open = new Stack<IOperation>();
        Push(body);
        while (open.Count > 0)
        {
            var current = open.Pop();
            yield return current;
            Push(current);
        }

        void Push(IOperation parent)
        {
            foreach (var child in parent.ChildOperations.Reverse())
            {
                if (child is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
                    open.Push(child);
            }
        }
    }

    /// <summary>The same, <paramref name="body"/> itself first.</summary>
    public static IEnumerable<IOperation> AndSelf(IOperation body) => Of(body).Prepend(body);

    /// <summary>The bodies of a member: the one that <paramref name="block"/> belongs to, then its lambdas and local functions.</summary>
    public static IEnumerable<IOperation> Bodies(IOperation block) =>
        block.Descendants().Where(o => o is IAnonymousFunctionOperation or ILocalFunctionOperation).Prepend(BodyGraph.BodyOf(block));

    /// <summary>What <paramref name="body"/> returns, one value per <c>return</c>; an expression body returns its expression.</summary>
    public static IEnumerable<IOperation> Returned(IOperation body)
    {
        foreach (var operation in Of(body))
        {
            if (operation is IReturnOperation { Kind: OperationKind.Return, ReturnedValue: { } value })
                yield return value;
        }
    }
}
