namespace Breakwater.Cli.Building;

/// <summary>One run of the C# compiler.</summary>
/// <param name="Project">The project's full path.</param>
/// <param name="Framework">The target framework; empty when the project does not say.</param>
/// <param name="HasPackage">Whether the project has the package installed and so spoke with its rules.</param>
/// <param name="Log">The log that the compiler should have left.</param>
internal sealed record Compilation(string Project, string Framework, bool HasPackage, string Log);

/// <summary>Reads the notes that <c>scan.targets</c> leaves beside the logs.</summary>
internal static class Compilations
{
    public static ImmutableArray<Compilation> Of(string logs) =>
        [.. Directory.EnumerateFiles(logs, "*.compilation").Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>Projects in other languages that were built along.</summary>
    public static int Others(string logs) => Directory.EnumerateFiles(logs, "*.other").Count();

    private static Compilation Read(string note)
    {
        var facts = File.ReadLines(note).Select(l => l.Split('=', 2)).ToDictionary(f => f[0], f => f[1]);
        return new(facts["project"], facts["framework"], facts["package"].Length > 0, Path.ChangeExtension(note, ".sarif"));
    }
}
