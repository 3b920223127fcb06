using Breakwater.Caching;
using Breakwater.Flow;
using Breakwater.Semantics.Caching;

namespace Breakwater.Rules.ThunderingHerd.LockWithoutRecheck;

/// <summary>Repeats the first look at the start of the guarded region, where the first look returns a hit at once.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LockWithoutRecheckFix : Fix<StatementSyntax>
{
    public LockWithoutRecheckFix() : base(LockWithoutRecheckAnalyzer.Id, "Look into the cache again behind the guard")
    {
    }

    protected override bool CanFix(SemanticModel model, StatementSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        RegionAfter(node) is not null && LookFor(model, node, diagnostic, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, StatementSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var look = LookFor(editor.SemanticModel, node, diagnostic, cancellationToken)!.Value
            .Select(s => s.WithAdditionalAnnotations(Formatter.Annotation));
        var first = RegionAfter(node)!;
        if (first.Parent is BlockSyntax)
            editor.InsertBefore(first, look);
        else
            editor.ReplaceNode(first, (current, _) => SyntaxFactory.Block(look.Append(((StatementSyntax)current).WithoutLeadingTrivia()))
                .WithLeadingTrivia(current.GetLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation));
    }

    /// <summary>The first statement of the guarded region.</summary>
    private static StatementSyntax? RegionAfter(StatementSyntax acquisition) => acquisition switch
    {
        LockStatementSyntax { Statement: var body } => FirstOf(body),
        UsingStatementSyntax { Statement: var body } => FirstOf(body),
        { Parent: BlockSyntax { Statements: var all } } => all.ElementAtOrDefault(all.IndexOf(acquisition) + 1) switch
        {
            TryStatementSyntax { Finally: not null, Block: var guarded } => FirstOf(guarded),
            var next => next,
        },
        _ => null,
    };

    private static StatementSyntax? FirstOf(StatementSyntax body) => body is BlockSyntax block ? block.Statements.FirstOrDefault() : body;

    private static ImmutableArray<StatementSyntax>? LookFor(
        SemanticModel model, StatementSyntax acquisition, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (SecondLook.Of(model.Compilation) is not { } looks || model.GetOperation(acquisition, cancellationToken) is not { } operation)
            return null;

        // The options are not at hand here; what was reported is a guard, whatever made it one.
        var name = acquisition.FindToken(diagnostic.Location.SourceSpan.Start).ValueText;
        var guardWords = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, LockRegion.DefaultGuardWords).Union(Words.In(name));
        foreach (var (path, guard) in looks.MissingIn(BodyGraph.BodyOf(operation), guardWords, cancellationToken))
        {
            if (guard.Location.SourceSpan != diagnostic.Location.SourceSpan
                || path.Read.Operation.Syntax.FirstAncestorOrSelf<StatementSyntax>(s => s.Parent is BlockSyntax block && block.Span.Contains(acquisition.Span)) is not { } read)
                continue;
            var statements = ((BlockSyntax)read.Parent!).Statements;
            if (FirstLook.Again(statements, statements.IndexOf(read), path) is { } look && !(guard.Kind == GuardKind.Lock && Awaits(look)))
                return look;
        }

        return null;
    }

    /// <summary>A lock that a thread holds must not be held over an <c>await</c>.</summary>
    private static bool Awaits(ImmutableArray<StatementSyntax> look) => look.Any(s => s.DescendantNodes().OfType<AwaitExpressionSyntax>().Any());
}
