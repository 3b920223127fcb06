namespace Breakwater.Semantics;

/// <summary>
/// What makes two processes differ: <c>Random</c>, <c>RandomNumberGenerator</c>, <c>Guid.NewGuid</c>, members whose name says jitter or
/// random, and the back-offs of Polly that spread by themselves. Through locals, initialised fields and one level of calls.
/// </summary>
internal static class RandomSources
{
    /// <summary>Whether a value has a random part that the code shows.</summary>
    public static bool AreIn(IOperation value, Compilation compilation) => AreIn(value, compilation, 1, new(SymbolEqualityComparer.Default));

    /// <summary>Whether a member or variable gives random values, judged by what it is or is called.</summary>
    public static bool IsRandom(ISymbol member) =>
        Says(member.Name, "jitter") || Says(member.Name, "random")
        || member.ContainingType is { Name: "Random", ContainingNamespace.Name: "System" } or { Name: "RandomNumberGenerator" }
        || member is { Name: "NewGuid", ContainingType.Name: "Guid" };

    private static bool AreIn(IOperation value, Compilation compilation, int levels, HashSet<ISymbol> seen)
    {
        foreach (var part in value.DescendantsAndSelf())
        {
            switch (part)
            {
                case IInvocationOperation call when IsRandom(call.TargetMethod):
                case IMemberReferenceOperation member when IsRandom(member.Member):
                case IObjectCreationOperation { Constructor: { } constructor } when IsRandom(constructor):
                    return true;
                case ILocalReferenceOperation { IsDeclaration: false, Local: var local } when seen.Add(local)
                    && (Says(local.Name, "jitter") || Says(local.Name, "random")
                        || Flow.LocalValues.Around(part).Of(local).Any(given => AreIn(given.Value, compilation, levels, seen))):
                    return true;
                case IParameterReferenceOperation { Parameter.Name: var name } when Says(name, "jitter") || Says(name, "random"):
                    return true;
                case IFieldReferenceOperation { Field: var field } when seen.Add(field) && InitialiserOf(field, compilation) is { } initialiser
                    && AreIn(initialiser, compilation, levels, seen):
                    return true;
                case IPropertyReferenceOperation { Property: { IsAbstract: false, IsVirtual: false, GetMethod: { } getter } } when levels > 0
                    && getter.IsDeclaredIn(compilation) && seen.Add(getter)
                    && Bodies.Of(compilation).Of(getter, CancellationToken.None) is { } got && AreIn(got, compilation, levels - 1, seen):
                    return true;
                case IInvocationOperation call when levels > 0 && Calls.Of(compilation).CertainTarget(call) is { } target && seen.Add(target)
                    && Bodies.Of(compilation).Of(target, CancellationToken.None) is { } body && AreIn(body, compilation, levels - 1, seen):
                    return true;
            }
        }

        return false;
    }

    private static IOperation? InitialiserOf(IFieldSymbol field, Compilation compilation) =>
        field.DeclaringSyntaxReferences.Select(r => r.GetSyntax()).OfType<VariableDeclaratorSyntax>().FirstOrDefault()?.Initializer is { } initialiser
            ? Bodies.Of(compilation).Of(initialiser.Value, CancellationToken.None)
            : null;

    private static bool Says(string name, string word) => name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0;
}
