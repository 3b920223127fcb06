using Breakwater.Semantics;

namespace Breakwater.Flow;

/// <summary>
/// Every value that a local, field or auto-property can hold. Gives up, and says so by <see cref="AreKnown"/>, where a value can
/// come from code that is not seen: parameters, <c>ref</c> and <c>out</c>, deconstruction, patterns, <c>foreach</c>, and members
/// that other types may assign. <c>null</c> and <c>default</c> are no values: they reset a variable.
/// </summary>
internal readonly struct AssignedValues
{
    private readonly ImmutableArray<IOperation> _values;

    private AssignedValues(ImmutableArray<IOperation> values) => _values = values;

    /// <summary>False when there may be a value that is not listed.</summary>
    public bool AreKnown => !_values.IsDefault;

    /// <summary>The values, without conversions around them; empty when unknown.</summary>
    public ImmutableArray<IOperation> Values => _values.IsDefault ? ImmutableArray<IOperation>.Empty : _values;

    /// <summary>
    /// What <paramref name="variable"/> can hold, followed through <c>?:</c>, <c>??</c>, <c>switch</c>, locals, and one private or
    /// static method of the compilation that has exactly one <c>return</c>.
    /// </summary>
    public static AssignedValues Of(ISymbol variable, Compilation compilation, CancellationToken cancellationToken)
    {
        var search = new Search(compilation, cancellationToken);
        return search.FollowVariable(variable) ? new(search.Found.ToImmutable()) : default;
    }

    /// <summary>What <paramref name="value"/> can be, followed in the same way.</summary>
    public static AssignedValues Behind(IOperation value, Compilation compilation, CancellationToken cancellationToken)
    {
        var search = new Search(compilation, cancellationToken);
        return search.Follow(value) ? new(search.Found.ToImmutable()) : default;
    }

    /// <summary>What is written to <paramref name="variable"/>, as written: nothing is followed.</summary>
    public static AssignedValues Direct(ISymbol variable, Compilation compilation, CancellationToken cancellationToken) =>
        VariableWrites.Of(variable, compilation, cancellationToken) is { IsDefault: false } writes ? new(writes) : default;

    /// <summary>The one value that a private or static factory method of the compilation returns; null for any other method.</summary>
    public static IOperation? Made(IMethodSymbol method, Compilation compilation, CancellationToken cancellationToken)
    {
        if (method.DeclaringSyntaxReferences.IsEmpty || method.IsAsync
            || !(method.IsStatic || method.DeclaredAccessibility == Accessibility.Private || method.MethodKind == MethodKind.LocalFunction)
            || Bodies.Of(compilation).Of(method, cancellationToken) is not { } body)
            return null;

        IOperation? only = null;
        foreach (var returned in OwnCode.Returned(body))
        {
            if (only is not null)
                return null;
            only = returned;
        }

        return only;
    }

    private sealed class Search(Compilation compilation, CancellationToken cancellationToken)
    {
        private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);
        private bool _inFactory;

        public ImmutableArray<IOperation>.Builder Found { get; } = ImmutableArray.CreateBuilder<IOperation>();

        public bool FollowVariable(ISymbol variable) =>
            !_seen.Add(variable)
            || (VariableWrites.Of(variable, compilation, cancellationToken) is { IsDefault: false } writes && writes.All(Follow));

        public bool Follow(IOperation value)
        {
            value = value.Unwrap();
            switch (value)
            {
                case IThrowOperation or IDefaultValueOperation or ILiteralOperation { ConstantValue: { HasValue: true, Value: null } }:
                    return true;
                case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                    return Follow(choice.WhenTrue) && Follow(whenFalse);
                case ICoalesceOperation choice:
                    return Follow(choice.Value) && Follow(choice.WhenNull);
                case ISwitchExpressionOperation choice:
                    return choice.Arms.All(a => Follow(a.Value));
                case ISimpleAssignmentOperation { IsRef: false } assignment:
                    return Follow(assignment.Value);
                case ILocalReferenceOperation local:
                    return FollowVariable(local.Local);
                case IParameterReferenceOperation:
                    return false;
                case IInvocationOperation call when !_inFactory && Made(call.TargetMethod, compilation, cancellationToken) is { } made:
                    _inFactory = true;
                    var known = Follow(made);
                    _inFactory = false;
                    return known;
                default:
                    Found.Add(value);
                    return true;
            }
        }
    }
}
