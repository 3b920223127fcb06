using Breakwater.Flow;

namespace Breakwater.Semantics.Rabbit;

/// <summary>
/// Whose channel a consumer runs on, and what its type says about it. A channel is the type's own where every value of it is opened
/// by the type, or by a method of this compilation that only opens channels and sets no prefetch.
/// </summary>
internal sealed class RabbitChannels(ISymbol user, Compilation compilation, CancellationToken cancellationToken)
{
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

    /// <summary>Whether the type that makes the call opened the channel itself. Anybody else may have set its prefetch.</summary>
    public bool IsOwn(IInvocationOperation call) => RabbitCalls.ChannelOf(call) is { } channel && IsOpened(channel, mayFollow: true) && !IsHandedOut(channel);

    /// <summary>The calls in the type, and in its bases, that limit the prefetch; null when there may be one that is not seen.</summary>
    public IReadOnlyList<IInvocationOperation>? PrefetchCalls()
    {
        var found = new List<IInvocationOperation>();
        foreach (var mention in Named("BasicQos").Concat(Named("BasicQosAsync")))
        {
            if (Bodies.Of(compilation).Of(mention, cancellationToken) is not IInvocationOperation call || !RabbitCalls.SetsPrefetch(call))
                return null;
            found.Add(call);
        }

        return BasesMention("BasicQos") ? null : found;
    }

    /// <summary>Whether the type declares or consumes a stream, which the broker does not serve without a prefetch.</summary>
    public bool UsesStreams() => Holds("x-stream-offset") || Holds("XStreamOffset") || (Holds("\"stream\"") && (Holds("x-queue-type") || Holds("XQueueType")));

    /// <summary>Whether the consumed queue may be one that the type declared for itself: such a queue goes away with its consumer.</summary>
    public bool ConsumesOwnQueue(IInvocationOperation consume)
    {
        var consumed = consume.Argument("queue")?.Value.ConstantValue;
        return Named("QueueDeclare").Concat(Named("QueueDeclareAsync")).Concat(Named("QueueDeclareNoWait"))
            .Select(mention => Bodies.Of(compilation).Of(mention, cancellationToken))
            .OfType<IInvocationOperation>()
            .Any(declare => RabbitCalls.DeclaresQueue(declare) && (declare.Is("exclusive", true) || declare.Is("autoDelete", true))
                && !(consumed is { HasValue: true, Value: string queue } && declare.Argument("queue")?.Value.ConstantValue is { HasValue: true, Value: string { Length: > 0 } other } && queue != other));
    }

    private bool IsOpened(IOperation channel, bool mayFollow)
    {
        channel = channel.Awaited();
        switch (channel)
        {
            case IInvocationOperation opens when RabbitCalls.OpensChannel(opens):
                return IsWithoutPrefetch(opens);
            case IInvocationOperation call when mayFollow && Calls.Of(compilation).CertainTarget(call) is { } method && Bodies.Of(compilation).Of(method, cancellationToken) is { } body:
                return OwnCode.Returned(body).ToList() is { Count: > 0 } returned && returned.All(r => IsOpened(r, mayFollow: false));
            case IConditionalAccessOperation access:
                return IsOpened(access.WhenNotNull, mayFollow);
            case ICoalesceAssignmentOperation kept:
                return IsOpened(kept.Target, mayFollow);
            case IPropertyReferenceOperation { Property.GetMethod: { } getter } when Bodies.Of(compilation).Of(getter, cancellationToken) is not null:
                return false;
            case IMemberReferenceOperation member:
                return !_seen.Add(member.Member) || AreOpened(AssignedValues.Of(member.Member, compilation, cancellationToken), mayFollow);
            case ILocalReferenceOperation local:
                return !_seen.Add(local.Local) || AreOpened(AssignedValues.Of(local.Local, compilation, cancellationToken), mayFollow);
            default:
                return false;
        }
    }

    private bool AreOpened(AssignedValues values, bool mayFollow) =>
        values is { AreKnown: true, Values.IsEmpty: false } && values.Values.All(v => IsOpened(v, mayFollow));

    /// <summary>What the type itself says is looked at as a whole; another type must not speak of prefetch at all.</summary>
    private bool IsWithoutPrefetch(IInvocationOperation opens) =>
        Types().Any(t => t.SyntaxTree == opens.Syntax.SyntaxTree && t.Span.Contains(opens.Syntax.Span))
        || !Mentions.AreIn(opens.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() ?? opens.Syntax.SyntaxTree.GetRoot(cancellationToken), "BasicQos");

    /// <summary>Whether a method that is given the channel may set its prefetch: one that mentions it, or one whose code is not seen.</summary>
    private bool IsHandedOut(IOperation channel) =>
        VariableWrites.Referenced(channel) is { } variable
        && Named(variable.Name)
            .Where(mention => mention.Parent is ArgumentSyntax or MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax })
            .Select(mention => Bodies.Of(compilation).Of(mention, cancellationToken))
            .OfType<IOperation>()
            .Any(o => SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(o)?.OriginalDefinition, variable.OriginalDefinition) && IsGivenToStranger(o));

    private bool IsGivenToStranger(IOperation channel)
    {
        var parent = channel.Parent;
        while (parent is IConversionOperation)
            parent = parent.Parent;
        if (parent is not IArgumentOperation { Parameter: { } parameter } || !RabbitCalls.IsChannel(parameter.Type) || parameter.ContainingSymbol is not IMethodSymbol method)
            return false;
        if (!method.IsDeclaredIn(compilation))
            return method.ContainingNamespace is not { Name: "Client" or "Events", ContainingNamespace: { Name: "RabbitMQ" } or { Name: "Client" } };
        return method.Definition().DeclaringSyntaxReferences.Any(r => Mentions.AreIn(r.GetSyntax(cancellationToken), "BasicQos"));
    }

    private IEnumerable<SyntaxNode> Types() => user.ContainingType is null ? [] : Mentions.OutermostType(user).DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellationToken));

    private IEnumerable<ExpressionSyntax> Named(string name) => user.ContainingType is null ? [] : Mentions.InOutermostType(user, name, cancellationToken);

    private bool Holds(string text) => Types().Any(t => Mentions.AreIn(t, text));

    private bool BasesMention(string text)
    {
        for (var type = user.ContainingType?.BaseType; type is not null && type.IsDeclaredIn(compilation); type = type.BaseType)
        {
            if (type.OriginalDefinition.DeclaringSyntaxReferences.Any(r => Mentions.AreIn(r.GetSyntax(cancellationToken), text)))
                return true;
        }

        return false;
    }
}
