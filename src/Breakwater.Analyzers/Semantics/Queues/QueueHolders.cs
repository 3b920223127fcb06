using Breakwater.Flow;

namespace Breakwater.Semantics.Queues;

/// <summary>Which end of a queue a value is. Only a channel has ends of its own; every other queue is always whole.</summary>
internal enum QueuePart
{
    Whole,
    Writer,
    Reader,
}

/// <summary>A variable that holds a queue or one end of it, or a member that returns it.</summary>
internal sealed record QueueHolder(ISymbol Symbol, QueuePart Part);

/// <summary>
/// Where a queue goes after its creation: the variables it is put in, the singletons it is registered as. Follows the value forward
/// through <c>?:</c>, <c>??</c>, assignments, locals, and one private or static method that returns it.
/// </summary>
internal sealed class QueueHolders
{
    private readonly QueueApi _api;
    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellationToken;
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);
    private bool _inFactory;

    private QueueHolders(QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        _api = api;
        _compilation = compilation;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Locals, fields and auto-properties, in the order found.</summary>
    public List<QueueHolder> Variables { get; } = new();

    /// <summary>The <c>AddSingleton</c> calls that register the queue or its writer.</summary>
    public List<IInvocationOperation> Registrations { get; } = new();

    public static QueueHolders Of(QueueCreation creation, QueueApi api, Compilation compilation, CancellationToken cancellationToken)
    {
        var holders = new QueueHolders(api, compilation, cancellationToken);
        holders.Climb(creation.Operation, QueuePart.Whole);
        return holders;
    }

    /// <summary>What to call the queue: the member that holds it, else a local, else its type where the container hands it out or nothing holds it.</summary>
    public string NameOf(QueueCreation creation) =>
        Variables.FirstOrDefault(v => v is { Symbol: not ILocalSymbol, Part: QueuePart.Whole }) is { } member ? member.Symbol.Name
            : Registrations.Count == 0 && Variables.Count > 0 ? Variables[0].Symbol.Name
            : creation.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private void Climb(IOperation value, QueuePart part)
    {
        for (var current = value; current.Parent is { } parent; current = parent)
        {
            switch (parent)
            {
                case IConversionOperation or IDelegateCreationOperation or ISwitchExpressionArmOperation or ISwitchExpressionOperation:
                case IConditionalOperation conditional when conditional.Condition != current:
                case ICoalesceOperation:
                    continue;
                case IAssignmentOperation assignment when assignment.Value == current:
                    Hold(VariableWrites.Referenced(assignment.Target), part);
                    continue;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                    Hold(declarator.Symbol, part);
                    return;
                case IFieldInitializerOperation initializer:
                    foreach (var field in initializer.InitializedFields)
                        Hold(field, part);
                    return;
                case IPropertyInitializerOperation initializer:
                    foreach (var property in initializer.InitializedProperties)
                        Hold(property, part);
                    return;
                case IPropertyReferenceOperation reference when reference.Instance == current && part == QueuePart.Whole:
                    if (_api.IsWriterOf(reference.Property))
                        part = QueuePart.Writer;
                    else if (_api.IsReaderOf(reference.Property))
                        part = QueuePart.Reader;
                    else
                        return;
                    continue;
                case IArgumentOperation { Parent: IInvocationOperation call } when Singletons.IsRegistration(call, _compilation):
                    if (part != QueuePart.Reader)
                        Registrations.Add(call);
                    return;
                case IReturnOperation:
                    Return(parent, part);
                    return;
                default:
                    return;
            }
        }
    }

    private void Hold(ISymbol? variable, QueuePart part)
    {
        if (variable is not (ILocalSymbol or IFieldSymbol or IPropertySymbol { IsIndexer: false }) || !_seen.Add(variable.OriginalDefinition))
            return;
        Variables.Add(new(variable.OriginalDefinition, part));
        if (variable is not ILocalSymbol || variable.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_cancellationToken) is not { } declaration)
            return;

        foreach (var mention in Mentions.In(VariableWrites.MemberAround(declaration), variable.Name, _cancellationToken))
        {
            if (Bodies.Of(_compilation).Of(mention, _cancellationToken) is ILocalReferenceOperation reference
                && SymbolEqualityComparer.Default.Equals(reference.Local, variable))
                Climb(reference, part);
        }
    }

    /// <summary>A returned queue goes to whoever called the lambda or the factory method.</summary>
    private void Return(IOperation returned, QueuePart part)
    {
        if (Enclosing.Lambda(returned) is { } lambda)
        {
            Climb(lambda, part);
            return;
        }

        if (_inFactory || Enclosing.Method(returned, _compilation, _cancellationToken) is not { } factory
            || factory.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction))
            return;

        _inFactory = true;
        var uses = VariableWrites.IsConfined(factory) && factory.MethodKind == MethodKind.Ordinary
            ? Mentions.InOutermostType(factory, factory.Name, _cancellationToken)
            : Mentions.In(_compilation, factory.Name, ImmutableArray<string>.Empty, _cancellationToken);
        foreach (var use in uses)
        {
            if (Bodies.Of(_compilation).Of(use, _cancellationToken) is { } operation
                && operation is IInvocationOperation or IMethodReferenceOperation
                && SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(operation)?.OriginalDefinition, factory))
                Climb(operation, part);
        }

        _inFactory = false;
    }
}
