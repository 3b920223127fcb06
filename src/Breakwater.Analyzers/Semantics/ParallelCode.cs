using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>
/// A piece of code that a call has run by several threads at once: what <c>Parallel</c> and PLINQ get, what <c>Task.Run</c> gets in a
/// loop or in a <c>Select</c> that does not wait for it, and the asynchronous lambda of a <c>Select</c> whose tasks are awaited together.
/// Only code that stands in the call, is named there, or is held by a local with one value.
/// </summary>
internal sealed class ParallelCode
{
    private readonly SyntaxNode _turn;
    private readonly bool _hasOwnInstance;

    private ParallelCode(IOperation code, SyntaxNode turn, bool hasOwnInstance = false, bool runsAfterAwait = false)
    {
        Code = code;
        _turn = turn;
        _hasOwnInstance = hasOwnInstance;
        RunsAfterAwait = runsAfterAwait;
    }

    /// <summary>A lambda, a local function, the body of a method, or the reference to a method of another assembly.</summary>
    public IOperation Code { get; }

    /// <summary>Whether the code stands elsewhere, so that another call may have it run, too.</summary>
    public bool IsNamed => Code is not (IAnonymousFunctionOperation or IMethodReferenceOperation);

    /// <summary>The other branches of the same <c>Parallel.Invoke</c>; empty for code that runs many times.</summary>
    public ImmutableArray<IOperation> Others { get; private set; } = ImmutableArray<IOperation>.Empty;

    /// <summary>Whether the code runs beside other branches, and not beside itself.</summary>
    public bool IsBranch { get; private set; }

    /// <summary>Whether the code is the selector of a <c>Select</c>: only what follows its first <c>await</c> runs beside the others.</summary>
    public bool RunsAfterAwait { get; }

    /// <summary>The code that a call has run by several threads.</summary>
    public static IReadOnlyList<ParallelCode> Of(IInvocationOperation call, Compilation compilation) => call.TargetMethod switch
    {
        { ContainingType: { Name: "Parallel", ContainingNamespace.Name: "Tasks" }, Name: "Invoke" } => Branches(call, compilation),
        { ContainingType: { Name: "Parallel", ContainingNamespace.Name: "Tasks" }, Name: "For" or "ForEach" or "ForAsync" or "ForEachAsync" } => IsSerial(call, compilation) ? [] : Given(call, compilation),
        { ContainingType: { Name: "ParallelEnumerable", ContainingNamespace.Name: "Linq" } } => IsSerialQuery(call) ? [] : Given(call, compilation),
        { ContainingType: { Name: "Task", ContainingNamespace.Name: "Tasks" }, Name: "Run" } => Started(call, compilation),
        { ContainingType: { Name: "TaskFactory", ContainingNamespace.Name: "Tasks" }, Name: "StartNew" } => IsOnPool(call) ? Started(call, compilation) : [],
        { ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" }, Name: "Select" } => Awaited(call),
        _ => [],
    };

    /// <summary>Whether a variable is the same one for the threads: declared outside the code, and outside the loop that starts it.</summary>
    public bool Shares(ISymbol variable)
    {
        if (variable is IFieldSymbol or IPropertySymbol)
            return variable.IsStatic || !_hasOwnInstance;
        return variable.DeclaringSyntaxReferences.All(r => IsOutside(r, _turn) && (Code is IMethodReferenceOperation || IsOutside(r, Code.Syntax)));
    }

    /// <summary>Whether an operation of the code runs while others may; what comes before the first <c>await</c> of a selector runs one after the other.</summary>
    public bool RunsBesides(IOperation operation)
    {
        if (!RunsAfterAwait)
            return true;
        var graph = BodyGraph.Of(Code);
        return OwnCode.Of(Code).Any(o => o switch
        {
            IAwaitOperation => operation.Syntax.Span.Contains(o.Syntax.Span) || SharesLoop(o, operation) || IsHandledBy(o, operation) || (graph?.Reaches(o, operation) ?? false),
            IForEachLoopOperation { IsAsynchronous: true, Collection.Syntax: var source } => operation.Syntax.SpanStart >= source.Span.End,
            _ => false,
        });
    }

    private bool SharesLoop(IOperation one, IOperation other)
    {
        for (var current = one.Parent; current is not null && current != Code; current = current.Parent)
        {
            if (current is ILoopOperation loop && loop.Body.Syntax.Span.Contains(one.Syntax.Span) && loop.Body.Syntax.Span.Contains(other.Syntax.Span))
                return true;
        }

        return false;
    }

    /// <summary>Whether an operation stands in a handler of the <c>try</c> that an <c>await</c> is in.</summary>
    private bool IsHandledBy(IOperation awaiting, IOperation operation)
    {
        for (var current = awaiting; current != Code && current.Parent is { } parent; current = parent)
        {
            if (parent is ITryOperation attempt && attempt.Body == current && !attempt.Body.Syntax.Span.Contains(operation.Syntax.Span) && attempt.Syntax.Span.Contains(operation.Syntax.Span))
                return true;
        }

        return false;
    }

    private static bool IsOutside(SyntaxReference declaration, SyntaxNode place) =>
        declaration.SyntaxTree != place.SyntaxTree || !place.Span.Contains(declaration.Span);

    private static IReadOnlyList<ParallelCode> Given(IInvocationOperation call, Compilation compilation) =>
        call.Arguments.Select(a => CodeOf(a.Value, call.Syntax, compilation)).OfType<ParallelCode>().ToList();

    private static IReadOnlyList<ParallelCode> Branches(IInvocationOperation call, Compilation compilation)
    {
        var actions = call.Argument("actions")?.Value.Unwrap();
        if (actions is ILocalReferenceOperation { Local: var local } && LocalValues.Around(call).Single(local) is { } only)
            actions = only.Unwrap();
        var elements = actions is IArrayCreationOperation { Initializer.ElementValues: var values } ? values : actions?.IsCollectionExpression() == true ? actions.ChildOperations.ToImmutableArray() : ImmutableArray<IOperation>.Empty;
        if (elements.IsDefault || elements.Length < 2 || IsSerial(call, compilation))
            return [];

        var branches = elements.Select(e => CodeOf(e, e.Syntax, compilation)).OfType<ParallelCode>().ToList();
        for (var i = 0; i < branches.Count; i++)
        {
            branches[i].IsBranch = true;
            branches[i].Others = branches.Where((_, other) => other != i).Select(b => b.Code).ToImmutableArray();
        }

        return branches;
    }

    private static IReadOnlyList<ParallelCode> Started(IInvocationOperation call, Compilation compilation) =>
        TurnOf(call) is { } turn && !SameTurn.Awaits(call, turn) && !(turn is ILoopOperation loop && SameTurn.IsLast(call, loop))
            && call.Arguments.FirstOrDefault(a => a.Parameter?.Type.TypeKind == TypeKind.Delegate) is { } action && CodeOf(action.Value, turn.Syntax, compilation) is { } code
            ? [code]
            : [];

    private static IReadOnlyList<ParallelCode> Awaited(IInvocationOperation call) =>
        call.Arguments.Select(a => a.Value.Unwrap()).FirstOrDefault(v => v is IAnonymousFunctionOperation { Symbol.IsAsync: true }) is { } selector && Repetition.IsAwaitedTogether(call)
            ? [new(selector, selector.Syntax, runsAfterAwait: true)]
            : [];

    /// <summary>The innermost loop around a call, or the selector of a <c>Select</c> that is not gone through one by one.</summary>
    private static IOperation? TurnOf(IOperation call)
    {
        for (var current = call; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case ILoopOperation loop when loop.Body == current:
                    return loop;
                case IAnonymousFunctionOperation lambda:
                    var given = Turn.Outermost(lambda);
                    return given.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "Select", ContainingType.Name: "Enumerable" or "ParallelEnumerable" } } select }
                        && Turn.Outermost(select).Parent is not IForEachLoopOperation ? lambda : null;
                case ILocalFunctionOperation:
                    return null;
            }
        }

        return null;
    }

    private static ParallelCode? CodeOf(IOperation value, SyntaxNode turn, Compilation compilation)
    {
        value = value.Unwrap();
        if (value is ILocalReferenceOperation { Local: var local } && LocalValues.Around(value).Single(local) is { } only)
            value = only.Unwrap();
        switch (value)
        {
            case IAnonymousFunctionOperation lambda:
                return new(lambda, turn);
            case IMethodReferenceOperation { Method: var method, Instance: var instance }:
                if (!method.IsDeclaredIn(compilation))
                    return new(value, turn);
                return Bodies.Of(compilation).Of(method, CancellationToken.None) is { } body
                    ? new(body, turn, hasOwnInstance: !(instance is null or IInstanceReferenceOperation || IsVariableOutside(instance, turn)))
                    : null;
            default:
                return null;
        }
    }

    private static bool IsVariableOutside(IOperation instance, SyntaxNode turn) => instance.Unwrap() switch
    {
        ILocalReferenceOperation { Local: var local } => local.DeclaringSyntaxReferences.All(r => IsOutside(r, turn)),
        IParameterReferenceOperation { Parameter: var parameter } => parameter.DeclaringSyntaxReferences.All(r => IsOutside(r, turn)),
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } => true,
        _ => false,
    };

    /// <summary>Whether the tasks run on the thread pool, and not on a scheduler that may take one after the other.</summary>
    private static bool IsOnPool(IInvocationOperation start) =>
        start.Instance?.Unwrap() is IPropertyReferenceOperation { Property: { Name: "Factory", ContainingType.Name: "Task" } }
        && start.Argument("scheduler")?.Value.Unwrap() is null or IPropertyReferenceOperation { Property.Name: "Default" };

    /// <summary>Whether the options allow one thread only.</summary>
    private static bool IsSerial(IInvocationOperation call, Compilation compilation)
    {
        if (call.Argument("parallelOptions")?.Value.Unwrap() is not { } options)
            return false;
        if (options is IObjectCreationOperation)
            return IsMadeSerial(options);
        return VariableWrites.Referenced(options) is { } variable and not IMethodSymbol
            && (AssignedValues.Of(variable, compilation, CancellationToken.None).Values.Any(IsMadeSerial)
                || Enclosing.Root(call).Descendants().Any(o => IsLimitToOne(o, out var limited) && SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(limited), variable)));
    }

    private static bool IsMadeSerial(IOperation options) =>
        options is IObjectCreationOperation { Initializer: { } members } && members.Initializers.Any(m => IsLimitToOne(m, out _));

    private static bool IsLimitToOne(IOperation operation, out IOperation limited)
    {
        limited = operation;
        if (operation is not ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "MaxDegreeOfParallelism", Instance: { } options }, Value.ConstantValue: { HasValue: true, Value: 1 } })
            return false;
        limited = options;
        return true;
    }

    private static bool IsSerialQuery(IInvocationOperation query)
    {
        IOperation? source = query;
        for (var step = 0; step < 32; step++)
        {
            switch (source?.Unwrap())
            {
                case IInvocationOperation { TargetMethod.Name: "WithDegreeOfParallelism" } limit when limit.Argument("degreeOfParallelism")?.Value.ConstantValue is { HasValue: true, Value: 1 }:
                    return true;
                case IInvocationOperation { Arguments: [{ Value: var inner }, ..] }:
                    source = inner;
                    break;
                case ILocalReferenceOperation { Local: var local } reference:
                    source = LocalValues.Around(reference).Single(local);
                    break;
                case ITranslatedQueryOperation translated:
                    source = translated.Operation;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }
}
