using Breakwater.Flow;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// Everything the code does with one member that keeps results. Searched where the member's name reaches: the outermost type for a
/// private one, the files that name the type for others. What is not understood counts as handing the member out.
/// </summary>
internal sealed class ResultUses
{
    private static readonly HashSet<string> Removing = new(StringComparer.Ordinal) { "TryRemove", "Remove", "Clear", "TryUpdate", "AddOrUpdate" };

    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "GetOrAdd", "TryAdd", "Add", "TryGetValue", "ContainsKey", "ContainsValue", "GetValueOrDefault", "GetEnumerator", "ToArray", "CopyTo",
        "EnsureCapacity", "TrimExcess", "GetAwaiter", "ToString", "GetHashCode", "Equals", "GetType",
    };

    private ResultUses()
    {
    }

    /// <summary>Each place where the member is named, its declaration left out.</summary>
    public required ImmutableArray<IOperation> References { get; init; }

    /// <summary>The values it is given in its declaration or in a constructor.</summary>
    public required ImmutableArray<IOperation> Initial { get; init; }

    /// <summary>The values it is given later.</summary>
    public required ImmutableArray<IAssignmentOperation> Assigned { get; init; }

    /// <summary>The places that write an entry by its key.</summary>
    public required int IndexerWrites { get; init; }

    /// <summary>Whether something takes entries out of it.</summary>
    public required bool AreRemoved { get; init; }

    /// <summary>Whether it is handed to code that could do anything with it.</summary>
    public required bool Escapes { get; init; }

    /// <summary>Whether it serves as a lock.</summary>
    public required bool IsLockedOn { get; init; }

    /// <summary>Whether the code around it asks how a task ended, other than one that surely comes from another such member.</summary>
    public required bool IsOutcomeTested { get; init; }

    public static ResultUses Find(ISymbol member, ResultHolder? holder, Compilation compilation, CancellationToken cancellationToken)
    {
        var references = ReferencesTo(member, compilation, cancellationToken).ToImmutableArray();
        var initial = ImmutableArray.CreateBuilder<IOperation>();
        var assigned = ImmutableArray.CreateBuilder<IAssignmentOperation>();
        if (Initialiser(member, compilation, cancellationToken) is { } initialiser)
            initial.Add(initialiser);

        var (removed, escapes, locked, writes) = (false, false, false, 0);
        foreach (var reference in references)
        {
            var parent = reference.Parent;
            switch (parent)
            {
                case IAssignmentOperation assignment when assignment.Target == reference:
                    if (assignment is ISimpleAssignmentOperation && IsInConstructor(assignment, member, compilation, cancellationToken))
                        initial.Add(assignment.Value);
                    else
                        assigned.Add(assignment);
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out }:
                    escapes = true;
                    break;
                case var _ when holder == ResultHolder.Task:
                    break;
                case IInvocationOperation call when call.Instance == reference:
                    removed |= Removing.Contains(call.TargetMethod.Name);
                    escapes |= !Removing.Contains(call.TargetMethod.Name) && !Harmless.Contains(call.TargetMethod.Name);
                    break;
                case IPropertyReferenceOperation property when property.Instance == reference:
                    writes += property.Property.IsIndexer && property.Parent is IAssignmentOperation write && write.Target == property ? 1 : 0;
                    break;
                case ILockOperation:
                    locked = true;
                    break;
                case INameOfOperation or IBinaryOperation or IIsPatternOperation or IForEachLoopOperation or IAwaitOperation:
                case IConditionalAccessOperation when holder is ResultHolder.LazyTask or ResultHolder.LazyValue:
                    break;
                default:
                    var (isRemoving, isHarmless) = AsArgument(reference, parent);
                    removed |= isRemoving;
                    escapes |= !isRemoving && !isHarmless;
                    break;
            }
        }

        return new ResultUses
        {
            References = references,
            Initial = initial.ToImmutable(),
            Assigned = assigned.ToImmutable(),
            IndexerWrites = writes,
            AreRemoved = removed,
            Escapes = escapes,
            IsLockedOn = locked,
            IsOutcomeTested = TestsOutcome(member, compilation, cancellationToken),
        };
    }

    /// <summary>As the receiver of an extension method: LINQ only reads, <c>GetOrAdd</c> and its like do what they are called.</summary>
    private static (bool Removes, bool IsHarmless) AsArgument(IOperation reference, IOperation? parent)
    {
        if (parent is IConversionOperation { IsImplicit: true } conversion)
            parent = conversion.Parent;
        switch (parent)
        {
            case IForEachLoopOperation or IBinaryOperation or IIsPatternOperation:
                return (false, true);
            case IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { IsExtensionMethod: true, Name: var name } method } call } argument when call.Arguments[0] == argument:
                var isKnown = method.ContainingType is { Name: "CollectionExtensions" or "Enumerable" };
                return (isKnown && Removing.Contains(name), name is "GetOrAdd" or "GetAwaiter" || (isKnown && !Removing.Contains(name)));
            default:
                return (false, false);
        }
    }

    private static IEnumerable<IOperation> ReferencesTo(ISymbol member, Compilation compilation, CancellationToken cancellationToken)
    {
        var bodies = Bodies.Of(compilation);
        var mentions = VariableWrites.IsConfined(member)
            ? Mentions.InOutermostType(member, member.Name, cancellationToken)
            : Mentions.In(compilation, member.Name, Reach.NamesOf(member.ContainingType), cancellationToken);
        if (member is IPropertySymbol)
            mentions = mentions.Concat(member.DeclaringSyntaxReferences.SelectMany(r => Mentions.In(r.GetSyntax(cancellationToken), "field", cancellationToken)));
        foreach (var mention in mentions)
        {
            var named = bodies.Of(mention, cancellationToken);
            if (named is IMemberReferenceOperation && SymbolEqualityComparer.Default.Equals(SharedResults.MemberOf(named), member.OriginalDefinition))
                yield return named;
        }
    }

    private static IOperation? Initialiser(ISymbol member, Compilation compilation, CancellationToken cancellationToken)
    {
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            var clause = reference.GetSyntax(cancellationToken) switch
            {
                VariableDeclaratorSyntax declarator => declarator.Initializer,
                PropertyDeclarationSyntax property => property.Initializer,
                _ => null,
            };
            if (clause is not null && Bodies.Of(compilation).Of(clause, cancellationToken) is ISymbolInitializerOperation initialiser)
                return initialiser.Value;
        }

        return null;
    }

    private static bool IsInConstructor(IOperation assignment, ISymbol member, Compilation compilation, CancellationToken cancellationToken) =>
        Enclosing.Lambda(assignment) is null
        && Enclosing.Method(assignment, compilation, cancellationToken) is { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } constructor
        && constructor.IsStatic == member.IsStatic
        && SymbolEqualityComparer.Default.Equals(constructor.ContainingType.OriginalDefinition, member.ContainingType.OriginalDefinition);

    private static bool TestsOutcome(ISymbol member, Compilation compilation, CancellationToken cancellationToken)
    {
        return Asks("IsFaulted") || Asks("IsCanceled") || Asks("IsCompletedSuccessfully") || Asks("Status") || Asks("Exception") || Asks("TaskStatus");

        bool Asks(string name) => Mentions.InOutermostType(member, name, cancellationToken).Any(mention =>
            Bodies.Of(compilation).Of(mention, cancellationToken) switch
            {
                IPropertyReferenceOperation { Property.ContainingType: { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" } } asked =>
                    !IsKnownOther(asked.Instance),
                _ => mention.Parent is NameColonSyntax or ExpressionColonSyntax && name.StartsWith("Is", StringComparison.Ordinal),
            });

        // Every value that the asked task can be comes from another member that keeps results.
        bool IsKnownOther(IOperation? task)
        {
            task = task?.Unwrap();
            if (task is null)
                return false;
            var values = task is ILocalReferenceOperation local ? LocalValues.Around(local).Of(local.Local).Select(g => g.Value).ToList() : [task];
            return values.Count > 0 && values.All(value => LocalValues.Around(value).DependsOn(value, o => IsKept(SharedResults.MemberOf(o)))
                && !LocalValues.Around(value).DependsOn(value, o => SymbolEqualityComparer.Default.Equals(SharedResults.MemberOf(o), member.OriginalDefinition)));
        }

        // A property without a field of its own may well give this member's task.
        bool IsKept(ISymbol? other) => other switch
        {
            IFieldSymbol field => SharedResults.Of(compilation)!.HolderOf(field.Type) is not null,
            IPropertySymbol property => SharedResults.Of(compilation)!.HolderOf(property.Type) is not null
                && property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property)),
            _ => false,
        };
    }
}
