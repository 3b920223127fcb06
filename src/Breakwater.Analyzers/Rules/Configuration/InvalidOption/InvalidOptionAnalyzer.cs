using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Rules.Configuration.InvalidOption;

/// <summary>
/// A <c>breakwater.*</c> setting that nothing reads: a misspelt key, an unknown rule, a value the option does not have. Reported
/// once per key, at its line where the configuration file is among the additional files, else without a place.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InvalidOptionAnalyzer : Rule
{
    public const string Id = "BW0001";

    private static readonly DiagnosticDescriptor WithoutEffect = Core.Descriptor.Create(
        Id, "Option has no effect", "'{0}' has no effect: {1}", DiagnosticSeverity.Warning, Scope.Everywhere, atEnd: true);

    public InvalidOptionAnalyzer() : base(WithoutEffect)
    {
    }

    protected override void Start(RuleStart start) => start.OnEnd(Check);

    private void Check(CompilationAnalysisContext context)
    {
        var reported = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in Settings(context))
        {
            if (KnownOptions.OfThisAssembly.Blame(key, value) is not { } blame || !reported.Add(key))
                continue;
            var (written, place) = WrittenAt(context.Options.AdditionalFiles, key, value, context.CancellationToken);
            context.ReportDiagnostic(Found(place ?? Location.None, written ?? key, blame));
        }
    }

    /// <summary>Every setting of ours, from every file it can stand in; a setting that many files share comes once.</summary>
    private static HashSet<(string Key, string Value)> Settings(CompilationAnalysisContext context)
    {
        var settings = new HashSet<(string, string)>();
        var known = context.Options.AnalyzerConfigOptionsProvider;
        Collect(known.GlobalOptions);
        foreach (var tree in context.Compilation.SyntaxTrees)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            Collect(known.GetOptions(tree));
        }

        foreach (var file in context.Options.AdditionalFiles)
            Collect(known.GetOptions(file));
        return settings;

        void Collect(AnalyzerConfigOptions options)
        {
            foreach (var key in KeysOf(options))
            {
                if (key.StartsWith(KnownOptions.Prefix, StringComparison.OrdinalIgnoreCase) && options.TryGetValue(key, out var value))
                    settings.Add((key, value));
            }
        }
    }

    /// <summary>A host may bring options that cannot list their keys: Roslyn's base class then throws.</summary>
    private static IEnumerable<string> KeysOf(AnalyzerConfigOptions options)
    {
        try
        {
            return options.Keys;
        }
        catch (NotImplementedException)
        {
            return [];
        }
    }

    /// <summary>The key as its author wrote it and where; a line with the same value goes before one with another.</summary>
    private static (string? Written, Location? At) WrittenAt(
        ImmutableArray<AdditionalText> files, string key, string value, CancellationToken cancellationToken)
    {
        var places =
            from file in files
            where file.Path.EndsWith(".editorconfig", StringComparison.OrdinalIgnoreCase) || file.Path.EndsWith(".globalconfig", StringComparison.OrdinalIgnoreCase)
            let text = file.GetText(cancellationToken)
            where text is not null
            from line in text.Lines
            let setting = line.ToString()
            let sign = setting.IndexOf('=')
            where sign > 0 && setting.Substring(0, sign).Trim().Equals(key, StringComparison.OrdinalIgnoreCase)
            let start = line.Start + (setting.Length - setting.TrimStart().Length)
            let span = new TextSpan(start, key.Length)
            orderby setting.Substring(sign + 1).Trim().StartsWith(value, StringComparison.OrdinalIgnoreCase) ? 0 : 1
            select (text.ToString(span), Location.Create(file.Path, span, text.Lines.GetLinePositionSpan(span)));
        return places.FirstOrDefault();
    }
}
