namespace Breakwater.Cli;

/// <summary>
/// Why the tool stops: something that the user can mend, said in one sentence, with what is known about it below and the exit
/// code that goes with it. Never a stack trace.
/// </summary>
internal sealed class Refusal(int exitCode, string message, params IEnumerable<string> details) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>Lines that are printed as they are: candidates, the build's own errors, what to try.</summary>
    public ImmutableArray<string> Details { get; } = [.. details];
}
