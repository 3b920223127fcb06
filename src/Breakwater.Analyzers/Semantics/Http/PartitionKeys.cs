using Breakwater.Flow;

namespace Breakwater.Semantics.Http;

/// <summary>The keys by which rate limiters of a web application keep callers apart.</summary>
internal sealed class PartitionKeys
{
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _context;
    private readonly INamedTypeSymbol? _options;
    private readonly INamedTypeSymbol? _factory;
    private readonly INamedTypeSymbol? _policy;
    private readonly INamedTypeSymbol? _partition;

    private PartitionKeys(Compilation compilation)
    {
        _compilation = compilation;
        _context = compilation.Find("Microsoft.AspNetCore.Http.HttpContext");
        _options = compilation.Find("Microsoft.AspNetCore.RateLimiting.RateLimiterOptions");
        _factory = compilation.Find("System.Threading.RateLimiting.PartitionedRateLimiter");
        _policy = compilation.Find("Microsoft.AspNetCore.RateLimiting.IRateLimiterPolicy`1");
        _partition = compilation.Find("System.Threading.RateLimiting.RateLimitPartition");
    }

    public static PartitionKeys Of(Compilation compilation) => compilation.Know(static c => new PartitionKeys(c))!;

    /// <summary>
    /// Whether some key, or the choice of one, comes from the user of the request: in a lambda or method given to <c>AddPolicy</c> or
    /// <c>PartitionedRateLimiter.Create</c>, or in a policy class. Methods that a key calls are followed one level.
    /// </summary>
    public bool ReadUser(CancellationToken cancellationToken) => Partitioners(cancellationToken).Any(p => ReadsUser(p, cancellationToken));

    private IEnumerable<IOperation> Partitioners(CancellationToken cancellationToken)
    {
        var bodies = Bodies.Of(_compilation);
        foreach (var tree in _compilation.SyntaxTrees)
        {
            var root = tree.GetRoot(cancellationToken);
            var calls = (CallNames.IsNamedIn(tree, "AddPolicy") ? Mentions.In(root, "AddPolicy", cancellationToken) : [])
                .Concat(CallNames.IsNamedIn(tree, "PartitionedRateLimiter") ? Mentions.In(root, "Create", cancellationToken) : []);
            foreach (var call in calls.Select(m => bodies.Of(m, cancellationToken)).OfType<IInvocationOperation>())
            {
                if ((call.TargetMethod.ContainingType.Is(_options) || call.TargetMethod.ContainingType.Is(_factory))
                    && call.Argument("partitioner") is { } partitioner && BodyOf(partitioner.Value, cancellationToken) is { } body)
                    yield return body;
            }

            if (!CallNames.IsNamedIn(tree, "GetPartition"))
                continue;
            foreach (var method in root.DescendantNodes().OfType<MethodDeclarationSyntax>().Where(m => m.Identifier.ValueText == "GetPartition"))
            {
                if (bodies.DeclaredBy(method, cancellationToken) is IMethodSymbol { ContainingType: var type } declared && type.Is(_policy)
                    && bodies.Of(declared, cancellationToken) is { } body)
                    yield return body;
            }
        }
    }

    private IOperation? BodyOf(IOperation partitioner, CancellationToken cancellationToken)
    {
        var given = partitioner.Unwrap();
        if (given is ILocalReferenceOperation local)
            given = LocalValues.Around(local).Single(local.Local)?.Unwrap() ?? given;
        return given switch
        {
            IAnonymousFunctionOperation lambda => lambda.Body,
            IMethodReferenceOperation { Method: var method } => Bodies.Of(_compilation).Of(method, cancellationToken),
            _ => null,
        };
    }

    private bool ReadsUser(IOperation partitioner, CancellationToken cancellationToken)
    {
        // The lambda that makes a limiter runs once for each key and decides none.
        foreach (var operation in OwnCode.AndSelf(partitioner))
        {
            var deciding = operation switch
            {
                IInvocationOperation call when call.TargetMethod.ContainingType.Is(_partition) => call.Argument("partitionKey")?.Value,
                IConditionalOperation choice => choice.Condition,
                ISwitchOperation choice => choice.Value,
                ISwitchExpressionOperation choice => choice.Value,
                _ => null,
            };
            if (deciding is not null && LocalValues.Around(deciding).DependsOn(deciding, o => IsUser(o) || IsCallAboutUser(o, cancellationToken)))
                return true;
        }

        return false;
    }

    private bool IsUser(IOperation operation) =>
        operation is IPropertyReferenceOperation { Property: { Name: "User", ContainingType: var type } } && type.Is(_context);

    private bool IsCallAboutUser(IOperation operation, CancellationToken cancellationToken) =>
        operation is IInvocationOperation call
        && Calls.Of(_compilation).CertainTarget(call) is { } method
        && Bodies.Of(_compilation).Of(method, cancellationToken) is { } body
        && body.DescendantsAndSelf().Any(IsUser);
}
