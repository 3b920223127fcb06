namespace Breakwater.Semantics.Caching;

/// <summary>Keys that are objects made on the spot and compared by reference: nobody else ever holds an equal one.</summary>
internal static class NewReferences
{
    /// <summary>Whether a value is such a key. Not where the code hands the object on, so that somebody can come back with it.</summary>
    public static bool IsKey(IOperation value, KeyedOperation operation, Compilation compilation)
    {
        var root = Enclosing.Root(operation.Body);
        return operation.Operation.Kind is CacheKind.Memory or CacheKind.Dictionary
            && IsNewReference(value)
            && value.Syntax.SyntaxTree == root.Syntax.SyntaxTree && root.Syntax.Span.Contains(value.Syntax.Span)
            && !IsHandedOn(value, root)
            && (operation.Operation.Kind != CacheKind.Dictionary || ComparesByDefault(operation.Operation.Cache, compilation));
    }

    private static bool IsNewReference(IOperation value) =>
        value is IArrayCreationOperation
        || value.Syntax.GetFirstToken().IsKind(SyntaxKind.OpenBracketToken) // a collection expression, which the oldest compiler does not have
        || (value is IObjectCreationOperation { Type: INamedTypeSymbol { TypeKind: TypeKind.Class } type } && !HasEquality(type));

    private static bool HasEquality(ITypeSymbol type)
    {
        for (var current = type; current is { SpecialType: not SpecialType.System_Object }; current = current.BaseType)
        {
            if (current.IsRecord || current.SpecialType == SpecialType.System_String
                || current.GetMembers("Equals").Any(m => m is IMethodSymbol { IsOverride: true }))
                return true;
        }

        return false;
    }

    private static bool IsHandedOn(IOperation value, IOperation root)
    {
        if (Outside(value) is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var kept } })
            return Outside(value) is IAssignmentOperation;
        return root.Descendants().Any(o => o is ILocalReferenceOperation local && SymbolEqualityComparer.Default.Equals(local.Local, kept)
            && Outside(local) is IReturnOperation or ITupleOperation or IAssignmentOperation { Target: IMemberReferenceOperation or IArrayElementReferenceOperation });
    }

    private static IOperation? Outside(IOperation value)
    {
        var outside = value.Parent;
        while (outside is IConversionOperation)
            outside = outside.Parent;
        return outside;
    }

    /// <summary>Whether a dictionary is seen to be created without a comparer of its own.</summary>
    private static bool ComparesByDefault(CacheIdentity dictionary, Compilation compilation) =>
        dictionary.Symbol is IFieldSymbol field && field.IsDeclaredIn(compilation)
        && field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } initialiser }
        && Bodies.Of(compilation).Of(initialiser, CancellationToken.None)?.Unwrap() is { } created
        && !(created is IObjectCreationOperation { Arguments: var arguments } && arguments.Any(a => a.Parameter?.Type.Name == "IEqualityComparer"));
}
