namespace Breakwater.Semantics.Caching;

/// <summary>What a request brings along without being asked for: its user and its culture.</summary>
internal static class AmbientInput
{
    private static readonly string[] UserWords = ["user", "identity", "claim", "principal", "tenant"];
    private static readonly string[] CultureWords = ["culture", "lang", "locale", "lcid"];

    /// <summary>Whether a property gives the user or the culture.</summary>
    public static bool Is(IPropertySymbol property) => (property.Name, property.ContainingType?.Name) is
        ("User", "ControllerBase" or "PageModel" or "HttpContext" or "DefaultHttpContext" or "PageBase")
        or ("Current", "ClaimsPrincipal") or ("CurrentPrincipal", "Thread") or ("CurrentCulture" or "CurrentUICulture", "CultureInfo");

    /// <summary>What a message calls it.</summary>
    public static string NameOf(IPropertySymbol property) => property.IsStatic ? $"{property.ContainingType.Name}.{property.Name}" : property.Name;

    /// <summary>
    /// Whether a key is made from the same input, or from something whose name says so: who the user is can come from many places.
    /// </summary>
    public static bool IsIn(ImmutableArray<Bound> key, IPropertySymbol property, Compilation compilation)
    {
        var words = property.ContainingType.Name == "CultureInfo" ? CultureWords : UserWords;
        return key.Any(value => Flow.LocalValues.Around(value.Operation).DependsOn(value.Operation, part => part switch
        {
            IPropertyReferenceOperation read => SymbolEqualityComparer.Default.Equals(read.Property, property) || Says(read.Property.Name),
            IFieldReferenceOperation read => Says(read.Field.Name),
            ILocalReferenceOperation read => Says(read.Local.Name),
            IParameterReferenceOperation read => Says(read.Parameter.Name),
            IInvocationOperation call => Says(call.TargetMethod.Name) || (Calls.Of(compilation).CertainTarget(call) is { } target
                && Bodies.Of(compilation).Of(target, CancellationToken.None) is { } body
                && body.Descendants().Any(o => o is IPropertyReferenceOperation read && SymbolEqualityComparer.Default.Equals(read.Property, property))),
            _ => false,
        }));

        bool Says(string name) => words.Any(w => name.IndexOf(w, StringComparison.OrdinalIgnoreCase) >= 0);
    }
}
