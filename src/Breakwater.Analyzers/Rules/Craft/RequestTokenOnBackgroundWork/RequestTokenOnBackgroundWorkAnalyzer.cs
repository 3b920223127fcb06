using Breakwater.Semantics;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Rules.Craft.RequestTokenOnBackgroundWork;

/// <summary>Reports work that outlives its request and is cancelled by the request's token.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RequestTokenOnBackgroundWorkAnalyzer : Rule
{
    public const string Id = "BW1202";

    internal static readonly RuleOption<ImmutableHashSet<string>> QueueMethods = RuleOption.Words(
        Id, "queue_methods", "More beginnings of names of methods that queue the lambda they are given.", "Queue", "Enqueue", "Schedule");

    /// <summary>The property that tells the fix all tokens of the work: distance from the finding and length of each.</summary>
    internal const string TokensProperty = "tokens";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Background work carries the request's cancellation token",
        "'{0}' belongs to the request: a caller who disconnects cancels this background work half-way, and after the response nothing signals it",
        DiagnosticSeverity.Warning, Scope.Production, FixSafety.ChangesBehaviour);

    public RequestTokenOnBackgroundWorkAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (start.Compilation.Find("Microsoft.AspNetCore.Http.HttpContext") is not null || start.Compilation.Find("Grpc.Core.ServerCallContext") is not null)
            start.OnOperation(Check, HandedOverWork.Kinds);
    }

    private void Check(OperationAnalysisContext context)
    {
        var (operation, compilation) = (context.Operation, context.Compilation);
        if (HandedOverWork.At(operation, compilation, Queues) is not { } work)
            return;
        var tokens = work.Parts().Where(p => RequestTokens.Is(p, handler: null)).OrderBy(t => t.Syntax.SpanStart).ToList();
        if (tokens.Count == 0 || operation.IsInExpressionTree() || HandedOverWork.IsAround(operation, compilation, Queues))
            return;
        if (EntryPoints.Of(compilation).RequestAround(operation, context.CancellationToken) is not { Handler: var handler })
            return;

        tokens.RemoveAll(t => !RequestTokens.Is(t, handler));
        if (tokens.Count == 0 || StreamingCompanions.Of(compilation).Is(work, handler))
            return;
        var first = tokens[0].Syntax;
        var places = string.Join(",", tokens.Select(t => $"{t.Syntax.SpanStart - first.SpanStart}+{t.Syntax.Span.Length}").Distinct());
        context.ReportDiagnostic(FoundFor(first.GetLocation(), ImmutableDictionary<string, string?>.Empty.Add(TokensProperty, places), first.ToString()));

        ImmutableHashSet<string> Queues() => QueueMethods.Read(context.Options, operation.Syntax.SyntaxTree);
    }
}
