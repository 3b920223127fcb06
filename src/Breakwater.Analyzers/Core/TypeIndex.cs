using System.Collections.Concurrent;

namespace Breakwater.Core;

/// <summary>
/// The types of a compilation and its references by metadata name. An assembly is asked for a type only when it has one of that name at
/// all: most names that rules ask for are of libraries that are not referenced, and the compiler's own look-up visits every assembly.
/// </summary>
internal sealed class TypeIndex
{
    private readonly Compilation _compilation;
    private readonly ImmutableArray<(IAssemblySymbol Assembly, ICollection<string> Names)> _references;
    private readonly ConcurrentDictionary<string, ImmutableArray<INamedTypeSymbol>> _known = new(StringComparer.Ordinal);

    private TypeIndex(Compilation compilation)
    {
        _compilation = compilation;
        _references = compilation.SourceModule.ReferencedAssemblySymbols.Select(a => (a, a.TypeNames)).ToImmutableArray();
    }

    public static TypeIndex Of(Compilation compilation) => compilation.Know(static c => new TypeIndex(c))!;

    /// <summary>All types with this metadata name, the compilation's own first.</summary>
    public ImmutableArray<INamedTypeSymbol> All(string metadataName) => _known.GetOrAdd(metadataName, Find);

    private ImmutableArray<INamedTypeSymbol> Find(string metadataName)
    {
        var found = ImmutableArray.CreateBuilder<INamedTypeSymbol>();
        if (_compilation.Assembly.GetTypeByMetadataName(metadataName) is { } own)
            found.Add(own);
        var name = SimpleName(metadataName);
        foreach (var (assembly, names) in _references)
        {
            if (names.Contains(name) && assembly.GetTypeByMetadataName(metadataName) is { } type)
                found.Add(type);
        }

        return found.ToImmutable();
    }

    /// <summary>The name without namespaces, outer types and the number of type parameters.</summary>
    private static string SimpleName(string metadataName)
    {
        var start = metadataName.LastIndexOfAny(['.', '+']) + 1;
        var end = metadataName.IndexOf('`', start);
        return metadataName.Substring(start, (end < 0 ? metadataName.Length : end) - start);
    }
}
