namespace Breakwater.Tests.Conventions;

/// <summary>
/// All rules are silent on our own code, compiled with the references that the build used, and on tests/Breakwater.Corpus/Valid.
/// The samples are left out: their defects are planted.
/// </summary>
internal static class OwnCode
{
    /// <summary>What a source generator would have written; the generators do not run here.</summary>
    private static readonly string[] WithoutGenerators = ["CS8795", "CS9248"];

    public static async Task<IReadOnlyList<Complaint>> Projects(House house)
    {
        var complaints = new List<Complaint>();
        foreach (var lists in Lists(house).GroupBy(l => l.Project))
        {
            var lines = File.ReadAllLines(lists.MaxBy(l => l.Written).File);
            var trees = lines.Where(l => l.EndsWith(".cs", StringComparison.Ordinal) && File.Exists(l)).Select(l => Laboratory.Parse(File.ReadAllText(l), l));
            complaints.AddRange(await Complaints(house, lines[0], trees, ReferencesOf(lines), OutputKind.DynamicallyLinkedLibrary));
        }

        return complaints;
    }

    /// <summary>Each C# file of Valid is a compilation of its own; the other files beside it are its additional files.</summary>
    public static async Task<IReadOnlyList<Complaint>> Valid(House house)
    {
        const string Folder = "tests/Breakwater.Corpus/Valid";
        var complaints = new List<Complaint>();
        foreach (var file in house.Files(Folder, ".cs"))
        {
            var name = Path.ChangeExtension(file, null);
            var beside = house.Files(Folder, "").Where(f => f != file && Path.ChangeExtension(f, null) == name)
                .Select(f => new ExampleFile(house.At(f), FileKind.Additional, house.Text(f)!));
            var example = new Example([new(house.At(file), FileKind.Source, house.Text(file)!), .. beside]);
            var rules = house.Executable.Select(r => r.Analyzer!).ToList();
            var compilation = Laboratory.Compile(example, References.All, rules);
            complaints.AddRange(Laboratory.Errors(compilation).Take(1).Select(e => new Complaint(file, $"does not compile: {e}")));
            complaints.AddRange(Told(house, await Laboratory.AnalyzeAsync(compilation, rules, example)));
        }

        return complaints;
    }

    /// <summary>The lists that Directory.Build.targets leaves behind for every project that was built.</summary>
    public static IEnumerable<(string Project, string File, DateTime Written)> Lists(House house) =>
        from part in new[] { "src", "tests" }
        where Directory.Exists(house.At(part))
        from project in Directory.EnumerateDirectories(house.At(part))
        where Directory.Exists(Path.Combine(project, "obj"))
        from file in Directory.EnumerateFiles(Path.Combine(project, "obj"), "compiled.txt", SearchOption.AllDirectories)
        select (project, file, File.GetLastWriteTimeUtc(file));

    private static async Task<IEnumerable<Complaint>> Complaints(
        House house, string name, IEnumerable<SyntaxTree> trees, IEnumerable<MetadataReference> references, OutputKind output)
    {
        var rules = house.Executable.Select(r => (DiagnosticAnalyzer)r.Analyzer!).ToList();
        if (rules.Count == 0)
            return [];
        var sources = trees.ToList();
        if (sources.Any(t => t.GetRoot().ChildNodes().Any(n => n.IsKind(SyntaxKind.GlobalStatement))))
            output = OutputKind.ConsoleApplication;
        var compilation = CSharpCompilation.Create(name, sources, references,
            new CSharpCompilationOptions(output, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable)
                .WithSpecificDiagnosticOptions(SwitchedOn.Of(rules)));
        // A rule that cannot see types is silent for the wrong reason.
        var ours = rules.SelectMany(r => r.SupportedDiagnostics).Select(d => d.Id).Append("AD0001").ToHashSet();
        var all = await compilation.WithAnalyzers([.. rules], Laboratory.Options(new Example([]))).GetAllDiagnosticsAsync();
        return all.Where(d => d.Severity == DiagnosticSeverity.Error && !WithoutGenerators.Contains(d.Id) && !ours.Contains(d.Id)).Take(3)
            .Select(e => new Complaint(name, $"cannot be checked, it does not bind: {e}"))
            .Concat(Told(house, all.Where(d => ours.Contains(d.Id))));
    }

    private static IEnumerable<Complaint> Told(House house, IEnumerable<Diagnostic> found) =>
        found.Select(d => new Complaint(
            d.Location.GetLineSpan() is { Path.Length: > 0 } span ? $"{house.Relative(span.Path)}:{span.StartLinePosition.Line + 1}" : "(no place)",
            $"{d.Id} {d.GetMessage(CultureInfo.InvariantCulture)}"));

    /// <summary>
    /// netstandard lacks what the polyfill generator adds; the framework has it, so it takes the place of every assembly of that name.
    /// </summary>
    private static IEnumerable<MetadataReference> ReferencesOf(string[] lines)
    {
        var given = lines.Where(l => l.EndsWith(".dll", StringComparison.Ordinal) && File.Exists(l)).ToList();
        if (!given.Any(g => Path.GetFileName(g) == "netstandard.dll" && g.Contains("netstandard", StringComparison.OrdinalIgnoreCase) && !g.Contains("Microsoft.NETCore.App.Ref", StringComparison.Ordinal)))
            return given.Select(g => MetadataReference.CreateFromFile(g));
        var framework = References.Framework.Select(r => Path.GetFileName(r.Display)).ToHashSet();
        return References.Framework.Concat(given.Where(g => !framework.Contains(Path.GetFileName(g))).Select(g => MetadataReference.CreateFromFile(g)));
    }
}
