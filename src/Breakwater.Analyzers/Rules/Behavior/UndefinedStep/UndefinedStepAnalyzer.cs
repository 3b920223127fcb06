using Breakwater.Semantics.Specs;

namespace Breakwater.Rules.Behavior.UndefinedStep;

/// <summary>
/// Reports a step of a feature file that no binding matches, at the step. Silent while a binding of the step's kind cannot be read,
/// where the project has no bindings at all, and on feature files that are not Gherkin.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UndefinedStepAnalyzer : Rule
{
    public const string Id = "BW0301";

    private static readonly DiagnosticDescriptor Undefined = Core.Descriptor.Create(
        Id, "Step has no binding",
        "No binding matches '{0} {1}'; the scenario stops at this step",
        DiagnosticSeverity.Warning, Scope.Tests);

    public UndefinedStepAnalyzer() : base(Undefined)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (BindingTable.Of(start.Compilation) is not { } bindings)
            return;
        var language = SpecSettings.FeatureLanguage(start.Options, start.CancellationToken);
        start.OnAdditionalFile(context => Check(context, bindings, language));
    }

    private void Check(AdditionalFileAnalysisContext context, BindingTable bindings, string language)
    {
        if (FeatureFile.Of(context.AdditionalFile, language, context.CancellationToken) is not { Feature: { } feature } file)
            return;

        var reported = new HashSet<Step>();
        foreach (var step in ExecutedSteps.Of(feature))
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (step.Run.IsIgnored || reported.Contains(step.Source) || !bindings.LeavesUndefined(step))
                continue;
            reported.Add(step.Source);
            context.ReportDiagnostic(Found(file.LocationOf(step.Source.Span), step.Kind, step.Text));
        }
    }
}
