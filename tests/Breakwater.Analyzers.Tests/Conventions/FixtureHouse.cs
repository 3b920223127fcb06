using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace Breakwater.Tests.Conventions;

/// <summary>
/// A small house in a temporary folder: what every house has, and the rule of docs/contributing.md when asked for. Its sources are
/// compiled and loaded, so a test breaks it the way a person would, by editing a file.
/// </summary>
internal sealed class FixtureHouse : IDisposable
{
    public const string Analyzer = "src/Breakwater.Analyzers/Rules/Backpressure/EndlessHttpWait/EndlessHttpWaitAnalyzer.cs";
    public const string Fix = "src/Breakwater.Analyzers/Rules/Backpressure/EndlessHttpWait/EndlessHttpWaitFix.cs";
    public const string TestFile = "tests/Breakwater.Analyzers.Tests/Backpressure/EndlessHttpWaitTests.cs";
    public const string PagePath = "docs/rules/BW0699.md";

    private static readonly Lazy<IReadOnlyList<MetadataReference>> Runtime = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p))]);

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Finished = new(() =>
    {
        using var house = Empty();
        foreach (var (path, text) in TutorialFiles!)
            house.Write(path, text);
        Generated.Bless(house.Build());
        return house.Snapshot().Where(f => f.Key.StartsWith("docs/", StringComparison.Ordinal) || TutorialFiles.ContainsKey(f.Key)).ToDictionary();
    });

    /// <summary>Most breakages touch no source; the same sources are compiled once.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<Assembly>> Loaded = new();

    private readonly string _root = Directory.CreateTempSubdirectory("house").FullName;

    /// <summary>The files of the tutorial, by path.</summary>
    public static IReadOnlyDictionary<string, string> TutorialFiles { get; } =
        Page.BlocksOf(House.Ours.Text("docs/contributing.md")!).Where(b => b.FileName is not null).ToDictionary(b => b.FileName!, b => b.Text);

    /// <summary>A house without rules.</summary>
    public static FixtureHouse Empty()
    {
        var house = new FixtureHouse();
        house.Write("docs/index.md", "# Rules\n\n<!-- rules -->\n<!-- /rules -->\n");
        house.Write("docs/rules.json", "[]\n");
        house.Write("docs/topics/backpressure.md", "# Backpressure\n\n<!-- rules -->\n<!-- /rules -->\n");
        house.Compiled("src/Breakwater.Analyzers", "namespace Home;");
        return house;
    }

    /// <summary>A house with the tutorial's rule, generated parts filled in.</summary>
    public static FixtureHouse Tutorial()
    {
        var house = Empty();
        foreach (var (path, text) in Finished.Value)
            house.Write(path, text);
        return house;
    }

    public void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>Edits a file; a replacement that finds nothing is a mistake of the test.</summary>
    public FixtureHouse Replace(string path, string old, string with)
    {
        var text = Read(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        Write(path, text.Replace(old, with, StringComparison.Ordinal));
        return this;
    }

    /// <summary>Puts members at the end of the last class of a file; the text ends with the class's brace.</summary>
    public FixtureHouse Extend(string path, string members)
    {
        Write(path, Read(path).TrimEnd().TrimEnd('}') + members);
        return this;
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(_root, path));

    public FixtureHouse Delete(string path)
    {
        File.Delete(Path.Combine(_root, path));
        return this;
    }

    /// <summary>A project's source as if a build had compiled it.</summary>
    public void Compiled(string project, string text)
    {
        var source = $"{project}/Home.cs";
        Write(source, text);
        Write($"{project}/obj/compiled.txt", string.Join('\n', References.All.Select(r => r.Display).Prepend(Path.Combine(_root, source)).Prepend("Home")));
    }

    /// <summary>Every file, by path, as it is now.</summary>
    public Dictionary<string, string> Snapshot() =>
        Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(_root, f).Replace('\\', '/'), File.ReadAllText);

    /// <summary>Compiles the rules and their tests, with the global usings of the real projects, and loads them.</summary>
    public House Build()
    {
        var sources = new[] { "src/Breakwater.Analyzers/Rules", "tests/Breakwater.Analyzers.Tests" }
            .Where(folder => Directory.Exists(Path.Combine(_root, folder)))
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(_root, folder), "*.cs", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();
        Assembly = Loaded.GetOrAdd(string.Join('\0', sources), _ => new Lazy<Assembly>(() => Load(sources))).Value;
        return new House(_root, Assembly);
    }

    /// <summary>What the last <see cref="Build"/> loaded.</summary>
    public Assembly? Assembly { get; private set; }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static Assembly Load(List<string> sources)
    {
        string[] usings = ["src/Breakwater.Analyzers/Core/Usings.cs", "src/Breakwater.CodeFixes/Core/Usings.cs", "tests/Breakwater.Analyzers.Tests/Usings.cs"];
        var trees = sources.Concat(usings.Select(u => House.Ours.Text(u)!))
            .Append("global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;")
            .Select((text, n) => Laboratory.Parse(text, $"{n}.cs"));
        var compilation = CSharpCompilation.Create("Breakwater.Tutorial", trees, Runtime.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        stream.Position = 0;
        return new AssemblyLoadContext("house").LoadFromStream(stream);
    }
}
