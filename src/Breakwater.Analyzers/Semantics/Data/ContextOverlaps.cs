using System.Runtime.CompilerServices;
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
    private readonly ConditionalWeakTable<IOperation, Starts> _starts = new();

    private ContextOverlaps(Compilation compilation, DbContexts contexts)
    {
        _compilation = compilation;
        _contexts = contexts;
    }

    /// <summary>Null when EF Core is not referenced.</summary>
    public static ContextOverlaps? Of(Compilation compilation) => compilation.Know(static c =>
        DbContexts.Of(c) is { } contexts ? new ContextOverlaps(c, contexts) : null);

    /// <summary>
    /// The operation that a call starts while an earlier one still runs, and the call that started that one. Of several that start
    /// during the same one only the first has an answer.
    /// </summary>
    public (ContextUse Use, IInvocationOperation Earlier)? StartedDuring(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (!MayStart(call))
            return null;
        var body = BodyGraph.BodyOf(call);
        var starts = _starts.GetValue(body, FindStarts);
        if (!starts.Running.Any(r => r.Call.Syntax.SpanStart < call.Syntax.SpanStart) || StartedBy(call, cancellationToken) is not { } use || BodyGraph.Of(body) is not { } graph)
            return null;

        var earlier = RunningAt(call, use.Context, starts, graph, cancellationToken);
        if (earlier.Count == 0 || earlier.Any(e => RunningAt(e.Call, use.Context, starts, graph, cancellationToken).Count > 0))
            return null;
        var first = earlier[0];
        var isSecond = !starts.Calls.Any(c => c != call && c.Syntax.SpanStart < call.Syntax.SpanStart && IsDuring(c, first, graph) && StartedBy(c, cancellationToken)?.Context == use.Context);
        return isSecond ? (use, first.Call) : null;
    }

    private List<Running> RunningAt(IInvocationOperation call, ContextIdentity context, Starts starts, BodyGraph graph, CancellationToken cancellationToken) =>
        starts.Running.Where(r => r.Call != call && IsDuring(call, r, graph) && StartedBy(r.Call, cancellationToken)?.Context == context).ToList();

    private Starts FindStarts(IOperation body)
    {
        var calls = OwnCode.AndSelf(body).OfType<IInvocationOperation>().Where(MayStart).OrderBy(c => c.Syntax.SpanStart).ToList();
        return new(calls, calls.Select(Running.Of).OfType<Running>().ToList());
    }

    /// <summary>
    /// Whether a call may start an operation at all, judged by its name and type. A call of the compilation's own that is awaited at
    /// once is not looked into: there are too many of them.
    /// </summary>
    private bool MayStart(IInvocationOperation call) =>
        _contexts.MayRun(call.TargetMethod.Name)
        || (call.Parent is not IAwaitOperation && IoCalls.IsTaskLike(call.Type)
            && (call.TargetMethod.IsDeclaredIn(_compilation) || WorkOf(call) is not null) && Running.Of(call) is not null);

    private ContextUse? StartedBy(IInvocationOperation call, CancellationToken cancellationToken)
    {
        var use = WorkOf(call) is { } work
            ? SharedContexts.In(work, work.Syntax, _contexts, synchronous: true, cancellationToken)
            : _contexts.StartedBy(call, cancellationToken);
        return use is null || _contexts.IsGuarded(use) ? null : use;
    }

    /// <summary>The lambda or method that <c>Task.Run</c> or <c>StartNew</c> runs.</summary>
    public static IOperation? WorkOf(IInvocationOperation call) =>
        call.TargetMethod is { Name: "Run" or "StartNew", ContainingType: { Name: "Task" or "TaskFactory", ContainingNamespace.Name: "Tasks" } }
        && call.Arguments.FirstOrDefault(a => a.Parameter?.Type.TypeKind == TypeKind.Delegate)?.Value.Unwrap() is var work and (IAnonymousFunctionOperation or IMethodReferenceOperation)
            ? work
            : null;

    private static bool IsDuring(IInvocationOperation second, Running first, BodyGraph graph) =>
        first.Call.Syntax.SpanStart < second.Syntax.SpanStart
        && (first.IsLetGo || first.Groups.Any(g => IsPartOf(second, g)) || (first.Variable is { } kept && !IsReadBetween(kept, first.Call, second)))
        && graph.Reaches(first.Call, second);

    private static bool IsPartOf(IInvocationOperation operation, IInvocationOperation group) =>
        group.Syntax.Span.Contains(operation.Syntax.Span) && Running.Of(operation)?.Groups.Contains(group) == true;

    /// <summary>Whether the variable is read between two operations other than to put one more task into it, or next to the second in one <c>WhenAll</c>.</summary>
    private static bool IsReadBetween(ILocalSymbol variable, IOperation first, IOperation second) =>
        BodyGraph.BodyOf(first).Descendants().OfType<ILocalReferenceOperation>().Any(reference =>
            SymbolEqualityComparer.Default.Equals(reference.Local, variable) && !reference.IsDeclaration
            && reference.Syntax.SpanStart >= first.Syntax.Span.End && reference.Syntax.SpanStart < second.Syntax.SpanStart
            && !Running.Fills(reference)
            && !(reference.Parent is IAssignmentOperation assignment && assignment.Target == reference)
            && !Running.GroupsAround(reference).Any(g => g.Syntax.Span.Contains(second.Syntax.Span)));

    /// <summary>The calls of a body that may start an operation, and those of them whose tasks run on.</summary>
    private sealed record Starts(List<IInvocationOperation> Calls, List<Running> Running);

    /// <summary>Where the task of a call goes while it runs.</summary>
    /// <param name="Call">The call.</param>
    /// <param name="Variable">The local with the task, or with the collection of tasks that it is put into.</param>
    /// <param name="IsLetGo">Whether nothing holds it.</param>
    /// <param name="Groups">The calls that wait for it together with others.</param>
    private sealed record Running(IInvocationOperation Call, ILocalSymbol? Variable, bool IsLetGo, ImmutableArray<IInvocationOperation> Groups)
    {
        /// <summary>Null when the task is awaited at once, returned, or handed to code that is not looked into.</summary>
        public static Running? Of(IInvocationOperation task)
        {
            var groups = ImmutableArray.CreateBuilder<IInvocationOperation>();
            for (IOperation current = task; current.Parent is { } parent; current = parent)
            {
                switch (parent)
                {
                    case IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation:
                    case IObjectCreationOperation or IObjectOrCollectionInitializerOperation:
                    case IConditionalOperation { WhenFalse: not null } choice when choice.Condition != current && choice.Type is not null:
                    case ICoalesceOperation:
                    case IConditionalAccessOperation access when access.WhenNotNull == current:
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
                            return new(task, list, false, groups.ToImmutable());
                        else if (call.TargetMethod.Name is "Add" && target is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver })
                            parent = call;
                        else
                            return groups.Count == 0 ? null : new(task, null, false, groups.ToImmutable());
                        break;
                    case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var declared } }:
                        return new(task, declared, false, groups.ToImmutable());
                    case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var assigned } } assignment when assignment.Value == current:
                        return new(task, assigned, false, groups.ToImmutable());
                    case ISimpleAssignmentOperation { Target: IArrayElementReferenceOperation { ArrayReference: ILocalReferenceOperation { Local: var array } } } assignment when assignment.Value == current:
                        return new(task, array, false, groups.ToImmutable());
                    case ITupleOperation values when DeconstructedTo(values, current) is { } part:
                        return new(task, part, false, groups.ToImmutable());
                    case ISimpleAssignmentOperation { Target: IDiscardOperation }:
                    case IExpressionStatementOperation:
                        return new(task, null, true, groups.ToImmutable());
                    default:
                        return groups.Count == 0 ? null : new(task, null, false, groups.ToImmutable());
                }
            }

            return null;
        }

        /// <summary>The local that gets this element of <c>(..)</c> in <c>var (a, b) = (.., ..)</c>.</summary>
        private static ILocalSymbol? DeconstructedTo(ITupleOperation values, IOperation element)
        {
            IOperation whole = values;
            while (whole.Parent is IConversionOperation)
                whole = whole.Parent;
            var at = values.Elements.IndexOf(element);
            if (at < 0 || whole.Parent is not IDeconstructionAssignmentOperation { Target: var target })
                return null;
            var targets = (target is IDeclarationExpressionOperation declaration ? declaration.Expression : target) as ITupleOperation;
            var part = targets?.Elements.ElementAtOrDefault(at);
            return ((part is IDeclarationExpressionOperation declared ? declared.Expression : part) as ILocalReferenceOperation)?.Local;
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
