using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>How an entity is changed.</summary>
internal enum ChangeKind
{
    Added,
    Updated,
    Removed,

    /// <summary>A property of it is assigned.</summary>
    Assigned,

    /// <summary>In the store, by <c>ExecuteUpdate</c> or <c>ExecuteDelete</c>: committed at once.</summary>
    Bulk,
}

/// <summary>One change of an entity.</summary>
/// <param name="Kind">How it is changed.</param>
/// <param name="Operation">The call or assignment.</param>
/// <param name="Entity">The entity's type.</param>
/// <param name="Store">The context or set it is changed on; null for an assignment.</param>
internal sealed record Change(ChangeKind Kind, IOperation Operation, ITypeSymbol Entity, IOperation? Store);

/// <summary>
/// What a body changes of the data that its commit writes: <c>Add</c>, <c>Update</c>, <c>Remove</c>, <c>Attach</c>, <c>Entry</c> of EF
/// Core, the like of Marten, assignments to properties of an entity, and bulk statements. An object that the body made itself is no
/// entity before it is added; services, options and other framework objects are none.
/// </summary>
internal sealed class Changes
{
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _context;
    private readonly INamedTypeSymbol? _set;
    private readonly INamedTypeSymbol? _session;

    private Changes(Compilation compilation)
    {
        _compilation = compilation;
        _context = compilation.Find("Microsoft.EntityFrameworkCore.DbContext");
        _set = compilation.Find("Microsoft.EntityFrameworkCore.DbSet`1");
        _session = compilation.Find("Marten.IDocumentSession");
    }

    public static Changes Of(Compilation compilation) => compilation.Know(static c => new Changes(c))!;

    /// <summary>The changes that a body makes itself, in the order of the source.</summary>
    public ImmutableArray<Change> In(IOperation body) => OwnCode.AndSelf(body).SelectMany(Made).ToImmutableArray();

    private IEnumerable<Change> Made(IOperation operation)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                return OfCall(call);
            case IAssignmentOperation { Target: IPropertyReferenceOperation target } when !target.IsInExpressionTree():
                return OfAssignment(operation, target);
            case IIncrementOrDecrementOperation { Target: IPropertyReferenceOperation target }:
                return OfAssignment(operation, target);
            default:
                return [];
        }
    }

    private IEnumerable<Change> OfCall(IInvocationOperation call)
    {
        if (Commits.Of(_compilation).IsBulk(call))
        {
            return call.TargetMethod.TypeArguments is [var bulk, ..] ? [new(ChangeKind.Bulk, call, bulk, SetBehind(call))] : [];
        }

        var container = call.TargetMethod.ContainingType;
        if (KindOf(call.TargetMethod.Name) is not { } kind || container is null || IsOnlyLookedAt(call))
            return [];
        if (container.Is(_set))
            return [new(kind, call, SetType(container)!, call.Instance)];
        if (!container.Is(_context) && !(call.Instance?.Type).Is(_session))
            return [];

        var values = call.Arguments.Where(a => a.Parameter?.Name is "entity" or "entities" or "documents").Select(a => a.Value).ToList();
        if (values.Count == 0)
            return call.TargetMethod.TypeArguments is [var only] ? [new(kind, call, only, call.Instance)] : [];
        return values.SelectMany(EntitiesIn).Distinct<ITypeSymbol>(SymbolEqualityComparer.Default)
            .Select(entity => new Change(kind, call, entity, call.Instance));
    }

    private static ChangeKind? KindOf(string name)
    {
        if (Starts("Add") || Starts("Insert") || Starts("Store"))
            return ChangeKind.Added;
        if (Starts("Update") || Starts("Attach") || name == "Entry")
            return ChangeKind.Updated;
        return Starts("Remove") || Starts("Delete") ? ChangeKind.Removed : null;

        bool Starts(string verb) => name.StartsWith(verb, StringComparison.Ordinal);
    }

    /// <summary><c>Entry(e)</c> that only loads: <c>Reload</c>, <c>Collection(…).Load()</c>.</summary>
    private static bool IsOnlyLookedAt(IInvocationOperation call) =>
        call.TargetMethod.Name == "Entry"
        && call.Parent is IInvocationOperation { TargetMethod.Name: "Reload" or "ReloadAsync" or "Collection" or "Reference" or "GetDatabaseValues" or "GetDatabaseValuesAsync" or "Navigation" };

    /// <summary>The entity types of an argument: its own, that of its elements, or those of a params list written out.</summary>
    private static IEnumerable<ITypeSymbol> EntitiesIn(IOperation value)
    {
        value = value.Unwrap();
        if (value is IArrayCreationOperation { Initializer: { } listed } && listed.ElementValues.Length > 0)
            return listed.ElementValues.SelectMany(EntitiesIn);
        return EntityIn(value.Type) is { SpecialType: not SpecialType.System_Object } entity ? [entity] : [];
    }

    /// <summary>The entity that a type stands for: behind tasks, collections and <c>?</c>.</summary>
    public static ITypeSymbol? EntityIn(ITypeSymbol? type)
    {
        for (var depth = 0; depth < 4; depth++)
        {
            switch (type)
            {
                case IArrayTypeSymbol array:
                    type = array.ElementType;
                    break;
                case INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var value] }:
                    type = value;
                    break;
                case INamedTypeSymbol { TypeArguments: [var single] } named when IoCalls.IsTaskLike(named) || IsSequence(named):
                    type = single;
                    break;
                case INamedTypeSymbol { Name: "Dictionary" or "IDictionary" or "IReadOnlyDictionary" or "ImmutableDictionary" or "FrozenDictionary", TypeArguments: [_, var element] }:
                    type = element;
                    break;
                default:
                    return type;
            }
        }

        return type;
    }

    private static bool IsSequence(INamedTypeSymbol type) =>
        type.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T
        || type.OriginalDefinition.AllInterfaces.Any(i => i.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)
        || type is { Name: "IAsyncEnumerable" };

    private IEnumerable<Change> OfAssignment(IOperation assignment, IPropertyReferenceOperation target)
    {
        if (target.Property.IsIndexer && target.Instance is null)
            yield break;
        for (var owner = target.Instance?.Unwrap(); owner is not null; owner = Inner(owner))
        {
            if (!IsVariable(owner))
                yield break;
            if (owner.Type is INamedTypeSymbol { TypeKind: TypeKind.Class } entity && IsOfTheUser(entity))
                yield return new(ChangeKind.Assigned, assignment, entity, null);
        }
    }

    /// <summary>The object that a member is a part of; null at the variable itself.</summary>
    private static IOperation? Inner(IOperation owner) => (owner as IPropertyReferenceOperation)?.Instance?.Unwrap();

    /// <summary>Whether an expression is, or is a part of, something that may be tracked: not <c>this</c>, not a service, not made here.</summary>
    private static bool IsVariable(IOperation owner)
    {
        while (Inner(owner) is { } inner)
            owner = inner;
        return owner switch
        {
            ILocalReferenceOperation local => !IsMadeHere(local),
            IParameterReferenceOperation parameter => !Roots.IsPrimaryConstructorParameter(parameter.Parameter),
            IAwaitOperation or IInvocationOperation or IArrayElementReferenceOperation or ICoalesceOperation => true,
            _ => false,
        };
    }

    private static bool IsMadeHere(ILocalReferenceOperation local) =>
        LocalValues.Around(local).Of(local.Local) is { Count: > 0 } values && values.All(v => v.Value.Unwrap() is IObjectCreationOperation or { ConstantValue: { HasValue: true, Value: null } });

    private static bool IsOfTheUser(INamedTypeSymbol type) =>
        type.SpecialType == SpecialType.None && type.ContainingAssembly?.Name is { } assembly
        && !assembly.StartsWith("System", StringComparison.Ordinal) && !assembly.StartsWith("Microsoft.", StringComparison.Ordinal)
        && assembly is not ("mscorlib" or "netstandard" or "StackExchange.Redis" or "ZiggyCreatures.FusionCache");

    private ITypeSymbol? SetType(INamedTypeSymbol container)
    {
        for (var type = container; type is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, _set))
                return type.TypeArguments[0];
        }

        return null;
    }

    /// <summary>What a bulk statement starts from: <c>db.Products</c> in <c>db.Products.Where(…).ExecuteDelete()</c>.</summary>
    private static IOperation? SetBehind(IInvocationOperation call)
    {
        IOperation? source = call;
        while (source is IInvocationOperation { Arguments.Length: > 0 } chained && chained.TargetMethod.IsExtensionMethod)
            source = chained.Arguments[0].Value.Unwrap();
        return source;
    }
}
