using System.Text.RegularExpressions;

namespace Breakwater.Corpus.Projects;

/// <summary>
/// The files of one repository. Paths written on a case-insensitive file system are found all the same. Folders of build output
/// and hidden ones are not read.
/// </summary>
internal sealed class Tree
{
    private static readonly HashSet<string> Unread = new(StringComparer.OrdinalIgnoreCase) { "bin", "obj", "node_modules" };

    private readonly Dictionary<string, string> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _sorted = [];

    public Tree(string root)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        Add(new DirectoryInfo(Root));
        _sorted.Sort(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The repository's folder, without a trailing separator.</summary>
    public string Root { get; }

    /// <summary>Every file, by full path.</summary>
    public IReadOnlyList<string> Files => _sorted;

    /// <summary>The file at this path as it is spelt on disk; null when there is none.</summary>
    public string? File(string path) => _files.GetValueOrDefault(Normal(path));

    /// <summary>The nearest file of this name in <paramref name="folder"/> or above it, not above the root.</summary>
    public string? Above(string folder, string name)
    {
        for (var current = Normal(folder); IsInside(current); current = Path.GetDirectoryName(current)!)
        {
            if (File(Path.Combine(current, name)) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>The files that a pattern such as <c>../Shared/**/*.cs</c> means, seen from <paramref name="folder"/>.</summary>
    public IEnumerable<string> Expand(string folder, string pattern)
    {
        var path = Path.Combine(folder, pattern.Replace('\\', '/'));
        var wild = path.AsSpan().IndexOfAny('*', '?');
        if (wild < 0)
            return File(path) is { } one ? [one] : [];

        var split = path.LastIndexOf('/', wild);
        var start = Normal(path[..split]) + "/";
        var match = Pattern(path[(split + 1)..]);
        return Under(start).Where(f => match.IsMatch(f.AsSpan(start.Length)));
    }

    /// <summary>Whether a file is among those that the pattern means.</summary>
    public static bool Matches(string folder, string pattern, string file)
    {
        var path = Path.Combine(folder, pattern.Replace('\\', '/'));
        var wild = path.AsSpan().IndexOfAny('*', '?');
        if (wild < 0)
            return Normal(path).Equals(file, StringComparison.OrdinalIgnoreCase);
        var split = path.LastIndexOf('/', wild);
        var start = Normal(path[..split]) + "/";
        return file.StartsWith(start, StringComparison.OrdinalIgnoreCase) && Pattern(path[(split + 1)..]).IsMatch(file.AsSpan(start.Length));
    }

    /// <summary>Whether the folder is there, with at least one file in or under it.</summary>
    public bool HasFolder(string path) => Under(Normal(path) + "/").Any();

    /// <summary>Full path, forward slashes, no dots.</summary>
    public static string Normal(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path.Replace('\\', '/')));

    private bool IsInside(string folder) =>
        folder.StartsWith(Root, StringComparison.OrdinalIgnoreCase) && (folder.Length == Root.Length || folder[Root.Length] == '/');

    private IEnumerable<string> Under(string start)
    {
        var at = _sorted.BinarySearch(start, StringComparer.OrdinalIgnoreCase);
        for (var i = at < 0 ? ~at : at; i < _sorted.Count && _sorted[i].StartsWith(start, StringComparison.OrdinalIgnoreCase); i++)
            yield return _sorted[i];
    }

    private static Regex Pattern(string glob)
    {
        var text = Regex.Escape(glob).Replace(@"\*\*/", "(.*/)?").Replace(@"\*\*", ".*").Replace(@"\*", "[^/]*").Replace(@"\?", "[^/]");
        return new Regex("^" + text + "$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    private void Add(DirectoryInfo folder)
    {
        foreach (var file in folder.EnumerateFiles())
        {
            _files[file.FullName] = file.FullName;
            _sorted.Add(file.FullName);
        }

        foreach (var inner in folder.EnumerateDirectories())
        {
            if (!Unread.Contains(inner.Name) && inner.Name[0] != '.' && inner.LinkTarget is null)
                Add(inner);
        }
    }
}
