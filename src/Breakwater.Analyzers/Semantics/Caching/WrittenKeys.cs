using System.Runtime.CompilerServices;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// The cache keys that a piece of code is written for: those of the member it stands in, and where that has none, those that go through
/// it as a key builder or as the argument of a wrapper. A rule that asks about text and reports where the text stands reports each
/// defect once, however many operations share a builder, and in the file under analysis.
/// </summary>
internal sealed class WrittenKeys
{
    /// <summary>A text that can be meant by more names than these is looked for everywhere.</summary>
    private const int MostNames = 16;

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
    public IReadOnlyList<KeyedOperation> InMember(IOperation root, INamedTypeSymbol? owner) =>
        _calls.MentionedIn(root.Syntax, owner) == CacheVerbs.None ? [] : _inMember.GetValue(root, Find);

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
        var all = ElsewhereFor(text.Syntax).Where(o => IsThrough(o, text)).ToList();
        var outside = all.Where(o => o.Operation.IsWrapped && own.All(w => w.Operation.Operation.Syntax != o.Operation.Operation.Syntax)).ToList();
        return outside.Count > 0 ? outside : own.Count > 0 ? own : all;
    }

    /// <summary>The operations that a text may reach through other members: of those that name its member, or one that does.</summary>
    private IEnumerable<KeyedOperation> ElsewhereFor(SyntaxNode text)
    {
        var search = KeySearch.Of(_compilation)!;
        if (NameOf(text) is not { } own || own == nameof(ToString))
            return search.All;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var added = new Stack<string>([own]);
        var members = Members.Of(_compilation).In(text.SyntaxTree).Select(m => m.Member).Concat(search.UsingMembers).ToList();
        while (added.Count > 0)
        {
            var name = added.Pop();
            if (!names.Add(name))
                continue;
            if (names.Count > MostNames)
                return search.All;
            foreach (var member in members.Where(m => CallNames.IsNamedIn(m, name)))
            {
                if (NameOf(member) is { } through)
                    added.Push(through);
                else if (member is not (ConstructorDeclarationSyntax or CompilationUnitSyntax))
                    return search.All;
            }
        }

        return search.Naming(names);
    }

    /// <summary>The name of the member that gives a value made in this code: a key builder, or a field or property that holds a key.</summary>
    private static string? Builder(SyntaxNode code) => MemberOf(code) is { } member && !IsVoid(member) ? NameOf(member) : null;

    /// <summary>The name by which other code means the member around this code; null for what is meant by a sign or by nothing.</summary>
    private static string? NameOf(SyntaxNode code) => MemberOf(code) switch
    {
        LocalFunctionStatementSyntax local => local.Identifier.ValueText,
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        VariableDeclaratorSyntax field => field.Identifier.ValueText,
        _ => null,
    };

    /// <summary>What a value made in this code is given by. A local function without a result is a part of the member around it.</summary>
    private static SyntaxNode? MemberOf(SyntaxNode code) => code.AncestorsAndSelf().FirstOrDefault(node => node
        is LocalFunctionStatementSyntax and not { ReturnType: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword } }
        or BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseTypeDeclarationSyntax
        or VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax });

    private static bool IsVoid(SyntaxNode member) =>
        member is MethodDeclarationSyntax { ReturnType: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword } };

    /// <summary>Every identifier in the members that may use a cache.</summary>
    private HashSet<string> FindNamed()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in KeySearch.Of(_compilation)!.UsingMembers)
            found.UnionWith(CallNames.Identifiers(member));
        return found;
    }

    /// <summary>The names in the builders of a file that are named where caches are used: a builder may be made of others.</summary>
    private HashSet<string> FindNamedThrough(SyntaxTree tree)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = Members.Of(_compilation).In(tree).Select(m => (Name: Builder(m.Member), m.Member)).Where(m => m.Name is not null).ToList();
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

    private List<KeyedOperation> Find(IOperation root)
    {
        var found = new List<KeyedOperation>();
        foreach (var body in Flow.OwnCode.Bodies(root))
        {
            foreach (var operation in _calls.In(body))
                found.AddRange(KeyedOperation.Of(operation, body, _compilation));
        }

        return found;
    }
}
