using Breakwater.Flow;
using Breakwater.Semantics.Data;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Invalidation.DeferredValueCached;

/// <summary>
/// Makes the value before it is cached: runs the query, or uses the cache's asynchronous read-through where the task is awaited at
/// once. Offered where the list fits the types around it; a live object has no value that could be cached in its place.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class DeferredValueCachedFix : Fix<ExpressionSyntax>
{
    public DeferredValueCachedFix() : base(DeferredValueCachedAnalyzer.Id, "Cache the finished result")
    {
    }

    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        Edit(model, node, cancellationToken) is not null;

    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var (before, after) = Edit(editor.SemanticModel, node, cancellationToken)!.Value;
        editor.ReplaceNode(before, after);
    }

    private static (SyntaxNode Before, SyntaxNode After)? Edit(SemanticModel model, ExpressionSyntax node, CancellationToken cancellationToken)
    {
        foreach (var (before, after) in Candidates(model, node, cancellationToken))
        {
            if (Trial.Compiles(model, before, after, cancellationToken))
                return (before, after);
        }

        return null;
    }

    private static IEnumerable<(SyntaxNode Before, SyntaxNode After)> Candidates(SemanticModel model, ExpressionSyntax node, CancellationToken cancellationToken)
    {
        var type = model.GetTypeInfo(node, cancellationToken).Type;
        if (type is null || IoCalls.IsTaskLike(type) || type.TypeKind == TypeKind.Delegate)
        {
            if (AwaitedReadThrough(node) is { } edit)
                yield return edit;
            yield break;
        }

        if (!IsSequence(type, model.Compilation))
            yield break;
        if (AsynchronousFactory(node) is { } factory && IsOfEntityFramework(model, node, cancellationToken))
        {
            var token = model.GetOperation(factory, cancellationToken) is IAnonymousFunctionOperation { Symbol.Parameters: var parameters }
                ? parameters.FirstOrDefault(p => p.Type.Name == "CancellationToken" && p.Name != "_")?.Name
                : null;
            yield return (node, SyntaxFactory.AwaitExpression(
                    SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), Call(node, "ToListAsync", token))
                .WithTriviaFrom(node));
        }

        yield return (node, Call(node, "ToList", null).WithTriviaFrom(node));
    }

    private static bool IsSequence(ITypeSymbol type, Compilation compilation) =>
        type.Is(compilation.Find("System.Linq.IQueryable")) || (type.TypeKind == TypeKind.Interface && type.Is(compilation.Find("System.Collections.IEnumerable")));

    private static InvocationExpressionSyntax Call(ExpressionSyntax receiver, string method, string? argument)
    {
        var bare = receiver.WithoutTrivia();
        var target = bare is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax or ParenthesizedExpressionSyntax
            ? bare
            : SyntaxFactory.ParenthesizedExpression(bare);
        var access = SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, target, SyntaxFactory.IdentifierName(method));
        return argument is null
            ? SyntaxFactory.InvocationExpression(access)
            : SyntaxFactory.InvocationExpression(access, SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(
                SyntaxFactory.Argument(SyntaxFactory.IdentifierName(argument)))));
    }

    /// <summary>The async lambda whose result the expression is.</summary>
    private static AnonymousFunctionExpressionSyntax? AsynchronousFactory(ExpressionSyntax node) =>
        node.Parent is AnonymousFunctionExpressionSyntax or ReturnStatementSyntax
        && node.FirstAncestorOrSelf<SyntaxNode>(n => n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) is AnonymousFunctionExpressionSyntax { AsyncKeyword.RawKind: not 0 } lambda
            ? lambda
            : null;

    private static bool IsOfEntityFramework(SemanticModel model, ExpressionSyntax node, CancellationToken cancellationToken) =>
        model.GetOperation(node, cancellationToken) is { } query
        && model.Compilation.Find("Microsoft.EntityFrameworkCore.DbSet`1") is { } set
        && LocalValues.Around(query).DependsOn(query, o => o.Type.Is(set));

    /// <summary><c>await cache.GetOrCreate(…)</c> becomes <c>await cache.GetOrCreateAsync(…)</c>; a <c>!</c> moves from the task to its result.</summary>
    private static (SyntaxNode Before, SyntaxNode After)? AwaitedReadThrough(ExpressionSyntax node)
    {
        var call = node.Ancestors().OfType<InvocationExpressionSyntax>().FirstOrDefault(i => i.ArgumentList.Span.Contains(node.Span) && NameOf(i) is { Identifier.Text: "GetOrCreate" or "GetOrSet" });
        if (call is null)
            return null;

        ExpressionSyntax task = call;
        var isForgiven = false;
        while (true)
        {
            switch (task.Parent)
            {
                case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } forgiven:
                    (task, isForgiven) = (forgiven, true);
                    continue;
                case ParenthesizedExpressionSyntax parenthesized:
                    task = parenthesized;
                    continue;
                case MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait", Parent: InvocationExpressionSyntax configured }:
                    task = configured;
                    continue;
                case AwaitExpressionSyntax awaited:
                    return Rewritten(awaited, call, isForgiven);
                default:
                    return null;
            }
        }
    }

    private static (SyntaxNode Before, SyntaxNode After) Rewritten(AwaitExpressionSyntax awaited, InvocationExpressionSyntax call, bool isForgiven)
    {
        var name = NameOf(call)!;
        var renamed = name.WithIdentifier(SyntaxFactory.Identifier(name.Identifier.Text + "Async").WithTriviaFrom(name.Identifier));
        if (renamed is GenericNameSyntax { TypeArgumentList.Arguments: [GenericNameSyntax { TypeArgumentList.Arguments: [var result] }] } generic)
            renamed = generic.WithTypeArgumentList(SyntaxFactory.TypeArgumentList(SyntaxFactory.SingletonSeparatedList(result.WithoutTrivia())));
        var asynchronous = call.ReplaceNode(name, renamed);
        if (!isForgiven)
            return (awaited, awaited.ReplaceNode(call, asynchronous));

        var forgiven = call.Ancestors().OfType<PostfixUnaryExpressionSyntax>().First();
        var bare = awaited.ReplaceNode(forgiven, asynchronous.WithTriviaFrom(forgiven));
        if (awaited.Parent is ExpressionStatementSyntax)
            return (awaited, bare);
        SyntaxNode outer = awaited.Parent is ParenthesizedExpressionSyntax around ? around : awaited;
        if (outer.Parent is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression })
            return (awaited, bare);
        return (outer, SyntaxFactory.PostfixUnaryExpression(
            SyntaxKind.SuppressNullableWarningExpression, SyntaxFactory.ParenthesizedExpression(bare.WithoutTrivia())).WithTriviaFrom(outer));
    }

    private static SimpleNameSyntax? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name,
        SimpleNameSyntax name => name,
        _ => null,
    };
}
