using Breakwater.Semantics;

namespace Breakwater.Flow;

/// <summary>
/// Something that runs a piece of code once for each of many: a loop statement, <c>Parallel.For</c> and its like, <c>List.ForEach</c>,
/// a <c>Select</c> whose tasks <c>Task.WhenAll</c> awaits.
/// </summary>
internal sealed class Repetition
{
    /// <summary>As many turns as one may write out by hand.</summary>
    private const int Few = 8;

    private readonly IOperation _code;
    private readonly IOperation? _source;

    private Repetition(IOperation code, IOperation? source)
    {
        _code = code;
        _source = source;
    }

    /// <summary>The repetitions around an operation, innermost first; not beyond a lambda that may run at another time.</summary>
    public static IEnumerable<Repetition> Around(IOperation operation, Compilation compilation)
    {
        for (var current = operation; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case IForEachLoopOperation loop when loop.Body == current:
                    yield return new(loop, loop.Collection);
                    break;
                case ILoopOperation loop when loop.Body == current:
                    yield return new(loop, (loop as IForLoopOperation)?.Condition);
                    break;
                case IAnonymousFunctionOperation lambda:
                    if (CallOf(lambda) is not { } call)
                        yield break;
                    if (IsRepeating(call))
                        yield return new(lambda, call.Argument("source")?.Value ?? call.Argument("toExclusive")?.Value ?? call.Instance);
                    else if (!Semantics.Data.Loads.Of(compilation).RunsItsLambda(call.TargetMethod))
                        yield break;
                    break;
                case ILocalFunctionOperation:
                    yield break;
            }
        }
    }

    /// <summary>Whether a value may differ from turn to turn, because it is made from a variable that changes or from an unknown call.</summary>
    public bool IsNew(Bound value) => Depends(value, isLifted: false);

    /// <summary>Whether a value is made from a variable of the repetition, or from one that its code assigns.</summary>
    public bool Names(Bound value) => Depends(value, isLifted: true);

    /// <summary>Whether the turns are written out or counted, and few.</summary>
    public bool IsShort(Compilation compilation) => _source is { } source && IsShort(source, compilation, 4);

    /// <summary>Whether the turns are few and go through fixed values.</summary>
    public bool IsFixed(Compilation compilation) => _source is { } source && IsShort(source, compilation, 4) && Roots.Of(new Bound(source, null)).IsEmpty;

    /// <summary>Whether each turn waits for its time or for the next message, so that the turns do not come together.</summary>
    public bool IsPaced => Waits(_code) || (_source is { } source && Waits(source));

    /// <summary>Whether a sequence of tasks is handed to <c>Task.WhenAll</c>, also through a list or a local.</summary>
    public static bool IsAwaitedTogether(IOperation tasks)
    {
        while (tasks.Parent is { } parent)
        {
            switch (parent)
            {
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "WhenAll" or "WaitAll", ContainingType.Name: "Task" } } }:
                    return true;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "ToList" or "ToArray" } list }:
                    tasks = list;
                    break;
                case IConversionOperation:
                    tasks = parent;
                    break;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                    return BodyGraph.BodyOf(tasks).Descendants().Any(o => o is ILocalReferenceOperation { IsDeclaration: false } use
                        && SymbolEqualityComparer.Default.Equals(use.Local, local) && use.Parent is not IVariableInitializerOperation && IsAwaitedTogether(use));
                default:
                    return false;
            }
        }

        return false;
    }

    private static bool Waits(IOperation code) => code.DescendantsAndSelf().Any(o => o is IInvocationOperation
    {
        TargetMethod:
            { Name: "Delay", ContainingType.Name: "Task" } or { Name: "Sleep", ContainingType.Name: "Thread" } or { Name: "WaitForNextTickAsync", ContainingType.Name: "PeriodicTimer" }
            or { ContainingType: { Name: "ChannelReader", ContainingNamespace.Name: "Channels" } }
            or { Name: "Take" or "TryTake" or "GetConsumingEnumerable", ContainingType: { Name: "BlockingCollection", ContainingNamespace.Name: "Concurrent" } },
    });

    private bool Depends(Bound value, bool isLifted)
    {
        var (operation, frame) = value.Resolve();
        foreach (var part in operation.DescendantsAndSelf())
        {
            switch (part)
            {
                case IParameterReferenceOperation { Parameter: var parameter }:
                    if (frame?.ArgumentOf(parameter) is { } argument ? Depends(argument, isLifted) : IsOwn(parameter))
                        return true;
                    break;
                case ILocalReferenceOperation { Local: var local } when IsAssigned(local, part):
                    if (isLifted || LocalValues.Around(part).Single(local) is not { } only || Depends(new(only, frame), isLifted))
                        return true;
                    break;
                case IInvocationOperation call when !isLifted && !IsSteady(call):
                case IAwaitOperation or IPropertyReferenceOperation { Property.Name: "Current" } when !isLifted:
                    return true;
            }
        }

        return false;
    }

    private bool IsOwn(IParameterSymbol parameter) =>
        _code is IAnonymousFunctionOperation lambda && lambda.Symbol.Parameters.Any(p => SymbolEqualityComparer.Default.Equals(p, parameter));

    /// <summary>Whether the code gives a local a value in each turn.</summary>
    private bool IsAssigned(ILocalSymbol local, IOperation place) =>
        (_code is IForEachLoopOperation loop && loop.Locals.Any(l => SymbolEqualityComparer.Default.Equals(l, local)))
        || LocalValues.Around(place).Of(local).Any(given => _code.Syntax.Span.Contains(given.Value.Syntax.Span));

    /// <summary>A call that gives the same for the same arguments, or the time of day.</summary>
    private static bool IsSteady(IInvocationOperation call) =>
        call.TargetMethod.ContainingType is { Name: "TimeSpan" or "DateTime" or "DateTimeOffset" or "TimeProvider" or "Math" or "Convert", ContainingNamespace.Name: "System" }
        || call.TargetMethod is { MethodKind: MethodKind.Ordinary, IsStatic: true, DeclaringSyntaxReferences.Length: > 0 };

    private static IInvocationOperation? CallOf(IAnonymousFunctionOperation lambda)
    {
        IOperation current = lambda;
        while (current.Parent is IConversionOperation or IDelegateCreationOperation or IParenthesizedOperation)
            current = current.Parent;
        return (current.Parent as IArgumentOperation)?.Parent as IInvocationOperation;
    }

    private static bool IsRepeating(IInvocationOperation call) => call.TargetMethod switch
    {
        { ContainingType: { Name: "Parallel", ContainingNamespace.Name: "Tasks" }, Name: var name } => name.StartsWith("For", StringComparison.Ordinal),
        { ContainingType: { Name: "List", ContainingNamespace.Name: "Generic" }, Name: "ForEach" } => true,
        { ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" }, Name: "Select" } => IsAwaitedTogether(call),
        _ => false,
    };

    private static bool IsShort(IOperation source, Compilation compilation, int levels)
    {
        source = source.Unwrap();
        switch (source)
        {
            case { ConstantValue: { HasValue: true, Value: int count } }:
                return count <= Few;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual, RightOperand.ConstantValue: { HasValue: true, Value: int limit } }:
                return limit <= Few;
            case IArrayCreationOperation { Initializer: { } elements }:
                return elements.ElementValues.Length <= Few;
            case IObjectCreationOperation { Initializer: { } elements }:
                return elements.Initializers.Length <= Few;
            case IInvocationOperation { TargetMethod: { Name: "Range", ContainingType.Name: "Enumerable" } } range:
                return range.Argument("count")?.Value.ConstantValue is { HasValue: true, Value: <= Few };
            case IInvocationOperation { TargetMethod: { Name: "GetValues" or "GetNames", ContainingType.Name: "Enum" } }:
                return true;
            case IInvocationOperation { TargetMethod: { Name: not ("SelectMany" or "Concat" or "Union" or "Repeat"), ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" } } } query when query.Argument("source") is { } inner:
                return levels > 0 && IsShort(inner.Value, compilation, levels - 1);
            case ILocalReferenceOperation local when LocalValues.Around(local).Single(local.Local) is { } only:
                return levels > 0 && IsShort(only, compilation, levels - 1);
            case IFieldReferenceOperation { Field: { IsReadOnly: true } field } when field.IsDeclaredIn(compilation):
                return levels > 0 && field.DeclaringSyntaxReferences.Select(r => r.GetSyntax()).OfType<VariableDeclaratorSyntax>().FirstOrDefault()?.Initializer is { } initialiser
                    && Bodies.Of(compilation).Of(initialiser.Value, CancellationToken.None) is { } initial && IsShort(initial, compilation, levels - 1);
            default:
                // A collection expression, which the oldest compiler we know of does not have; one that spreads another is as long as that.
                return source.Syntax.GetFirstToken().IsKind(SyntaxKind.OpenBracketToken) && source.Syntax.GetLastToken().IsKind(SyntaxKind.CloseBracketToken)
                    && source.ChildOperations.Count <= Few && !source.Syntax.DescendantTokens().Any(t => t.IsKind(SyntaxKind.DotDotToken));
        }
    }
}
