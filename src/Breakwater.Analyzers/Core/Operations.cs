namespace Breakwater.Core;

/// <summary>Small questions about operations and symbols that Roslyn leaves to everyone.</summary>
internal static class Operations
{
    private const OperationKind CollectionExpression = (OperationKind)0x7f;
    private const OperationKind SpreadElement = (OperationKind)128;

    /// <summary>Whether the code is data here: inside a lambda converted to <c>Expression&lt;T&gt;</c>, queries over <c>IQueryable</c> included.</summary>
    public static bool IsInExpressionTree(this IOperation operation)
    {
        for (var current = operation; current is not null; current = current.Parent)
        {
            if (current is IAnonymousFunctionOperation { Parent.Type: INamedTypeSymbol { Name: "Expression", ContainingNamespace.Name: "Expressions" } })
                return true;
        }

        return false;
    }

    /// <summary>Whether the operation is <c>[a, b]</c>. The compiler we build against does not know the kind, the ones we run in do.</summary>
    public static bool IsCollectionExpression(this IOperation operation) => operation.Kind == CollectionExpression;

    /// <summary>What <c>.. values</c> in a collection expression spreads; any other element itself.</summary>
    public static IOperation Spread(this IOperation element) => element.Kind == SpreadElement ? element.ChildOperations.First() : element;

    /// <summary>The operation under conversions, parentheses, <c>!</c> and <c>await</c>-free wrappers that keep the value.</summary>
    public static IOperation Unwrap(this IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                case IDelegateCreationOperation creation:
                    operation = creation.Target;
                    break;
                default:
                    return operation;
            }
        }
    }

    /// <summary>The task or call behind a value that is awaited or waited for; the value itself when it is neither.</summary>
    public static IOperation Awaited(this IOperation operation)
    {
        while (true)
        {
            switch (operation.Unwrap())
            {
                case IAwaitOperation wait:
                    operation = wait.Operation;
                    break;
                case IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "Preserve" or "WaitAsync" or "GetAwaiter" or "GetResult", Instance: { } task }:
                    operation = task;
                    break;
                case IPropertyReferenceOperation { Property: { Name: "Result", ContainingType.Name: "Task" or "ValueTask" }, Instance: { } task }:
                    operation = task;
                    break;
                case var value:
                    return value;
            }
        }
    }

    /// <summary>The expression before the <c>?.</c> that a placeholder after it stands for.</summary>
    public static IOperation? Accessed(this IConditionalAccessInstanceOperation placeholder)
    {
        for (var current = placeholder.Parent; current is not null; current = current.Parent)
        {
            if (current is IConditionalAccessOperation access && access.Operation.Syntax == placeholder.Syntax)
                return access.Operation;
        }

        return null;
    }

    /// <summary>The argument for the parameter of this name, however it was passed; null when the parameter does not exist.</summary>
    public static IArgumentOperation? Argument(this IInvocationOperation call, string parameter) => Named(call.Arguments, parameter);

    /// <summary>The same for a constructor.</summary>
    public static IArgumentOperation? Argument(this IObjectCreationOperation creation, string parameter) => Named(creation.Arguments, parameter);

    /// <summary>The method as declared: an extension method in its static form, a generic method without type arguments.</summary>
    public static IMethodSymbol Definition(this IMethodSymbol method) => (method.ReducedFrom ?? method).OriginalDefinition;

    /// <summary>
    /// Whether the symbol is declared in this compilation. Having syntax is not enough: a project reference in an editor has it too,
    /// and belongs to another compilation.
    /// </summary>
    public static bool IsDeclaredIn(this ISymbol symbol, Compilation compilation) =>
        SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, compilation.Assembly);

    /// <summary>Whether <paramref name="type"/> is, derives from or implements <paramref name="ancestor"/>; type arguments do not matter.</summary>
    public static bool Is(this ITypeSymbol? type, INamedTypeSymbol? ancestor)
    {
        if (type is null || ancestor is null)
            return false;
        var definition = ancestor.OriginalDefinition;
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, definition))
                return true;
        }

        if (definition.TypeKind == TypeKind.Interface)
        {
            foreach (var implemented in type.AllInterfaces)
            {
                if (SymbolEqualityComparer.Default.Equals(implemented.OriginalDefinition, definition))
                    return true;
            }
        }

        return type is ITypeParameterSymbol parameter && parameter.ConstraintTypes.Any(c => c.Is(ancestor));
    }

    /// <summary>The name of the called method where it is written: <c>B</c> in <c>a.B(c)</c>, without type arguments.</summary>
    public static Location NameLocation(this IInvocationOperation call) => NameOf(call.Syntax).GetLocation()!;

    private static IArgumentOperation? Named(ImmutableArray<IArgumentOperation> arguments, string parameter)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter?.Name == parameter)
                return argument;
        }

        return null;
    }

    private static SyntaxNodeOrToken NameOf(SyntaxNode syntax) => syntax switch
    {
        InvocationExpressionSyntax invocation => NameOf(invocation.Expression),
        ConditionalAccessExpressionSyntax access => NameOf(access.WhenNotNull),
        MemberAccessExpressionSyntax member => member.Name.Identifier,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier,
        SimpleNameSyntax name => name.Identifier,
        _ => syntax,
    };
}
