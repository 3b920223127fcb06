namespace Breakwater.Semantics.Caching;

/// <summary>An object that an operation puts into the cache, as the body at hand writes it.</summary>
/// <param name="At">What to point at: the stored expression; the factory where it is written elsewhere or makes a task by being async.</param>
/// <param name="Value">The stored expression without conversions; null where only its type is known.</param>
/// <param name="Type">The type of the stored object before it was converted to what the cache takes.</param>
internal sealed record StoredValue(IOperation At, IOperation? Value, ITypeSymbol Type)
{
    /// <summary>
    /// What a write stores, or what each <c>return</c> of a read-through's factory gives the cache: the result of the task where the
    /// cache awaits it, the task where it does not. Empty for a value that a wrapper makes itself, and where nothing is stored but
    /// <c>null</c>.
    /// </summary>
    public static IEnumerable<StoredValue> Of(CacheOperation operation, Compilation compilation)
    {
        if (operation.Value is { } value)
        {
            var (written, frame) = value.Resolve();
            return frame is null && written.Type is { } type && !IsNull(written) ? [new(Argument(written), written, type)] : [];
        }

        return operation.Factory is { } factory ? Produced(factory, Awaits(factory.Operation), compilation) : [];
    }

    private static IEnumerable<StoredValue> Produced(Bound factory, bool awaits, Compilation compilation)
    {
        var (operation, frame) = factory.Resolve();
        if (operation is IAnonymousFunctionOperation inWrapper && frame is not null)
            return Forwarded(inWrapper, frame, awaits, compilation);
        if (frame is not null || ReturnTypeOf(operation) is not { } returned)
            return [];

        var at = Argument(operation);
        if (Population.CodeOf(factory, compilation) is not { } code || IsIterator(operation, compilation))
            return [new(at, operation, awaits ? ResultOf(returned) ?? returned : returned)];
        var isAsync = code is IAnonymousFunctionOperation { Symbol.IsAsync: true }
            || (operation is IMethodReferenceOperation { Method.IsAsync: true });
        if (isAsync && !awaits)
            return [new(at, operation, returned)];
        return Flow.OwnCode.Returned(code)
            .Select(v => v.Unwrap())
            .Where(v => !IsNull(v))
            .Select(v => Result(v, code == operation ? Argument(v) : at, awaits && !isAsync))
            .OfType<StoredValue>();
    }

    /// <summary>The lambda of a wrapper that calls its caller's factory.</summary>
    private static IEnumerable<StoredValue> Forwarded(IAnonymousFunctionOperation lambda, Frame frame, bool awaits, Compilation compilation)
    {
        foreach (var returned in Flow.OwnCode.Returned(lambda))
        {
            var value = returned.Unwrap();
            var isAwaited = awaits && !lambda.Symbol.IsAsync;
            if (value is IAwaitOperation awaited)
                (value, isAwaited) = (WithoutConfigureAwait(awaited.Operation.Unwrap()), true);
            if (value is not IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: IParameterReferenceOperation called }
                || frame.ArgumentOf(called.Parameter) is not { } argument)
                continue;
            foreach (var produced in Produced(argument, isAwaited, compilation))
                yield return produced;
        }
    }

    private static StoredValue? Result(IOperation value, IOperation at, bool isAwaited)
    {
        if (!isAwaited)
            return value.Type is { } type ? new(at, value, type) : null;
        // new ValueTask<T>(value), Task.FromResult(value)
        var arguments = value switch
        {
            IInvocationOperation { TargetMethod.Name: "FromResult" } call => call.Arguments,
            IObjectCreationOperation creation => creation.Arguments,
            _ => ImmutableArray<IArgumentOperation>.Empty,
        };
        if (arguments is [{ Value: var inner }] && inner.Unwrap() is { Type: { } given } result && !Data.IoCalls.IsTaskLike(given))
            return new(Argument(result), result, given);
        return ResultOf(value.Type) is { } awaited ? new(at, null, awaited) : null;
    }

    /// <summary>Whether the cache stores what the factory's task results in, and not the task.</summary>
    private static bool Awaits(IOperation factory) =>
        Argument(factory).Parent is IArgumentOperation { Parameter.OriginalDefinition.Type: INamedTypeSymbol { DelegateInvokeMethod.ReturnType: var returned } }
        && Data.IoCalls.IsTaskLike(returned);

    private static ITypeSymbol? ReturnTypeOf(IOperation factory) => factory switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol.ReturnType,
        IMethodReferenceOperation reference => reference.Method.ReturnType,
        _ => (factory.Type as INamedTypeSymbol)?.DelegateInvokeMethod?.ReturnType,
    };

    private static bool IsIterator(IOperation factory, Compilation compilation) =>
        factory is IMethodReferenceOperation reference && LazySequence.IsIterator(reference.Method, compilation);

    private static ITypeSymbol? ResultOf(ITypeSymbol? type) =>
        Data.IoCalls.IsTaskLike(type) && type is INamedTypeSymbol { TypeArguments: [var result] } ? result : null;

    private static IOperation WithoutConfigureAwait(IOperation value) =>
        value is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task } ? task : value;

    private static bool IsNull(IOperation value) =>
        value is IThrowOperation or IDefaultValueOperation || value.ConstantValue is { HasValue: true, Value: null };

    /// <summary>The expression with the conversions that the compiler put around it.</summary>
    private static IOperation Argument(IOperation value)
    {
        var written = value;
        while (written.Parent is IConversionOperation or IDelegateCreationOperation)
            written = written.Parent;
        return written;
    }
}
