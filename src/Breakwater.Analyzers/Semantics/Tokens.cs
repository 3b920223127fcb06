using Breakwater.Flow;

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

    /// <summary>
    /// Whether the code looks at a cancellation from outside: a token or a source that is asked stands in it, or in what it calls
    /// of its own type, one call deep. The parameters of functions inside do not count: what they get is decided at their calls.
    /// </summary>
    /// <param name="code">The code.</param>
    /// <param name="compilation">The compilation.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <param name="except">A part of the code that may look at what it likes.</param>
    public static bool Enter(IOperation code, Compilation compilation, CancellationToken cancellationToken, IOperation? except = null) =>
        CalledCode.Of(code, compilation, cancellationToken, except).Any(part => part.DescendantsAndSelf().Any(o =>
            (IsToken(o) || IsAskedSource(o)) && !IsBoundIn(o, part) && !(part == code && except?.Syntax.Span.Contains(o.Syntax.Span) == true)));

    /// <summary>
    /// Whether a value holds on to a token of the code around it: a task, an object or a lambda that was made with one. An awaited
    /// call is done with its token, and so is an answer that the token gave.
    /// </summary>
    public static bool AreHeldBy(IOperation value) => value.DescendantsAndSelf().Any(o => IsToken(o) && !IsBoundIn(o, value) && IsHeld(o, value));

    /// <summary>Whether the type is <see cref="CancellationToken"/>.</summary>
    public static bool IsTokenType(ITypeSymbol? type) => IsThreading(type, nameof(CancellationToken));

    /// <summary>Whether the type is <see cref="CancellationTokenSource"/>.</summary>
    public static bool IsSourceType(ITypeSymbol? type) => IsThreading(type, nameof(CancellationTokenSource));

    private static bool IsHeld(IOperation token, IOperation value)
    {
        var isDone = false;
        for (var current = token; current is not IAnonymousFunctionOperation; current = current.Parent!)
        {
            isDone |= current is IAwaitOperation || (current is IPropertyReferenceOperation property && property.Instance == token);
            if (current == value)
                return !isDone;
        }

        return true;
    }

    private static bool IsAskedSource(IOperation operation) =>
        operation is IPropertyReferenceOperation { Property.Name: nameof(CancellationTokenSource.IsCancellationRequested), Instance.Type: var type } && IsSourceType(type);

    private static bool IsBoundIn(IOperation operation, IOperation code) =>
        operation.Unwrap() is IParameterReferenceOperation { Parameter.ContainingSymbol: var function }
        && function.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == code.Syntax.SyntaxTree && code.Syntax.Span.Contains(r.Span));

    private static bool IsThreading(ITypeSymbol? type, string name) =>
        type?.Name == name && type.ContainingNamespace is { Name: "Threading", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };
}
