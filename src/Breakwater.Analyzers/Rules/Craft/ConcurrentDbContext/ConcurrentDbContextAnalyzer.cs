using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Data;

namespace Breakwater.Rules.Craft.ConcurrentDbContext;

/// <summary>Reports an operation on an EF Core context that starts while another one of the same context runs.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ConcurrentDbContextAnalyzer : Rule
{
    public const string Id = "BW1206";

    /// <summary>Tells the fix where the operation starts that still runs.</summary>
    internal const string FirstStart = "first";

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
        if (DbContexts.Of(start.Compilation) is not { IsSynchronousOnly: false } contexts || ContextOverlaps.Of(start.Compilation) is not { } overlaps)
            return;
        start.OnOperation(c => CheckCall(c, contexts, overlaps), OperationKind.Invocation);
        start.OnBody(c => CheckWaits(c, contexts));
    }

    private void CheckCall(OperationAnalysisContext context, DbContexts contexts, ContextOverlaps overlaps)
    {
        var call = (IInvocationOperation)context.Operation;
        if (overlaps.StartedDuring(call, context.CancellationToken) is var (second, earlier))
        {
            var first = ImmutableDictionary<string, string?>.Empty.Add(FirstStart, earlier.Syntax.SpanStart.ToString(CultureInfo.InvariantCulture));
            context.ReportDiagnostic(FoundFor(second.Place.GetLocation(), first, second.Context.Name, Overlaps));
        }

        var shared = IsParallel(call) ? InParallel(call, contexts, context.CancellationToken)
            : ContextOverlaps.WorkOf(call) is { } work && LoopAround(call) is { } loop && !SameTurn.Awaits(call, loop)
                ? SharedContexts.In(work, loop.Syntax, contexts, synchronous: true, context.CancellationToken)
                : null;
        if (shared is not null)
            Report(context, shared.Place.GetLocation(), shared.Context.Name, IsShared);
    }

    /// <summary>The tasks that are waited for together: they start where the wait is, or in a statement before it.</summary>
    private void CheckWaits(OperationBlockAnalysisContext context, DbContexts contexts)
    {
        foreach (var block in context.OperationBlocks)
        {
            if (!WaitedTasks.MayBeWaitedForIn(block.Syntax))
                continue;
            foreach (var wait in block.Descendants().OfType<IInvocationOperation>().Where(WaitedTasks.AreWaitedForBy))
            {
                var shared = WaitedTasks.Of(wait)
                    .Where(task => task.IsRepeated && !IsSingle(task.Source))
                    .Select(task => StartedForEach(task, contexts, context.CancellationToken))
                    .FirstOrDefault(use => use is not null);
                if (shared is not null)
                    context.ReportDiagnostic(Found(shared.Place.GetLocation(), shared.Context.Name, IsShared));
            }
        }
    }

    private static ContextUse? StartedForEach(WaitedTask task, DbContexts contexts, CancellationToken cancellationToken)
    {
        if (task.Loop is not { } loop)
            return SharedContexts.In(task.Start, task.Start.Syntax, contexts, synchronous: false, cancellationToken);
        return task.Start is IInvocationOperation started && !SameTurn.Awaits(started, loop) && contexts.StartedBy(started, cancellationToken) is { } use
            && !use.Context.IsDeclaredIn(loop.Syntax) && !contexts.IsGuarded(use) ? use : null;
    }

    private static ContextUse? InParallel(IInvocationOperation parallel, DbContexts contexts, CancellationToken cancellationToken) =>
        !IsOneAtATime(parallel) && parallel.Argument("body")?.Value.Unwrap() is var body and (IAnonymousFunctionOperation or IMethodReferenceOperation)
            ? SharedContexts.In(body, body.Syntax, contexts, synchronous: true, cancellationToken)
            : null;

    private static bool IsParallel(IInvocationOperation call) =>
        call.TargetMethod is { Name: "ForEachAsync" or "ForAsync" or "For" or "ForEach", ContainingType: { Name: "Parallel", ContainingNamespace.Name: "Tasks" } };

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
