using System.Globalization;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Breakwater.Rules.Craft.ConcurrentDbContext;

/// <summary>
/// Awaits the operations in their order: <c>await Task.WhenAll(a, b);</c> becomes <c>await a; await b;</c>, and a task in a local
/// that is only awaited later is awaited where it starts.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ConcurrentDbContextFix() : Fix<ExpressionSyntax>(ConcurrentDbContextAnalyzer.Id, "Await one operation after the other")
{
    /// <inheritdoc/>
    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        WaitsOf(node) is not null || KeptTask.Of(model, node, diagnostic, cancellationToken) is not null;

    /// <inheritdoc/>
    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (WaitsOf(node) is { } waits)
            Split(editor, waits.Statement, waits.Awaits);
        else
            KeptTask.Of(editor.SemanticModel, node, diagnostic, cancellationToken)!.AwaitAtStart(editor);
    }

    /// <summary>The statement that does nothing but await several calls together, and an await for each of them.</summary>
    private static (ExpressionStatementSyntax Statement, List<StatementSyntax> Awaits)? WaitsOf(ExpressionSyntax node)
    {
        if (node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Expression: AwaitExpressionSyntax { Expression: var awaited } } statement
            || statement.DescendantTrivia(statement.Span).Any(IsComment))
            return null;
        var configured = Configured(awaited);
        var whenAll = (configured is null ? awaited : ((MemberAccessExpressionSyntax)configured.Expression).Expression) as InvocationExpressionSyntax;
        if (whenAll is not { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WhenAll" } or IdentifierNameSyntax { Identifier.ValueText: "WhenAll" } })
            return null;

        var tasks = ElementsOf(whenAll.ArgumentList).ToList();
        if (tasks.Count < 2 || !tasks.All(t => t is InvocationExpressionSyntax) || !whenAll.ArgumentList.Span.Contains(node.Span))
            return null;
        var awaits = tasks.Select(task => ExpressionStatement(Awaited(task!.WithoutTrivia(), configured)) as StatementSyntax).ToList();
        return (statement, awaits);
    }

    private static IEnumerable<ExpressionSyntax?> ElementsOf(ArgumentListSyntax arguments) => arguments.Arguments switch
    {
        [{ Expression: ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: var elements } }] => elements,
        [{ Expression: ArrayCreationExpressionSyntax { Initializer.Expressions: var elements } }] => elements,
        [{ Expression: BaseObjectCreationExpressionSyntax { Initializer.Expressions: var elements, ArgumentList: null or { Arguments.Count: 0 } } }] => elements,
        // A collection expression; the compiler we build against has no type for it.
        [{ Expression: var list }] when list.ToString().StartsWith("[", StringComparison.Ordinal) => list.ChildNodes().Select(n => n.ChildNodes().FirstOrDefault() as ExpressionSyntax),
        var given => given.Select(a => a.Expression),
    };

    private static void Split(DocumentEditor editor, ExpressionStatementSyntax statement, List<StatementSyntax> awaits)
    {
        var lineEnd = Written.LineEnd(statement);
        var isInList = statement.Parent is BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax;
        if (!isInList)
        {
            editor.ReplaceNode(statement, Block(awaits).WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation));
            return;
        }

        var indent = statement.GetLeadingTrivia().LastOrDefault(t => t.IsKind(SyntaxKind.WhitespaceTrivia));
        var isGlobal = statement.Parent is GlobalStatementSyntax;
        for (var i = 1; i < awaits.Count; i++)
            awaits[i] = awaits[i].WithLeadingTrivia(indent).WithTrailingTrivia(i < awaits.Count - 1 ? TriviaList(lineEnd) : statement.GetTrailingTrivia());
        editor.InsertAfter(isGlobal ? statement.Parent! : statement, awaits.Skip(1).Select(a => isGlobal ? GlobalStatement(a) : (SyntaxNode)a).ToList());
        editor.ReplaceNode(statement, awaits[0].WithLeadingTrivia(statement.GetLeadingTrivia()).WithTrailingTrivia(lineEnd));
    }

    /// <summary>The call of <c>ConfigureAwait</c> that an awaited expression is.</summary>
    private static InvocationExpressionSyntax? Configured(ExpressionSyntax awaited) =>
        awaited is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } } call ? call : null;

    private static AwaitExpressionSyntax Awaited(ExpressionSyntax task, InvocationExpressionSyntax? configured)
    {
        if (configured?.Expression is MemberAccessExpressionSyntax access && Configured(task) is null)
            task = configured.WithExpression(access.WithExpression(task)).WithoutTrivia();
        return AwaitExpression(Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(Space), task);
    }

    private static bool IsComment(SyntaxTrivia trivia) => trivia.Kind() is not (SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia);

    /// <summary>A local with the task of the first operation, all of whose uses await it.</summary>
    private sealed record KeptTask(VariableDeclaratorSyntax Declarator, IReadOnlyList<AwaitExpressionSyntax> Awaits)
    {
        public static KeptTask? Of(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
        {
            if (!diagnostic.Properties.TryGetValue(ConcurrentDbContextAnalyzer.FirstStart, out var text)
                || !int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var start)
                || node.SyntaxTree.GetRoot(cancellationToken).FindToken(start).Parent?.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is not { } declarator
                || declarator is not { Initializer.Value: { } value, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } statement } }
                || statement.DescendantTrivia(statement.Span).Any(IsComment)
                || Configured(value) is not null || value is not InvocationExpressionSyntax || !IsAsync(statement)
                || model.GetDeclaredSymbol(declarator, cancellationToken) is not { } local)
                return null;

            var scope = (SyntaxNode?)statement.FirstAncestorOrSelf<MemberDeclarationSyntax>(m => m is not GlobalStatementSyntax) ?? node.SyntaxTree.GetRoot(cancellationToken);
            var awaits = new List<AwaitExpressionSyntax>();
            foreach (var use in scope.DescendantNodes().OfType<IdentifierNameSyntax>())
            {
                if (use.Identifier.ValueText != local.Name || !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(use, cancellationToken).Symbol, local))
                    continue;
                var task = use.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access && access.Expression == use && Configured(call) is not null ? call : (ExpressionSyntax)use;
                if (task.Parent is not AwaitExpressionSyntax awaited || (awaited.Parent is ExpressionStatementSyntax alone && !CanGo(alone)))
                    return null;
                awaits.Add(awaited);
            }

            return awaits.Count == 0 ? null : new(declarator, awaits);
        }

        public void AwaitAtStart(DocumentEditor editor)
        {
            var declaration = (VariableDeclarationSyntax)Declarator.Parent!;
            var statement = (LocalDeclarationStatementSyntax)declaration.Parent!;
            var value = Declarator.Initializer!.Value;
            var awaited = Awaited(value.WithoutTrivia(), Awaits.Select(a => Configured(a.Expression)).FirstOrDefault(c => c is not null));
            if (Awaits.All(a => a.Parent is ExpressionStatementSyntax))
            {
                editor.ReplaceNode(statement, ExpressionStatement(awaited).WithTriviaFrom(statement));
            }
            else
            {
                editor.ReplaceNode(value, awaited.WithTriviaFrom(value));
                if (!declaration.Type.IsVar)
                    editor.ReplaceNode(declaration.Type, IdentifierName("var").WithTriviaFrom(declaration.Type));
            }

            foreach (var use in Awaits)
            {
                if (use.Parent is ExpressionStatementSyntax alone)
                    editor.RemoveNode(alone.Parent as GlobalStatementSyntax ?? (SyntaxNode)alone, SyntaxRemoveOptions.KeepNoTrivia);
                else
                    Replace(editor, use.Parent is ParenthesizedExpressionSyntax parenthesized ? parenthesized : use);
            }
        }

        private void Replace(DocumentEditor editor, ExpressionSyntax awaited) =>
            editor.ReplaceNode(awaited, IdentifierName(Declarator.Identifier.WithoutTrivia()).WithTriviaFrom(awaited));

        /// <summary>Whether the statement stands in a list and takes no comment with it.</summary>
        private static bool CanGo(ExpressionStatementSyntax statement) =>
            statement.Parent is BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax
            && !statement.GetLeadingTrivia().Concat(statement.GetTrailingTrivia()).Any(IsComment);

        /// <summary>Whether the function around a statement can await.</summary>
        private static bool IsAsync(SyntaxNode statement) =>
            statement.Ancestors().FirstOrDefault(a => a is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax) switch
            {
                AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.RawKind != 0,
                LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
                BaseMethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
                null => true,
                _ => false,
            };
    }
}
