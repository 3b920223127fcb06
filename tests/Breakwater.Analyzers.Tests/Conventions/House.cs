using System.Reflection;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Breakwater.Tests.Conventions;

/// <summary>What a convention found wrong and what mends it.</summary>
/// <param name="Where">A rule, a type or a file relative to the house's root.</param>
/// <param name="What">The problem and the way out.</param>
internal sealed record Complaint(string Where, string What)
{
    public override string ToString() => $"{Where}: {What}";
}

/// <summary>
/// A repository folder and the assemblies built from it: all that a convention looks at. The real one is <see cref="Ours"/>; the
/// tests of the conventions build small ones and break them.
/// </summary>
internal sealed class House
{
    private static readonly Lazy<House> Real = new(() => new House(
        typeof(House).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!,
        typeof(Rule).Assembly, Assembly.Load("Breakwater.CodeFixes")));

    public House(string root, params Assembly[] assemblies)
    {
        Root = root;
        var types = assemblies.SelectMany(a => a.GetTypes()).Where(t => t is { IsAbstract: false } or { IsSealed: true }).ToList();
        Analyzers = [.. types.Where(t => t.IsAssignableTo(typeof(DiagnosticAnalyzer)) && !t.IsAbstract)];
        Fixes = [.. types.Where(t => t.IsAssignableTo(typeof(CodeFixProvider)) && !t.IsAbstract)];
        Rules = [.. RulesOf(types).OrderBy(r => r.Id, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal)];
    }

    /// <summary>This repository.</summary>
    public static House Ours => Real.Value;

    public string Root { get; }

    /// <summary>Every analyzer class, rule or not.</summary>
    public IReadOnlyList<Type> Analyzers { get; }

    /// <summary>Every code fix class.</summary>
    public IReadOnlyList<Type> Fixes { get; }

    /// <summary>Every id that can be reported, by rule class or, like a crash, by the house itself.</summary>
    public IReadOnlyList<RuleEntry> Rules { get; }

    /// <summary>The rules that have a class of their own, so that examples can be executed.</summary>
    public IEnumerable<RuleEntry> Executable => Rules.Where(r => r.Analyzer is not null);

    public string At(string relative) => Path.Combine(Root, relative);

    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The text of a file, or null when it does not exist.</summary>
    public string? Text(string relative) => File.Exists(At(relative)) ? File.ReadAllText(At(relative)).ReplaceLineEndings("\n") : null;

    /// <summary>Files with this extension under a folder, without what a build or the site leaves behind; none when the folder does not exist.</summary>
    public IEnumerable<string> Files(string under, string extension) =>
        Directory.Exists(At(under))
            ? Directory.EnumerateFiles(At(under), "*" + extension, SearchOption.AllDirectories)
                .Select(Relative)
                .Where(f => !f.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or ".vitepress"))
                .Order(StringComparer.Ordinal)
            : [];

    private IEnumerable<RuleEntry> RulesOf(List<Type> types)
    {
        var fixes = Fixes.Select(t => (CodeFixProvider)Activator.CreateInstance(t)!).ToList();
        var rules = Analyzers.Where(t => !t.IsAssignableTo(typeof(DiagnosticSuppressor))).Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!).ToList();
        var own = rules.Select(r => new RuleEntry(r.SupportedDiagnostics[0], r.GetType(), r, FixesOf(r.SupportedDiagnostics[0].Id))).ToList();
        var shared = rules.SelectMany(r => r.SupportedDiagnostics).DistinctBy(d => d.Id)
            .Where(d => own.All(r => r.Id != d.Id))
            .SelectMany(d => types.Where(t => RuleEntry.IdOf(t) == d.Id).Select(t => new RuleEntry(d, t, null, FixesOf(d.Id))));
        return own.Concat(shared);

        IReadOnlyList<CodeFixProvider> FixesOf(string id) => [.. fixes.Where(f => f.FixableDiagnosticIds.Contains(id))];
    }
}

/// <summary>One id with everything that is derived from its class.</summary>
/// <param name="Descriptor">What it reports.</param>
/// <param name="Owner">The class that declares the id.</param>
/// <param name="Analyzer">The rule, unless the house itself reports the id.</param>
/// <param name="Fixes">The fixes of this id.</param>
internal sealed record RuleEntry(DiagnosticDescriptor Descriptor, Type Owner, DiagnosticAnalyzer? Analyzer, IReadOnlyList<CodeFixProvider> Fixes)
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    public string Id => Descriptor.Id;

    public string Name => Owner.Name.EndsWith("Analyzer", StringComparison.Ordinal) ? Owner.Name[..^"Analyzer".Length] : Owner.Name;

    public Topic Topic => Topic.Of(Id);

    public string PagePath => $"docs/rules/{Id}.md";

    /// <summary>The folder in which analyzer and fix stand.</summary>
    public string Room => $"src/Breakwater.Analyzers/Rules/{Topic.Name}/{Name}";

    public string Title => Descriptor.Title.ToString(CultureInfo.InvariantCulture);

    public string Message => Descriptor.MessageFormat.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether some fix of this rule can be applied to all findings at once.</summary>
    public bool FixAll => Fixes.Any(f => f.GetFixAllProvider() is not null);

    public IEnumerable<RuleOption> Options =>
        Owner.GetFields(Static).Where(f => f.FieldType.IsAssignableTo(typeof(RuleOption))).Select(f => (RuleOption)f.GetValue(null)!);

    public static string? IdOf(Type type) =>
        type.GetField("Id", Static) is { IsLiteral: true } field ? field.GetRawConstantValue() as string : null;

    public override string ToString() => $"{Id} {Name}";
}
