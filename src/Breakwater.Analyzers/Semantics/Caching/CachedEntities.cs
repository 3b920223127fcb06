using System.Collections.Concurrent;
using Breakwater.Flow;
using Breakwater.Semantics.Data;

namespace Breakwater.Semantics.Caching;

/// <summary>Entries of a type that hold entities, one by one or as a collection, as they are or serialised.</summary>
/// <param name="Population">What fills them.</param>
/// <param name="Entity">The entity.</param>
/// <param name="Source">The field or parameter of the primary constructor that is asked for it; null when it is read from a context.</param>
/// <param name="Filler">The member of the type that fills them.</param>
/// <param name="HoldsNull">Whether the answer "there is none" is kept, too.</param>
internal sealed record CachedEntity(Population Population, ITypeSymbol Entity, ISymbol? Source, ISymbol Filler, bool HoldsNull)
{
    /// <summary>The key's skeleton.</summary>
    public string Skeleton => Population.Key.Skeleton!;
}

/// <summary>Finds the entries of entities that the methods of a type fill, in all its parts.</summary>
internal sealed class CachedEntities
{
    private static readonly string[] Serialisers = ["Serialize", "ToJson", "Pack", "ToByteArray", "GetBytes", "ToArray"];

    private readonly Compilation _compilation;
    private readonly CacheCalls _calls;
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<CachedEntity>> _known = new(SymbolEqualityComparer.Default);

    private CachedEntities(Compilation compilation, CacheCalls calls)
    {
        _compilation = compilation;
        _calls = calls;
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static CachedEntities? Of(Compilation compilation) =>
        compilation.Know(static c => CacheCalls.Of(c) is { } calls ? new CachedEntities(c, calls) : null);

    /// <summary>The entries of entities that a type fills.</summary>
    public ImmutableArray<CachedEntity> In(INamedTypeSymbol type) => _known.GetOrAdd(type.OriginalDefinition, Find);

    /// <summary>The bodies of a type's members: methods, constructors and accessors, with the lambdas and local functions in each.</summary>
    /// <param name="type">The type, in all its parts.</param>
    /// <param name="isWanted">Which methods are worth binding.</param>
    /// <param name="compilation">The compilation.</param>
    public static IEnumerable<(ISymbol Member, IOperation Body)> BodiesOf(INamedTypeSymbol type, Func<IMethodSymbol, bool> isWanted, Compilation compilation)
    {
        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (method.IsImplicitlyDeclared || method.IsAbstract || !isWanted(method) || Bodies.Of(compilation).Of(method, CancellationToken.None) is not { } root)
                continue;
            foreach (var body in BodyGraph.BodiesIn(root))
                yield return (method.AssociatedSymbol ?? method, body);
        }
    }

    private ImmutableArray<CachedEntity> Find(INamedTypeSymbol type)
    {
        var found = ImmutableArray.CreateBuilder<CachedEntity>();
        if (!_calls.MayBeUsedBy(type))
            return found.ToImmutable();
        foreach (var (member, body) in BodiesOf(type, MayFill, _compilation))
        {
            // What loads an entry may be followed into other methods, and a dictionary's entries are not wanted.
            if (!_calls.In(body).Any(IsFill))
                continue;
            foreach (var population in Population.In(body, _compilation))
            {
                if (population.Key.Skeleton is not null && IsFill(population.Fill))
                    found.AddRange(EntitiesOf(population, member));
            }
        }

        return found.ToImmutable();

        bool MayFill(IMethodSymbol method) => method.DeclaringSyntaxReferences.Any(r => (_calls.MentionedIn(r.GetSyntax(), type) & CacheVerbs.Filling) != 0);
    }

    private static bool IsFill(CacheOperation operation) => operation.IsOnServiceCache && operation.Verb is CacheVerb.ReadThrough or CacheVerb.Write;

    private IEnumerable<CachedEntity> EntitiesOf(Population population, ISymbol member)
    {
        var code = population is { MissPath: null, Fill.Factory: { } factory } && Population.CodeOf(factory, _compilation) is { } run
            ? ImmutableArray.Create(run)
            : population.Loads;
        var values = population.MissPath is null
            ? code.SelectMany(c => OwnCode.Returned(c)).Select(value => new Bound(value))
            : population.Fill.Value is { } value ? [value] : [];
        var types = values.SelectMany(TypesOf)
            .Where(t => t is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, SpecialType: SpecialType.None })
            .Distinct<ITypeSymbol>(SymbolEqualityComparer.Default)
            .ToList();
        if (types.Count == 0)
            yield break;

        var reads = EntityReads.Of(_compilation).In(code);
        foreach (var type in types)
        {
            if (reads.Any(read => EntityReads.IsSame(read, type)))
                yield return new(population, type, null, member, HoldsNull(population));
            else if (population.Loads.Select(SourceOf).FirstOrDefault(s => s is not null) is { } source && type.IsDeclaredIn(_compilation))
                yield return new(population, type, source, member, HoldsNull(population));
        }
    }

    /// <summary>What a stored value is: the entity behind tasks and collections, or what was serialised.</summary>
    private static IEnumerable<ITypeSymbol> TypesOf(Bound value)
    {
        var (operation, frame) = value.Resolve();
        while (operation is IConversionOperation conversion)
            (operation, frame) = new Bound(conversion.Operand, frame).Resolve();
        switch (operation)
        {
            case ILocalReferenceOperation local when LocalValues.Around(local).Single(local.Local) is { } only:
                return TypesOf(new(only, frame));
            case IAwaitOperation awaited:
                return TypesOf(new(awaited.Operation, frame));
            case IInvocationOperation call when Serialisers.Any(s => call.TargetMethod.Name.StartsWith(s, StringComparison.Ordinal)) && Changes.EntityIn(call.Type) is { SpecialType: not SpecialType.None }:
                return call.Arguments.Select(a => a.Value).Concat(call.Instance is { } instance ? [instance] : [])
                    .SelectMany(argument => TypesOf(new(argument, frame)));
            default:
                return Changes.EntityIn(operation.Type) is { } type ? [type] : [];
        }
    }

    /// <summary>The member of the type that a load asks, itself or in a method of the compilation that it runs.</summary>
    private ISymbol? SourceOf(IOperation load)
    {
        if (load is not IInvocationOperation call)
            return null;
        if (MemberAsked(call, _compilation) is { } asked)
            return asked;
        return call.Instance is null or IInstanceReferenceOperation && Calls.Of(_compilation).CertainTarget(call) is { } target
            && Bodies.Of(_compilation).Of(target, CancellationToken.None) is { } body
                ? OwnCode.AndSelf(body).Where(Loads.Of(_compilation).IsLoad).OfType<IInvocationOperation>().Select(inner => MemberAsked(inner, _compilation)).FirstOrDefault(s => s is not null)
                : null;
    }

    /// <summary>The field or primary-constructor parameter of a type of the compilation on which a method is called.</summary>
    public static ISymbol? MemberAsked(IInvocationOperation call, Compilation compilation)
    {
        var (symbol, type) = call.Instance?.Unwrap() switch
        {
            IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => ((ISymbol?)field.Field.OriginalDefinition, field.Type),
            IParameterReferenceOperation parameter when Roots.IsPrimaryConstructorParameter(parameter.Parameter) => (parameter.Parameter.OriginalDefinition, parameter.Type),
            _ => (null, null),
        };
        return type is { TypeKind: TypeKind.Interface or TypeKind.Class } && type.IsDeclaredIn(compilation) ? symbol : null;
    }

    /// <summary>Whether the load may find nothing and the entry keeps that; a cache-aside that tests its value does not.</summary>
    private static bool HoldsNull(Population population) =>
        population.Loads.OfType<IInvocationOperation>().Any(load => Inner(load.TargetMethod.OriginalDefinition.ReturnType).NullableAnnotation == NullableAnnotation.Annotated)
        && (population.MissPath is null || population.Fill.Value?.Resolve().Operation is ILocalReferenceOperation { Local: var local } && !OwnCode.Of(population.Body).Any(o => IsNullTest(o, local)));

    private static ITypeSymbol Inner(ITypeSymbol type) => type is INamedTypeSymbol { TypeArguments: [var result] } task && IoCalls.IsTaskLike(task) ? result : type;

    private static bool IsNullTest(IOperation operation, ILocalSymbol local)
    {
        return operation switch
        {
            IIsPatternOperation match => IsLocal(match.Value),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } compared => IsLocal(compared.LeftOperand) || IsLocal(compared.RightOperand),
            _ => false,
        };

        bool IsLocal(IOperation operand) => operand.Unwrap() is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, local);
    }
}
