using System.Collections.Concurrent;

namespace Breakwater.Semantics;

/// <summary>
/// Whether a value's text says what the value is. Collections, delegates and types without a <c>ToString</c> of their own print the name
/// of their type. Unknown counts as yes: interfaces, type parameters, <c>object</c>, and types of other assemblies.
/// </summary>
internal sealed class Printing
{
    private const int Depth = 4;

    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _known = new(SymbolEqualityComparer.Default);
    private readonly Lazy<HashSet<INamedTypeSymbol>> _saidByDerived;

    private Printing(Compilation compilation)
    {
        _compilation = compilation;
        _saidByDerived = new(FindSaidByDerived);
    }

    public static Printing Of(Compilation compilation) => compilation.Know(static c => new Printing(c))!;

    /// <summary>Whether the text of a value of this type is surely its type's name, in whole or in part.</summary>
    public bool IsTypeName(ITypeSymbol? type) => type is not null && _known.GetOrAdd(type, t => IsTypeName(t, Depth));

    private bool IsTypeName(ITypeSymbol type, int depth)
    {
        switch (type)
        {
            case IArrayTypeSymbol or { TypeKind: TypeKind.Delegate }:
                return true;
            case INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable:
                return IsTypeName(nullable.TypeArguments[0], depth);
            case INamedTypeSymbol { IsTupleType: true } tuple:
                return depth > 0 && tuple.TupleElements.Any(e => IsTypeName(e.Type, depth - 1));
            case INamedTypeSymbol { IsAnonymousType: true } or INamedTypeSymbol { IsRecord: true }:
                return depth > 0 && (type.IsAnonymousType || type.IsDeclaredIn(_compilation))
                    && !SaysMore(type) && Members(type).Any(m => IsTypeName(m, depth - 1));
            case INamedTypeSymbol named when IsCollection(named):
                return true;
            case INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } own when own.IsDeclaredIn(_compilation):
                return !SaysMore(own) && !IsSaidByDerived(own);
            default:
                return false;
        }
    }

    /// <summary>A generic collection of the framework. Sequences of characters may be strings, and the text of a query is its own matter.</summary>
    private static bool IsCollection(INamedTypeSymbol type) =>
        type.OriginalDefinition.ContainingNamespace is { ContainingNamespace: { Name: "Collections", ContainingNamespace.Name: "System" } or { Name: "System" } } home
        && home.Name is "Generic" or "Immutable" or "Concurrent" or "ObjectModel" or "Frozen" or "Linq"
        && type is { IsGenericType: true }
        && type.AllInterfaces.Prepend(type).Any(i => i.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T
            && i.TypeArguments[0].SpecialType != SpecialType.System_Char)
        && !type.AllInterfaces.Prepend(type).Any(i => i.Name == "IQueryable");

    /// <summary>Whether the type, or one it derives from, has a text of its own.</summary>
    private static bool SaysMore(ITypeSymbol type)
    {
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            if (current.GetMembers("ToString").Any(m => m is IMethodSymbol { IsOverride: true, Parameters.IsEmpty: true, IsImplicitlyDeclared: false }))
                return true;
            if (current.GetMembers("PrintMembers").Any(m => !m.IsImplicitlyDeclared))
                return true;
        }

        return type.AllInterfaces.Any(i => i.Name is "IFormattable" or "ISpanFormattable");
    }

    /// <summary>What a record or an anonymous type prints of itself.</summary>
    private static IEnumerable<ITypeSymbol> Members(ITypeSymbol type)
    {
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is { IsStatic: false, DeclaredAccessibility: Accessibility.Public } and (IPropertySymbol { IsIndexer: false } or IFieldSymbol))
                    yield return member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;
            }
        }
    }

    private bool IsSaidByDerived(INamedTypeSymbol type) =>
        type is { IsSealed: false, TypeKind: TypeKind.Class } && _saidByDerived.Value.Contains(type.OriginalDefinition);

    /// <summary>The classes of the compilation from which one derives that has a text of its own.</summary>
    private HashSet<INamedTypeSymbol> FindSaidByDerived()
    {
        var found = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        var open = new Stack<INamespaceOrTypeSymbol>();
        open.Push(_compilation.Assembly.GlobalNamespace);
        while (open.Count > 0)
        {
            foreach (var member in open.Pop().GetMembers())
            {
                if (member is INamespaceOrTypeSymbol inner)
                    open.Push(inner);
                if (member is not INamedTypeSymbol { TypeKind: TypeKind.Class, BaseType: { SpecialType: SpecialType.None } parent } candidate
                    || !parent.IsDeclaredIn(_compilation) || !SaysMore(candidate))
                    continue;
                for (var ancestor = parent; ancestor is { SpecialType: SpecialType.None }; ancestor = ancestor.BaseType)
                    found.Add(ancestor.OriginalDefinition);
            }
        }

        return found;
    }
}
