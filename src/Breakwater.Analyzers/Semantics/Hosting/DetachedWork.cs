using Breakwater.Flow;

namespace Breakwater.Semantics.Hosting;

/// <summary>
/// Work that a body starts and lets go: a task that is a statement of its own, is assigned to <c>_</c> or to a local that nobody
/// reads, or is the receiver of a <c>void</c> extension (<c>.Forget()</c>); a call of an <c>async void</c> method of the
/// compilation; a work item of the thread pool; a started thread. What is awaited, returned, stored or passed on is not detached,
/// nor is a continuation of a stored task or a thread that the same body joins.
/// </summary>
/// <param name="Discarded">The whole expression whose result is let go.</param>
/// <param name="Call">The call in it that starts the work: <c>SendAsync(..)</c>, <c>Task.Run(..)</c>, <c>thread.Start()</c>.</param>
/// <param name="Code">The lambda or method group that the pool, the thread or <c>Task.Run</c> gets, be it through a local; null when the called method is the work, or when the delegate is any other variable.</param>
internal sealed record DetachedWork(IOperation Discarded, IInvocationOperation Call, IOperation? Code)
{
    /// <summary>The kinds of operation that <see cref="At"/> answers for.</summary>
    public static readonly OperationKind[] Kinds = [OperationKind.ExpressionStatement, OperationKind.VariableDeclarator];

    /// <summary>The lambdas and method groups that go on when the work is done: what <c>ContinueWith</c> gets in the discarded expression.</summary>
    public IEnumerable<IOperation> Continuations => Discarded.DescendantsAndSelf()
        .OfType<IInvocationOperation>()
        .Where(c => c.TargetMethod.Name == "ContinueWith" && IsTask(c.Instance?.Type) && c.Syntax.Span.Contains(Call.Syntax.Span))
        .Select(c => CodeOf(c.Arguments))
        .OfType<IOperation>();

    /// <summary>The detached work of a body, that of its lambdas and local functions included, in source order.</summary>
    public static IEnumerable<DetachedWork> In(IOperation body, Compilation compilation) =>
        body.DescendantsAndSelf().Select(operation => At(operation, compilation)).OfType<DetachedWork>();

    /// <summary>The work that a statement or a declared local lets go; null when it lets none go.</summary>
    /// <param name="operation">One of the <see cref="Kinds"/>.</param>
    /// <param name="compilation">The compilation.</param>
    public static DetachedWork? At(IOperation operation, Compilation compilation) => operation switch
    {
        IExpressionStatementOperation { Operation: ISimpleAssignmentOperation assignment } when IsDiscard(assignment.Target) => Started(assignment.Value, compilation),
        IExpressionStatementOperation { Operation: ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } assignment } when IsTask(local.Type) && !IsRead(local, operation) =>
            Started(assignment.Value, compilation),
        IExpressionStatementOperation { Operation: var expression } => Started(expression, compilation),
        IVariableDeclaratorOperation { Symbol: var local, Initializer.Value: var value } when IsTask(local.Type) && !IsRead(local, operation) => Started(value, compilation),
        _ => null,
    };

    /// <summary>The innermost detached work whose <see cref="Code"/> holds an operation; null when it runs in no such code.</summary>
    public static DetachedWork? Around(IOperation operation, Compilation compilation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (Kinds.Contains(current.Kind) && At(current, compilation) is { Code: { } code } work && code.Syntax.Span.Contains(operation.Syntax.Span))
                return work;
        }

        return null;
    }

    /// <summary>Whether values of the type are running or finished work.</summary>
    public static bool IsTask(ITypeSymbol? type) =>
        type is { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } } };

    private static DetachedWork? Started(IOperation discarded, Compilation compilation)
    {
        discarded = discarded.Unwrap();
        if (Work(discarded) is not { } call)
            return null;

        var method = call.TargetMethod;
        if (IsIn(method, "ThreadPool") && method.Name is "QueueUserWorkItem" or "UnsafeQueueUserWorkItem")
            return new(discarded, call, CodeOf(call.Arguments));
        if (method.Name is "Start" or "UnsafeStart" && IsIn(method, "Thread"))
            return ThreadOf(call) is { } thread && !IsJoined(call) ? new(discarded, call, CodeOf(thread.Arguments)) : null;
        if (method is { IsAsync: true, ReturnsVoid: true })
            return method.IsDeclaredIn(compilation) ? new(discarded, call, null) : null;
        if (!IsTask(call.Type))
            return null;
        return new(discarded, call, IsStarter(method) ? CodeOf(call.Arguments) : null);
    }

    /// <summary>The call behind what only decorates its task; null when the task comes from a variable.</summary>
    private static IInvocationOperation? Work(IOperation expression)
    {
        while (true)
        {
            switch (expression.Unwrap())
            {
                case IConditionalAccessOperation access:
                    expression = access.WhenNotNull;
                    break;
                case IInvocationOperation { TargetMethod: { Name: "ConfigureAwait" or "ContinueWith" or "AsTask" or "Preserve" or "WaitAsync" }, Instance: { } task } when IsTask(task.Type):
                    expression = task;
                    break;
                case IInvocationOperation { TargetMethod: { IsExtensionMethod: true } method, Arguments: [{ Value: var task }, ..] }
                    when IsTask(task.Unwrap().Type) && ((method.ReturnsVoid && !method.Name.StartsWith("Wait", StringComparison.Ordinal)) || method.Name is "Unwrap" or "ConfigureAwait"):
                    expression = task;
                    break;
                case IInvocationOperation call:
                    return call;
                case IConditionalAccessInstanceOperation placeholder when placeholder.Accessed() is { } accessed:
                    expression = accessed;
                    break;
                default:
                    return null;
            }
        }
    }

    private static IObjectCreationOperation? ThreadOf(IInvocationOperation start) => start.Instance?.Unwrap() switch
    {
        IObjectCreationOperation creation => creation,
        ILocalReferenceOperation { Local: var local } reference => LocalValues.Around(reference).Single(local)?.Unwrap() as IObjectCreationOperation,
        _ => null,
    };

    private static bool IsJoined(IInvocationOperation start) => start.Instance?.Unwrap() is ILocalReferenceOperation { Local: var local }
        && Enclosing.Root(start).Descendants().Any(o => o is IInvocationOperation { TargetMethod.Name: "Join", Instance: ILocalReferenceOperation joined }
            && SymbolEqualityComparer.Default.Equals(joined.Local, local));

    private static IOperation? CodeOf(ImmutableArray<IArgumentOperation> arguments)
    {
        var value = arguments.FirstOrDefault(a => a.Parameter?.Type.TypeKind == TypeKind.Delegate)?.Value.Unwrap();
        if (value is ILocalReferenceOperation { Local: var local })
            value = LocalValues.Around(value).Single(local)?.Unwrap();
        while (value is IObjectCreationOperation { Type.TypeKind: TypeKind.Delegate, Arguments: [{ Value: var inner }] })
            value = inner.Unwrap();
        return value is IAnonymousFunctionOperation or IMethodReferenceOperation ? value : null;
    }

    private static bool IsStarter(IMethodSymbol method) =>
        method.Name == "Run" && method.ContainingType is { Name: "Task" } || method.Name == "StartNew" && method.ContainingType is { Name: "TaskFactory" };

    private static bool IsIn(IMethodSymbol method, string type) =>
        method.ContainingType is { ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } } containing && containing.Name == type;

    /// <summary>A lambda's own parameter called <c>_</c> is as good as a discard to the reader.</summary>
    private static bool IsDiscard(IOperation target) => target is IDiscardOperation or IParameterReferenceOperation { Parameter.Name: "_" };

    private static bool IsRead(ILocalSymbol local, IOperation near) =>
        Enclosing.Root(near).Descendants().Any(o => o is ILocalReferenceOperation { IsDeclaration: false } reference
            && SymbolEqualityComparer.Default.Equals(reference.Local, local)
            && !(reference.Parent is ISimpleAssignmentOperation assignment && assignment.Target == reference));
}
