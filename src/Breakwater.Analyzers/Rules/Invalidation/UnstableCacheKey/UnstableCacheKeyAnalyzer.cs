using Breakwater.Semantics;
using Breakwater.Semantics.Caching;

namespace Breakwater.Rules.Invalidation.UnstableCacheKey;

/// <summary>A cache key with a part that differs for one input, or is the same for several.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnstableCacheKeyAnalyzer : Rule
{
    public const string Id = "BW0406";

    private static readonly DiagnosticDescriptor Rule = Core.Descriptor.Create(
        Id, "Cache key part does not identify its input",
        "The key part '{0}' {1}",
        DiagnosticSeverity.Warning, fix: FixSafety.ChangesBehaviour);

    public UnstableCacheKeyAnalyzer() : base(Rule)
    {
    }

    protected override void Start(RuleStart start)
    {
        if (WrittenKeys.Of(start.Compilation) is not { } keys)
            return;
        start.OnBody(context => CheckKeys(context, keys));
        start.OnOperation(
            context =>
            {
                if (KeyText.Is(context.Operation) && UnstablePart.MayBeNear(context.Operation, context.Compilation)
                    && keys.MayBeKey(context.Operation, context.ContainingSymbol.ContainingType))
                    CheckText(context, keys);
            },
            OperationKind.InterpolatedString, OperationKind.Binary, OperationKind.Invocation);
    }

    private void CheckKeys(OperationBlockAnalysisContext context, WrittenKeys keys)
    {
        IOperation? last = null;
        foreach (var block in context.OperationBlocks)
        {
            var member = Enclosing.Root(block);
            if (member != last && keys.InMember(member, context.OwningSymbol.ContainingType) is { Count: > 0 } operations)
                CheckKeys(context, member, operations);
            last = member;
        }
    }

    /// <summary>The keys of a member's own operations, as far as they are written in the member.</summary>
    private void CheckKeys(OperationBlockAnalysisContext context, IOperation member, IReadOnlyList<KeyedOperation> operations)
    {
        var found = operations
            .Where(o => !o.Operation.Operation.IsInExpressionTree())
            .SelectMany(o => UnstablePart.Of(o, context.Compilation))
            .Where(p => p.Place.Syntax.SyntaxTree == member.Syntax.SyntaxTree && member.Syntax.Span.Contains(p.Place.Syntax.Span));
        foreach (var part in Once(found))
            context.ReportDiagnostic(Found(part.Place.Syntax.GetLocation(), part.Place.Syntax, Says(part.Why)));
    }

    /// <summary>A text that becomes a key elsewhere: in a key builder, or as an argument of another type's wrapper.</summary>
    private void CheckText(OperationAnalysisContext context, WrittenKeys keys)
    {
        var (text, compilation) = (context.Operation, context.Compilation);
        if (!UnstablePart.MayBeIn(text, compilation) || !keys.IsWrittenForOthers(text, context.ContainingSymbol.ContainingType))
            return;
        var found = keys.Through(text, context.ContainingSymbol.ContainingType)
            .SelectMany(o => UnstablePart.Of(o, compilation))
            .Where(p => KeyText.Around(p.Place)?.Syntax == text.Syntax);
        foreach (var part in Once(found))
            Report(context, part.Place.Syntax.GetLocation(), part.Place.Syntax, Says(part.Why));
    }

    /// <summary>One report for each place, and one for a variable that is the whole key of several operations.</summary>
    private static IEnumerable<UnstablePart> Once(IEnumerable<UnstablePart> parts) => parts
        .GroupBy(p => p.Place is ILocalReferenceOperation { Local: var whole } && KeyText.Around(p.Place) is null ? (object)whole : p.Place.Syntax)
        .Select(g => g.First());

    private static string Says(Instability why) => why switch
    {
        Instability.Hash => "is a 32-bit hash: different values can share one entry, and string hashes differ in every process",
        Instability.TypeName => "prints its type name: all values share one entry",
        Instability.Reference => "is a new object with reference equality: the entry is never found again",
        Instability.Moment => "is different at every call: the entry is never found again",
        _ => "is formatted with the current culture: one value has several keys and a removal misses the others",
    };
}
