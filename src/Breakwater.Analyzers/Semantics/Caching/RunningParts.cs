namespace Breakwater.Semantics.Caching;

/// <summary>
/// Two neighbouring holes of a key with nothing between them, both of any length, so that <c>("1", "23")</c> and <c>("12", "3")</c> give
/// one text. Values without roots (constants, statics, members of <c>this</c>) count as text: they are prefixes and separators.
/// </summary>
/// <param name="Left">The first of the two, as it is written beside the other.</param>
/// <param name="Right">The second.</param>
internal readonly record struct RunningParts(Bound Left, Bound Right)
{
    /// <summary>The first such pair of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="compilation">The compilation.</param>
    /// <param name="isOpen">Whether the text may be a builder's, so that members of <c>this</c> can be those of an argument.</param>
    public static RunningParts? FirstIn(CacheKey key, Compilation compilation, bool isOpen = false)
    {
        for (var i = 1; i < key.Parts.Length; i++)
        {
            var (left, right) = (key.Parts[i - 1], key.Parts[i]);
            if (left.Hole is { } first && right.Hole is { } second
                && Varies(left, compilation, isOpen) && Varies(right, compilation, isOpen)
                && !Separates(first, compilation, atStart: false) && !Separates(second, compilation, atStart: true)
                && Meeting(left.Pieces, right.Pieces) is { } pair)
                return pair;
        }

        return null;
    }

    /// <summary>The pieces that stand side by side: the first ones in which the ways to the two holes differ.</summary>
    private static RunningParts? Meeting(ImmutableArray<Bound> left, ImmutableArray<Bound> right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            if (left[i].Operation != right[i].Operation)
                return new(left[i], right[i]);
        }

        return null;
    }

    private static bool Varies(KeyPart part, Compilation compilation, bool isOpen) =>
        part is { Hole: { } hole, Format: { IsAligned: false } format }
        && IsOfAnyLength(hole.Operation.Type, format.Text) && !IsOfFixedLength(hole.Operation, compilation) && (!Roots.Of(hole).IsEmpty || (isOpen && hole.Operation.DescendantsAndSelf().Any(o => o is IInstanceReferenceOperation)));

    private static bool IsOfAnyLength(ITypeSymbol? type, string? format)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            type = nullable.TypeArguments[0];
        return type switch
        {
            null or { TypeKind: TypeKind.Enum } or { SpecialType: SpecialType.System_Char or SpecialType.System_Boolean } => false,
            { SpecialType: SpecialType.System_DateTime } => string.IsNullOrEmpty(format),
            { Name: "DateTimeOffset" or "DateOnly" or "TimeOnly" or "TimeSpan", ContainingNamespace.Name: "System" } => string.IsNullOrEmpty(format),
            { Name: "Guid", ContainingNamespace.Name: "System" } => false,
            { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_UInt64 } => format is null || !IsOfFixedWidth(format),
            _ => true,
        };
    }

    /// <summary><c>D4</c>, <c>x8</c>, <c>0000</c>.</summary>
    private static bool IsOfFixedWidth(string format) =>
        format.Length > 0
        && (format.All(c => c == '0') || (format[0] is 'D' or 'd' or 'X' or 'x' && format.Length > 1 && format.Skip(1).All(char.IsDigit)));

    /// <summary>Hashes, hexadecimal text, padded text.</summary>
    private static bool IsOfFixedLength(IOperation value, Compilation compilation) => value switch
    {
        IInvocationOperation { TargetMethod: { Name: "ToHexString" or "ToHexStringLower", ContainingType.Name: "Convert" } } => true,
        IInvocationOperation { TargetMethod: { Name: "PadLeft" or "PadRight", ContainingType.SpecialType: SpecialType.System_String } } => true,
        IInvocationOperation { TargetMethod: { Name: "Substring", ContainingType.SpecialType: SpecialType.System_String }, Arguments: [_, { Value.ConstantValue.HasValue: true }] } => true,
        IInvocationOperation { TargetMethod: { Name: "ToString", ContainingType.Name: "Guid" } } => true,
        _ => Flow.LocalValues.Around(value).DependsOn(value, o => o is IInvocationOperation { TargetMethod.ContainingNamespace: { } home } && IsOfHashes(home)),
    };

    private static bool IsOfHashes(INamespaceSymbol home) => home is
        { Name: "Cryptography", ContainingNamespace: { Name: "Security", ContainingNamespace.Name: "System" } }
        or { Name: "Hashing", ContainingNamespace: { Name: "IO", ContainingNamespace.Name: "System" } };

    /// <summary>Whether each text that a value can be begins (or ends) with a text of its own, or is empty.</summary>
    private static bool Separates(Bound hole, Compilation compilation, bool atStart) =>
        Separates(hole, compilation, atStart, new(SymbolEqualityComparer.Default));

    private static bool Separates(Bound hole, Compilation compilation, bool atStart, HashSet<ISymbol> seen)
    {
        if (ElementTexts(hole.Resolve().Operation) is { Count: > 0 } texts && texts.All(t => t.Length == 0 || !char.IsLetterOrDigit(t[atStart ? 0 : t.Length - 1])))
            return true;
        var alternatives = Alternatives(hole, compilation, seen);
        return !alternatives.IsEmpty && alternatives.All(alternative =>
        {
            if (alternative.Operation is ILocalReferenceOperation { Local: var local } && seen.Contains(local))
                return true;
            var parts = CacheKey.Of(alternative, compilation).Parts;
            return parts.IsEmpty || (atStart ? parts[0] : parts[parts.Length - 1]) is var edge
                && (edge.Hole is not { } inner || Roots.Of(inner).IsEmpty || Separates(inner, compilation, atStart, seen));
        });
    }

    /// <summary>The texts written in the collection that a loop takes its variable from; none where the collection is not written out.</summary>
    private static IReadOnlyList<string> ElementTexts(IOperation value)
    {
        if (value is not ILocalReferenceOperation { Type.SpecialType: SpecialType.System_String, Local: var local } || Flow.LocalValues.Around(value).Of(local) is not [{ How: Flow.LocalValues.How.PartOf } given])
            return [];
        var source = given.Value.Unwrap();
        if (source is ILocalReferenceOperation list && Flow.LocalValues.Around(list).Single(list.Local) is { } only)
            source = only.Unwrap();
        return source is IObjectCreationOperation { Initializer: not null } or IArrayCreationOperation { Initializer: not null }
            ? [.. source.Descendants().Where(o => o.Type?.SpecialType == SpecialType.System_String).Select(o => o.ConstantValue.Value as string ?? "?")]
            : [];
    }

    private static ImmutableArray<Bound> Alternatives(Bound hole, Compilation compilation, HashSet<ISymbol> seen)
    {
        var (operation, frame) = hole.Resolve();
        IEnumerable<IOperation> values = operation switch
        {
            IConditionalOperation { WhenFalse: { } whenFalse } choice => [choice.WhenTrue, whenFalse],
            ICoalesceOperation choice => [choice.Value, choice.WhenNull],
            ISwitchExpressionOperation choice => choice.Arms.Select(a => a.Value),
            ILocalReferenceOperation { Local: var local } when seen.Add(local) => Given(operation, local),
            IInvocationOperation { TargetMethod: { Name: "Concat" or "Join", ContainingType.SpecialType: SpecialType.System_String } } join => Elements(join),
            IInvocationOperation call when Calls.Of(compilation).CertainTarget(call) is { } target && seen.Add(target)
                && Bodies.Of(compilation).Of(target, CancellationToken.None) is { } body => Flow.OwnCode.Returned(body),
            _ => [],
        };
        if (operation is IInvocationOperation called && Calls.Of(compilation).CertainTarget(called) is { } method)
            frame = new Frame(called, method, frame);
        return values.Where(v => v.Unwrap() is not IThrowOperation).Select(v => new Bound(v, frame)).ToImmutableArray();
    }

    /// <summary>What a lambda makes of each element, in a text that is joined from <c>values.Select(v => …)</c>.</summary>
    private static IEnumerable<IOperation> Elements(IInvocationOperation join) =>
        join.Arguments.Length > 0 && join.Arguments[join.Arguments.Length - 1].Value.Unwrap() is IInvocationOperation { TargetMethod.Name: "Select" } made
            ? made.Arguments.SelectMany(a => a.Value.DescendantsAndSelf().OfType<IAnonymousFunctionOperation>().Take(1)).SelectMany(l => Flow.OwnCode.Returned(l.Body))
            : [];

    /// <summary>What a local holds at first and what it is set to or extended by; nothing for one that a call or a pattern fills.</summary>
    private static IEnumerable<IOperation> Given(IOperation reference, ILocalSymbol local)
    {
        var given = Flow.LocalValues.Around(reference).Of(local);
        return given.Any(g => g.How != Flow.LocalValues.How.Assigned) ? [] : given.Select(g => g.Value);
    }
}
