using System.Collections.Immutable;
using Breakwater.Corpus.Binding;
using Breakwater.Corpus.Projects;
using Breakwater.Rules.Backpressure.UnboundedQueue;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Breakwater.Corpus.Analysis;

/// <summary>
/// What the rules cost against the compiler: processor time on one thread, at default severities. The first pass pays for the JIT
/// and is dropped, of the others the median counts: a machine that others share is now and then slower by half. Running any analyzer at
/// all costs a good part of a compile in the driver, so a pass with an analyzer that only looks is measured, too: what the rules add to it
/// is what a build pays that runs the SDK's own analyzers anyway. The callbacks' own time is more: the first to ask for a body pays for
/// binding it, and the driver then has it for nothing. Declarations are completed before the rules run, since in a build the compiler
/// needs them as well: the first rule to ask for a type's members does not pay for them.
/// </summary>
internal static class Cost
{
    private const int Passes = 6;

    private sealed record Pass(TimeSpan Compile, TimeSpan Looking, TimeSpan Whole, IReadOnlyDictionary<string, TimeSpan> Rules);

    /// <summary>Measures and writes a table. The rules' own time is the compiler's telemetry, which reads the clock: keep the machine idle.</summary>
    public static void Measure(Repository repository, Pile pile, AnalyzerSet set, TextWriter to)
    {
        var bound = new Binder(repository, pile).Bind().ToList();
        var lines = bound.Sum(b => b.Lines);
        var all = new List<Pass>();
        while (all.Count < Passes)
            all.Add(One(bound, set));
        var passes = all[1..];

        var compile = Median(passes.Select(p => p.Compile));
        var looking = Median(passes.Select(p => p.Looking));
        var whole = Median(passes.Select(p => p.Whole));
        var rules = passes.SelectMany(p => p.Rules).GroupBy(r => r.Key)
            .Select(g => (Rule: g.Key, Milliseconds: Median(g.Select(r => r.Value))))
            .OrderByDescending(r => r.Milliseconds).ToList();
        var own = rules.Sum(r => r.Milliseconds);

        to.WriteLine($"{lines} lines, {set.EnabledByDefault} rules on by default, medians of passes 2 to {Passes}, one thread");
        to.WriteLine($"compile                {compile,10:0} ms");
        to.WriteLine($"rules' own time        {own,10:0} ms   {own / compile,6:0.000} of the compile");
        to.WriteLine($"per rule and 100k lines{own / Math.Max(1, set.EnabledByDefault) * 100_000 / Math.Max(1, lines),10:0.0} ms");
        to.WriteLine($"whole analysis pass    {whole,10:0} ms   {whole / compile,6:0.000} of the compile, driver included");
        to.WriteLine($"pass that only looks   {looking,10:0} ms   {looking / compile,6:0.000} of the compile");
        to.WriteLine($"added by the rules     {whole - looking,10:0} ms   {(whole - looking) / compile,6:0.000} of the compile");
        foreach (var (rule, milliseconds) in rules)
            to.WriteLine($"  {rule,-20} {milliseconds,10:0.0} ms   {milliseconds / compile,6:0.0000}");
    }

    private static Pass One(List<Bound> bound, AnalyzerSet set)
    {
        var compile = TimeSpan.Zero;
        var looking = TimeSpan.Zero;
        var whole = TimeSpan.Zero;
        var rules = new Dictionary<string, TimeSpan>();
        foreach (var (project, compilation, _) in bound)
        {
            var alone = compilation.WithOptions(compilation.Options.WithConcurrentBuild(false));
            compile += Processor(alone, c => c.GetDiagnostics());
            var options = new CompilationWithAnalyzersOptions(
                Inputs.Of(project), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: true, reportSuppressedDiagnostics: false);
            AnalysisResult Analyse(CSharpCompilation c, ImmutableArray<DiagnosticAnalyzer> analyzers) =>
                c.WithAnalyzers(analyzers, options).GetAnalysisResultAsync(CancellationToken.None).GetAwaiter().GetResult();

            looking += Processor(alone, c => Analyse(c, [new Declaring(), new Looking()]));
            AnalysisResult? result = null;
            whole += Processor(alone, c => result = Analyse(c, [new Declaring(), .. set.Analyzers]));
            foreach (var (analyzer, telemetry) in result!.AnalyzerTelemetryInfo.Where(t => t.Key is not Declaring))
            {
                var rule = string.Join('+', AnalyzerSet.Ids(analyzer).Order(StringComparer.Ordinal));
                rules[rule] = rules.GetValueOrDefault(rule) + telemetry.ExecutionTime;
            }
        }

        Console.Error.WriteLine($"pass: compile {compile.TotalMilliseconds:0} ms, looking {looking.TotalMilliseconds:0} ms, analysis {whole.TotalMilliseconds:0} ms");
        return new Pass(compile, looking, whole, rules);
    }

    private static TimeSpan Processor(CSharpCompilation compilation, Action<CSharpCompilation> work)
    {
        GC.Collect();
        var before = Environment.CpuUsage.TotalTime;
        work(compilation);
        return Environment.CpuUsage.TotalTime - before;
    }

    /// <summary>Completes all declarations before any rule runs, on the driver's own compilation: another one's would not help it.</summary>
    private sealed class Declaring : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = new UnboundedQueueAnalyzer().SupportedDiagnostics;

        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            context.RegisterCompilationStartAction(static start => start.Compilation.GetDeclarationDiagnostics(start.CancellationToken));
        }
    }

    /// <summary>Asks for every body and operation, as any rule on operations does, and says nothing.</summary>
    private sealed class Looking : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = new UnboundedQueueAnalyzer().SupportedDiagnostics;

        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            context.RegisterOperationBlockAction(static _ => { });
            context.RegisterOperationAction(static _ => { }, OperationKind.Invocation);
        }
    }

    private static double Median(IEnumerable<TimeSpan> times)
    {
        var ordered = times.Select(t => t.TotalMilliseconds).Order().ToList();
        return (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;
    }
}
