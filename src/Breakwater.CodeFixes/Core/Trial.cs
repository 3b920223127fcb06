namespace Breakwater.Core;

/// <summary>An edit tried out before it is offered, for shapes where only the compiler can tell whether the types still fit.</summary>
internal static class Trial
{
    /// <summary>Whether the member around <paramref name="node"/> has no errors once <paramref name="replacement"/> stands in its place.</summary>
    public static bool Compiles(SemanticModel model, SyntaxNode node, SyntaxNode replacement, CancellationToken cancellationToken)
    {
        var mark = new SyntaxAnnotation();
        var root = node.SyntaxTree.GetRoot(cancellationToken).ReplaceNode(node, replacement.WithAdditionalAnnotations(mark));
        var tree = node.SyntaxTree.WithRootAndOptions(root, node.SyntaxTree.Options);
        var changed = tree.GetRoot(cancellationToken).GetAnnotatedNodes(mark).First();
        var member = changed.FirstAncestorOrSelf<MemberDeclarationSyntax>() ?? changed;
        return model.Compilation.ReplaceSyntaxTree(node.SyntaxTree, tree).GetSemanticModel(tree)
            .GetDiagnostics(member.Span, cancellationToken)
            .All(d => d.Severity != DiagnosticSeverity.Error);
    }
}
