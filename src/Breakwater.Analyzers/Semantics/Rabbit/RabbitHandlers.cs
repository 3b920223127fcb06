using Breakwater.Flow;
using Breakwater.Semantics.Hosting;

namespace Breakwater.Semantics.Rabbit;

/// <summary>
/// The code that a consumer runs for each message, where it is part of this compilation: handlers attached to its event in the type
/// that starts it, and the overrides of a consumer class.
/// </summary>
internal sealed class RabbitHandlers(ISymbol user, Compilation compilation, CancellationToken cancellationToken)
{
    private const int Levels = 3;

    /// <summary>
    /// Whether a handler waits for something that is lost when the process stops: any call but those that only touch memory, a cache or
    /// connected clients.
    /// </summary>
    public bool DoWorkWorthKeeping(IInvocationOperation consume) =>
        consume.Argument("consumer")?.Value.Unwrap() is { } consumer && HandlersOf(consumer).Any(handler => IsWorthKeeping(handler, 0));

    private IEnumerable<IOperation> HandlersOf(IOperation consumer)
    {
        var attached = VariableWrites.Referenced(consumer) is { } variable ? Attached(variable) : [];
        return attached.Concat(ClassesOf(consumer).SelectMany(Overrides));
    }

    private IEnumerable<IOperation> Attached(ISymbol variable)
    {
        foreach (var mention in new[] { "ReceivedAsync", "Received" }.SelectMany(name => Mentions.InOutermostType(user, name, cancellationToken)))
        {
            if (mention.Parent is AssignmentExpressionSyntax
                && Bodies.Of(compilation).Of(mention, cancellationToken) is IEventReferenceOperation { Instance: { } instance, Parent: IEventAssignmentOperation { Adds: true } attach } source
                && HandlerTypes.Of(compilation).RaisesMessages(source.Event)
                && SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(instance)?.OriginalDefinition, variable.OriginalDefinition)
                && CodeOf(attach.HandlerValue) is { } code)
                yield return code;
        }
    }

    private IOperation? CodeOf(IOperation handler) => handler.Unwrap() switch
    {
        IAnonymousFunctionOperation lambda => lambda,
        IMethodReferenceOperation group when group.Method.IsDeclaredIn(compilation) => Bodies.Of(compilation).Of(group.Method, cancellationToken),
        _ => null,
    };

    private IEnumerable<ITypeSymbol> ClassesOf(IOperation consumer)
    {
        if (consumer is IInstanceReferenceOperation)
            return [consumer.Type!];
        var values = consumer is IMemberReferenceOperation member
            ? AssignedValues.Of(member.Member, compilation, cancellationToken)
            : AssignedValues.Behind(consumer, compilation, cancellationToken);
        return values.Values.OfType<IObjectCreationOperation>().Select(v => v.Type!);
    }

    private IEnumerable<IOperation> Overrides(ITypeSymbol consumer) =>
        consumer.IsDeclaredIn(compilation)
            ? consumer.GetMembers().OfType<IMethodSymbol>()
                .Where(m => HandlerTypes.Of(compilation).HandlerKind(m) == EntryPointKind.Message)
                .Select(m => Bodies.Of(compilation).Of(m, cancellationToken)).OfType<IOperation>()
            : [];

    private bool IsWorthKeeping(IOperation body, int level)
    {
        foreach (var operation in OwnCode.AndSelf(body))
        {
            switch (operation)
            {
                case IAwaitOperation wait when wait.Awaited() is IInvocationOperation call && IsWorthKeeping(call, level):
                // A task that is returned is awaited by whoever called.
                case IReturnOperation { ReturnedValue: { } value } when DetachedWork.IsTask(value.Type) && value.Awaited() is IInvocationOperation returned && IsWorthKeeping(returned, level):
                case IInvocationOperation started when level == 0 && BodyOf(started) is { } code && IsWorthKeeping(code, level + 1):
                    return true;
            }
        }

        return false;
    }

    private bool IsWorthKeeping(IInvocationOperation call, int level) =>
        BodyOf(call) is { } body ? level == Levels || IsWorthKeeping(body, level + 1) : !IsLossTolerant(call);

    private IOperation? BodyOf(IInvocationOperation call) =>
        Calls.Of(compilation).CertainTarget(call) is { } method ? Bodies.Of(compilation).Of(method, cancellationToken) : null;

    /// <summary>What is worth nothing after a restart, or is nothing but memory.</summary>
    private static bool IsLossTolerant(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var target = (method.IsExtensionMethod ? call.Arguments.FirstOrDefault()?.Value.Unwrap().Type : call.Instance?.Unwrap().Type) ?? method.ContainingType;
        return TypesOf(target).Any(t => IsLossTolerant(t, method.Name)) || IsLossTolerant(method.ContainingType, method.Name)
            || call.Instance?.Unwrap() is IPropertyReferenceOperation { Property.ContainingType: var owner } && IsSignalR(owner)
            || call.Instance?.Unwrap() is IInvocationOperation { TargetMethod.ContainingType: var chooser } && IsSignalR(chooser);
    }

    private static IEnumerable<ITypeSymbol> TypesOf(ITypeSymbol type)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
            yield return current;
        foreach (var implemented in type.AllInterfaces)
            yield return implemented;
    }

    private static bool IsLossTolerant(ITypeSymbol type, string method) => type switch
    {
        { Name: "IDistributedCache" } => method.StartsWith("Remove", StringComparison.Ordinal) || method.StartsWith("Refresh", StringComparison.Ordinal),
        { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" } => true,
        { Name: "ILogger" or "IMemoryCache" or "HybridCache" or "IFusionCache" or "ChannelWriter" or "SemaphoreSlim" or "JsonSerializer" } => true,
        _ => IsSignalR(type) || type.ContainingNamespace?.ToDisplayString().StartsWith("System.Collections", StringComparison.Ordinal) == true,
    };

    private static bool IsSignalR(ITypeSymbol type) => type.ContainingNamespace is { Name: "SignalR", ContainingNamespace.Name: "AspNetCore" };
}
