using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>How far a name can be used.</summary>
internal enum Visibility
{
    /// <summary>In its outermost type only.</summary>
    Type,

    /// <summary>In this compilation.</summary>
    Assembly,

    /// <summary>In code that is not seen.</summary>
    World,
}

/// <summary>From where a member can be used, and under which names.</summary>
internal static class Reach
{
    /// <summary>How far <paramref name="member"/> can be used; a protected member reaches as far as its type can be derived from.</summary>
    public static Visibility Of(ISymbol member)
    {
        if (VariableWrites.IsConfined(member))
            return Visibility.Type;
        for (var current = member; current is not (null or INamespaceSymbol); current = current.ContainingType)
        {
            if (current.DeclaredAccessibility is Accessibility.Internal or Accessibility.ProtectedAndInternal)
                return Visibility.Assembly;
        }

        return Visibility.World;
    }

    /// <summary>The interface members that <paramref name="member"/> implements.</summary>
    public static IEnumerable<ISymbol> InterfaceMembersOf(ISymbol member)
    {
        if (member.ContainingType is not { } type || member.IsStatic)
            yield break;
        foreach (var contract in type.AllInterfaces)
        {
            foreach (var candidate in contract.GetMembers())
            {
                if (SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(candidate)?.OriginalDefinition, member.OriginalDefinition))
                    yield return candidate.OriginalDefinition;
            }
        }
    }

    /// <summary>
    /// The names of a type, its bases and its interfaces: a file that uses an instance nearly always holds one of them. One that
    /// gets at the instance through members of other types only is missed.
    /// </summary>
    public static ImmutableArray<string> NamesOf(INamedTypeSymbol type)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        names.Add(type.Name);
        for (var ancestor = type.BaseType; ancestor is { SpecialType: SpecialType.None, DeclaringSyntaxReferences.IsEmpty: false }; ancestor = ancestor.BaseType)
            names.Add(ancestor.Name);
        foreach (var contract in type.AllInterfaces)
        {
            if (!contract.DeclaringSyntaxReferences.IsEmpty)
                names.Add(contract.Name);
        }

        return names.ToImmutable();
    }
}
