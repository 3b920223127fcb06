using Breakwater.Flow;
using Breakwater.Semantics.Queues;

namespace Breakwater.Semantics;

/// <summary>
/// A setting of <c>MaxDegreeOfParallelism</c> that lifts the limit: <c>int.MaxValue</c> for <c>Parallel.ForEachAsync</c> and
/// <c>ForAsync</c>, where -1 means the processor count; -1 or <c>int.MaxValue</c> for a dataflow block with an asynchronous delegate and
/// no capacity. Options in a local are followed; in a field or parameter they are not.
/// </summary>
internal static class LiftedLimit
{
    private const string Setting = "MaxDegreeOfParallelism";

    /// <summary>The delegate that runs without a limit because of an assignment; null when there is none, or when it is not seen.</summary>
    public static IOperation? RunBy(ISimpleAssignmentOperation assignment, Compilation compilation, CancellationToken cancellationToken)
    {
        if (assignment is not { Target: IPropertyReferenceOperation { Property: { Name: Setting, ContainingType.Name: var options } } set, Value.ConstantValue: { HasValue: true, Value: int limit } }
            || !(limit == int.MaxValue || (limit == -1 && options == "ExecutionDataflowBlockOptions")))
            return null;

        var place = set.Instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } && assignment.Parent?.Parent is IObjectCreationOperation creation
            ? creation
            : set.Instance;
        foreach (var given in GivenTo(place))
        {
            var code = given.Parent switch
            {
                IInvocationOperation { TargetMethod: { Name: "ForEachAsync" or "ForAsync", ContainingType: { Name: "Parallel", ContainingNamespace.Name: "Tasks" } } } call when options == "ParallelOptions" =>
                    call.Argument("body")?.Value,
                IObjectCreationOperation { Type: { Name: "ActionBlock" or "TransformBlock" or "TransformManyBlock", ContainingNamespace.Name: "Dataflow" } } block
                    when IsAsynchronous(block.Arguments[0]) && QueueApi.Of(compilation)?.CreationAt(block, compilation, cancellationToken)?.Bound != QueueBound.Some =>
                    block.Arguments[0].Value,
                _ => null,
            };
            if (code?.Unwrap() is IAnonymousFunctionOperation or IMethodReferenceOperation)
                return code.Unwrap();
        }

        return null;
    }

    /// <summary>The arguments that an options object is: itself, or the local that holds it, where nothing else sets the limit.</summary>
    private static IEnumerable<IArgumentOperation> GivenTo(IOperation? options)
    {
        var value = options;
        while (value?.Parent is IConversionOperation)
            value = value.Parent;
        if (value?.Parent is IArgumentOperation argument)
            return [argument];
        var local = value switch
        {
            ILocalReferenceOperation reference => reference.Local,
            { Parent: IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var declared } } } => declared,
            _ => null,
        };
        if (local is null || LocalValues.Around(value!).Single(local) is null)
            return [];

        var uses = Enclosing.Root(value!).Descendants().OfType<ILocalReferenceOperation>().Where(r => SymbolEqualityComparer.Default.Equals(r.Local, local)).ToList();
        var isSetElsewhere = uses.Any(u => u != value && u.Parent is IPropertyReferenceOperation { Property.Name: Setting, Parent: ISimpleAssignmentOperation });
        return isSetElsewhere ? [] : uses.Select(u => (u.Parent is IConversionOperation conversion ? conversion.Parent : u.Parent) as IArgumentOperation).OfType<IArgumentOperation>();
    }

    private static bool IsAsynchronous(IArgumentOperation code) =>
        code.Parameter?.Type is INamedTypeSymbol { DelegateInvokeMethod.ReturnType: var returned } && Data.IoCalls.IsTaskLike(returned);
}
