namespace Breakwater.Cli.Targets;

/// <summary>
/// Turns what the user typed into a target: a solution or project as it is; in a folder the solution at its top (<c>.slnx</c> before
/// <c>.sln</c>), else the one solution below, else every C# project below. Refuses where the choice would be a guess.
/// </summary>
internal static class TargetResolution
{
    private static readonly string[] Solutions = [".slnx", ".sln", ".slnf"];

    private static readonly string[] Skipped = ["bin", "obj", "node_modules"];

    /// <param name="argument">A path, or null for the current folder.</param>
    /// <param name="currentDirectory">What a relative path starts from.</param>
    public static ScanTarget Resolve(string? argument, string currentDirectory)
    {
        var path = Path.GetFullPath(Path.Combine(currentDirectory, argument ?? "."));
        if (File.Exists(path))
            return OfFile(path, argument!);
        if (Directory.Exists(path))
            return OfFolder(Path.TrimEndingDirectorySeparator(path), currentDirectory);

        throw new Refusal(ExitCode.Usage, $"There is no file or folder '{argument}'.", $"Looked for {path}");
    }

    private static ScanTarget OfFile(string path, string argument)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (Solutions.Contains(extension) || extension == ".csproj")
            return new(Path.GetDirectoryName(path)!, [path]);

        throw new Refusal(
            ExitCode.Usage,
            extension is ".fsproj" or ".vbproj"
                ? $"'{argument}' is not a C# project, and the rules read C# only."
                : $"'{argument}' is neither a solution nor a C# project.",
            "Give a .slnx, .sln, .slnf or .csproj file, or a folder that has one.");
    }

    private static ScanTarget OfFolder(string folder, string currentDirectory)
    {
        if (Pick(Top(folder, ".slnx"), folder, currentDirectory) is { } newer)
            return new(folder, [newer]);
        if (Pick(Top(folder, ".sln"), folder, currentDirectory) is { } older)
            return new(folder, [older]);

        var files = Below(folder).ToImmutableArray();
        if (Pick(WithoutTwins(files), folder, currentDirectory) is { } below)
            return new(folder, [below]);

        var projects = files.Where(f => HasExtension(f, ".csproj")).Order(StringComparer.Ordinal).ToImmutableArray();
        return projects.IsEmpty
            ? throw new Refusal(
                ExitCode.Usage, $"There is no solution and no C# project in '{folder}' or below.",
                "Give a .slnx, .sln, .slnf or .csproj file, or a folder that has one.")
            : new(folder, projects);
    }

    private static string? Pick(ImmutableArray<string> candidates, string folder, string currentDirectory) => candidates switch
    {
        [] => null,
        [var only] => only,
        _ => throw new Refusal(
            ExitCode.Usage, $"There are {candidates.Length} solutions in '{folder}'; say which one to scan:",
            candidates.Order(StringComparer.Ordinal).Select(c => Path.GetRelativePath(currentDirectory, c))),
    };

    private static ImmutableArray<string> Top(string folder, string extension) =>
        [.. Directory.EnumerateFiles(folder).Where(f => HasExtension(f, extension))];

    /// <summary>The solutions among the files; of two formats of one solution the newer.</summary>
    private static ImmutableArray<string> WithoutTwins(ImmutableArray<string> files) =>
        [.. files.Where(f => HasExtension(f, ".slnx")
            || (HasExtension(f, ".sln") && !files.Contains(Path.ChangeExtension(f, ".slnx"))))];

    private static bool HasExtension(string file, string extension) =>
        Path.GetExtension(file).Equals(extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>The files of a source tree: no build output, no hidden folder, no link that could lead in a circle, nothing that may not be read.</summary>
    private static IEnumerable<string> Below(string folder)
    {
        var readable = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(folder, "*", readable))
            yield return file;
        foreach (var child in Directory.EnumerateDirectories(folder, "*", readable))
        {
            var name = Path.GetFileName(child);
            if (name.StartsWith('.') || Skipped.Contains(name, StringComparer.OrdinalIgnoreCase))
                continue;
            foreach (var file in Below(child))
                yield return file;
        }
    }
}
