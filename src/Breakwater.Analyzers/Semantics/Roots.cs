namespace Breakwater.Semantics;

/// <summary>
/// The inputs a value is made from: parameters of methods, lambdas and local functions, and the variables of <c>foreach</c>, patterns
/// and <c>out</c>. A local stands for the roots of everything assigned to it, a member or call for those of its receiver and arguments.
/// Constants, types, static members and members of <c>this</c> (primary-constructor parameters included) have none; in the code of a
/// key builder <c>this</c> is what the builder was called on. What a lambda inside the value binds is no input of the value.
/// </summary>
internal static class Roots
{
    /// <summary>The roots of a value; those of a wrapper's parameters are the caller's.</summary>
    public static ImmutableHashSet<ISymbol> Of(Bound value)
    {
        var roots = ImmutableHashSet.CreateBuilder<ISymbol>(SymbolEqualityComparer.Default);
        Collect(value, roots, new(SymbolEqualityComparer.Default));
        return roots.ToImmutable();
    }

    /// <summary>Whether a parameter belongs to a primary constructor: a member of the object, not an input of the call.</summary>
    public static bool IsPrimaryConstructorParameter(IParameterSymbol parameter) =>
        parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor
        && constructor.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is TypeDeclarationSyntax);

    private static void Collect(Bound value, ImmutableHashSet<ISymbol>.Builder roots, HashSet<ISymbol> seen)
    {
        var (operation, frame) = value.Resolve();
        foreach (var part in operation.DescendantsAndSelf())
        {
            switch (part)
            {
                case IParameterReferenceOperation { Parameter: var parameter } when frame?.ArgumentOf(parameter) is { } argument:
                    Collect(argument, roots, seen);
                    break;
                case IParameterReferenceOperation { Parameter: var parameter } when !IsPrimaryConstructorParameter(parameter) && !IsBoundInside(parameter, part, operation):
                    roots.Add(parameter);
                    break;
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } when frame?.Instance is { } instance:
                    Collect(instance, roots, seen);
                    break;
                case ILocalReferenceOperation { IsDeclaration: false, Local: var local } when seen.Add(local):
                    foreach (var given in Flow.LocalValues.Around(part).Of(local))
                    {
                        if (given.How != Flow.LocalValues.How.Assigned)
                            roots.Add(local);
                        Collect(new(given.Value, frame), roots, seen);
                    }

                    break;
            }
        }
    }

    /// <summary>Whether a parameter is bound by a lambda or query clause between its reference and the value around it.</summary>
    public static bool IsBoundInside(IParameterSymbol parameter, IOperation reference, IOperation value)
    {
        for (var current = reference; current != value && current is not null; current = current.Parent)
        {
            if (current is IAnonymousFunctionOperation lambda && SymbolEqualityComparer.Default.Equals(lambda.Symbol, parameter.ContainingSymbol))
                return true;
        }

        return false;
    }
}
