using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>A place where a body writes an entity.</summary>
/// <param name="Place">The commit, the call that writes, or the last change where the commit is left to the caller.</param>
/// <param name="OnlyAdds">Whether it only adds entities that did not exist before.</param>
/// <param name="IsFinal">Whether no commit is left to come, in this body or the caller's.</param>
internal sealed record EntityWrite(IInvocationOperation Place, bool OnlyAdds, bool IsFinal);

/// <summary>
/// Finds where a body writes an entity: a change that reaches a commit, a change on a context that the caller commits, or a call with
/// a verb of writing on the object that the entity is read from.
/// </summary>
internal sealed class EntityWrites
{
    /// <summary>The first words of methods that write.</summary>
    public static readonly string[] DefaultVerbs = ["Add", "Insert", "Create", "Update", "Delete", "Remove", "Save", "Upsert", "Replace", "Patch"];

    private static readonly ImmutableArray<string> AddingVerbs = ImmutableArray.Create("Add", "Insert", "Create");
    private static readonly ImmutableArray<string> DroppingVerbs = ImmutableArray.Create("Delete", "Remove");

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _context;
    private readonly bool _hasContexts;
    private readonly INamedTypeSymbol? _token;
    private readonly ImmutableHashSet<string> _commitNames;
    private readonly ImmutableArray<string> _verbs;

    /// <param name="compilation">The compilation.</param>
    /// <param name="commitNames">See <see cref="Commits.DefaultNames"/>.</param>
    /// <param name="verbs">See <see cref="DefaultVerbs"/>.</param>
    public EntityWrites(Compilation compilation, ImmutableHashSet<string> commitNames, ImmutableHashSet<string> verbs)
    {
        _compilation = compilation;
        _context = compilation.Find("Microsoft.EntityFrameworkCore.DbContext");
        _hasContexts = _context is not null || compilation.Find("Marten.IDocumentSession") is not null;
        _token = compilation.Find("System.Threading.CancellationToken");
        _commitNames = commitNames;
        _verbs = verbs.ToImmutableArray();
    }

    /// <summary>Whether a piece of source calls something that may be a write; the test that costs nothing.</summary>
    /// <param name="body">The source.</param>
    /// <param name="owner">The type whose code it is.</param>
    public bool AreMentionedIn(SyntaxNode body, INamedTypeSymbol owner) =>
        CallNames.Distinct(body.SyntaxTree, body.Span).Any(call => Commits.MayBe(call.Name, _commitNames) || call.Name == "Attach"
            || (BeginsWith(call.Name, _verbs) && (_hasContexts || MayAskMember(call, owner))));

    /// <summary>Whether a call may be on a field or parameter of the primary constructor whose type stands in this compilation.</summary>
    private bool MayAskMember(NamedCall call, INamedTypeSymbol owner) =>
        call.On is not { } on || MemberTypes.Of(_compilation).In(owner).Any(m => m.Member == on && m.Type.IsDeclaredIn(_compilation));

    /// <summary>The writes of an entity in a body, in the order of the source.</summary>
    /// <param name="body">The body.</param>
    /// <param name="entity">The entity.</param>
    /// <param name="source">The field or parameter of the primary constructor it is read from; null for a context.</param>
    /// <param name="sourceOf">What a call is made on, to compare with <paramref name="source"/>.</param>
    public IEnumerable<EntityWrite> In(IOperation body, ITypeSymbol entity, ISymbol? source, Func<IInvocationOperation, ISymbol?> sourceOf)
    {
        if (BodyGraph.Of(body) is not { } graph)
            return [];
        var changes = Changes.Of(_compilation).In(body).Where(change => EntityReads.IsSame(change.Entity, entity)).ToList();
        var writes = new List<EntityWrite>();
        var commits = Commits.Of(_compilation).In(body, _commitNames);
        if (changes.Count > 0)
        {
            foreach (var commit in commits)
            {
                var committed = changes.Where(change => change.Operation == commit
                    || (change.Kind != ChangeKind.Bulk && graph.Reaches(change.Operation, commit, o => commits.Any(c => c != commit && c.Syntax == o.Syntax)))).ToList();
                if (committed.Count > 0)
                    writes.Add(new(commit, committed.All(change => change.Kind == ChangeKind.Added), IsFinal: true));
            }

            var left = changes.Where(IsLeftToCaller).ToList();
            if (commits.IsEmpty && left.Count > 0)
                writes.Add(new((IInvocationOperation)left[left.Count - 1].Operation, left.All(change => change.Kind == ChangeKind.Added), IsFinal: false));
        }

        if (source is not null)
        {
            foreach (var call in OwnCode.AndSelf(body).OfType<IInvocationOperation>())
            {
                if (BeginsWith(call.TargetMethod.Name, _verbs) && SymbolEqualityComparer.Default.Equals(sourceOf(call), source) && Takes(call, entity))
                    writes.Add(new(call, BeginsWith(call.TargetMethod.Name, AddingVerbs), IsFinal: !commits.Any(commit => graph.Reaches(call, commit))));
            }
        }

        return writes.OrderBy(write => write.Place.Syntax.SpanStart);
    }

    /// <summary>A change on a context that the body was handed.</summary>
    private bool IsLeftToCaller(Change change)
    {
        if (change is not { Operation: IInvocationOperation, Store: { } store, Kind: not ChangeKind.Bulk })
            return false;
        store = store.Unwrap();
        while (store is IPropertyReferenceOperation { Instance: { } instance })
            store = instance.Unwrap();
        if (store is IInvocationOperation { Instance: { } set })
            store = set.Unwrap();
        return store is IParameterReferenceOperation parameter && parameter.Type.Is(_context) && !Roots.IsPrimaryConstructorParameter(parameter.Parameter);
    }

    private bool Takes(IInvocationOperation call, ITypeSymbol entity) =>
        call.Arguments.Any(argument => argument.ArgumentKind != ArgumentKind.DefaultValue
            && ((BeginsWith(call.TargetMethod.Name, DroppingVerbs) && !argument.Value.Type.Is(_token))
                || (Changes.EntityIn(argument.Value.Unwrap().Type) is { } given && EntityReads.IsSame(given, entity))));

    /// <summary>Whether the first word of a name is a verb: <c>AddAsync</c> begins with <c>Add</c>, <c>AddressOf</c> does not.</summary>
    private static bool BeginsWith(string name, ImmutableArray<string> verbs)
    {
        foreach (var verb in verbs)
        {
            if (name.StartsWith(verb, StringComparison.OrdinalIgnoreCase) && (name.Length == verb.Length || !char.IsLower(name[verb.Length])))
                return true;
        }

        return false;
    }
}
