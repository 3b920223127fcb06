using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Simplification;

namespace Breakwater.Rules.Invalidation.PublicCacheOfPrivateResponse;

/// <summary>
/// Leaves the response to the client's own cache. A value that stands elsewhere (a profile, a constant) may be meant for other
/// endpoints, too, so none is changed.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class PublicCacheOfPrivateResponseFix : Fix<SyntaxNode>
{
    private const string Location = "Location";

    private static readonly Regex PublicDirective = new(@"(?<![\w-])public(?![\w-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    public PublicCacheOfPrivateResponseFix() : base(PublicCacheOfPrivateResponseAnalyzer.Id, "Let only the client cache the response")
    {
    }

    protected override bool CanFix(SemanticModel model, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        Privately(node) is not null;

    protected override void Apply(DocumentEditor editor, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var (changed, replacement) = Privately(node)!.Value;
        editor.ReplaceNode(changed, replacement);
    }

    /// <summary>What is changed, and into what; null for a shape that has no fix.</summary>
    private static (SyntaxNode Changed, SyntaxNode Replacement)? Privately(SyntaxNode node) => node switch
    {
        AttributeSyntax { ArgumentList: { } arguments } => arguments.Arguments.Any(a => a.NameEquals?.Name.Identifier.Text == "CacheProfileName")
            ? null
            : (arguments, OnClient(arguments)),
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal =>
            (literal, SyntaxFactory.ParseExpression(Privately(literal.Token.Text)).WithTriviaFrom(literal)),
        InterpolatedStringExpressionSyntax text => (text, text.ReplaceNodes(text.Contents.OfType<InterpolatedStringTextSyntax>(), static (part, _) => Privately(part))),
        ExpressionSyntax expression => PublicFlag(expression) is { } flag
            ? (flag, flag.WithIdentifier(SyntaxFactory.Identifier("Private").WithTriviaFrom(flag.Identifier)))
            : null,
        _ => null,
    };

    private static AttributeArgumentListSyntax OnClient(AttributeArgumentListSyntax arguments)
    {
        var client = SyntaxFactory.ParseExpression("global::Microsoft.AspNetCore.Mvc.ResponseCacheLocation.Client").WithAdditionalAnnotations(Simplifier.Annotation);
        if (arguments.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.Text == Location) is { } present)
            return arguments.ReplaceNode(present.Expression, client.WithTriviaFrom(present.Expression));

        var space = SyntaxFactory.Space;
        var added = SyntaxFactory.AttributeArgument(
            SyntaxFactory.NameEquals(SyntaxFactory.IdentifierName(Location)).WithEqualsToken(
                SyntaxFactory.Token(SyntaxFactory.TriviaList(space), SyntaxKind.EqualsToken, SyntaxFactory.TriviaList(space))),
            null, client);
        var comma = SyntaxFactory.Token(default, SyntaxKind.CommaToken, SyntaxFactory.TriviaList(space));
        return arguments.WithArguments(SyntaxFactory.SeparatedList<AttributeArgumentSyntax>(
            arguments.Arguments.GetWithSeparators().Add(comma).Add(added)));
    }

    /// <summary>The <c>Public</c> of <c>Public = true</c>: in the initialiser of the value, or before the <c>true</c> that was reported.</summary>
    private static IdentifierNameSyntax? PublicFlag(ExpressionSyntax reported)
    {
        var assignments = reported.Parent is AssignmentExpressionSyntax own && own.Right == reported && reported.IsKind(SyntaxKind.TrueLiteralExpression)
            ? [own]
            : reported.DescendantNodes().OfType<AssignmentExpressionSyntax>().ToList();
        return assignments.Any(a => NameOf(a)?.Identifier.Text == "Private")
            ? null
            : assignments.Select(NameOf).FirstOrDefault(n => n?.Identifier.Text == "Public");
    }

    private static IdentifierNameSyntax? NameOf(AssignmentExpressionSyntax assignment) =>
        (assignment.Left is MemberAccessExpressionSyntax access ? access.Name : assignment.Left) as IdentifierNameSyntax;

    private static string Privately(string text) => PublicDirective.Replace(text, "private");

    private static InterpolatedStringTextSyntax Privately(InterpolatedStringTextSyntax part)
    {
        var token = part.TextToken;
        return part.WithTextToken(SyntaxFactory.Token(
            token.LeadingTrivia, SyntaxKind.InterpolatedStringTextToken, Privately(token.Text), Privately(token.ValueText), token.TrailingTrivia));
    }
}
