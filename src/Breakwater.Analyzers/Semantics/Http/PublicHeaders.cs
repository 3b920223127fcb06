using Breakwater.Flow;

namespace Breakwater.Semantics.Http;

/// <summary>
/// Where endpoints let every cache keep their response by header: in the handler, in a helper that it calls, or by a value that it hands
/// to such a helper. One call deep.
/// </summary>
internal sealed class PublicHeaders
{
    private readonly Compilation _compilation;
    private readonly CacheControlHeader _header;
    private readonly Endpoints _endpoints;

    private PublicHeaders(Compilation compilation, Endpoints endpoints)
    {
        _compilation = compilation;
        _header = CacheControlHeader.Of(compilation);
        _endpoints = endpoints;
    }

    /// <summary>Null when the compilation references no ASP.NET Core.</summary>
    public static PublicHeaders? Of(Compilation compilation) =>
        compilation.Know(static c => Endpoints.Of(c) is { } endpoints ? new PublicHeaders(c, endpoints) : null);

    /// <summary>Each value in a body that makes a response public, with the endpoints that send it.</summary>
    public IEnumerable<(IOperation Value, IEnumerable<Endpoint> Endpoints)> SetIn(IOperation body, CancellationToken cancellationToken)
    {
        if (CacheControlHeader.IsMentionedIn(body.Syntax))
        {
            foreach (var value in _header.ValuesIn(body).Where(_header.SaysPublic))
                yield return (value, SentBy(value, cancellationToken));
        }

        if (!CallNames.IsMentionedIn(body.Syntax, "public"))
            yield break;
        foreach (var argument in body.DescendantsAndSelf().OfType<IArgumentOperation>())
        {
            if (argument is { Parameter: { } parameter, Parent: IInvocationOperation call }
                && CacheControlHeader.Bare(argument.Value) is { ConstantValue: { HasValue: true, Value: string } } && _header.SaysPublic(argument.Value)
                && Calls.Of(_compilation).CertainTarget(call) is { } helper && Sends(helper, parameter.Ordinal, cancellationToken))
                yield return (argument.Value, _endpoints.Around(call, cancellationToken));
        }
    }

    /// <summary>Whether the code that sets the value also names, by <c>Vary</c>, the headers that say who is asking.</summary>
    public bool VariesByUser(IOperation value) => _header.VariesByUserIn(BodyGraph.BodyOf(value));

    /// <summary>Whether the value is only set for callers that are not signed in: under a test of the user, or after those who are have left.</summary>
    public bool IsForAnonymous(IOperation value)
    {
        var access = EndpointAccess.Of(_compilation);
        for (var current = value; current.Parent is { } parent and not (IAnonymousFunctionOperation or ILocalFunctionOperation); current = parent)
        {
            if (parent is IConditionalOperation test && test.Condition != current && LocalValues.Around(test).DependsOn(test.Condition, access.IsUser))
                return true;
            if (parent is IBlockOperation block && block.Operations.TakeWhile(o => o != current).OfType<IConditionalOperation>().Any(SendsSignedInAway))
                return true;
        }

        return false;
    }

    private static bool SendsSignedInAway(IConditionalOperation test) =>
        test.Condition is not (IUnaryOperation or IIsPatternOperation { Pattern: INegatedPatternOperation })
        && test.Condition.DescendantsAndSelf().Any(o => o is IPropertyReferenceOperation { Property.Name: "IsAuthenticated" })
        && !test.Condition.DescendantsAndSelf().Any(o => o is ILiteralOperation { ConstantValue: { HasValue: true, Value: false } })
        && (test.WhenTrue is IBlockOperation block ? block.Operations.LastOrDefault() : test.WhenTrue)
            is IReturnOperation or IExpressionStatementOperation { Operation: IThrowOperation };

    private IEnumerable<Endpoint> SentBy(IOperation value, CancellationToken cancellationToken)
    {
        var own = _endpoints.Around(value, cancellationToken);
        if (own.Any() || Enclosing.Method(value, _compilation, cancellationToken) is not { } helper)
            return own;
        return CallsOf(helper, cancellationToken).SelectMany(c => _endpoints.Around(c, cancellationToken));
    }

    private IEnumerable<IInvocationOperation> CallsOf(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var mentions = method.MethodKind == MethodKind.LocalFunction
            ? method.DeclaringSyntaxReferences.SelectMany(r => Mentions.In(VariableWrites.MemberAround(r.GetSyntax(cancellationToken)), method.Name, cancellationToken))
            : Mentions.In(_compilation, method.Name, ImmutableArray<string>.Empty, cancellationToken);
        return mentions.Select(m => Bodies.Of(_compilation).Of(m, cancellationToken)).OfType<IInvocationOperation>()
            .Where(c => SymbolEqualityComparer.Default.Equals(c.TargetMethod.Definition(), method.Definition()));
    }

    private bool Sends(IMethodSymbol helper, int parameter, CancellationToken cancellationToken) =>
        Bodies.Of(_compilation).Of(helper, cancellationToken) is { } body && CacheControlHeader.IsMentionedIn(body.Syntax)
        && _header.ValuesIn(body).Any(v => CacheControlHeader.Bare(v) is IParameterReferenceOperation reference && reference.Parameter.Ordinal == parameter
            && SymbolEqualityComparer.Default.Equals(reference.Parameter.ContainingSymbol, helper));
}
