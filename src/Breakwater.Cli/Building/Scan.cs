using System.Diagnostics;
using System.Text.Json;
using Breakwater.Cli.Findings;
using Breakwater.Cli.Targets;

namespace Breakwater.Cli.Building;

/// <summary>What a complete scan found.</summary>
/// <param name="Target">What was scanned.</param>
/// <param name="Findings">Every defect, once, by rule and place.</param>
/// <param name="Projects">How many C# projects were compiled.</param>
/// <param name="OtherProjects">How many projects in other languages were built but not analyzed.</param>
/// <param name="HasPackage">Whether every project has the package installed already.</param>
/// <param name="Time">How long it took.</param>
internal sealed record ScanResult(
    ScanTarget Target, ImmutableArray<Finding> Findings, int Projects, int OtherProjects, bool HasPackage, TimeSpan Time);

/// <summary>Builds a target and collects what the rules say about it. Refuses rather than give half an answer.</summary>
internal static class Scan
{
    public static async Task<ScanResult> RunAsync(
        ScanTarget target, Surroundings surroundings, Action<string> built, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var logs = Directory.CreateTempSubdirectory("breakwater-");
        try
        {
            var build = await new BuildRun(surroundings).RunAsync(target, logs.FullName, built, cancellationToken);
            if (!build.Succeeded)
                throw Failed(target, build, surroundings.CurrentDirectory);

            var compilations = Compilations.Of(logs.FullName);
            if (compilations.IsEmpty)
                throw new Refusal(
                    ExitCode.BuildFailed, $"The build of {target.Name} went through, but compiled no C#, so there is nothing to report on.",
                    "Is a C# project in the solution, and does its configuration build it?");

            return new(
                target, Defects.Of(compilations.SelectMany(c => Read(c))), compilations.DistinctBy(c => c.Project).Count(),
                Compilations.Others(logs.FullName), compilations.All(c => c.HasPackage), watch.Elapsed);
        }
        finally
        {
            Delete(logs);
        }
    }

    private static void Delete(DirectoryInfo logs)
    {
        try
        {
            logs.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A scanner or a build node still holds a file of a temporary folder: no reason to lose the answer.
        }
    }

    private static IEnumerable<Finding> Read(Compilation compilation)
    {
        try
        {
            // A path is relative where a #line directive says so; the compiler means: to the project.
            var folder = Path.GetDirectoryName(compilation.Project)!;
            return SarifLog.Read(File.ReadAllText(compilation.Log))
                .Select(f => f.File is null ? f : f with { File = Path.GetFullPath(f.File, folder) });
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            var framework = compilation.Framework.Length > 0 ? $" ({compilation.Framework})" : "";
            throw new Refusal(
                ExitCode.BuildFailed,
                e is FileNotFoundException
                    ? $"The build went through, but the compiler left no log for {Path.GetFileName(compilation.Project)}{framework}, so the scan is not complete."
                    : $"The compiler's log for {Path.GetFileName(compilation.Project)}{framework} cannot be read, so the scan is not complete: {e.Message}");
        }
    }

    private static Refusal Failed(ScanTarget target, BuildResult build, string currentDirectory)
    {
        if (BuildOutput.LacksSdk(build.Output))
            return new(ExitCode.BuildFailed, $"{target.Name} cannot be built here: the .NET SDK that it needs is not installed. dotnet says:", ["", .. build.Output]);

        var errors = BuildOutput.Errors(build.Output);
        var command = target.Files is [var only] ? $"dotnet build {Path.GetRelativePath(currentDirectory, only)}" : "dotnet build, for each project";
        // An error that we do not recognise may be anything: then all of it is shown.
        return new(
            ExitCode.BuildFailed,
            $"The build of {target.Name} failed, so nothing can be said about the code. {(errors.IsEmpty ? "It printed:" : "Its errors:")}",
            [
                "",
                .. errors.IsEmpty ? build.Output : errors,
                "",
                BuildOutput.AreOurs(errors)
                    ? "These are Breakwater's own findings, which your configuration makes errors: set them to 'warning' to scan the whole solution."
                    : $"The same without Breakwater: {command}",
                "Exit code 3: the build failed.",
            ]);
    }
}
