namespace Breakwater.Corpus.Projects;

/// <summary>The C# projects under one folder, each after those it references.</summary>
internal sealed class Repository
{
    private readonly Dictionary<string, CodeProject> _byFile;
    private readonly Dictionary<string, CodeProject> _byPackage;

    private Repository(string root, List<CodeProject> projects)
    {
        Root = root;
        _byFile = projects.ToDictionary(p => p.File, StringComparer.OrdinalIgnoreCase);
        _byPackage = projects.GroupBy(p => p.PackageId, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase);
        OwnAssemblies = projects.Select(p => p.AssemblyName).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Projects = Ordered(projects);
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The projects in the order in which they can be compiled.</summary>
    public IReadOnlyList<CodeProject> Projects { get; }

    /// <summary>What the repository builds itself and must not get from a package.</summary>
    public IReadOnlySet<string> OwnAssemblies { get; }

    /// <summary>Whether the package is one of the repository's own.</summary>
    public bool Builds(string package) => _byPackage.ContainsKey(package);

    /// <summary>Reads every project under the folder.</summary>
    public static Repository Read(string folder)
    {
        var tree = new Tree(folder);
        var projects = tree.Files.Where(f => f.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase))
            .AsParallel().AsOrdered()
            .Select(f => CodeProject.Read(tree, f)).OfType<CodeProject>().ToList();
        return new Repository(tree.Root, projects);
    }

    /// <summary>The projects that this one sees, through others too; a package that the repository builds is its project.</summary>
    public IReadOnlyList<CodeProject> Seen(CodeProject project)
    {
        var seen = new List<CodeProject>();
        var visited = new HashSet<CodeProject>(ReferenceEqualityComparer.Instance) { project };
        Visit(project);
        return seen;

        void Visit(CodeProject from)
        {
            foreach (var next in Direct(from).Where(visited.Add))
            {
                seen.Add(next);
                Visit(next);
            }
        }
    }

    private IEnumerable<CodeProject> Direct(CodeProject project) =>
        project.References.Select(r => _byFile.GetValueOrDefault(r))
            .Concat(project.Packages.Select(p => _byPackage.GetValueOrDefault(p)))
            .OfType<CodeProject>()
            .Where(p => p != project);

    private List<CodeProject> Ordered(List<CodeProject> projects)
    {
        var ordered = new List<CodeProject>();
        var visited = new HashSet<CodeProject>(ReferenceEqualityComparer.Instance);
        foreach (var project in projects)
            Visit(project);
        return ordered;

        void Visit(CodeProject project)
        {
            if (!visited.Add(project))
                return;
            foreach (var next in Direct(project))
                Visit(next);
            ordered.Add(project);
        }
    }
}
