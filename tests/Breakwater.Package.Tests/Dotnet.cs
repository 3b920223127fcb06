using System.Diagnostics;
using System.Text;

namespace Breakwater.Package.Tests;

/// <summary>What a run of the <c>dotnet</c> command said.</summary>
public sealed record Run(int ExitCode, string Output)
{
    /// <summary>The distinct lines with this text; the build prints each warning twice.</summary>
    public IReadOnlyList<string> Lines(string text) =>
        [.. Output.Split('\n').Where(l => l.Contains(text, StringComparison.Ordinal)).Select(l => l.Trim()).Distinct()];

    /// <summary>This run, once it has succeeded.</summary>
    public Run Succeeded()
    {
        Assert.True(ExitCode == 0, Output);
        return this;
    }
}

/// <summary>Runs the <c>dotnet</c> command as a user's shell would: without what the test host's own build left in the environment.</summary>
internal static class Dotnet
{
    /// <summary>The moment that packs are dated with.</summary>
    private const string Epoch = "1700000000";

    public static async Task<Run> RunAsync(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        // A node that outlives the command would keep its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["SOURCE_DATE_EPOCH"] = Epoch;

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = new StringBuilder();
        await Task.WhenAll(Copy(process.StandardOutput), Copy(process.StandardError));
        await process.WaitForExitAsync();
        return new Run(process.ExitCode, output.ToString());

        async Task Copy(StreamReader reader)
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (output)
                    output.Append(line).Append('\n');
            }
        }
    }
}
