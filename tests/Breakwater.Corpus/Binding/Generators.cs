using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Breakwater.Corpus.Binding;

/// <summary>The framework's source generators; a project runs those whose attribute its sources mention.</summary>
internal static class Generators
{
    private static readonly (string Mention, string Assembly)[] Known =
    [
        ("GeneratedRegex", "System.Text.RegularExpressions.Generator"),
        ("JsonSerializable", "System.Text.Json.SourceGeneration"),
        ("LibraryImport", "Microsoft.Interop.LibraryImportGenerator"),
        ("GeneratedComInterface", "Microsoft.Interop.ComInterfaceGenerator"),
        ("LoggerMessage", "Microsoft.Extensions.Logging.Generators"),
        ("OptionsValidator", "Microsoft.Extensions.Options.SourceGeneration"),
    ];

    private static readonly Dictionary<string, Lazy<IReadOnlyList<ISourceGenerator>>> Loaded =
        Known.ToDictionary(k => k.Mention, k => new Lazy<IReadOnlyList<ISourceGenerator>>(() => Load(k.Assembly + ".dll")));

    private static readonly Lazy<IReadOnlyList<ISourceGenerator>> Web = new(() => Load("Microsoft.AspNetCore.App.SourceGenerators.dll"));

    /// <summary>The generators that these sources need.</summary>
    public static IReadOnlyList<ISourceGenerator> For(IReadOnlyCollection<SyntaxTree> sources, bool isWeb)
    {
        var found = Known.Where(k => sources.Any(s => s.GetText().ToString().Contains(k.Mention, StringComparison.Ordinal)))
            .SelectMany(k => Loaded[k.Mention].Value);
        return [.. isWeb ? found.Concat(Web.Value) : found];
    }

    private static IReadOnlyList<ISourceGenerator> Load(string file)
    {
        var path = Pile.GeneratorFolders.Select(f => Path.Combine(f, file)).First(File.Exists);
        return new AnalyzerFileReference(path, Loader.Instance).GetGenerators(LanguageNames.CSharp);
    }
}

/// <summary>Loads analyzer assemblies, each folder apart, so that two packages with different versions of a dependency get along.</summary>
internal sealed class Loader : IAnalyzerAssemblyLoader
{
    public static readonly Loader Instance = new();

    private readonly Dictionary<string, FolderContext> _contexts = [];

    public void AddDependencyLocation(string fullPath)
    {
    }

    public Assembly LoadFromPath(string fullPath)
    {
        var folder = Path.GetDirectoryName(fullPath)!;
        lock (_contexts)
        {
            if (!_contexts.TryGetValue(folder, out var context))
                _contexts[folder] = context = new FolderContext(folder);
            return context.LoadFromAssemblyPath(fullPath);
        }
    }

    private sealed class FolderContext(string folder) : AssemblyLoadContext(name: null)
    {
        protected override Assembly? Load(AssemblyName name)
        {
            // The compiler must be the one that runs, and so must whatever it shares with an analyzer.
            if (Default.Assemblies.Any(a => a.GetName().Name == name.Name))
                return null;
            var path = Path.Combine(folder, name.Name + ".dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
