using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>
/// The loads whose failure is the failure of the code they stand in: awaited or handed on as a task, not inside a <c>try</c> that
/// answers every exception with a value. Follows methods of the compilation two levels deep, and the lambdas of <c>Lazy</c> and
/// of methods known to run them (<c>Task.Run</c>, Polly, LINQ).
/// </summary>
internal sealed class FailingLoads
{
    private const int Levels = 2;

    private readonly Compilation _compilation;
    private readonly IoCalls _io;
    private readonly Loads _loads;
    private readonly INamedTypeSymbol? _lazy;

    private FailingLoads(Compilation compilation)
    {
        _compilation = compilation;
        _io = IoCalls.Of(compilation);
        _loads = Loads.Of(compilation);
        _lazy = compilation.Find("System.Lazy`1");
    }

    /// <summary>How the code hands on what it loads.</summary>
    private enum As
    {
        /// <summary>By a task: any load counts.</summary>
        Task,

        /// <summary>By its value, blocking: only proven network or database I/O counts.</summary>
        Value,

        /// <summary>By a task that somebody blocks on: the same.</summary>
        BlockedTask,
    }

    public static FailingLoads Of(Compilation compilation) => compilation.Know(static c => new FailingLoads(c))!;

    /// <summary>The load that a task fails with, given the expression of the task or the delegate that makes it; null when none is seen.</summary>
    public IOperation? OfTask(IOperation value, CancellationToken cancellationToken) => First(value, As.Task, Levels, cancellationToken);

    /// <summary>The network or database I/O that a delegate fails with when it is called, not counting what it awaits.</summary>
    public IOperation? OfValue(IOperation factory, CancellationToken cancellationToken) => First(factory, As.Value, Levels, cancellationToken);

    /// <summary>What a message calls a load.</summary>
    public static string NameOf(IOperation load) => load switch
    {
        IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: { } target } => target.Syntax.ToString(),
        IInvocationOperation call => call.TargetMethod.Name,
        IMethodReferenceOperation reference => reference.Method.Name,
        IForEachLoopOperation loop => loop.Collection.Syntax.ToString(),
        _ => load.Syntax.ToString(),
    };

    private IOperation? First(IOperation code, As result, int levels, CancellationToken cancellationToken)
    {
        foreach (var operation in Run(code.Unwrap(), new(SymbolEqualityComparer.Default)))
        {
            if (Fails(operation, result, levels, cancellationToken) && !IsAnswered(operation))
                return operation;
        }

        return null;
    }

    private bool Fails(IOperation operation, As result, int levels, CancellationToken cancellationToken)
    {
        switch (operation)
        {
            case IInvocationOperation call when RedisConnections.IsConnect(call.TargetMethod):
                return RedisConnections.Throws(call, _compilation, cancellationToken) ?? result == As.Task;
            case IInvocationOperation call when Calls.Of(_compilation).CertainTarget(call) is { } target:
                return IsWaitedFor(call, result)
                    && FailsIn(target, result == As.Value && IoCalls.IsTaskLike(call.Type) ? As.BlockedTask : result, levels, cancellationToken);
            case IInvocationOperation call when IsTaskStatic(call.TargetMethod):
                return result == As.Value && Loads.IsBlockedOn(call)
                    && call.Arguments.Any(a => IsDelegate(a.Value.Unwrap()) && First(a.Value, As.BlockedTask, levels, cancellationToken) is not null);
            case IInvocationOperation call:
                return IsWaitedFor(call, result) && (result == As.Task ? _loads.IsSource(call) : IsNetwork(call));
            case IMethodReferenceOperation { Method: var method } when method.IsDeclaredIn(_compilation) && !method.IsAbstract && !method.IsVirtual && !method.IsOverride:
                return FailsIn(method, result, levels, cancellationToken);
            case IMethodReferenceOperation { Method: var method }:
                return result == As.Task && IoCalls.IsTaskLike(method.ReturnType) && !IsTaskStatic(method);
            case IParameterReferenceOperation or IFieldReferenceOperation when result == As.Task:
                return operation.Type is INamedTypeSymbol { DelegateInvokeMethod.ReturnType: var returned } && IoCalls.IsTaskLike(returned);
            default:
                return IsNetwork(operation);
        }
    }

    private bool FailsIn(IMethodSymbol method, As result, int levels, CancellationToken cancellationToken) =>
        levels > 0 && Bodies.Of(_compilation).Of(method, cancellationToken) is { } body && First(body, result, levels - 1, cancellationToken) is not null;

    /// <summary>Whether a failure reaches whoever has the result: a task that is dropped takes its failure with it.</summary>
    private static bool IsWaitedFor(IInvocationOperation call, As result)
    {
        if (!IoCalls.IsTaskLike(call.Type))
            return true;
        if (result == As.Value)
            return Loads.IsBlockedOn(call);
        return call.Parent is not (IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation });
    }

    private bool IsNetwork(IOperation operation) => _io.IsIo(operation) && !IoCalls.IsFile(operation);

    private static bool IsTaskStatic(IMethodSymbol method) => method.ContainingType is { Name: "Task" or "ValueTask" or "TaskFactory", ContainingNamespace.Name: "Tasks" };

    private static bool IsDelegate(IOperation value) =>
        value is IAnonymousFunctionOperation or IMethodReferenceOperation
        || (value is IParameterReferenceOperation or IFieldReferenceOperation && value.Type?.TypeKind == TypeKind.Delegate);

    /// <summary>What runs when the code does: delegates that are run as they are included, other delegates not.</summary>
    private IEnumerable<IOperation> Run(IOperation code, HashSet<ISymbol> locals)
    {
        if (code is ILocalReferenceOperation { Local: var local })
        {
            if (!locals.Add(local))
                yield break;
            foreach (var inner in LocalValues.Around(code).Of(local).Where(g => g.How == LocalValues.How.Assigned).SelectMany(g => Run(g.Value.Unwrap(), locals)))
                yield return inner;
            yield break;
        }

        foreach (var operation in OwnCode.AndSelf(code))
        {
            if (operation == code || !IsDelegate(operation))
                yield return operation;
            foreach (var inner in RunBy(operation).Select(a => a.Value.Unwrap()).Where(IsDelegate).SelectMany(d => Run(d, locals)))
                yield return inner;
        }
    }

    private ImmutableArray<IArgumentOperation> RunBy(IOperation operation) => operation switch
    {
        IObjectCreationOperation creation when creation.Type.Is(_lazy) => creation.Arguments,
        IInvocationOperation call when _loads.RunsItsLambda(call.TargetMethod) => call.Arguments,
        _ => ImmutableArray<IArgumentOperation>.Empty,
    };

    /// <summary>Whether a <c>try</c> around a load answers every exception with something other than an exception.</summary>
    private static bool IsAnswered(IOperation load)
    {
        for (var current = load; current.Parent is { } parent and not (IAnonymousFunctionOperation or ILocalFunctionOperation); current = parent)
        {
            if (parent is ITryOperation attempt && attempt.Body == current && attempt.Catches.Any(Answers)
                && (!IoCalls.IsTaskLike(load.Type) || OwnCode.Of(attempt.Body).Any(o => o is IAwaitOperation or IPropertyReferenceOperation { Property.Name: "Result" }
                    or IInvocationOperation { TargetMethod.Name: "GetResult" or "Wait" })))
                return true;
        }

        return false;
    }

    private static bool Answers(ICatchClauseOperation clause) =>
        clause.ExceptionType is null or { SpecialType: SpecialType.System_Object } or { Name: "Exception", ContainingNamespace.Name: "System" }
        && (clause.Filter is null || clause.Filter.DescendantsAndSelf().Any(o => o is INegatedPatternOperation or IUnaryOperation { OperatorKind: UnaryOperatorKind.Not }))
        && clause.Handler.Operations.LastOrDefault() is not IThrowOperation
        && !clause.Handler.Operations.OfType<IReturnOperation>().Any(r => r.ReturnedValue?.Unwrap() is IInvocationOperation { TargetMethod.Name: "FromException" });
}
