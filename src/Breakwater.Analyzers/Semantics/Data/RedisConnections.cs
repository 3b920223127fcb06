using Breakwater.Flow;

namespace Breakwater.Semantics.Data;

/// <summary>
/// Whether the first connect to Redis throws when no server answers, or gives a multiplexer that goes on trying: what
/// <c>abortConnect</c> decides. Gives up (null) when the configuration is not visible: it comes from a settings file or a parameter.
/// </summary>
internal static class RedisConnections
{
    private const string Flag = "AbortOnConnectFail";

    /// <summary>Whether a call opens a connection to Redis.</summary>
    public static bool IsConnect(IMethodSymbol method) =>
        method is { Name: "Connect" or "ConnectAsync", ContainingType: { Name: "ConnectionMultiplexer", ContainingNamespace: { Name: "Redis", ContainingNamespace.Name: "StackExchange" } } };

    /// <summary>Whether a connect that fails throws; null when its configuration is not visible.</summary>
    public static bool? Throws(IInvocationOperation connect, Compilation compilation, CancellationToken cancellationToken)
    {
        if (connect.Argument("configure") is { ArgumentKind: ArgumentKind.Explicit, Value: var configure } && FlagIn(configure, compilation, cancellationToken) is var (isSet, flag))
        {
            if (isSet || configure.Unwrap() is not IAnonymousFunctionOperation)
                return flag;
        }

        if (connect.Argument("configuration")?.Value is not { } configuration)
            return null;
        var values = AssignedValues.Behind(configuration, compilation, cancellationToken);
        if (!values.AreKnown || values.Values.IsEmpty)
            return null;

        bool? throws = false;
        foreach (var value in values.Values)
        {
            switch (OfConfiguration(value, compilation, cancellationToken))
            {
                case null:
                    return null;
                case true:
                    throws = true;
                    break;
            }
        }

        return throws == true && FlagIn(Enclosing.Root(connect), compilation, cancellationToken) is (true, var assigned) ? assigned : throws;
    }

    private static bool? OfConfiguration(IOperation value, Compilation compilation, CancellationToken cancellationToken)
    {
        if (value.ConstantValue is { HasValue: true, Value: string text })
            return OfText(text);
        switch (value)
        {
            case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member:
                var held = AssignedValues.Of(member.Member, compilation, cancellationToken);
                return held is { AreKnown: true, Values: [var only] } && only is not IMemberReferenceOperation ? OfConfiguration(only, compilation, cancellationToken) : null;
            case IInvocationOperation { TargetMethod: { Name: "Parse", ContainingType.Name: "ConfigurationOptions" } } parse:
                return parse.Argument("configuration")?.Value is { } parsed ? OfConfiguration(parsed.Unwrap(), compilation, cancellationToken) : null;
            case IObjectCreationOperation { Type.Name: "ConfigurationOptions" } creation:
                return FlagIn(creation, compilation, cancellationToken) is (true, var flag) ? flag : true;
            default:
                return null;
        }
    }

    /// <summary>Hosts of Azure go on trying by default.</summary>
    private static bool OfText(string text)
    {
        var compact = text.Replace(" ", "");
        return compact.IndexOf("abortConnect=true", StringComparison.OrdinalIgnoreCase) >= 0
            || (compact.IndexOf("abortConnect=false", StringComparison.OrdinalIgnoreCase) < 0
                && compact.IndexOf(".redis.cache.windows.net", StringComparison.OrdinalIgnoreCase) < 0);
    }

    /// <summary>Whether code assigns the flag, and the constant it assigns.</summary>
    private static (bool IsSet, bool? Value) FlagIn(IOperation code, Compilation compilation, CancellationToken cancellationToken)
    {
        foreach (var operation in code.DescendantsAndSelf())
        {
            if (operation is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: Flag } } assignment)
                return (true, assignment.Value.ConstantValue is { HasValue: true, Value: bool flag } ? flag : null);
        }

        return (false, null);
    }
}
