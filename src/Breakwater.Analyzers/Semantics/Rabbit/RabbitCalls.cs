namespace Breakwater.Semantics.Rabbit;

/// <summary>
/// The calls of RabbitMQ.Client that matter to consumers, of version 6 (<c>IModel</c>, whose extension class the library misspells) and
/// of version 7 (<c>IChannel</c>). Told by name and namespace: the two versions share no type that could be looked up.
/// </summary>
internal static class RabbitCalls
{
    /// <summary>Whether the compilation references the library.</summary>
    public static bool AreIn(Compilation compilation) => compilation.Find("RabbitMQ.Client.IConnection") is not null;

    /// <summary>Whether the call starts a consumer.</summary>
    public static bool Consumes(IInvocationOperation call) => call.TargetMethod.Name is "BasicConsumeAsync" or "BasicConsume" && IsOnChannel(call);

    /// <summary>Whether the call limits how many unacknowledged messages are sent ahead.</summary>
    public static bool SetsPrefetch(IInvocationOperation call) => call.TargetMethod.Name is "BasicQosAsync" or "BasicQos" && IsOnChannel(call);

    /// <summary>Whether the call declares a queue.</summary>
    public static bool DeclaresQueue(IInvocationOperation call) => call.TargetMethod.Name is "QueueDeclareAsync" or "QueueDeclare" or "QueueDeclareNoWait" && IsOnChannel(call);

    /// <summary>Whether the call opens a channel.</summary>
    public static bool OpensChannel(IInvocationOperation call) =>
        call.TargetMethod is { Name: "CreateChannelAsync" or "CreateModel", ContainingType: { Name: "IConnection" } type } && IsOfLibrary(type);

    /// <summary>Whether the type is that of a channel.</summary>
    public static bool IsChannel(ITypeSymbol? type) => type is { Name: "IChannel" or "IModel" } && IsOfLibrary(type);

    /// <summary>The channel that the call is made on, also when it is written as an extension.</summary>
    public static IOperation? ChannelOf(IInvocationOperation call)
    {
        var channel = (call.Instance ?? call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0)?.Value)?.Unwrap();
        return channel is IConditionalAccessInstanceOperation placeholder ? placeholder.Accessed()?.Unwrap() : channel;
    }

    /// <summary>Whether the argument surely has this value, be it as its default.</summary>
    public static bool Is(this IInvocationOperation call, string parameter, bool value) =>
        call.Argument(parameter)?.Value.ConstantValue is { HasValue: true, Value: bool given } && given == value;

    private static bool IsOnChannel(IInvocationOperation call) =>
        call.TargetMethod.ContainingType is { Name: "IChannel" or "IChannelExtensions" or "IModel" or "IModelExensions" or "IModelExtensions" } type && IsOfLibrary(type);

    private static bool IsOfLibrary(ITypeSymbol type) =>
        type.ContainingNamespace is { Name: "Client", ContainingNamespace: { Name: "RabbitMQ", ContainingNamespace.IsGlobalNamespace: true } };
}
