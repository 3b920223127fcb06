using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Semantics;

/// <summary>
/// A piece of code by the names in its characters, for deciding whether it is worth binding: what it calls, and the names of the whole
/// declaration around it, by which it can mean its parameters and the members of its type.
/// </summary>
internal sealed class MemberText
{
    private readonly SyntaxNode _declaration;
    private readonly TextSpan _body;
    private readonly Lazy<HashSet<string>> _names;

    /// <param name="code">The code: a body, or a whole declaration, of which what stands before the body does not count.</param>
    /// <param name="owner">The type whose members the code can mean by their simple names.</param>
    public MemberText(SyntaxNode code, INamedTypeSymbol? owner)
    {
        Tree = code.SyntaxTree;
        _declaration = DeclarationOf(code);
        Owner = owner;
        _body = BodySpan(code);
        _names = new(() => new(CallNames.Identifiers(_declaration), StringComparer.Ordinal), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>The file.</summary>
    public SyntaxTree Tree { get; }

    /// <summary>The type whose members the code can mean by their simple names; null where there is none.</summary>
    public INamedTypeSymbol? Owner { get; }

    /// <summary>What the code calls, see <see cref="CallNames.Distinct"/>.</summary>
    public IReadOnlyCollection<NamedCall> Calls => CallNames.Distinct(Tree, _body);

    /// <summary>Whether the declaration has an identifier.</summary>
    public bool Names(string identifier) => _names.Value.Contains(identifier);

    /// <summary>Whether the characters of the declaration hold a word.</summary>
    public bool Has(string word) => Mentions.AreIn(_declaration, word);

    /// <summary>The body of a declaration, which rules get alone where searches find the whole; the code itself where the body is not all of it.</summary>
    public static SyntaxNode BodyOf(SyntaxNode code) => code switch
    {
        ConstructorDeclarationSyntax { Initializer: not null } => code,
        BaseMethodDeclarationSyntax method => (SyntaxNode?)method.Body ?? method.ExpressionBody ?? code,
        AccessorDeclarationSyntax accessor => (SyntaxNode?)accessor.Body ?? accessor.ExpressionBody ?? code,
        _ => code,
    };

    /// <summary>Without the name of the member, which looks like a call.</summary>
    private static TextSpan BodySpan(SyntaxNode code) => code switch
    {
        ConstructorDeclarationSyntax { Initializer: { } initializer } constructor => TextSpan.FromBounds(initializer.SpanStart, constructor.Span.End),
        BaseMethodDeclarationSyntax method => BodySpan(method, (SyntaxNode?)method.Body ?? method.ExpressionBody),
        LocalFunctionStatementSyntax local => BodySpan(local, (SyntaxNode?)local.Body ?? local.ExpressionBody),
        _ => code.Span,
    };

    private static TextSpan BodySpan(SyntaxNode declaration, SyntaxNode? body) => body?.Span ?? new TextSpan(declaration.Span.End, 0);

    /// <summary>The member with its parameters; an extension block, whose receiver all members share; the file for top-level statements.</summary>
    private static SyntaxNode DeclarationOf(SyntaxNode code) =>
        code.FirstAncestorOrSelf<MemberDeclarationSyntax>() switch
        {
            GlobalStatementSyntax { Parent: { } file } => file,
            { Parent: TypeDeclarationSyntax { Identifier.ValueText: "" } block } => block,
            { } member => member,
            null => code,
        };
}
