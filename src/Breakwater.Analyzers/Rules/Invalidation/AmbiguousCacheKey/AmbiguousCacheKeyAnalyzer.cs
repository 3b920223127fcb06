using Breakwater.Semantics;
using Breakwater.Semantics.Caching;

namespace Breakwater.Rules.Invalidation.AmbiguousCacheKey;

/// <summary>A cache key in which two values of any length stand side by side.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AmbiguousCacheKeyAnalyzer : Rule
{
    public const string Id = "BW0405";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Variable parts of a cache key run together",
        "'{0}' and '{1}' run together in the key: different pairs of values give the same key",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public AmbiguousCacheKeyAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (WrittenKeys.Of(start.Compilation) is not { } keys)
            return;
        start.OnOperation(
            context =>
            {
                if (KeyText.MayRunTogether(context.Operation) && keys.MayBeKey(context.Operation, context.ContainingSymbol.ContainingType))
                    Check(context, keys);
            },
            OperationKind.InterpolatedString, OperationKind.Binary, OperationKind.Invocation);
    }

    private void Check(OperationAnalysisContext context, WrittenKeys keys)
    {
        var (text, compilation) = (context.Operation, context.Compilation);
        if (RunningParts.FirstIn(CacheKey.Of(new(text), compilation), compilation, isOpen: true) is null)
            return;
        foreach (var use in keys.Through(text, context.ContainingSymbol.ContainingType))
        {
            if (RunningParts.FirstIn(use.Key!, compilation) is { } pair && KeyText.Around(pair.Right.Operation)?.Syntax == text.Syntax
                && !RequestKeys.IsOne(use, compilation))
            {
                Report(context, pair.Right.Operation.Syntax.GetLocation(), pair.Left.Operation.Syntax, pair.Right.Operation.Syntax);
                return;
            }
        }
    }
}
