using Breakwater.Semantics.Rabbit;

namespace Breakwater.Rules.Backpressure.UnlimitedPrefetch;

/// <summary>Reports consumers of RabbitMQ that take any number of messages, or that forget each message before it is handled.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnlimitedPrefetchAnalyzer : Rule
{
    public const string Id = "BW0607";

    internal static readonly RuleOption<int> Prefetch = RuleOption.Number(
        Id, "prefetch", "The number of unacknowledged messages that the fix allows.", defaultValue: 10, minimum: 1);

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "RabbitMQ consumer accepts any number of messages at once", "{0}", DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public UnlimitedPrefetchAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (!RabbitCalls.AreIn(start.Compilation))
            return;

        start.OnOperation(c =>
        {
            var call = (IInvocationOperation)c.Operation;
            if (!RabbitCalls.Consumes(call))
                return;
            var channels = new RabbitChannels(c.ContainingSymbol, c.Compilation, c.CancellationToken);
            if (call.Is("autoAck", false) && IsUnlimited(call, channels))
                Report(c, call.NameLocation(), $"No prefetch limit is set on '{NameOf(call)}': the broker sends every ready message at once and they wait in this process");
            else if (call.Is("autoAck", true) && IsLostOnTheWay(call, channels, new(c.ContainingSymbol, c.Compilation, c.CancellationToken)))
                Report(c, call.NameLocation(), "autoAck removes each message on arrival: no prefetch limit applies, and messages being handled are lost when the process stops");
        }, OperationKind.Invocation);
    }

    /// <summary>Whether a call that limits the prefetch lifts it: 0 is the broker's word for any number.</summary>
    internal static bool LiftsLimit(IInvocationOperation call) => call.Argument("prefetchCount")?.Value.ConstantValue is { HasValue: true, Value: (ushort)0 };

    private static bool IsUnlimited(IInvocationOperation consume, RabbitChannels channels) =>
        channels.PrefetchCalls() is { } calls && calls.All(LiftsLimit) && !channels.UsesStreams() && channels.IsOwn(consume);

    private static bool IsLostOnTheWay(IInvocationOperation consume, RabbitChannels channels, RabbitHandlers handlers) =>
        !channels.UsesStreams() && !channels.ConsumesOwnQueue(consume) && channels.IsOwn(consume) && handlers.DoWorkWorthKeeping(consume);

    private static string NameOf(IInvocationOperation consume) => RabbitCalls.ChannelOf(consume)?.Syntax.ToString().TrimEnd('!') ?? "";
}
