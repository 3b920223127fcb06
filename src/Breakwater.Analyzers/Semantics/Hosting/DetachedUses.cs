using Breakwater.Flow;

namespace Breakwater.Semantics.Hosting;

/// <summary>An object that ends with the request, and where detached work uses it.</summary>
internal sealed record DetachedUse(BoundObject Object, Location Location);

/// <summary>
/// Which objects that end with the request a piece of detached work still uses: captured by the started code, receiver or argument of the
/// call that starts it, or used by a method of the same instance (followed one level) that runs as the work. What is read before the work
/// starts is no use.
/// </summary>
internal sealed class DetachedUses
{
    private readonly Compilation _compilation;
    private readonly RequestBound _bound;
    private readonly CancellationToken _cancellationToken;
    private readonly List<DetachedUse> _found = [];

    private DetachedUses(RequestBound bound, Compilation compilation, CancellationToken cancellationToken)
    {
        _bound = bound;
        _compilation = compilation;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The first use of each object, in the order of the source.</summary>
    public static IEnumerable<DetachedUse> Of(DetachedWork work, RequestBound bound, Compilation compilation, CancellationToken cancellationToken)
    {
        var uses = new DetachedUses(bound, compilation, cancellationToken);
        uses.OfCode(work.Code);
        foreach (var continuation in work.Continuations)
            uses.OfCode(continuation);
        uses.OfCall(work.Call, work.Code is null);
        return uses._found
            .OrderBy(u => u.Location.SourceSpan.Start)
            .GroupBy(u => u.Object.Symbol, SymbolEqualityComparer.Default)
            .Select(g => g.First());
    }

    private void OfCode(IOperation? code)
    {
        switch (code)
        {
            case IAnonymousFunctionOperation lambda:
                foreach (var operation in lambda.Descendants())
                {
                    if (CapturedAt(operation, lambda) is { } captured)
                        Add(captured);
                    else if (operation is IInvocationOperation call && Target(call) is { } own)
                        Follow(own, call.NameLocation(), afterAwait: false);
                }

                break;
            case IMethodReferenceOperation { Method: { MethodKind: MethodKind.LocalFunction } local }:
                Follow(local, code.Syntax.GetLocation(), afterAwait: false);
                break;
            case IMethodReferenceOperation { Instance: IInstanceReferenceOperation, Method: { IsVirtual: false, IsOverride: false, IsAbstract: false } own }:
                Follow(own, code.Syntax.GetLocation(), afterAwait: false);
                break;
            case IMethodReferenceOperation { Instance: { } instance }:
                OfPart(instance);
                break;
        }
    }

    private void OfCall(IInvocationOperation call, bool isWork)
    {
        // Adding to a set asks the database for nothing, as a rule, and disposing is the end of every use.
        if (call.TargetMethod.Name is not ("AddAsync" or "AddRangeAsync" or "DisposeAsync"))
        {
            if (call.Instance is { } instance)
                OfPart(instance);
            foreach (var argument in call.Arguments)
                OfPart(argument.Value);
        }

        if (isWork && Target(call) is { } own)
            Follow(own, call.NameLocation(), afterAwait: true);
    }

    /// <summary>A receiver or argument. The user is a value of its own once it has been read.</summary>
    private void OfPart(IOperation part)
    {
        if ((_bound.At(part) ?? _bound.ContextUnder(part)) is { Kind: not BoundKind.User } used)
            Add(used.Kind == BoundKind.Accessor ? used with { Kind = BoundKind.Http } : used);
    }

    /// <summary>What the method uses that belongs to the instance around or, for a local function, to the code around.</summary>
    private void Follow(IMethodSymbol method, Location at, bool afterAwait)
    {
        if (Bodies.Of(_compilation).Of(method, _cancellationToken) is not { } body)
            return;

        if (afterAwait && !method.IsAsync)
        {
            foreach (var returned in OwnCode.Returned(body).Select(r => r.Unwrap()).OfType<IInvocationOperation>())
            {
                var inner = new DetachedUses(_bound, _compilation, _cancellationToken);
                inner.OfCall(returned, isWork: false);
                foreach (var use in inner._found.Where(u => IsFromOutside(u.Object, body, method)))
                    _found.Add(new(use.Object, at));
            }

            return;
        }

        var start = afterAwait ? FirstAwait(body) : 0;
        foreach (var operation in body.Descendants())
        {
            if (operation.Syntax.SpanStart >= start && CapturedAt(operation, body) is { } used && IsFromOutside(used, body, method))
                _found.Add(new(used, at));
        }
    }

    private static int FirstAwait(IOperation body) => OwnCode.Of(body)
        .Where(o => o is IAwaitOperation or IForEachLoopOperation { IsAsynchronous: true } or IUsingOperation { IsAsynchronous: true } or IUsingDeclarationOperation { IsAsynchronous: true })
        .Select(o => o.Syntax.SpanStart)
        .DefaultIfEmpty(int.MaxValue)
        .Min();

    private static bool IsFromOutside(BoundObject used, IOperation body, IMethodSymbol method) =>
        used.IsOfInstance || (method.MethodKind == MethodKind.LocalFunction && !used.IsDeclaredIn(body));

    /// <summary>The object that an operation of the code refers to and that was not made in it.</summary>
    private BoundObject? CapturedAt(IOperation operation, IOperation code)
    {
        if (operation is not (ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation)
            || operation.Parent is INameOfOperation or IPropertyReferenceOperation { Property.Name: "RequestAborted" })
            return null;
        return _bound.At(operation) is { } found && !found.IsDeclaredIn(code) && !operation.IsInExpressionTree() ? found : null;
    }

    /// <summary>The local function or method of the same instance that a call runs.</summary>
    private IMethodSymbol? Target(IInvocationOperation call) =>
        call.TargetMethod.MethodKind == MethodKind.LocalFunction || call.Instance is IInstanceReferenceOperation
            ? Calls.Of(_compilation).CertainTarget(call)
            : null;

    private void Add(BoundObject used) => _found.Add(new(used, used.Expression.Syntax.GetLocation()));
}
