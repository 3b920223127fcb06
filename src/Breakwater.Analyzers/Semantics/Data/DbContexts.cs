using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>Which context object an expression is, as far as two expressions can be told to be the same one.</summary>
/// <param name="Holder">The variable with the object whose member the context is; null for <c>this</c> and for variables of the body.</param>
/// <param name="Variable">The local, parameter, field or auto-property with the context; the type for <c>this</c> of a context.</param>
internal sealed record ContextIdentity(ISymbol? Holder, ISymbol Variable)
{
    /// <summary>The name that the code at hand uses for it.</summary>
    public string Name => Variable is ITypeSymbol ? "this" : (Holder ?? Variable).Name;

    /// <summary>Whether the context, or the object that holds it, is declared inside a piece of code.</summary>
    public bool IsDeclaredIn(SyntaxNode code) =>
        (Holder ?? Variable).DeclaringSyntaxReferences.Any(r => Variable is not ITypeSymbol && r.SyntaxTree == code.SyntaxTree && code.Span.Contains(r.Span));
}

/// <summary>One operation that runs on a context.</summary>
/// <param name="Operation">The call, or the loop over a query.</param>
/// <param name="Place">The context expression in it, or the call of a method of the compilation that runs the operation.</param>
/// <param name="Context">The context.</param>
internal sealed record ContextUse(IOperation Operation, SyntaxNode Place, ContextIdentity Context);

/// <summary>
/// EF Core's contexts: which one an expression starts from, and which calls run an operation on it. A call of a method of the
/// compilation is looked into one level deep. Gives up where two expressions may be different objects: on variables that are
/// assigned again, properties with code, members of anything but <c>this</c>.
/// </summary>
internal sealed class DbContexts
{
    private static readonly string[] SynchronousProviders = ["Microsoft.EntityFrameworkCore.Sqlite", "Microsoft.EntityFrameworkCore.InMemory"];

    private static readonly string[] AsynchronousProviders =
    [
        "Microsoft.EntityFrameworkCore.SqlServer", "Npgsql.EntityFrameworkCore.PostgreSQL", "Pomelo.EntityFrameworkCore.MySql",
        "MySql.EntityFrameworkCore", "Oracle.EntityFrameworkCore", "Microsoft.EntityFrameworkCore.Cosmos", "MongoDB.EntityFrameworkCore",
    ];

    private static readonly ImmutableHashSet<string> GuardWords = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, LockRegion.DefaultGuardWords);

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol _context;
    private readonly INamedTypeSymbol? _set;
    private readonly INamedTypeSymbol? _facade;
    private readonly INamedTypeSymbol? _entry;
    private readonly INamedTypeSymbol? _navigation;
    private readonly INamedTypeSymbol? _queryable;
    private readonly ImmutableArray<INamedTypeSymbol> _operators;
    private readonly INamedTypeSymbol? _sql;
    private readonly HashSet<string> _names;

    private DbContexts(Compilation compilation, INamedTypeSymbol context)
    {
        _compilation = compilation;
        _context = context;
        _set = compilation.Find("Microsoft.EntityFrameworkCore.DbSet`1");
        _facade = compilation.Find("Microsoft.EntityFrameworkCore.Infrastructure.DatabaseFacade");
        _entry = compilation.Find("Microsoft.EntityFrameworkCore.ChangeTracking.EntityEntry");
        _navigation = compilation.Find("Microsoft.EntityFrameworkCore.ChangeTracking.NavigationEntry");
        _queryable = compilation.Find("System.Linq.IQueryable");
        _operators = new[]
        {
            compilation.Find("Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions"),
            compilation.Find("Microsoft.EntityFrameworkCore.RelationalQueryableExtensions"),
        }.OfType<INamedTypeSymbol>().ToImmutableArray();
        _sql = compilation.Find("Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions");
        _names = new(
            _operators.SelectMany(t => t.MemberNames)
                .Concat(_sql is null ? [] : _sql.MemberNames.Where(n => n.StartsWith("ExecuteSql", StringComparison.Ordinal)))
                .Where(n => n.EndsWith("Async", StringComparison.Ordinal))
                .Concat(["SaveChangesAsync", "FindAsync", "LoadAsync", "ReloadAsync"]),
            StringComparer.Ordinal);
        IsSynchronousOnly = compilation.ReferencedAssemblyNames.Any(n => SynchronousProviders.Contains(n.Name))
            && !compilation.ReferencedAssemblyNames.Any(n => AsynchronousProviders.Contains(n.Name));
    }

    /// <summary>What is known about contexts here; null when EF Core is not referenced.</summary>
    public static DbContexts? Of(Compilation compilation) => compilation.Know(static c =>
        c.Find("Microsoft.EntityFrameworkCore.DbContext") is { } context ? new DbContexts(c, context) : null);

    /// <summary>Whether every provider here completes its asynchronous operations at once, so that two never run at the same time.</summary>
    public bool IsSynchronousOnly { get; }

    /// <summary>Whether a type is a context.</summary>
    public bool IsContext(ITypeSymbol? type) => type.Is(_context);

    /// <summary>Whether a method of this name may be an asynchronous operation on a context; the test that costs nothing.</summary>
    public bool MayRun(string name) => _names.Contains(name);

    /// <summary>The asynchronous operation that a call starts on a context that can be named: itself, or in the method of the compilation that it runs.</summary>
    public ContextUse? StartedBy(IInvocationOperation call, CancellationToken cancellationToken)
    {
        if (!IoCalls.IsTaskLike(call.Type))
            return null;
        if (OperatedOn(call) is { } context)
            return IdentityOf(context) is { } identity ? new(call, PlaceOf(context, call), identity) : null;
        return Calls.Of(_compilation).CertainTarget(call) is { } target
                && RunIn(target, call.Instance, call, cancellationToken) is { } found
            ? new(call, call.Syntax, found)
            : null;
    }

    /// <summary>The same for a method group that somebody else calls.</summary>
    public ContextUse? StartedBy(IMethodReferenceOperation group, CancellationToken cancellationToken) =>
        group.Method is { } method && !method.IsVirtual && !method.IsAbstract && !method.IsOverride && IoCalls.IsTaskLike(method.ReturnType) && method.IsDeclaredIn(_compilation)
            && RunIn(method.Definition(), group.Instance, null, cancellationToken) is { } found
            ? new(group, group.Syntax, found)
            : null;

    /// <summary>The operation that a call, or a loop over a query, runs to its end before it goes on: <c>SaveChanges()</c>, <c>ToList()</c>.</summary>
    public ContextUse? RunBy(IOperation operation)
    {
        var context = operation switch
        {
            IForEachLoopOperation { IsAsynchronous: false, Collection: var collection } when IsQuery(collection) => ContextOf(collection),
            IInvocationOperation call when !IoCalls.IsTaskLike(call.Type) => RunOn(call),
            _ => null,
        };
        return context is not null && IdentityOf(context) is { } identity ? new(operation, PlaceOf(context, operation), identity) : null;
    }

    /// <summary>Whether a <c>lock</c>, semaphore or the like in the same body covers a use, so that it waits for its turn.</summary>
    public bool IsGuarded(ContextUse use) => Guards.Of(_compilation).Around(use.Operation, GuardWords).Any();

    /// <summary>The context expression that a query, set, entry or <c>Database</c> starts from; null when it starts elsewhere.</summary>
    public IOperation? ContextOf(IOperation value) => ContextOf(value, new(SymbolEqualityComparer.Default));

    private IOperation? ContextOf(IOperation value, HashSet<ISymbol> seen)
    {
        while (true)
        {
            value = value.Unwrap();
            if (IsContext(value.Type))
                return value;
            switch (value)
            {
                case IConditionalAccessInstanceOperation placeholder when placeholder.Accessed() is { } accessed:
                    value = accessed;
                    break;
                case ITranslatedQueryOperation query:
                    value = query.Operation;
                    break;
                case IPropertyReferenceOperation { Instance: { } owner } when StandsFor(value.Type):
                    value = owner;
                    break;
                case IInvocationOperation call when StandsFor(call.Type) && Receiver(call) is { } receiver:
                    value = receiver;
                    break;
                case ILocalReferenceOperation { Local: var local } when StandsFor(local.Type) && seen.Add(local):
                    return LocalValues.Around(value).Of(local)
                        .Where(given => given.How == LocalValues.How.Assigned)
                        .Select(given => ContextOf(given.Value, seen))
                        .FirstOrDefault(found => found is not null);
                default:
                    return null;
            }
        }
    }

    /// <summary>Which context an expression of a context's type is; null when another expression with the same words may be another object.</summary>
    public ContextIdentity? IdentityOf(IOperation context) => VariableOf(context) is { } variable ? new(null, variable) : null;

    private static ISymbol? VariableOf(IOperation value)
    {
        value = value.Unwrap();
        switch (value)
        {
            case IConditionalAccessInstanceOperation placeholder:
                return placeholder.Accessed() is { } accessed ? VariableOf(accessed) : null;
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance, Type: { } type }:
                return type.OriginalDefinition;
            case ILocalReferenceOperation { Local: var local }:
                return LocalValues.Around(value).Of(local) switch
                {
                    [{ How: LocalValues.How.Assigned, Value: var only }] when only.Unwrap() is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation => VariableOf(only) ?? local,
                    [_] => local,
                    _ => null,
                };
            case IParameterReferenceOperation { Parameter: var parameter }:
                return LocalValues.Around(value).Of(parameter).Count == 0 ? parameter : null;
            case IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: var field }:
                return IsAssignedAround(value, field) ? null : field.OriginalDefinition;
            case IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation, Property: { IsVirtual: false, IsOverride: false } property }:
                return HasOwnStorage(property.OriginalDefinition) && !IsAssignedAround(value, property) ? property.OriginalDefinition : null;
            default:
                return null;
        }
    }

    private static bool IsAssignedAround(IOperation reference, ISymbol member) =>
        Enclosing.Root(reference).Descendants().Any(o => o is IAssignmentOperation { Target: IMemberReferenceOperation target }
            && SymbolEqualityComparer.Default.Equals(target.Member.OriginalDefinition, member.OriginalDefinition));

    private static bool HasOwnStorage(IPropertySymbol property) =>
        property.ContainingType.GetMembers().Any(m => m is IFieldSymbol { AssociatedSymbol: { } owner } && SymbolEqualityComparer.Default.Equals(owner, property));

    /// <summary>The context that a call, by what it is, starts an asynchronous operation on.</summary>
    private IOperation? OperatedOn(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (!_names.Contains(method.Name))
            return null;
        var container = method.ContainingType;
        var isOperation = IsOneOf(container, _operators) || Same(container, _sql) || method.Name switch
        {
            "SaveChangesAsync" => IsContext(container),
            "FindAsync" => IsContext(container) || container.Is(_set),
            "LoadAsync" => container.Is(_navigation),
            "ReloadAsync" => container.Is(_entry),
            _ => false,
        };
        return isOperation && Receiver(call) is { } receiver ? ContextOf(receiver) : null;
    }

    private IOperation? RunOn(IInvocationOperation call)
    {
        var (name, container) = (call.TargetMethod.Name, call.TargetMethod.ContainingType);
        var isOperation = name switch
        {
            "SaveChanges" => IsContext(container),
            "Find" => IsContext(container) || container.Is(_set),
            "Load" when container.Is(_navigation) => true,
            "Reload" => container.Is(_entry),
            "ExecuteSql" or "ExecuteSqlRaw" or "ExecuteSqlInterpolated" => Same(container, _sql),
            "ExecuteUpdate" or "ExecuteDelete" or "Load" => IsOneOf(container, _operators),
            _ => IoCalls.Of(_compilation).IsIo(call) && container is { Name: "Enumerable" or "Queryable" },
        };
        return isOperation && Receiver(call) is { } receiver ? ContextOf(receiver) : null;
    }

    /// <summary>The first unguarded operation of a method on a context that lives longer than the call, or that the call passes.</summary>
    private ContextIdentity? RunIn(IMethodSymbol method, IOperation? instance, IInvocationOperation? call, CancellationToken cancellationToken)
    {
        if (!method.DeclaringSyntaxReferences.Any(r => CallNames.In(r.SyntaxTree, r.Span).Any(_names.Contains))
            || Bodies.Of(_compilation).Of(method, cancellationToken) is not { } body)
            return null;
        foreach (var inner in OwnCode.AndSelf(body).OfType<IInvocationOperation>())
        {
            if (OperatedOn(inner) is { } context && VariableOf(context) is { } variable
                && SeenFromOutside(variable, method, instance, call) is { } identity
                && !Guards.Of(_compilation).Around(inner, GuardWords).Any())
                return identity;
        }

        return null;
    }

    /// <summary>What a variable of a called method is for its caller.</summary>
    private static ContextIdentity? SeenFromOutside(ISymbol variable, IMethodSymbol method, IOperation? instance, IInvocationOperation? call)
    {
        if (variable is IParameterSymbol parameter && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol.OriginalDefinition, method))
        {
            return call?.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == parameter.Ordinal) is { } argument && VariableOf(argument.Value) is { } given
                ? new(null, given)
                : null;
        }

        if (method.MethodKind == MethodKind.LocalFunction)
            return method.DeclaringSyntaxReferences.Any(f => variable.DeclaringSyntaxReferences.Any(v => v.SyntaxTree == f.SyntaxTree && f.Span.Contains(v.Span))) ? null : new(null, variable);
        if (variable is ILocalSymbol || (variable is IParameterSymbol other && !Roots.IsPrimaryConstructorParameter(other)))
            return null;
        if (instance is null or IInstanceReferenceOperation)
            return new(null, variable);
        return VariableOf(instance) is { } holder ? new(holder, variable) : null;
    }

    /// <summary>The context expression where it stands in the operation, else what the operation is called on.</summary>
    private static SyntaxNode PlaceOf(IOperation context, IOperation operation)
    {
        if (operation.Syntax.SyntaxTree == context.Syntax.SyntaxTree && operation.Syntax.Span.Contains(context.Syntax.Span))
            return context.Syntax;
        return operation switch
        {
            IForEachLoopOperation loop => loop.Collection.Syntax,
            IInvocationOperation call when Receiver(call) is { } receiver => receiver.Unwrap().Syntax,
            _ => operation.Syntax,
        };
    }

    private static IOperation? Receiver(IInvocationOperation call) =>
        call.Instance ?? (call.TargetMethod.IsExtensionMethod && call.Arguments.Length > 0 ? call.Arguments[0].Value : null);

    private bool IsQuery(IOperation value) => value.Unwrap().Type.Is(_queryable);

    /// <summary>The types that give access to one context: queries and sets, entries, <c>Database</c>.</summary>
    private bool StandsFor(ITypeSymbol? type) =>
        type.Is(_queryable) || type.Is(_facade) || type.Is(_entry) || type.Is(_navigation)
        || type is { Name: "IAsyncEnumerable" or "ConfiguredCancelableAsyncEnumerable" };

    private static bool IsOneOf(INamedTypeSymbol type, ImmutableArray<INamedTypeSymbol> known) => known.Any(k => Same(type, k));

    private static bool Same(INamedTypeSymbol type, INamedTypeSymbol? known) => SymbolEqualityComparer.Default.Equals(type, known);
}
