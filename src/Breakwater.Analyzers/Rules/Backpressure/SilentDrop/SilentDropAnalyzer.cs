using Breakwater.Semantics.Queues;

namespace Breakwater.Rules.Backpressure.SilentDrop;

/// <summary>Reports channels that drop work when they are full, and writes to a dropping channel that expect to be refused.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SilentDropAnalyzer : Rule
{
    public const string Id = "BW0603";

    internal static readonly RuleOption<string> Required = RuleOption.Choice(
        Id, "require_callback", "`work` reports channels of delegates, and of items that carry a `TaskCompletionSource`; `all` reports every channel that drops items without a callback.",
        "work", "all");

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Full channel drops work and reports success",
        "'{0}' drops {1} when it is full and {2}",
        DiagnosticSeverity.Warning, Scope.Production, FixSafety.ChangesBehaviour);

    public SilentDropAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (QueueApi.Of(start.Compilation) is not { } api)
            return;

        start.OnOperation(c =>
        {
            var call = (IInvocationOperation)c.Operation;
            if (call.TargetMethod.Name == "TryWrite")
                CheckWrite(c, call, api);
            else if (api.CreatesBoundedChannel(call) && call.Argument("options") is not null)
                CheckCreation(c, call, api);
        }, OperationKind.Invocation);
    }

    /// <summary>Code that reads an answer which is always yes.</summary>
    private void CheckWrite(OperationAnalysisContext context, IInvocationOperation call, QueueApi api)
    {
        var (compilation, token) = (context.Compilation, context.CancellationToken);
        if (api.ActOf(call.TargetMethod) != QueueAct.Write
            || WriteResults.Of(call) != WriteResult.Read
            || !new QueueWrite(call, call.Argument("item")?.Value).CarriesData)
            return;

        var channels = QueueCreation.Behind(call.Instance!, api, compilation, token);
        if (DroppingQueues.DropSilently(channels, compilation, token) && !DroppingQueues.MayComplete(channels, api, compilation, token))
            Report(context, call.Syntax.GetLocation(), api.NameOf(call), "items", "TryWrite still returns true, so the false case never happens");
    }

    /// <summary>A channel whose items are missed when they are gone.</summary>
    private void CheckCreation(OperationAnalysisContext context, IInvocationOperation call, QueueApi api)
    {
        var (compilation, token) = (context.Compilation, context.CancellationToken);
        var lost = DroppingQueues.WorkIn(api.ItemOf(call.Type), compilation);
        if (lost is null && Required.Read(context.Options, call.Syntax.SyntaxTree) != "all")
            return;

        var creation = api.CreationAt(call, compilation, token)!;
        var holders = QueueHolders.Of(creation, api, compilation, token);
        if (DroppingQueues.IsSilent(creation, holders, api, compilation, token))
            Report(context, call.NameLocation(), holders.NameOf(creation), lost ?? "items", "nobody is told");
    }
}
