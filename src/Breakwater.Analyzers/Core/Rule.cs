namespace Breakwater.Core;

/// <summary>
/// The base of every rule. It sets what all rules share: generated code is left alone, execution is concurrent, the scope is
/// tested once per compilation, an exception in a rule becomes one <c>BW0002</c> and never stops the build.
/// </summary>
public abstract class Rule : DiagnosticAnalyzer
{
    private readonly ImmutableDictionary<string, string?> _properties;

    /// <summary>A rule that reports <paramref name="descriptor"/>.</summary>
    protected Rule(DiagnosticDescriptor descriptor)
    {
        Descriptor = descriptor;
        SupportedDiagnostics = ImmutableArray.Create(descriptor, Crash.Descriptor);
        var fix = Core.Descriptor.FixOf(descriptor);
        _properties = fix == FixSafety.None
            ? ImmutableDictionary<string, string?>.Empty
            : ImmutableDictionary<string, string?>.Empty.Add(
                Core.Descriptor.FixProperty, fix == FixSafety.Safe ? "safe" : "changes-behaviour");
    }

    /// <summary>What the rule reports.</summary>
    public DiagnosticDescriptor Descriptor { get; }

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (Core.Descriptor.ScopeOf(Descriptor) == Scope.Production && !ProjectKind.IsProduction(start.Compilation, start.Options))
                return;
            var rule = new RuleStart { Context = start, Id = Descriptor.Id };
            Crash.Confine(
                Descriptor.Id, rule, Start, static _ => null, static rule => crash => rule.OnEnd(end => end.ReportDiagnostic(crash)));
        });
    }

    /// <summary>Resolves the symbols that the rule needs and registers its checks; registers nothing when the API is not referenced.</summary>
    protected abstract void Start(RuleStart start);

    /// <summary>Reports at <paramref name="location"/>, unless the operation is quoted in an expression tree and so never runs here.</summary>
    protected void Report(OperationAnalysisContext context, Location location, params object?[] arguments)
    {
        if (!context.Operation.IsInExpressionTree())
            context.ReportDiagnostic(Found(location, arguments));
    }

    /// <summary>A finding with the properties that travel with it.</summary>
    protected Diagnostic Found(Location location, params object?[] arguments) =>
        Diagnostic.Create(Descriptor, location, _properties, arguments);

    /// <summary>The same with what the rule's fix has to know.</summary>
    protected Diagnostic FoundFor(Location location, ImmutableDictionary<string, string?> fix, params object?[] arguments) =>
        Diagnostic.Create(Descriptor, location, _properties.AddRange(fix), arguments);
}
