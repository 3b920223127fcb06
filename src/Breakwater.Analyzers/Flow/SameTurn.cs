namespace Breakwater.Flow;

/// <summary>Whether work that a turn of a loop starts is over before the next turn. A turn is a loop's body, or a lambda that runs once per item.</summary>
internal static class SameTurn
{
    /// <summary>
    /// Whether the task that <paramref name="start"/> gives is awaited, waited for, read by <c>Result</c>, the thread joined, or the
    /// lazy value read, in the same turn of <paramref name="loop"/>: at once, through a variable, through a collection of such tasks,
    /// and through an awaited <c>Task.WhenAll</c>. A variable from outside the turn counts where the turn always comes to the wait.
    /// </summary>
    public static bool Awaits(IOperation start, IOperation loop) => IsAwaited(start, TurnOf(loop), levels: 2);

    /// <summary>Whether what <paramref name="start"/> gives, such as a timer or a registration, is disposed in the same turn.</summary>
    public static bool Disposes(IOperation start, IOperation loop)
    {
        var turn = TurnOf(loop);
        for (var current = start.Parent; current is not null && current != turn; current = current.Parent)
        {
            if (current is IUsingDeclarationOperation || (current is IUsingOperation use && use.Resources.Syntax.Span.Contains(start.Syntax.Span)))
                return true;
            if (current is IBlockOperation)
                break;
        }

        return HolderOf(start) is { } holder && References(holder, start, turn).Any(use =>
            use.Parent is IInvocationOperation { TargetMethod.Name: "Dispose" or "DisposeAsync" or "Unregister" } call && call.Instance == use);
    }

    /// <summary>Whether no turn of <paramref name="loop"/> follows the one that comes to <paramref name="code"/>: what comes next leaves the loop.</summary>
    public static bool IsLast(IOperation code, ILoopOperation loop)
    {
        var current = code;
        for (var outer = code; outer.Parent is { } parent && outer != loop; outer = parent)
        {
            if (outer is IAnonymousFunctionOperation or ILocalFunctionOperation)
                current = outer;
        }

        for (; current != loop && current.Parent is { } parent; current = parent)
        {
            if (current is IReturnOperation { Kind: OperationKind.Return } or IThrowOperation)
                return true;
            var following = parent switch
            {
                IBlockOperation block => block.Operations,
                ISwitchCaseOperation section => section.Body,
                _ => ImmutableArray<IOperation>.Empty,
            };
            foreach (var next in following.SkipWhile(o => o != current).Skip(1))
            {
                if (Leaves(next, loop))
                    return true;
                if (next.DescendantsAndSelf().Any(o => o is IBranchOperation { BranchKind: BranchKind.Continue } branch && SymbolEqualityComparer.Default.Equals(branch.Target, loop.ContinueLabel)))
                    return false;
            }
        }

        return false;
    }

    private static bool IsAwaited(IOperation start, IOperation turn, int levels)
    {
        start = Lifted(start, turn);
        if (IsWaitedFor(start, turn))
            return true;
        return HolderOf(start) is { } holder && References(holder, start, turn).Any(use =>
            (IsOf(holder, turn) || IsUnconditional(use, start, turn))
            && (IsWaitedFor(use, turn) || IsEachWaitedFor(use) || (levels > 0 && HolderOf(use) is not null && IsAwaited(use, turn, levels - 1))));
    }

    private static bool Leaves(IOperation statement, ILoopOperation loop) => statement switch
    {
        IReturnOperation { Kind: OperationKind.Return or OperationKind.YieldBreak } or IExpressionStatementOperation { Operation: IThrowOperation } or IThrowOperation => true,
        IBranchOperation { BranchKind: BranchKind.Break, Target: var target } => SymbolEqualityComparer.Default.Equals(target, loop.ExitLabel),
        IBlockOperation block => block.Operations.Any(o => Leaves(o, loop)),
        IConditionalOperation { WhenFalse: { } whenFalse } choice => Leaves(choice.WhenTrue, loop) && Leaves(whenFalse, loop),
        ILockOperation held => Leaves(held.Body, loop),
        IUsingOperation use => Leaves(use.Body, loop),
        ITryOperation attempt => Leaves(attempt.Body, loop) && attempt.Catches.All(c => Leaves(c.Handler, loop)),
        _ => false,
    };

    private static IOperation TurnOf(IOperation loop) => loop is ILoopOperation { Body: var body } ? body : loop;

    /// <summary>The <c>Select</c> whose lambda returns what is started: the started work is its elements.</summary>
    private static IOperation Lifted(IOperation start, IOperation turn)
    {
        while (true)
        {
            var value = start;
            while (value.Parent is IConversionOperation or IParenthesizedOperation)
                value = value.Parent;
            if (value.Parent is not IReturnOperation { Kind: OperationKind.Return } || BodyGraph.BodyOf(start) is not IAnonymousFunctionOperation { Symbol.IsAsync: false } selector || selector == turn)
                return start;
            value = selector;
            while (value.Parent is IConversionOperation or IDelegateCreationOperation or IParenthesizedOperation)
                value = value.Parent;
            if (value.Parent is not IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Select" } select })
                return start;
            start = select;
        }
    }

    /// <summary>Whether the code goes on only when this task, thread or lazy value, or each of this collection, is done.</summary>
    private static bool IsWaitedFor(IOperation work, IOperation turn)
    {
        for (var current = work; current != turn && current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case IAwaitOperation:
                    return true;
                case IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation or IConditionalAccessOperation:
                case IArrayElementReferenceOperation element when element.ArrayReference == current:
                case IPropertyReferenceOperation { Property.IsIndexer: true } item when item.Instance == current:
                case var collection when collection.IsCollectionExpression():
                case { Parent: { } around } spread when around.IsCollectionExpression() && spread.Syntax.GetFirstToken().IsKind(SyntaxKind.DotDotToken):
                    continue;
                case IPropertyReferenceOperation { Property.Name: "Result" or "Value" } property when property.Instance == current:
                    return true;
                case IInvocationOperation { TargetMethod.Name: "Wait" or "GetResult" or "Join" } call when call.Instance == current:
                    return true;
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "GetAwaiter" or "AsTask" or "ContinueWith" or "WaitAsync" or "ToArray" } call when call.Instance == current:
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { IsExtensionMethod: true, Name: "Unwrap" or "ToArray" or "ToList" or "AsEnumerable" or "ConfigureAwait" or "WaitAsync" } call } }:
                    current = parent;
                    parent = parent.Parent!;
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { ContainingType.Name: "Task", Name: "WaitAll" or "WaitAny" } } }:
                    return true;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { ContainingType.Name: "Task", Name: "WhenAll" or "WhenAny" } } whenAll }:
                    return IsAwaited(whenAll, turn, levels: 1);
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Whether a collection is gone through, and each task or thread in it waited for.</summary>
    private static bool IsEachWaitedFor(IOperation collection)
    {
        while (collection.Parent is IConversionOperation or IParenthesizedOperation)
            collection = collection.Parent;
        return collection.Parent is IForEachLoopOperation loop && loop.Collection == collection
            && loop.Body.Descendants().Any(o => o is ILocalReferenceOperation item && loop.Locals.Contains(item.Local, SymbolEqualityComparer.Default) && IsWaitedFor(item, loop));
    }

    /// <summary>The variable that keeps what a start gives, as its value or as one of many.</summary>
    private static ISymbol? HolderOf(IOperation start)
    {
        for (var value = start; value.Parent is { } parent; value = parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation:
                case var collection when collection.IsCollectionExpression():
                    continue;
                case IObjectOrCollectionInitializerOperation or IObjectCreationOperation { Initializer: not null }:
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Add" or "Enqueue" or "Push" or "AddLast", Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } } }:
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { IsExtensionMethod: true, Name: "ToArray" or "ToList" } } }:
                    value = parent;
                    parent = parent.Parent!;
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Add" or "Enqueue" or "Push" or "AddLast", Instance: { } collection } }:
                    return VariableOf(collection);
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var declared } }:
                    return declared;
                case ISimpleAssignmentOperation assignment when assignment.Value == value:
                    return VariableOf(assignment.Target);
                default:
                    return null;
            }
        }

        return null;
    }

    private static ISymbol? VariableOf(IOperation target) => target.Unwrap() switch
    {
        IArrayElementReferenceOperation { ArrayReference: var array } => VariableOf(array),
        IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection } => VariableOf(collection),
        ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation => VariableWrites.Referenced(target.Unwrap()),
        _ => null,
    };

    /// <summary>The places behind a start, in the same body, that name a variable.</summary>
    private static IEnumerable<IOperation> References(ISymbol variable, IOperation start, IOperation turn)
    {
        var body = BodyGraph.BodyOf(start);
        return turn.DescendantsAndSelf().Where(o => o is ILocalReferenceOperation { IsDeclaration: false } or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
            && o.Syntax.SpanStart >= start.Syntax.Span.End
            && SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(o), variable)
            && BodyGraph.BodyOf(o) == body);
    }

    private static bool IsOf(ISymbol variable, IOperation turn) =>
        variable is ILocalSymbol && variable.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == turn.Syntax.SyntaxTree && turn.Syntax.Span.Contains(r.Span));

    /// <summary>Whether no choice between a start and what stands behind it decides if the latter runs.</summary>
    private static bool IsUnconditional(IOperation use, IOperation start, IOperation turn)
    {
        for (var current = use; current != turn && current.Parent is { } parent && !parent.Syntax.Span.Contains(start.Syntax.Span); current = parent)
        {
            if (parent is IConditionalOperation choice && choice.Condition != current
                || parent is ISwitchCaseOperation or ISwitchExpressionArmOperation or ICatchClauseOperation)
                return false;
        }

        return true;
    }
}
