using System.Reflection;

namespace Breakwater.Cli;

/// <summary>The files that travel with the tool, beside its assembly.</summary>
internal sealed record CarriedFiles(string Folder)
{
    /// <summary>The rules, which the scanned project's own compiler loads.</summary>
    public string Analyzers => Path.Combine(Folder, "analyzers", "Breakwater.Analyzers.dll");

    /// <summary>The page of each rule.</summary>
    public string Pages => Path.Combine(Folder, "rules");

    /// <summary>The MSBuild file that brings the rules into a build.</summary>
    public string ScanTargets => Path.Combine(Folder, "scan.targets");

    /// <summary>The address of the documentation, from the repository's one home of it.</summary>
    public static string Documentation { get; } = typeof(CarriedFiles).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "DocumentationUrl").Value!;
}
