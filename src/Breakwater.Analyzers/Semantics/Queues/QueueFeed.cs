using Breakwater.Flow;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Semantics.Queues;

/// <summary>
/// The entry point that decides how fast a queue fills: one that writes to it, or that calls a method which writes one of its own
/// parameters. Calls through the interface member that such a method implements count; calls through other types do not.
/// </summary>
internal static class QueueFeed
{
    /// <summary>A call within the owning type that passes a parameter on is followed this many times.</summary>
    private const int Levels = 3;

    public static EntryPoint? Of(QueueUses uses, Compilation compilation, CancellationToken cancellationToken)
    {
        var entryPoints = EntryPoints.Of(compilation);
        var pending = new Queue<(IMethodSymbol Method, int Level)>();
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var write in uses.Writes)
        {
            if (!write.CarriesData)
                continue;
            if (entryPoints.Around(write.Operation, cancellationToken) is { } direct)
                return direct;
            if (write.WritesParameter(compilation, cancellationToken))
                Enqueue(write.Operation, 0);
        }

        while (pending.Count > 0)
        {
            var (method, level) = pending.Dequeue();
            foreach (var call in CallsOf(method, compilation, cancellationToken))
            {
                if (entryPoints.Around(call, cancellationToken) is { } through)
                    return through;
                if (level < Levels && call.Arguments.Any(a => QueueWrite.ComesFromParameter(a.Value, compilation, cancellationToken))
                    && IsWithin(call, method, compilation, cancellationToken))
                    Enqueue(call, level + 1);
            }
        }

        return null;

        void Enqueue(IOperation operation, int level)
        {
            if (Enclosing.Method(operation, compilation, cancellationToken) is { MethodKind: not MethodKind.Constructor } method && seen.Add(method.OriginalDefinition))
                pending.Enqueue((method.OriginalDefinition, level));
        }
    }

    private static bool IsWithin(IOperation call, IMethodSymbol method, Compilation compilation, CancellationToken cancellationToken) =>
        Enclosing.Member(call, compilation, cancellationToken) is { } caller
        && SymbolEqualityComparer.Default.Equals(Mentions.OutermostType(caller), Mentions.OutermostType(method));

    private static IEnumerable<IInvocationOperation> CallsOf(IMethodSymbol method, Compilation compilation, CancellationToken cancellationToken)
    {
        foreach (var name in Reach.InterfaceMembersOf(method).Prepend(method))
        {
            var mentions = Reach.Of(name) == Visibility.Type
                ? Mentions.InOutermostType(name, name.Name, cancellationToken)
                : Mentions.In(compilation, name.Name, Reach.NamesOf(method.ContainingType), cancellationToken);
            foreach (var mention in mentions)
            {
                if (mention is InvocationExpressionSyntax
                    && Bodies.Of(compilation).Of(mention, cancellationToken) is IInvocationOperation call
                    && SymbolEqualityComparer.Default.Equals(call.TargetMethod.Definition(), name))
                    yield return call;
            }
        }
    }
}
