using Breakwater.Flow;

namespace Breakwater.Semantics.Queues;

/// <summary>One write to a queue.</summary>
/// <param name="Operation">The call, or the method group where <c>queue.Enqueue</c> is handed to someone.</param>
/// <param name="Item">What is written; null for a method group.</param>
internal sealed record QueueWrite(IOperation Operation, IOperation? Item)
{
    /// <summary>The method that does the write.</summary>
    public IMethodSymbol Method => Operation is IInvocationOperation call ? call.TargetMethod : ((IMethodReferenceOperation)Operation).Method;

    /// <summary>
    /// Whether the item tells the reader anything. A constant, <c>default</c>, <c>new object()</c> or a static readonly field is a
    /// wake-up signal: a thousand of them mean the same as one.
    /// </summary>
    public bool CarriesData => Item?.Unwrap() switch
    {
        null => true,
        { ConstantValue.HasValue: true } or IDefaultValueOperation => false,
        IObjectCreationOperation { Type.SpecialType: SpecialType.System_Object, Arguments.IsEmpty: true } => false,
        IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } } => false,
        _ => true,
    };

    /// <summary>Whether the writer waits while the queue is full: blocked, awaiting, or handing the task on to its caller.</summary>
    public bool Waits
    {
        get
        {
            if (Operation is not IInvocationOperation { TargetMethod.Name: "WriteAsync" or "SendAsync" or "Add" } call)
                return false;
            if (call.TargetMethod.Name == "Add")
                return true;
            for (var current = Operation.Parent; ; current = current.Parent)
            {
                switch (current)
                {
                    case IAwaitOperation or IReturnOperation:
                        return true;
                    case IInvocationOperation { TargetMethod.Name: "AsTask" or "ConfigureAwait" } or IConversionOperation:
                        continue;
                    default:
                        return false;
                }
            }
        }
    }

    /// <summary>
    /// Whether the item comes from a parameter of the method around the write, itself or through one local: who calls the method
    /// decides what is written.
    /// </summary>
    public bool WritesParameter(Compilation compilation, CancellationToken cancellationToken) =>
        Item is null || ComesFromParameter(Item, compilation, cancellationToken);

    /// <inheritdoc cref="WritesParameter"/>
    public static bool ComesFromParameter(IOperation value, Compilation compilation, CancellationToken cancellationToken)
    {
        foreach (var operation in value.DescendantsAndSelf())
        {
            if (operation is IParameterReferenceOperation)
                return true;
            if (operation is ILocalReferenceOperation local
                && AssignedValues.Direct(local.Local, compilation, cancellationToken).Values
                    .Any(v => v.DescendantsAndSelf().Any(o => o is IParameterReferenceOperation)))
                return true;
        }

        return false;
    }
}
