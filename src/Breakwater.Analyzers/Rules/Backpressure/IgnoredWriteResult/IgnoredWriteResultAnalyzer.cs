using Breakwater.Semantics.Queues;

namespace Breakwater.Rules.Backpressure.IgnoredWriteResult;

/// <summary>Reports writes to a bounded queue whose answer nobody reads.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IgnoredWriteResultAnalyzer : Rule
{
    public const string Id = "BW0604";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Result of a write to a bounded queue is ignored",
        "'{0}' is bounded: {1} returns false when it is full, and here the item is lost",
        DiagnosticSeverity.Warning, Scope.Production, FixSafety.ChangesBehaviour);

    public IgnoredWriteResultAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (QueueApi.Of(start.Compilation) is not { } api)
            return;

        start.OnOperation(c =>
        {
            if (c.Operation is IInvocationOperation { TargetMethod.Name: "TryWrite" or "TryAdd" or "Post" } call)
                Check(c, call, api);
        }, OperationKind.Invocation);
    }

    private void Check(OperationAnalysisContext context, IInvocationOperation call, QueueApi api)
    {
        if (api.ActOf(call.TargetMethod) == QueueAct.Write
            && WriteResults.Of(call) == WriteResult.Ignored
            && new QueueWrite(call, call.Argument("item")?.Value).CarriesData
            && RefusingQueues.Refuse(call, api, context.Compilation, context.CancellationToken))
            Report(context, call.NameLocation(), api.NameOf(call), call.TargetMethod.Name);
    }
}
