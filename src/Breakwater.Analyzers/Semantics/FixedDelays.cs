using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>
/// Delays that are the same in every process: made of constants, the number of the attempt, members that are no random sources,
/// arithmetic, <c>Math</c>, <c>TimeSpan</c>, and methods of the compilation made of these, one level deep. Three answers are two here:
/// what has a random part is not fixed, and neither is what comes from code or data that is not seen.
/// </summary>
internal sealed class FixedDelays
{
    private readonly Compilation _compilation;

    private FixedDelays(Compilation compilation) => _compilation = compilation;

    public static FixedDelays Of(Compilation compilation) => compilation.Know(static c => new FixedDelays(c))!;

    /// <summary>Whether a value is known to be fixed.</summary>
    public bool IsFixed(IOperation value) => IsFixed(value, 1, new(SymbolEqualityComparer.Default));

    /// <summary>Whether a delegate that is given the number of the attempt is known to return fixed values only; through locals and fields.</summary>
    public bool IsFixedDelegate(IOperation value) => CodeOf(value) is { } code && ReturnsFixed(code.Body, AttemptsOf(code.Parameters), 1);

    /// <summary>The code that a delegate runs and its parameters; null when it is not seen.</summary>
    public (IOperation Body, ImmutableArray<IParameterSymbol> Parameters)? CodeOf(IOperation value)
    {
        for (var step = 0; step < 4; step++)
        {
            switch (value.Unwrap())
            {
                case IAnonymousFunctionOperation lambda:
                    return (lambda, lambda.Symbol.Parameters);
                case IMethodReferenceOperation reference when Bodies.Of(_compilation).Of(reference.Method, CancellationToken.None) is { } body:
                    return (body, reference.Method.OriginalDefinition.Parameters);
                case ILocalReferenceOperation local when LocalValues.Around(local).Single(local.Local) is { } only:
                    value = only;
                    break;
                case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member
                        when AssignedValues.Direct(member.Member, _compilation, CancellationToken.None).Values is [var only]:
                    value = only;
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    private static HashSet<ISymbol> AttemptsOf(ImmutableArray<IParameterSymbol> parameters) =>
        new(parameters.Where(p => p.Type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64), SymbolEqualityComparer.Default);

    private bool ReturnsFixed(IOperation body, HashSet<ISymbol> known, int levels)
    {
        var returned = OwnCode.Returned(body).ToList();
        return returned.Count > 0 && returned.All(r => IsFixed(r, levels, known));
    }

    /// <param name="value">The value.</param>
    /// <param name="levels">How many more methods may be entered.</param>
    /// <param name="known">Parameters that stand for fixed values, and locals under examination: a local is fixed when nothing else given to it is not.</param>
    private bool IsFixed(IOperation value, int levels, HashSet<ISymbol> known)
    {
        value = value.Unwrap();
        if (value.ConstantValue.HasValue)
            return true;
        switch (value)
        {
            case IDefaultValueOperation or IThrowOperation or IInstanceReferenceOperation:
                return true;
            case IConversionOperation { OperatorMethod: { } method } conversion:
                return IsOfSystem(method.ContainingType) && Is(conversion.Operand);
            case IParameterReferenceOperation { Parameter: var parameter }:
                return known.Contains(parameter) && !RandomSources.IsRandom(parameter);
            case ILocalReferenceOperation { Local: var local } reference:
                return !RandomSources.IsRandom(local) && (!known.Add(local)
                    || (LocalValues.Around(reference).Of(local) is { Count: > 0 } given && given.All(g => IsKept(g) && Is(g.Value))));
            case IBinaryOperation binary:
                return IsOfSystem(binary.OperatorMethod?.ContainingType) && Is(binary.LeftOperand) && Is(binary.RightOperand);
            case IUnaryOperation unary:
                return Is(unary.Operand);
            case IIncrementOrDecrementOperation step:
                return Is(step.Target);
            case ICompoundAssignmentOperation change:
                return Is(change.Target) && Is(change.Value);
            case ISimpleAssignmentOperation assignment:
                return Is(assignment.Value);
            case IConditionalOperation { WhenFalse: { } whenFalse } choice:
                return !IsRandom(choice.Condition) && Is(choice.WhenTrue) && Is(whenFalse);
            case ISwitchExpressionOperation choice:
                return !IsRandom(choice.Value) && choice.Arms.All(a => (a.Guard is null || !IsRandom(a.Guard)) && Is(a.Value));
            case ICoalesceOperation choice:
                return Is(choice.Value) && Is(choice.WhenNull);
            case IAwaitOperation awaited:
                return Is(awaited.Operation);
            case IObjectCreationOperation { Initializer: null, Type.Name: "TimeSpan" or "ValueTask" or "Nullable" } creation:
                return creation.Arguments.All(a => Is(a.Value));
            case IArrayCreationOperation { Initializer: { } elements }:
                return elements.ElementValues.All(Is);
            case IArrayElementReferenceOperation element:
                return Is(element.ArrayReference) && element.Indices.All(i => !IsRandom(i));
            case IInvocationOperation call:
                return IsFixedCall(call, levels, known);
            case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member:
                return IsFixedMember(member, levels, known);
            default:
                // A collection expression, of a newer compiler: its elements are its children.
                return value.Syntax.GetFirstToken().IsKind(SyntaxKind.OpenBracketToken) && value.ChildOperations.Count > 0 && value.ChildOperations.All(Is);
        }

        bool Is(IOperation part) => IsFixed(part, levels, known);
    }

    private static bool IsKept(LocalValues.Given given) =>
        given.How == LocalValues.How.Assigned || (given.How == LocalValues.How.PartOf && given.Value.Parent is IForEachLoopOperation);

    private bool IsRandom(IOperation value) => RandomSources.AreIn(value, _compilation);

    private bool IsFixedCall(IInvocationOperation call, int levels, HashSet<ISymbol> known)
    {
        var method = call.TargetMethod;
        if (RandomSources.IsRandom(method) || !call.Arguments.All(a => IsFixed(a.Value, levels, known)))
            return false;
        if (method.MethodKind == MethodKind.DelegateInvoke)
            return levels > 0 && call.Instance is { } target && CodeOf(target) is { } code && ReturnsFixed(code.Body, Set(code.Parameters), levels - 1);
        if (call.Instance is { } instance && !IsFixed(instance, levels, known))
            return false;
        if (IsCalculation(method))
            return true;
        return levels > 0 && Calls.Of(_compilation).CertainTarget(call) is { } certain && Bodies.Of(_compilation).Of(certain, CancellationToken.None) is { } body
            && ReturnsFixed(body, Set(certain.Parameters), levels - 1);

        static HashSet<ISymbol> Set(ImmutableArray<IParameterSymbol> parameters) => new(parameters, SymbolEqualityComparer.Default);
    }

    private static bool IsCalculation(IMethodSymbol method) => IsOfSystem(method.ContainingType) && method.ContainingType switch
    {
        { Name: "Math" or "MathF" or "TimeSpan" or "Nullable" or "Convert" } => true,
        { Name: "Task" or "ValueTask" } => method.Name == "FromResult",
        { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_Double } => !method.Name.Contains("Parse"),
        _ => false,
    };

    /// <summary>A member is a setting, and settings are the same everywhere, unless something random is given to it or it speaks of a reply.</summary>
    private bool IsFixedMember(IMemberReferenceOperation reference, int levels, HashSet<ISymbol> known)
    {
        var member = reference.Member;
        if (RandomSources.IsRandom(member) || member.Name.Contains("RetryAfter") || !IsFixedOwner(reference, levels, known)
            || (reference is IPropertyReferenceOperation { Arguments: var arguments } && !arguments.All(a => IsFixed(a.Value, levels, known))))
            return false;
        if (!member.IsDeclaredIn(_compilation))
            return !IsOfSystem(member.ContainingType) || member.ContainingType.Name is "TimeSpan" or "Math" or "Nullable" or "List" or "IReadOnlyList" or "IList" or "Array" or "ImmutableArray";
        if (member is IPropertySymbol { GetMethod: { } getter } && Bodies.Of(_compilation).Of(getter, CancellationToken.None) is { } body && IsRandom(body))
            return false;
        return !AssignedValues.Direct(member, _compilation, CancellationToken.None).Values.Any(IsRandom);
    }

    private bool IsFixedOwner(IMemberReferenceOperation reference, int levels, HashSet<ISymbol> known) => reference.Instance switch
    {
        null => true,
        IParameterReferenceOperation { Parameter: var parameter } => known.Contains(parameter) || reference.Member.Name == "AttemptNumber"
            || (parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.Constructor or MethodKind.LocalFunction } && !IsOfSystem(parameter.Type)),
        ILocalReferenceOperation { Local: var local } when local.Type.IsDeclaredIn(_compilation) && !IsException(local.Type) => true,
        var instance => IsFixed(instance, levels, known),
    };

    private static bool IsException(ITypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current is { Name: "Exception", ContainingNamespace.Name: "System" })
                return true;
        }

        return false;
    }

    /// <summary>Whether a type comes with the framework; nothing stands for the language's own operators.</summary>
    private static bool IsOfSystem(ITypeSymbol? type)
    {
        if (type is null or IArrayTypeSymbol)
            return true;
        var space = type.ContainingNamespace;
        while (space is { ContainingNamespace.IsGlobalNamespace: false })
            space = space.ContainingNamespace;
        return space is { Name: "System" };
    }
}
