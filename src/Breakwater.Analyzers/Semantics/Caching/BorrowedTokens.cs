using Breakwater.Flow;
using Breakwater.Semantics.Data;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// The tokens of one caller inside a load that is shared: parameters of the method, lambda or local function around it, locals that copy
/// them, <c>HttpContext.RequestAborted</c>, and sources linked to these. Tokens of the service or the host are none, and neither are those
/// of a constructor: they live as long as the object.
/// </summary>
internal static class BorrowedTokens
{
    /// <summary>The uses in the order of the source; empty when the factory uses the token it is given for the load.</summary>
    public static ImmutableArray<IOperation> In(SharedLoad load, Compilation compilation)
    {
        var code = load.Code;
        var operations = code.DescendantsAndSelf();
        if (operations.Any(o => o is IParameterReferenceOperation { Parameter: var used } && load.OwnTokens.Contains(used, SymbolEqualityComparer.Default)))
            return ImmutableArray<IOperation>.Empty;

        var found = new List<IOperation>();
        foreach (var operation in operations)
        {
            if (OfCaller(operation, code) is { } token && (!load.IsPartly || IsForLoad(operation, code, compilation)))
                found.Add(token);
        }

        if (load.State is { } state)
            found.AddRange(ThroughState(load, state));
        return found.OrderBy(t => t.Syntax.SpanStart).ToImmutableArray();
    }

    /// <summary>
    /// For <c>HybridCache</c> the use in the factory, where a token of its own is at hand; for a dictionary the token in the argument.
    /// </summary>
    private static IEnumerable<IOperation> ThroughState(SharedLoad load, IOperation state)
    {
        var tokens = state.DescendantsAndSelf().Select(o => OfCaller(o, load.Code)).OfType<IOperation>().ToList();
        if (tokens.Count == 0 || !load.IsHybrid)
            return tokens;
        return load.Code.Descendants().Where(o => IsToken(o.Type) && o switch
        {
            IParameterReferenceOperation parameter => Same(parameter.Parameter, load.StateParameter),
            IMemberReferenceOperation { Instance: IParameterReferenceOperation parameter } => Same(parameter.Parameter, load.StateParameter),
            _ => false,
        });
    }

    /// <summary>The caller's token that an expression is, where a reader sees it: in the argument of a linked source.</summary>
    private static IOperation? OfCaller(IOperation operation, IOperation code)
    {
        switch (operation)
        {
            case IParameterReferenceOperation { Parent: INameOfOperation }:
                return null;
            case IParameterReferenceOperation { Parameter: var parameter } when IsToken(parameter.Type):
                return parameter.ContainingSymbol is IMethodSymbol { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor) }
                    && !IsDeclaredIn(parameter, code) && !SpeaksOfHost(parameter.Name) ? operation : null;
            case ILocalReferenceOperation { IsDeclaration: false, Local: var local } when IsToken(local.Type) && !IsDeclaredIn(local, code):
                return LocalValues.Around(operation).Single(local)?.Unwrap() is { } copied && OfCaller(copied, code) is { } original
                    ? original.Parent is IArgumentOperation ? original : operation
                    : null;
            case IPropertyReferenceOperation { Property: { Name: "RequestAborted", ContainingType.Name: "HttpContext" } }:
                return operation;
            case IPropertyReferenceOperation { Property: { Name: "Token", ContainingType.Name: "CancellationTokenSource" }, Instance: ILocalReferenceOperation { Local: var source } }
                    when !IsDeclaredIn(source, code)
                        && LocalValues.Around(operation).Single(source)?.Unwrap() is IInvocationOperation { TargetMethod.Name: "CreateLinkedTokenSource" } link:
                return link.Arguments.SelectMany(a => a.Value.DescendantsAndSelf()).Select(a => OfCaller(a, code)).FirstOrDefault(t => t is not null);
            default:
                return null;
        }
    }

    private static bool IsForLoad(IOperation token, IOperation code, Compilation compilation)
    {
        var loads = Loads.Of(compilation);
        for (var current = token.Parent; current is not null && current != code; current = current.Parent)
        {
            if (current is IInvocationOperation call && (loads.IsLoad(call) || loads.IsSource(call)))
                return true;
        }

        return false;
    }

    private static bool IsToken(ITypeSymbol? type) => type is { Name: "CancellationToken", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } };

    private static bool IsDeclaredIn(ISymbol symbol, IOperation code) =>
        symbol.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == code.Syntax.SyntaxTree && code.Syntax.Span.Contains(r.Span));

    /// <summary>A token that its name gives to the service or the host, such as <c>stoppingToken</c>.</summary>
    private static bool SpeaksOfHost(string name) =>
        name.StartsWith("stopping", StringComparison.OrdinalIgnoreCase) || name.IndexOf("shutdown", StringComparison.OrdinalIgnoreCase) >= 0
        || name.IndexOf("lifetime", StringComparison.OrdinalIgnoreCase) >= 0 || name.IndexOf("appStopping", StringComparison.OrdinalIgnoreCase) >= 0
        || name.IndexOf("applicationStopping", StringComparison.OrdinalIgnoreCase) >= 0;

    private static bool Same(ISymbol symbol, ISymbol? other) => SymbolEqualityComparer.Default.Equals(symbol, other);
}
