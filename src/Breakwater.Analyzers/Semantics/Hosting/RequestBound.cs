using Breakwater.Flow;

namespace Breakwater.Semantics.Hosting;

/// <summary>What kind of object ends with the request.</summary>
internal enum BoundKind
{
    /// <summary>The request itself: <c>HttpContext</c>, <c>HttpRequest</c>, <c>HttpResponse</c>.</summary>
    Http,

    /// <summary>The property <c>User</c> of a controller or page, which reads the request each time.</summary>
    User,

    /// <summary><c>IHttpContextAccessor.HttpContext</c>.</summary>
    Accessor,

    /// <summary>A context of EF Core.</summary>
    Context,

    /// <summary>The service provider of the request or of one of its scopes.</summary>
    Provider,

    /// <summary><c>UserManager</c>, <c>SignInManager</c>, <c>RoleManager</c>.</summary>
    Identity,

    /// <summary>A scope that the code around closes.</summary>
    Scope,
}

/// <summary>An expression whose object ends with the request.</summary>
/// <param name="Symbol">The variable or member that holds the object.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Expression">The reference to it.</param>
internal sealed record BoundObject(ISymbol Symbol, BoundKind Kind, IOperation Expression)
{
    /// <summary>The variable or member of <c>this</c> through which the code gets at the object; null when it is the result of a call.</summary>
    public ISymbol? Root => RequestBound.RootOf(Expression);

    /// <summary>Whether the object is reached through the instance around: a field or property on <c>this</c>, or a primary constructor's parameter.</summary>
    public bool IsOfInstance => Root is IFieldSymbol or IPropertySymbol || (Root is { } root && RequestBound.IsOfConstructor(root));

    /// <summary>Whether the variable it is reached through is declared in a piece of code.</summary>
    public bool IsDeclaredIn(IOperation code) => Root is (ILocalSymbol or IParameterSymbol) and { } root
        && root.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == code.Syntax.SyntaxTree && code.Syntax.Span.Contains(r.Span));
}

/// <summary>
/// Recognises expressions whose object is gone once the response has ended: the request, the context and Identity managers that its
/// scope made, the scope and its provider. Sees what variables hold by their types; a local also by its one value. Whether the place is
/// one where a request ends is for the caller to say.
/// </summary>
internal sealed class RequestBound
{
    private readonly ImmutableArray<INamedTypeSymbol> _http;
    private readonly ImmutableArray<INamedTypeSymbol> _managers;
    private readonly ImmutableArray<INamedTypeSymbol> _scopes;
    private readonly INamedTypeSymbol? _accessor;
    private readonly INamedTypeSymbol? _context;
    private readonly INamedTypeSymbol? _provider;
    private readonly HandlerTypes _handlers;

    private RequestBound(Compilation compilation)
    {
        _http = All("Microsoft.AspNetCore.Http.HttpContext", "Microsoft.AspNetCore.Http.HttpRequest", "Microsoft.AspNetCore.Http.HttpResponse");
        _managers = All("Microsoft.AspNetCore.Identity.UserManager`1", "Microsoft.AspNetCore.Identity.SignInManager`1", "Microsoft.AspNetCore.Identity.RoleManager`1");
        _scopes = All("Microsoft.Extensions.DependencyInjection.IServiceScope", "Microsoft.Extensions.DependencyInjection.AsyncServiceScope");
        _accessor = compilation.Find("Microsoft.AspNetCore.Http.IHttpContextAccessor");
        _context = compilation.Find("Microsoft.EntityFrameworkCore.DbContext");
        _provider = compilation.Find("System.IServiceProvider");
        _handlers = HandlerTypes.Of(compilation);

        ImmutableArray<INamedTypeSymbol> All(params string[] names) =>
            ImmutableArray.CreateRange(names.Select(compilation.Find).OfType<INamedTypeSymbol>());
    }

    /// <summary>Null where neither ASP.NET Core nor EF Core is referenced.</summary>
    public static RequestBound? Of(Compilation compilation) =>
        compilation.Know(static c => new RequestBound(c)) is { } known && (known._http.Length > 0 || known._context is not null) ? known : null;

    /// <summary>The object that an expression refers to, be it through a member of it (<c>context.Request</c>); null for any other expression.</summary>
    public BoundObject? At(IOperation expression)
    {
        expression = expression.Unwrap();
        switch (expression)
        {
            case IConditionalAccessInstanceOperation placeholder when placeholder.Accessed() is { } accessed:
                return At(accessed);
            case ILocalReferenceOperation { IsDeclaration: false, Local: var local }:
                return OfLocal(local, expression) is { } kind ? new(local, kind, expression) : null;
            case IParameterReferenceOperation { Parameter: { IsThis: false } parameter }:
                return OfType(parameter.Type) is { } given
                    && (given != BoundKind.Provider || !IsOfConstructor(parameter) || IsOfRequest(parameter.ContainingType))
                    ? new(parameter, given, expression)
                    : null;
            case IFieldReferenceOperation { Field: var field, Instance: IInstanceReferenceOperation { Type: var owner } }:
                return OfMember(field.Type, owner) is { } held ? new(field, held, expression) : null;
            case IPropertyReferenceOperation { Property: { IsIndexer: false } property, Instance: { } instance }:
                return OfProperty(property, instance, expression);
            default:
                return null;
        }
    }

    /// <summary>
    /// The context that a receiver or argument works on: the context itself, a set, query, entry or the database of it. A value that was
    /// read from it is none.
    /// </summary>
    public BoundObject? ContextUnder(IOperation expression)
    {
        while (true)
        {
            expression = expression.Unwrap();
            if (At(expression) is { } found)
                return found.Kind == BoundKind.Context ? found : null;
            if (!IsPartOfContext(expression.Type))
                return null;
            var inner = expression switch
            {
                IInvocationOperation call => call.Instance ?? call.Arguments.FirstOrDefault()?.Value,
                IPropertyReferenceOperation property => property.Instance,
                IConditionalAccessOperation access => access.WhenNotNull,
                IConditionalAccessInstanceOperation placeholder => placeholder.Accessed(),
                _ => null,
            };
            if (inner is null)
                return null;
            expression = inner;
        }
    }

    /// <summary>Whether the type is a context of EF Core.</summary>
    public bool IsContext(ITypeSymbol? type) => type.Is(_context);

    /// <summary>Whether the symbol is a parameter of a constructor, primary ones included.</summary>
    public static bool IsOfConstructor(ISymbol symbol) =>
        symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } };

    /// <summary>The local, parameter or member of <c>this</c> that a chain of members starts at; null for static members and calls.</summary>
    public static ISymbol? RootOf(IOperation expression)
    {
        while (true)
        {
            expression = expression.Unwrap();
            switch (expression)
            {
                case IMemberReferenceOperation { Instance: { } instance } member:
                    if (instance is IInstanceReferenceOperation)
                        return VariableWrites.Referenced(member);
                    expression = instance;
                    break;
                case IConditionalAccessInstanceOperation placeholder when placeholder.Accessed() is { } accessed:
                    expression = accessed;
                    break;
                default:
                    return expression is ILocalReferenceOperation or IParameterReferenceOperation ? VariableWrites.Referenced(expression) : null;
            }
        }
    }

    private BoundObject? OfProperty(IPropertySymbol property, IOperation instance, IOperation expression)
    {
        if (property.Name == "HttpContext" && instance.Type.Is(_accessor))
            return new(property, BoundKind.Accessor, expression);
        if (instance is IInstanceReferenceOperation { Type: var owner })
        {
            return property.Name == "User" && IsOfRequest(property.ContainingType) ? new(property, BoundKind.User, expression)
                : OfMember(property.Type, owner) is { } held ? new(property, held, expression)
                : null;
        }

        return OfType(property.Type) switch
        {
            BoundKind.Provider when property.Name is "RequestServices" or "ServiceProvider" => At(instance),
            BoundKind.Http => At(instance) ?? (RootOf(instance) is not null ? new(property, BoundKind.Http, expression) : null),
            _ => null,
        };
    }

    private BoundKind? OfMember(ITypeSymbol type, ITypeSymbol? owner) =>
        OfType(type) is { } kind && (kind != BoundKind.Provider || IsOfRequest(owner)) ? kind : null;

    private BoundKind? OfLocal(ILocalSymbol local, IOperation reference)
    {
        if (local.Type.TypeKind is TypeKind.Class or TypeKind.Interface or TypeKind.Struct && _scopes.Any(s => local.Type.Is(s)))
            return IsUsing(local) ? BoundKind.Scope : null;
        if (OfType(local.Type) is not { } kind)
            return null;
        var value = LocalValues.Around(reference).Single(local)?.Unwrap();
        return kind switch
        {
            BoundKind.Http => value is not IObjectCreationOperation,
            BoundKind.Context when IsUsing(local) => true,
            _ => value is not null && (At(value) is not null || IsResolved(value)),
        } ? kind : null;
    }

    /// <summary>Whether a value is a service taken from the provider of the request or of one of its scopes.</summary>
    private bool IsResolved(IOperation value) =>
        value is IInvocationOperation { TargetMethod.Name: "GetService" or "GetRequiredService" or "GetKeyedService" or "GetRequiredKeyedService" } call
        && (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } provider && At(provider) is not null;

    private BoundKind? OfType(ITypeSymbol type) =>
        type.TypeKind is not (TypeKind.Class or TypeKind.Interface or TypeKind.TypeParameter) ? null
        : _http.Any(h => type.Is(h)) ? BoundKind.Http
        : type.Is(_context) ? BoundKind.Context
        : SymbolEqualityComparer.Default.Equals(type, _provider) ? BoundKind.Provider
        : _managers.Any(m => type.Is(m)) ? BoundKind.Identity
        : null;

    private bool IsOfRequest(ITypeSymbol? type) => type is INamedTypeSymbol named && (_handlers.IsController(named) || _handlers.IsPage(named));

    private static bool IsUsing(ILocalSymbol local) =>
        local.DeclaringSyntaxReferences.Any(r => r.GetSyntax().Parent?.Parent is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } or UsingStatementSyntax);

    private static bool IsPartOfContext(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol named)
            return false;
        return IsOfEntityFramework(named) || named is { Name: "IQueryable" or "IOrderedQueryable", ContainingNamespace.Name: "Linq" };

        static bool IsOfEntityFramework(ITypeSymbol type)
        {
            for (var current = type.ContainingNamespace; current is { IsGlobalNamespace: false }; current = current.ContainingNamespace)
            {
                if (current is { Name: "EntityFrameworkCore", ContainingNamespace.Name: "Microsoft" })
                    return true;
            }

            return false;
        }
    }
}
