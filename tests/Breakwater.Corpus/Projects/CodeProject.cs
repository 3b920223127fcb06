using Microsoft.CodeAnalysis.CSharp;

namespace Breakwater.Corpus.Projects;

/// <summary>What one C# project is made of, for the newest of its target frameworks.</summary>
internal sealed record CodeProject
{
    public required string File { get; init; }
    public required string AssemblyName { get; init; }
    public required string PackageId { get; init; }
    public required IReadOnlyList<string> Sources { get; init; }
    public required IReadOnlyList<string> AdditionalFiles { get; init; }
    public required IReadOnlyList<string> References { get; init; }
    public required IReadOnlyList<string> Packages { get; init; }
    public required IReadOnlyList<string> Friends { get; init; }
    public required IReadOnlyList<string> Usings { get; init; }
    public required bool HasImplicitUsings { get; init; }
    public required IReadOnlyList<string> Symbols { get; init; }
    public required LanguageVersion Language { get; init; }
    public required string Nullable { get; init; }
    public required bool IsProgram { get; init; }
    public required bool IsWeb { get; init; }
    public required bool IsAspireHost { get; init; }
    public required IReadOnlyDictionary<string, string> BuildProperties { get; init; }

    private static readonly string[] SdkUsings = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];
    private static readonly string[] HostUsings = ["Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging"];
    private static readonly string[] WebUsings = ["System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing", .. HostUsings];
    private static readonly string[] TestSdk = ["Microsoft.NET.Test.Sdk", "MSTest", "xunit.v3"];
    private static readonly string[] Visible = ["IsTestProject", "OutputType", "TargetFramework", "RootNamespace", "AssemblyName", "UsingMicrosoftNETSdkWeb", "Nullable"];

    /// <summary>Reads the project; null when it compiles nothing.</summary>
    public static CodeProject? Read(Tree tree, string file)
    {
        var outer = new Evaluation(tree, file, new Dictionary<string, string>());
        var names = (outer.Property("TargetFrameworks") + ";" + outer.Property("TargetFramework")).Split(';', StringSplitOptions.RemoveEmptyEntries);
        var framework = Framework.Newest(names) ?? Framework.Parse(outer.IsSdkStyle ? "net10.0" : "net48")!;
        return Of(tree, file, framework, new Evaluation(tree, file, new Dictionary<string, string> { ["TargetFramework"] = framework.Name }));
    }

    private static CodeProject? Of(Tree tree, string file, Framework framework, Evaluation read)
    {
        var folder = Path.GetDirectoryName(file)!;
        var sources = Compiled(tree, folder, read);
        if (sources.Count == 0)
            return null;

        var packages = Named(tree, folder, read);
        var isWeb = read.Sdks.Any(s => s is "Microsoft.NET.Sdk.Web" or "Microsoft.NET.Sdk.BlazorWebAssembly" or "Microsoft.NET.Sdk.Razor")
            || read.Items("FrameworkReference").Any(f => f.Name == "Microsoft.AspNetCore.App")
            || packages.Any(p => p.StartsWith("Microsoft.AspNetCore.", StringComparison.OrdinalIgnoreCase));
        var isAspireHost = read.Is("IsAspireHost") || read.Sdks.Any(s => s.StartsWith("Aspire.AppHost", StringComparison.OrdinalIgnoreCase));
        var output = read.Property("OutputType");
        var properties = Visible.ToDictionary(p => p, read.Property);
        if (properties["IsTestProject"].Length == 0 && packages.Any(p => TestSdk.Contains(p, StringComparer.OrdinalIgnoreCase)))
            properties["IsTestProject"] = "true";
        properties["MSBuildProjectDirectory"] = properties["ProjectDir"] = folder + "/";
        properties["TargetFramework"] = framework.Name;
        properties["UsingMicrosoftNETSdkWeb"] = read.Sdks.Contains("Microsoft.NET.Sdk.Web") ? "true" : "";

        return new CodeProject
        {
            File = file,
            AssemblyName = read.Property("AssemblyName"),
            PackageId = read.Property("PackageId") is { Length: > 0 } id ? id : read.Property("AssemblyName"),
            Sources = sources,
            AdditionalFiles = [.. read.Items("AdditionalFiles").Select(i => i.Name)
                .Concat(tree.Expand(folder, "**/*.feature")).Distinct()],
            References = [.. read.Items("ProjectReference")
                .Where(i => !i.Metadata.ContainsKey("OutputItemType") && !IsFalse(i, "ReferenceOutputAssembly"))
                .Select(i => i.Name).Distinct()],
            Packages = packages,
            Friends = [.. FriendNames(read)],
            Usings = [.. GlobalUsings(read)],
            HasImplicitUsings = read.Is("ImplicitUsings"),
            Symbols = [.. Defined(framework, read)],
            Language = LanguageVersionFacts.TryParse(read.Property("LangVersion"), out var language) && language != LanguageVersion.Default
                ? language : framework.Language,
            Nullable = read.Property("Nullable"),
            IsProgram = output is "Exe" or "WinExe" || (output.Length == 0 && read.Sdks.Any(s => s is "Microsoft.NET.Sdk.Web" or "Microsoft.NET.Sdk.Worker" or "Microsoft.NET.Sdk.BlazorWebAssembly")),
            IsWeb = isWeb,
            IsAspireHost = isAspireHost,
            BuildProperties = properties,
        };
    }

    private static List<string> Compiled(Tree tree, string folder, Evaluation read)
    {
        var listed = read.Items("Compile").Select(i => i.Name);
        if (read.IsSdkStyle && !IsNo(read.Property("EnableDefaultCompileItems")) && !IsNo(read.Property("EnableDefaultItems")))
        {
            var removed = read.Removed("Compile");
            var excluded = (read.Property("DefaultItemExcludes") + ";" + read.Property("DefaultItemExcludesInProjectFolder"))
                .Split(';', StringSplitOptions.RemoveEmptyEntries);
            listed = tree.Expand(folder, "**/*.cs")
                .Where(f => !removed.Concat(excluded).Any(r => Tree.Matches(folder, r, f)))
                .Concat(listed);
        }

        return [.. listed.Where(f => f.EndsWith(".cs", StringComparison.OrdinalIgnoreCase)).Distinct()];
    }

    private static List<string> Named(Tree tree, string folder, Evaluation read)
    {
        var names = read.Items("PackageReference").Concat(read.Items("GlobalPackageReference")).Select(i => i.Name)
            .Concat(read.Items("Reference").Select(i => i.Name.Split(',')[0]));
        if (tree.File(Path.Combine(folder, "packages.config")) is { } list)
            names = names.Concat(System.Xml.Linq.XElement.Load(list).Elements("package").Select(e => (string?)e.Attribute("id")).OfType<string>());
        names = names.Concat(read.Sdks.Where(s => s == "MSTest.Sdk").Select(_ => "MSTest"))
            .Concat(read.Sdks.Where(s => s.StartsWith("Aspire.AppHost", StringComparison.OrdinalIgnoreCase)).Select(_ => "Aspire.Hosting.AppHost"));
        return [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static IEnumerable<string> FriendNames(Evaluation read) => read.Items("InternalsVisibleTo").Select(i => i.Name)
        .Concat(read.Items("AssemblyAttribute")
            .Where(i => i.Name.EndsWith("InternalsVisibleTo", StringComparison.Ordinal) || i.Name.EndsWith("InternalsVisibleToAttribute", StringComparison.Ordinal))
            .Select(i => i.Metadata.GetValueOrDefault("_Parameter1", "")))
        .Select(name => name.Split(',')[0].Trim())
        .Where(name => name.Length > 0)
        .Distinct();

    private static IEnumerable<string> GlobalUsings(Evaluation read)
    {
        var implied = Enumerable.Empty<string>();
        if (read.Is("ImplicitUsings"))
        {
            implied = SdkUsings;
            if (read.Sdks.Contains("Microsoft.NET.Sdk.Web"))
                implied = implied.Concat(WebUsings);
            if (read.Sdks.Contains("Microsoft.NET.Sdk.Worker"))
                implied = implied.Concat(HostUsings);
        }

        var removed = read.Removed("Using").ToHashSet();
        foreach (var name in implied.Distinct().Where(n => !removed.Contains(n)))
            yield return $"global using global::{name};";
        foreach (var item in read.Items("Using"))
        {
            var alias = item.Metadata.GetValueOrDefault("Alias", "");
            var isStatic = item.Metadata.GetValueOrDefault("Static", "").Equals("true", StringComparison.OrdinalIgnoreCase);
            yield return alias.Length > 0 ? $"global using {alias} = global::{item.Name};" : $"global using {(isStatic ? "static " : "")}global::{item.Name};";
        }
    }

    private static IEnumerable<string> Defined(Framework framework, Evaluation read) =>
        read.Property("DefineConstants").Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Concat(framework.Symbols).Append("DEBUG").Append("TRACE")
            .Where(SyntaxFacts.IsValidIdentifier).Distinct();

    private static bool IsNo(string value) => value.Equals("false", StringComparison.OrdinalIgnoreCase);

    private static bool IsFalse(Item item, string metadata) => IsNo(item.Metadata.GetValueOrDefault(metadata, ""));
}
