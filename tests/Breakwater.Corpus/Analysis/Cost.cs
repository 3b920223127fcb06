using Breakwater.Corpus.Binding;
using Breakwater.Corpus.Projects;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Breakwater.Corpus.Analysis;

/// <summary>
/// What the rules cost against the compiler: processor time on one thread, at default severities. The first pass pays for the JIT
/// and is dropped. Running any analyzer at all costs a good part of a compile in the driver, so the callbacks' own time and the
/// whole pass are told apart.
/// </summary>
internal static class Cost
{
    private const int Passes = 3;

    private sealed record Pass(TimeSpan Compile, TimeSpan Whole, IReadOnlyDictionary<string, TimeSpan> Rules);

    /// <summary>Measures and writes a table.</summary>
    public static void Measure(Repository repository, Pile pile, AnalyzerSet set, TextWriter to)
    {
        var bound = new Binder(repository, pile).Bind().ToList();
        var lines = bound.Sum(b => b.Lines);
        var passes = Enumerable.Range(0, Passes).Select(_ => One(bound, set)).Skip(1).ToList();

        var compile = Average(passes.Select(p => p.Compile));
        var whole = Average(passes.Select(p => p.Whole));
        var rules = passes.SelectMany(p => p.Rules).GroupBy(r => r.Key)
            .Select(g => (Rule: g.Key, Milliseconds: g.Sum(r => r.Value.TotalMilliseconds) / passes.Count))
            .OrderByDescending(r => r.Milliseconds).ToList();
        var own = rules.Sum(r => r.Milliseconds);

        to.WriteLine($"{lines} lines, {set.EnabledByDefault} rules on by default, means of passes 2 to {Passes}, one thread");
        to.WriteLine($"compile                {compile,10:0} ms");
        to.WriteLine($"rules' own time        {own,10:0} ms   {own / compile,6:0.000} of the compile");
        to.WriteLine($"per rule and 100k lines{own / Math.Max(1, set.EnabledByDefault) * 100_000 / Math.Max(1, lines),10:0.0} ms");
        to.WriteLine($"whole analysis pass    {whole,10:0} ms   {whole / compile,6:0.000} of the compile, driver included");
        foreach (var (rule, milliseconds) in rules)
            to.WriteLine($"  {rule,-20} {milliseconds,10:0.0} ms   {milliseconds / compile,6:0.0000}");
    }

    private static Pass One(List<Bound> bound, AnalyzerSet set)
    {
        var compile = TimeSpan.Zero;
        var whole = TimeSpan.Zero;
        var rules = new Dictionary<string, TimeSpan>();
        foreach (var (project, compilation, _) in bound)
        {
            var alone = compilation.WithOptions(compilation.Options.WithConcurrentBuild(false));
            compile += Processor(() => alone.GetDiagnostics());
            var options = new CompilationWithAnalyzersOptions(
                Inputs.Of(project), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: true, reportSuppressedDiagnostics: false);
            var fresh = (CSharpCompilation)alone.Clone();
            AnalysisResult? result = null;
            whole += Processor(() => result = fresh.WithAnalyzers(set.Analyzers, options).GetAnalysisResultAsync(CancellationToken.None).GetAwaiter().GetResult());
            foreach (var (analyzer, telemetry) in result!.AnalyzerTelemetryInfo)
            {
                var rule = string.Join('+', AnalyzerSet.Ids(analyzer).Order(StringComparer.Ordinal));
                rules[rule] = rules.GetValueOrDefault(rule) + telemetry.ExecutionTime;
            }
        }

        return new Pass(compile, whole, rules);
    }

    private static TimeSpan Processor(Action work)
    {
        GC.Collect();
        var before = Environment.CpuUsage.TotalTime;
        work();
        return Environment.CpuUsage.TotalTime - before;
    }

    private static double Average(IEnumerable<TimeSpan> times) => times.Average(t => t.TotalMilliseconds);
}
