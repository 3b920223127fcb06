using System.Collections.Immutable;
using Breakwater.Corpus.Binding;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Breakwater.Corpus.Analysis;

/// <summary>The analyzers of a run: ours, or those of other assemblies.</summary>
/// <param name="Analyzers">One instance of each.</param>
/// <param name="Rules">The ids asked for; empty means all.</param>
internal sealed record AnalyzerSet(ImmutableArray<DiagnosticAnalyzer> Analyzers, IReadOnlySet<string> Rules)
{
    /// <summary>What a crash is reported as: by the compiler, and by our own rule boundary.</summary>
    public static readonly IReadOnlySet<string> Crashes = new HashSet<string> { "AD0001", "BW0002" };

    /// <summary>Loads the analyzers that can report one of <paramref name="rules"/>; from our own assembly when no other is named.</summary>
    public static AnalyzerSet Load(IReadOnlyList<string> assemblies, IReadOnlySet<string> rules)
    {
        IReadOnlyList<string> paths = assemblies.Count > 0 ? assemblies : [Path.Combine(AppContext.BaseDirectory, "Breakwater.Analyzers.dll")];
        var analyzers = paths
            .SelectMany(p => new AnalyzerFileReference(Path.GetFullPath(p), Loader.Instance).GetAnalyzers(LanguageNames.CSharp))
            .Where(a => rules.Count == 0 || Ids(a).Any(rules.Contains));
        return new AnalyzerSet([.. analyzers], rules);
    }

    /// <summary>What an analyzer reports besides crashes.</summary>
    public static IEnumerable<string> Ids(DiagnosticAnalyzer analyzer) =>
        analyzer.SupportedDiagnostics.Select(d => d.Id).Where(id => !Crashes.Contains(id)).Distinct();

    /// <summary>Options under which every rule runs, also one that is off by default and one that is hidden.</summary>
    public ImmutableDictionary<string, ReportDiagnostic> AllOn => Analyzers
        .SelectMany(a => a.SupportedDiagnostics)
        .DistinctBy(d => d.Id)
        .ToImmutableDictionary(d => d.Id, _ => ReportDiagnostic.Warn);

    /// <summary>How many rules run when nothing is configured.</summary>
    public int EnabledByDefault => Analyzers.SelectMany(a => a.SupportedDiagnostics)
        .Where(d => d.IsEnabledByDefault && d.DefaultSeverity != DiagnosticSeverity.Hidden && !Crashes.Contains(d.Id))
        .Select(d => d.Id).Distinct().Count();

    /// <summary>Whether a diagnostic belongs into the output.</summary>
    public bool Wants(Diagnostic diagnostic) => Rules.Count == 0 || Rules.Contains(diagnostic.Id) || Crashes.Contains(diagnostic.Id);
}
