namespace Breakwater.Semantics.Caching;

/// <summary>Why a part of a key does not stand for its input.</summary>
internal enum Instability
{
    /// <summary>It is a 32-bit hash.</summary>
    Hash,

    /// <summary>It prints the name of its type.</summary>
    TypeName,

    /// <summary>It is a new object that equals no other.</summary>
    Reference,

    /// <summary>It is different each time.</summary>
    Moment,

    /// <summary>It is formatted differently from culture to culture.</summary>
    Culture,
}

/// <summary>A part of a key that does not stand for its input.</summary>
/// <param name="Place">The part as it is written: the piece of the text, or the whole key; an argument for a builder's parameter.</param>
/// <param name="Why">What is wrong with it.</param>
internal readonly record struct UnstablePart(IOperation Place, Instability Why)
{
    private static readonly ImmutableHashSet<string> InvariantFormats = ImmutableHashSet.Create(StringComparer.Ordinal, "o", "O", "s", "u", "r", "R");

    /// <summary>What a member names that makes hashes or moments.</summary>
    private static readonly string[] Words = ["HashCode", "Now", "TickCount", "NewGuid", "CreateVersion7", "Random", "GetTimestamp"];

    /// <summary>The unstable parts of an operation's key, each with the first reason that applies.</summary>
    public static IEnumerable<UnstablePart> Of(KeyedOperation operation, Compilation compilation)
    {
        var seen = new HashSet<SyntaxNode>();
        foreach (var step in operation.Key?.Steps ?? ImmutableArray<KeyStep>.Empty)
        {
            if (WhyUnstable(step, operation, compilation) is { } why && PlaceOf(step, why, operation, compilation) is var place && seen.Add(place.Syntax))
                yield return new(place, why);
        }
    }

    /// <summary>What is wrong with an expression as a part of a key; null when it is none, or nothing is.</summary>
    public static Instability? At(IOperation place, INamedTypeSymbol? owner, Compilation compilation)
    {
        if (WrittenKeys.Of(compilation) is not { } keys)
            return null;
        var operations = keys.InMember(Enclosing.Root(place), owner).Concat(KeyText.Around(place) is { } text ? keys.Through(text, owner) : []);
        return operations.SelectMany(o => Of(o, compilation)).Where(p => p.Place.Syntax == place.Syntax).Select(p => (Instability?)p.Why).FirstOrDefault();
    }

    /// <summary>Whether a text may have such a part, judged by the types of the values in it and the names around it: the test that costs least.</summary>
    public static bool MayBeNear(IOperation text, Compilation compilation) =>
        Enclosing.Root(text).Syntax is var member && Words.Any(w => CallNames.IsMentionedIn(member, w))
        || text.Descendants().Any(o => MayBePrinted(o) && MayBeUnstable(o.Type, default, compilation));

    /// <summary>What a member is asked of is not printed itself, unless it is asked for its text.</summary>
    private static bool MayBePrinted(IOperation value) => value.Parent switch
    {
        IMemberReferenceOperation or IArrayElementReferenceOperation => false,
        IInvocationOperation { Instance: var asked, TargetMethod.Name: var name } => asked != value || name == nameof(ToString),
        IConditionalAccessOperation access => access.Operation != value,
        _ => true,
    };

    /// <summary>Whether a text may have such a part, judged by the values in it.</summary>
    public static bool MayBeIn(IOperation text, Compilation compilation) =>
        CacheKey.Of(new(text), compilation).Steps.Any(step => IsHash(step.Value.Operation) || IsMoment(step)
            || (step.Format is { } format && MayBeUnstable(step.Value.Operation.Type, format, compilation)));

    private static bool MayBeUnstable(ITypeSymbol? type, KeyFormat format, Compilation compilation) =>
        Printing.Of(compilation).IsTypeName(type) || (IsOfCulture(type, format) && CultureSwitches.AreIn(compilation));

    /// <summary>The piece where its own type is the reason; else what a builder's parameter was given.</summary>
    private static IOperation PlaceOf(KeyStep step, Instability why, KeyedOperation operation, Compilation compilation)
    {
        var piece = step.Pieces.IsEmpty ? operation.Key!.Source : step.Pieces[step.Pieces.Length - 1];
        var written = piece.Operation.Unwrap();
        return (why == Instability.TypeName && Printing.Of(compilation).IsTypeName(written.Type))
            || (why == Instability.Culture && IsOfCulture(written.Type, step.Format!.Value))
            ? written
            : piece.Resolve().Operation;
    }

    private static Instability? WhyUnstable(KeyStep step, KeyedOperation operation, Compilation compilation)
    {
        var value = step.Value.Operation;
        if (IsHash(value))
            return Instability.Hash;
        if (step.Format is not null && Printing.Of(compilation).IsTypeName(value.Type))
            return Instability.TypeName;
        if (step.Format is null && step.Pieces.IsEmpty && NewReferences.IsKey(value, operation, compilation))
            return Instability.Reference;
        if (operation.Operation.Verb is CacheVerb.Read or CacheVerb.ReadThrough && IsMoment(step) && !IsWrittenBefore(operation, compilation))
            return Instability.Moment;
        return step.Format is { } format && IsOfCulture(value.Type, format) && CultureSwitches.AreIn(compilation) ? Instability.Culture : null;
    }

    /// <summary>Whether the body stored something under the key before it reads it.</summary>
    private static bool IsWrittenBefore(KeyedOperation read, Compilation compilation) =>
        CacheCalls.Of(compilation)!.In(read.Body).Any(o => o is { Verb: CacheVerb.Write, Key: { } key }
            && o.Operation.Syntax.SpanStart < read.Operation.Operation.Syntax.SpanStart && read.Key!.IsSameAs(CacheKey.Of(key, compilation)));

    private static bool IsHash(IOperation value) => Certain(value) is IInvocationOperation { TargetMethod: var method } call
        && (method is { Name: "Combine" or "ToHashCode", ContainingType: { Name: "HashCode", ContainingNamespace.Name: "System" } }
            || (method is { Name: "GetHashCode", ReturnType.SpecialType: SpecialType.System_Int32 }
                && !IsItsOwnHash(Hashed(call)?.Unwrap().Type)));

    /// <summary>What a call hashes: its receiver, or a comparer's argument.</summary>
    private static IOperation? Hashed(IInvocationOperation call) =>
        !call.Arguments.IsEmpty && (call.TargetMethod.IsStatic || call.Instance?.Type?.AllInterfaces.Prepend(call.Instance.Type).Any(i => i.Name == "IEqualityComparer") == true)
            ? call.Arguments[0].Value
            : call.Instance;

    private static bool IsItsOwnHash(ITypeSymbol? type) => Underlying(type) is { TypeKind: TypeKind.Enum }
        or { SpecialType: SpecialType.System_Boolean or SpecialType.System_Char or (>= SpecialType.System_SByte and <= SpecialType.System_UInt32) };

    /// <summary>The value itself behind <c>?.</c> and <c>??</c>.</summary>
    private static IOperation Certain(IOperation value) => value.Unwrap() switch
    {
        IConditionalAccessOperation access => Certain(access.WhenNotNull),
        ICoalesceOperation choice => Certain(choice.Value),
        var other => other,
    };

    private static bool IsMoment(KeyStep step)
    {
        var value = step.Value.Operation;
        var isCut = step.Format is { Text: { Length: > 0 } text } && text is not ("o" or "O");
        if (value is IInvocationOperation { TargetMethod: { Name: "NewGuid" or "CreateVersion7", ContainingType.Name: "Guid" } } or IInvocationOperation { TargetMethod.ContainingType: { Name: "Random", ContainingNamespace.Name: "System" } } && !IsAmongFew(value))
            return true;
        return !isCut && IsTime(value is IPropertyReferenceOperation { Property.Name: "Ticks", Instance: { } time } ? time
            : value is IInvocationOperation { TargetMethod.Name: "ToUnixTimeSeconds" or "ToUnixTimeMilliseconds", Instance: { } offset } ? offset : value);
    }

    /// <summary>A draw among a few numbers spreads one entry over several on purpose.</summary>
    private static bool IsAmongFew(IOperation value) => value is IInvocationOperation { Arguments: { Length: > 0 } arguments }
        && arguments[arguments.Length - 1].Value.ConstantValue is { HasValue: true, Value: int and <= 100 };

    private static bool IsTime(IOperation value) => value.Unwrap() switch
    {
        IPropertyReferenceOperation { Property: { IsStatic: true, Name: "Now" or "UtcNow", ContainingType: { Name: "DateTime" or "DateTimeOffset", ContainingNamespace.Name: "System" } } } => true,
        IPropertyReferenceOperation { Property: { Name: "TickCount" or "TickCount64", ContainingType: { Name: "Environment", ContainingNamespace.Name: "System" } } } => true,
        IInvocationOperation { TargetMethod: { Name: "GetUtcNow" or "GetLocalNow", ContainingType: { Name: "TimeProvider", ContainingNamespace.Name: "System" } } } => true,
        IInvocationOperation { TargetMethod: { Name: "GetTimestamp", ContainingType.Name: "Stopwatch" or "TimeProvider" } } => true,
        ILocalReferenceOperation local => Flow.LocalValues.Around(local).Single(local.Local) is { } only && IsTime(only),
        _ => false,
    };

    private static bool IsOfCulture(ITypeSymbol? type, KeyFormat format)
    {
        var printed = Underlying(type);
        var isDate = printed is { SpecialType: SpecialType.System_DateTime } or { Name: "DateTimeOffset" or "DateOnly" or "TimeOnly", ContainingNamespace.Name: "System" };
        return !format.IsInvariant
            && (isDate || printed is { SpecialType: SpecialType.System_Double or SpecialType.System_Single or SpecialType.System_Decimal })
            && !InvariantFormats.Contains(format.Text ?? "") && !(isDate && IsOfDigits(format.Text));
    }

    /// <summary>A date format of numbers only, such as <c>yyyyMMdd</c>; one letter alone is a format of the culture.</summary>
    private static bool IsOfDigits(string? format) =>
        format is { Length: > 1 } && format.All(c => c is 'y' or 'M' or 'd' or 'H' or 'h' or 'm' or 's' or 'f' or 'F' or '-' or '_' or 'T' || char.IsDigit(c));

    private static ITypeSymbol? Underlying(ITypeSymbol? type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;
}
