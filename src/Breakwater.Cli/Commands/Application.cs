using System.CommandLine;
using System.CommandLine.Invocation;
using Breakwater.Cli.Reports;

namespace Breakwater.Cli.Commands;

/// <summary>The tool as a whole: its commands, one file each, and what happens when one refuses.</summary>
internal static class Application
{
    public static async Task<int> RunAsync(string[] arguments, Surroundings surroundings)
    {
        var root = new RootCommand("Finds backend engineering defects in .NET code: unbounded queues, stampedes, stale caches and their kin.")
        {
            ScanCommand.Create(surroundings),
            ExplainCommand.Create(surroundings),
        };

        var parsed = root.Parse(arguments);
        var configuration = new InvocationConfiguration { Output = surroundings.Output.Writer, Error = surroundings.Error.Writer, EnableDefaultExceptionHandler = false };
        try
        {
            if (parsed.Action is not ParseErrorAction)
                return await parsed.InvokeAsync(configuration);
            if (arguments.Length == 0)
            {
                await root.Parse("--help").InvokeAsync(configuration);
                return ExitCode.Usage;
            }

            throw new Refusal(
                ExitCode.Usage, string.Join(" ", parsed.Errors.Select(e => e.Message)),
                $"See what is possible with: {surroundings.Command} {Words(parsed)}--help");
        }
        catch (Refusal refusal)
        {
            RefusalReport.Write(refusal, surroundings.Error);
            return refusal.ExitCode;
        }
    }

    private static string Words(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
}
