using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>
/// Where a body makes its changes final: <c>SaveChanges</c> of EF Core and Marten, the commit of a transaction, <c>ExecuteUpdate</c> and
/// <c>ExecuteDelete</c>, a method of a known name on an interface of the compilation, and a method of the compilation that does nothing
/// but commit. A save inside a transaction that the same body opened is not final; the transaction's own commit is.
/// </summary>
internal sealed class Commits
{
    /// <summary>What a unit of work of the user's own may call its commit.</summary>
    public static readonly string[] DefaultNames = ["SaveChanges", "SaveChangesAsync", "Commit", "CommitAsync", "Complete", "CompleteAsync"];

    private const int Levels = 2;

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _context;
    private readonly INamedTypeSymbol? _session;
    private readonly INamedTypeSymbol? _scope;
    private readonly INamedTypeSymbol? _database;
    private readonly ImmutableArray<INamedTypeSymbol> _transactions;
    private readonly ImmutableArray<INamedTypeSymbol> _bulk;

    private Commits(Compilation compilation)
    {
        _compilation = compilation;
        _context = compilation.Find("Microsoft.EntityFrameworkCore.DbContext");
        _session = compilation.Find("Marten.IDocumentSession");
        _scope = compilation.Find("System.Transactions.TransactionScope");
        _database = compilation.Find("Microsoft.EntityFrameworkCore.Infrastructure.DatabaseFacade");
        _transactions = All(
            compilation.Find("Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction"),
            compilation.Find("System.Data.Common.DbTransaction"),
            compilation.Find("System.Data.IDbTransaction"));
        _bulk = All(
            compilation.Find("Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions"),
            compilation.Find("Microsoft.EntityFrameworkCore.RelationalQueryableExtensions"));

        static ImmutableArray<INamedTypeSymbol> All(params INamedTypeSymbol?[] types) => types.OfType<INamedTypeSymbol>().ToImmutableArray();
    }

    public static Commits Of(Compilation compilation) => compilation.Know(static c => new Commits(c))!;

    /// <summary>Whether a method of this name may be a commit; the test that costs nothing.</summary>
    /// <param name="name">The method's name.</param>
    /// <param name="names">Names that count on an interface of the compilation, see <see cref="DefaultNames"/>.</param>
    public static bool MayBe(string name, ImmutableHashSet<string> names) =>
        name.StartsWith("Save", StringComparison.Ordinal) || name.StartsWith("Commit", StringComparison.Ordinal)
        || IsBulkName(name) || names.Contains(name);

    /// <summary>Whether a piece of source calls something that may be a commit.</summary>
    public static bool AreMentionedIn(SyntaxNode body, ImmutableHashSet<string> names) =>
        CallNames.In(body.SyntaxTree, body.Span).Any(name => MayBe(name, names));

    /// <summary>The calls of a body that make changes final, in the order of the source.</summary>
    public ImmutableArray<IInvocationOperation> In(IOperation body, ImmutableHashSet<string> names)
    {
        var own = OwnCode.AndSelf(body).ToList();
        var commits = own.OfType<IInvocationOperation>().Where(call => IsCommit(call, names, Levels)).ToImmutableArray();
        var openings = own.Where(IsOpening).ToList();
        if (commits.IsEmpty || openings.Count == 0 || BodyGraph.Of(body) is not { } graph)
            return commits;
        return commits.RemoveAll(commit => !EndsTransaction(commit, names)
            && openings.Any(opening => graph.Reaches(opening, commit, o => o is IInvocationOperation call && EndsTransaction(call, names))));
    }

    /// <summary>Whether a call makes changes final, unless a transaction is open around it.</summary>
    public bool IsCommit(IInvocationOperation call, ImmutableHashSet<string> names) => IsCommit(call, names, Levels);

    /// <summary>Whether a call changes and commits at once: <c>ExecuteUpdate</c>, <c>ExecuteDelete</c>.</summary>
    public bool IsBulk(IInvocationOperation call) =>
        IsBulkName(call.TargetMethod.Name) && _bulk.Any(t => Same(t, call.TargetMethod.ContainingType));

    private bool IsCommit(IInvocationOperation call, ImmutableHashSet<string> names, int levels)
    {
        var method = call.TargetMethod;
        if (!MayBe(method.Name, names))
            return IsHelper(call, names, levels);
        if (method.Name is "SaveChanges" or "SaveChangesAsync" && (method.ContainingType.Is(_context) || (call.Instance?.Type).Is(_session)))
            return true;
        return EndsTransaction(call, names) || IsBulk(call) || (names.Contains(method.Name) && IsOwnInterface(method)) || IsHelper(call, names, levels);
    }

    /// <summary>A method of the compilation that commits and changes nothing by itself.</summary>
    private bool IsHelper(IInvocationOperation call, ImmutableHashSet<string> names, int levels)
    {
        if (levels == 0 || Calls.Of(_compilation).CertainTarget(call) is not { } target
            || !target.DeclaringSyntaxReferences.Any(r => CallNames.In(r.SyntaxTree, r.Span).Any(name => MayBe(name, names)))
            || Bodies.Of(_compilation).Of(target, CancellationToken.None) is not { } body)
            return false;
        return OwnCode.AndSelf(body).OfType<IInvocationOperation>().Any(inner => !IsBulk(inner) && IsCommit(inner, names, levels - 1))
            && Changes.Of(_compilation).In(body).IsEmpty;
    }

    private bool EndsTransaction(IInvocationOperation call, ImmutableHashSet<string> names)
    {
        var method = call.TargetMethod;
        return method.Name switch
        {
            "Commit" or "CommitAsync" when _transactions.Any(t => method.ContainingType.Is(t)) => true,
            "CommitTransaction" or "CommitTransactionAsync" when method.ContainingType.Is(_database) => true,
            "Complete" when method.ContainingType.Is(_scope) => true,
            _ => names.Contains(method.Name) && !method.Name.StartsWith("Save", StringComparison.OrdinalIgnoreCase) && IsOwnInterface(method),
        };
    }

    private bool IsOpening(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.TargetMethod.Name is "BeginTransaction" or "BeginTransactionAsync",
        IObjectCreationOperation creation => creation.Type.Is(_scope),
        _ => false,
    };

    private bool IsOwnInterface(IMethodSymbol method) =>
        method.ContainingType?.TypeKind == TypeKind.Interface && method.ContainingType.IsDeclaredIn(_compilation);

    private static bool IsBulkName(string name) => name is "ExecuteUpdate" or "ExecuteUpdateAsync" or "ExecuteDelete" or "ExecuteDeleteAsync";

    private static bool Same(INamedTypeSymbol left, INamedTypeSymbol? right) => SymbolEqualityComparer.Default.Equals(left, right);
}
