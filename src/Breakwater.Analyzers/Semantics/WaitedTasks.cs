using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>One task, or one per element, that a <c>Task.WhenAll</c> or <c>WhenAny</c> waits for.</summary>
/// <param name="Start">What gives the task: its expression, or for a <c>Select</c> the lambda or method group that is called for each element.</param>
/// <param name="Source">The collection with one task for each element; null for a single task and for loops that are no <c>foreach</c>.</param>
/// <param name="Loop">The loop that adds a task in each turn; null otherwise.</param>
internal sealed record WaitedTask(IOperation Start, IOperation? Source = null, ILoopOperation? Loop = null)
{
    /// <summary>Whether the lambda or method group of a <c>Select</c> starts the tasks.</summary>
    public bool IsSelected => Source is not null && Loop is null;

    /// <summary>Whether there may be more than one such task.</summary>
    public bool IsRepeated => Source is not null || Loop is not null;
}

/// <summary>
/// What a <c>Task.WhenAll</c>, <c>WhenAny</c>, <c>WhenEach</c>, <c>WaitAll</c> or <c>WaitAny</c> waits for: arguments, arrays, collection expressions, <c>source.Select(..)</c>, a list
/// or array local that is filled by its initialiser, by <c>Add</c>, <c>AddRange</c> or by index. Followed through locals that are
/// assigned once. What comes from elsewhere is not listed.
/// </summary>
internal static class WaitedTasks
{
    private const int Steps = 8;

    /// <summary>Whether the call is one that waits for several tasks.</summary>
    public static bool AreWaitedForBy(IInvocationOperation call) =>
        call.TargetMethod is { Name: "WhenAll" or "WhenAny" or "WhenEach" or "WaitAll" or "WaitAny", ContainingType: { Name: "Task", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } } };

    /// <summary>Whether a piece of source may hold such a call, judged by its characters alone.</summary>
    public static bool MayBeWaitedForIn(SyntaxNode code) =>
        Mentions.AreIn(code, "WhenA") || Mentions.AreIn(code, "WhenEach") || Mentions.AreIn(code, "WaitA");

    /// <summary>The tasks, in the order of the source.</summary>
    public static IEnumerable<WaitedTask> Of(IInvocationOperation call) => call.Arguments.SelectMany(a => In(a.Value, call, Steps));

    private static IEnumerable<WaitedTask> In(IOperation value, IInvocationOperation call, int steps)
    {
        value = value.Unwrap();
        if (steps == 0)
            return [];
        if (value is ILocalReferenceOperation { Local: var local } reference)
        {
            var kept = LocalValues.Around(reference).Single(local);
            var first = kept is null ? [] : In(kept, call, steps - 1);
            return IsTask(local.Type) ? first : first.Concat(PutInto(local, reference, call));
        }

        if (IsTask(value.Type))
            return [new WaitedTask(value)];
        if (value.IsCollectionExpression())
            return value.ChildOperations.SelectMany(element => In(element.Spread(), call, steps - 1));
        return value switch
        {
            IArrayCreationOperation { Initializer.ElementValues: var elements } => elements.SelectMany(e => In(e, call, steps - 1)),
            IObjectCreationOperation { Initializer.Initializers: var added } creation =>
                creation.Arguments.SelectMany(a => In(a.Value, call, steps - 1))
                    .Concat(added.OfType<IInvocationOperation>().SelectMany(add => add.Arguments.SelectMany(a => In(a.Value, call, steps - 1)))),
            IObjectCreationOperation { Arguments: [{ Value: var copied }] } => In(copied, call, steps - 1),
            ITranslatedQueryOperation query => In(query.Operation, call, steps - 1),
            ICoalesceOperation choice => In(choice.Value, call, steps - 1).Concat(In(choice.WhenNull, call, steps - 1)),
            IConditionalAccessOperation access => In(access.WhenNotNull, call, steps - 1),
            IInvocationOperation { TargetMethod: { ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" } } } linq => OfLinq(linq, call, steps),
            _ => [],
        };
    }

    private static IEnumerable<WaitedTask> OfLinq(IInvocationOperation linq, IInvocationOperation call, int steps) => linq.TargetMethod.Name switch
    {
        "Select" when linq.Argument("source") is { Value: var source } && linq.Argument("selector") is { Value: var selector } =>
            selector.Unwrap() is IAnonymousFunctionOperation or IMethodReferenceOperation ? [new WaitedTask(selector.Unwrap(), source.Unwrap())] : [],
        "ToArray" or "ToList" or "AsEnumerable" => In(linq.Arguments[0].Value, call, steps - 1),
        "Concat" or "Append" or "Prepend" => linq.Arguments.SelectMany(a => In(a.Value, call, steps - 1)),
        _ => [],
    };

    /// <summary>The tasks that are put into a local collection after it was made.</summary>
    private static IEnumerable<WaitedTask> PutInto(ILocalSymbol local, IOperation near, IInvocationOperation call)
    {
        foreach (var operation in Enclosing.Root(near).Descendants())
        {
            var put = operation switch
            {
                IInvocationOperation { TargetMethod.Name: "Add" or "AddRange" or "Insert" or "Enqueue" or "Push", Instance: ILocalReferenceOperation target } add when IsOf(target, local) =>
                    add.Arguments.Select(a => a.Value),
                ISimpleAssignmentOperation { Target: IArrayElementReferenceOperation { ArrayReference: ILocalReferenceOperation target }, Value: var value } when IsOf(target, local) => [value],
                ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: ILocalReferenceOperation target }, Value: var value } when IsOf(target, local) => [value],
                _ => [],
            };
            foreach (var task in put.SelectMany(value => In(value, call, Steps)))
            {
                var loop = LoopAround(operation, call);
                yield return task.IsRepeated || loop is null ? task : new(task.Start, (loop as IForEachLoopOperation)?.Collection.Unwrap(), loop);
            }
        }
    }

    /// <summary>The innermost loop around an operation of the same body, unless the wait stands in that loop, too.</summary>
    private static ILoopOperation? LoopAround(IOperation operation, IInvocationOperation call)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
        {
            if (current is ILoopOperation loop)
                return loop.Syntax.Span.Contains(call.Syntax.Span) ? null : loop;
        }

        return null;
    }

    private static bool IsOf(ILocalReferenceOperation reference, ILocalSymbol local) => SymbolEqualityComparer.Default.Equals(reference.Local, local);

    private static bool IsTask(ITypeSymbol? type) => Data.IoCalls.IsTaskLike(type);
}
