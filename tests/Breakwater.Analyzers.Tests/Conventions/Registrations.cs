using System.Collections.Immutable;

namespace Breakwater.Tests.Conventions;

/// <summary>
/// Runs a rule's start against a compilation and writes down what it registers. The two contexts are Roslyn's own extension
/// points, so nothing that a rule registers can pass unseen.
/// </summary>
internal sealed class Registrations
{
    private readonly List<string> _registered = [];

    public static IReadOnlyList<string> Of(DiagnosticAnalyzer rule, Compilation compilation)
    {
        var registrations = new Registrations();
        rule.Initialize(new Start(registrations, compilation));
        return registrations._registered;
    }

    private sealed class Start(Registrations seen, Compilation compilation) : AnalysisContext
    {
        public override void RegisterCompilationStartAction(Action<CompilationStartAnalysisContext> action) =>
            action(new InCompilation(seen, compilation));

        public override void EnableConcurrentExecution()
        {
        }

        public override void ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags analysisMode)
        {
        }

        public override void RegisterCompilationAction(Action<CompilationAnalysisContext> action) => seen._registered.Add("compilation");

        public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) => seen._registered.Add("semantic model");

        public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) => seen._registered.Add("syntax tree");

        public override void RegisterAdditionalFileAction(Action<AdditionalFileAnalysisContext> action) => seen._registered.Add("additional file");

        public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) => seen._registered.Add("symbol");

        public override void RegisterSymbolStartAction(Action<SymbolStartAnalysisContext> action, SymbolKind symbolKind) => seen._registered.Add("symbol start");

        public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => seen._registered.Add("code block");

        public override void RegisterCodeBlockStartAction<TLanguageKindEnum>(Action<CodeBlockStartAnalysisContext<TLanguageKindEnum>> action) => seen._registered.Add("code block start");

        public override void RegisterSyntaxNodeAction<TLanguageKindEnum>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<TLanguageKindEnum> syntaxKinds) => seen._registered.Add("syntax node");

        public override void RegisterOperationAction(Action<OperationAnalysisContext> action, ImmutableArray<OperationKind> operationKinds) => seen._registered.Add("operation");

        public override void RegisterOperationBlockAction(Action<OperationBlockAnalysisContext> action) => seen._registered.Add("operation block");

        public override void RegisterOperationBlockStartAction(Action<OperationBlockStartAnalysisContext> action) => seen._registered.Add("operation block start");
    }

    private sealed class InCompilation(Registrations seen, Compilation compilation)
        : CompilationStartAnalysisContext(compilation, Laboratory.Options(new Example([])), CancellationToken.None)
    {
        public override void RegisterCompilationEndAction(Action<CompilationAnalysisContext> action) => seen._registered.Add("compilation end");

        public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) => seen._registered.Add("semantic model");

        public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) => seen._registered.Add("syntax tree");

        public override void RegisterAdditionalFileAction(Action<AdditionalFileAnalysisContext> action) => seen._registered.Add("additional file");

        public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) => seen._registered.Add("symbol");

        public override void RegisterSymbolStartAction(Action<SymbolStartAnalysisContext> action, SymbolKind symbolKind) => seen._registered.Add("symbol start");

        public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => seen._registered.Add("code block");

        public override void RegisterCodeBlockStartAction<TLanguageKindEnum>(Action<CodeBlockStartAnalysisContext<TLanguageKindEnum>> action) => seen._registered.Add("code block start");

        public override void RegisterSyntaxNodeAction<TLanguageKindEnum>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<TLanguageKindEnum> syntaxKinds) => seen._registered.Add("syntax node");

        public override void RegisterOperationAction(Action<OperationAnalysisContext> action, ImmutableArray<OperationKind> operationKinds) => seen._registered.Add("operation");

        public override void RegisterOperationBlockAction(Action<OperationBlockAnalysisContext> action) => seen._registered.Add("operation block");

        public override void RegisterOperationBlockStartAction(Action<OperationBlockStartAnalysisContext> action) => seen._registered.Add("operation block start");
    }
}
