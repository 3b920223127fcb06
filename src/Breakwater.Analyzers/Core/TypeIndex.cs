using System.Collections.Concurrent;

namespace Breakwater.Core;

/// <summary>
/// The types of a compilation and its references by metadata name. An assembly is asked for a type only when it has such a namespace and
/// a type of that name at all: most names that rules ask for are of libraries that are not referenced, and the compiler's own look-up
/// visits every assembly.
/// </summary>
internal sealed class TypeIndex
{
    private readonly Compilation _compilation;

    /// <summary>The references by the last words of their namespaces.</summary>
    private readonly Dictionary<string, List<IAssemblySymbol>> _references = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, ImmutableArray<INamedTypeSymbol>> _known = new(StringComparer.Ordinal);

    private TypeIndex(Compilation compilation)
    {
        _compilation = compilation;
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            foreach (var name in assembly.NamespaceNames)
            {
                if (!_references.TryGetValue(name, out var having))
                    _references.Add(name, having = new(1));
                having.Add(assembly);
            }
        }
    }

    public static TypeIndex Of(Compilation compilation) => compilation.Know(static c => new TypeIndex(c))!;

    /// <summary>All types with this metadata name, the compilation's own first.</summary>
    public ImmutableArray<INamedTypeSymbol> All(string metadataName) => _known.GetOrAdd(metadataName, Find);

    private ImmutableArray<INamedTypeSymbol> Find(string metadataName)
    {
        var found = ImmutableArray.CreateBuilder<INamedTypeSymbol>();
        var (lastNamespace, name) = Words(metadataName);
        IEnumerable<IAssemblySymbol> references = lastNamespace.Length == 0 ? _compilation.SourceModule.ReferencedAssemblySymbols
            : _references.TryGetValue(lastNamespace, out var having) ? having : [];
        foreach (var assembly in references.Prepend(_compilation.Assembly))
        {
            if (assembly.TypeNames.Contains(name) && assembly.GetTypeByMetadataName(metadataName) is { } type)
                found.Add(type);
        }

        return found.ToImmutable();
    }

    /// <summary>The last word of the namespace, and the name without namespaces, outer types and the number of type parameters.</summary>
    private static (string LastNamespace, string Name) Words(string metadataName)
    {
        var outer = metadataName.IndexOf('+');
        var dot = metadataName.LastIndexOf('.', (outer < 0 ? metadataName.Length : outer) - 1);
        var start = Math.Max(dot, metadataName.LastIndexOf('+')) + 1;
        var end = metadataName.IndexOf('`', start);
        var name = metadataName.Substring(start, (end < 0 ? metadataName.Length : end) - start);
        if (dot < 0)
            return ("", name);
        var before = metadataName.LastIndexOf('.', dot - 1) + 1;
        return (metadataName.Substring(before, dot - before), name);
    }
}
