using Breakwater.Flow;

namespace Breakwater.Semantics.Hosting;

/// <summary>Who drives the code: the ways in which work arrives from outside the process.</summary>
internal enum EntryPointKind
{
    /// <summary>A request handler: controller action, page handler, mapped endpoint, middleware, hub method, gRPC method.</summary>
    Request,

    /// <summary>A message handler: broker consumer, job, function trigger.</summary>
    Message,

    /// <summary>A loop of a hosted service that takes an item per turn.</summary>
    ReadLoop,
}

/// <summary>A place where work arrives from outside the process.</summary>
/// <param name="Kind">What arrives there.</param>
/// <param name="Name">How a message names it: <c>OrdersController.Post</c>, <c>MapPost("/orders")</c>.</param>
/// <param name="Handler">The method, local function or lambda that is called there.</param>
internal sealed record EntryPoint(EntryPointKind Kind, string Name, IMethodSymbol Handler);

/// <summary>
/// Finds the entry point around a piece of code. Sees handlers by what they are (controllers, hubs, consumers) and by where they
/// are given (<c>MapPost</c>, <c>Use</c>, <c>+=</c>); one that reaches its place through a variable is not seen.
/// </summary>
internal sealed class EntryPoints
{
    private readonly Compilation _compilation;
    private readonly HandlerTypes _types;
    private readonly ReadLoops _loops;

    private EntryPoints(Compilation compilation)
    {
        _compilation = compilation;
        _types = HandlerTypes.Of(compilation);
        _loops = new ReadLoops(compilation);
    }

    public static EntryPoints Of(Compilation compilation) => compilation.Know(static c => new EntryPoints(c))!;

    /// <summary>The entry point whose body holds <paramref name="operation"/>, lambdas and local functions declared there included.</summary>
    public EntryPoint? Around(IOperation operation, CancellationToken cancellationToken)
    {
        if (GivenAround(operation, cancellationToken) is { } found)
            return found;
        if (Enclosing.Member(operation, _compilation, cancellationToken) is not { } member)
            return null;
        return _types.HandlerKind(member) is { } kind ? new(kind, NameOf(member), member)
            : _loops.IsAround(operation) && _loops.Own(member, cancellationToken) ? new(EntryPointKind.ReadLoop, NameOf(member), member)
            : GivenAsGroup(member, cancellationToken);
    }

    /// <summary>
    /// The handler of one request around <paramref name="operation"/>, see <see cref="HandlerTypes.RunsWithinRequest"/>: everything that
    /// belongs to the request is gone when its response is.
    /// </summary>
    public EntryPoint? RequestAround(IOperation operation, CancellationToken cancellationToken)
    {
        var found = GivenAround(operation, cancellationToken);
        if (found is null && Enclosing.Member(operation, _compilation, cancellationToken) is { } member)
        {
            found = _types.RunsWithinRequest(member)
                ? new(EntryPointKind.Request, NameOf(member), member)
                : GivenAsGroup(member, cancellationToken);
        }

        return found is { Kind: EntryPointKind.Request } ? found : null;
    }

    /// <summary>The handler that a lambda or local function around the operation is.</summary>
    private EntryPoint? GivenAround(IOperation operation, CancellationToken cancellationToken)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            var found = current switch
            {
                IAnonymousFunctionOperation lambda => GivenTo(lambda, lambda.Symbol),
                ILocalFunctionOperation local => GivenAsGroup(local.Symbol, cancellationToken),
                _ => null,
            };
            if (found is not null)
                return found;
        }

        return null;
    }

    /// <summary>The entry point that a parameter belongs to; null for a parameter of any other method, lambda or constructor.</summary>
    public EntryPoint? Taking(IParameterReferenceOperation parameter, CancellationToken cancellationToken)
    {
        if (parameter.Parameter.ContainingSymbol is not IMethodSymbol owner)
            return null;
        for (var current = parameter.Parent; current is not null; current = current.Parent)
        {
            if (current is IAnonymousFunctionOperation lambda && SymbolEqualityComparer.Default.Equals(lambda.Symbol, owner))
                return GivenTo(lambda, lambda.Symbol);
        }

        return owner.MethodKind is MethodKind.Constructor ? null
            : _types.HandlerKind(owner) is { } kind ? new(kind, NameOf(owner), owner)
            : GivenAsGroup(owner, cancellationToken);
    }

    private static string NameOf(IMethodSymbol method) => method.MethodKind == MethodKind.LocalFunction ? method.Name : $"{method.ContainingType.Name}.{method.Name}";

    /// <summary>The endpoint, middleware or event that a lambda or method group is given to.</summary>
    private EntryPoint? GivenTo(IOperation handler, IMethodSymbol code)
    {
        if (_types.MessageEventOf(handler) is { } source)
            return new(EntryPointKind.Message, handler is IMethodReferenceOperation method ? NameOf(method.Method) : source.Name, code);
        var value = handler;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation)
            value = value.Parent;
        switch (value.Parent)
        {
            case IArgumentOperation { Parent: IInvocationOperation call } when _types.TakesRequestHandler(call.TargetMethod):
                var route = call.Argument("pattern")?.Value.ConstantValue is { HasValue: true, Value: string pattern } ? $"(\"{pattern}\")" : "";
                return new(EntryPointKind.Request, call.TargetMethod.Name + route, code);
            default:
                return null;
        }
    }

    private EntryPoint? GivenAsGroup(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction))
            return null;
        var mentions = method.MethodKind == MethodKind.LocalFunction
            ? method.DeclaringSyntaxReferences.SelectMany(r => Mentions.In(VariableWrites.MemberAround(r.GetSyntax(cancellationToken)), method.Name, cancellationToken))
            : Mentions.Of(method, _compilation, ImmutableArray.Create(method.ContainingType.Name), cancellationToken);
        foreach (var mention in mentions)
        {
            // A call is no method group, and only an argument or the right side of += can hand a handler over.
            if (mention.Parent is ArgumentSyntax or AssignmentExpressionSyntax or ObjectCreationExpressionSyntax && !IsInNameOf(mention)
                && Bodies.Of(_compilation).Of(mention, cancellationToken) is IMethodReferenceOperation reference
                && SymbolEqualityComparer.Default.Equals(reference.Method.OriginalDefinition, method.OriginalDefinition)
                && GivenTo(reference, method) is { } found)
                return found with { Name = NameOf(method) };
        }

        return null;
    }

    private static bool IsInNameOf(ExpressionSyntax mention) =>
        mention.Parent?.Parent?.Parent is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } };
}
