using System.Collections.Concurrent;

namespace Breakwater.Semantics;

/// <summary>
/// By which of its members the code of a type can mean a value of another type: the fields, properties, methods and primary-constructor
/// parameters of the type, of its bases in the compilation and of the types around it.
/// </summary>
internal sealed class MemberTypes
{
    /// <summary>A type parameter may be constrained by a type made of itself.</summary>
    private const int Depth = 5;

    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<INamedTypeSymbol, ILookup<string, string>> _named = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, ConcurrentDictionary<string, bool>> _has = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<string>> _primary = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<(string Member, ITypeSymbol Type)>> _own = new(SymbolEqualityComparer.Default);

    private MemberTypes(Compilation compilation) => _compilation = compilation;

    public static MemberTypes Of(Compilation compilation) => compilation.Know(static c => new MemberTypes(c))!;

    /// <summary>The members by which code of <paramref name="owner"/> can mean a value of a type of this name, or something made of such values.</summary>
    public IEnumerable<string> Naming(INamedTypeSymbol owner, string typeName) =>
        _named.GetOrAdd(owner.OriginalDefinition, o => In(o).ToLookup(m => m.Type.Name, m => m.Member, StringComparer.Ordinal))[typeName];

    /// <summary>
    /// Whether a call may be made on one of some members of <paramref name="owner"/>: it names one of them, or nothing that is a member. A
    /// local, a parameter and the result of another call may be anything; the object itself is none of its members.
    /// </summary>
    public bool MayBeOn(NamedCall call, INamedTypeSymbol owner, Func<string, bool> isOne) =>
        call.On is not { } on || (!call.IsOnSelf && (isOne(on) || !Has(owner, on)));

    /// <summary>Whether a name is that of a field or property of the type, of a base or of a type around it, or of a primary-constructor parameter.</summary>
    public bool Has(INamedTypeSymbol owner, string name) =>
        _has.GetOrAdd(owner.OriginalDefinition, static _ => new(StringComparer.Ordinal)).GetOrAdd(name, n => IsMember(owner.OriginalDefinition, n));

    private bool IsMember(INamedTypeSymbol owner, string name)
    {
        for (var around = owner; around is not null; around = around.ContainingType)
        {
            for (var type = around; type is { SpecialType: not SpecialType.System_Object }; type = type.BaseType)
            {
                if (type.GetMembers(name).Any(m => m is IFieldSymbol or IPropertySymbol))
                    return true;
            }

            if (_primary.GetOrAdd(around, FindPrimary).Contains(name))
                return true;
        }

        return false;
    }

    private static ImmutableArray<string> FindPrimary(INamedTypeSymbol type) =>
        type.InstanceConstructors.SelectMany(c => c.Parameters).Where(Roots.IsPrimaryConstructorParameter).Select(p => p.Name).ToImmutableArray();

    /// <summary>Each member with each type in its own: itself, its type arguments, the elements of an array.</summary>
    public IEnumerable<(string Member, ITypeSymbol Type)> In(INamedTypeSymbol owner)
    {
        for (var around = owner; around is not null; around = around.ContainingType)
        {
            for (var type = around; type is not null && type.IsDeclaredIn(_compilation); type = type.BaseType)
            {
                foreach (var member in _own.GetOrAdd(type, FindOwn))
                    yield return member;
            }

            if (around.TypeKind != TypeKind.Interface)
                continue;
            foreach (var member in around.AllInterfaces.Where(i => i.IsDeclaredIn(_compilation)).SelectMany(i => _own.GetOrAdd(i, FindOwn)))
                yield return member;
        }
    }

    private static ImmutableArray<(string Member, ITypeSymbol Type)> FindOwn(INamedTypeSymbol type)
    {
        var found = ImmutableArray.CreateBuilder<(string Member, ITypeSymbol Type)>();
        foreach (var member in type.GetMembers())
        {
            switch (member)
            {
                case IFieldSymbol { IsImplicitlyDeclared: false } field:
                    Add(field.Name, field.Type, Depth);
                    break;
                case IPropertySymbol property:
                    Add(property.Name, property.Type, Depth);
                    break;
                case IMethodSymbol { MethodKind: MethodKind.Ordinary } method:
                    Add(method.Name, method.ReturnType, Depth);
                    // A lambda given to it has parameters of these types, which it need not name.
                    foreach (var parameter in method.Parameters.Where(p => p.Type.TypeKind == TypeKind.Delegate))
                        Add(method.Name, parameter.Type, Depth);
                    break;
                case IMethodSymbol { MethodKind: MethodKind.Constructor } constructor:
                    foreach (var parameter in constructor.Parameters.Where(Roots.IsPrimaryConstructorParameter))
                        Add(parameter.Name, parameter.Type, Depth);
                    break;
            }
        }

        return found.ToImmutable();

        void Add(string name, ITypeSymbol type, int depth)
        {
            switch (type)
            {
                case var _ when depth == 0:
                    break;
                case IArrayTypeSymbol array:
                    Add(name, array.ElementType, depth - 1);
                    break;
                case INamedTypeSymbol named:
                    if (named.SpecialType == SpecialType.None)
                        found.Add((name, named));
                    foreach (var argument in named.TypeArguments)
                        Add(name, argument, depth - 1);
                    break;
                case ITypeParameterSymbol parameter:
                    foreach (var constraint in parameter.ConstraintTypes)
                        Add(name, constraint, depth - 1);
                    break;
            }
        }
    }
}
