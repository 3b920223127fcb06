using Breakwater.Flow;

namespace Breakwater.Semantics.Hosting;

/// <summary>The code that handles one message, or one item of a read loop, around some operation.</summary>
/// <param name="Kind">A message handler or a read loop.</param>
/// <param name="Handler">The method or lambda that gets the message; null in a read loop.</param>
/// <param name="Loop">The innermost loop that takes the items; null in a message handler.</param>
/// <param name="Entry">The part of the handler's own code that leads to the operation: the operation, or the call of the local function it stands in.</param>
internal sealed record ItemHandler(EntryPointKind Kind, IMethodSymbol? Handler, ILoopOperation? Loop, IOperation Entry);

/// <summary>
/// Finds the message handler or read loop around a piece of code and tells what in it comes from the message or item. A local function
/// counts with the loop that calls it.
/// </summary>
internal sealed class ItemHandlers
{
    private readonly Compilation _compilation;
    private readonly HandlerTypes _types;
    private readonly ReadLoops _loops;
    private readonly Lazy<ImmutableArray<SyntaxTree>> _attaching;

    private ItemHandlers(Compilation compilation)
    {
        _compilation = compilation;
        _types = HandlerTypes.Of(compilation);
        _loops = new ReadLoops(compilation);
        _attaching = new(() => ImmutableArray.CreateRange(compilation.SyntaxTrees.Where(t => HandlerTypes.MessageEvents.Any(e => CallNames.IsNamedIn(t, e)))));
    }

    /// <summary>The handlers of a compilation; null when it references neither hosted services nor a broker.</summary>
    public static ItemHandlers? Of(Compilation compilation) =>
        compilation.Know(static c => new ItemHandlers(c) is var handlers && (handlers._types.KnowsMessages || handlers._loops.AreKnown) ? handlers : null);

    /// <summary>The handler whose code holds <paramref name="operation"/>, lambdas and local functions declared there included.</summary>
    public ItemHandler? Around(IOperation operation, CancellationToken cancellationToken)
    {
        ILoopOperation? loop = null;
        var entry = operation;
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            switch (current)
            {
                case IAnonymousFunctionOperation lambda when _types.MessageEventOf(lambda) is not null:
                    return new(EntryPointKind.Message, lambda.Symbol, null, entry);
                case ILocalFunctionOperation local when IsAttached(local.Symbol, cancellationToken):
                    return new(EntryPointKind.Message, local.Symbol, null, entry);
                case ILocalFunctionOperation local when loop is null:
                    foreach (var call in Enclosing.Root(operation).Descendants().OfType<IInvocationOperation>())
                    {
                        if (SymbolEqualityComparer.Default.Equals(call.TargetMethod.OriginalDefinition, local.Symbol) && LoopAround(call) is { } calling)
                            (loop, entry) = (calling, call);
                    }

                    break;
                case ILoopOperation taking when loop is null && _loops.Takes(taking):
                    loop = taking;
                    break;
            }
        }

        if (Enclosing.Member(operation, _compilation, cancellationToken) is not { } member)
            return null;
        return _types.HandlerKind(member) is { } kind ? (kind == EntryPointKind.Message ? new(kind, member, null, entry) : null)
            : loop is not null && _loops.Own(member, cancellationToken) ? new(EntryPointKind.ReadLoop, null, loop, entry)
            : IsAttached(member, cancellationToken) ? new(EntryPointKind.Message, member, null, entry) : null;
    }

    /// <summary>
    /// Whether an expression reads the message or item of the handler, or a local that is computed from it in one step; parameters of
    /// local functions stand for what they are given. Tokens and loggers tell nothing of a message.
    /// </summary>
    public bool ComesFromItem(IOperation expression, ItemHandler handler)
    {
        var locals = LocalValues.Around(expression);
        return Reads(expression, variable => IsNear(variable)
            || ArgumentsFor(variable, expression).Any(argument => Reads(argument, IsNear)));

        bool IsNear(ISymbol variable) => IsItem(variable, handler, locals)
            || (variable is ILocalSymbol && locals.Of(variable).Any(given => Reads(given.Value, source => IsItem(source, handler, locals))));
    }

    private bool IsItem(ISymbol variable, ItemHandler handler, LocalValues locals) =>
        variable is IParameterSymbol parameter
            ? SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, handler.Handler)
            : handler.Loop is not null && locals.Of(variable).Any(given => given.Value.DescendantsAndSelf().Any(IsTakeOfItem));

    /// <summary>What the parameter of a local function is given.</summary>
    private static IEnumerable<IOperation> ArgumentsFor(ISymbol variable, IOperation near) =>
        variable is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.LocalFunction } function } parameter
            ? Enclosing.Root(near).Descendants().OfType<IInvocationOperation>()
                .Where(call => SymbolEqualityComparer.Default.Equals(call.TargetMethod.OriginalDefinition, function.OriginalDefinition))
                .SelectMany(call => call.Arguments.Where(a => a.Parameter?.Ordinal == parameter.Ordinal).Select(a => a.Value))
            : [];

    private bool Reads(IOperation expression, Func<ISymbol, bool> isMeant)
    {
        var open = new Stack<IOperation>();
        open.Push(expression);
        while (open.Count > 0)
        {
            var current = open.Pop();
            if (current.Type is { Name: "CancellationToken" or "ILogger" })
                continue;
            if (IsTakeOfItem(current) || (current is (ILocalReferenceOperation or IParameterReferenceOperation) && VariableWrites.Referenced(current) is { } variable && isMeant(variable)))
                return true;
            foreach (var child in current.ChildOperations)
                open.Push(child);
        }

        return false;
    }

    private bool IsTakeOfItem(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { Name: not "WaitToReadAsync" } method } && _loops.IsTake(method);

    private ILoopOperation? LoopAround(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is ILoopOperation loop && _loops.Takes(loop))
                return loop;
        }

        return null;
    }

    private bool IsAttached(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (!_types.KnowsMessages || method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction))
            return false;
        foreach (var tree in _attaching.Value)
        {
            foreach (var mention in Mentions.In(tree.GetRoot(cancellationToken), method.Name, cancellationToken))
            {
                if (mention.Parent is AssignmentExpressionSyntax or ArgumentSyntax
                    && Bodies.Of(_compilation).Of(mention, cancellationToken) is IMethodReferenceOperation reference
                    && SymbolEqualityComparer.Default.Equals(reference.Method.OriginalDefinition, method.OriginalDefinition)
                    && _types.MessageEventOf(reference) is not null)
                    return true;
            }
        }

        return false;
    }
}
