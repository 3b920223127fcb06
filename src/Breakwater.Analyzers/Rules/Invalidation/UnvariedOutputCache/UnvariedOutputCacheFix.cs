namespace Breakwater.Rules.Invalidation.UnvariedOutputCache;

/// <summary>
/// Adds the inputs to what the cache varies by. Not for cookies, which have no key of their own, and not where a named policy or a
/// statement body decides: what belongs there is for its author to say.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnvariedOutputCacheFix : Fix<SyntaxNode>
{
    public UnvariedOutputCacheFix() : base(UnvariedOutputCacheAnalyzer.Id, "Let the cache vary by what the response depends on")
    {
    }

    protected override bool CanFix(SemanticModel model, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        Varied(model, node, diagnostic) is not null;

    protected override void Apply(DocumentEditor editor, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var (changed, replacement) = Varied(editor.SemanticModel, node, diagnostic)!.Value;
        editor.ReplaceNode(changed, replacement);
    }

    /// <summary>What is changed, and into what; null for a shape that has no fix.</summary>
    private static (SyntaxNode Changed, SyntaxNode Replacement)? Varied(SemanticModel model, SyntaxNode node, Diagnostic diagnostic)
    {
        var headers = Names(diagnostic, UnvariedOutputCacheAnalyzer.HeaderProperty);
        var queryKeys = Names(diagnostic, UnvariedOutputCacheAnalyzer.QueryProperty);
        if (headers.Length + queryKeys.Length == 0)
            return null;

        // An attribute without arguments is its name.
        if (node.FirstAncestorOrSelf<AttributeSyntax>() is { } attribute && attribute.Span == node.Span)
            return Varied(model, attribute, headers, queryKeys) is { } varied ? (attribute, varied) : null;
        return node switch
        {
            SimpleNameSyntax { Parent: MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } } =>
                call.ArgumentList.Arguments switch
                {
                    [] => (call.ArgumentList, call.ArgumentList.WithArguments(SyntaxFactory.SingletonSeparatedList(
                        SyntaxFactory.Argument(SyntaxFactory.ParseExpression(NewBuilder(model, call.SpanStart, headers, queryKeys)))))),
                    [{ Expression: LambdaExpressionSyntax { ExpressionBody: InvocationExpressionSyntax or IdentifierNameSyntax } lambda }] =>
                        (lambda.ExpressionBody!, Extended(lambda.ExpressionBody!, headers, queryKeys)),
                    _ => null,
                },
            _ => null,
        };
    }

    private static string NewBuilder(SemanticModel model, int position, string[] headers, string[] queryKeys)
    {
        var name = new[] { "p", "policy", "builder" }.FirstOrDefault(n => model.LookupSymbols(position, name: n).IsEmpty) ?? "cachePolicy";
        return $"{name} => {name}{Calls(headers, queryKeys)}";
    }

    private static ExpressionSyntax Extended(ExpressionSyntax builder, string[] headers, string[] queryKeys) =>
        SyntaxFactory.ParseExpression(builder.WithoutTrailingTrivia().ToFullString() + Calls(headers, queryKeys)).WithTriviaFrom(builder);

    private static string Calls(string[] headers, string[] queryKeys) =>
        (headers.Length > 0 ? $".SetVaryByHeader({Quoted(headers)})" : "") + (queryKeys.Length > 0 ? $".SetVaryByQuery({Quoted(queryKeys)})" : "");

    private static AttributeSyntax? Varied(SemanticModel model, AttributeSyntax attribute, string[] headers, string[] queryKeys)
    {
        var arguments = attribute.ArgumentList ?? SyntaxFactory.AttributeArgumentList();
        if (model.GetTypeInfo(attribute).Type is not { } type || Find(arguments, "PolicyName") is not null)
            return null;
        var takesOneText = type.Name == "ResponseCacheAttribute";
        var changed = headers.Length == 0 ? arguments
            : takesOneText ? WithText(arguments, "VaryByHeader", headers)
            : WithArray(arguments, "VaryByHeaderNames", headers);
        if (changed is not null && queryKeys.Length > 0)
            changed = WithArray(changed, "VaryByQueryKeys", queryKeys);
        return changed is null ? null : attribute.WithArgumentList(changed);
    }

    private static AttributeArgumentListSyntax? WithText(AttributeArgumentListSyntax arguments, string property, string[] names)
    {
        if (Find(arguments, property) is not { } present)
            return With(arguments, $"{property} = {SyntaxFactory.Literal(string.Join(", ", names)).Text}");
        return present.Expression is LiteralExpressionSyntax { Token.Value: string text } literal
            ? arguments.ReplaceNode(literal, SyntaxFactory.ParseExpression(
                SyntaxFactory.Literal(string.Join(", ", names.Prepend(text.Trim()).Where(n => n.Length > 0))).Text).WithTriviaFrom(literal))
            : null;
    }

    private static AttributeArgumentListSyntax? WithArray(AttributeArgumentListSyntax arguments, string property, string[] names)
    {
        if (Find(arguments, property) is not { } present)
            return With(arguments, $"{property} = new[] {{ {Quoted(names)} }}");

        // Collection expressions are newer than the syntax API that this is built against, so both forms are extended as text.
        var text = present.Expression.ToString();
        var isArray = present.Expression is ImplicitArrayCreationExpressionSyntax
            or ArrayCreationExpressionSyntax { Initializer: not null, Type.RankSpecifiers: [{ Sizes: [OmittedArraySizeExpressionSyntax] }] };
        if (!isArray && !(text.StartsWith("[", StringComparison.Ordinal) && text.EndsWith("]", StringComparison.Ordinal)))
            return null;
        var elements = text.Substring(0, text.Length - 1).TrimEnd();
        var end = text.Substring(elements.Length);
        var (before, after) = elements[elements.Length - 1] switch
        {
            '{' => (" ", " }"),
            '[' => ("", "]"),
            ',' => (" ", end),
            _ => (", ", end),
        };
        return arguments.ReplaceNode(
            present.Expression, SyntaxFactory.ParseExpression(elements + before + Quoted(names) + after).WithTriviaFrom(present.Expression));
    }

    private static AttributeArgumentSyntax? Find(AttributeArgumentListSyntax arguments, string property) =>
        arguments.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.Text == property);

    private static AttributeArgumentListSyntax With(AttributeArgumentListSyntax arguments, string argument)
    {
        // Parsed in place, since an argument has no parser of its own.
        var added = ((AttributeListSyntax)((ClassDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration($"[A({argument})] class B {{ }}")!).AttributeLists[0])
            .Attributes[0].ArgumentList!.Arguments[0];
        var present = arguments.Arguments.GetWithSeparators();
        if (present.Count > 0)
            present = present.Add(SyntaxFactory.Token(default, SyntaxKind.CommaToken, SyntaxFactory.TriviaList(SyntaxFactory.Space)));
        return arguments.WithArguments(SyntaxFactory.SeparatedList<AttributeArgumentSyntax>(present.Add(added)));
    }

    private static string Quoted(string[] names) => string.Join(", ", names.Select(n => SyntaxFactory.Literal(n).Text));

    private static string[] Names(Diagnostic diagnostic, string property) =>
        diagnostic.Properties.TryGetValue(property, out var names) && names is { Length: > 0 } ? names.Split(',') : [];
}
