using System.Diagnostics;
using Breakwater.Cli.Targets;

namespace Breakwater.Cli.Building;

/// <summary>What a build left.</summary>
/// <param name="Succeeded">Whether it went through.</param>
/// <param name="Output">Every line that it printed.</param>
internal sealed record BuildResult(bool Succeeded, ImmutableArray<string> Output);

/// <summary>
/// Rebuilds a target with the user's own SDK and our rules injected; each compilation leaves its log in a folder of ours. In the
/// repository only <c>bin</c> and <c>obj</c> change, as by any build.
/// </summary>
internal sealed class BuildRun(Surroundings surroundings)
{
    /// <summary>What the SDK that runs this tool tells its children, and what would lead another SDK astray.</summary>
    private static readonly string[] OfAnotherBuild =
        ["MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly", "MSBUILDFAILONDRIVEENUMERATINGWILDCARD"];

    public async Task<BuildResult> RunAsync(ScanTarget target, string logs, Action<string> built, CancellationToken cancellationToken)
    {
        var start = Start(target, logs);
        // Apart, because their lines arrive in no common order; each list has one writer.
        var output = new List<string>();
        var errors = new List<string>();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is not { } line)
                return;
            output.Add(line);
            if (BuildOutput.Built(line) is { } project)
                built(project);
        };
        process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is { } line)
                errors.Add(line);
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new(process.ExitCode == 0, [.. output, .. errors]);
    }

    private ProcessStartInfo Start(ScanTarget target, string logs)
    {
        var start = new ProcessStartInfo(DotnetHost.Find(surroundings.Variable))
        {
            // The user's global.json is looked for from here.
            WorkingDirectory = target.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in OfAnotherBuild)
            start.Environment.Remove(variable);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

        foreach (var argument in (string[])
        [
            "build", File(target, logs), "-t:Rebuild", "-nologo", "-v:minimal", "-tl:off", "-nr:false", "-clp:NoSummary",
            Property("CustomBeforeMicrosoftCommonTargets", surroundings.Carried.ScanTargets),
            Property("BreakwaterScanChain", surroundings.Variable("CustomBeforeMicrosoftCommonTargets") ?? ""),
            Property("BreakwaterScanAnalyzer", surroundings.Carried.Analyzers),
            Property("BreakwaterScanOut", logs),
            Property("RunAnalyzers", "true"),
            // A finding must not break the build. On the command line, because the build engine turns warnings into errors
            // too, before any target could say otherwise.
            Property("TreatWarningsAsErrors", "false"),
            Property("MSBuildTreatWarningsAsErrors", "false"),
            Property("WarningsAsErrors", ""),
            Property("MSBuildWarningsAsErrors", ""),
        ])
            start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>A property on MSBuild's command line, where a semicolon or comma would begin the next one.</summary>
    private static string Property(string name, string value) =>
        $"-p:{name}={value.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal)}";

    /// <summary>What to build: the file itself, or a solution of ours that names the projects.</summary>
    private static string File(ScanTarget target, string logs)
    {
        if (target.Files is [var only])
            return only;

        var solution = Path.Combine(logs, "Breakwater.slnx");
        new System.Xml.Linq.XElement(
            "Solution",
            target.Files.Select(f => new System.Xml.Linq.XElement("Project", new System.Xml.Linq.XAttribute("Path", f)))).Save(solution);
        return solution;
    }
}
