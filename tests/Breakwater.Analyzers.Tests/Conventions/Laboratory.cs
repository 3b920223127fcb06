using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Tests.Conventions;

/// <summary>Compiles code and runs rules over it, without the ceremony and the expectations of a test.</summary>
internal static class Laboratory
{
    /// <summary>What the compiler says when an analyzer throws, and what a rule says when it caught its own exception.</summary>
    private static readonly string[] Crashes = ["AD0001", "BW0002"];

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Preview, DocumentationMode.Diagnose);

    public static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, ParseOptions, path);

    /// <summary>The example's sources with the implicit usings, every rule of <paramref name="rules"/> switched on.</summary>
    public static CSharpCompilation Compile(Example example, IEnumerable<MetadataReference> references, IEnumerable<DiagnosticAnalyzer> rules) =>
        CSharpCompilation.Create(
            "Example", example.Sources.Append(Example.Usings).Select(f => Parse(f.Clean, f.Path)), references,
            new CSharpCompilationOptions(example.Output, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable)
                .WithSpecificDiagnosticOptions(SwitchedOn.Of(rules)));

    public static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Compilation compilation, IEnumerable<DiagnosticAnalyzer> rules, Example? example = null)
    {
        var analyzers = rules.ToImmutableArray();
        return analyzers.IsEmpty
            ? []
            : await compilation.WithAnalyzers(analyzers, Options(example ?? new Example([]))).GetAnalyzerDiagnosticsAsync();
    }

    public static bool IsCrash(Diagnostic diagnostic) => Crashes.Contains(diagnostic.Id);

    public static IEnumerable<Diagnostic> Errors(Compilation compilation) =>
        compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error);

    public static AnalyzerOptions Options(Example example) => new(
        [.. example.Files.Where(f => f.Kind != FileKind.Source).Select(f => (AdditionalText)new InMemoryText(f.Path, f.Clean))],
        new Configuration(AnalyzerConfigSet.Create(
            example.Files.Where(f => f.Kind == FileKind.Config).Select(f => AnalyzerConfig.Parse(f.Clean, f.Path)).ToList())));

    private sealed class InMemoryText(string path, string text) : AdditionalText
    {
        private readonly SourceText _text = SourceText.From(text);

        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => _text;
    }

    private sealed class Configuration(AnalyzerConfigSet set) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(set.GlobalConfigOptions.AnalyzerOptions);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Values(set.GetOptionsForSourcePath(tree.FilePath).AnalyzerOptions);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Values(set.GetOptionsForSourcePath(textFile.Path).AnalyzerOptions);
    }

    private sealed class Values(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override IEnumerable<string> Keys => values.Keys;

        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) =>
            values.TryGetValue(key, out value);
    }
}
