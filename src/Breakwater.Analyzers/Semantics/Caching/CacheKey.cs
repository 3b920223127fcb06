using System.Text;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// A cache key as a template: literal texts and holes, followed through conversions, constants, single-assignment locals, readonly
/// fields and get-only properties with an initialiser, interpolation, concatenation, <c>string.Concat</c>, <c>Format</c>, <c>Join</c> and <c>Create</c>, <c>ToString</c>, key
/// builders (methods and properties of the compilation with one <c>return</c>), and from a wrapper's parameters to its caller's
/// arguments. Gives up (<see cref="IsFollowable"/> is false) when the whole key comes from a call that it cannot see into, a
/// <c>StringBuilder</c>, or a variable assigned twice.
/// </summary>
internal sealed class CacheKey
{
    private const int DeepestBuilder = 8;

    private CacheKey(Bound source, ImmutableArray<KeyPart> parts, ImmutableArray<KeyStep> steps, bool isFollowable)
    {
        Source = source;
        Parts = parts;
        Steps = steps;
        IsFollowable = isFollowable;
    }

    /// <summary>The key expression as it was given to the cache.</summary>
    public Bound Source { get; }

    /// <summary>The pieces in order; neighbouring literals are one.</summary>
    public ImmutableArray<KeyPart> Parts { get; }

    /// <summary>Every value on the way from the key expression to the parts, as it is written before it is followed further; no constants.</summary>
    public ImmutableArray<KeyStep> Steps { get; }

    /// <summary>Whether the parts are all there is to the key.</summary>
    public bool IsFollowable { get; }

    /// <summary>Whether the key is exactly one parameter: the caller composes it.</summary>
    public bool IsOpaque => Parts is [{ Hole.Operation: IParameterReferenceOperation }];

    /// <summary>The key with each hole written <c>*</c>; null for one that is opaque or cannot be followed.</summary>
    public string? Skeleton => IsFollowable && !IsOpaque ? string.Concat(Parts.Select(p => p.Literal ?? "*")) : null;

    /// <summary>What a message calls the key: its skeleton where that says something, else its text in the source.</summary>
    public string Display => Skeleton is { } skeleton && skeleton.Any(c => c != '*') ? skeleton : Source.Resolve().Operation.Syntax.ToString();

    /// <summary>Whether every caller in the process has the same key: constants, types, static members, but nothing ambient.</summary>
    public bool IsProcessWide => IsFollowable && Parts.All(p => p.Hole is not { } hole || p.IsFixed || IsStatic(hole.Operation));

    /// <summary>The template of a key expression.</summary>
    public static CacheKey Of(Bound key, Compilation compilation)
    {
        var builder = new Builder(compilation);
        builder.Flatten(key, whole: true, depth: 0, format: null);
        return new CacheKey(key, builder.Parts(), builder.Steps(), builder.IsFollowable);
    }

    /// <summary>The templates of an argument that can be one key or tag, or a list of them written out.</summary>
    public static IEnumerable<CacheKey> EachOf(Bound keys, Compilation compilation)
    {
        var (operation, frame) = keys.Resolve();
        if (operation is ILocalReferenceOperation local && Flow.LocalValues.Around(local).Single(local.Local) is { } only)
            operation = only.Unwrap();
        var elements = operation switch
        {
            IArrayCreationOperation { Initializer: { } initialiser } => initialiser.ElementValues,
            // A collection expression, which the oldest compiler we know of does not have.
            _ when operation.Syntax.GetFirstToken().IsKind(SyntaxKind.OpenBracketToken) => operation.ChildOperations.ToImmutableArray(),
            _ => ImmutableArray.Create(operation),
        };
        return elements.Select(element => Of(new(element, frame), compilation));
    }

    /// <summary>Whether both keys surely have the same value within one body: the same texts and the same hole expressions.</summary>
    public bool IsSameAs(CacheKey other)
    {
        if (Parts.Length != other.Parts.Length || Parts.IsEmpty)
            return false;
        for (var i = 0; i < Parts.Length; i++)
        {
            if (!Parts[i].IsSameAs(other.Parts[i]))
                return false;
        }

        return true;
    }

    private static bool IsStatic(IOperation hole) => hole switch
    {
        IFieldReferenceOperation { Field: { IsStatic: true } field } => !IsAmbient(field),
        IPropertyReferenceOperation { Property: { IsStatic: true } property } => !IsAmbient(property),
        ITypeOfOperation => true,
        _ => false,
    };

    /// <summary>Static, yet different between callers or from one moment to the next.</summary>
    private static bool IsAmbient(ISymbol member) =>
        member.ContainingType.Name is "CultureInfo" or "Thread" or "ClaimsPrincipal" or "DateTime" or "DateTimeOffset" or "Environment" or "Random"
        || member.GetAttributes().Any(a => a.AttributeClass?.Name == "ThreadStaticAttribute")
        || TypeOf(member) is { Name: "AsyncLocal" or "ThreadLocal" or "HttpContext" };

    private static ITypeSymbol? TypeOf(ISymbol member) => (member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type;

    private sealed class Builder(Compilation compilation)
    {
        private readonly ImmutableArray<KeyPart>.Builder _parts = ImmutableArray.CreateBuilder<KeyPart>();
        private readonly ImmutableArray<KeyStep>.Builder _steps = ImmutableArray.CreateBuilder<KeyStep>();
        private readonly StringBuilder _text = new();
        private ImmutableArray<Bound> _pieces = ImmutableArray<Bound>.Empty;
        private bool _isInvariant;
        private bool _isFixed;

        public bool IsFollowable { get; private set; } = true;

        public ImmutableArray<KeyPart> Parts()
        {
            FlushText();
            return _parts.ToImmutable();
        }

        public ImmutableArray<KeyStep> Steps() => _steps.ToImmutable();

        public void Flatten(Bound value, bool whole, int depth, KeyFormat? format)
        {
            var (operation, frame) = Follow(value);
            if (operation.ConstantValue is { HasValue: true, Value: var constant })
            {
                _text.Append(Convert.ToString(constant, CultureInfo.InvariantCulture));
                return;
            }

            _steps.Add(new KeyStep(new Bound(operation, frame), format, _pieces));
            switch (operation)
            {
                case IInterpolatedStringOperation interpolated:
                    Interpolated(interpolated, frame, depth);
                    return;
                case IInterpolatedStringHandlerCreationOperation { Content: IInterpolatedStringOperation content }:
                    Interpolated(content, frame, depth);
                    return;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } sum:
                    foreach (var piece in KeyText.Summands(sum))
                        Piece(piece, frame, depth, Plain);
                    return;
                case ITupleOperation tuple:
                    Separated(tuple.Elements, frame, depth, null);
                    return;
                case IObjectCreationOperation { Type.Name: "RedisKey", Arguments: [{ Value: var text }] }:
                    Flatten(new(text, frame), whole, depth, format);
                    return;
                case IObjectCreationOperation { Initializer: null, Arguments: { Length: > 0 } arguments } creation when creation.Constructor is not null && !IsBuffer(creation):
                    _text.Append(creation.Type?.Name);
                    Separated(arguments.Select(a => a.Value), frame, depth, null);
                    return;
                case IPropertyReferenceOperation { Property.Name: "Name" or "FullName" or "AssemblyQualifiedName", Instance: ITypeOfOperation named }:
                    _text.Append(named.TypeOperand.Name);
                    return;
                case ITypeOfOperation typeOf:
                    _text.Append("typeof(").Append(typeOf.TypeOperand.Name).Append(')');
                    return;
                case ILocalReferenceOperation local when Flow.LocalValues.Around(local).Single(local.Local) is { } only && depth < DeepestBuilder:
                    Flatten(new(only, frame), whole, depth + 1, format);
                    return;
                case ILocalReferenceOperation local when whole && Flow.LocalValues.Around(local).Of(local.Local).Count > 1:
                    IsFollowable = false;
                    break;
                case IFieldReferenceOperation { Field: { IsReadOnly: true } or { IsConst: true } } field when Initialiser(field.Field) is { } initialiser && depth < DeepestBuilder:
                    Initialised(field.Field, initialiser, whole, depth, format);
                    return;
                case IPropertyReferenceOperation { Property: { SetMethod: null, IsVirtual: false, IsOverride: false } property } when Initialiser(property) is { } initialiser && depth < DeepestBuilder:
                    Initialised(property, initialiser, whole, depth, format);
                    return;
                case IPropertyReferenceOperation { Property: { IsIndexer: false, GetMethod: { } getter } } property when depth < DeepestBuilder && CertainlyReturned(property, getter) is { } returned:
                    Flatten(new(returned, new Frame(property, getter, frame)), whole, depth + 1, format);
                    return;
                case IInvocationOperation call:
                    Call(call, frame, whole, depth, format);
                    return;
            }

            if (whole && IsBuffer(operation))
                IsFollowable = false;
            Hole(operation, frame, format);
        }

        /// <summary>What a static member is made of is computed once, whatever it is.</summary>
        private void Initialised(ISymbol member, IOperation initialiser, bool whole, int depth, KeyFormat? format)
        {
            var outer = _isFixed;
            _isFixed |= member.IsStatic && !IsAmbient(member);
            Flatten(new(initialiser), whole, depth + 1, format);
            _isFixed = outer;
        }

        private void Call(IInvocationOperation call, Frame? frame, bool whole, int depth, KeyFormat? format)
        {
            var method = call.TargetMethod;
            if (method.Name == "ToString" && call.Instance is { } printed && Printed(call, format) is { } own)
            {
                Flatten(new(printed, frame), whole, depth, own);
                return;
            }

            if (method is { Name: "Append" or "Prepend", ContainingType.Name: "RedisKey" } && call is { Instance: { } start, Arguments.Length: 1 })
            {
                var pieces = new[] { start, call.Arguments[0].Value };
                foreach (var piece in method.Name == "Append" ? pieces : Enumerable.Reverse(pieces))
                    Piece(piece, frame, depth, Plain);
                return;
            }

            if (method.IsStatic && method.ContainingType is { SpecialType: SpecialType.System_String } or { Name: "FormattableString" } && OfString(call, frame, depth))
                return;

            // What a hash code is made of is not what it says: it stays one value.
            if (method.Name != "GetHashCode" && Calls.Of(compilation).CertainTarget(call) is { } target && depth < DeepestBuilder && Returned(target) is { } returned)
            {
                Flatten(new(returned, new Frame(call, target, frame)), whole, depth + 1, format);
                return;
            }

            if (whole)
                IsFollowable = false;
            Hole(call, frame, format);
        }

        /// <summary>The form that a call of <c>ToString</c> gives its receiver; null when the call does not say it by constants.</summary>
        private KeyFormat? Printed(IInvocationOperation toString, KeyFormat? outer)
        {
            var form = new KeyFormat(null, outer?.IsAligned == true, _isInvariant);
            foreach (var argument in toString.Arguments)
            {
                if (argument.Value.ConstantValue is { HasValue: true, Value: null })
                    continue;
                if (argument is { Parameter.Type.SpecialType: SpecialType.System_String, Value.ConstantValue: { HasValue: true, Value: string text } })
                    form = form with { Text = text };
                else if (argument.Parameter?.Type is { Name: "IFormatProvider" or "CultureInfo" })
                    form = form with { IsInvariant = IsInvariantCulture(argument.Value) };
                else
                    return null;
            }

            return form;
        }

        private bool OfString(IInvocationOperation call, Frame? frame, int depth)
        {
            switch (call.TargetMethod.Name)
            {
                case "Concat" when Elements(call.Arguments) is { } pieces:
                    foreach (var piece in pieces)
                        Piece(piece, frame, depth, Plain);
                    return true;
                case "Join" when call.Arguments.Length > 1 && call.Arguments[0].Value.ConstantValue is { HasValue: true } separator
                        && Elements(call.Arguments.RemoveAt(0)) is { } joined:
                    Separated(joined, frame, depth, Plain, Convert.ToString(separator.Value, CultureInfo.InvariantCulture) ?? "");
                    return true;
                case "Format" when call.Argument("format")?.Value.ConstantValue is { HasValue: true, Value: string format }
                        && Elements(call.Arguments.Where(a => a.Parameter?.Name is not ("format" or "provider")).ToImmutableArray()) is { } values
                        && FormatItem.In(format) is { } items && items.All(i => i.Argument < values.Length):
                    InCulture(call.Argument("provider")?.Value, () => Formatted(items, values, frame, depth));
                    return true;
                case "Create" when call.Argument("handler")?.Value is IInterpolatedStringHandlerCreationOperation handler:
                    InCulture(call.Argument("provider")?.Value, () => Flatten(new(handler, frame), whole: false, depth, Plain));
                    return true;
                case "Invariant" or "CurrentCulture" when call.Arguments is [{ Value: var formattable }]:
                    var outer = _isInvariant;
                    _isInvariant = call.TargetMethod.Name == "Invariant";
                    Flatten(new(formattable, frame), whole: false, depth, Plain);
                    _isInvariant = outer;
                    return true;
                default:
                    return false;
            }
        }

        /// <summary>The form of a value put into a text without a word on it.</summary>
        private KeyFormat Plain => new(null, IsAligned: false, _isInvariant);

        private void InCulture(IOperation? provider, Action flatten)
        {
            var outer = _isInvariant;
            _isInvariant = provider is null ? outer : IsInvariantCulture(provider);
            flatten();
            _isInvariant = outer;
        }

        private static bool IsInvariantCulture(IOperation provider) =>
            provider.Unwrap() is IPropertyReferenceOperation { Property.Name: "InvariantCulture" or "InvariantInfo" };

        /// <summary>The pieces of a params list written out; null when a whole array or sequence was passed.</summary>
        private static ImmutableArray<IOperation>? Elements(ImmutableArray<IArgumentOperation> arguments)
        {
            var pieces = ImmutableArray.CreateBuilder<IOperation>();
            foreach (var argument in arguments.OrderBy(a => a.Parameter?.Ordinal))
            {
                switch (argument)
                {
                    case { ArgumentKind: ArgumentKind.ParamArray, Value: IArrayCreationOperation { Initializer: { } initialiser } }:
                        pieces.AddRange(initialiser.ElementValues);
                        break;
                    case { IsImplicit: true, ArgumentKind: not (ArgumentKind.Explicit or ArgumentKind.DefaultValue) } when argument.Parameter is { IsParams: true }:
                        // A params span of a newer compiler: its elements are the children of a collection expression.
                        pieces.AddRange(argument.Value.Unwrap().ChildOperations);
                        break;
                    case { ArgumentKind: ArgumentKind.Explicit } when argument.Parameter is { IsParams: false, Type.SpecialType: SpecialType.System_String or SpecialType.System_Object }:
                        pieces.Add(argument.Value);
                        break;
                    default:
                        return null;
                }
            }

            return pieces.ToImmutable();
        }

        private void Formatted(ImmutableArray<FormatItem> items, ImmutableArray<IOperation> values, Frame? frame, int depth)
        {
            foreach (var item in items)
            {
                if (item.Literal is { } text)
                    _text.Append(text);
                else
                    Piece(values[item.Argument], frame, depth, Plain with { Text = item.Format, IsAligned = item.IsAligned });
            }
        }

        private void Interpolated(IInterpolatedStringOperation interpolated, Frame? frame, int depth)
        {
            foreach (var part in interpolated.Parts)
            {
                switch (part)
                {
                    case IInterpolatedStringTextOperation text:
                        _text.Append(text.Text.ConstantValue.Value as string ?? (text.Text as ILiteralOperation)?.ConstantValue.Value as string);
                        break;
                    case IInterpolationOperation hole:
                        Piece(hole.Expression, frame, depth, Form(hole.Alignment, hole.FormatString));
                        break;
                    case IInterpolatedStringAppendOperation { AppendCall: IInvocationOperation { Arguments: [{ Value: var appended }, ..] } append }:
                        Piece(appended, frame, depth, Form(append.Argument("alignment")?.Value, append.Argument("format")?.Value));
                        break;
                }
            }
        }

        private KeyFormat Form(IOperation? alignment, IOperation? format) =>
            new(format?.ConstantValue is { HasValue: true, Value: string text } ? text : null, alignment is { ConstantValue: { HasValue: true, Value: not 0 } }, _isInvariant);

        private void Separated(IEnumerable<IOperation> pieces, Frame? frame, int depth, KeyFormat? format, string separator = ",")
        {
            var first = true;
            foreach (var piece in pieces)
            {
                if (!first)
                    _text.Append(separator);
                first = false;
                Piece(piece, frame, depth, format);
            }
        }

        private void Piece(IOperation piece, Frame? frame, int depth, KeyFormat? format)
        {
            var outer = _pieces;
            _pieces = outer.Add(new Bound(piece, frame));
            Flatten(new(piece, frame), whole: false, depth, format);
            _pieces = outer;
        }

        /// <summary>Something that text is gathered in: what it says is not what it was made from.</summary>
        private static bool IsBuffer(IOperation value) => value.Type is { Name: "StringBuilder" or "StringWriter" };

        private void Hole(IOperation operation, Frame? frame, KeyFormat? format)
        {
            FlushText();
            _parts.Add(new KeyPart(null, new Bound(operation, frame)) { Format = format, Pieces = _pieces, IsFixed = _isFixed });
        }

        private void FlushText()
        {
            if (_text.Length == 0)
                return;
            _parts.Add(new KeyPart(_text.ToString(), null));
            _text.Clear();
        }

        /// <summary>
        /// Through parameters, and through conversions: a <c>RedisKey</c> made of a string is that string. What a conversion operator of
        /// the compilation makes is its own.
        /// </summary>
        private Bound Follow(Bound value)
        {
            var (operation, frame) = value.Resolve();
            while (operation is IConversionOperation conversion && conversion.OperatorMethod?.IsDeclaredIn(compilation) != true)
                (operation, frame) = new Bound(conversion.Operand, frame).Resolve();
            return new(operation, frame);
        }

        private IOperation? Initialiser(ISymbol member)
        {
            foreach (var reference in member.DeclaringSyntaxReferences)
            {
                var initialiser = reference.GetSyntax() switch
                {
                    VariableDeclaratorSyntax variable => variable.Initializer,
                    PropertyDeclarationSyntax property => property.Initializer,
                    _ => null,
                };
                if (initialiser is not null)
                    return Bodies.Of(compilation).Of(initialiser.Value, CancellationToken.None);
            }

            return null;
        }

        /// <summary>What a property certainly returns: one that a derived type can override does not count, nor one of an interface.</summary>
        private IOperation? CertainlyReturned(IPropertyReferenceOperation property, IMethodSymbol getter) =>
            (getter.IsVirtual || getter.IsOverride) && !getter.IsSealed && !getter.ContainingType.IsSealed
            && property.Instance is not IInstanceReferenceOperation { Syntax: BaseExpressionSyntax }
                ? null
                : Returned(getter.OriginalDefinition);

        /// <summary>What a key builder returns: the expression of its only <c>return</c>.</summary>
        private IOperation? Returned(IMethodSymbol? method)
        {
            if (method is null || method.IsAbstract || method.IsAsync || !method.IsDeclaredIn(compilation))
                return null;
            return Bodies.Of(compilation).Of(method, CancellationToken.None) is { } body && ReturnedBy(body) is [var only] ? only : null;
        }

        private static List<IOperation> ReturnedBy(IOperation body)
        {
            var returned = new List<IOperation>();
            foreach (var operation in body.DescendantsAndSelf())
            {
                if (operation is IReturnOperation { ReturnedValue: { } value })
                    returned.Add(value);
                else if (operation is IAnonymousFunctionOperation || (operation is ILocalFunctionOperation && operation != body))
                    return [];
            }

            return returned;
        }
    }
}

/// <summary>A piece of a key: literal text, or a value formatted into it.</summary>
internal readonly record struct KeyPart(string? Literal, Bound? Hole)
{
    /// <summary>How the value became text; null when it did not: the key is an object.</summary>
    public KeyFormat? Format { get; init; }

    /// <summary>The pieces that the hole stands in, each as it is written in its text, from the outermost to the hole's own; none when the whole key is the hole.</summary>
    public ImmutableArray<Bound> Pieces { get; init; }

    /// <summary>Whether the hole is part of what a static member was initialised with, so that it is the same in the whole process.</summary>
    public bool IsFixed { get; init; }

    public bool IsSameAs(KeyPart other) =>
        Literal is not null || other.Literal is not null
            ? Literal == other.Literal
            : Format?.Text == other.Format?.Text && SameValue.Of(Hole!.Value, other.Hole!.Value);
}

/// <summary>How a value is made text.</summary>
/// <param name="Text">The format string, such as <c>D4</c>; null for none.</param>
/// <param name="IsAligned">Whether the text is padded to a width.</param>
/// <param name="IsInvariant">Whether the invariant culture was asked for.</param>
internal readonly record struct KeyFormat(string? Text, bool IsAligned, bool IsInvariant);

/// <summary>A value on the way from a key to its parts.</summary>
/// <param name="Value">The value, without conversions and through parameters.</param>
/// <param name="Format">How it becomes text; null when it does not.</param>
/// <param name="Pieces">The pieces it stands in; see <see cref="KeyPart.Pieces"/>.</param>
internal readonly record struct KeyStep(Bound Value, KeyFormat? Format, ImmutableArray<Bound> Pieces);
