using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Conventions;

/// <summary>Executes a page's example with the same verifier, and so the same refusals, as a test written by hand.</summary>
internal sealed class ExampleTest : RuleTest<EmptyDiagnosticAnalyzer, EmptyCodeFixProvider>
{
    private readonly DiagnosticAnalyzer _rule;
    private readonly IReadOnlyList<CodeFixProvider> _fixes;

    /// <summary>The Violation with its marks and, when the rule has a fix, what the fix makes of it.</summary>
    public ExampleTest(DiagnosticAnalyzer rule, Example violation, Example? result, IReadOnlyList<CodeFixProvider> fixes)
    {
        (_rule, _fixes) = (rule, fixes);
        TestState.OutputKind = violation.Output;

        // What the whole compilation decides is never reported while one document is looked at.
        if (rule.SupportedDiagnostics[0].CustomTags.Contains(WellKnownDiagnosticTags.CompilationEnd))
            CodeFixTestBehaviors |= CodeFixTestBehaviors.SkipLocalDiagnosticCheck;
        Fill(TestState, violation);
        if (result is not null)
            Fill(FixedState, result);
    }

    /// <summary>What is wrong, in the verifier's words; null when the example holds.</summary>
    public static async Task<string?> Refusal(DiagnosticAnalyzer rule, Example violation, Example? result, IReadOnlyList<CodeFixProvider> fixes)
    {
        try
        {
            await new ExampleTest(rule, violation, result, fixes).RunAsync();
            return null;
        }
        catch (Exception refusal) when (refusal is InvalidOperationException or ArgumentException)
        {
            return refusal.Message;
        }
    }

    protected override IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => [_rule];

    protected override IEnumerable<CodeFixProvider> GetCodeFixProviders() => _fixes;

    protected override CompilationOptions CreateCompilationOptions() =>
        base.CreateCompilationOptions().WithSpecificDiagnosticOptions(SwitchedOn.Of([_rule]));

    private static void Fill(SolutionState state, Example example)
    {
        foreach (var file in example.Files)
        {
            if (file.Kind == FileKind.Source)
                state.Sources.Add((file.Path, file.Marked));
            if (file.Kind == FileKind.Config)
                state.AnalyzerConfigFiles.Add((file.Path, file.Clean));
            if (file.Kind != FileKind.Source)
                state.AdditionalFiles.Add((file.Path, file.Marked));
        }

        state.Sources.Add((Example.Usings.Path, Example.Usings.Marked));
    }
}
