using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>
/// Which operation of a body starts on a context while another one of the same context still runs: its task is let go, is kept in a
/// local that nothing reads in between, or is one of several that a <c>WhenAll</c> or <c>WhenAny</c> waits for.
/// </summary>
internal sealed class ContextOverlaps
{
    private readonly Compilation _compilation;
    private readonly DbContexts _contexts;
    private readonly CancellationToken _cancellationToken;

    public ContextOverlaps(Compilation compilation, DbContexts contexts, CancellationToken cancellationToken)
    {
        _compilation = compilation;
        _contexts = contexts;
        _cancellationToken = cancellationToken;
    }

    /// <summary>
    /// The operation that starts while the task of <paramref name="call"/> still runs. Null when there is none, and when the call
    /// itself starts during an earlier one: then that one has the answer.
    /// </summary>
    public ContextUse? StartedDuring(IInvocationOperation call)
    {
        if (!MayStart(call) || Running.Of(call) is not { } running || StartedBy(call) is not { } use || IsGuarded(use))
            return null;

        var body = BodyGraph.BodyOf(call);
        var others = OwnCode.AndSelf(body).OfType<IInvocationOperation>()
            .Where(other => other != call && MayStart(other))
            .Select(other => (Call: other, Use: StartedBy(other)))
            .Where(other => other.Use is not null && other.Use.Context == use.Context && !IsGuarded(other.Use))
            .OrderBy(other => other.Call.Syntax.SpanStart)
            .ToList();
        if (others.Count == 0 || BodyGraph.Of(body) is not { } graph)
            return null;
        if (others.Any(other => IsDuring(call, other.Call, Running.Of(other.Call), graph)))
            return null;

        var second = others.FirstOrDefault(other => IsDuring(other.Call, call, running, graph));
        var hasEarlier = second.Use is not null && others.Any(other => other.Call.Syntax.SpanStart < call.Syntax.SpanStart && IsDuring(second.Call, other.Call, Running.Of(other.Call), graph));
        return hasEarlier ? null : second.Use;
    }

    /// <summary>Whether a call may start an operation at all, judged by its name and type.</summary>
    private bool MayStart(IInvocationOperation call) =>
        _contexts.MayRun(call.TargetMethod.Name)
        || (IoCalls.IsTaskLike(call.Type) && (call.TargetMethod.IsDeclaredIn(_compilation) || WorkOf(call) is not null));

    private ContextUse? StartedBy(IInvocationOperation call) =>
        WorkOf(call) is { } work ? SharedContexts.In(work, work.Syntax, _contexts, synchronous: true, _cancellationToken) : _contexts.StartedBy(call, _cancellationToken);

    private bool IsGuarded(ContextUse use) => BodyGraph.BodyOf(use.Operation) is var body && body is not null && _contexts.IsGuarded(use);

    /// <summary>The lambda or method that <c>Task.Run</c> or <c>StartNew</c> runs.</summary>
    public static IOperation? WorkOf(IInvocationOperation call) =>
        call.TargetMethod is { Name: "Run" or "StartNew", ContainingType: { Name: "Task" or "TaskFactory", ContainingNamespace.Name: "Tasks" } }
        && call.Arguments.FirstOrDefault(a => a.Parameter?.Type.TypeKind == TypeKind.Delegate)?.Value.Unwrap() is var work and (IAnonymousFunctionOperation or IMethodReferenceOperation)
            ? work
            : null;

    private static bool IsDuring(IInvocationOperation second, IInvocationOperation first, Running? running, BodyGraph graph) =>
        running is not null && first.Syntax.SpanStart < second.Syntax.SpanStart
        && (running.IsLetGo || running.Groups.Any(g => IsPartOf(second, g)) || (running.Variable is { } kept && !IsReadBetween(kept, first, second)))
        && graph.Reaches(first, second);

    private static bool IsPartOf(IOperation operation, IInvocationOperation group) =>
        group.Syntax.Span.Contains(operation.Syntax.Span) && Running.Of(operation)?.Groups.Contains(group) == true;

    /// <summary>Whether the variable is read between two operations other than to put one more task into it, or next to the second in one <c>WhenAll</c>.</summary>
    private static bool IsReadBetween(ILocalSymbol variable, IOperation first, IOperation second) =>
        BodyGraph.BodyOf(first).Descendants().OfType<ILocalReferenceOperation>().Any(reference =>
            SymbolEqualityComparer.Default.Equals(reference.Local, variable) && !reference.IsDeclaration
            && reference.Syntax.SpanStart >= first.Syntax.Span.End && reference.Syntax.SpanStart < second.Syntax.SpanStart
            && !Running.Fills(reference)
            && !(reference.Parent is IAssignmentOperation assignment && assignment.Target == reference)
            && !Running.GroupsAround(reference).Any(g => g.Syntax.Span.Contains(second.Syntax.Span)));

    /// <summary>Where the task of a call goes while it runs.</summary>
    /// <param name="Variable">The local with the task, or with the collection of tasks that it is put into.</param>
    /// <param name="IsLetGo">Whether nothing holds it.</param>
    /// <param name="Groups">The calls that wait for it together with others.</param>
    private sealed record Running(ILocalSymbol? Variable, bool IsLetGo, ImmutableArray<IInvocationOperation> Groups)
    {
        /// <summary>Null when the task is awaited at once, returned, or handed to code that is not looked into.</summary>
        public static Running? Of(IOperation task)
        {
            var groups = ImmutableArray.CreateBuilder<IInvocationOperation>();
            for (var current = task; current.Parent is { } parent; current = parent)
            {
                switch (parent)
                {
                    case IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation:
                    case IObjectCreationOperation or IObjectOrCollectionInitializerOperation:
                    case IConditionalOperation { WhenFalse: not null } choice when choice.Condition != current && choice.Type is not null:
                    case ICoalesceOperation:
                    case var collection when collection.IsCollectionExpression():
                    case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "WaitAsync" or "ContinueWith" } next when next.Instance == current:
                        break;
                    case IArgumentOperation { Parent: IInvocationOperation { Instance: var target } call }:
                        if (WaitedTasks.AreWaitedForBy(call))
                        {
                            groups.Add(call);
                            parent = call;
                        }
                        else if (call.TargetMethod.Name is "Add" && target is ILocalReferenceOperation { Local: var list })
                            return new(list, false, groups.ToImmutable());
                        else if (call.TargetMethod.Name is "Add" && target is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver })
                            parent = call;
                        else
                            return groups.Count == 0 ? null : new(null, false, groups.ToImmutable());
                        break;
                    case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var declared } }:
                        return new(declared, false, groups.ToImmutable());
                    case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var assigned } } assignment when assignment.Value == current:
                        return new(assigned, false, groups.ToImmutable());
                    case ISimpleAssignmentOperation { Target: IArrayElementReferenceOperation { ArrayReference: ILocalReferenceOperation { Local: var array } } } assignment when assignment.Value == current:
                        return new(array, false, groups.ToImmutable());
                    case ISimpleAssignmentOperation { Target: IDiscardOperation }:
                    case IExpressionStatementOperation:
                        return new(null, true, groups.ToImmutable());
                    default:
                        return groups.Count == 0 ? null : new(null, false, groups.ToImmutable());
                }
            }

            return null;
        }

        /// <summary>Whether a reference to a collection puts something into it.</summary>
        public static bool Fills(ILocalReferenceOperation reference) =>
            (reference.Parent is IInvocationOperation { TargetMethod.Name: "Add" } add && add.Instance == reference)
            || (reference.Parent is IArrayElementReferenceOperation { Parent: ISimpleAssignmentOperation assignment } element && assignment.Target == element);

        public static IEnumerable<IInvocationOperation> GroupsAround(IOperation operation)
        {
            for (var current = operation.Parent; current is not null; current = current.Parent)
            {
                if (current is IInvocationOperation call && WaitedTasks.AreWaitedForBy(call))
                    yield return call;
            }
        }
    }
}
