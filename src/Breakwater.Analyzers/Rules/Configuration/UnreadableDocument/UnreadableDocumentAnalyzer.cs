using Breakwater.Semantics.Specs;

namespace Breakwater.Rules.Configuration.UnreadableDocument;

/// <summary>
/// Reports a document that other rules would read and cannot, once, at the place of its first error. Feature files are read only
/// where Reqnroll or SpecFlow is referenced.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnreadableDocumentAnalyzer : Rule
{
    public const string Id = "BW0004";

    private static readonly DiagnosticDescriptor Unreadable = Core.Descriptor.Create(
        Id, "Document cannot be read",
        "'{0}' cannot be read because {1}; no rule checks this document",
        DiagnosticSeverity.Warning, Scope.Everywhere);

    public UnreadableDocumentAnalyzer() : base(Unreadable)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (!SpecAttributes.AreReferenced(start.Compilation))
            return;
        var language = SpecSettings.FeatureLanguage(start.Options, start.CancellationToken);
        start.OnAdditionalFile(context =>
        {
            if (FeatureFile.Of(context.AdditionalFile, language, context.CancellationToken) is { Error: { } error } file)
                context.ReportDiagnostic(Found(file.LocationOf(error.Span), Path.GetFileName(context.AdditionalFile.Path), error.Message));
        });
    }
}
