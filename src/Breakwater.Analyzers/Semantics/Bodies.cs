using System.Collections.Concurrent;

namespace Breakwater.Semantics;

/// <summary>
/// The one door to code other than the one under analysis: the operations of a method of this compilation, for summaries and for
/// searches on demand. Bound once per method. Gives up (null) on methods without source or without a body.
/// </summary>
internal sealed class Bodies
{
    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    private readonly ConcurrentDictionary<IMethodSymbol, IOperation?> _bodies = new(SymbolEqualityComparer.Default);

    private Bodies(Compilation compilation) => _compilation = compilation;

    public static Bodies Of(Compilation compilation) => compilation.Know(static c => new Bodies(c))!;

    /// <summary>The body of a method, constructor, accessor or local function: a block, a method body or a local function.</summary>
    public IOperation? Of(IMethodSymbol method, CancellationToken cancellationToken)
    {
        method = method.Definition();
        method = method.PartialImplementationPart ?? method;
        if (_bodies.TryGetValue(method, out var known))
            return known;

        IOperation? body = null;
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (!_compilation.ContainsSyntaxTree(reference.SyntaxTree))
                continue;
            var syntax = reference.GetSyntax(cancellationToken);
            body = ModelOf(syntax.SyntaxTree).GetOperation(syntax, cancellationToken);
            if (body is not null)
                break;
        }

        return _bodies.GetOrAdd(method, body);
    }

    /// <summary>The operation for a piece of syntax anywhere in the compilation, such as a field's initialiser.</summary>
    public IOperation? Of(SyntaxNode syntax, CancellationToken cancellationToken) =>
        _compilation.ContainsSyntaxTree(syntax.SyntaxTree) ? ModelOf(syntax.SyntaxTree).GetOperation(syntax, cancellationToken) : null;

    /// <summary>The symbol that a declaration anywhere in the compilation declares.</summary>
    public ISymbol? DeclaredBy(SyntaxNode declaration, CancellationToken cancellationToken) =>
        _compilation.ContainsSyntaxTree(declaration.SyntaxTree) ? ModelOf(declaration.SyntaxTree).GetDeclaredSymbol(declaration, cancellationToken) : null;

    /// <summary>The type of an expression or attribute anywhere in the compilation.</summary>
    public ITypeSymbol? TypeOf(SyntaxNode syntax, CancellationToken cancellationToken) =>
        _compilation.ContainsSyntaxTree(syntax.SyntaxTree) ? ModelOf(syntax.SyntaxTree).GetTypeInfo(syntax, cancellationToken).Type : null;

    /// <summary>The type that is named somewhere in the compilation. The body around the name is not bound for it.</summary>
    public INamedTypeSymbol? TypeNamed(TypeSyntax name, CancellationToken cancellationToken)
    {
        if (!_compilation.ContainsSyntaxTree(name.SyntaxTree))
            return null;
        cancellationToken.ThrowIfCancellationRequested();
        var member = name.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>();
        var position = member?.Body?.SpanStart ?? member?.ExpressionBody?.SpanStart ?? name.SpanStart;
        return ModelOf(name.SyntaxTree).GetSpeculativeTypeInfo(position, name, SpeculativeBindingOption.BindAsTypeOrNamespace).Type as INamedTypeSymbol;
    }

    private SemanticModel ModelOf(SyntaxTree tree) => _models.GetOrAdd(tree, t => _compilation.GetSemanticModel(t));
}
