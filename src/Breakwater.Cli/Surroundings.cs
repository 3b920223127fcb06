using Breakwater.Cli.Reports;

namespace Breakwater.Cli;

/// <summary>Everything outside the tool that a command touches, so that a test can stand in for it.</summary>
/// <param name="Output">Where the answer goes.</param>
/// <param name="Error">Where progress and refusals go.</param>
/// <param name="CurrentDirectory">What relative paths start from.</param>
/// <param name="Carried">The files that travel with the tool.</param>
/// <param name="Command">How the user started the tool, for commands that they can copy.</param>
/// <param name="Variable">Reads an environment variable.</param>
internal sealed record Surroundings(
    Screen Output, Screen Error, string CurrentDirectory, CarriedFiles Carried, string Command, Func<string, string?> Variable)
{
    /// <summary>The process as it is.</summary>
    public static Surroundings OfProcess()
    {
        var current = Directory.GetCurrentDirectory();
        return new(
            Screen.On(Console.Out), Screen.On(Console.Error), current, new CarriedFiles(AppContext.BaseDirectory),
            Invocation.Of(Environment.ProcessPath, AppContext.BaseDirectory, current), Environment.GetEnvironmentVariable);
    }
}
