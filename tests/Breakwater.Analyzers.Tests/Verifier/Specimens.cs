using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Breakwater.Tests.Verifier;

/// <summary>Reports fields named <c>bad</c>.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public class BadField : Rule
{
    public const string Id = "BW0099";

    private static readonly DiagnosticDescriptor Bad = Create(enabled: true);

    public BadField() : base(Bad)
    {
    }

    protected BadField(DiagnosticDescriptor descriptor) : base(descriptor)
    {
    }

    protected static DiagnosticDescriptor Create(bool enabled) => Core.Descriptor.Create(
        Id, "Field is bad", "'{0}' is bad", DiagnosticSeverity.Warning, Scope.Everywhere, FixSafety.Safe, enabled);

    protected override void Start(RuleStart start) => start.OnSymbol(Check, SymbolKind.Field);

    private void Check(SymbolAnalysisContext context)
    {
        if (context.Symbol.Name == "bad")
            context.ReportDiagnostic(Found(context.Symbol.Locations[0], context.Symbol.Name));
    }
}

[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OffByDefault() : BadField(Create(enabled: false));

[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class Crashes : BadField
{
    protected override void Start(RuleStart start) => start.OnSymbol(_ => throw new InvalidOperationException("specimen"), SymbolKind.Field);
}

/// <summary>An analyzer without the guard that every rule has.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class Throws : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Core.Descriptor.Create("BW0098", "Never", "Never", DiagnosticSeverity.Warning)];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(_ => throw new InvalidOperationException("specimen"), SymbolKind.Field);
    }
}

/// <summary>Changes the declaration of the field in the way a derived class says.</summary>
public abstract class FieldFix() : Fix<FieldDeclarationSyntax>(BadField.Id, "Rename")
{
    protected abstract string Change(string field);

    protected override bool CanFix(SemanticModel model, FieldDeclarationSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) => true;

    protected override void Apply(DocumentEditor editor, FieldDeclarationSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        editor.ReplaceNode(node, SyntaxFactory.ParseMemberDeclaration(Change(node.ToString()))!.WithTriviaFrom(node));
}

[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class Renames : FieldFix
{
    protected override string Change(string field) => field.Replace("bad", "good", StringComparison.Ordinal);
}

[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class BreaksTheCode : FieldFix
{
    protected override string Change(string field) => "Missing good;";
}

[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LeavesTheFinding : FieldFix
{
    protected override string Change(string field) => "long bad;";
}

[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ChangesNothing : FieldFix
{
    protected override string Change(string field) => field;
}

[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class NeverOffered : FieldFix
{
    protected override string Change(string field) => field;

    protected override bool CanFix(SemanticModel model, FieldDeclarationSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) => false;
}

/// <summary>Does one thing one by one and another for all.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class AllAtOnceDiffers : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [BadField.Id];

    public override FixAllProvider GetFixAllProvider() =>
        FixAllProvider.Create(async (_, document, _) => await Rename(document, "other"));

    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        context.RegisterCodeFix(CodeAction.Create("Rename", _ => Rename(context.Document, "good"), "Rename"), context.Diagnostics);
        return Task.CompletedTask;
    }

    private static async Task<Document> Rename(Document document, string name)
    {
        var text = await document.GetTextAsync();
        return document.WithText(Microsoft.CodeAnalysis.Text.SourceText.From(text.ToString().Replace("bad", name, StringComparison.Ordinal)));
    }
}
