using System.Collections.Immutable;
using Breakwater.Corpus.Binding;
using Breakwater.Corpus.Projects;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Assembly = System.Reflection.Assembly;

namespace Breakwater.Corpus.Analysis;

/// <summary>
/// Applies the fixes of each rule to all its findings at once, in memory, and tells which compile errors that brings: the proof that
/// a fix gives code that compiles. Rules without a fix, and fixes without Fix All, are left out.
/// </summary>
internal sealed class Repair(Repository repository, AnalyzerSet set)
{
    private static readonly ImmutableArray<CodeFixProvider> Providers =
    [
        .. Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "Breakwater.CodeFixes.dll")).GetTypes()
            .Where(t => !t.IsAbstract && typeof(CodeFixProvider).IsAssignableFrom(t))
            .Select(t => (CodeFixProvider)Activator.CreateInstance(t)!),
    ];

    private readonly SortedDictionary<string, (int Findings, int Left)> _rules = new(StringComparer.Ordinal);

    /// <summary>How many compile errors the fixes brought.</summary>
    public int NewErrors { get; private set; }

    /// <summary>Fixes every project and writes the errors that came with it, then the counts per rule.</summary>
    public async Task ExecuteAsync(Pile pile, TextWriter to)
    {
        foreach (var bound in new Binder(repository, pile).Bind())
            await FixAsync(bound, to).ConfigureAwait(false);
        foreach (var (rule, (findings, left)) in _rules)
            await to.WriteLineAsync($"{rule}: {findings} findings, {findings - left} fixed").ConfigureAwait(false);
        await to.WriteLineAsync($"{NewErrors} new compile errors").ConfigureAwait(false);
    }

    private async Task FixAsync(Bound bound, TextWriter to)
    {
        var found = await FindAsync(bound.Compilation, bound.Project).ConfigureAwait(false);
        foreach (var byRule in found.GroupBy(d => d.Id))
        {
            if (Providers.FirstOrDefault(p => p.FixableDiagnosticIds.Contains(byRule.Key)) is not { } provider || provider.GetFixAllProvider() is not { } fixAll)
                continue;

            using var workspace = new AdhocWorkspace();
            var project = Open(workspace, bound);
            var compilation = (CSharpCompilation)(await project.GetCompilationAsync().ConfigureAwait(false))!;
            var diagnostics = (await FindAsync(compilation, bound.Project).ConfigureAwait(false)).Where(d => d.Id == byRule.Key).ToImmutableArray();
            var fixedProject = await ApplyAsync(project, provider, fixAll, diagnostics).ConfigureAwait(false);
            var after = (CSharpCompilation)(await fixedProject.GetCompilationAsync().ConfigureAwait(false))!;

            var left = (await FindAsync(after, bound.Project).ConfigureAwait(false)).Count(d => d.Id == byRule.Key);
            var known = _rules.GetValueOrDefault(byRule.Key);
            _rules[byRule.Key] = (known.Findings + diagnostics.Length, known.Left + left);
            var before = Errors(compilation).CountBy(e => e).ToDictionary();
            foreach (var (error, count) in Errors(after).CountBy(e => e))
            {
                if (count <= before.GetValueOrDefault(error))
                    continue;
                NewErrors += count - before.GetValueOrDefault(error);
                await to.WriteLineAsync($"{byRule.Key} brings {error}").ConfigureAwait(false);
            }
        }
    }

    private async Task<ImmutableArray<Diagnostic>> FindAsync(CSharpCompilation compilation, CodeProject project)
    {
        var options = new CompilationWithAnalyzersOptions(Inputs.Of(project), null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var all = compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions(set.AllOn));
        return [.. (await all.WithAnalyzers(set.Analyzers, options).GetAnalyzerDiagnosticsAsync().ConfigureAwait(false)).Where(d => set.Wants(d) && d.Location.IsInSource)];
    }

    private static async Task<Project> ApplyAsync(Project project, CodeFixProvider provider, FixAllProvider fixAll, ImmutableArray<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            if (project.GetDocument(diagnostic.Location.SourceTree) is not { } document)
                continue;
            CodeAction? offered = null;
            await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => offered ??= action, CancellationToken.None)).ConfigureAwait(false);
            if (offered is null)
                continue;

            var context = new FixAllContext(
                document, provider, FixAllScope.Project, offered.EquivalenceKey, provider.FixableDiagnosticIds, new Known(diagnostics), CancellationToken.None);
            if (await fixAll.GetFixAsync(context).ConfigureAwait(false) is not { } action)
                break;
            var operations = await action.GetOperationsAsync(CancellationToken.None).ConfigureAwait(false);
            return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetProject(project.Id)!;
        }

        return project;
    }

    private static Project Open(AdhocWorkspace workspace, Bound bound)
    {
        var id = ProjectId.CreateNewId();
        var documents = bound.Compilation.SyntaxTrees.Select(tree => DocumentInfo.Create(
            DocumentId.CreateNewId(id), Path.GetFileName(tree.FilePath), loader: TextLoader.From(TextAndVersion.Create(tree.GetText(), VersionStamp.Default)), filePath: tree.FilePath));
        return workspace.AddProject(ProjectInfo.Create(
            id, VersionStamp.Default, bound.Project.AssemblyName, bound.Project.AssemblyName, LanguageNames.CSharp,
            compilationOptions: bound.Compilation.Options, parseOptions: bound.Compilation.SyntaxTrees.FirstOrDefault()?.Options,
            documents: documents, metadataReferences: bound.Compilation.References));
    }

    private static IEnumerable<string> Errors(Compilation compilation) => compilation.GetDiagnostics()
        .Where(d => d.Severity == DiagnosticSeverity.Error)
        .Select(d => $"{d.Id} {Path.GetFileName(d.Location.GetLineSpan().Path)} {d.GetMessage(null)}");

    private sealed class Known(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
        {
            var tree = await document.GetSyntaxTreeAsync(cancellationToken).ConfigureAwait(false);
            return diagnostics.Where(d => d.Location.SourceTree == tree);
        }

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
