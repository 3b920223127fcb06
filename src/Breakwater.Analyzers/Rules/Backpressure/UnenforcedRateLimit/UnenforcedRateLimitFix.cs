using Breakwater.Flow;
using Breakwater.Semantics;
using Breakwater.Semantics.Http;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Backpressure.UnenforcedRateLimit;

/// <summary>
/// Adds <c>UseRateLimiter</c> where it is missing, or moves its statement to where it works. Not offered where several methods build
/// a pipeline, where the pipeline is in another file, or where the calls are no statements of one block.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnenforcedRateLimitFix() : Fix<SyntaxNode>(UnenforcedRateLimitAnalyzer.Id, "Let the rate limiter run where it works")
{
    /// <inheritdoc/>
    public override bool AllAtOnce => false;

    /// <inheritdoc/>
    protected override bool CanFix(SemanticModel model, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditFor(model, node, diagnostic, cancellationToken) is not null;

    /// <inheritdoc/>
    protected override void Apply(DocumentEditor editor, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var edit = EditFor(editor.SemanticModel, node, diagnostic, cancellationToken)!;
        if (edit.Moved is not null)
            editor.RemoveNode(edit.Moved, SyntaxRemoveOptions.KeepUnbalancedDirectives);
        if (edit.IsAfter)
            editor.InsertAfter(edit.Anchor, edit.Added);
        else
            editor.InsertBefore(edit.Anchor, edit.Added);

        // A blank line above the moved statement parts what stands around it.
        var blankLines = edit.Moved?.GetLeadingTrivia().TakeWhile(t => t.IsKind(SyntaxKind.EndOfLineTrivia)).ToList() ?? [];
        if (blankLines.Count > 0 && edit.Moved!.Parent!.ChildNodes().SkipWhile(n => n != edit.Moved).Skip(1).FirstOrDefault() is { } next)
            editor.ReplaceNode(next, (current, _) => current.WithLeadingTrivia(blankLines.Concat(current.GetLeadingTrivia())));
    }

    private static Edit? EditFor(SemanticModel model, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        diagnostic.Properties.TryGetValue(UnenforcedRateLimitAnalyzer.Behind, out var behind) && behind is { Length: > 0 }
            ? Move(model, node, behind, cancellationToken)
            : Add(model, node, cancellationToken);

    private static Edit? Move(SemanticModel model, SyntaxNode node, string behind, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Parent: ExpressionStatementSyntax statement } syntax
            || model.GetOperation(syntax, cancellationToken) is not IInvocationOperation use
            || Pipeline.Around(use, model.Compilation, cancellationToken) is not { } pipeline
            || pipeline.Calls.Any(c => c.Syntax != syntax && statement.Span.Contains(c.Syntax.Span)))
            return null;

        var moved = Unit(statement);
        var routing = pipeline.Calls.FirstOrDefault(c => c.TargetMethod.Name == behind);
        var endpoints = pipeline.Calls.FirstOrDefault(c => c.TargetMethod.Name == "UseEndpoints");
        if ((routing ?? endpoints) is not { } anchor || StatementIn(anchor.Syntax, moved.Parent!) is not { } place
            || (routing is not null && endpoints is not null && place.Span.Contains(endpoints.Syntax.Span)))
            return null;
        return new(place, routing is not null, Placed(moved, isMoved: true, place, routing is not null), moved);
    }

    private static Edit? Add(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken)
    {
        if (TheOnlyPipeline(model.Compilation, cancellationToken) is not { IsEmpty: false } calls || calls[0].Syntax.SyntaxTree != node.SyntaxTree)
            return null;
        var last = calls.LastOrDefault(c => c.TargetMethod.Name is "UseRouting" or "UseCors" or "UseAuthentication" or "UseAuthorization");
        var anchor = last ?? calls.FirstOrDefault(c => RunsEndpoints(c.TargetMethod.Name));
        if (anchor is null || Pipeline.BuilderOf(anchor, BuilderType(model.Compilation)!)?.Variable is not { } builder
            || BlockOf(VariableWrites.MemberAround(anchor.Syntax)) is not { } block || StatementIn(anchor.Syntax, block) is not { } place
            || (last is not null && calls.Any(c => RunsEndpoints(c.TargetMethod.Name) && place.Span.Contains(c.Syntax.Span))))
            return null;

        var statement = SyntaxFactory.ParseStatement($"{builder.Name}.UseRateLimiter();");
        SyntaxNode added = place is GlobalStatementSyntax ? SyntaxFactory.GlobalStatement(statement) : statement;
        return new(place, last is not null, Placed(added, isMoved: false, place, last is not null), null);
    }

    private static bool RunsEndpoints(string name) => name is "Run" or "RunAsync" or "UseEndpoints" || name.StartsWith("Map", StringComparison.Ordinal);

    /// <summary>The calls on the builder of the one member that adds middleware; where none does, of the one that runs or maps.</summary>
    private static ImmutableArray<IInvocationOperation> TheOnlyPipeline(Compilation compilation, CancellationToken cancellationToken)
    {
        if (BuilderType(compilation) is not { } type)
            return ImmutableArray<IInvocationOperation>.Empty;
        var members = compilation.SyntaxTrees
            .SelectMany(t => t.GetRoot(cancellationToken).DescendantNodes().OfType<InvocationExpressionSyntax>())
            .Where(i => i.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name }
                && (name.StartsWith("Use", StringComparison.Ordinal) || RunsEndpoints(name)))
            .Select(i => Bodies.Of(compilation).Of(i, cancellationToken)).OfType<IInvocationOperation>()
            .Where(c => Pipeline.BuilderOf(c, type) is not null)
            .ToLookup(c => VariableWrites.MemberAround(c.Syntax));
        var building = members.Where(m => m.Any(c => c.TargetMethod.Name.StartsWith("Use", StringComparison.Ordinal))).ToList();
        if ((building.Count > 0 ? building : members.ToList()) is not [var only])
            return ImmutableArray<IInvocationOperation>.Empty;
        return only.Select(c => Pipeline.Around(c, compilation, cancellationToken)).FirstOrDefault(p => p is not null)?.Calls
            ?? ImmutableArray<IInvocationOperation>.Empty;
    }

    private static INamedTypeSymbol? BuilderType(Compilation compilation) => compilation.Find("Microsoft.AspNetCore.Builder.IApplicationBuilder");

    private static SyntaxNode? BlockOf(SyntaxNode member) => member switch
    {
        CompilationUnitSyntax unit => unit,
        BaseMethodDeclarationSyntax { Body: { } body } => body,
        _ => null,
    };

    private static SyntaxNode Unit(StatementSyntax statement) => statement.Parent is GlobalStatementSyntax global ? global : statement;

    private static SyntaxNode? StatementIn(SyntaxNode node, SyntaxNode block) => node.AncestorsAndSelf().FirstOrDefault(n => n.Parent == block);

    /// <summary>A statement as far in as the one beside it, on a line of its own where that one has one; comments move along.</summary>
    private static SyntaxNode Placed(SyntaxNode added, bool isMoved, SyntaxNode place, bool isAfter)
    {
        var hasComment = isMoved && added.GetLeadingTrivia().Any(t => t.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia);
        var isOnOwnLine = (isAfter ? place.GetTrailingTrivia() : place.GetFirstToken().GetPreviousToken().TrailingTrivia).Any(SyntaxKind.EndOfLineTrivia);
        var indent = place.GetLeadingTrivia().Where(t => t.IsKind(SyntaxKind.WhitespaceTrivia)).Reverse().Take(isOnOwnLine ? 1 : 0);
        var lineEnd = isOnOwnLine ? Written.LineEnd(place) : SyntaxFactory.Space;
        return added
            .WithLeadingTrivia(hasComment ? added.GetLeadingTrivia().SkipWhile(t => t.IsKind(SyntaxKind.EndOfLineTrivia)) : indent)
            .WithTrailingTrivia(isMoved && added.GetTrailingTrivia().Any() ? added.GetTrailingTrivia() : SyntaxFactory.TriviaList(lineEnd));
    }

    /// <param name="Anchor">The statement beside which the middleware goes.</param>
    /// <param name="IsAfter">Whether it goes behind it.</param>
    /// <param name="Added">The new statement.</param>
    /// <param name="Moved">The statement that it replaces.</param>
    private sealed record Edit(SyntaxNode Anchor, bool IsAfter, SyntaxNode Added, SyntaxNode? Moved);
}
