using System.Diagnostics;
using System.Text;

namespace Breakwater.Corpus;

/// <summary>
/// Writes the newest commit of a bare repository as files: those that analysis reads. A snapshot may lack its largest blobs, so
/// an archive of the tree can fail; blobs are read one by one and absent ones skipped.
/// </summary>
internal static class Export
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".cs", ".csproj", ".props", ".targets", ".sln", ".slnx", ".slnf", ".shproj", ".projitems", ".feature", ".json", ".yaml", ".yml", ".editorconfig", ".globalconfig", ".config",
    };

    /// <summary>Writes the files and says what was written.</summary>
    public static async Task Write(string bare, string folder, TextWriter log)
    {
        var commit = (await Git(bare, "rev-parse", "HEAD")).Trim();
        var wanted = (await Git(bare, "ls-tree", "-r", "-z", "HEAD"))
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(Entry)
            .Where(e => e.IsFile && Extensions.Contains(Path.GetExtension(e.Path)))
            .ToList();

        using var git = Start(bare, "cat-file", "--batch");
        var asking = Task.Run(async () =>
        {
            foreach (var (hash, _, _) in wanted)
                await git.StandardInput.WriteAsync(hash + "\n");
            git.StandardInput.Close();
        });

        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + "/";
        var blobs = git.StandardOutput.BaseStream;
        var absent = 0;
        foreach (var (_, path, _) in wanted)
        {
            var head = Line(blobs).Split(' ');
            if (head is not [_, "blob", var size])
            {
                absent++;
                continue;
            }

            var content = new byte[int.Parse(size, System.Globalization.CultureInfo.InvariantCulture) + 1];
            blobs.ReadExactly(content);
            var file = Path.GetFullPath(Path.Combine(root, path));
            if (!file.StartsWith(root, StringComparison.Ordinal))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, content[..^1]);
        }

        await asking;
        await git.WaitForExitAsync();
        log.WriteLine($"{commit}: {wanted.Count - absent} files, {absent} absent from the snapshot");
    }

    /// <summary>An entry of <c>ls-tree</c>; links and submodules are no files.</summary>
    private static (string Hash, string Path, bool IsFile) Entry(string line)
    {
        var tab = line.IndexOf('\t');
        var head = line[..tab].Split(' ');
        return (head[2], line[(tab + 1)..], head[1] == "blob" && head[0] != "120000");
    }

    private static string Line(Stream stream)
    {
        var line = new StringBuilder();
        for (var c = stream.ReadByte(); c is not (-1 or '\n'); c = stream.ReadByte())
            line.Append((char)c);
        return line.ToString();
    }

    private static async Task<string> Git(string bare, params string[] arguments)
    {
        using var git = Start(bare, arguments);
        git.StandardInput.Close();
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return git.ExitCode == 0 ? output : throw new UsageException($"'{bare}' is no repository with a commit");
    }

    private static Process Start(string bare, params string[] arguments) => Process.Start(
        new ProcessStartInfo("git", ["-C", bare, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
}
