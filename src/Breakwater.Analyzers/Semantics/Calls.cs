using System.Collections.Concurrent;

namespace Breakwater.Semantics;

/// <summary>Which code a call runs, and which code calls a method, as far as this compilation can tell.</summary>
internal sealed class Calls
{
    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<INamedTypeSymbol>> _implementations = new(SymbolEqualityComparer.Default);
    private readonly Lazy<ILookup<string, BaseTypeDeclarationSyntax>> _derived;
    private readonly ConcurrentDictionary<IMethodSymbol, ImmutableArray<IOperation>> _callers = new(SymbolEqualityComparer.Default);

    private Calls(Compilation compilation)
    {
        _compilation = compilation;
        _derived = new(FindDerived);
    }

    public static Calls Of(Compilation compilation) => compilation.Know(static c => new Calls(c))!;

    /// <summary>
    /// The method with source that a call certainly runs: a static, private, sealed or non-virtual one, or the only implementation
    /// of an interface of this compilation. Null when another one could run.
    /// </summary>
    public IMethodSymbol? CertainTarget(IInvocationOperation call)
    {
        var method = call.TargetMethod.Definition();
        if (!method.IsDeclaredIn(_compilation))
            return null;
        if (method.ContainingType?.TypeKind == TypeKind.Interface)
            return method.IsStatic ? null : OnlyImplementation(method);
        if (method.IsAbstract || method.IsExtern)
            return null;
        return call.IsVirtual && (method.IsVirtual || method.IsOverride) && !method.IsSealed && !method.ContainingType!.IsSealed ? null : method;
    }

    /// <summary>
    /// Every reference to a private, local or internal method: calls, and method groups as themselves. Default (not empty) for a
    /// method that code outside the compilation can call.
    /// </summary>
    public ImmutableArray<IOperation> ReferencesTo(IMethodSymbol method, CancellationToken cancellationToken)
    {
        method = method.Definition();
        var hidden = method.MethodKind == MethodKind.LocalFunction
            || method.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal;
        if (!hidden || method.ExplicitInterfaceImplementations.Length > 0)
            return default;
        return _callers.GetOrAdd(method, m => FindReferences(m, cancellationToken));
    }

    /// <summary>The calls in this compilation that certainly run a method, whatever its accessibility; found by its name.</summary>
    public IEnumerable<IInvocationOperation> CallsOf(IMethodSymbol method, CancellationToken cancellationToken)
    {
        method = method.Definition();
        var mentions = method.MethodKind == MethodKind.LocalFunction || method.DeclaredAccessibility == Accessibility.Private
            ? MentionsOf(method, cancellationToken)
            : Mentions.In(_compilation, method.Name, ImmutableArray<string>.Empty, cancellationToken);
        return mentions
            .Select(mention => Bodies.Of(_compilation).Of(mention, cancellationToken))
            .OfType<IInvocationOperation>()
            .Where(call => SymbolEqualityComparer.Default.Equals(CertainTarget(call), method));
    }

    private ImmutableArray<IOperation> FindReferences(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var bodies = Bodies.Of(_compilation);
        return MentionsOf(method, cancellationToken)
            .Select(mention => bodies.Of(mention, cancellationToken))
            .OfType<IOperation>()
            .Where(operation => Targets(operation, method))
            .ToImmutableArray();
    }

    private static bool Targets(IOperation operation, IMethodSymbol method) => operation switch
    {
        IInvocationOperation call => SymbolEqualityComparer.Default.Equals(call.TargetMethod.Definition(), method),
        IMethodReferenceOperation reference => SymbolEqualityComparer.Default.Equals(reference.Method.Definition(), method),
        _ => false,
    };

    private IEnumerable<ExpressionSyntax> MentionsOf(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (method.MethodKind == MethodKind.LocalFunction)
            return method.DeclaringSyntaxReferences.SelectMany(r => Mentions.In(ScopeOf(r.GetSyntax(cancellationToken)), method.Name, cancellationToken));
        if (method.DeclaredAccessibility == Accessibility.Private)
            return Mentions.InOutermostType(method, method.Name, cancellationToken);
        return Mentions.In(_compilation, method.Name, ImmutableArray<string>.Empty, cancellationToken);
    }

    /// <summary>Where a local function can be named; each top-level statement is a node of its own, and the file is their block.</summary>
    private static SyntaxNode ScopeOf(SyntaxNode localFunction) =>
        localFunction.Parent is GlobalStatementSyntax { Parent: { } file } ? file : localFunction.Parent!;

    private IMethodSymbol? OnlyImplementation(IMethodSymbol member)
    {
        if (_implementations.GetOrAdd(member.ContainingType.OriginalDefinition, ImplementationsOf) is not [var type])
            return null;
        var construction = type.AllInterfaces.First(i => SymbolEqualityComparer.Default.Equals(i.OriginalDefinition, member.ContainingType.OriginalDefinition));
        var constructed = construction.GetMembers(member.Name).FirstOrDefault(m => SymbolEqualityComparer.Default.Equals(m.OriginalDefinition, member));
        return constructed is not null && type.FindImplementationForInterfaceMember(constructed) is IMethodSymbol found && found.IsDeclaredIn(_compilation)
            ? found.OriginalDefinition
            : null;
    }

    /// <summary>The types that can be made and have an interface, found from base list to base list by name, so that no other type is bound.</summary>
    private ImmutableArray<INamedTypeSymbol> ImplementationsOf(INamedTypeSymbol contract)
    {
        var found = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        var seen = new HashSet<string>(StringComparer.Ordinal) { contract.Name };
        var open = new Stack<string>(seen);
        while (open.Count > 0)
        {
            foreach (var declaration in _derived.Value[open.Pop()])
            {
                if (seen.Add(declaration.Identifier.ValueText))
                    open.Push(declaration.Identifier.ValueText);
                if (Bodies.Of(_compilation).DeclaredBy(declaration, CancellationToken.None) is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, IsAbstract: false } type
                    && type.Is(contract))
                    found.Add(type);
            }
        }

        return found.ToImmutableArray();
    }

    /// <summary>The types by the last names in their base lists; a type whose base list names an alias stands under the name it means, too.</summary>
    private ILookup<string, BaseTypeDeclarationSyntax> FindDerived()
    {
        var found = new List<(string Base, BaseTypeDeclarationSyntax Type)>();
        var aliases = new List<(string Alias, string Name)>();
        foreach (var tree in _compilation.SyntaxTrees)
        {
            foreach (var node in tree.GetRoot().DescendantNodes(static n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax))
            {
                if (node is BaseTypeDeclarationSyntax { BaseList: { } bases } type)
                    found.AddRange(bases.Types.Select(b => (b.Type.LastName(), type)));
                else if (node is UsingDirectiveSyntax { Alias.Name.Identifier.ValueText: var alias, Name: { } meant })
                    aliases.Add((alias, meant.LastName()));
            }
        }

        var named = found.ToLookup(f => f.Base, f => f.Type, StringComparer.Ordinal);
        return found.Concat(aliases.SelectMany(a => named[a.Alias].Select(t => (a.Name, t)))).ToLookup(f => f.Item1, f => f.Item2, StringComparer.Ordinal);
    }
}
