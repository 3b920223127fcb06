namespace Breakwater.Semantics.Data;

/// <summary>
/// Calls that surely leave the process: HTTP, databases (ADO.NET, EF Core, Dapper), Redis, files, sockets, gRPC and the drivers we
/// know by namespace. Only what the types prove; names alone never count.
/// </summary>
internal sealed class IoCalls
{
    private static readonly string[][] DriverNamespaces = [["MongoDB", "Driver"], ["RabbitMQ", "Client"], ["Marten"], ["Azure"], ["Amazon"]];

    private static readonly HashSet<string> TerminalOperators = new(StringComparer.Ordinal)
    {
        "ToList", "ToArray", "ToDictionary", "ToHashSet", "ToLookup", "First", "FirstOrDefault", "Single", "SingleOrDefault", "Last",
        "LastOrDefault", "ElementAt", "ElementAtOrDefault", "Any", "All", "Contains", "Count", "LongCount", "Sum", "Min", "MinBy", "Max",
        "MaxBy", "Average", "Aggregate",
    };

    private readonly List<(INamedTypeSymbol Type, Func<string, bool> Method)> _byType = [];
    private readonly Dictionary<ISymbol, Func<string, bool>> _exact = new(SymbolEqualityComparer.Default);
    private readonly INamedTypeSymbol? _queryable;
    private readonly INamedTypeSymbol? _enumerableOperators;
    private readonly INamedTypeSymbol? _queryableOperators;
    private readonly INamedTypeSymbol? _redis;

    private IoCalls(Compilation compilation)
    {
        _queryable = compilation.Find("System.Linq.IQueryable`1");
        _enumerableOperators = compilation.Find("System.Linq.Enumerable");
        _queryableOperators = compilation.Find("System.Linq.Queryable");
        _redis = compilation.Find("StackExchange.Redis.IRedisAsync");

        Exactly("System.Net.Http.Json.HttpClientJsonExtensions", _ => true);
        Exactly("Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions", m => m.EndsWith("Async", StringComparison.Ordinal));
        Exactly("Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions", m => Starts(m, "ExecuteSql"));
        Exactly("Microsoft.EntityFrameworkCore.RelationalQueryableExtensions", m => Starts(m, "ExecuteUpdate", "ExecuteDelete"));
        Exactly("Dapper.SqlMapper", m => Starts(m, "Query", "Execute"));
        Exactly("System.IO.File", m => Starts(m, "Read", "Write", "Append"));

        Family("System.Net.Http.HttpMessageInvoker", m => Starts(m, "Get", "Post", "Put", "Patch", "Delete", "Send"));
        Family("System.Data.Common.DbConnection", m => Starts(m, "Open"));
        Family("System.Data.IDbConnection", m => m == "Open");
        Family("System.Data.Common.DbCommand", m => Starts(m, "Execute"));
        Family("System.Data.IDbCommand", m => Starts(m, "Execute"));
        Family("Microsoft.EntityFrameworkCore.DbContext", m => Starts(m, "Find"));
        Family("Microsoft.EntityFrameworkCore.DbSet`1", m => Starts(m, "Find"));
        Family("System.IO.FileStream", m => Starts(m, "Read", "Write", "CopyTo"));
        Family("System.Net.Sockets.Socket", m => Starts(m, "Receive", "Send", "Connect", "Accept"));
        Family("System.Net.Sockets.TcpClient", m => Starts(m, "Connect"));
        Family("System.Net.Sockets.NetworkStream", m => Starts(m, "Read", "Write"));
        Family("Grpc.Core.ClientBase", _ => true);

        void Exactly(string name, Func<string, bool> method)
        {
            if (compilation.Find(name) is { } type)
                _exact.Add(type, method);
        }

        void Family(string name, Func<string, bool> method)
        {
            if (compilation.Find(name) is { } type)
                _byType.Add((type, method));
        }
    }

    public static IoCalls Of(Compilation compilation) => compilation.Know(static c => new IoCalls(c))!;

    /// <summary>Whether running this operation does I/O: a call, or a loop over a query.</summary>
    public bool IsIo(IOperation operation) => operation switch
    {
        IInvocationOperation call => IsIo(call.TargetMethod.Definition(), call.Instance?.Type, call.Arguments.FirstOrDefault()?.Value),
        IForEachLoopOperation { Collection: var collection } => IsQuery(collection),
        _ => false,
    };

    /// <summary>Whether calling a method group does I/O.</summary>
    public bool IsIoWhenCalled(IMethodReferenceOperation group) => IsIo(group.Method.Definition(), group.Instance?.Type, group.Instance);

    /// <summary>Whether a value is a query that a database would run.</summary>
    public bool IsQuery(IOperation value) => value.Unwrap().Type.Is(_queryable);

    /// <summary>Whether the I/O of an operation stays on this machine: files.</summary>
    public static bool IsFile(IOperation io) =>
        io is IInvocationOperation { TargetMethod.ContainingType: { Name: "File" or "FileStream", ContainingNamespace.Name: "IO" } };

    private bool IsIo(IMethodSymbol method, ITypeSymbol? instance, IOperation? first)
    {
        var container = method.ContainingType;
        if (container is null)
            return false;
        if (_exact.TryGetValue(container.OriginalDefinition, out var matches))
            return matches(method.Name);
        if (TerminalOperators.Contains(method.Name) && (Same(container, _enumerableOperators) || Same(container, _queryableOperators)))
            return first is not null && IsQuery(first);

        var receiver = instance ?? container;
        foreach (var (type, byName) in _byType)
        {
            if (byName(method.Name) && (container.Is(type) || receiver.Is(type)))
                return true;
        }

        if (_redis is not null && container.Is(_redis) && container.TypeKind == TypeKind.Interface)
            return IsTaskLike(method.ReturnType) || Starts(method.Name, "String", "Hash", "List", "Set", "Sorted", "Script", "Stream", "Key", "Execute", "Geo");
        return DriverNamespaces.Any(n => IsIn(container, n))
            && (IsTaskLike(method.ReturnType) || Starts(method.Name, "Connect", "Execute", "Send"));
    }

    /// <summary>Whether a type is <c>Task</c> or <c>ValueTask</c>, with or without a result.</summary>
    public static bool IsTaskLike(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } };

    /// <summary>Whether a type stands in a namespace or below it; the namespace is given outermost first.</summary>
    private static bool IsIn(INamedTypeSymbol type, string[] path)
    {
        var names = new List<string>();
        for (var current = type.ContainingNamespace; current is { IsGlobalNamespace: false }; current = current.ContainingNamespace)
            names.Add(current.Name);
        names.Reverse();
        return names.Take(path.Length).SequenceEqual(path);
    }

    private static bool Same(INamedTypeSymbol left, INamedTypeSymbol? right) => SymbolEqualityComparer.Default.Equals(left, right);

    private static bool Starts(string name, params string[] starts) => starts.Any(s => name.StartsWith(s, StringComparison.Ordinal));
}
