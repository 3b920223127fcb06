using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Breakwater.Core;

/// <summary>The door to what is known about a compilation: each kind of knowledge is built on first use, once, and dies with it.</summary>
internal static class Knowledge
{
    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<Type, Lazy<object?>>> Known = new();

    /// <summary>What <paramref name="build"/> makes of the compilation; null when the API in question is not referenced.</summary>
    public static T? Know<T>(this Compilation compilation, Func<Compilation, T?> build) where T : class =>
        (T?)Known.GetOrCreateValue(compilation)
            .GetOrAdd(typeof(T), _ => new Lazy<object?>(() => build(compilation))).Value;

    /// <summary>
    /// The type with this metadata name. Where several references define it, the compilation's own definition wins, then the first
    /// that the compilation can see; <see cref="Compilation.GetTypeByMetadataName"/> would give none.
    /// </summary>
    public static INamedTypeSymbol? Find(this Compilation compilation, string metadataName)
    {
        var all = TypeIndex.Of(compilation).All(metadataName);
        return all.Length == 1 ? all[0]
            : all.FirstOrDefault(t => SymbolEqualityComparer.Default.Equals(t.ContainingAssembly, compilation.Assembly))
                ?? all.FirstOrDefault(t => t.DeclaredAccessibility == Accessibility.Public)
                ?? all.FirstOrDefault();
    }
}
