using Breakwater.Flow;

namespace Breakwater.Semantics.Hosting;

/// <summary>
/// The tokens that a request cancels: a parameter of its handler, <c>HttpContext.RequestAborted</c>, <c>ServerCallContext.CancellationToken</c>,
/// and locals that only ever hold one of these. The token of a linked source is none: somebody else can cancel it.
/// </summary>
internal static class RequestTokens
{
    /// <summary>Whether an expression is the request's token; not in <c>nameof</c>, in an expression tree or where a linked source is made from it.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="handler">The handler around it, see <see cref="EntryPoints.RequestAround"/>; null asks whether it may be one of some handler.</param>
    public static bool Is(IOperation expression, IMethodSymbol? handler)
    {
        if (!Tokens.IsTokenType(expression.Type) || IsNameOrLink(expression) || expression.IsInExpressionTree())
            return false;
        return expression.Unwrap() switch
        {
            IParameterReferenceOperation { Parameter: var parameter } =>
                (handler is null || SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, handler))
                && LocalValues.Around(expression).Of(parameter).Count == 0,
            IPropertyReferenceOperation { Property: { Name: "RequestAborted", ContainingType: { Name: "HttpContext", ContainingNamespace.Name: "Http" } } } => true,
            IPropertyReferenceOperation { Property: { Name: "CancellationToken", ContainingType: { Name: "ServerCallContext", ContainingNamespace.Name: "Core" } } } => true,
            ILocalReferenceOperation { IsDeclaration: false, Local: var local } =>
                LocalValues.Around(expression).Single(local) is { } value && Is(value, handler),
            _ => false,
        };
    }

    private static bool IsNameOrLink(IOperation expression)
    {
        var current = expression;
        while (current.Parent is IConversionOperation or IArrayInitializerOperation or IArrayCreationOperation or IArgumentOperation)
            current = current.Parent;
        return current.Parent is INameOfOperation || current is INameOfOperation
            || current.Parent is IInvocationOperation { TargetMethod: { Name: "CreateLinkedTokenSource", ContainingType.Name: "CancellationTokenSource" } };
    }
}
