using Breakwater.Semantics;

namespace Breakwater.Flow;

/// <summary>A piece of code and, one call deep, the code of the same type that it calls.</summary>
internal static class CalledCode
{
    /// <summary>
    /// The code itself, then the body of each local function, lambda in a local, and method or base method of the type around it that
    /// the code calls or refers to. Methods that another type may override are taken as they are written here.
    /// </summary>
    public static IEnumerable<IOperation> Of(IOperation code, Compilation compilation, CancellationToken cancellationToken)
    {
        yield return code;
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var operation in code.DescendantsAndSelf())
        {
            var called = operation switch
            {
                IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: ILocalReferenceOperation { Local: var local } reference } when seen.Add(local) =>
                    LocalValues.Around(reference).Single(local)?.Unwrap(),
                IInvocationOperation { TargetMethod: var method } when IsOwn(method) && seen.Add(method) => Bodies.Of(compilation).Of(method, cancellationToken),
                IMethodReferenceOperation { Method: var method } when IsOwn(method) && seen.Add(method) => Bodies.Of(compilation).Of(method, cancellationToken),
                _ => null,
            };
            if (called is not null)
                yield return called;
        }

        // A method that is called on `this`, or a static one that the code's own file shows.
        bool IsOwn(IMethodSymbol method) => method.IsDeclaredIn(compilation)
            && (method.MethodKind == MethodKind.LocalFunction || IsOfTypeAround(method));

        bool IsOfTypeAround(IMethodSymbol method) =>
            code.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
            && Bodies.Of(compilation).DeclaredBy(type, cancellationToken) is INamedTypeSymbol around
            && around.Is(method.ContainingType);
    }
}
