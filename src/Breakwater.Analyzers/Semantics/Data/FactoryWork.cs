using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>
/// What a factory does before it can be told that another one was faster: its synchronous part, up to the first <c>await</c>, followed
/// two levels into the methods and constructors of the compilation.
/// </summary>
internal sealed class FactoryWork
{
    private const int Levels = 2;

    private readonly Compilation _compilation;
    private readonly IoCalls _io;
    private readonly Loads _loads;

    private FactoryWork(Compilation compilation)
    {
        _compilation = compilation;
        _io = IoCalls.Of(compilation);
        _loads = Loads.Of(compilation);
    }

    public static FactoryWork Of(Compilation compilation) => compilation.Know(static c => new FactoryWork(c))!;

    /// <summary>Whether a factory does I/O that its caller waits for: by itself, or by blocking on a task.</summary>
    public bool Blocks(IOperation factory, CancellationToken cancellationToken) =>
        Run(factory, Levels, cancellationToken).Any(IsBlockingIo);

    /// <summary>Whether a factory starts work that goes on by itself: a thread, or a task that is not its value.</summary>
    public bool Starts(IOperation factory, CancellationToken cancellationToken) =>
        Run(factory, Levels, cancellationToken).Any(o => o is IInvocationOperation call && IsStart(call));

    private bool IsBlockingIo(IOperation operation)
    {
        switch (operation)
        {
            case IPropertyReferenceOperation { Property.Name: "Result", Instance: ILocalReferenceOperation task }:
                return IsSource(task);
            case IInvocationOperation { TargetMethod.Name: "Wait" or "GetAwaiter", Instance: ILocalReferenceOperation task }:
                return IsSource(task);
            case IInvocationOperation call when Loads.IsBlockedOn(call):
                return IoCalls.IsTaskLike(call.Type) && (_loads.IsSource(call) || _loads.IsLoad(call) || RunsUnknownTask(call));
            case IMethodReferenceOperation group:
                return _io.IsIoWhenCalled(group) && !IsAsynchronous(group.Method.ReturnType);
            default:
                return _io.IsIo(operation) && !IsAsynchronous(operation.Type);
        }

        // A task from outside the factory is the same one for everybody who waits for it here.
        bool IsSource(ILocalReferenceOperation task) =>
            LocalValues.Around(task).Single(task.Local)?.Unwrap() is IInvocationOperation call && _loads.IsSource(call)
            && BodyGraph.BodyOf(call) == BodyGraph.BodyOf(task);
    }

    /// <summary><c>Task.Run(load)</c> of a delegate that the caller passed.</summary>
    private static bool RunsUnknownTask(IInvocationOperation call) =>
        call is { TargetMethod: { Name: "Run" or "StartNew", ContainingType.Name: "Task" or "TaskFactory" }, Arguments: [{ Value: var run }, ..] }
        && run.Unwrap() is IParameterReferenceOperation { Type: INamedTypeSymbol { DelegateInvokeMethod.ReturnType: var returned } } && IoCalls.IsTaskLike(returned);

    /// <summary>Tasks, and the calls of gRPC that are awaited like tasks.</summary>
    private static bool IsAsynchronous(ITypeSymbol? type) => IoCalls.IsTaskLike(type) || type?.Name.StartsWith("Async", StringComparison.Ordinal) == true;

    private static bool IsStart(IInvocationOperation call) =>
        call.TargetMethod is { Name: "Start", ContainingType: { Name: "Thread" or "Task", ContainingNamespace: { Name: "Threading" or "Tasks" } } }
        || (IoCalls.IsTaskLike(call.Type) && !IsPlumbing(call.TargetMethod) && IsLeftRunning(call, new(SymbolEqualityComparer.Default)));

    private static bool IsPlumbing(IMethodSymbol method) =>
        method.ContainingType is { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" } && method.Name is not "Run";

    /// <summary>Whether nobody waits for a task and it is not handed on; one that an object is given counts as handed on.</summary>
    private static bool IsLeftRunning(IOperation task, HashSet<ISymbol> locals)
    {
        for (var current = task; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case IExpressionStatementOperation:
                case ISimpleAssignmentOperation { Target: IDiscardOperation or IMemberReferenceOperation } assignment when assignment.Value == current:
                    return true;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } assignment when assignment.Value == current:
                    return IsLocalLeftRunning(task, local, locals);
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var declared } }:
                    return IsLocalLeftRunning(task, declared, locals);
                case IConversionOperation or IParenthesizedOperation or IConditionalOperation or ICoalesceOperation or IArrayInitializerOperation or IArrayCreationOperation:
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "ContinueWith" or "Unwrap" or "WaitAsync" } next when next.Instance == current:
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.Name: "Task" or "TaskExtensions" } }:
                case IInvocationOperation { TargetMethod.ContainingType.Name: "Task" or "TaskExtensions" }:
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    private static bool IsLocalLeftRunning(IOperation task, ILocalSymbol local, HashSet<ISymbol> locals) =>
        locals.Add(local)
        && BodyGraph.BodyOf(task).DescendantsAndSelf().OfType<ILocalReferenceOperation>()
            .Where(r => !r.IsDeclaration && SymbolEqualityComparer.Default.Equals(r.Local, local) && !(r.Parent is IAssignmentOperation a && a.Target == r))
            .All(r => IsLeftRunning(r, locals));

    private IEnumerable<IOperation> Run(IOperation factory, int levels, CancellationToken cancellationToken)
    {
        var code = factory.Unwrap();
        if (code is ILocalReferenceOperation { Local: var local } && LocalValues.Around(code).Single(local) is { } only)
            code = only.Unwrap();
        if (code is IMethodReferenceOperation { Method: var group })
            return Bodies.Of(_compilation).Of(group, cancellationToken) is { } grouped ? Synchronous(grouped, levels, cancellationToken) : [code];
        return code is IAnonymousFunctionOperation ? Synchronous(code, levels, cancellationToken) : [];
    }

    private IEnumerable<IOperation> Synchronous(IOperation body, int levels, CancellationToken cancellationToken)
    {
        var operations = OwnCode.AndSelf(body).ToList();
        var suspended = int.MaxValue;
        foreach (var operation in operations)
        {
            if (operation is IAwaitOperation)
                suspended = Math.Min(suspended, operation.Syntax.Span.End);
        }

        foreach (var operation in operations)
        {
            // A delegate that is only mentioned runs at another time, if ever.
            if (operation is IMethodReferenceOperation || (operation != body && operation.Syntax.Span.End > suspended))
                continue;
            yield return operation;
            if (levels > 0 && CalledBy(operation) is { } target && Bodies.Of(_compilation).Of(target, cancellationToken) is { } called)
            {
                foreach (var inner in Synchronous(called, levels - 1, cancellationToken))
                    yield return inner;
            }

            foreach (var lambda in RunBy(operation))
            {
                foreach (var inner in Synchronous(lambda, levels, cancellationToken))
                    yield return inner;
            }
        }
    }

    private IMethodSymbol? CalledBy(IOperation operation) => operation switch
    {
        IInvocationOperation call => Calls.Of(_compilation).CertainTarget(call),
        IObjectCreationOperation { Constructor: { } constructor } when constructor.IsDeclaredIn(_compilation) => constructor,
        _ => null,
    };

    /// <summary>The lambdas that a call runs before it returns, such as those of Polly.</summary>
    private IEnumerable<IOperation> RunBy(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { ContainingType.Name: not ("Task" or "TaskFactory") } method } call && !method.IsDeclaredIn(_compilation) && _loads.RunsItsLambda(method)
            ? call.Arguments.Select(a => a.Value).OfType<IDelegateCreationOperation>().Select(d => d.Target).OfType<IAnonymousFunctionOperation>()
            : [];
}
