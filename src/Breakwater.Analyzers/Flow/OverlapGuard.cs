using Breakwater.Semantics;
using Breakwater.Semantics.Data;

namespace Breakwater.Flow;

/// <summary>
/// Whether code that may be started again while it runs keeps the second run out, or stops what starts it: a semaphore, a lock that
/// is tried, an <c>Interlocked</c> decision, a flag, an asynchronous lock, a timer that is stopped before the work begins.
/// </summary>
internal sealed class OverlapGuard
{
    private static readonly ImmutableHashSet<string> Words = ImmutableHashSet.CreateRange(StringComparer.OrdinalIgnoreCase, LockRegion.DefaultGuardWords);

    private readonly Compilation _compilation;
    private readonly Timers? _timers;
    private readonly INamedTypeSymbol? _semaphore;
    private readonly INamedTypeSymbol? _waitHandle;
    private readonly INamedTypeSymbol? _limiter;
    private readonly ImmutableArray<INamedTypeSymbol> _plainDisposables;

    private OverlapGuard(Compilation compilation)
    {
        _compilation = compilation;
        _timers = Timers.Of(compilation);
        _semaphore = compilation.Find("System.Threading.SemaphoreSlim");
        _waitHandle = compilation.Find("System.Threading.WaitHandle");
        _limiter = compilation.Find("System.Threading.RateLimiting.RateLimiter");
        _plainDisposables = ImmutableArray.CreateRange(new[]
        {
            "System.IO.Stream", "System.IO.TextReader", "System.IO.TextWriter", "System.Net.Http.HttpResponseMessage", "System.Data.Common.DbDataReader",
            "System.Data.Common.DbConnection", "System.Data.Common.DbTransaction", "Microsoft.EntityFrameworkCore.DbContext", "System.Text.Json.JsonDocument",
        }.Select(compilation.Find).OfType<INamedTypeSymbol>());
    }

    public static OverlapGuard Of(Compilation compilation) => compilation.Know(static c => new OverlapGuard(c))!;

    /// <summary>
    /// Whether a body keeps a second run out, or a method of this compilation that it calls before or as its first piece of work; followed
    /// two levels.
    /// </summary>
    /// <param name="body">The body.</param>
    /// <param name="work">Its pieces of work, the first one first.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public bool IsIn(IOperation body, IReadOnlyList<IOperation> work, CancellationToken cancellationToken) => IsIn(body, work, levels: 2, cancellationToken);

    private bool IsIn(IOperation body, IReadOnlyList<IOperation> work, int levels, CancellationToken cancellationToken)
    {
        if (IsOwn(body, work))
            return true;
        if (levels == 0)
            return false;
        var end = work.Count > 0 ? work[0].Syntax.Span.End : int.MaxValue;
        return body.Descendants().Any(operation => operation.Syntax.SpanStart < end
            && TargetOf(operation) is { } target
            && Bodies.Of(_compilation).Of(target, cancellationToken) is { } called
            && IsIn(called, OwnCode.Of(called).Where(o => o is IAwaitOperation).ToList(), levels - 1, cancellationToken));
    }

    private IMethodSymbol? TargetOf(IOperation operation) => operation switch
    {
        IInvocationOperation call => Calls.Of(_compilation).CertainTarget(call),
        IMethodReferenceOperation { Method: var method } => method.IsDeclaredIn(_compilation) ? method : null,
        _ => null,
    };

    private bool IsOwn(IOperation body, IReadOnlyList<IOperation> work)
    {
        var first = OwnCode.Of(body).Where(o => o is IAwaitOperation).Concat(work).Select(o => o.Syntax.SpanStart).DefaultIfEmpty(int.MaxValue).Min();
        foreach (var operation in body.Descendants())
        {
            var isEarly = operation.Syntax.SpanStart < first;
            if (operation switch
            {
                IInvocationOperation call => KeepsOut(call) || (isEarly && StopsTimer(call)),
                ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "Enabled", Instance: { } timer }, Value.ConstantValue: { HasValue: true, Value: false } } =>
                    isEarly && IsTimer(timer),
                IUsingOperation { Resources: var resources } => IsAsyncLock(resources, first),
                IUsingDeclarationOperation { DeclarationGroup: var resources } => IsAsyncLock(resources, first),
                IConditionalOperation choice => IsFlag(choice, body, work),
                _ => false,
            })
                return true;
        }

        // Taking a lock may itself be the first piece of work; what it guards is the second one.
        return work.Take(2).Any(w => Guards.Of(_compilation).Around(w, Words).Any(g => g.Kind == GuardKind.Named && g.Position < work[0].Syntax.Span.End));
    }

    private bool KeepsOut(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        return method.Name switch
        {
            "Wait" or "WaitAsync" => method.ContainingType.Is(_semaphore),
            "WaitOne" => method.ContainingType.Is(_waitHandle),
            "TryEnter" => method.ContainingType is { Name: "Monitor" or "Lock" or "SpinLock", ContainingNamespace.Name: "Threading" },
            "AttemptAcquire" or "AcquireAsync" => method.ContainingType.Is(_limiter),
            "CompareExchange" or "Exchange" => IsInterlocked(method),
            // Whoever gets its key in goes on, the others leave.
            "TryAdd" or "Add" when method.ReturnType.SpecialType == SpecialType.System_Boolean => Decisions.DependOn(call),
            "Increment" or "Decrement" or "Add" or "Or" or "And" => IsInterlocked(method) && Decisions.DependOn(call),
            _ => false,
        };
    }

    private static bool IsInterlocked(IMethodSymbol method) => method.ContainingType is { Name: "Interlocked", ContainingNamespace.Name: "Threading" };

    private bool StopsTimer(IInvocationOperation call) =>
        call.TargetMethod.Name is "Change" or "Stop" or "Dispose" or "DisposeAsync" or "Close" && call.Instance is { } timer && IsTimer(timer);

    private bool IsTimer(IOperation value) => _timers is { } timers && (timers.IsTimer(value.Type) || timers.IsTimer(value.Unwrap().Type));

    /// <summary>A <c>using</c> of an awaited call is taken for a lock unless what it gives is known to be something else.</summary>
    private bool IsAsyncLock(IOperation resources, int firstAwait) =>
        resources.DescendantsAndSelf().FirstOrDefault(o => o is IAwaitOperation) is IAwaitOperation taken
        && taken.Syntax.SpanStart <= firstAwait
        && !IoCalls.Of(_compilation).IsIo(taken.Operation.Unwrap())
        && !_plainDisposables.Any(taken.Type.Is);

    /// <summary>
    /// Whether a variable that the code sets decides that a second run leaves: the test has a <c>return</c>, or all of the work stands
    /// behind it.
    /// </summary>
    private static bool IsFlag(IConditionalOperation choice, IOperation body, IReadOnlyList<IOperation> work)
    {
        if (!FlagsIn(choice.Condition).Any(flag => IsSetIn(body, flag)))
            return false;
        return Leaves(choice.WhenTrue) || (choice.WhenFalse is { } other && Leaves(other))
            || (work.Count > 0 && work.All(w => choice.WhenTrue.Syntax.Span.Contains(w.Syntax.Span)));
    }

    private static bool Leaves(IOperation branch) => OwnCode.AndSelf(branch).Any(o => o is IReturnOperation or IThrowOperation);

    private static IEnumerable<ISymbol> FlagsIn(IOperation condition)
    {
        foreach (var part in condition.DescendantsAndSelf())
        {
            if (part is (ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation) && CanBeFlag(part) && VariableWrites.Referenced(part) is { } variable)
                yield return variable;
        }
    }

    /// <summary>A yes or no, a running task, or a number that stands for a state.</summary>
    private static bool CanBeFlag(IOperation reference) => reference.Type switch
    {
        { SpecialType: SpecialType.System_Boolean } => true,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [{ SpecialType: SpecialType.System_Boolean }] } => true,
        { TypeKind: TypeKind.Enum } => true,
        { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 } => Outward(reference) is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } or IIsPatternOperation,
        var type => IoCalls.IsTaskLike(type),
    };

    private static IOperation? Outward(IOperation reference)
    {
        var parent = reference.Parent;
        while (parent is IConversionOperation or IArgumentOperation or IInvocationOperation { TargetMethod.ContainingType.Name: "Volatile" })
            parent = parent.Parent;
        return parent;
    }

    private static bool IsSetIn(IOperation body, ISymbol flag) => body.Descendants().Any(o => o switch
    {
        ISimpleAssignmentOperation { Target: var target } => Is(target, flag),
        IArgumentOperation { Parameter.RefKind: RefKind.Ref, Value: var target, Parent: IInvocationOperation { TargetMethod.Name: "Write" } } => Is(target, flag),
        _ => false,
    });

    private static bool Is(IOperation target, ISymbol flag) => SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(target), flag);
}
