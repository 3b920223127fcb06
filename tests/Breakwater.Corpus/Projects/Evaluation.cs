using System.Xml;
using System.Xml.Linq;

namespace Breakwater.Corpus.Projects;

/// <summary>An item of a project: what it names, the folder of the file that says so, and its metadata.</summary>
internal sealed record Item(string Name, string Folder, IReadOnlyDictionary<string, string> Metadata);

/// <summary>
/// A project file evaluated as text, without MSBuild: properties, conditions, choices and imports in order, then items. Targets,
/// tasks and imports from outside the repository are not looked at.
/// </summary>
internal sealed class Evaluation
{
    private readonly Tree _tree;
    private readonly Expressions _expressions;
    private readonly Dictionary<string, string> _properties = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _fixed = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(XElement Item, string File)> _found = [];
    private readonly Dictionary<string, List<Item>> _items = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<string>> _removed = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _imported = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _folder;
    private string _file = "";

    public Evaluation(Tree tree, string project, IReadOnlyDictionary<string, string> global)
    {
        _tree = tree;
        _expressions = new Expressions(tree, Property);
        _folder = Path.GetDirectoryName(project)!;
        foreach (var (name, value) in Given(project).Concat(global))
        {
            _properties[name] = value;
            _fixed.Add(name);
        }

        _properties["Configuration"] = "Debug";
        _properties["Platform"] = "AnyCPU";
        if (Load(project) is not { } root)
            return;
        Sdks = [.. (root.Attribute("Sdk")?.Value ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Concat(root.Elements().Where(e => e.Name.LocalName is "Sdk" or "Import").Select(e => (string?)e.Attribute(e.Name.LocalName == "Sdk" ? "Name" : "Sdk")).OfType<string>())
            .Select(s => s.Split('/')[0])];
        if (IsSdkStyle)
        {
            ImportAbove("Directory.Build.props");
            ImportAbove("Directory.Packages.props");
        }

        Read(root, project);
        if (Framework.Parse(Property("TargetFramework")) is { } framework)
        {
            _properties.TryAdd("TargetFrameworkIdentifier", framework.Identifier);
            _properties.TryAdd("TargetFrameworkVersion", "v" + framework.Version.ToString(2));
        }

        _properties.TryAdd("AssemblyName", Property("MSBuildProjectName"));
        _properties.TryAdd("RootNamespace", Property("MSBuildProjectName").Replace(' ', '_'));
        if (IsSdkStyle)
            ImportAbove("Directory.Build.targets");
        foreach (var (item, file) in _found)
            Add(item, file);
    }

    /// <summary>The SDKs that the project names.</summary>
    public IReadOnlyList<string> Sdks { get; } = [];

    /// <summary>Whether the project has an SDK at all; without one it lists its files itself.</summary>
    public bool IsSdkStyle => Sdks.Count > 0;

    /// <summary>The property's value; empty when there is none.</summary>
    public string Property(string name) => name.ToUpperInvariant() switch
    {
        "MSBUILDTHISFILEDIRECTORY" => Path.GetDirectoryName(_file) + "/",
        "MSBUILDTHISFILE" => Path.GetFileName(_file),
        "MSBUILDTHISFILENAME" => Path.GetFileNameWithoutExtension(_file),
        "MSBUILDTHISFILEFULLPATH" => _file,
        _ => _properties.GetValueOrDefault(name, ""),
    };

    /// <summary>Whether the property says yes.</summary>
    public bool Is(string name) => Property(name).Trim().ToUpperInvariant() is "TRUE" or "ENABLE" or "ON" or "YES";

    /// <summary>The items of this kind, in order.</summary>
    public IReadOnlyList<Item> Items(string kind) => _items.TryGetValue(kind, out var items) ? items : [];

    /// <summary>The patterns of this kind that the project takes away from what the SDK includes.</summary>
    public IReadOnlyList<string> Removed(string kind) => _removed.TryGetValue(kind, out var names) ? names : [];

    private static Dictionary<string, string> Given(string project) => new()
    {
        ["MSBuildProjectDirectory"] = Path.GetDirectoryName(project)!,
        ["MSBuildProjectFullPath"] = project,
        ["MSBuildProjectFile"] = Path.GetFileName(project),
        ["MSBuildProjectName"] = Path.GetFileNameWithoutExtension(project),
        ["MSBuildProjectExtension"] = Path.GetExtension(project),
        ["MSBuildRuntimeType"] = "Core",
        ["MSBuildVersion"] = "18.0.0",
        ["NETCoreSdkVersion"] = "10.0.100",
        ["NETCoreAppMaximumVersion"] = "10.0",
        ["BundledNETCoreAppTargetFrameworkVersion"] = "10.0",
        ["OS"] = "Unix",
    };

    private static XElement? Load(string file)
    {
        try
        {
            return XElement.Load(file);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private void ImportAbove(string name)
    {
        if (_tree.Above(_folder, name) is { } file)
            Import(file);
    }

    private void Import(string file)
    {
        if (_imported.Add(file) && Load(file) is { } root)
            Read(root, file);
    }

    private void Read(XElement parent, string file)
    {
        var outer = _file;
        _file = file;
        foreach (var element in parent.Elements())
            ReadOne(element, file);
        _file = outer;
    }

    private void ReadOne(XElement element, string file)
    {
        switch (element.Name.LocalName)
        {
            case "PropertyGroup" when Holds(element):
                foreach (var property in element.Elements().Where(Holds))
                    Set(property.Name.LocalName, _expressions.Expand(property.Value.Trim()));
                break;
            case "ItemGroup":
                _found.AddRange(element.Elements().Select(e => (e, file)));
                break;
            case "ImportGroup" when Holds(element):
                Read(element, file);
                break;
            case "Import" when element.Attribute("Sdk") is null && Holds(element):
                var path = _expressions.Expand((string?)element.Attribute("Project") ?? "");
                if (path.Length > 0)
                {
                    foreach (var found in _tree.Expand(Path.GetDirectoryName(file)!, path))
                        Import(found);
                }

                break;
            case "Choose":
                var chosen = element.Elements().FirstOrDefault(e => e.Name.LocalName == "When" && Holds(e))
                    ?? element.Elements().FirstOrDefault(e => e.Name.LocalName == "Otherwise");
                if (chosen is not null)
                    Read(chosen, file);
                break;
        }
    }

    private void Set(string name, string value)
    {
        if (!_fixed.Contains(name))
            _properties[name] = value;
    }

    private bool Holds(XElement element) => Condition.Holds(
        (string?)element.Attribute("Condition"), _expressions.Expand,
        path => path.Length > 0 && (_tree.File(Path.Combine(_folder, path)) is not null || _tree.HasFolder(Path.Combine(_folder, path))));

    private void Add(XElement element, string file)
    {
        _file = file;
        if (!Holds(element.Parent!) || !Holds(element))
            return;
        var kind = element.Name.LocalName;
        if (!_items.TryGetValue(kind, out var items))
            _items[kind] = items = [];

        if (element.Attribute("Remove") is { } remove)
        {
            foreach (var name in Names(remove.Value))
            {
                items.RemoveAll(i => IsSame(kind, i, name));
                if (!_removed.TryGetValue(kind, out var names))
                    _removed[kind] = names = [];
                names.Add(name);
            }
        }

        if (element.Attribute("Include") is not { } include)
            return;
        var metadata = element.Elements().Where(Holds).Select(e => (Name: e.Name.LocalName, Value: _expressions.Expand(e.Value.Trim())))
            .Concat(element.Attributes().Select(a => (Name: a.Name.LocalName, Value: _expressions.Expand(a.Value))))
            .GroupBy(m => m.Name, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => g.First().Value, StringComparer.OrdinalIgnoreCase);
        var excluded = Names((string?)element.Attribute("Exclude") ?? "").ToList();
        items.AddRange(Names(include.Value)
            .SelectMany(name => Files(kind, name))
            .Where(name => !excluded.Exists(e => IsSame(kind, new Item(name, _folder, metadata), e)))
            .Select(name => new Item(name, _folder, metadata)));
    }

    private IEnumerable<string> Names(string text)
    {
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith("@(", StringComparison.Ordinal))
            {
                foreach (var item in Items(part[2..].TrimEnd(')')))
                    yield return item.Name;
                continue;
            }

            foreach (var name in _expressions.Expand(part).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                yield return name;
        }
    }

    private static bool IsFile(string kind) => kind is "Compile" or "AdditionalFiles" or "ProjectReference" or "Content" or "None" or "EmbeddedResource";

    private IEnumerable<string> Files(string kind, string name) =>
        IsFile(kind) ? _tree.Expand(_folder, name) : [name];

    private bool IsSame(string kind, Item item, string name) => IsFile(kind)
        ? Tree.Matches(_folder, name, item.Name)
        : item.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
