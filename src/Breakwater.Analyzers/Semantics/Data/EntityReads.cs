using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>
/// Which entities a piece of code reads: the types of the <c>DbSet</c>s and other queries it starts from, lambdas in it and locals
/// included, and those of the methods of the compilation that it certainly calls, two levels deep. Empty when it reads through
/// interfaces, SQL or HTTP.
/// </summary>
internal sealed class EntityReads
{
    private const int Levels = 2;

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _context;
    private readonly INamedTypeSymbol? _queryable;
    private readonly Lazy<ImmutableHashSet<ISymbol>> _sets;

    private EntityReads(Compilation compilation)
    {
        _compilation = compilation;
        _context = compilation.Find("Microsoft.EntityFrameworkCore.DbContext");
        _queryable = compilation.Find("System.Linq.IQueryable`1");
        _sets = new(FindSets);
    }

    public static EntityReads Of(Compilation compilation) => compilation.Know(static c => new EntityReads(c))!;

    /// <summary>The entities that running this code reads.</summary>
    public ImmutableHashSet<ITypeSymbol> In(IEnumerable<IOperation> code)
    {
        var found = ImmutableHashSet.CreateBuilder<ITypeSymbol>(SymbolEqualityComparer.Default);
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var piece in code)
            Collect(piece, Levels, found, seen);
        // What a generic repository reads is not known inside it.
        found.ExceptWith(found.Where(f => f is ITypeParameterSymbol).ToList());
        return found.ToImmutable();
    }

    /// <summary>Whether a context of this compilation has a set of this type.</summary>
    public bool IsEntity(ITypeSymbol type) => _sets.Value.Contains(type.OriginalDefinition);

    /// <summary>Whether two types are one entity: the same, or one derived from the other.</summary>
    public static bool IsSame(ITypeSymbol one, ITypeSymbol other) =>
        one.SpecialType == SpecialType.None && other.SpecialType == SpecialType.None
        && (one.Is(other as INamedTypeSymbol) || other.Is(one as INamedTypeSymbol));

    /// <summary>Whether an entity holds another one, in a property or collection of its own or of what it holds.</summary>
    public static bool Holds(ITypeSymbol whole, ITypeSymbol part, int levels = Levels)
    {
        if (levels == 0)
            return false;
        for (ITypeSymbol? type = whole; type is { SpecialType: SpecialType.None }; type = type.BaseType)
        {
            foreach (var member in type.GetMembers())
            {
                if (member is IPropertySymbol { IsStatic: false } property && Changes.EntityIn(property.Type) is { SpecialType: SpecialType.None, TypeKind: TypeKind.Class } held
                    && !SymbolEqualityComparer.Default.Equals(held, whole) && (IsSame(held, part) || Holds(held, part, levels - 1)))
                    return true;
            }
        }

        return false;
    }

    private void Collect(IOperation code, int levels, ImmutableHashSet<ITypeSymbol>.Builder found, HashSet<ISymbol> seen)
    {
        foreach (var operation in code.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IMemberReferenceOperation or IParameterReferenceOperation when QueriedBy(operation.Type) is { } entity:
                    found.Add(entity);
                    break;
                case ILocalReferenceOperation { IsDeclaration: false } local when seen.Add(local.Local):
                    foreach (var given in LocalValues.Around(local).Of(local.Local))
                        Collect(given.Value, levels, found, seen);
                    break;
                case IInvocationOperation call:
                    OfCall(call, levels, found, seen);
                    break;
                case IMethodReferenceOperation { Method: var method } when levels > 0 && seen.Add(method):
                    if (Bodies.Of(_compilation).Of(method, CancellationToken.None) is { } referenced)
                        Collect(referenced, levels - 1, found, seen);
                    break;
            }
        }
    }

    private void OfCall(IInvocationOperation call, int levels, ImmutableHashSet<ITypeSymbol>.Builder found, HashSet<ISymbol> seen)
    {
        if (call.TargetMethod is { Name: "Set" or "Find" or "FindAsync", TypeArguments: [var entity] } && call.TargetMethod.ContainingType.Is(_context))
            found.Add(entity);
        if (levels > 0 && Calls.Of(_compilation).CertainTarget(call) is { } target && seen.Add(target)
            && Bodies.Of(_compilation).Of(target, CancellationToken.None) is { } body)
            Collect(body, levels - 1, found, seen);
    }

    private ITypeSymbol? QueriedBy(ITypeSymbol? type)
    {
        if (_queryable is null || !type.Is(_queryable))
            return null;
        var queryable = SymbolEqualityComparer.Default.Equals(type!.OriginalDefinition, _queryable)
            ? (INamedTypeSymbol)type
            : type.AllInterfaces.FirstOrDefault(i => SymbolEqualityComparer.Default.Equals(i.OriginalDefinition, _queryable));
        return queryable?.TypeArguments[0];
    }

    private ImmutableHashSet<ISymbol> FindSets()
    {
        var found = ImmutableHashSet.CreateBuilder<ISymbol>(SymbolEqualityComparer.Default);
        var open = new Stack<INamespaceOrTypeSymbol>();
        open.Push(_compilation.Assembly.GlobalNamespace);
        while (open.Count > 0)
        {
            var current = open.Pop();
            foreach (var member in current.GetMembers())
            {
                if (member is INamespaceOrTypeSymbol inner)
                    open.Push(inner);
                else if (member is IPropertySymbol { Type: INamedTypeSymbol { Name: "DbSet", TypeArguments: [var entity] } })
                    found.Add(entity.OriginalDefinition);
            }
        }

        return found.ToImmutable();
    }
}
