using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Rules.Invalidation.ImmortalEntry;

/// <summary>
/// Gives an entry five minutes, for the author to change: on the entry of a factory that is a lambda, as an argument of a write, or in
/// the options that are created in the call. Shared options and created entries are the author's.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ImmortalEntryFix : Fix<InvocationExpressionSyntax>
{
    private const string Lifetime = "global::System.TimeSpan.FromMinutes(5)";
    private const string Member = "AbsoluteExpirationRelativeToNow";

    public ImmortalEntryFix() : base(ImmortalEntryAnalyzer.Id, "Let the entry expire")
    {
    }

    protected override bool CanFix(SemanticModel model, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        EditOf(model, node, cancellationToken)?.Invoke(node) is { } call
        && model.GetSpeculativeSymbolInfo(node.SpanStart, call, SpeculativeBindingOption.BindAsExpression).Symbol is not null;

    protected override void Apply(DocumentEditor editor, InvocationExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var edit = EditOf(editor.SemanticModel, node, cancellationToken)!;
        editor.ReplaceNode(node, (current, _) => edit((InvocationExpressionSyntax)current)!);
    }

    /// <summary>What makes the entry of a call expire; null where the fix has no place for a lifetime.</summary>
    private static Func<InvocationExpressionSyntax, InvocationExpressionSyntax?>? EditOf(SemanticModel model, InvocationExpressionSyntax node, CancellationToken cancellationToken)
    {
        if (model.GetOperation(node, cancellationToken) is not IInvocationOperation call)
            return null;
        var options = PlaceOf(call, "options") ?? PlaceOf(call, "createOptions");
        switch (call.TargetMethod)
        {
            case { Name: "GetOrCreate" or "GetOrCreateAsync", ContainingType.Name: "CacheExtensions" } when options is null:
                return PlaceOf(call, "factory") is { } factory && ValueAt(node, factory) is LambdaExpressionSyntax lambda && !Mentions(lambda, "SetOptions") && NameFor(model, lambda) is { } entry
                    ? current => With(current, factory, value => WithLifetime((LambdaExpressionSyntax)value, entry, Written.LineEnd(node)))
                    : null;
            case { Name: "Set", ContainingType.Name: "CacheExtensions" } when options is null:
                return Adding(call, "absoluteExpirationRelativeToNow", Lifetime);
            case { Name: "Set" or "SetAsync" or "SetString" or "SetStringAsync", ContainingType.Name: "DistributedCacheExtensions" } when options is null:
                return Adding(call, "options", $"new global::Microsoft.Extensions.Caching.Distributed.DistributedCacheEntryOptions {{ {Member} = {Lifetime} }}");
            case { Name: "StringSet" or "StringSetAsync", ContainingType.Name: "IDatabase" or "IDatabaseAsync" }:
                return PlaceOf(call, "expiry") is { } expiry
                    ? current => With(current, expiry, value => Written.Expression(Lifetime).WithTriviaFrom(value))
                    : Adding(call, "expiry", Lifetime);
            default:
                return options is { } at && ValueAt(node, at) is BaseObjectCreationExpressionSyntax creation && !Mentions(creation, Member)
                    ? current => With(current, at, value => WithLifetime((BaseObjectCreationExpressionSyntax)value, Written.LineEnd(node)))
                    : null;
        }
    }

    /// <summary>Where in the call's argument list a parameter is given a value; null when it is not.</summary>
    private static int? PlaceOf(IInvocationOperation call, string parameter) =>
        call.Argument(parameter) is { ArgumentKind: ArgumentKind.Explicit, Syntax: ArgumentSyntax { Parent: ArgumentListSyntax list } argument }
            ? list.Arguments.IndexOf(argument)
            : null;

    private static bool Mentions(ExpressionSyntax code, string name) => code.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.Text == name);

    private static ExpressionSyntax ValueAt(InvocationExpressionSyntax call, int place) => call.ArgumentList.Arguments[place].Expression;

    private static InvocationExpressionSyntax With(InvocationExpressionSyntax call, int place, Func<ExpressionSyntax, ExpressionSyntax> edit)
    {
        var argument = call.ArgumentList.Arguments[place];
        return call.ReplaceNode(argument, argument.WithExpression(edit(argument.Expression)));
    }

    /// <summary>One more argument behind the value; named and last when another one is named.</summary>
    private static Func<InvocationExpressionSyntax, InvocationExpressionSyntax?>? Adding(IInvocationOperation call, string parameter, string value)
    {
        if (PlaceOf(call, "value") is not { } stored)
            return null;
        return current =>
        {
            var arguments = current.ArgumentList.Arguments;
            var isNamed = arguments.Take(stored + 1).Any(a => a.NameColon is not null);
            var added = SyntaxFactory.Argument(isNamed ? SyntaxFactory.NameColon(parameter) : null, default, Written.Expression(value));
            return current.WithArgumentList(current.ArgumentList.WithArguments(arguments.Insert(isNamed ? arguments.Count : stored + 1, added)))
                .WithAdditionalAnnotations(Formatter.Annotation);
        };
    }

    /// <summary>Options that are created in the call, with a lifetime.</summary>
    private static ExpressionSyntax WithLifetime(BaseObjectCreationExpressionSyntax creation, SyntaxTrivia lineEnd)
    {
        var member = SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName(Member), Written.Expression(Lifetime));
        var initializer = creation.Initializer is { } existing
            ? existing.WithExpressions(existing.Expressions.With(existing.Expressions.Count - 1, member, lineEnd))
            : SyntaxFactory.InitializerExpression(SyntaxKind.ObjectInitializerExpression, SyntaxFactory.SingletonSeparatedList<ExpressionSyntax>(member));
        var bare = creation is ObjectCreationExpressionSyntax { Initializer: null, ArgumentList.Arguments.Count: 0 } made
            ? made.WithArgumentList(null).WithType(made.Type.WithTrailingTrivia(SyntaxFactory.Space))
            : creation;
        return bare.WithInitializer(initializer).WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>A factory whose first statement limits its entry.</summary>
    private static LambdaExpressionSyntax WithLifetime(LambdaExpressionSyntax lambda, string entry, SyntaxTrivia lineEnd)
    {
        var limit = Written.Statement($"{entry}.{Member} = {Lifetime};");
        if (lambda.Body is not BlockSyntax oneLine || oneLine.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.EndOfLineTrivia)))
            limit = limit.WithTrailingTrivia(lineEnd);
        var block = lambda.Body is BlockSyntax existing
            ? existing.WithStatements(existing.Statements.Insert(0, limit))
            : SyntaxFactory.Block(limit, SyntaxFactory.ReturnStatement(((ExpressionSyntax)lambda.Body).WithoutTrivia()).WithLeadingTrivia(lambda.Body.GetLeadingTrivia())).WithTrailingTrivia(lambda.Body.GetTrailingTrivia());
        var parameter = ParameterOf(lambda)!;
        var named = parameter.WithIdentifier(SyntaxFactory.Identifier(parameter.Identifier.LeadingTrivia, entry, parameter.Identifier.TrailingTrivia));
        return lambda.ReplaceNode(parameter, named).WithExpressionBody(null).WithBlock(block).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static ParameterSyntax? ParameterOf(LambdaExpressionSyntax lambda) => lambda switch
    {
        SimpleLambdaExpressionSyntax simple => simple.Parameter,
        ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: [var only] } => only,
        _ => null,
    };

    /// <summary>What a factory's entry is called, or can be called where it is discarded; null for a factory that is no place for a statement.</summary>
    private static string? NameFor(SemanticModel model, LambdaExpressionSyntax lambda)
    {
        if (ParameterOf(lambda)?.Identifier.Text is not { } name || lambda.Body is ThrowExpressionSyntax)
            return null;
        if (name != "_")
            return name;
        return lambda.Body.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.Text == "_") ? null : FreeName(model, lambda);
    }

    private static string FreeName(SemanticModel model, LambdaExpressionSyntax lambda)
    {
        var taken = new HashSet<string>(model.LookupSymbols(lambda.SpanStart).Where(s => s is ILocalSymbol or IParameterSymbol).Select(s => s.Name), StringComparer.Ordinal);
        taken.UnionWith(lambda.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText));
        var name = "entry";
        for (var number = 2; taken.Contains(name); number++)
            name = "entry" + number;
        return name;
    }
}
