using System.Reflection;

namespace Breakwater.Core;

/// <summary>The code in which a rule speaks.</summary>
public enum Scope
{
    /// <summary>Code that runs for users: not in a compilation that references a test framework or says <c>IsTestProject</c>.</summary>
    Production,

    /// <summary>Test code and what belongs to it; the rule itself recognises it by the APIs it uses.</summary>
    Tests,

    /// <summary>Everywhere.</summary>
    Everywhere,
}

/// <summary>What a rule's code fix promises.</summary>
public enum FixSafety
{
    /// <summary>There is no fix.</summary>
    None,

    /// <summary>The program does the same as before, without the defect.</summary>
    Safe,

    /// <summary>The program behaves differently; the fix's title says so.</summary>
    ChangesBehaviour,
}

/// <summary>
/// Creates descriptors and reads back what Roslyn's own type has no room for. Category, help link, scope and fix safety are
/// derived or travel as custom tags, so a rule states each fact once.
/// </summary>
public static class Descriptor
{
    /// <summary>The key of <see cref="Diagnostic.Properties"/> under which the safety of the fix travels, also into SARIF.</summary>
    public const string FixProperty = "breakwater.fix";

    private const string ScopeTag = "breakwater.scope:";
    private const string FixTag = "breakwater.fix:";

    private static readonly string Documentation = typeof(Descriptor).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "DocumentationUrl").Value!;

    /// <summary>A descriptor with everything derived from the id that can be.</summary>
    /// <param name="id">Such as <c>BW0601</c>; its first two digits name the topic.</param>
    /// <param name="title">At most 60 characters, states the problem.</param>
    /// <param name="message">One sentence: the fact and its consequence.</param>
    /// <param name="severity">Never <see cref="DiagnosticSeverity.Error"/>: no suppressor, hence no baseline, could accept it.</param>
    /// <param name="scope">Where the rule speaks.</param>
    /// <param name="fix">What the rule's fix promises.</param>
    /// <param name="enabled">Whether the rule is on without configuration.</param>
    /// <param name="atEnd">Whether the rule needs the whole compilation, so that an editor shows it only after a full analysis.</param>
    public static DiagnosticDescriptor Create(
        string id, string title, string message, DiagnosticSeverity severity,
        Scope scope = Scope.Production, FixSafety fix = FixSafety.None, bool enabled = true, bool atEnd = false)
    {
        var tags = new List<string> { ScopeTag + scope, FixTag + fix };
        if (atEnd)
            tags.Add(WellKnownDiagnosticTags.CompilationEnd);

        return new DiagnosticDescriptor(
            id, title, message, Topic.Of(id).Category, severity, enabled, description: null,
            helpLinkUri: Documentation + id, customTags: [.. tags]);
    }

    /// <summary>Where the rule speaks.</summary>
    public static Scope ScopeOf(DiagnosticDescriptor descriptor) => Tag<Scope>(descriptor, ScopeTag);

    /// <summary>What the rule's fix promises.</summary>
    public static FixSafety FixOf(DiagnosticDescriptor descriptor) => Tag<FixSafety>(descriptor, FixTag);

    private static T Tag<T>(DiagnosticDescriptor descriptor, string prefix) where T : struct, Enum
    {
        var tag = descriptor.CustomTags.First(t => t.StartsWith(prefix, StringComparison.Ordinal));
        return (T)Enum.Parse(typeof(T), tag.Substring(prefix.Length));
    }
}
