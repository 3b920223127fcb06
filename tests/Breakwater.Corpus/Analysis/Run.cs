using System.Collections.Immutable;
using System.Diagnostics;
using Breakwater.Corpus.Binding;
using Breakwater.Corpus.Projects;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Breakwater.Corpus.Analysis;

/// <summary>Runs analyzers over every project of a folder and gathers what they find, what they cost and where they crash.</summary>
internal sealed class Run(Repository repository, AnalyzerSet set, bool isQuick)
{
    private readonly HashSet<(Finding Finding, int Column)> _findings = [];
    private readonly Dictionary<string, TimeSpan> _times = [];
    private readonly Dictionary<string, int> _errors = [];
    private readonly HashSet<string> _files = [];
    private readonly List<string> _crashes = [];
    private int _lines;
    private int _errorCount;
    private TimeSpan _binding;
    private TimeSpan _compiling;
    private TimeSpan _analysing;

    /// <summary>What was found, in order.</summary>
    public IReadOnlyList<Finding> Findings => [.. _findings.Select(f => f.Finding).Where(f => !AnalyzerSet.Crashes.Contains(f.Id)).Order()];

    /// <summary>Whether a rule crashed.</summary>
    public bool Crashed => _crashes.Count > 0;

    /// <summary>Compiles and analyses every project.</summary>
    public void Execute(Pile pile, TextWriter progress)
    {
        var clock = Stopwatch.StartNew();
        foreach (var bound in new Binder(repository, pile).Bind())
        {
            _binding += clock.Elapsed;
            Analyse(bound, progress);
            clock.Restart();
        }
    }

    /// <summary>Writes what the run was: sizes, errors, times, crashes.</summary>
    public void Summarise(TextWriter to, bool withErrors)
    {
        to.WriteLine($"{repository.Projects.Count} projects, {_files.Count} files, {_lines} lines, {(isQuick ? "binding errors not counted" : $"{_errorCount} binding errors ({Per(_errorCount, _lines):0.0} per thousand lines)")}");
        to.WriteLine($"read and bind {_binding.TotalSeconds:0.0} s, compile {_compiling.TotalSeconds:0.0} s, analyse {_analysing.TotalSeconds:0.0} s, rules' own {_times.Values.Sum(t => t.TotalSeconds):0.00} s, {_findings.Count} findings");
        foreach (var (rule, time) in _times.OrderByDescending(t => t.Value))
            to.WriteLine($"  {rule,-10} {time.TotalMilliseconds,8:0} ms  {_findings.Count(f => rule.Split('+').Contains(f.Finding.Id)),5} findings");
        if (withErrors)
        {
            foreach (var (message, count) in _errors.OrderByDescending(e => e.Value).ThenBy(e => e.Key, StringComparer.Ordinal).Take(40))
                to.WriteLine($"  {count,6} {message}");
        }

        foreach (var crash in _crashes)
            to.WriteLine("CRASH " + crash);
    }

    private void Analyse(Bound bound, TextWriter progress)
    {
        var clock = Stopwatch.StartNew();
        var errors = isQuick ? [] : bound.Compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        var compiled = clock.Elapsed;
        foreach (var error in errors)
        {
            var message = error.Id + " " + error.GetMessage(null);
            _errors[message] = _errors.GetValueOrDefault(message) + 1;
        }

        clock.Restart();
        var options = new CompilationWithAnalyzersOptions(
            Inputs.Of(bound.Project), OnCrash, concurrentAnalysis: true, logAnalyzerExecutionTime: true, reportSuppressedDiagnostics: false);
        var compilation = bound.Compilation.WithOptions(bound.Compilation.Options.WithSpecificDiagnosticOptions(set.AllOn));
        if (!set.Analyzers.IsEmpty)
            Take(compilation.WithAnalyzers(set.Analyzers, options).GetAnalysisResultAsync(CancellationToken.None).GetAwaiter().GetResult());
        var analysed = clock.Elapsed;

        _compiling += compiled;
        _analysing += analysed;
        _errorCount += errors.Count;
        _lines += bound.Lines;
        _files.UnionWith(bound.Project.Sources);
        progress.WriteLine($"{Relative(bound.Project.File)}: {bound.Lines} lines, {errors.Count} errors, {compiled.TotalSeconds:0.0}+{analysed.TotalSeconds:0.0} s");

        void OnCrash(Exception e, DiagnosticAnalyzer analyzer, Diagnostic diagnostic) =>
            Crash($"{analyzer.GetType().Name} in {bound.Project.AssemblyName}: {e}");
    }

    private void Take(AnalysisResult result)
    {
        foreach (var (analyzer, telemetry) in result.AnalyzerTelemetryInfo)
        {
            var rule = string.Join('+', AnalyzerSet.Ids(analyzer).Order(StringComparer.Ordinal));
            _times[rule] = _times.GetValueOrDefault(rule) + telemetry.ExecutionTime;
        }

        foreach (var diagnostic in result.GetAllDiagnostics().Where(set.Wants))
        {
            var at = diagnostic.Location.GetLineSpan();
            var path = at.Path is { Length: > 0 } file ? Relative(file) : "";
            var finding = new Finding(diagnostic.Id, path, at.StartLinePosition.Line + 1, diagnostic.GetMessage(null).ReplaceLineEndings(" "));
            if (AnalyzerSet.Crashes.Contains(diagnostic.Id))
                Crash(finding.ToString());
            else if (!path.StartsWith("..", StringComparison.Ordinal))
                _findings.Add((finding, at.StartLinePosition.Character));
        }
    }

    private void Crash(string what)
    {
        lock (_crashes)
            _crashes.Add(what);
    }

    private string Relative(string file) => Path.GetRelativePath(repository.Root, file);

    private static double Per(int count, int lines) => lines == 0 ? 0 : count * 1000.0 / lines;
}
