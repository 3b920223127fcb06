namespace Breakwater.Core;

/// <summary>Whether a compilation is production code or test code.</summary>
internal static class ProjectKind
{
    /// <summary>Overrides the recognition: <c>production</c> or <c>test</c>.</summary>
    public const string Key = "breakwater.project_kind";

    private static readonly ImmutableHashSet<string> TestLibraries = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "xunit.core", "xunit.v3.core", "nunit.framework", "MSTest.TestFramework",
        "Microsoft.VisualStudio.TestPlatform.TestFramework", "TUnit.Core",
        // Benchmarks repeat an access on purpose, and nobody depends on what they cache.
        "BenchmarkDotNet");

    public static bool IsProduction(Compilation compilation, AnalyzerOptions options)
    {
        var known = options.AnalyzerConfigOptionsProvider;
        if (Override(known, compilation) is { } kind)
            return kind != "test";
        if (known.GlobalOptions.TryGetValue("build_property.IsTestProject", out var flag)
            && flag.Equals("true", StringComparison.OrdinalIgnoreCase))
            return false;

        return compilation.Know(static c => new Testing(c.ReferencedAssemblyNames.Any(name => TestLibraries.Contains(name.Name)))) is { IsReferenced: false };
    }

    /// <summary>Whether a compilation references a test library: asked by every rule.</summary>
    private sealed record Testing(bool IsReferenced);

    private static string? Override(AnalyzerConfigOptionsProvider known, Compilation compilation)
    {
        if (known.GlobalOptions.TryGetValue(Key, out var value))
            return value;
        return compilation.SyntaxTrees.FirstOrDefault() is { } tree && known.GetOptions(tree).TryGetValue(Key, out value) ? value : null;
    }
}
