using Breakwater.Semantics;

namespace Breakwater.Flow;

/// <summary>A piece of code and, one call deep, the code of the same type that it calls.</summary>
internal static class CalledCode
{
    /// <summary>
    /// The code itself, then the body of each local function, lambda in a local, and method or base method of the type around it that
    /// the code calls or refers to. Methods that another type may override are taken as they are written here.
    /// </summary>
    /// <param name="code">The code.</param>
    /// <param name="compilation">The compilation.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <param name="except">A part of the code whose calls are not followed.</param>
    public static IEnumerable<IOperation> Of(IOperation code, Compilation compilation, CancellationToken cancellationToken, IOperation? except = null)
    {
        yield return code;
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var operation in code.DescendantsAndSelf())
        {
            if (except?.Syntax.Span.Contains(operation.Syntax.Span) == true)
                continue;
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

        bool IsOwn(IMethodSymbol method) => method.IsDeclaredIn(compilation)
            && (method.MethodKind == MethodKind.LocalFunction || IsOfTypeAround(method));

        bool IsOfTypeAround(IMethodSymbol method) =>
            code.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
            && Bodies.Of(compilation).DeclaredBy(type, cancellationToken) is INamedTypeSymbol around
            && around.Is(method.ContainingType);
    }
}
