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
    private readonly ConditionalWeakTable<SyntaxTree, object> _speaks = new();

    private readonly Lazy<HashSet<string>> _named;

    private WrittenKeys(Compilation compilation, CacheCalls calls)
    {
        _compilation = compilation;
        _calls = calls;
        _named = new(FindNamed);
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static WrittenKeys? Of(Compilation compilation) =>
        compilation.Know(static c => CacheCalls.Of(c) is { } calls ? new WrittenKeys(c, calls) : null);

    /// <summary>Whether a file can hold a key or a part of one, judged by the words in it.</summary>
    public bool MayBeIn(SyntaxTree tree) => (bool)_speaks.GetValue(tree, static t => Speaks(CallNames.TextOf(t)));

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
        if (!MayBeUsedElsewhere(text))
            return own;
        var all = KeySearch.Of(_compilation)!.All.Where(o => IsThrough(o, text)).ToList();
        var outside = all.Where(o => o.Operation.IsWrapped && own.All(w => w.Operation.Operation.Syntax != o.Operation.Operation.Syntax)).ToList();
        return outside.Count > 0 ? outside : own.Count > 0 ? own : all;
    }

    /// <summary>
    /// Whether a search through the compilation is worth its price: the text is the value of a member that a file about caches names, or
    /// the member around it calls a method that may reach a cache.
    /// </summary>
    private bool MayBeUsedElsewhere(IOperation text)
    {
        var root = Enclosing.Root(text);
        var (name, isValue) = Builder(root.Syntax);
        if (isValue && name is not null && _named.Value.Contains(name))
            return true;
        return root.Descendants().OfType<IInvocationOperation>().Any(call =>
            call.TargetMethod.IsDeclaredIn(_compilation)
            && (Calls.Of(_compilation).CertainTarget(call) ?? call.TargetMethod.Definition()) is var target && _calls.MentionedIn(target) != CacheVerbs.None);
    }

    /// <summary>The name of the member whose code this is, and whether it gives a value: a key builder, or a field that holds a key.</summary>
    private static (string? Name, bool IsValue) Builder(SyntaxNode code)
    {
        for (var node = code; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case MethodDeclarationSyntax method:
                    return (method.Identifier.ValueText, method.ReturnType is not PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword });
                case PropertyDeclarationSyntax property:
                    return (property.Identifier.ValueText, true);
                case VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax } field:
                    return (field.Identifier.ValueText, true);
                case BaseTypeDeclarationSyntax:
                    return (null, false);
            }
        }

        return (null, false);
    }

    /// <summary>Every identifier in the files that name a cache.</summary>
    private HashSet<string> FindNamed()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            var text = CallNames.TextOf(tree);
            if (Has(text, "Cache") || Has(text, "IDatabase") || Has(text, "Dictionary<"))
                found.UnionWith(CallNames.Identifiers(text));
        }

        return found;
    }

    private static bool IsThrough(KeyedOperation operation, IOperation text) =>
        operation.Key is { } key && key.Steps.Any(s => s.Value.Operation.Syntax == text.Syntax);

    private List<KeyedOperation> Find(IOperation root, INamedTypeSymbol? owner)
    {
        var found = new List<KeyedOperation>();
        if (_calls.MentionedIn(root.Syntax, owner) == CacheVerbs.None)
            return found;
        foreach (var body in root.Descendants().Where(o => o is IAnonymousFunctionOperation or ILocalFunctionOperation).Prepend(Flow.BodyGraph.BodyOf(root)))
        {
            foreach (var operation in _calls.In(body))
                found.AddRange(KeyedOperation.Of(operation, body, _compilation));
        }

        return found;
    }

    private static object Speaks(string text) => Has(text, "Cache") || Has(text, "cache") || Has(text, "Key") || Has(text, "IDatabase") || Has(text, "Dictionary");

    private static bool Has(string text, string word) => text.IndexOf(word, StringComparison.Ordinal) >= 0;
}
