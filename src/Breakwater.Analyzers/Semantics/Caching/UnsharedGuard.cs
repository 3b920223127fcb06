using Breakwater.Flow;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Semantics.Caching;

/// <summary>A guard object that is made anew for every call or every short-lived instance, so that no two requests wait for each other.</summary>
/// <param name="Variable">The field, auto-property or local that holds it; null for <c>this</c> and for an expression.</param>
/// <param name="Name">What the source calls it.</param>
/// <param name="Owner">The short-lived type that brings its own; null when each call does.</param>
/// <param name="Location">The variable in its declaration, or the locked expression.</param>
internal sealed record UnsharedGuard(ISymbol? Variable, string Name, INamedTypeSymbol? Owner, Location Location)
{
    /// <summary>The object that a guard takes, when it is certainly not shared; null in doubt, and for objects that are no guards by themselves.</summary>
    public static UnsharedGuard? Of(Guard guard, Compilation compilation, CancellationToken cancellationToken)
    {
        if (guard.Kind is not (GuardKind.Lock or GuardKind.Semaphore) || guard.Holder(compilation) is not { } holder || guard.IsLimit(compilation, cancellationToken))
            return null;
        switch (holder)
        {
            case IFieldReferenceOperation { Instance: IInstanceReferenceOperation } field:
                return OfMember(field.Field.OriginalDefinition, compilation, cancellationToken);
            case IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } property:
                return OfMember(property.Property.OriginalDefinition, compilation, cancellationToken);
            case ILocalReferenceOperation { Local: var local } when IsOfOneCall(local, guard):
                return new(local, local.Name, null, local.Locations[0]);
            case IInstanceReferenceOperation { Type: INamedTypeSymbol type } when ServiceLifetimes.Of(compilation).LifetimeOf(type) == Lifetime.Short:
                return new(null, "this", type.OriginalDefinition, guard.Object!.Syntax.GetLocation());
            case IObjectCreationOperation creation when guard.Object?.Unwrap() == creation && IsGate(creation):
                return new(null, creation.Syntax.ToString(), null, creation.Syntax.GetLocation());
            default:
                return null;
        }
    }

    /// <summary>A field or auto-property of a short-lived type that only ever holds a guard object of its own.</summary>
    public static UnsharedGuard? OfMember(ISymbol member, Compilation compilation, CancellationToken cancellationToken) =>
        !member.IsStatic && !member.IsImplicitlyDeclared && MayBeGate((member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type)
        && ServiceLifetimes.Of(compilation).LifetimeOf(member.ContainingType) == Lifetime.Short
        && AssignedValues.Of(member, compilation, cancellationToken) is { AreKnown: true, Values: { IsEmpty: false } values } && values.All(IsGate)
            ? new(member, member.Name, member.ContainingType, member.Locations[0])
            : null;

    /// <summary>The test by the type alone.</summary>
    public static bool MayBeGate(ITypeSymbol? type) =>
        type is { SpecialType: SpecialType.System_Object } or { Name: "SemaphoreSlim" or "Lock" or "ReaderWriterLockSlim" }
        || type is INamedTypeSymbol { Name: "ConcurrentDictionary" or "Dictionary" or "IDictionary", TypeArguments: [_, var value] } && value is not { Name: "ConcurrentDictionary" or "Dictionary" } && MayBeGate(value);

    /// <summary>A new object that serves as a lock, or a table of such; a semaphore for one only.</summary>
    private static bool IsGate(IOperation value) =>
        value is IObjectCreationOperation { Type: var type } creation && MayBeGate(type)
        && (type!.Name != "SemaphoreSlim" || creation.Argument("initialCount")?.Value.ConstantValue is { HasValue: true, Value: 1 });

    /// <summary>A local that the body makes, uses as a guard, and hands to nobody.</summary>
    private static bool IsOfOneCall(ILocalSymbol local, Guard guard)
    {
        var body = BodyGraph.BodyOf(guard.Acquisition);
        return LocalValues.Around(body).Single(local)?.Unwrap() is { } made && IsGate(made) && BodyGraph.BodyOf(made) == body
            && Enclosing.Root(body).DescendantsAndSelf().OfType<ILocalReferenceOperation>()
                .Where(reference => SymbolEqualityComparer.Default.Equals(reference.Local, local))
                .All(reference => BodyGraph.BodyOf(reference) == body && IsUseAsGuard(reference));
    }

    private static bool IsUseAsGuard(IOperation reference)
    {
        while (reference.Parent is IConversionOperation or IParenthesizedOperation)
            reference = reference.Parent;
        return reference.Parent switch
        {
            IInvocationOperation call => call.Instance == reference,
            IConditionalAccessOperation access => access.Operation == reference,
            IPropertyReferenceOperation property => property.Instance == reference,
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.Name: "Monitor" } } => true,
            ILockOperation or IUsingOperation => true,
            _ => false,
        };
    }
}
