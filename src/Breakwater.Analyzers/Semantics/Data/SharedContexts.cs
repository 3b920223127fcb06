namespace Breakwater.Semantics.Data;

/// <summary>Which context of the outside a delegate uses.</summary>
internal static class SharedContexts
{
    /// <summary>The first operation in a lambda or method group on a context that is declared outside <paramref name="own"/> and that no guard covers.</summary>
    /// <param name="code">The lambda or method group.</param>
    /// <param name="own">The code whose variables are new each time the delegate runs.</param>
    /// <param name="contexts">The contexts of the compilation.</param>
    /// <param name="synchronous">Whether operations that block the thread count, too; those that <c>Task.Run</c> runs always do.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static ContextUse? In(IOperation code, SyntaxNode own, DbContexts contexts, bool synchronous, CancellationToken cancellationToken)
    {
        if (code is IMethodReferenceOperation group)
            return contexts.StartedBy(group, cancellationToken) is { } used && !used.Context.IsDeclaredIn(own) ? used : null;
        foreach (var operation in code.Descendants())
        {
            var use = (operation is IInvocationOperation call ? contexts.StartedBy(call, cancellationToken) : null)
                ?? (operation is IInvocationOperation or IForEachLoopOperation && (synchronous || IsInTaskRun(operation, code)) ? contexts.RunBy(operation) : null);
            if (use is not null && !use.Context.IsDeclaredIn(own) && !operation.IsInExpressionTree() && !contexts.IsGuarded(use))
                return use;
        }

        return null;
    }

    private static bool IsInTaskRun(IOperation operation, IOperation code)
    {
        for (var current = operation; current != code && current is not null; current = current.Parent)
        {
            if (current is IInvocationOperation call && ContextOverlaps.WorkOf(call) is not null)
                return true;
        }

        return false;
    }
}
