namespace Breakwater.Cli.Tests;

/// <summary>Tests that build real projects: one after the other, since each takes the whole machine.</summary>
[CollectionDefinition(nameof(Builds))]
public sealed class Builds;
