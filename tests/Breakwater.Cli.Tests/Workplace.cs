using Breakwater.Cli.Commands;

namespace Breakwater.Cli.Tests;

/// <summary>A folder that lives for one test, and the tool run in it.</summary>
public sealed class Workplace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("breakwater-tests-");

    public string Folder => _folder.FullName;

    public string this[string relative] => Path.Combine(Folder, relative);

    public void Dispose() => _folder.Delete(recursive: true);

    public string Write(string relative, string text = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[relative])!);
        File.WriteAllText(this[relative], text);
        return this[relative];
    }

    /// <summary>Every file below, but what a build makes, with its content.</summary>
    public ImmutableSortedDictionary<string, string> Sources() =>
        Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(f => (Path: Path.GetRelativePath(Folder, f).Replace('\\', '/'), File: f))
            .Where(f => !f.Path.Split('/').Any(part => part is "bin" or "obj"))
            .ToImmutableSortedDictionary(f => f.Path, f => File.ReadAllText(f.File));

    internal async Task<ToolRun> RunAsync(string[] arguments, Func<string, string?>? variable = null, CarriedFiles? carried = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var surroundings = new Surroundings(
            Some.Screen(output), Some.Screen(error), Folder, carried ?? new CarriedFiles(AppContext.BaseDirectory), "breakwater",
            variable ?? Environment.GetEnvironmentVariable);
        var exitCode = await Application.RunAsync(arguments, surroundings);
        return new(exitCode, Lines(output), Lines(error));
    }

    private static string Lines(StringWriter text) => text.ToString().ReplaceLineEndings("\n");
}

/// <summary>What the tool said.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error);
