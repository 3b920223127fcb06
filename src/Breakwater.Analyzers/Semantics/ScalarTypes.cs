namespace Breakwater.Semantics;

/// <summary>Which types hold one simple value, and which are bundles of such values.</summary>
internal static class ScalarTypes
{
    private const int Depth = 3;

    /// <summary>
    /// Text, numbers, <c>bool</c>, <c>Guid</c>, dates, enums, cultures, a struct or record around exactly one of these, and their
    /// nullable forms. A <c>TimeSpan</c> says how long, not what, and is none.
    /// </summary>
    public static bool IsScalar(ITypeSymbol? type) => type switch
    {
        null => false,
        { TypeKind: TypeKind.Enum } => true,
        { SpecialType: SpecialType.System_String or SpecialType.System_DateTime or (>= SpecialType.System_Boolean and <= SpecialType.System_Double) } => true,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => IsScalar(nullable.TypeArguments[0]),
        { Name: "Guid" or "DateTimeOffset" or "DateOnly" or "TimeOnly", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } => true,
        { Name: "CultureInfo", ContainingNamespace.Name: "Globalization" } => true,
        { Name: "TimeSpan" or "CancellationToken" } => false,
        INamedTypeSymbol { TypeKind: TypeKind.Struct } or INamedTypeSymbol { IsRecord: true } => Fields(type) is [var only] && !SymbolEqualityComparer.Default.Equals(only, type) && IsScalar(only),
        _ => false,
    };

    /// <summary>Whether a type of the compilation only carries values: at least one scalar, and nothing that does work.</summary>
    public static bool IsBundle(ITypeSymbol type, Compilation compilation) => IsBundle(type, compilation, Depth) && Fields(type).Any(IsScalar);

    private static bool IsBundle(ITypeSymbol type, Compilation compilation, int depth) =>
        depth > 0 && type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } && type.IsDeclaredIn(compilation)
        && Fields(type).All(field => IsData(field, compilation, depth));

    private static bool IsData(ITypeSymbol type, Compilation compilation, int depth) => type switch
    {
        { Name: "TimeSpan" or "CancellationToken" } => true,
        IArrayTypeSymbol array => IsData(array.ElementType, compilation, depth),
        INamedTypeSymbol { ContainingNamespace.Name: "Generic" or "Immutable", IsGenericType: true } collection => collection.TypeArguments.All(a => IsData(a, compilation, depth)),
        _ => IsScalar(type) || IsBundle(type, compilation, depth - 1),
    };

    private static ImmutableArray<ITypeSymbol> Fields(ITypeSymbol type)
    {
        var fields = ImmutableArray.CreateBuilder<ITypeSymbol>();
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
            fields.AddRange(current.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic && !f.IsConst).Select(f => f.Type));
        return fields.ToImmutable();
    }
}
