namespace Breakwater.Semantics.Caching;

/// <summary>
/// The inputs that a key is made from: its roots, also those that reach it through an object that is filled step by step or through a
/// member that the same code sets; and for objects which of their members.
/// </summary>
internal sealed class KeyInputs
{
    private readonly IOperation _root;
    private readonly HashSet<ISymbol> _whole = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, HashSet<string>> _members = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

    /// <param name="key">The key.</param>
    /// <param name="body">The body of its operation.</param>
    public KeyInputs(CacheKey key, IOperation body)
    {
        _root = Enclosing.Root(body);
        Values = key.Steps.Select(s => s.Value).ToImmutableArray();
        foreach (var (value, _, _) in key.Steps)
        {
            if (value.Operation is ILocalReferenceOperation { Local: var local })
                Fill(local, value.Operation, value.Frame);
        }

        foreach (var part in key.Parts)
        {
            if (part.Hole is { } hole)
                Collect(hole);
        }
    }

    /// <summary>What the key is made from, as far as it was followed.</summary>
    public ImmutableArray<Bound> Values { get; }

    /// <summary>Whether the key depends on a variable in any way.</summary>
    public bool Has(ISymbol variable) => _whole.Contains(variable) || _members.ContainsKey(variable);

    /// <summary>Whether the key depends on a member of an object, or on what identifies the object as a whole.</summary>
    public bool Has(ISymbol variable, ISymbol member) =>
        _whole.Contains(variable) || (_members.TryGetValue(variable, out var members)
            && (members.Contains(member.Name) || members.Any(m => m is "Id" or "Key" or "Guid" || m == member.ContainingType.Name + "Id")));

    private void Collect(Bound value)
    {
        var (operation, frame) = value.Resolve();
        foreach (var part in operation.DescendantsAndSelf())
        {
            switch (part)
            {
                case IParameterReferenceOperation { Parameter: var parameter } when frame?.ArgumentOf(parameter) is { } argument:
                    Given(argument, part);
                    break;
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } when frame?.Instance is { } instance:
                    Given(instance, part);
                    break;
                case IParameterReferenceOperation { Parameter: var parameter }:
                    Use(parameter, part);
                    break;
                case ILocalReferenceOperation { IsDeclaration: false, Local: var local }:
                    Use(local, part);
                    Follow(local, part, frame);
                    break;
                case IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation, Member: var member } when frame is null && _seen.Add(member):
                    foreach (var set in _root.Descendants().OfType<ISimpleAssignmentOperation>().Where(a => Is(a.Target, member)))
                        Collect(new(set.Value));
                    break;
            }
        }
    }

    /// <summary>A builder's parameter or <c>this</c>: what the builder reads of it is read of what the caller gave.</summary>
    private void Given(Bound argument, IOperation reference)
    {
        var (operation, frame) = argument.Resolve();
        switch (operation)
        {
            case IParameterReferenceOperation { Parameter: var parameter }:
                Use(parameter, reference);
                break;
            case ILocalReferenceOperation { Local: var local }:
                Use(local, reference);
                Follow(local, operation, frame);
                break;
            default:
                Collect(new(operation, frame));
                break;
        }
    }

    private void Use(ISymbol variable, IOperation reference)
    {
        if (MemberRead(reference) is not { } member)
        {
            _whole.Add(variable);
            return;
        }

        if (!_members.TryGetValue(variable, out var members))
            _members.Add(variable, members = new(StringComparer.Ordinal));
        members.Add(member.Name);
    }

    /// <summary>The member of a variable that an expression reads; null when it uses the variable itself.</summary>
    public static ISymbol? MemberRead(IOperation reference) => reference.Parent switch
    {
        IPropertyReferenceOperation { Property.IsIndexer: false } property when property.Instance == reference => property.Property,
        IFieldReferenceOperation field when field.Instance == reference => field.Field,
        IConditionalAccessOperation { WhenNotNull: IPropertyReferenceOperation { Instance: IConditionalAccessInstanceOperation } property } => property.Property,
        _ => null,
    };

    /// <summary>Through what a local is given.</summary>
    private void Follow(ILocalSymbol local, IOperation reference, Frame? frame)
    {
        if (!_seen.Add(local))
            return;
        foreach (var given in Flow.LocalValues.Around(reference).Of(local))
            Collect(new(given.Value, frame));
        Fill(local, reference, frame);
    }

    /// <summary>Through what is put into a local by calls and by assignments of its members.</summary>
    private void Fill(ILocalSymbol local, IOperation reference, Frame? frame)
    {
        if (local.Type is not { IsReferenceType: true, SpecialType: not SpecialType.System_String })
            return;
        foreach (var operation in Enclosing.Root(reference).Descendants())
        {
            if (operation is IInvocationOperation call && (Is(call.Instance, local) || call.Arguments.Any(a => Is(a.Value, local))))
                Put(call.Arguments.Select(a => a.Value));
            else if (operation is IAssignmentOperation { Target: IMemberReferenceOperation { Instance: { } instance } } assignment && Is(instance, local))
                Put([assignment.Value]);
        }

        void Put(IEnumerable<IOperation> values)
        {
            foreach (var value in values.Where(v => !Is(v, local)))
                Collect(new(value, frame));
        }
    }

    private static bool Is(IOperation? operation, ISymbol symbol) => operation?.Unwrap() switch
    {
        ILocalReferenceOperation local => SymbolEqualityComparer.Default.Equals(local.Local, symbol),
        IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } member => SymbolEqualityComparer.Default.Equals(member.Member, symbol),
        _ => false,
    };
}
