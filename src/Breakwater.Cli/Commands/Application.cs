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

            throw Misunderstood(parsed, surroundings.Command);
        }
        catch (Refusal refusal)
        {
            RefusalReport.Write(refusal, surroundings.Error);
            return refusal.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that may not be read, a full disk: the system's own sentence says which.
            RefusalReport.Write(new(ExitCode.Usage, e.Message), surroundings.Error);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            RefusalReport.Write(new(ExitCode.Stopped, "Stopped before the scan was complete, so nothing is reported."), surroundings.Error);
            return ExitCode.Stopped;
        }
    }

    private static Refusal Misunderstood(ParseResult parsed, string tool)
    {
        var command = parsed.CommandResult.Command;
        if (command is not RootCommand)
            return new(ExitCode.Usage, string.Join(" ", parsed.Errors.Select(e => e.Message)), $"See what is possible with: {tool} {command.Name} --help");

        var word = parsed.Tokens[0].Value;
        var near = Nearest.To(word, command.Subcommands.Select(c => c.Name));
        return new(
            ExitCode.Usage, $"There is no {(word.StartsWith('-') ? "option" : "command")} '{word}'." + (near.IsEmpty ? "" : $" Did you mean '{near[0]}'?"),
            $"See what is possible with: {tool} --help");
    }
}
