namespace Breakwater.Flow;

/// <summary>
/// The acquisitions that cover a piece of code in its own body: from the acquisition to the end of its block, or to the call that
/// releases. Locks and semaphores are known by their types, others by the words in their names.
/// </summary>
internal sealed class Guards
{
    private readonly INamedTypeSymbol? _semaphore;
    private readonly INamedTypeSymbol? _mutex;
    private readonly INamedTypeSymbol? _monitor;
    private readonly INamedTypeSymbol? _lock;
    private readonly INamedTypeSymbol? _spinLock;
    private readonly INamedTypeSymbol? _readerWriterLock;
    private readonly INamedTypeSymbol? _interlocked;
    private readonly INamedTypeSymbol? _redisAsync;

    private Guards(Compilation compilation)
    {
        _semaphore = compilation.Find("System.Threading.SemaphoreSlim");
        _mutex = compilation.Find("System.Threading.Mutex");
        _monitor = compilation.Find("System.Threading.Monitor");
        _lock = compilation.Find("System.Threading.Lock");
        _spinLock = compilation.Find("System.Threading.SpinLock");
        _readerWriterLock = compilation.Find("System.Threading.ReaderWriterLockSlim");
        _interlocked = compilation.Find("System.Threading.Interlocked");
        _redisAsync = compilation.Find("StackExchange.Redis.IDatabaseAsync");
    }

    public static Guards Of(Compilation compilation) => compilation.Know(static c => new Guards(c))!;

    /// <summary>Whether a piece of source may take a guard, judged by its characters alone.</summary>
    public static bool MayBeIn(SyntaxNode source, ImmutableHashSet<string> words)
    {
        var text = Semantics.CallNames.TextOf(source.SyntaxTree);
        return text.IndexOf("lock", source.SpanStart, source.Span.Length, StringComparison.Ordinal) >= 0
            || Semantics.CallNames.In(source.SyntaxTree, source.Span).Any(name =>
                name is "Wait" or "WaitAsync" or "WaitOne" or "Exchange" or "CompareExchange" or "StringSet" or "StringSetAsync"
                || name.StartsWith("Enter", StringComparison.Ordinal) || name.StartsWith("TryEnter", StringComparison.Ordinal)
                || IsAcquiring(name) || Words.ContainsAny(name, words));
    }

    /// <summary>The guards that cover an operation, the innermost <c>lock</c> or <c>using</c> first, then calls in the order of the source.</summary>
    public IEnumerable<Guard> Around(IOperation code, ImmutableHashSet<string> words)
    {
        var body = BodyGraph.BodyOf(code);
        return Enclosing(code, body, words).Concat(Followed(code, body, words));
    }

    /// <summary>A <c>lock</c>, or a <c>using</c> of something that guards, around the operation or before it in a block around it.</summary>
    private IEnumerable<Guard> Enclosing(IOperation code, IOperation body, ImmutableHashSet<string> words)
    {
        for (var current = code; current != body && current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case ILockOperation held when held.Body == current:
                    var keyword = held.Syntax is LockStatementSyntax statement ? statement.LockKeyword.GetLocation() : held.Syntax.GetLocation();
                    yield return new Guard(GuardKind.Lock, held, held.LockedValue, keyword);
                    break;
                case IUsingOperation use when use.Body == current && OfUsing(use.Resources, words) is { } guard:
                    yield return guard;
                    break;
                case IBlockOperation block:
                    foreach (var earlier in block.Operations.TakeWhile(o => o != current))
                    {
                        if (earlier is IUsingDeclarationOperation declaration && OfUsing(declaration.DeclarationGroup, words) is { } declared)
                            yield return declared;
                    }

                    break;
            }
        }
    }

    /// <summary>Judged by the names in the source, so that a lock of a library that does not resolve here still counts.</summary>
    private Guard? OfUsing(IOperation resources, ImmutableHashSet<string> words)
    {
        var source = resources;
        if (resources.Unwrap() is ILocalReferenceOperation kept && LocalValues.Around(resources).Single(kept.Local) is { } value)
            source = value;
        foreach (var call in source.Syntax.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>())
        {
            var name = NameOf(call.Expression);
            var operation = source.DescendantsAndSelf().OfType<IInvocationOperation>().FirstOrDefault(o => o.Syntax == call);
            var kind = operation is null ? null : KindOf(operation);
            if (kind is not null || IsAcquiring(name.ValueText) || Words.ContainsAny(name.ValueText, words))
                return new Guard(kind ?? GuardKind.Named, operation ?? resources, operation is null ? null : ObjectOf(operation), name.GetLocation());
        }

        return null;
    }

    private static SyntaxToken NameOf(ExpressionSyntax called) => called switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier,
        SimpleNameSyntax name => name.Identifier,
        _ => default,
    };

    private static bool IsAcquiring(string method) =>
        method.StartsWith("Acquire", StringComparison.Ordinal) || method.StartsWith("TryAcquire", StringComparison.Ordinal)
        || method is "LockTake" or "LockTakeAsync";

    /// <summary>A call that acquires, from which a path leads here without a release.</summary>
    private IEnumerable<Guard> Followed(IOperation code, IOperation body, ImmutableHashSet<string> words)
    {
        BodyGraph? graph = null;
        foreach (var operation in OwnCode.AndSelf(body))
        {
            if (operation is not IInvocationOperation call || call.Syntax.SpanStart >= code.Syntax.SpanStart)
                continue;
            var handle = HandleOf(call);
            if ((KindOf(call) ?? (handle is not null && IsDisposed(handle, body) && Words.ContainsAny(call.TargetMethod.Name, words) ? GuardKind.Named : null)) is not { } kind
                || IsOfUsing(call))
                continue;
            graph ??= BodyGraph.Of(body);
            if (graph is not null && graph.Reaches(call, code, o => IsRelease(o) || IsDisposal(o, handle)))
                yield return new Guard(kind, call, ObjectOf(call), call.NameLocation());
        }
    }

    /// <summary>Whether a <c>using</c> ends what the call began: <see cref="Enclosing"/> knows where.</summary>
    private static bool IsOfUsing(IOperation call)
    {
        for (var current = call; current.Parent is { } parent; current = parent)
        {
            if (parent is IUsingDeclarationOperation || (parent is IUsingOperation use && use.Resources == current))
                return true;
            if (parent is IBlockOperation or IAnonymousFunctionOperation)
                return false;
        }

        return false;
    }

    private GuardKind? KindOf(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var type = call.Instance?.Type ?? method.ContainingType;
        switch (method.Name)
        {
            case "Wait" or "WaitAsync":
                return If(type.Is(_semaphore), GuardKind.Semaphore);
            case "WaitOne":
                return If(type.Is(_mutex), GuardKind.Lock);
            case "Enter" or "TryEnter" or "EnterScope":
                return If(type.Is(_monitor) || type.Is(_lock) || type.Is(_spinLock), GuardKind.Lock);
            case "EnterWriteLock" or "EnterUpgradeableReadLock" or "TryEnterWriteLock" or "TryEnterUpgradeableReadLock":
                return If(type.Is(_readerWriterLock), GuardKind.Lock);
            case "Exchange" or "CompareExchange":
                return If(method.ContainingType.Is(_interlocked) && call.Parent is not IExpressionStatementOperation, GuardKind.Decision);
            case "StringSet" or "StringSetAsync":
                return If(
                    type.Is(_redisAsync) && call.Argument("when") is { Value: { } when } && when.Syntax.ToString().EndsWith("NotExists", StringComparison.Ordinal),
                    GuardKind.Named);
            default:
                return If(IsAcquiring(method.Name), GuardKind.Named);
        }

        static GuardKind? If(bool condition, GuardKind kind) => condition ? kind : null;
    }

    private IOperation? ObjectOf(IInvocationOperation call)
    {
        if (call.Instance is IConditionalAccessInstanceOperation)
        {
            for (var current = call.Parent; current is not null; current = current.Parent)
            {
                if (current is IConditionalAccessOperation access)
                    return access.Operation;
            }
        }

        return call.Instance ?? (call.TargetMethod.ContainingType.Is(_monitor) || call.TargetMethod.IsExtensionMethod ? call.Arguments.FirstOrDefault()?.Value : null);
    }

    private static bool IsRelease(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod.Name: "Release" or "Exit" or "ExitWriteLock" or "ExitUpgradeableReadLock" or "ReleaseMutex" or "LockRelease" or "LockReleaseAsync" };

    /// <summary>The local that keeps what a call returns, such as the handle of a lock.</summary>
    private static ILocalSymbol? HandleOf(IInvocationOperation call)
    {
        IOperation current = call;
        while (current.Parent is IAwaitOperation or IConversionOperation
            || (current.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" } next && next.Instance == current))
            current = current.Parent!;
        return current.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } ? local : null;
    }

    private static bool IsDisposed(ILocalSymbol handle, IOperation body) => OwnCode.Of(body).Any(o => IsDisposal(o, handle));

    private static bool IsDisposal(IOperation operation, ILocalSymbol? handle) =>
        handle is not null
        && operation is IInvocationOperation { TargetMethod.Name: "Dispose" or "DisposeAsync", Instance: { } instance }
        && instance.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Any(l => SymbolEqualityComparer.Default.Equals(l.Local, handle));
}
