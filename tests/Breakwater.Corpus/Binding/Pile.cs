using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Breakwater.Corpus.Binding;

/// <summary>
/// The assemblies that real code is bound against: the SDK's reference packs and the packages of <c>Pile/Pile.csproj</c>, which is
/// restored on first use. What a partly failed restore did bring is used.
/// </summary>
internal sealed class Pile
{
    private static readonly ConcurrentDictionary<string, PortableExecutableReference> Loaded = new();

    private readonly Dictionary<string, Package> _packages = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _onlyIfNamed = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _core;
    private readonly Dictionary<string, string> _web;

    private sealed record Package(string Name, IReadOnlyList<string> Dependencies, IReadOnlyList<string> Assemblies, IReadOnlyList<string> Builds, bool NeedsWeb);

    private Pile(string folder)
    {
        _core = Pack("Microsoft.NETCore.App.Ref");
        _web = Pack("Microsoft.AspNetCore.App.Ref");
        foreach (var named in XElement.Load(Path.Combine(folder, "Pile.csproj")).Descendants("PackageReference").Where(p => p.Attribute("IfNamed") is not null))
            _onlyIfNamed.Add((string)named.Attribute("Include")!);
        using var assets = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "obj", "project.assets.json")));
        var roots = assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(f => f.Name).ToList();
        foreach (var entry in assets.RootElement.GetProperty("targets").EnumerateObject().First().Value.EnumerateObject())
            Read(entry, roots);
    }

    /// <summary>The pile, restored when it has not been.</summary>
    public static Pile Open()
    {
        var folder = typeof(Pile).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PileFolder").Value!;
        using (Alone(folder))
            Restore(Path.Combine(folder, "Pile.csproj"), Path.Combine(folder, "obj", "project.assets.json"));
        return new Pile(folder);
    }

    private static void Restore(string project, string assets)
    {
        if (File.Exists(assets) && File.GetLastWriteTimeUtc(assets) >= File.GetLastWriteTimeUtc(project))
            return;
        Console.Error.WriteLine("Restoring the pile of packages");
        var start = new ProcessStartInfo("dotnet", ["restore", project, "--verbosity", "quiet"]) { RedirectStandardOutput = true };
        using var restore = Process.Start(start)!;
        Console.Error.Write(restore.StandardOutput.ReadToEnd());
        restore.WaitForExit();
        if (!File.Exists(assets))
            throw new InvalidOperationException("The pile of packages did not restore.");
        if (restore.ExitCode == 0)
            File.SetLastWriteTimeUtc(assets, DateTime.UtcNow);
    }

    /// <summary>Keeps a second run from restoring at the same time.</summary>
    private static FileStream Alone(string folder)
    {
        var gate = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "obj")).FullName, "restore.lock");
        while (true)
        {
            try
            {
                return new FileStream(gate, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                Thread.Sleep(TimeSpan.FromSeconds(1));
            }
        }
    }

    /// <summary>Whether the package, or the framework in its place, is here.</summary>
    public bool Has(string package) => _packages.ContainsKey(Instead(package)) || _core.ContainsKey(package) || _web.ContainsKey(package);

    /// <summary>
    /// References for a project that names these packages: the framework, and with each package what it depends on. A project that
    /// names a package that is not here gets the whole pile, because whatever that package would have brought along may be in it.
    /// </summary>
    public IReadOnlyList<MetadataReference> For(IEnumerable<string> packages, bool web, IReadOnlySet<string> ownAssemblies)
    {
        var named = packages.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var isKnown = named.All(p => Has(p) || IsBuildOnly(p));
        var taken = new Dictionary<string, Package>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in named)
            Take(name, taken);
        if (!isKnown)
        {
            var apart = Closure(_onlyIfNamed);
            foreach (var package in Closure(_packages.Keys.Where(p => !apart.ContainsKey(p))).Values)
                taken.TryAdd(package.Name, package);
        }

        var files = new Dictionary<string, string>(_core, StringComparer.OrdinalIgnoreCase);
        if (web || !isKnown || taken.Values.Any(p => p.NeedsWeb))
            Merge(files, _web.Values);
        else if (named.Any(_web.ContainsKey) || taken.Values.Any(p => p.Dependencies.Any(_web.ContainsKey)))
            Merge(files, _web.Where(f => !f.Key.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)).Select(f => f.Value));
        Merge(files, taken.Values.SelectMany(p => p.Assemblies));
        return [.. files.Where(f => !ownAssemblies.Contains(f.Key)).OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => Reference(f.Value))];
    }

    /// <summary>The namespaces that these packages, and what they depend on, import everywhere in a project with implicit usings.</summary>
    public IEnumerable<string> Usings(IEnumerable<string> packages) => Closure(packages).Values
        .SelectMany(p => p.Builds.Where(f => f.EndsWith(".props", StringComparison.OrdinalIgnoreCase) || f.EndsWith(".targets", StringComparison.OrdinalIgnoreCase)))
        .SelectMany(f => XElement.Load(f).Descendants().Where(e => e.Name.LocalName == "Using" && e.Attribute("Static") is null && e.AncestorsAndSelf().All(IsImplicit)))
        .Select(u => (string?)u.Attribute("Include")).OfType<string>().Distinct();

    private static bool IsImplicit(XElement element) =>
        (string?)element.Attribute("Condition") is not { } condition || condition.Contains("ImplicitUsings", StringComparison.Ordinal);

    /// <summary>The folder of a reference pack's source generators.</summary>
    public static IEnumerable<string> GeneratorFolders => new[] { "Microsoft.NETCore.App.Ref", "Microsoft.AspNetCore.App.Ref" }
        .Select(pack => Path.Combine(Newest(pack), "analyzers", "dotnet", "cs"));

    /// <summary>Packages that bring nothing to compile against, by what their kind is called.</summary>
    private static bool IsBuildOnly(string name) =>
        name.Contains("Analyzers", StringComparison.OrdinalIgnoreCase) || name.Contains("SourceLink", StringComparison.OrdinalIgnoreCase)
        || name.Contains("runner.visualstudio", StringComparison.OrdinalIgnoreCase) || name.Contains("TestAdapter", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("coverlet", StringComparison.OrdinalIgnoreCase) || name.StartsWith("System.", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".Tools", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Logger", StringComparison.OrdinalIgnoreCase)
        || name is "Microsoft.NET.Test.Sdk" or "NETStandard.Library" or "Nerdbank.GitVersioning" or "MinVer" or "PolySharp" or "Polyfill"
            or "Microsoft.NETFramework.ReferenceAssemblies" or "Microsoft.VisualStudio.Azure.Containers.Tools.Targets"
            or "Microsoft.Bcl.AsyncInterfaces" or "Microsoft.CSharp";

    /// <summary>One package that comes under several names, one for each way to run tests.</summary>
    private string Instead(string package) =>
        package.StartsWith("xunit.v3", StringComparison.OrdinalIgnoreCase) && !_packages.ContainsKey(package) ? "xunit.v3" : package;

    private Dictionary<string, Package> Closure(IEnumerable<string> names)
    {
        var taken = new Dictionary<string, Package>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
            Take(name, taken);
        return taken;
    }

    private void Take(string name, Dictionary<string, Package> taken)
    {
        if (!_packages.TryGetValue(Instead(name), out var package) || !taken.TryAdd(package.Name, package))
            return;
        foreach (var dependency in package.Dependencies)
            Take(dependency, taken);
    }

    private static void Merge(Dictionary<string, string> files, IEnumerable<string> more)
    {
        foreach (var file in more)
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (!files.TryGetValue(name, out var there) || VersionOf(file) > VersionOf(there))
                files[name] = file;
        }
    }

    private static readonly ConcurrentDictionary<string, Version> Versions = new();

    private static Version VersionOf(string file) => Versions.GetOrAdd(file, static f =>
    {
        using var image = new PEReader(File.OpenRead(f));
        return image.GetMetadataReader().GetAssemblyDefinition().Version;
    });

    private static MetadataReference Reference(string file) => Loaded.GetOrAdd(file, static f => MetadataReference.CreateFromFile(f));

    private void Read(JsonProperty entry, IReadOnlyList<string> roots)
    {
        var parts = entry.Name.Split('/');
        var folder = roots.Select(r => Path.Combine(r, parts[0].ToLowerInvariant(), parts[1].ToLowerInvariant())).FirstOrDefault(Directory.Exists);
        IEnumerable<string> Files(string kind, string extension) =>
            folder is null || !entry.Value.TryGetProperty(kind, out var listed)
                ? []
                : listed.EnumerateObject().Select(f => Path.Combine(folder, f.Name))
                    .Where(f => f.EndsWith(extension, StringComparison.OrdinalIgnoreCase) && File.Exists(f));
        IEnumerable<string> dependencies = entry.Value.TryGetProperty("dependencies", out var needed) ? needed.EnumerateObject().Select(d => d.Name) : [];
        var web = entry.Value.TryGetProperty("frameworkReferences", out var frameworks)
            && frameworks.EnumerateArray().Any(f => f.GetString() == "Microsoft.AspNetCore.App");
        _packages[parts[0]] = new Package(parts[0], [.. dependencies], [.. Files("compile", ".dll")], [.. Files("build", "")], web);
    }

    private static Dictionary<string, string> Pack(string name) =>
        Directory.EnumerateFiles(Directory.EnumerateDirectories(Path.Combine(Newest(name), "ref")).Single(), "*.dll")
            .ToDictionary(f => Path.GetFileNameWithoutExtension(f), StringComparer.OrdinalIgnoreCase);

    private static string Newest(string pack)
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var packs = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "packs", pack));
        return Directory.EnumerateDirectories(packs).OrderBy(d => Projects.Expressions.TryVersion(Path.GetFileName(d), out var v) ? v : new Version()).Last();
    }
}
