using Breakwater.Flow;
using Breakwater.Limiting;
using Breakwater.Semantics.Hosting;
using Breakwater.Semantics.Limiting;
using Microsoft.CodeAnalysis.Operations;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;
using Defect = Breakwater.Rules.Backpressure.UncheckedLease.UncheckedLeaseAnalyzer.Defect;

namespace Breakwater.Rules.Backpressure.UncheckedLease;

/// <summary>
/// Gives the lease back with <c>using</c> and, where nobody looks at it, stops when it was not acquired: with status 429 in an action,
/// with an exception elsewhere. Offered where the call is all that a statement does; a lease inside an expression has no place for a test.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UncheckedLeaseFix() : Fix<InvocationExpressionSyntax>(UncheckedLeaseAnalyzer.Id, "Check the lease and give it back")
{
    /// <inheritdoc/>
    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        PlanFor(model, node, cancellationToken) is not null;

    /// <inheritdoc/>
    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var plan = PlanFor(editor.SemanticModel, node, cancellationToken)!;
        var name = plan.Name ?? FreshNames.For(editor, node, "lease");
        if (plan.Statement is UsingStatementSyntax held)
        {
            editor.ReplaceNode(held, (current, _) => Tested((UsingStatementSyntax)current, plan, name));
            return;
        }

        var end = plan.Statement.GetTrailingTrivia();
        var isOnOwnLine = Written.IsOnOwnLine(plan.Statement);
        var declaration = plan.Statement is LocalDeclarationStatementSyntax local
            ? Declaration(local, plan, name)
            : Held(name, plan.Lease).WithTriviaFrom(plan.Statement);
        var test = Test(plan, name)
            .WithLeadingTrivia(isOnOwnLine ? Written.Indent(plan.Statement) : default)
            .WithTrailingTrivia(isOnOwnLine ? TriviaList(end.Where(t => t.IsKind(SyntaxKind.EndOfLineTrivia))) : end);
        if (plan.Defect == Defect.Unchecked && !end.Any(t => t.IsKind(SyntaxKind.EndOfLineTrivia)))
            declaration = declaration.WithTrailingTrivia(isOnOwnLine ? Written.LineEnd(node) : Space);
        var isTopLevel = plan.Statement.Parent is GlobalStatementSyntax;
        var target = isTopLevel ? plan.Statement.Parent! : plan.Statement;
        if (plan.Defect == Defect.Unchecked)
            editor.InsertAfter(target, isTopLevel ? GlobalStatement(test) : test);
        editor.ReplaceNode(target, isTopLevel ? GlobalStatement(declaration) : declaration);
    }

    private static Plan? PlanFor(SemanticModel model, InvocationExpressionSyntax node, CancellationToken cancellationToken)
    {
        if (RateLimiters.Of(model.Compilation) is not { } limiters
            || model.GetOperation(node, cancellationToken) is not IInvocationOperation call
            || LeaseStatement.Around(node, model, cancellationToken) is not { } asking)
            return null;

        var defect = UncheckedLeaseAnalyzer.DefectOf(call, limiters, model.Compilation, cancellationToken);
        var plan = new Plan(defect, asking.Statement, asking.Lease, null, LeaseUses.Of(call).GiveBack, AnswersWith429(node, model, cancellationToken));
        if (asking.Variable is null)
            return defect == Defect.Unchecked ? plan : null;
        // What `using` declares cannot be assigned again.
        return model.GetDeclaredSymbol(asking.Variable, cancellationToken) is ILocalSymbol local && LocalValues.Around(call).Single(local) is not null
            ? plan with { Name = local.Name == "_" ? null : local.Name }
            : null;
    }

    private static bool AnswersWith429(SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (Functions.Around(node) is not MethodDeclarationSyntax method || model.GetDeclaredSymbol(method, cancellationToken) is not { } symbol
            || !HandlerTypes.Of(model.Compilation).IsAction(symbol) || !symbol.ContainingType.Is(model.Compilation.Find("Microsoft.AspNetCore.Mvc.ControllerBase")))
            return false;
        var result = symbol.IsAsync ? (symbol.ReturnType as INamedTypeSymbol)?.TypeArguments.FirstOrDefault() : symbol.ReturnType;
        return result is { Name: "IActionResult" or "ActionResult", ContainingNamespace: { Name: "Mvc", ContainingNamespace.Name: "AspNetCore" } };
    }

    private static StatementSyntax Test(Plan plan, string name) => Written.Statement(plan.AnswersWith429
        ? $"if (!{name}.IsAcquired) return StatusCode(global::Microsoft.AspNetCore.Http.StatusCodes.Status429TooManyRequests);"
        : $"if (!{name}.IsAcquired) throw new global::System.InvalidOperationException(\"Rate limit exceeded.\");");

    private static LocalDeclarationStatementSyntax Held(string name, ExpressionSyntax lease)
    {
        var held = (LocalDeclarationStatementSyntax)ParseStatement($"using var {name} = lease;");
        return held.ReplaceNode(held.Declaration.Variables[0].Initializer!.Value, lease);
    }

    private static LocalDeclarationStatementSyntax Declaration(LocalDeclarationStatementSyntax local, Plan plan, string name)
    {
        var declared = local.WithDeclaration(Named(local.Declaration, name, plan));
        if (plan.IsGivenBack)
            return declared;
        var leading = local.GetLeadingTrivia();
        return declared.WithLeadingTrivia().WithUsingKeyword(Token(leading, SyntaxKind.UsingKeyword, TriviaList(Space)));
    }

    /// <summary>The declaration under this name, with a type that has <c>IsAcquired</c>.</summary>
    private static VariableDeclarationSyntax Named(VariableDeclarationSyntax declaration, string name, Plan plan)
    {
        var variable = declaration.Variables[0];
        declaration = declaration.ReplaceToken(variable.Identifier, Identifier(name).WithTriviaFrom(variable.Identifier));
        return plan.Defect == Defect.Unchecked && declaration.Type.GetLastToken().ValueText == "IDisposable"
            ? declaration.WithType(IdentifierName("var").WithTriviaFrom(declaration.Type))
            : declaration;
    }

    private static UsingStatementSyntax Tested(UsingStatementSyntax held, Plan plan, string name)
    {
        held = held.Declaration is { } declaration
            ? held.WithDeclaration(Named(declaration, name, plan))
            : held.WithExpression(null).WithDeclaration(Held(name, held.Expression!).Declaration);
        var lineEnd = Written.LineEnd(plan.Statement);
        var test = Test(plan, name);
        if (held.Statement is BlockSyntax block)
        {
            var isOpen = block.OpenBraceToken.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia);
            test = isOpen
                ? test.WithLeadingTrivia(Written.Indent(block, block.Statements.FirstOrDefault())).WithTrailingTrivia(lineEnd)
                : test.WithTrailingTrivia(Space);
            return held.WithStatement(block.WithStatements(block.Statements.Insert(0, test)));
        }

        var indent = Written.Indent(held);
        var inner = Written.Indent(held, held.Statement);
        var body = Block(
            Token(indent, SyntaxKind.OpenBraceToken, TriviaList(lineEnd)),
            List([test.WithLeadingTrivia(inner).WithTrailingTrivia(lineEnd), held.Statement.HasLeadingTrivia ? held.Statement : held.Statement.WithLeadingTrivia(inner)]),
            Token(indent, SyntaxKind.CloseBraceToken, held.Statement.GetTrailingTrivia()));
        var close = held.CloseParenToken;
        return held
            .WithCloseParenToken(close.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia) ? close : close.WithTrailingTrivia(lineEnd))
            .WithStatement(body.WithAdditionalAnnotations(Formatter.Annotation));
    }

    /// <param name="Defect">What is wrong.</param>
    /// <param name="Statement">The statement that asks for the lease.</param>
    /// <param name="Lease">The expression whose value is the lease.</param>
    /// <param name="Name">The variable that holds it; null when it needs one.</param>
    /// <param name="IsGivenBack">Whether it is disposed already.</param>
    /// <param name="AnswersWith429">Whether the code around it is an action that can answer with a status.</param>
    private sealed record Plan(Defect Defect, StatementSyntax Statement, ExpressionSyntax Lease, string? Name, bool IsGivenBack, bool AnswersWith429);
}
