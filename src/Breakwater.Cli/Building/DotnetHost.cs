namespace Breakwater.Cli.Building;

/// <summary>Finds the <c>dotnet</c> that the user's own builds use. Refuses when there is none: the tool itself runs without an SDK.</summary>
internal static class DotnetHost
{
    public static string Find(Func<string, string?> variable)
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var folders = (variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(variable("DOTNET_ROOT"));
        var found = folders.Where(f => !string.IsNullOrEmpty(f)).Select(f => Path.Combine(f!, name)).FirstOrDefault(File.Exists);
        return found ?? throw new Refusal(
            ExitCode.BuildFailed, "The .NET SDK was not found: there is no 'dotnet' on the PATH, and DOTNET_ROOT does not lead to one.",
            "A scan builds your code, so it needs the SDK that your code builds with: https://dotnet.microsoft.com/download");
    }
}
