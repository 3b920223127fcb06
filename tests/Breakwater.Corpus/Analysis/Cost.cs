using System.Collections.Immutable;
using System.Globalization;
using Breakwater.Corpus.Binding;
using Breakwater.Corpus.Projects;
using Breakwater.Rules.Backpressure.UnboundedQueue;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Breakwater.Corpus.Analysis;

/// <summary>
/// What the rules cost against the compiler: processor time on one thread, at default severities. The compiler parses and binds; it emits
/// nothing, since repositories do not build here. The first pass pays for the JIT and is dropped. Of the others the least counts, project
/// by project: what a machine that others share does beside our work only ever adds.
/// Running any analyzer at all costs a good part of a compile in the driver, so a pass with an analyzer that only looks is measured, too:
/// what the rules add to it is what a build pays that runs the SDK's own analyzers anyway. The callbacks' own time is more: the first to
/// ask for a body pays for binding it, and the driver then has it for nothing. A pass that begins with all bodies bound says what is left
/// without that. Declarations are completed before the rules run, since in a build the compiler needs them as well: the first rule to ask
/// for a type's members does not pay for them.
/// </summary>
internal static class Cost
{
    private const int Passes = 6;

    /// <summary>Milliseconds of one project in one pass, own times by rule.</summary>
    private sealed record Sample(double Compile, double Looking, double Whole, Dictionary<string, double> Own, Dictionary<string, double> OwnWhenBound);

    /// <summary>Measures and writes a table. The rules' own time is the compiler's telemetry, which reads the clock: keep the machine idle.</summary>
    public static void Measure(Repository repository, Pile pile, AnalyzerSet set, TextWriter to)
    {
        var bound = new Binder(repository, pile).Bind().ToList();
        var lines = bound.Sum(b => b.Lines);
        var passes = new List<List<Sample>>();
        while (passes.Count < Passes)
        {
            passes.Add([.. bound.Select(b => One(b, set))]);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pass: compile {passes[^1].Sum(s => s.Compile):0} ms, looking {passes[^1].Sum(s => s.Looking):0} ms, analysis {passes[^1].Sum(s => s.Whole):0} ms"));
        }

        double Least(Func<Sample, double> time) => Enumerable.Range(0, bound.Count).Sum(project => passes.Skip(1).Min(pass => time(pass[project])));
        double OwnOf(Func<string, bool> isOne) => Least(s => s.Own.Where(r => isOne(r.Key)).Sum(r => r.Value));
        double BoundOf(Func<string, bool> isOne) => Least(s => s.OwnWhenBound.Where(r => isOne(r.Key)).Sum(r => r.Value));

        var compile = Least(s => s.Compile);
        var looking = Least(s => s.Looking);
        var whole = Least(s => s.Whole);
        var own = OwnOf(_ => true);
        to.WriteLine($"{lines} lines, {set.EnabledByDefault} rules on by default, the least of passes 2 to {Passes} for each project, one thread");
        to.WriteLine($"compile                {compile,10:0} ms");
        to.WriteLine($"whole analysis pass    {whole,10:0} ms   {whole / compile,6:0.000} of the compile, driver included");
        to.WriteLine($"pass that only looks   {looking,10:0} ms   {looking / compile,6:0.000} of the compile");
        to.WriteLine($"added by the rules     {whole - looking,10:0} ms   {(whole - looking) / compile,6:0.000} of the compile");
        to.WriteLine($"per rule and 100k lines{own / Math.Max(1, set.EnabledByDefault) * 100_000 / Math.Max(1, lines),10:0.0} ms");
        to.WriteLine("own time                                             with all bodies bound");
        Row("all rules", _ => true);
        var rules = passes[0].SelectMany(s => s.Own.Keys).Distinct().ToList();
        foreach (var family in rules.Select(FamilyOf).Distinct().Order(StringComparer.Ordinal))
            Row($"  {family}*", rule => FamilyOf(rule) == family);
        foreach (var rule in rules.OrderByDescending(rule => OwnOf(other => other == rule)))
            Row($"    {rule}", other => other == rule);

        void Row(string name, Func<string, bool> isOne) =>
            to.WriteLine($"{name,-22} {OwnOf(isOne),10:0.0} ms   {OwnOf(isOne) / compile,6:0.0000}   {BoundOf(isOne),10:0.0} ms   {BoundOf(isOne) / compile,6:0.0000}");
    }

    /// <summary>The topic of our own rules, the category of others': an id without its last two digits.</summary>
    private static string FamilyOf(string rule) => rule[..^2];

    private static Sample One(Bound bound, AnalyzerSet set)
    {
        var (project, compilation, _) = bound;
        var alone = compilation.WithOptions(compilation.Options.WithConcurrentBuild(false));
        var options = new CompilationWithAnalyzersOptions(
            Inputs.Of(project), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: true, reportSuppressedDiagnostics: false);
        AnalysisResult Analyse(CSharpCompilation c, ImmutableArray<DiagnosticAnalyzer> analyzers) =>
            c.WithAnalyzers(analyzers, options).GetAnalysisResultAsync(CancellationToken.None).GetAwaiter().GetResult();

        var own = new Dictionary<string, double>();
        var ownWhenBound = new Dictionary<string, double>();
        var compile = Processor(alone, Parse) + Processor(alone, c => c.GetDiagnostics());
        var looking = Processor(alone, c => Analyse(c, [new Declaring(), new Looking()]));
        var whole = Processor(alone, c => Add(Analyse(c, [new Declaring(), .. set.Analyzers]), own));
        Processor(alone, c => Add(Analyse(c, [new BindingFirst(), .. set.Analyzers]), ownWhenBound));
        return new Sample(compile, looking, whole, own, ownWhenBound);
    }

    private static void Parse(CSharpCompilation compilation)
    {
        foreach (var tree in compilation.SyntaxTrees)
            CSharpSyntaxTree.ParseText(tree.GetText(), (CSharpParseOptions)tree.Options).GetRoot();
    }

    private static void Add(AnalysisResult result, Dictionary<string, double> times)
    {
        foreach (var (analyzer, telemetry) in result.AnalyzerTelemetryInfo.Where(t => t.Key is not (Declaring or BindingFirst)))
        {
            var rule = string.Join('+', AnalyzerSet.Ids(analyzer).Order(StringComparer.Ordinal));
            times[rule] = times.GetValueOrDefault(rule) + telemetry.ExecutionTime.TotalMilliseconds;
        }
    }

    private static void BindAll(Compilation compilation, CancellationToken cancellationToken)
    {
        compilation.GetDeclarationDiagnostics(cancellationToken);
        foreach (var tree in compilation.SyntaxTrees)
        {
            var model = compilation.GetSemanticModel(tree);
            var bodies = tree.GetRoot(cancellationToken).DescendantNodes()
                .Where(n => n is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax);
            foreach (var body in bodies)
                model.GetOperation(body, cancellationToken);
        }
    }

    private static double Processor(CSharpCompilation compilation, Action<CSharpCompilation> work)
    {
        GC.Collect();
        var before = Environment.CpuUsage.TotalTime;
        work(compilation);
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
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

    /// <summary>Binds all bodies as well, by the semantic models of the driver, which keep what is bound.</summary>
    private sealed class BindingFirst : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = new UnboundedQueueAnalyzer().SupportedDiagnostics;

        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            context.RegisterCompilationStartAction(static start => BindAll(start.Compilation, start.CancellationToken));
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
}
