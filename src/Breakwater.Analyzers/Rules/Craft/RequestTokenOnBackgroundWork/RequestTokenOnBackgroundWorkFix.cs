using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Rules.Craft.RequestTokenOnBackgroundWork;

/// <summary>
/// Gives the work the application's token where the application's lifetime is at hand, and none elsewhere; an argument that
/// <c>Task.Run</c> does not need goes. Not offered where the work asks the token itself and no other one is at hand: then it has to stop
/// for somebody, and only the author knows for whom.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RequestTokenOnBackgroundWorkFix : Fix<ExpressionSyntax>
{
    public RequestTokenOnBackgroundWorkFix() : base(RequestTokenOnBackgroundWorkAnalyzer.Id, "Detach the work from the request's token")
    {
    }

    protected override bool CanFix(SemanticModel model, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        TokensOf(node, diagnostic) is { Count: > 0 } tokens
        && (LifetimeAt(model, node) is not null || !tokens.Any(t => t.Parent is MemberAccessExpressionSyntax access && access.Expression == t));

    protected override void Apply(DocumentEditor editor, ExpressionSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var replacement = LifetimeAt(editor.SemanticModel, node) is { } lifetime
            ? Written.Expression($"{lifetime}.ApplicationStopping")
            : Written.Expression("global::System.Threading.CancellationToken.None");
        foreach (var token in TokensOf(node, diagnostic))
        {
            if (IsSpareArgument(editor.SemanticModel, token, cancellationToken))
                editor.RemoveNode(token.Parent!, SyntaxRemoveOptions.KeepNoTrivia);
            else
                editor.ReplaceNode(token, replacement.WithTriviaFrom(token));
        }
    }

    private static List<ExpressionSyntax> TokensOf(ExpressionSyntax node, Diagnostic diagnostic)
    {
        var found = new List<ExpressionSyntax>();
        var root = node.SyntaxTree.GetRoot();
        foreach (var place in (diagnostic.Properties[RequestTokenOnBackgroundWorkAnalyzer.TokensProperty] ?? "").Split(','))
        {
            var parts = place.Split('+');
            var span = new TextSpan(
                diagnostic.Location.SourceSpan.Start + int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture),
                int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
            if (root.FindNode(span, getInnermostNodeForTie: true) is ExpressionSyntax token && token.Span == span)
                found.Add(token);
        }

        return found;
    }

    private static bool IsSpareArgument(SemanticModel model, ExpressionSyntax token, CancellationToken cancellationToken) =>
        token.Parent is ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call, Arguments.Count: 2 } }
        && model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol { Name: "Run", ContainingType: { Name: "Task", ContainingNamespace.Name: "Tasks" } };

    /// <summary>The one name that stands for the application's lifetime and may be used here; null when there is none or a choice.</summary>
    private static string? LifetimeAt(SemanticModel model, ExpressionSyntax node)
    {
        var functions = new HashSet<ISymbol?>(SymbolEqualityComparer.Default);
        var isCutOff = false;
        var around = model.GetEnclosingSymbol(node.SpanStart);
        for (; around is IMethodSymbol function; around = around.ContainingSymbol)
        {
            if (!isCutOff)
                functions.Add(function);
            isCutOff |= IsStatic(function);
        }

        var type = around as INamedTypeSymbol ?? around?.ContainingType;
        var found = model.LookupSymbols(node.SpanStart).Where(s => TypeOf(s) is { Name: "IHostApplicationLifetime" } && IsUsable(s)).ToList();
        return found is [var only] ? only.Name : null;

        // A lookup also finds what may not be named here: variables outside a static function or of the top-level statements.
        bool IsUsable(ISymbol symbol) => symbol switch
        {
            IFieldSymbol field => field.IsStatic || (!isCutOff && type?.Is(field.ContainingType) == true),
            ILocalSymbol local => functions.Contains(local.ContainingSymbol) && local.DeclaringSyntaxReferences.All(r => r.Span.End < node.SpanStart),
            _ when functions.Contains(symbol.ContainingSymbol) => true,
            IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } =>
                !isCutOff && SymbolEqualityComparer.Default.Equals(symbol.ContainingType, type),
            _ => false,
        };
    }

    private static bool IsStatic(IMethodSymbol function) => function.MethodKind == MethodKind.AnonymousFunction
        ? function.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is AnonymousFunctionExpressionSyntax lambda && lambda.Modifiers.Any(SyntaxKind.StaticKeyword))
        : function.IsStatic;

    private static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        IFieldSymbol field => field.Type,
        IParameterSymbol parameter => parameter.Type,
        ILocalSymbol local => local.Type,
        _ => null,
    };
}
