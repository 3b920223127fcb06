using Breakwater.Semantics.Caching;
using Microsoft.CodeAnalysis.Simplification;

namespace Breakwater.Rules.Invalidation.UnstableCacheKey;

/// <summary>Puts the input itself into the key: the string in place of its hash, the elements of a collection, the invariant text of a number or date.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnstableCacheKeyFix : Fix<ExpressionSyntax>
{
    public UnstableCacheKeyFix() : base(UnstableCacheKeyAnalyzer.Id, "Put the value itself into the key")
    {
    }

    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditOf(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditOf(editor.SemanticModel, node, cancellationToken)!(editor);

    private static Action<DocumentEditor>? EditOf(SemanticModel model, ExpressionSyntax part, CancellationToken cancellationToken)
    {
        if (model.GetOperation(part, cancellationToken) is not { } operation)
            return null;
        var owner = model.GetEnclosingSymbol(part.SpanStart, cancellationToken)?.ContainingType;
        return UnstablePart.At(operation, owner, model.Compilation) switch
        {
            Instability.Hash => OfHash(model, part, cancellationToken),
            Instability.TypeName => OfCollection(model, part, cancellationToken),
            Instability.Culture => OfCulture(model, part, cancellationToken),
            _ => null,
        };
    }

    private static Action<DocumentEditor>? OfHash(SemanticModel model, ExpressionSyntax part, CancellationToken cancellationToken)
    {
        if (Receiver(Printed(part), "GetHashCode") is not { } hashed
            || model.GetTypeInfo(hashed, cancellationToken).Type?.SpecialType != SpecialType.System_String)
            return null;
        return editor =>
        {
            editor.ReplaceNode(part, hashed.WithTriviaFrom(part));
            if (part.Parent is InterpolationSyntax { FormatClause: { } format })
                editor.RemoveNode(format);
        };
    }

    private static Action<DocumentEditor>? OfCollection(SemanticModel model, ExpressionSyntax part, CancellationToken cancellationToken)
    {
        var collection = Printed(part);
        var info = model.GetTypeInfo(collection, cancellationToken);
        if (ElementOf(info.Type) is not { } element || !IsScalar(element) || info.Nullability.FlowState == NullableFlowState.MaybeNull
            || part.FirstAncestorOrSelf<InterpolatedStringExpressionSyntax>()?.StringStartToken.IsKind(SyntaxKind.InterpolatedVerbatimStringStartToken) == true)
            return null;
        var joined = SyntaxFactory.ParseExpression($"string.Join(\",\", {collection.WithoutTrivia()})");
        return editor => editor.ReplaceNode(part, joined.WithTriviaFrom(part));
    }

    private static Action<DocumentEditor>? OfCulture(SemanticModel model, ExpressionSyntax part, CancellationToken cancellationToken)
    {
        var value = Printed(part);
        var type = model.GetTypeInfo(value, cancellationToken).Type;
        var interpolation = part.Parent as InterpolationSyntax;
        if (value == part && interpolation is not null && type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            type = nullable.TypeArguments[0];
        if (type is { SpecialType: SpecialType.System_Double or SpecialType.System_Single or SpecialType.System_Decimal })
        {
            return value == part && interpolation?.Parent is InterpolatedStringExpressionSyntax text && CanCreate(model.Compilation)
                ? editor => editor.ReplaceNode(text, (current, _) => IsInvariant(current) ? current : Invariant((InterpolatedStringExpressionSyntax)current))
                : null;
        }

        if (type is not { SpecialType: SpecialType.System_DateTime } and not { Name: "DateTimeOffset" or "DateOnly" or "TimeOnly" } || interpolation is { FormatClause: not null })
            return null;
        if (value == part && interpolation is not null)
            return editor => editor.ReplaceNode(interpolation, interpolation.WithFormatClause(SyntaxFactory.InterpolationFormatClause(
                SyntaxFactory.Token(SyntaxKind.ColonToken), SyntaxFactory.Token(default, SyntaxKind.InterpolatedStringTextToken, "O", "O", default))));
        return value != part || part is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax
            ? editor => editor.ReplaceNode(part, SyntaxFactory.ParseExpression($"{value.WithoutTrivia()}.ToString(\"O\")").WithTriviaFrom(part))
            : null;
    }

    /// <summary>What <c>x.ToString()</c> prints, else the expression itself.</summary>
    private static ExpressionSyntax Printed(ExpressionSyntax part) => Receiver(part, "ToString") ?? part;

    /// <summary>What a method without arguments is called on; a format given to <c>ToString</c> of a hash goes with the hash.</summary>
    private static ExpressionSyntax? Receiver(ExpressionSyntax expression, string method) =>
        expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access, ArgumentList.Arguments: var arguments }
        && access.Name.Identifier.Text == method && (arguments.Count == 0 || Receiver(access.Expression, "GetHashCode") is not null)
            ? access.Expression
            : null;

    private static ITypeSymbol? ElementOf(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol { Rank: 1 } array => array.ElementType,
        INamedTypeSymbol named => named.AllInterfaces.Prepend(named)
            .FirstOrDefault(i => i.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)?.TypeArguments[0],
        _ => null,
    };

    private static bool IsScalar(ITypeSymbol type) => type is { TypeKind: TypeKind.Enum } or { Name: "Guid", ContainingNamespace.Name: "System" }
        or { SpecialType: SpecialType.System_String or (>= SpecialType.System_Boolean and <= SpecialType.System_UInt64) };

    private static bool CanCreate(Compilation compilation) =>
        compilation.GetSpecialType(SpecialType.System_String).GetMembers("Create").Any(m => m is IMethodSymbol { Parameters: [_, { Name: "handler" }] });

    /// <summary>Whether another part of the same text was mended before.</summary>
    private static bool IsInvariant(SyntaxNode text) =>
        text.Parent is ArgumentSyntax { Parent: ArgumentListSyntax { Arguments: [{ Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "InvariantCulture" } }, ..] } };

    private static ExpressionSyntax Invariant(InterpolatedStringExpressionSyntax text) => SyntaxFactory.InvocationExpression(
        SyntaxFactory.ParseExpression("string.Create"),
        SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList(
            [
                SyntaxFactory.Argument(SyntaxFactory.ParseExpression("global::System.Globalization.CultureInfo.InvariantCulture").WithAdditionalAnnotations(Simplifier.Annotation)),
                SyntaxFactory.Argument(text.WithoutTrivia()),
            ],
            [SyntaxFactory.Token(default, SyntaxKind.CommaToken, SyntaxFactory.TriviaList(SyntaxFactory.Space))])))
        .WithTriviaFrom(text);
}
