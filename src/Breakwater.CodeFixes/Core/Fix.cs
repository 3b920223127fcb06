namespace Breakwater.Core;

/// <summary>
/// The base of every fix: finds the node, asks whether this shape can be fixed, and applies the same edit for one finding and,
/// where <see cref="AllAtOnce"/> allows, for all findings of a document in one pass.
/// </summary>
/// <remarks>
/// Edits go through one <see cref="DocumentEditor"/>, so only what the fix touched changes. An edit that can meet another one in
/// the same node must use the editor's <c>ReplaceNode(node, (current, generator) =&gt; …)</c>, which sees the earlier edit's result.
/// </remarks>
/// <typeparam name="TNode">The syntax that is changed: the finding's node or the nearest ancestor of this type.</typeparam>
public abstract class Fix<TNode> : CodeFixProvider where TNode : SyntaxNode
{
    private readonly string _title;

    /// <summary>A fix of rule <paramref name="ruleId"/>.</summary>
    /// <param name="ruleId">The rule.</param>
    /// <param name="title">An imperative sentence without a full stop; a behaviour-changing fix is marked as such by the base.</param>
    protected Fix(string ruleId, string title)
    {
        FixableDiagnosticIds = ImmutableArray.Create(ruleId);
        _title = title;
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <summary>Whether the fix may be applied to many findings at once; false where each finding needs a decision of its own.</summary>
    public virtual bool AllAtOnce => true;

    /// <summary>Distinguishes the fixes of one rule for Fix All.</summary>
    public string EquivalenceKey => GetType().Name;

    /// <summary>The title as the user sees it.</summary>
    public string TitleFor(Diagnostic diagnostic) =>
        diagnostic.Properties.TryGetValue(Descriptor.FixProperty, out var safety) && safety == "changes-behaviour"
            ? _title + " (changes behaviour)"
            : _title;

    /// <inheritdoc/>
    public sealed override FixAllProvider? GetFixAllProvider() => AllAtOnce ? new EveryDocument(this) : null;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (model is null)
            return;

        var root = await model.SyntaxTree.GetRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (NodeOf(root, diagnostic) is { } node && CanFix(model, node, diagnostic, context.CancellationToken))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(TitleFor(diagnostic), token => ApplyAsync(context.Document, ImmutableArray.Create(diagnostic), token), EquivalenceKey),
                    diagnostic);
            }
        }
    }

    /// <summary>Whether the fix gives good code for this shape; where it does not, none is offered.</summary>
    protected abstract bool CanFix(SemanticModel model, TNode node, Diagnostic diagnostic, CancellationToken cancellationToken);

    /// <summary>Makes the edit; only called where <see cref="CanFix"/> said yes.</summary>
    protected abstract void Apply(DocumentEditor editor, TNode node, Diagnostic diagnostic, CancellationToken cancellationToken);

    private static TNode? NodeOf(SyntaxNode root, Diagnostic diagnostic) =>
        root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<TNode>();

    private async Task<Document> ApplyAsync(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        var editor = await DocumentEditor.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in diagnostics.OrderBy(d => d.Location.SourceSpan.Start))
        {
            if (NodeOf(editor.OriginalRoot, diagnostic) is { } node && CanFix(editor.SemanticModel, node, diagnostic, cancellationToken))
                Apply(editor, node, diagnostic, cancellationToken);
        }

        return editor.GetChangedDocument();
    }

    private sealed class EveryDocument(Fix<TNode> fix) : DocumentBasedFixAllProvider
    {
        protected override async Task<Document?> FixAllAsync(FixAllContext context, Document document, ImmutableArray<Diagnostic> diagnostics) =>
            diagnostics.IsEmpty ? document : await fix.ApplyAsync(document, diagnostics, context.CancellationToken).ConfigureAwait(false);
    }
}
