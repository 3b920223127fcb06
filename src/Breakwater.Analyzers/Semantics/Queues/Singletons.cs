namespace Breakwater.Semantics.Queues;

/// <summary>Registrations of a value as a singleton of the service container.</summary>
internal static class Singletons
{
    /// <summary>Whether the call registers an instance, or what a factory makes, as the only one of its service.</summary>
    public static bool IsRegistration(IInvocationOperation call, Compilation compilation) =>
        call.TargetMethod.Name is "AddSingleton" or "AddKeyedSingleton"
        && compilation.Find("Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions") is { } extensions
        && SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, extensions);

    /// <summary>What is registered: the instance, or each value that the factory returns.</summary>
    public static IEnumerable<IOperation> Registered(IInvocationOperation call, Compilation compilation, CancellationToken cancellationToken)
    {
        if (call.Argument("implementationInstance") is { } instance)
            return [instance.Value];
        return call.Argument("implementationFactory")?.Value.Unwrap() switch
        {
            IAnonymousFunctionOperation lambda => Flow.OwnCode.Returned(lambda.Body),
            IMethodReferenceOperation method when Bodies.Of(compilation).Of(method.Method, cancellationToken) is { } body => Flow.OwnCode.Returned(body),
            _ => [],
        };
    }

    /// <summary>Every other registration in the same member: together they decide what the container hands out.</summary>
    public static IEnumerable<IInvocationOperation> Beside(IInvocationOperation registration, Compilation compilation, CancellationToken cancellationToken)
    {
        var member = Flow.VariableWrites.MemberAround(registration.Syntax);
        foreach (var mention in Mentions.In(member, registration.TargetMethod.Name, cancellationToken))
        {
            if (mention.Span != registration.Syntax.Span
                && Bodies.Of(compilation).Of(mention, cancellationToken) is IInvocationOperation other && IsRegistration(other, compilation))
                yield return other;
        }
    }
}
