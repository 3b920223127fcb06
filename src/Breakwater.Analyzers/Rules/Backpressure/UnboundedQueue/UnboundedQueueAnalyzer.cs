using Breakwater.Semantics.Queues;

namespace Breakwater.Rules.Backpressure.UnboundedQueue;

/// <summary>Reports queues without a bound that outlive one call and carry data.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundedQueueAnalyzer : Rule
{
    public const string Id = "BW0601";

    internal static readonly RuleOption<string> Reported = RuleOption.Choice(
        Id, "report", "`all` reports every such queue; `externally_fed` only those that a request handler, message handler or read loop of the same project writes to.",
        "all", "externally_fed");

    internal static readonly RuleOption<int> SuggestedCapacity = RuleOption.Number(
        Id, "suggested_capacity", "The capacity that the fix writes.", defaultValue: 1000, minimum: 1);

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Queue has no bound",
        "'{0}' has no bound: when the reader is slower than {1}, items pile up in memory",
        DiagnosticSeverity.Warning, Scope.Production, FixSafety.ChangesBehaviour);

    public UnboundedQueueAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (QueueApi.Of(start.Compilation) is not { } api)
            return;

        start.OnOperation(c =>
        {
            if (((IInvocationOperation)c.Operation).TargetMethod.Name is "CreateUnbounded" or "CreateUnboundedPrioritized")
                Check(c, api);
        }, OperationKind.Invocation);
        start.OnOperation(c =>
        {
            if (c.Operation.Type is { } type && QueueApi.MayBeQueue(type.Name))
                Check(c, api);
        }, OperationKind.ObjectCreation);
    }

    private void Check(OperationAnalysisContext context, QueueApi api)
    {
        var (compilation, token) = (context.Compilation, context.CancellationToken);
        if (api.CreationAt(context.Operation, compilation, token) is not { Bound: QueueBound.None } creation)
            return;

        var holders = QueueHolders.Of(creation, api, compilation, token);
        if (!UnboundedQueues.Outlive(holders, api, compilation, token))
            return;
        var uses = QueueUses.Of(holders, creation, api, compilation, everywhere: false, token);
        if (!UnboundedQueues.PileUp(creation, uses, api, compilation, token))
            return;

        var feed = QueueFeed.Of(uses, compilation, token);
        if (feed is null && Reported.Read(context.Options, context.Operation.Syntax.SyntaxTree) == "externally_fed")
            return;
        Report(context, LocationOf(context.Operation), holders.NameOf(creation), feed is null ? "its writers" : $"'{feed.Name}'");
    }

    private static Location LocationOf(IOperation creation) => creation switch
    {
        IInvocationOperation call => call.NameLocation(),
        { Syntax: ObjectCreationExpressionSyntax named } => named.Type.GetLocation(),
        _ => creation.Syntax.GetLocation(),
    };
}
