using System.Runtime.CompilerServices;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// The cache keys that a piece of code is written for: those of the member it stands in, and where that has none, those that go through
/// it as a key builder or as the argument of a wrapper. A rule that asks about text and reports where the text stands reports each
/// defect once, however many operations share a builder, and in the file under analysis.
/// </summary>
internal sealed class WrittenKeys
{
    private readonly Compilation _compilation;
    private readonly CacheCalls _calls;
    private readonly ConditionalWeakTable<IOperation, IReadOnlyList<KeyedOperation>> _inMember = new();

    private readonly Lazy<HashSet<string>> _named;
    private readonly ConditionalWeakTable<SyntaxTree, HashSet<string>> _namedThrough = new();

    private WrittenKeys(Compilation compilation, CacheCalls calls)
    {
        _compilation = compilation;
        _calls = calls;
        _named = new(FindNamed);
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static WrittenKeys? Of(Compilation compilation) =>
        compilation.Know(static c => CacheCalls.Of(c) is { } calls ? new WrittenKeys(c, calls) : null);

    /// <summary>
    /// Whether a text can become a key, judged by names: the member around it may use a cache, or gives a value that code which may use
    /// one can mean by its name.
    /// </summary>
    public bool MayBeKey(IOperation text, INamedTypeSymbol? owner)
    {
        return _calls.MentionedIn(Enclosing.Root(text).Syntax, owner) != CacheVerbs.None
            || (Builder(text.Syntax) is { } name && (_named.Value.Contains(name) || _namedThrough.GetValue(text.Syntax.SyntaxTree, FindNamedThrough).Contains(name)));
    }

    /// <summary>The keyed operations of a whole member, lambdas and local functions in it included.</summary>
    public IReadOnlyList<KeyedOperation> InMember(IOperation root, INamedTypeSymbol? owner) => _inMember.GetValue(root, r => Find(r, owner));

    /// <summary>Whether no operation of the member around it uses a text for its key: only others can.</summary>
    public bool IsWrittenForOthers(IOperation text, INamedTypeSymbol? owner) => !InMember(Enclosing.Root(text), owner).Any(o => IsThrough(o, text));

    /// <summary>
    /// The operations whose key is made from <paramref name="text"/>. A wrapper's own operation does not count when the compilation
    /// calls the wrapper: what its parameters are is up to the callers.
    /// </summary>
    public IEnumerable<KeyedOperation> Through(IOperation text, INamedTypeSymbol? owner)
    {
        var own = InMember(Enclosing.Root(text), owner).Where(o => IsThrough(o, text)).ToList();
        if (own.Count > 0 && !own.Any(o => o.Key!.Steps.Any(s => s.Value.Operation is IParameterReferenceOperation)))
            return own;
        var all = KeySearch.Of(_compilation)!.All.Where(o => IsThrough(o, text)).ToList();
        var outside = all.Where(o => o.Operation.IsWrapped && own.All(w => w.Operation.Operation.Syntax != o.Operation.Operation.Syntax)).ToList();
        return outside.Count > 0 ? outside : own.Count > 0 ? own : all;
    }

    /// <summary>The name of the member that gives a value made in this code: a key builder, or a field or property that holds a key.</summary>
    private static string? Builder(SyntaxNode code)
    {
        for (var node = code; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case LocalFunctionStatementSyntax { ReturnType: not PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword } } local:
                    return local.Identifier.ValueText;
                case MethodDeclarationSyntax method:
                    return method.ReturnType is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword } ? null : method.Identifier.ValueText;
                case PropertyDeclarationSyntax property:
                    return property.Identifier.ValueText;
                case VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax } field:
                    return field.Identifier.ValueText;
                case BaseTypeDeclarationSyntax:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Every identifier in the members that may use a cache.</summary>
    private HashSet<string> FindNamed()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tree in _compilation.SyntaxTrees.Where(_calls.MayBeUsedIn))
        {
            foreach (var (member, owner) in Members.In(tree, _compilation))
            {
                if (_calls.MentionedIn(member, owner) != CacheVerbs.None)
                    found.UnionWith(CallNames.Identifiers(member));
            }
        }

        return found;
    }

    /// <summary>The names in the builders of a file that are named where caches are used: a builder may be made of others.</summary>
    private HashSet<string> FindNamedThrough(SyntaxTree tree)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = Members.In(tree, _compilation).Select(m => (Name: Builder(m.Member), m.Member)).Where(m => m.Name is not null).ToList();
        int count;
        do
        {
            count = open.Count;
            foreach (var (name, member) in open.ToList())
            {
                if (!_named.Value.Contains(name!) && !found.Contains(name!))
                    continue;
                found.UnionWith(CallNames.Identifiers(member));
                open.Remove((name, member));
            }
        }
        while (open.Count < count);

        return found;
    }

    private static bool IsThrough(KeyedOperation operation, IOperation text) =>
        operation.Key is { } key && key.Steps.Any(s => s.Value.Operation.Syntax == text.Syntax);

    private List<KeyedOperation> Find(IOperation root, INamedTypeSymbol? owner)
    {
        var found = new List<KeyedOperation>();
        if (_calls.MentionedIn(root.Syntax, owner) == CacheVerbs.None)
            return found;
        foreach (var body in Flow.OwnCode.Bodies(root))
        {
            foreach (var operation in _calls.In(body))
                found.AddRange(KeyedOperation.Of(operation, body, _compilation));
        }

        return found;
    }

}
