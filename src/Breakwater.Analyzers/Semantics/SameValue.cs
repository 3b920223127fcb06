namespace Breakwater.Semantics;

/// <summary>Whether two expressions surely have the same value within one run of a body.</summary>
internal static class SameValue
{
    /// <summary>
    /// True for equal constants, the same variable where it is not assigned in between, and the same members and calls of the same values.
    /// Calls count as equal when their arguments are: a key builder that answers differently each time is a defect of its own.
    /// </summary>
    public static bool Of(Bound left, Bound right)
    {
        var (a, frameA) = left.Resolve();
        var (b, frameB) = right.Resolve();
        if (a.ConstantValue is { HasValue: true } x && b.ConstantValue is { HasValue: true } y)
            return Equals(x.Value, y.Value);
        if (a.Kind != b.Kind)
            return false;

        var same = (a, b) switch
        {
            (ILocalReferenceOperation l, ILocalReferenceOperation r) => Is(l.Local, r.Local) && !IsAssignedBetween(l, r, l.Local),
            (IParameterReferenceOperation l, IParameterReferenceOperation r) => Is(l.Parameter, r.Parameter) && !IsAssignedBetween(l, r, l.Parameter),
            (IFieldReferenceOperation l, IFieldReferenceOperation r) => Is(l.Field, r.Field),
            (IPropertyReferenceOperation l, IPropertyReferenceOperation r) => Is(l.Property, r.Property),
            (IInvocationOperation l, IInvocationOperation r) => Is(l.TargetMethod, r.TargetMethod),
            (IObjectCreationOperation l, IObjectCreationOperation r) => Is(l.Type, r.Type),
            (IBinaryOperation l, IBinaryOperation r) => l.OperatorKind == r.OperatorKind,
            (IUnaryOperation l, IUnaryOperation r) => l.OperatorKind == r.OperatorKind,
            (ITypeOfOperation l, ITypeOfOperation r) => Is(l.TypeOperand, r.TypeOperand),
            (IInstanceReferenceOperation, IInstanceReferenceOperation) => true,
            (IArgumentOperation or IArrayElementReferenceOperation or ITupleOperation or ICoalesceOperation or IConditionalOperation
                or IInterpolatedStringOperation or IInterpolationOperation or IInterpolatedStringTextOperation or ILiteralOperation
                or IAwaitOperation or IConversionOperation or IConditionalAccessOperation or IConditionalAccessInstanceOperation, _) => true,
            _ => false,
        };
        if (!same)
            return false;

        if (a.ChildOperations.Count != b.ChildOperations.Count)
            return false;
        var other = b.ChildOperations.GetEnumerator();
        foreach (var child in a.ChildOperations)
        {
            if (!other.MoveNext() || !Of(new(child, frameA), new(other.Current, frameB)))
                return false;
        }

        return true;
    }

    private static bool IsAssignedBetween(IOperation left, IOperation right, ISymbol variable)
    {
        if (left.Syntax.SyntaxTree != right.Syntax.SyntaxTree)
            return false;
        var (first, last) = left.Syntax.SpanStart < right.Syntax.SpanStart ? (left.Syntax, right.Syntax) : (right.Syntax, left.Syntax);
        return first != last && Flow.LocalValues.Around(left).Of(variable)
            .Any(given => given.Value.Syntax.SpanStart >= first.Span.End && given.Value.Syntax.Span.End <= last.SpanStart);
    }

    private static bool Is(ISymbol? left, ISymbol? right) =>
        SymbolEqualityComparer.Default.Equals(left?.OriginalDefinition, right?.OriginalDefinition);
}
