namespace Breakwater.Semantics;

/// <summary>Which expressions carry a cancellation that somebody can ask for: any token but <c>None</c> and <c>default</c>.</summary>
internal static class Tokens
{
    /// <summary>Whether an expression is a token that can be cancelled, as far as its text shows.</summary>
    public static bool IsToken(IOperation operation) => IsTokenType(operation.Type) && operation.Unwrap() switch
    {
        IDefaultValueOperation or IDiscardOperation => false,
        IPropertyReferenceOperation { Property: { Name: "None", IsStatic: true } } => false,
        IObjectCreationOperation { Arguments.IsEmpty: true } => false,
        _ => true,
    };

    /// <summary>Whether a token stands anywhere in the code, its lambdas and local functions included.</summary>
    public static bool AreIn(IOperation code) => code.DescendantsAndSelf().Any(IsToken);

    /// <summary>Whether the type is <see cref="CancellationToken"/>.</summary>
    public static bool IsTokenType(ITypeSymbol? type) =>
        type is { Name: nameof(CancellationToken), ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } };
}
