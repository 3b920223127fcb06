namespace Breakwater.Semantics.Queues;

/// <summary>Whether something other than a capacity keeps a queue from growing where it is written to.</summary>
internal sealed class QueueGuard
{
    private readonly QueueApi _api;
    private readonly Compilation _compilation;
    private readonly ImmutableArray<INamedTypeSymbol> _gates;

    public QueueGuard(QueueApi api, Compilation compilation)
    {
        _api = api;
        _compilation = compilation;
        _gates = ImmutableArray.CreateRange(new[]
        {
            compilation.Find("System.Threading.SemaphoreSlim"),
            compilation.Find("System.Threading.RateLimiting.RateLimiter"),
            compilation.Find("System.Threading.RateLimiting.PartitionedRateLimiter`1"),
        }.OfType<INamedTypeSymbol>());
    }

    /// <summary>
    /// Whether the writing method looks at the queue's length or waits at a gate before it writes, or takes items out itself; a
    /// private method is guarded, too, when each of its callers is.
    /// </summary>
    public bool Covers(QueueWrite write, QueueUses uses, CancellationToken cancellationToken) =>
        ChecksBefore(write.Operation)
        || uses.Reads.Any(r => IsTake(r) && FunctionAround(r.Syntax) == FunctionAround(write.Operation.Syntax))
        || CallsTrim(write.Operation, uses, cancellationToken)
        || EveryCallerChecks(write.Operation, cancellationToken);

    private bool ChecksBefore(IOperation position)
    {
        foreach (var operation in Enclosing.Root(position).Descendants())
        {
            if (operation.Syntax.SpanStart < position.Syntax.SpanStart && (IsLengthCheck(operation) || IsGate(operation)))
                return true;
        }

        return false;
    }

    private bool IsLengthCheck(IOperation operation) =>
        operation is IPropertyReferenceOperation count
        && _api.IsCount(count.Property)
        && Above(operation) is IBinaryOperation or IIsPatternOperation or IVariableInitializerOperation or ISwitchOperation or ISwitchExpressionOperation;

    private static IOperation? Above(IOperation operation)
    {
        var parent = operation.Parent;
        while (parent is IConversionOperation or IConditionalAccessOperation)
            parent = parent.Parent;
        return parent;
    }

    private bool IsGate(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { Name: "Wait" or "WaitAsync" or "AcquireAsync" or "AttemptAcquire" } method }
        && _gates.Any(g => method.ContainingType.Is(g));

    private static bool IsTake(IInvocationOperation read) => read.TargetMethod.Name is "TryDequeue" or "TryTake" or "Take" or "TryRead" or "ReadAsync";

    /// <summary>Whether the writing method calls one of its type that takes items out while there are too many.</summary>
    private bool CallsTrim(IOperation write, QueueUses uses, CancellationToken cancellationToken)
    {
        foreach (var operation in Enclosing.Root(write).Descendants())
        {
            if (operation is not IInvocationOperation { TargetMethod: { DeclaringSyntaxReferences: { Length: > 0 } declarations } trim }
                || !uses.Reads.Any(r => IsTake(r) && declarations.Any(d => d.SyntaxTree == r.Syntax.SyntaxTree && d.Span.Contains(r.Syntax.Span))))
                continue;
            if (Bodies.Of(_compilation).Of(trim, cancellationToken) is { } body && body.Descendants().Any(IsLengthCheck))
                return true;
        }

        return false;
    }

    private bool EveryCallerChecks(IOperation write, CancellationToken cancellationToken)
    {
        if (Enclosing.Method(write, _compilation, cancellationToken) is not { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Private } method)
            return false;
        var called = false;
        foreach (var mention in Mentions.InOutermostType(method, method.Name, cancellationToken))
        {
            var operation = Bodies.Of(_compilation).Of(mention, cancellationToken);
            if (operation is null || !SymbolEqualityComparer.Default.Equals(Flow.VariableWrites.Referenced(operation)?.OriginalDefinition, method.OriginalDefinition))
                continue;
            if (!ChecksBefore(operation))
                return false;
            called = true;
        }

        return called;
    }

    private static SyntaxNode? FunctionAround(SyntaxNode node) =>
        node.Ancestors().FirstOrDefault(n => n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax or AccessorDeclarationSyntax);
}
