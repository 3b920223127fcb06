using System.Collections.Concurrent;

namespace Breakwater.Semantics.Hosting;

/// <summary>How a type is registered as a service.</summary>
/// <param name="Lifetime">The lifetime; unknown when it is registered with several.</param>
/// <param name="Method">The method that registers it.</param>
internal readonly record struct Registration(Lifetime Lifetime, string Method);

/// <summary>
/// The types that the compilation registers with Microsoft.Extensions.DependencyInjection. They are read from the type arguments, the
/// <c>typeof</c>s and the created objects of the calls, so that the long methods which make them are not bound. A call that shows no
/// type is bound when a type is asked for that it names otherwise, or that the method around it creates. Aliases are not seen
/// through. What a call is made on is asked only where the compilation has methods of the same name itself.
/// </summary>
internal sealed class Registrations
{
    private static readonly (string Method, Lifetime Lifetime)[] Methods =
    [
        ("AddSingleton", Lifetime.Singleton), ("TryAddSingleton", Lifetime.Singleton), ("AddKeyedSingleton", Lifetime.Singleton),
        ("TryAddKeyedSingleton", Lifetime.Singleton), ("AddHostedService", Lifetime.Singleton),
        ("AddScoped", Lifetime.Short), ("TryAddScoped", Lifetime.Short), ("AddKeyedScoped", Lifetime.Short), ("TryAddKeyedScoped", Lifetime.Short),
        ("AddTransient", Lifetime.Short), ("TryAddTransient", Lifetime.Short), ("AddKeyedTransient", Lifetime.Short),
        ("TryAddKeyedTransient", Lifetime.Short), ("AddHttpClient", Lifetime.Short),
    ];

    private static readonly string[] LifetimeNames = ["Singleton", "Scoped", "Transient"];

    /// <summary>Each method has one of these in its name, and most files none.</summary>
    private static readonly ImmutableArray<string> Parts =
        LifetimeNames.Concat(Methods.Select(m => m.Method).Where(m => !LifetimeNames.Any(m.Contains))).ToImmutableArray();

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol _services;
    private readonly Lazy<RegistrationCalls> _found;
    private readonly ConcurrentDictionary<string, bool> _isOurs = new(StringComparer.Ordinal);

    private Registrations(Compilation compilation, INamedTypeSymbol services)
    {
        _compilation = compilation;
        _services = services;
        _found = new(Find);
    }

    /// <summary>Null when the compilation references no <c>IServiceCollection</c>.</summary>
    public static Registrations? Of(Compilation compilation) => compilation.Know(static c =>
        c.Find("Microsoft.Extensions.DependencyInjection.IServiceCollection") is { } services ? new Registrations(c, services) : null);

    /// <summary>How the compilation registers a class of its own; null when it does not.</summary>
    public Registration? Of(INamedTypeSymbol type)
    {
        if (type.TypeKind != TypeKind.Class)
            return null;
        Registration? found = null;
        foreach (var (name, call, registration) in _found.Value.Named[type.Name])
        {
            if (IsOnServices(call, registration.Method)
                && SymbolEqualityComparer.Default.Equals(Bodies.Of(_compilation).TypeNamed(name, CancellationToken.None)?.OriginalDefinition, type))
                found = Also(found, registration);
        }

        if (found is not null)
            return found;
        foreach (var call in _found.Value.Untyped)
        {
            if (call.MayBeOf(type) && SymbolEqualityComparer.Default.Equals(call.Type.Value, type))
                found = Also(found, call.Registration);
        }

        return found;
    }

    /// <summary>Registered as both, a type has no one lifetime.</summary>
    private static Registration Also(Registration? known, Registration more) =>
        known is { } one && one.Lifetime != more.Lifetime ? more with { Lifetime = Lifetime.Unknown } : more;

    private RegistrationCalls Find()
    {
        var named = new List<(TypeSyntax Type, InvocationExpressionSyntax Call, Registration Registration)>();
        var untyped = ImmutableArray.CreateBuilder<UntypedCall>();
        foreach (var tree in _compilation.SyntaxTrees)
        {
            var text = CallNames.TextOf(tree);
            if (!Parts.Any(part => text.IndexOf(part, StringComparison.Ordinal) >= 0))
                continue;
            foreach (var (method, lifetime) in Methods)
            {
                if (text.IndexOf(method, StringComparison.Ordinal) < 0)
                    continue;
                foreach (var call in Mentions.In(tree.GetRoot(), method, CancellationToken.None).OfType<InvocationExpressionSyntax>())
                {
                    var registration = new Registration(lifetime, method);
                    var types = TypesIn(call).ToList();
                    named.AddRange(types.Select(type => (type, call, registration)));
                    if (types.Count == 0 && call.ArgumentList.Arguments.Count > 0 && method != "AddHttpClient")
                        untyped.Add(new(registration, call, new(() => InferredFor(call))));
                }
            }
        }

        return new(named.ToLookup(n => n.Type.LastName(), StringComparer.Ordinal), untyped.ToImmutable());
    }

    /// <summary>
    /// The types in <c>AddX&lt;TService, TImplementation&gt;()</c>, <c>AddX&lt;T&gt;()</c>, <c>AddX(typeof(S), typeof(I))</c>,
    /// <c>AddX(_ => new T())</c> and <c>AddX(new T())</c>, of which the interfaces do not count.
    /// </summary>
    private static IEnumerable<TypeSyntax> TypesIn(InvocationExpressionSyntax call)
    {
        var name = call.Expression is MemberAccessExpressionSyntax access ? access.Name : call.Expression;
        if (name is GenericNameSyntax { TypeArgumentList.Arguments: { Count: > 0 } arguments })
            yield return arguments[arguments.Count - 1];
        foreach (var node in call.ArgumentList.Arguments.SelectMany(a => a.DescendantNodes()))
        {
            if (node is TypeOfExpressionSyntax named)
                yield return named.Type;
            else if (node is ObjectCreationExpressionSyntax created && IsResult(created))
                yield return created.Type;
        }
    }

    private static bool IsResult(SyntaxNode creation)
    {
        var parent = creation.Parent;
        while (parent is ParenthesizedExpressionSyntax or CastExpressionSyntax)
            parent = parent.Parent;
        return parent is ReturnStatementSyntax or LambdaExpressionSyntax or ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax };
    }

    /// <summary>Whether a call is on a service collection; taken for granted where nothing else of the compilation has the name.</summary>
    private bool IsOnServices(InvocationExpressionSyntax call, string method) =>
        !_isOurs.GetOrAdd(method, m => _compilation.ContainsSymbolsWithName(m, SymbolFilter.Member)) || Called(call) is not null;

    private INamedTypeSymbol? InferredFor(InvocationExpressionSyntax call) =>
        Called(call)?.TypeArguments.LastOrDefault() is INamedTypeSymbol { TypeKind: TypeKind.Class } inferred ? inferred.OriginalDefinition : null;

    /// <summary>The method that a call is of, when it takes a service collection first.</summary>
    private IMethodSymbol? Called(InvocationExpressionSyntax call) =>
        Bodies.Of(_compilation).Of(call, CancellationToken.None) is IInvocationOperation { TargetMethod: var method }
        && method.Definition().Parameters is [{ Type: var receiver }, ..] && receiver.Is(_services)
            ? method
            : null;

    /// <summary>The calls that register.</summary>
    /// <param name="Named">The types that they show, by their simple names.</param>
    /// <param name="Untyped">Those that show none.</param>
    private sealed record RegistrationCalls(ILookup<string, (TypeSyntax Type, InvocationExpressionSyntax Call, Registration Registration)> Named, ImmutableArray<UntypedCall> Untyped);

    /// <summary>A call that shows no type.</summary>
    /// <param name="Registration">What it does.</param>
    /// <param name="Call">The call.</param>
    /// <param name="Type">The class that it registers, if it is one.</param>
    private sealed record UntypedCall(Registration Registration, InvocationExpressionSyntax Call, Lazy<INamedTypeSymbol?> Type)
    {
        private readonly MemberText _around = new(Call, null);

        /// <summary>Whether it may register a type, by the names in it and what the method around it creates.</summary>
        public bool MayBeOf(INamedTypeSymbol type) => _around.Has("new " + type.Name) || Mentions.AreIn(Call.ArgumentList, type.Name);
    }
}
