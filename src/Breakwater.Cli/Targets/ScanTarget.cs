namespace Breakwater.Cli.Targets;

/// <summary>What is to be scanned.</summary>
/// <param name="Root">The folder that paths in the report are relative to.</param>
/// <param name="Files">One solution or project, or all projects of a folder that has no solution.</param>
internal sealed record ScanTarget(string Root, ImmutableArray<string> Files)
{
    /// <summary>What the report calls it.</summary>
    public string Name => Files is [var only] ? Path.GetFileName(only) : Path.GetFileName(Root);
}
