using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>
/// Whether a method refuses a collection that is too large before it works on it: an <c>if</c> that compares the collection's
/// <c>Count</c> or <c>Length</c> and leaves the method, or that has the work in one of its branches. A test for emptiness is none.
/// </summary>
internal static class SizeCheck
{
    /// <summary>Whether such an <c>if</c> decides about the work.</summary>
    /// <param name="work">What is done with the collection.</param>
    /// <param name="collection">The collection, with or without operators behind it.</param>
    public static bool Guards(IOperation work, IOperation collection)
    {
        var body = BodyGraph.BodyOf(work);
        if (!Mentions.AreIn(body.Syntax, "Count") && !Mentions.AreIn(body.Syntax, "Length"))
            return false;
        return OwnCode.Of(body).OfType<IConditionalOperation>().Any(test => test.Syntax.SpanStart < work.Syntax.SpanStart
            && (test.Syntax.Span.Contains(work.Syntax.Span) || Leaves(test.WhenTrue))
            && test.Condition.DescendantsAndSelf().OfType<IBinaryOperation>().Any(comparison => Compares(comparison, collection)));
    }

    private static bool Leaves(IOperation branch) =>
        branch.DescendantsAndSelf().Any(o => o is IThrowOperation or IReturnOperation { Kind: OperationKind.Return });

    private static bool Compares(IBinaryOperation comparison, IOperation collection)
    {
        if (comparison.OperatorKind is not (BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual))
            return false;
        var (left, right) = (comparison.LeftOperand.Unwrap(), comparison.RightOperand.Unwrap());
        return IsSizeOf(left, collection) ? !IsTiny(right) : IsSizeOf(right, collection) && !IsTiny(left);
    }

    /// <summary>Zero and one tell an empty collection from others.</summary>
    private static bool IsTiny(IOperation bound) => bound.ConstantValue is { HasValue: true, Value: int and <= 1 };

    private static bool IsSizeOf(IOperation size, IOperation collection)
    {
        var counted = size switch
        {
            IPropertyReferenceOperation { Property.Name: "Count" or "Length", Instance: { } instance } => instance,
            IInvocationOperation { TargetMethod: { Name: "Count", ContainingType.Name: "Enumerable" }, Arguments: [{ Value: var source }] } => source,
            IConditionalAccessOperation { WhenNotNull: IPropertyReferenceOperation { Property.Name: "Count" or "Length" } } access => access.Operation,
            _ => null,
        };
        return SymbolOf(counted?.Unwrap()) is { } symbol
            && collection.DescendantsAndSelf().Any(o => SymbolEqualityComparer.Default.Equals(SymbolOf(o), symbol));
    }

    private static ISymbol? SymbolOf(IOperation? value) => value switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IPropertyReferenceOperation property => property.Property,
        IFieldReferenceOperation field => field.Field,
        _ => null,
    };
}
