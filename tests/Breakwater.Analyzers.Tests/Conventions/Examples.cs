using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Breakwater.Tests.Conventions;

/// <summary>Executes what the pages claim: the Violation reports exactly its marks, the Fix is exactly what the fix produces.</summary>
internal static class Examples
{
    public static async Task<IReadOnlyList<Complaint>> Violations(House house)
    {
        var complaints = new List<Complaint>();
        foreach (var (rule, page) in WithPages(house))
        {
            if (Example.In(page["Violation"]) is not { } violation)
                complaints.Add(new(rule.PagePath, "has no Violation to execute"));
            else if (violation.Unreadable is { } unreadable)
                complaints.Add(new(rule.PagePath, $"its Violation does not report exactly its marks: {unreadable}"));
            else if (violation.Files.All(f => f.Marks.Count == 0))
                complaints.Add(new(rule.PagePath, "marks no finding in its Violation; put [|…|] around what is reported"));
            else if (await ExampleTest.Refusal(rule.Analyzer!, violation, null, []) is { } refusal)
                complaints.Add(new(rule.PagePath, $"its Violation does not report exactly its marks: {refusal}"));
            else
                complaints.AddRange(await Messages(rule, violation));
        }

        return complaints;
    }

    public static async Task<IReadOnlyList<Complaint>> Fixes(House house)
    {
        var complaints = new List<Complaint>();
        foreach (var (rule, page) in WithPages(house))
        {
            if (Example.In(page["Violation"]) is not { Unreadable: null } violation || Example.In(page["Fix"]) is not { Unreadable: null } shown)
            {
                complaints.Add(new(rule.PagePath, "has no readable Violation and Fix to execute"));
                continue;
            }

            var result = shown.With(violation);
            var refusal = rule.Fixes.Count > 0
                ? await ExampleTest.Refusal(rule.Analyzer!, violation, result, rule.Fixes)
                : await ExampleTest.Refusal(rule.Analyzer!, result, null, []);
            if (refusal is not null)
                complaints.Add(new(rule.PagePath, rule.Fixes.Count > 0 ? $"its Fix is not what the fix produces: {refusal}" : $"its Fix is not silent: {refusal}"));
        }

        return complaints;
    }

    /// <summary>
    /// Fix All over two documents, each the Violation in a namespace of its own, must compile. The page's single document is
    /// executed with its Fix; this is where edits meet each other.
    /// </summary>
    public static async Task<IReadOnlyList<Complaint>> FixAll(House house)
    {
        var complaints = new List<Complaint>();
        foreach (var (rule, page) in WithPages(house))
        {
            if (!rule.FixAll || Example.In(page["Violation"]) is not { Unreadable: null } violation || violation.Output == OutputKind.ConsoleApplication)
                continue;
            var doubled = new Example([.. violation.Files.SelectMany(f => f.Kind == FileKind.Source
                ? [InNamespace(f, "First"), InNamespace(f, "Second")]
                : new[] { f })]);
            using var workspace = new AdhocWorkspace();
            var project = workspace.AddProject(ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "Example", "Example", LanguageNames.CSharp)
                .WithMetadataReferences(References.All).WithParseOptions(Laboratory.ParseOptions)
                .WithCompilationOptions(Laboratory.Compile(doubled, [], [rule.Analyzer!]).Options));
            foreach (var file in doubled.Sources.Append(Example.Usings))
                project = project.AddDocument(Path.GetFileName(file.Path), file.Clean, filePath: file.Path).Project;
            var compilation = (await project.GetCompilationAsync())!;
            var found = await Laboratory.AnalyzeAsync(compilation, [rule.Analyzer!], doubled);
            if (Laboratory.Errors(compilation).Any() || found.IsEmpty)
                continue;

            foreach (var fix in rule.Fixes.Where(f => f.GetFixAllProvider() is not null))
            {
                var offered = new List<Microsoft.CodeAnalysis.CodeActions.CodeAction>();
                foreach (var finding in found)
                {
                    await fix.RegisterCodeFixesAsync(new CodeFixContext(
                        project.GetDocument(finding.Location.SourceTree)!, finding, (action, _) => offered.Add(action), CancellationToken.None));
                }

                if (offered.Count == 0)
                    continue;
                var context = new FixAllContext(
                    project.GetDocument(found[0].Location.SourceTree)!, fix, FixAllScope.Project, offered[0].EquivalenceKey!, [rule.Id], new Found(found), CancellationToken.None);
                var action = await fix.GetFixAllProvider()!.GetFixAsync(context);
                var operations = action is null ? [] : await action.GetOperationsAsync(CancellationToken.None);
                var changed = operations.OfType<Microsoft.CodeAnalysis.CodeActions.ApplyChangesOperation>().SingleOrDefault()?.ChangedSolution.GetProject(project.Id);
                if (changed is null)
                {
                    complaints.Add(new(rule.ToString(), $"'{fix.GetType().Name}' offers Fix All and then does nothing over two documents"));
                    continue;
                }

                if (Laboratory.Errors((await changed.GetCompilationAsync())!).FirstOrDefault() is { } error)
                    complaints.Add(new(rule.ToString(), $"'{fix.GetType().Name}' breaks the code when applied to two documents at once: {error}"));
                if (changed.GetChanges(project).GetChangedDocuments().Count() < found.Select(f => f.Location.SourceTree).Distinct().Count())
                    complaints.Add(new(rule.ToString(), $"'{fix.GetType().Name}' leaves documents unchanged when applied to all"));
            }
        }

        return complaints;
    }

    /// <summary>The rules whose page exists; a missing page is another convention's complaint.</summary>
    public static IEnumerable<(RuleEntry Rule, Page Page)> WithPages(House house) =>
        house.Executable.Select(r => (r, Page.Of(house, r))).Where(p => p.Item2 is not null).Select(p => (p.r, p.Item2!));

    private static ExampleFile InNamespace(ExampleFile file, string name)
    {
        var root = (CompilationUnitSyntax)Laboratory.Parse(file.Clean, file.Path).GetRoot();
        var text = root.Members.Count == 0
            ? file.Clean
            : $"{root.WithMembers(default).ToFullString()}\nnamespace {name}\n{{\n{string.Concat(root.Members.Select(m => m.ToFullString()))}\n}}\n";
        return file with { Path = file.Path.Replace(".cs", $".{name}.cs", StringComparison.Ordinal), Marked = text };
    }

    private static async Task<IReadOnlyList<Complaint>> Messages(RuleEntry rule, Example violation)
    {
        var compilation = Laboratory.Compile(violation, References.All, [rule.Analyzer!]);
        var found = await Laboratory.AnalyzeAsync(compilation, [rule.Analyzer!], violation);
        return [.. found.Select(f => f.GetMessage(CultureInfo.InvariantCulture)).Distinct()
            .Where(m => Names.Blame(m) is not null)
            .Select(m => new Complaint(rule.PagePath, $"its Violation is reported with '{m}', which {Names.Blame(m)}"))];
    }

    private sealed class Found(IReadOnlyCollection<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(diagnostics.Where(d => d.Location.SourceTree?.FilePath == document.FilePath));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
