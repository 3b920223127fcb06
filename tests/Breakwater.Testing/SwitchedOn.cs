using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Breakwater.Testing;

/// <summary>Diagnostic options under which every rule runs, also one that is off by default.</summary>
public static class SwitchedOn
{
    public static ImmutableDictionary<string, ReportDiagnostic> Of(IEnumerable<DiagnosticAnalyzer> rules) =>
        rules.SelectMany(r => r.SupportedDiagnostics)
            .Where(d => !d.IsEnabledByDefault)
            .Select(d => d.Id)
            .Distinct()
            .ToImmutableDictionary(id => id, _ => ReportDiagnostic.Warn);
}
