using Breakwater.Semantics;
using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Invalidation.IncompleteCacheKey;

/// <summary>
/// Appends the omitted inputs to the key's text. Not where the type has another operation with such a key: both would have to change
/// together; nor for the user and the culture, of which only the author knows what identifies them.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class IncompleteCacheKeyFix : Fix<ExpressionSyntax>
{
    public IncompleteCacheKeyFix() : base(IncompleteCacheKeyAnalyzer.Id, "Add the omitted inputs to the key")
    {
    }

    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditOf(model, node, diagnostic, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var (text, extended) = EditOf(editor.SemanticModel, node, diagnostic, cancellationToken)!.Value;
        editor.ReplaceNode(text, extended);
    }

    private static (ExpressionSyntax Text, ExpressionSyntax Extended)? EditOf(
        SemanticModel model, ExpressionSyntax key, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (model.GetOperation(key, cancellationToken) is not { } operation
            || model.GetEnclosingSymbol(key.SpanStart, cancellationToken) is not { ContainingType: { } type } member)
            return null;
        var paths = LoadInput.PopulationsOf(Enclosing.Root(operation), member, model.Compilation)
            .FirstOrDefault(p => IncompleteCacheKeyAnalyzer.KeyOf(p[0].Fill, p[0].Body) == key);
        if (paths.IsDefaultOrEmpty)
            return null;

        var reported = diagnostic.Properties[IncompleteCacheKeyAnalyzer.OmittedProperty]!.Split([", "], StringSplitOptions.None);
        var inputs = LoadInput.OmittedBy(paths, ImmutableHashSet<string>.Empty, model.Compilation).Where(i => reported.Contains(i.Name)).ToImmutableArray();
        return TextOf(operation, cancellationToken) is { } text && inputs.Length > 0
            && inputs.All(i => i.IsWhole && IsKnownAt(model, text.SpanStart, i.Variable!))
            && IsOnlyKey(model.Compilation, paths[0], operation, text, type, cancellationToken)
            && Extended(text, inputs.Select(i => i.Name).ToImmutableArray()) is { } extended
            ? (text, extended)
            : null;
    }

    private static bool IsKnownAt(SemanticModel model, int place, ISymbol variable) =>
        model.LookupSymbols(place, name: variable.Name).Contains(variable, SymbolEqualityComparer.Default)
        && (variable is IParameterSymbol || variable.Locations.All(l => l.SourceSpan.End <= place));

    /// <summary>The text of the key: the argument itself, or what its local is given.</summary>
    private static ExpressionSyntax? TextOf(IOperation key, CancellationToken cancellationToken) => key.Unwrap() switch
    {
        ILocalReferenceOperation { Local: var local } => local.DeclaringSyntaxReferences is [var declared]
            ? (declared.GetSyntax(cancellationToken) as VariableDeclaratorSyntax)?.Initializer?.Value
            : null,
        var other => other.Syntax as ExpressionSyntax,
    };

    private static bool IsOnlyKey(Compilation compilation, Population population, IOperation key, ExpressionSyntax text, INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        var local = (key.Unwrap() as ILocalReferenceOperation)?.Local;
        if (local is null && population.MissPath is not null)
            return false;
        return KeySearch.Of(compilation)!.All.All(other =>
            other.Key?.Skeleton is null || other.Key.Skeleton != population.Key.Skeleton || !other.IsIn(type, cancellationToken)
            || other.Operation.Operation.Syntax == population.Fill.Operation.Syntax
            || other.Key.Steps.Any(s => s.Value.Operation.Syntax == text)
            || (local is not null && other.Key.Source.Resolve().Operation is ILocalReferenceOperation { Local: var same } && SymbolEqualityComparer.Default.Equals(same, local)));
    }

    private static ExpressionSyntax? Extended(ExpressionSyntax text, ImmutableArray<string> names)
    {
        var added = string.Concat(names.Select(n => $":{{{n}}}"));
        switch (text)
        {
            case InterpolatedStringExpressionSyntax interpolated:
                var more = (InterpolatedStringExpressionSyntax)SyntaxFactory.ParseExpression($"$\"{added}\"");
                return interpolated.WithContents(interpolated.Contents.AddRange(more.Contents));
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression }:
                return SyntaxFactory.ParseExpression(text.WithoutTrivia() + string.Concat(names.Select(n => $" + \":\" + {n}"))).WithTriviaFrom(text);
            case LiteralExpressionSyntax { Token.Text: var literal } when literal.StartsWith("\"", StringComparison.Ordinal) && !literal.StartsWith("\"\"\"", StringComparison.Ordinal):
                var content = literal.Substring(1, literal.Length - 2).Replace("{", "{{").Replace("}", "}}");
                return SyntaxFactory.ParseExpression($"$\"{content}{added}\"").WithTriviaFrom(text);
            default:
                return null;
        }
    }
}
