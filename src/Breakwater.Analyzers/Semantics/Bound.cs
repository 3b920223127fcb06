namespace Breakwater.Semantics;

/// <summary>
/// An expression as it stands in some body, with the arguments that the parameters of that body were given. A wrapper's key
/// <c>prefix + id</c> and the caller's <c>Find(order.Id)</c> together are one bound value.
/// </summary>
internal readonly record struct Bound(IOperation Operation, Frame? Frame = null)
{
    /// <summary>The expression that the value comes from: through conversions, and through parameters and <c>this</c> to what the caller gave.</summary>
    public Bound Resolve()
    {
        var operation = Operation.Unwrap();
        return operation switch
        {
            IParameterReferenceOperation parameter when Frame?.ArgumentOf(parameter.Parameter)?.Resolve() is { } argument && !IsReplaced(parameter, argument) => argument,
            IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } when Frame?.Instance is { } instance => instance.Resolve(),
            _ => new Bound(operation, Frame),
        };
    }

    /// <summary>A null that the caller gave, or left to the default, where the code puts a value of its own in its place.</summary>
    private static bool IsReplaced(IParameterReferenceOperation parameter, Bound argument) =>
        argument.Operation.ConstantValue is { HasValue: true, Value: null }
        && Flow.LocalValues.Around(parameter).Of(parameter.Parameter).Any(given => given.Value.Parent is IAssignmentOperation);
}

/// <summary>One call, or read of a property, on the way into other code: what its parameters and its <c>this</c> are for this caller.</summary>
internal sealed class Frame
{
    private readonly IMethodSymbol _method;
    private readonly ImmutableArray<IArgumentOperation> _arguments;
    private readonly IOperation? _instance;
    private readonly Frame? _caller;

    /// <param name="call">The call.</param>
    /// <param name="method">The method it runs; an implementation when the call names an interface member.</param>
    /// <param name="caller">The frame of the body that the call stands in.</param>
    public Frame(IInvocationOperation call, IMethodSymbol method, Frame? caller)
    {
        _method = method;
        _arguments = call.Arguments;
        _instance = call.Instance;
        _caller = caller;
    }

    /// <param name="property">The read of a property.</param>
    /// <param name="getter">The accessor it runs.</param>
    /// <param name="caller">The frame of the body that it stands in.</param>
    public Frame(IPropertyReferenceOperation property, IMethodSymbol getter, Frame? caller)
    {
        _method = getter;
        _arguments = property.Arguments;
        _instance = property.Instance;
        _caller = caller;
    }

    /// <summary>What the wrapper's <c>this</c> is; null when the caller's own, or when there is none.</summary>
    public Bound? Instance => _instance is null or IInstanceReferenceOperation ? _caller?.Instance : new Bound(_instance, _caller);

    /// <summary>What a parameter of the wrapper was given, be it its default; null when it is no parameter of it.</summary>
    public Bound? ArgumentOf(IParameterSymbol parameter)
    {
        if (!SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol.OriginalDefinition, _method.OriginalDefinition))
            return null;
        foreach (var argument in _arguments)
        {
            if (argument.Parameter?.Ordinal == parameter.Ordinal)
                return new Bound(argument.Value, _caller);
        }

        return null;
    }
}
