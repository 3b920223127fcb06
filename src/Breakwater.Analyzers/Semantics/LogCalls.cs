using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>
/// What goes into logs, traces and the console and nowhere else. Loggers are told by their names (<c>ILogger</c>, <c>Log</c>,
/// <c>AuditLog</c>) and by <c>[LoggerMessage]</c>: every library has its own, and none of them answers a caller.
/// </summary>
internal static class LogCalls
{
    private static readonly ImmutableHashSet<string> Names = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase, "Log", "Logger", "Logging", "Trace", "Debug", "Activity", "Console", "Telemetry");

    /// <summary>Whether the call only writes a log, a trace or a scope of one.</summary>
    public static bool Is(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        return Words.ContainsAny(method.ContainingType?.Name ?? "", Names)
            || method.GetAttributes().Any(a => a.AttributeClass?.Name == "LoggerMessageAttribute")
            || (call.Instance?.Type ?? (method.IsExtensionMethod ? call.Arguments.FirstOrDefault()?.Value.Unwrap().Type : null)) is { } receiver
                && Words.ContainsAny(receiver.Name, Names);
    }

    /// <summary>
    /// Whether all that becomes of a value is that it is logged: written in a log call, or kept in locals that only log calls use,
    /// or asked for to decide whether to log.
    /// </summary>
    public static bool OnlyUse(IOperation value) => OnlyUse(value, new(SymbolEqualityComparer.Default));

    private static bool OnlyUse(IOperation value, HashSet<ISymbol> seen)
    {
        for (var current = value; current.Parent is { } parent; current = parent)
        {
            // What a call fills besides its result is followed as well: TryGetValue("X", out var x).
            if (current is IInvocationOperation { Arguments: var arguments }
                && arguments.Any(a => a.Parameter?.RefKind == RefKind.Out && FilledLocal(a) is { } filled && !IsOnlyLogged(filled, value, seen)))
                return false;

            switch (parent)
            {
                case IInvocationOperation call when Is(call):
                    return true;
                case IVariableDeclaratorOperation declarator:
                    return IsOnlyLogged(declarator.Symbol, value, seen);
                case IAssignmentOperation { Target: ILocalReferenceOperation local } assignment when assignment.Value == current:
                    return IsOnlyLogged(local.Local, value, seen);
                case IConditionalOperation { Type: null } test when test.Condition == current:
                    return OnlyLogs(test.WhenTrue) && (test.WhenFalse is null || OnlyLogs(test.WhenFalse));
                case IExpressionStatementOperation:
                    // The result is dropped; what a call filled was looked at above.
                    return current is IInvocationOperation { Arguments: var given } && given.Any(a => a.Parameter?.RefKind == RefKind.Out);
                case IReturnOperation or IBlockOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or ILoopOperation or ISwitchOperation:
                    return false;
            }
        }

        return false;
    }

    private static ILocalSymbol? FilledLocal(IArgumentOperation argument) => argument.Value switch
    {
        IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared } => declared.Local,
        ILocalReferenceOperation known => known.Local,
        _ => null,
    };

    private static bool IsOnlyLogged(ILocalSymbol local, IOperation around, HashSet<ISymbol> seen) =>
        !seen.Add(local)
        || Enclosing.Root(around).DescendantsAndSelf().OfType<ILocalReferenceOperation>()
            .Where(r => SymbolEqualityComparer.Default.Equals(r.Local, local) && !IsTarget(r))
            .All(r => OnlyUse(r, seen));

    private static bool IsTarget(ILocalReferenceOperation reference) =>
        reference.IsDeclaration
        || reference.Parent is IAssignmentOperation { Target: var target } && target == reference
        || reference.Parent is IArgumentOperation { Parameter.RefKind: RefKind.Out };

    private static bool OnlyLogs(IOperation statement) => statement switch
    {
        IBlockOperation block => block.Operations.All(OnlyLogs),
        IExpressionStatementOperation { Operation: IInvocationOperation call } => Is(call),
        IEmptyOperation => true,
        _ => false,
    };
}
