namespace Breakwater.Rules.Craft.UnrootedTimer;

/// <summary>Keeps the timer in a field of its type; in the program's entry code, until its end.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnrootedTimerFix : Fix<BaseObjectCreationExpressionSyntax>
{
    public UnrootedTimerFix() : base(UnrootedTimerAnalyzer.Id, "Keep the timer")
    {
    }

    public override bool AllAtOnce => false;

    protected override bool CanFix(SemanticModel model, BaseObjectCreationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        IsEntryCode(model, node, cancellationToken) ? UsingFor(model, node) is not null : FieldPlaceFor(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, BaseObjectCreationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var statement = node.FirstAncestorOrSelf<StatementSyntax>();
        if (IsEntryCode(editor.SemanticModel, node, cancellationToken))
        {
            editor.ReplaceNode(statement!, UsingFor(editor.SemanticModel, node)!);
            return;
        }

        var (type, isStatic) = FieldPlaceFor(editor.SemanticModel, node, cancellationToken)!.Value;
        var name = FieldName(editor.SemanticModel, type, node.SpanStart);
        if (statement is LocalDeclarationStatementSyntax { Declaration.Variables: [var variable] })
        {
            foreach (var use in UsesOf(editor.SemanticModel, variable, cancellationToken))
                editor.ReplaceNode(use, SyntaxFactory.IdentifierName(name).WithTriviaFrom(use));
            editor.ReplaceNode(statement, SyntaxFactory.ParseStatement($"{name} = {variable.Initializer!.Value};").WithTriviaFrom(statement));
        }
        else
        {
            var target = node.Parent is AssignmentExpressionSyntax dropped ? dropped : (ExpressionSyntax)node;
            editor.ReplaceNode(target, SyntaxFactory.ParseExpression($"{name} = {node}").WithTriviaFrom(target));
        }

        var lineEnd = Written.LineEnd(node);
        var nullable = editor.SemanticModel.GetNullableContext(type.OpenBraceToken.SpanStart).AnnotationsEnabled() ? "?" : "";
        var field = (MemberDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration($"private {(isStatic ? "static " : "")}global::System.Threading.Timer{nullable} {name};")!
            .WithAdditionalAnnotations(Formatter.Annotation);
        field = field.ReplaceNodes(field.DescendantNodes().OfType<NameSyntax>(), static (_, inner) => inner.WithAdditionalAnnotations(Microsoft.CodeAnalysis.Simplification.Simplifier.Annotation))
            .WithTrailingTrivia(lineEnd);
        editor.ReplaceNode(type, (current, _) =>
        {
            var declaration = (TypeDeclarationSyntax)current;
            var index = declaration.Members.LastIndexOf(m => m is FieldDeclarationSyntax) + 1;
            var next = declaration.Members.ElementAtOrDefault(index);
            var isApart = next is null || next.GetLeadingTrivia().Any(SyntaxKind.EndOfLineTrivia);
            return declaration.WithMembers(declaration.Members.Insert(index, isApart ? field : field.WithTrailingTrivia(lineEnd, lineEnd)));
        });
    }

    /// <summary>The statement with <c>using</c>; null for shapes other than a statement of a block that creates the timer.</summary>
    private static StatementSyntax? UsingFor(SemanticModel model, BaseObjectCreationExpressionSyntax node) => node.FirstAncestorOrSelf<StatementSyntax>() switch
    {
        LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1, Parent: BlockSyntax or GlobalStatementSyntax } declaration =>
            declaration.WithoutLeadingTrivia().WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space)).WithLeadingTrivia(declaration.GetLeadingTrivia()),
        ExpressionStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } statement when node is ObjectCreationExpressionSyntax && IsDropped(node) =>
            SyntaxFactory.ParseStatement($"using var {FreshNames.Within(model, node.SpanStart, CodeAround(node), "timer")} = {node};").WithTriviaFrom(statement),
        _ => null,
    };

    private static bool IsDropped(BaseObjectCreationExpressionSyntax node) =>
        node.Parent is ExpressionStatementSyntax || node.Parent is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Parent: ExpressionStatementSyntax };

    /// <summary>The class that can hold the timer, and whether the code that makes it is static.</summary>
    private static (TypeDeclarationSyntax Type, bool IsStatic)? FieldPlaceFor(SemanticModel model, BaseObjectCreationExpressionSyntax node, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not (ClassDeclarationSyntax or RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not (int)SyntaxKind.StructKeyword }))
            return null;
        var isKnown = node.Parent switch
        {
            ExpressionStatementSyntax or ArrowExpressionClauseSyntax => true,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Parent: ExpressionStatementSyntax or ArrowExpressionClauseSyntax } => true,
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax } } variable } => !IsAssignedAgain(model, variable, cancellationToken),
            _ => false,
        };
        var type = node.FirstAncestorOrSelf<TypeDeclarationSyntax>()!;
        var isStatic = node.AncestorsAndSelf().TakeWhile(a => a != type).Any(IsStatic);
        return isKnown && (isStatic || model.GetDeclaredSymbol(type, cancellationToken) is INamedTypeSymbol { IsStatic: false }) ? (type, isStatic) : null;
    }

    private static bool IsStatic(SyntaxNode node) => node switch
    {
        AnonymousFunctionExpressionSyntax function => function.Modifiers.Any(SyntaxKind.StaticKeyword),
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.StaticKeyword),
        MemberDeclarationSyntax member => member.Modifiers.Any(SyntaxKind.StaticKeyword),
        _ => false,
    };

    private static bool IsAssignedAgain(SemanticModel model, VariableDeclaratorSyntax variable, CancellationToken cancellationToken) =>
        UsesOf(model, variable, cancellationToken).Any(u => u.Parent is AssignmentExpressionSyntax assignment && assignment.Left == u);

    private static ImmutableArray<IdentifierNameSyntax> UsesOf(SemanticModel model, VariableDeclaratorSyntax variable, CancellationToken cancellationToken)
    {
        var local = model.GetDeclaredSymbol(variable, cancellationToken);
        return (variable.FirstAncestorOrSelf<MemberDeclarationSyntax>()?.DescendantNodes() ?? []).OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == variable.Identifier.ValueText && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(n, cancellationToken).Symbol, local))
            .ToImmutableArray();
    }

    private static string FieldName(SemanticModel model, TypeDeclarationSyntax type, int position)
    {
        var taken = new HashSet<string>(model.LookupSymbols(position).Select(s => s.Name), StringComparer.Ordinal);
        taken.UnionWith((model.GetDeclaredSymbol(type) as INamedTypeSymbol)?.MemberNames ?? []);
        return FreshNames.Numbered("_timer", taken);
    }

    private static SyntaxNode CodeAround(SyntaxNode node) =>
        node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member and not GlobalStatementSyntax ? member : node.SyntaxTree.GetRoot();

    private static bool IsEntryCode(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken) =>
        !node.Ancestors().Any(a => a is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
        && SymbolEqualityComparer.Default.Equals(model.GetEnclosingSymbol(node.SpanStart, cancellationToken), model.Compilation.GetEntryPoint(cancellationToken));
}
