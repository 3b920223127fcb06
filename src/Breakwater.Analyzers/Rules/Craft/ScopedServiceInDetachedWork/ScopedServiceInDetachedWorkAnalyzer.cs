using Breakwater.Semantics;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Rules.Craft.ScopedServiceInDetachedWork;

/// <summary>Reports detached work that uses an object which is gone once the response has ended.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ScopedServiceInDetachedWorkAnalyzer : Rule
{
    public const string Id = "BW1203";

    private static readonly DiagnosticDescriptor Finding = Core.Descriptor.Create(
        Id, "Background work uses an object that ends with the request",
        "'{0}' {1}",
        DiagnosticSeverity.Warning, Scope.Production, FixSafety.ChangesBehaviour);

    public ScopedServiceInDetachedWorkAnalyzer() : base(Finding)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (RequestBound.Of(start.Compilation) is not { } bound)
            return;
        var owners = new ContextOwners(start.Compilation, bound);
        start.OnOperation(context =>
        {
            if (DetachedWork.At(context.Operation, context.Compilation) is { } work)
                Check(context, work, bound, owners);
        }, DetachedWork.Kinds);
    }

    private void Check(OperationAnalysisContext context, DetachedWork work, RequestBound bound, ContextOwners owners)
    {
        var (compilation, token) = (context.Compilation, context.CancellationToken);
        var uses = DetachedUses.Of(work, bound, compilation, token).ToList();
        if (uses.Count == 0)
            return;

        var handler = EntryPoints.Of(compilation).RequestAround(work.Discarded, token);
        var outer = DetachedWork.Around(work.Discarded, compilation)?.Code;
        foreach (var use in uses)
        {
            // Detached work inside detached work: the outer one has caught the object already.
            if (outer is not null && !use.Object.IsDeclaredIn(outer))
                continue;
            if (handler is not null ? IsOf(handler.Handler, use.Object) : owners.Own(use.Object, work.Discarded, context.ContainingSymbol, token))
                Report(context, use.Location, use.Object.Symbol.Name, EndOf(use.Object.Kind));
        }
    }

    private static string EndOf(BoundKind kind) => kind == BoundKind.Accessor
        ? "is null once the response has ended"
        : "ends with the request; this background work still uses it and fails with ObjectDisposedException";

    /// <summary>Whether the object belongs to one call of the handler: a variable of the code around a handler's lambda outlives it.</summary>
    private static bool IsOf(IMethodSymbol handler, BoundObject found) =>
        found.IsOfInstance || found.Root is not { } root
        || root.DeclaringSyntaxReferences.Any(r => handler.DeclaringSyntaxReferences.Any(h => h.SyntaxTree == r.SyntaxTree && h.Span.Contains(r.Span)));
}
