using Breakwater.Flow;

namespace Breakwater.Semantics.Hosting;

/// <summary>
/// Work that goes on after the code which asked for it: detached work, and what is put into a channel or collection or given to a
/// method that queues.
/// </summary>
/// <param name="Start">The statement, declaration or call that hands it over.</param>
/// <param name="Call">The call that starts or queues it.</param>
/// <param name="Carried">What the work takes along: arguments, the objects created for it, the lambdas that run as it.</param>
internal sealed record HandedOverWork(IOperation Start, IInvocationOperation Call, ImmutableArray<IOperation> Carried)
{
    /// <summary>The kinds of operation that <see cref="At"/> answers for.</summary>
    public static readonly OperationKind[] Kinds = [.. DetachedWork.Kinds, OperationKind.Invocation];

    /// <summary>The work that an operation hands over; null when it hands none over.</summary>
    /// <param name="operation">One of the <see cref="Kinds"/>.</param>
    /// <param name="compilation">The compilation.</param>
    /// <param name="queues">The beginnings of the names of methods that queue a lambda.</param>
    public static HandedOverWork? At(IOperation operation, Compilation compilation, Func<ImmutableHashSet<string>> queues)
    {
        if (operation is IInvocationOperation queueing)
            return Queued(queueing, queues);
        if (DetachedWork.At(operation, compilation) is not { } detached || Queues(detached.Call, queues))
            return null;

        var carried = detached.Call.Arguments.Select(a => a.Value.Unwrap()).ToList();
        if (detached.Code is { } code && !carried.Contains(code))
            carried.Add(code);
        carried.AddRange(detached.Continuations);
        if (detached.Call.TargetMethod.MethodKind == MethodKind.LocalFunction)
            AddLocalFunction(detached.Call.TargetMethod);
        foreach (var group in carried.OfType<IMethodReferenceOperation>().Where(g => g.Method.MethodKind == MethodKind.LocalFunction).ToList())
            AddLocalFunction(group.Method);
        return new(operation, detached.Call, carried.ToImmutableArray());

        void AddLocalFunction(IMethodSymbol function)
        {
            if (Enclosing.Root(operation).Descendants().FirstOrDefault(o => o is ILocalFunctionOperation local && SymbolEqualityComparer.Default.Equals(local.Symbol, function)) is { } found)
                carried.Add(found);
        }
    }

    /// <summary>Whether an operation runs in a lambda that is handed over itself.</summary>
    public static bool IsAround(IOperation operation, Compilation compilation, Func<ImmutableHashSet<string>> queues)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (Kinds.Contains(current.Kind) && At(current, compilation, queues) is { } work
                && work.Carried.Any(c => c is IAnonymousFunctionOperation && c.Syntax.Span.Contains(operation.Syntax.Span)))
                return true;
        }

        return false;
    }

    /// <summary>The operations that the work takes along: as its arguments, in objects created for it, in its lambdas.</summary>
    public IEnumerable<IOperation> Parts() => Carried.SelectMany(PartsOf);

    private static IEnumerable<IOperation> PartsOf(IOperation carried)
    {
        switch (carried)
        {
            case IAnonymousFunctionOperation or ILocalFunctionOperation:
                return carried.Descendants();
            case IObjectCreationOperation creation:
                var members = creation.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>().Select(i => i.Value) ?? [];
                return creation.Arguments.Select(a => a.Value).Concat(members).SelectMany(v => PartsOf(v.Unwrap()));
            default:
                return [carried];
        }
    }

    private static HandedOverWork? Queued(IInvocationOperation call, Func<ImmutableHashSet<string>> queues)
    {
        if (IsQueueWrite(call.TargetMethod))
            return call.Argument("item") is { Value: var item } && Made(item) is { } made ? new(call, call, ImmutableArray.Create(made)) : null;

        if (!call.TargetMethod.Parameters.Any(p => p.Type.TypeKind == TypeKind.Delegate) || !IsQueueMethod(call.TargetMethod, queues))
            return null;
        var lambdas = call.Arguments.Where(a => a.Parameter?.Type.TypeKind == TypeKind.Delegate).Select(a => Made(a.Value)).OfType<IAnonymousFunctionOperation>().ToList();
        return lambdas.Count > 0 && !GivesResult(call, lambdas)
            ? new(call, call, ImmutableArray.CreateRange<IOperation>(lambdas))
            : null;
    }

    private static bool Queues(IInvocationOperation call, Func<ImmutableHashSet<string>> queues) =>
        IsQueueWrite(call.TargetMethod) || IsQueueMethod(call.TargetMethod, queues);

    private static bool IsQueueWrite(IMethodSymbol method) => method.Name switch
    {
        "TryWrite" or "WriteAsync" => method.ContainingType is { Name: "ChannelWriter", ContainingNamespace.Name: "Channels" },
        "Add" or "TryAdd" => method.ContainingType is { Name: "BlockingCollection", ContainingNamespace.Name: "Concurrent" },
        _ => false,
    };

    private static bool IsQueueMethod(IMethodSymbol method, Func<ImmutableHashSet<string>> queues) =>
        !IsOfSystem(method) && queues().Any(prefix => method.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static bool IsOfSystem(IMethodSymbol method)
    {
        var current = method.ContainingNamespace;
        while (current is { IsGlobalNamespace: false, ContainingNamespace: { IsGlobalNamespace: false } outer })
            current = outer;
        return current is { Name: "System" };
    }

    /// <summary>Whether the caller gets what the lambda returns: then it waits for it.</summary>
    private static bool GivesResult(IInvocationOperation call, List<IAnonymousFunctionOperation> lambdas) =>
        call.Type is INamedTypeSymbol { TypeArguments: [var result] } && DetachedWork.IsTask(call.Type)
        && lambdas.Any(l => SymbolEqualityComparer.Default.Equals(
            DetachedWork.IsTask(l.Symbol.ReturnType) && l.Symbol.ReturnType is INamedTypeSymbol { TypeArguments: [var inner] } ? inner : l.Symbol.ReturnType, result));

    /// <summary>The lambda or created object that a value is, be it through a local.</summary>
    private static IOperation? Made(IOperation value)
    {
        value = value.Unwrap();
        if (value is ILocalReferenceOperation { Local: var local })
            value = LocalValues.Around(value).Single(local)?.Unwrap() ?? value;
        return value is IAnonymousFunctionOperation or IObjectCreationOperation ? value : null;
    }
}
