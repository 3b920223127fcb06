namespace Breakwater.Core;

/// <summary>The start of a compilation as a rule sees it: each check that it registers runs behind the crash guard.</summary>
public sealed class RuleStart
{
    /// <summary>Roslyn's own start, for what has no door here.</summary>
    public required CompilationStartAnalysisContext Context { get; init; }

    /// <summary>The rule's id, which a crash report names.</summary>
    public required string Id { get; init; }

    /// <summary>The compilation.</summary>
    public Compilation Compilation => Context.Compilation;

    /// <summary>Options and additional files.</summary>
    public AnalyzerOptions Options => Context.Options;

    /// <summary>Cancels the start itself.</summary>
    public CancellationToken CancellationToken => Context.CancellationToken;

    /// <summary>Runs <paramref name="check"/> on each operation of these kinds.</summary>
    public void OnOperation(Action<OperationAnalysisContext> check, params OperationKind[] kinds) =>
        Context.RegisterOperationAction(
            c => Crash.Confine(Id, c, check, static c => c.Operation.Syntax.GetLocation(), static c => c.ReportDiagnostic), kinds);

    /// <summary>Runs <paramref name="check"/> on each body: of a method, accessor, initialiser or the top-level statements.</summary>
    public void OnBody(Action<OperationBlockAnalysisContext> check) =>
        Context.RegisterOperationBlockAction(
            c => Crash.Confine(Id, c, check, static c => c.OwningSymbol.Locations.FirstOrDefault(), static c => c.ReportDiagnostic));

    /// <summary>Runs <paramref name="check"/> on each symbol of these kinds.</summary>
    public void OnSymbol(Action<SymbolAnalysisContext> check, params SymbolKind[] kinds) =>
        Context.RegisterSymbolAction(
            c => Crash.Confine(Id, c, check, static c => c.Symbol.Locations.FirstOrDefault(), static c => c.ReportDiagnostic), kinds);

    /// <summary>Runs <paramref name="check"/> on each additional file.</summary>
    public void OnAdditionalFile(Action<AdditionalFileAnalysisContext> check) =>
        Context.RegisterAdditionalFileAction(
            c => Crash.Confine(Id, c, check, static c => Location.Create(c.AdditionalFile.Path, default, default), static c => c.ReportDiagnostic));

    /// <summary>Runs <paramref name="check"/> when everything else has run; for facts about the compilation as a whole.</summary>
    public void OnEnd(Action<CompilationAnalysisContext> check) =>
        Context.RegisterCompilationEndAction(
            c => Crash.Confine(Id, c, check, static _ => null, static c => c.ReportDiagnostic));
}
