using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Data;

namespace Breakwater.Rules.Craft.ConcurrentDbContext;

/// <summary>Reports an operation on an EF Core context that starts while another one of the same context runs.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ConcurrentDbContextAnalyzer : Rule
{
    public const string Id = "BW1206";

    private const string Overlaps = "already runs another operation at this point";
    private const string IsShared = "is shared by all parallel calls";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Two operations run on one DbContext at the same time",
        "'{0}' {1}: EF Core throws InvalidOperationException, or mixes up its tracked entities",
        DiagnosticSeverity.Warning, Scope.Production, FixSafety.ChangesBehaviour);

    public ConcurrentDbContextAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (DbContexts.Of(start.Compilation) is { IsSynchronousOnly: false } contexts)
            start.OnOperation(c => Check(c, (IInvocationOperation)c.Operation, contexts), OperationKind.Invocation);
    }

    private void Check(OperationAnalysisContext context, IInvocationOperation call, DbContexts contexts)
    {
        if (call.Parent is IAwaitOperation && !MayShare(call) || !IoCalls.IsTaskLike(call.Type) && !IsParallel(call))
            return;
        if (new ContextOverlaps(context.Compilation, contexts, context.CancellationToken).StartedDuring(call) is { } second)
            Report(context, second.Place.GetLocation(), second.Context.Name, Overlaps);
        if (MayShare(call) && SharedIn(call, contexts, context.CancellationToken) is { } shared)
            Report(context, shared.Place.GetLocation(), shared.Context.Name, IsShared);
    }

    private static bool MayShare(IInvocationOperation call) =>
        WaitedTasks.AreWaitedForBy(call) || IsParallel(call) || ContextOverlaps.WorkOf(call) is not null;

    private static bool IsParallel(IInvocationOperation call) =>
        call.TargetMethod is { Name: "ForEachAsync" or "ForAsync" or "For" or "ForEach", ContainingType: { Name: "Parallel", ContainingNamespace.Name: "Tasks" } };

    /// <summary>The first use of a context that every delegate or task of the call has in common.</summary>
    private static ContextUse? SharedIn(IInvocationOperation call, DbContexts contexts, CancellationToken cancellationToken)
    {
        if (IsParallel(call))
            return IsOneAtATime(call) ? null : InDelegate(BodyOf(call), null, synchronous: true);
        if (ContextOverlaps.WorkOf(call) is { } work)
            return LoopAround(call) is { } loop && !SameTurn.Awaits(call, loop) ? InDelegate(work, loop, synchronous: true) : null;
        return WaitedTasks.Of(call)
            .Where(task => task.IsRepeated && !IsSingle(task.Source))
            .Select(task => task.Loop is { } around ? StartedIn(task.Start, around) : InDelegate(task.Start, null, synchronous: false))
            .FirstOrDefault(use => use is not null);

        ContextUse? InDelegate(IOperation? code, ILoopOperation? around, bool synchronous) =>
            code is null ? null : SharedContexts.In(code, around?.Syntax ?? code.Syntax, contexts, synchronous, cancellationToken);

        // What Task.Run starts in a loop is found where it starts.
        ContextUse? StartedIn(IOperation task, ILoopOperation around) =>
            task is IInvocationOperation started && !SameTurn.Awaits(started, around) && contexts.StartedBy(started, cancellationToken) is { } use
            && !use.Context.IsDeclaredIn(around.Syntax) && !contexts.IsGuarded(use) ? use : null;
    }

    private static IOperation? BodyOf(IInvocationOperation parallel) =>
        parallel.Argument("body")?.Value.Unwrap() is var body and (IAnonymousFunctionOperation or IMethodReferenceOperation) ? body : null;

    private static bool IsOneAtATime(IInvocationOperation parallel) =>
        parallel.Argument("parallelOptions")?.Value.Unwrap() is IObjectCreationOperation { Initializer.Initializers: var settings }
        && settings.Any(s => s is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "MaxDegreeOfParallelism" }, Value.ConstantValue: { HasValue: true, Value: 1 } });

    /// <summary>A collection that is written out with one element has nothing that runs next to it.</summary>
    private static bool IsSingle(IOperation? source) =>
        source is IArrayCreationOperation { Initializer.ElementValues.Length: 1 }
        || (source is not null && source.IsCollectionExpression() && source.ChildOperations.Count == 1 && source.ChildOperations.First() is var only && only.Spread() == only);

    private static ILoopOperation? LoopAround(IOperation operation)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
        {
            if (current is ILoopOperation loop)
                return loop;
        }

        return null;
    }
}
