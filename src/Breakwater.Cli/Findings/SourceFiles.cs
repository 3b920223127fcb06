namespace Breakwater.Cli.Findings;

/// <summary>The lines of source files, each file read once; or why a file could not be read.</summary>
internal sealed class SourceFiles
{
    private readonly Dictionary<string, (IReadOnlyList<string> Lines, string? Problem)> _read = [];

    public (IReadOnlyList<string> Lines, string? Problem) Read(string path)
    {
        if (!_read.TryGetValue(path, out var known))
            _read[path] = known = Load(path);
        return known;
    }

    private static (IReadOnlyList<string>, string?) Load(string path)
    {
        try
        {
            return (File.ReadAllLines(path), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], e is FileNotFoundException or DirectoryNotFoundException ? "the file is not there" : e.Message);
        }
    }
}
