using Breakwater.Flow;

namespace Breakwater.Semantics.Queues;

/// <summary>
/// What is done with one queue: who writes, who reads, who else can. Follows the queue and its writer through locals, fields and
/// members that return it; other types are searched only where such a member can be seen from there.
/// </summary>
internal sealed class QueueUses
{
    private readonly QueueApi _api;
    private readonly Compilation _compilation;
    private readonly bool _everywhere;
    private readonly CancellationToken _cancellationToken;
    private readonly Dictionary<ISymbol, QueuePart> _parts = new(SymbolEqualityComparer.Default);
    private readonly Queue<QueueHolder> _pending = new();
    private readonly HashSet<(SyntaxTree, Microsoft.CodeAnalysis.Text.TextSpan)> _visited = new();

    private readonly List<ISymbol> _bodies = new();

    private bool _isHandedOn;

    private QueueUses(QueueApi api, Compilation compilation, bool everywhere, CancellationToken cancellationToken)
    {
        _api = api;
        _compilation = compilation;
        _everywhere = everywhere;
        _cancellationToken = cancellationToken;
    }

    public List<QueueWrite> Writes { get; } = new();

    public List<IInvocationOperation> Reads { get; } = new();

    /// <summary>Whether code that is not seen may write: another assembly, or an object that was handed the queue or its writer.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether a writer says that nothing more will come, after which a channel refuses every write.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>
    /// Whether the queue or its writer gets beyond its type: by a member that others can name, as an argument, or returned. A queue
    /// that is created in a local gets as far when the method returns it.
    /// </summary>
    public bool Leaves => IsOpen || _isHandedOn
        || _parts.Any(p => p is { Key: not ILocalSymbol, Value: not QueuePart.Reader } && (IsShown(p.Key) || _bodies.Contains(p.Key, SymbolEqualityComparer.Default)));

    /// <summary>The uses of the queue in <paramref name="holders"/>.</summary>
    /// <param name="everywhere">Whether to search files, too, in which the owner is not named; slower, and only a fix needs it.</param>
    public static QueueUses Of(
        QueueHolders holders, QueueCreation creation, QueueApi api, Compilation compilation, bool everywhere, CancellationToken cancellationToken)
    {
        var uses = new QueueUses(api, compilation, everywhere, cancellationToken);
        foreach (var holder in holders.Variables)
            uses.Add(holder.Symbol, holder.Part);
        if (holders.Variables.All(h => h.Symbol is ILocalSymbol))
            uses._bodies.AddRange(holders.Variables.Select(h => h.Symbol.ContainingSymbol.OriginalDefinition));
        while (uses._pending.Count > 0)
            uses.Scan(uses._pending.Dequeue());
        if (holders.Registrations.Count > 0)
        {
            uses.IsOpen = true;
            InjectedQueues.Collect(creation, api, compilation, uses.Writes, uses.Reads, uses._visited, cancellationToken);
        }

        return uses;
    }

    private void Add(ISymbol symbol, QueuePart part)
    {
        symbol = symbol.OriginalDefinition;
        if (_parts.ContainsKey(symbol))
            return;
        _parts.Add(symbol, part);
        _pending.Enqueue(new(symbol, part));
    }

    private void Scan(QueueHolder holder)
    {
        foreach (var name in NamesOf(holder.Symbol))
        {
            foreach (var mention in Where(name, holder))
            {
                if (Bodies.Of(_compilation).Of(mention, _cancellationToken) is { } operation
                    && VariableWrites.Referenced(operation) is { } referenced
                    && SymbolEqualityComparer.Default.Equals(referenced.OriginalDefinition, name)
                    && _visited.Add((mention.SyntaxTree, mention.Span)))
                    Use(operation, holder.Part);
            }
        }

        // `field` is another name of the property inside its accessors.
        if (holder.Symbol is IPropertySymbol property)
        {
            foreach (var part in property.DeclaringSyntaxReferences)
            {
                foreach (var mention in Mentions.In(part.GetSyntax(_cancellationToken), "field", _cancellationToken))
                {
                    if (Bodies.Of(_compilation).Of(mention, _cancellationToken) is IFieldReferenceOperation { Field.AssociatedSymbol: not null } reference)
                        Use(reference, holder.Part);
                }
            }
        }
    }

    private IEnumerable<ExpressionSyntax> Where(ISymbol name, QueueHolder holder)
    {
        if (name is ILocalSymbol or IMethodSymbol { MethodKind: MethodKind.LocalFunction })
        {
            return name.DeclaringSyntaxReferences.SelectMany(r =>
                Mentions.In(VariableWrites.MemberAround(r.GetSyntax(_cancellationToken)), name.Name, _cancellationToken));
        }

        var reach = Reach.Of(name);
        if (holder.Part != QueuePart.Reader && reach == Visibility.World)
            IsOpen = true;
        return reach == Visibility.Type || holder.Part == QueuePart.Reader
            ? Mentions.InOutermostType(holder.Symbol, name.Name, _cancellationToken)
            : Mentions.In(_compilation, name.Name, _everywhere ? ImmutableArray<string>.Empty : Reach.NamesOf(holder.Symbol.ContainingType), _cancellationToken);
    }

    private static IEnumerable<ISymbol> NamesOf(ISymbol symbol) =>
        symbol.Kind is SymbolKind.Local or SymbolKind.Field ? [symbol] : Reach.InterfaceMembersOf(symbol).Prepend(symbol);

    private void Use(IOperation reference, QueuePart part)
    {
        switch (reference.Parent)
        {
            case ISwitchExpressionOperation choice when choice.Value == reference:
                foreach (var arm in choice.Arms)
                    Match(arm.Pattern, part);
                break;
            case IConversionOperation or IConditionalOperation or ICoalesceOperation or ISwitchExpressionArmOperation or ISwitchExpressionOperation:
                Use(reference.Parent, part);
                break;
            case IConditionalAccessOperation access when access.Operation == reference:
                Use(FirstInstance(access.WhenNotNull), part);
                break;
            case IConditionalAccessOperation access:
                Use(access, part);
                break;
            case IPropertyReferenceOperation property when property.Instance == reference:
                if (_api.IsWriterOf(property.Property))
                    Use(property, QueuePart.Writer);
                else if (_api.IsReaderOf(property.Property))
                    Use(property, QueuePart.Reader);
                break;
            case IInvocationOperation call when call.Instance == reference:
                Call(call);
                // A method of this compilation on a framework type is an extension that was given the queue.
                IsOpen |= part != QueuePart.Reader && !call.TargetMethod.DeclaringSyntaxReferences.IsEmpty;
                break;
            case IMethodReferenceOperation method when _api.ActOf(method.Method) == QueueAct.Write:
                Writes.Add(new(method, null));
                break;
            case IMethodReferenceOperation method:
                IsCompleted |= _api.ActOf(method.Method) == QueueAct.Complete;
                break;
            case IArgumentOperation { Parent: IInvocationOperation call } when _api.ActOf(call.TargetMethod) == QueueAct.Write:
                Call(call);
                break;
            case IArgumentOperation { Parent: IInvocationOperation call } when _api.IsPlumbing(call.TargetMethod) || Singletons.IsRegistration(call, _compilation):
                break;
            case IArgumentOperation argument:
                IsOpen |= part != QueuePart.Reader && _api.CanWriteThrough(argument.Parameter?.OriginalDefinition.Type);
                _isHandedOn |= part != QueuePart.Reader && _api.CanWriteThrough(argument.Parameter?.Type);
                break;
            case IAssignmentOperation assignment:
                if (assignment.Value == reference)
                    Flow(VariableWrites.Referenced(assignment.Target), part);
                Use(assignment, part);
                break;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                Flow(declarator.Symbol, part);
                break;
            case IFieldInitializerOperation initializer:
                foreach (var field in initializer.InitializedFields)
                    Flow(field, part);
                break;
            case IPropertyInitializerOperation initializer:
                foreach (var property in initializer.InitializedProperties)
                    Flow(property, part);
                break;
            case IReturnOperation returned:
                Return(returned, part);
                break;
            case IIsPatternOperation test when test.Value == reference:
                Match(test.Pattern, part);
                break;
            case ISwitchOperation choice when choice.Value == reference:
                foreach (var clause in choice.Cases.SelectMany(c => c.Clauses).OfType<IPatternCaseClauseOperation>())
                    Match(clause.Pattern, part);
                break;
            case ITupleOperation or IArrayInitializerOperation:
            case { } collection when collection.IsCollectionExpression():
                IsOpen |= part != QueuePart.Reader;
                break;
        }
    }

    private void Call(IInvocationOperation call)
    {
        if (_api.ActOf(call.TargetMethod) == QueueAct.Write)
            Writes.Add(new(call, call.Argument("item")?.Value));
        else if (_api.ActOf(call.TargetMethod) == QueueAct.Read)
            Reads.Add(call);
        IsCompleted |= _api.ActOf(call.TargetMethod) == QueueAct.Complete;
    }

    private static bool IsShown(ISymbol member) =>
        member is not IMethodSymbol { MethodKind: MethodKind.LocalFunction }
        && (!VariableWrites.IsConfined(member) || Reach.InterfaceMembersOf(member).Any());

    /// <summary>Another variable holds the queue: it counts when it never holds anything else.</summary>
    private void Flow(ISymbol? variable, QueuePart part)
    {
        if (variable is ILocalSymbol or IFieldSymbol or IPropertySymbol
            && AssignedValues.Direct(variable, _compilation, _cancellationToken) is { AreKnown: true } values
            && values.Values.All(v => IsThisQueue(v.Unwrap())))
            Add(variable, part);
        else if (part != QueuePart.Reader)
            IsOpen = true;
    }

    /// <summary>A pattern gives the queue, or its writer, another name.</summary>
    private void Match(IPatternOperation pattern, QueuePart part)
    {
        var name = pattern switch
        {
            IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
            IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
            _ => null,
        };
        if (name is not null)
            Add(name, part);
        IsOpen |= part != QueuePart.Reader
            && pattern.Descendants().Any(p => p is IDeclarationPatternOperation { DeclaredSymbol: not null } or IRecursivePatternOperation { DeclaredSymbol: not null });
    }

    private bool IsThisQueue(IOperation value) =>
        value is IPropertyReferenceOperation { Instance: { } channel } end && (_api.IsWriterOf(end.Property) || _api.IsReaderOf(end.Property))
            ? IsThisQueue(channel.Unwrap())
            : VariableWrites.Referenced(value) is { } symbol && _parts.ContainsKey(symbol.OriginalDefinition)
                || _api.CreationAt(value, _compilation, _cancellationToken) is not null;

    private void Return(IOperation returned, QueuePart part)
    {
        if (Enclosing.Lambda(returned) is { Parent.Parent: IArgumentOperation { Parent: IInvocationOperation call } } && Singletons.IsRegistration(call, _compilation))
            return;
        var member = Enclosing.Lambda(returned) is null && returned.Kind != OperationKind.YieldReturn ? Enclosing.Method(returned, _compilation, _cancellationToken) : null;
        if (member is { MethodKind: MethodKind.PropertyGet, AssociatedSymbol: { } property })
            Add(property, part);
        else if (member is { IsAsync: false, MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction or MethodKind.ExplicitInterfaceImplementation })
            Add(member, part);
        else if (part != QueuePart.Reader)
            IsOpen = true;
    }

    /// <summary>The value that a <c>?.</c> chain starts from.</summary>
    private static IOperation FirstInstance(IOperation operation)
    {
        while (operation is not IConditionalAccessInstanceOperation && operation.ChildOperations.Any())
            operation = operation.ChildOperations.First();
        return operation;
    }
}
