namespace Breakwater.Cli;

/// <summary>What the tool's exit code says; documented for scripts, so the numbers stay.</summary>
internal static class ExitCode
{
    /// <summary>The command did its work; a scan found nothing at or above the threshold.</summary>
    public const int Clean = 0;

    /// <summary>The scan is complete and has findings at or above the threshold.</summary>
    public const int Findings = 1;

    /// <summary>What was asked for does not exist or makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>The build failed, or could not start, so nothing can be said about the code.</summary>
    public const int BuildFailed = 3;

    /// <summary>The user pressed Ctrl+C; the number that shells use for it.</summary>
    public const int Stopped = 130;
}
