namespace Breakwater.Semantics;

/// <summary>The code around an operation.</summary>
internal static class Enclosing
{
    /// <summary>The innermost lambda or anonymous method around <paramref name="operation"/>, not looking beyond a local function.</summary>
    public static IAnonymousFunctionOperation? Lambda(IOperation operation)
    {
        for (var current = operation.Parent; current is not (null or ILocalFunctionOperation); current = current.Parent)
        {
            if (current is IAnonymousFunctionOperation lambda)
                return lambda;
        }

        return null;
    }

    /// <summary>The local function, method, accessor or constructor around <paramref name="operation"/>, lambdas being part of it; null for top-level code.</summary>
    public static IMethodSymbol? Method(IOperation operation, Compilation compilation, CancellationToken cancellationToken)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            if (current is ILocalFunctionOperation local)
                return local.Symbol;
        }

        return Member(operation, compilation, cancellationToken);
    }

    /// <summary>The method, accessor or constructor around <paramref name="operation"/>, local functions being part of it; null for top-level code.</summary>
    public static IMethodSymbol? Member(IOperation operation, Compilation compilation, CancellationToken cancellationToken)
    {
        foreach (var node in operation.Syntax.AncestorsAndSelf())
        {
            switch (node)
            {
                case BaseMethodDeclarationSyntax or AccessorDeclarationSyntax:
                    return Bodies.Of(compilation).DeclaredBy(node, cancellationToken) as IMethodSymbol;
                case PropertyDeclarationSyntax { ExpressionBody: { } body } when body.Span.Contains(operation.Syntax.Span):
                    return (Bodies.Of(compilation).DeclaredBy(node, cancellationToken) as IPropertySymbol)?.GetMethod;
                case MemberDeclarationSyntax:
                    return null;
            }
        }

        return null;
    }

    /// <summary>The whole body or initialiser that <paramref name="operation"/> stands in.</summary>
    public static IOperation Root(IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }
}
