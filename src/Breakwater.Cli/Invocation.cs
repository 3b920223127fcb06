namespace Breakwater.Cli;

/// <summary>
/// How the tool was started, written so that the user can copy it: <c>breakwater</c> for an installed tool, <c>dotnet breakwater</c>
/// for a local one, <c>dotnet run --project …</c> from a clone.
/// </summary>
internal static class Invocation
{
    public static string Of(string? processPath, string toolFolder, string currentDirectory)
    {
        if (ProjectAbove(toolFolder) is { } project)
        {
            var relative = Path.GetRelativePath(currentDirectory, Path.GetDirectoryName(project)!).Replace('\\', '/');
            return relative == "." ? "dotnet run --" : $"dotnet run --project {relative} --";
        }

        return Path.GetFileNameWithoutExtension(processPath) == "dotnet" ? "dotnet breakwater" : "breakwater";
    }

    private static string? ProjectAbove(string folder)
    {
        for (var current = new DirectoryInfo(folder); current is not null; current = current.Parent)
        {
            var project = Path.Combine(current.FullName, "Breakwater.Cli.csproj");
            if (File.Exists(project))
                return project;
        }

        return null;
    }
}
