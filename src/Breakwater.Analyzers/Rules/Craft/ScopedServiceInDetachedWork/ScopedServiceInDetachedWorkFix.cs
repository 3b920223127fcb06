using Breakwater.Semantics;
using Breakwater.Semantics.Hosting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace Breakwater.Rules.Craft.ScopedServiceInDetachedWork;

/// <summary>
/// Has an endpoint ask for the factory of scopes, which lives as long as the application, where it asked for a provider only to open a
/// scope. Nothing else that ends with the request has a replacement that fits in its place.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ScopedServiceInDetachedWorkFix : Fix<IdentifierNameSyntax>
{
    public ScopedServiceInDetachedWorkFix() : base(ScopedServiceInDetachedWorkAnalyzer.Id, "Ask for IServiceScopeFactory")
    {
    }

    protected override bool CanFix(SemanticModel model, IdentifierNameSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        ParameterOf(model, node, cancellationToken) is { } parameter && parameter.Parent?.Parent is { } handler
        && IsHandler(model, node, handler, cancellationToken)
        && handler.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == node.Identifier.ValueText
                && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(n, cancellationToken).Symbol, model.GetSymbolInfo(node, cancellationToken).Symbol))
            .All(OpensScope);

    protected override void Apply(DocumentEditor editor, IdentifierNameSyntax node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var factory = SyntaxFactory.ParseTypeName("global::Microsoft.Extensions.DependencyInjection.IServiceScopeFactory").WithAdditionalAnnotations(Simplifier.Annotation);
        if (ParameterOf(editor.SemanticModel, node, cancellationToken) is { Type: { } type } parameter)
            editor.ReplaceNode(parameter, (current, _) => ((ParameterSyntax)current).WithType(factory.WithTriviaFrom(type)));
    }

    private static ParameterSyntax? ParameterOf(SemanticModel model, IdentifierNameSyntax node, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(node, cancellationToken).Symbol is IParameterSymbol { Type.Name: "IServiceProvider" } parameter
            && parameter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is ParameterSyntax { Type: not null } declaration
            ? declaration
            : null;

    /// <summary>Whether the parameter belongs to the lambda or local function that answers the requests; nobody else calls that.</summary>
    private static bool IsHandler(SemanticModel model, SyntaxNode node, SyntaxNode handler, CancellationToken cancellationToken) =>
        handler is ParenthesizedLambdaExpressionSyntax or LocalFunctionStatementSyntax
        && model.GetOperation(node, cancellationToken) is { } operation
        && EntryPoints.Of(model.Compilation).RequestAround(operation, cancellationToken) is { } request
        && request.Handler.DeclaringSyntaxReferences.Any(r => r.Span == handler.Span)
        && (request.Handler.MethodKind != MethodKind.LocalFunction
            || Calls.Of(model.Compilation).ReferencesTo(request.Handler, cancellationToken).All(r => r is IMethodReferenceOperation));

    private static bool OpensScope(IdentifierNameSyntax provider) =>
        provider.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "CreateScope" or "CreateAsyncScope" } access
        && access.Expression == provider && access.Parent is InvocationExpressionSyntax;
}
