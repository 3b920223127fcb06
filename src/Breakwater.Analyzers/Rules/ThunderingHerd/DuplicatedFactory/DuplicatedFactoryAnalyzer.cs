using Breakwater.Flow;
using Breakwater.Rules.ThunderingHerd.UnguardedCacheMiss;
using Breakwater.Semantics.Caching;
using Breakwater.Semantics.Data;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Rules.ThunderingHerd.DuplicatedFactory;

/// <summary>A factory of <c>GetOrAdd</c> that does something which must not happen twice.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DuplicatedFactoryAnalyzer : Rule
{
    public const string Id = "BW1105";

    internal static readonly RuleOption<bool> IncludeDataTasks = RuleOption.Flag(
        Id, "include_data_tasks", "`true` also reports factories that start a task of plain data: the window in which two run is short", defaultValue: false);

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "GetOrAdd factory can run more than once",
        "Two callers that miss '{0}' both run this factory: {1}",
        DiagnosticSeverity.Warning);

    public DuplicatedFactoryAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (SharedResults.Of(start.Compilation) is not { } results || start.Compilation.Find("System.Collections.Concurrent.ConcurrentDictionary`2") is not { } dictionary)
            return;
        start.OnOperation(context =>
        {
            var call = (IInvocationOperation)context.Operation;
            if (call.TargetMethod.Name is "GetOrAdd" or "AddOrUpdate" && SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType?.OriginalDefinition, dictionary))
                Check(context, call, results);
        }, OperationKind.Invocation);
    }

    private void Check(OperationAnalysisContext context, IInvocationOperation call, SharedResults results)
    {
        if ((call.Argument("valueFactory") ?? call.Argument("addValueFactory")) is not { Value: var factory }
            || SharedResults.MemberOf(call.Instance is IConditionalAccessInstanceOperation placeholder ? placeholder.Accessed() : call.Instance) is not { } member || !results.OutlivesRequest(member)
            || IsLazy(call) || Consequence(context, call, factory) is not { } consequence
            || IsGuarded(context, call) || RememberedFailures.Of(context.Compilation)!.KeptBy(call, context.CancellationToken) is not null)
            return;
        Report(context, call.NameLocation(), member.Name, consequence);
    }

    private static string? Consequence(OperationAnalysisContext context, IInvocationOperation call, IOperation factory)
    {
        var (compilation, token) = (context.Compilation, context.CancellationToken);
        if (LiveResources.Of(compilation).CreatedBy(factory, token) is { } resource)
            return $"the {resource.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat.WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes))} that loses is never disposed";
        if (FactoryWork.Of(compilation).Blocks(factory, token) || (IsDataTask(context, call) && FailingLoads.Of(compilation).OfTask(factory, token) is not null))
            return "each does the I/O";
        return FactoryWork.Of(compilation).Starts(factory, token) ? "each starts the work and one is never stopped" : null;
    }

    private static bool IsDataTask(OperationAnalysisContext context, IInvocationOperation call) =>
        IoCalls.IsTaskLike(call.Type) && IncludeDataTasks.Read(context.Options, call.Syntax.SyntaxTree);

    private static bool IsLazy(IInvocationOperation call) => call.Type is { Name: "Lazy", ContainingNamespace.Name: "System" } or { BaseType.Name: "Lazy" };

    private static bool IsGuarded(OperationAnalysisContext context, IInvocationOperation call) =>
        LockRegion.Of(context.Compilation).Covers(call, UnguardedCacheMissAnalyzer.GuardWords.Read(context.Options, call.Syntax.SyntaxTree), context.CancellationToken)
        || RunsAlone.Of(context.Compilation).Is(call, context.ContainingSymbol, context.CancellationToken);
}
