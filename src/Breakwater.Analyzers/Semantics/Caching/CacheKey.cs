using System.Text;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// A cache key as a template: literal texts and holes, followed through conversions, constants, single-assignment locals, readonly
/// fields, interpolation, concatenation, <c>string.Concat</c>, <c>Format</c> and <c>Join</c>, key builders (methods and properties of
/// the compilation with one <c>return</c>), and from a wrapper's parameters to its caller's arguments. Gives up
/// (<see cref="IsFollowable"/> is false) when the whole key comes from a call that it cannot see into or a variable assigned twice.
/// </summary>
internal sealed class CacheKey
{
    private const int DeepestBuilder = 8;

    private CacheKey(Bound source, ImmutableArray<KeyPart> parts, bool isFollowable)
    {
        Source = source;
        Parts = parts;
        IsFollowable = isFollowable;
    }

    /// <summary>The key expression as it was given to the cache.</summary>
    public Bound Source { get; }

    /// <summary>The pieces in order; neighbouring literals are one.</summary>
    public ImmutableArray<KeyPart> Parts { get; }

    /// <summary>Whether the parts are all there is to the key.</summary>
    public bool IsFollowable { get; }

    /// <summary>Whether the key is exactly one parameter: the caller composes it.</summary>
    public bool IsOpaque => Parts is [{ Hole.Operation: IParameterReferenceOperation }];

    /// <summary>The key with each hole written <c>*</c>; null for one that is opaque or cannot be followed.</summary>
    public string? Skeleton => IsFollowable && !IsOpaque ? string.Concat(Parts.Select(p => p.Literal ?? "*")) : null;

    /// <summary>What a message calls the key: its skeleton where that says something, else its text in the source.</summary>
    public string Display => Skeleton is { } skeleton && skeleton.Any(c => c != '*') ? skeleton : Source.Resolve().Operation.Syntax.ToString();

    /// <summary>Whether every caller in the process has the same key: constants, types, static members, but nothing ambient.</summary>
    public bool IsProcessWide => IsFollowable && Parts.All(p => p.Hole is not { } hole || IsStatic(hole.Operation));

    /// <summary>The template of a key expression.</summary>
    public static CacheKey Of(Bound key, Compilation compilation)
    {
        var builder = new Builder(compilation);
        builder.Flatten(key, whole: true, depth: 0);
        return new CacheKey(key, builder.Parts(), builder.IsFollowable);
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
        private readonly StringBuilder _text = new();

        public bool IsFollowable { get; private set; } = true;

        public ImmutableArray<KeyPart> Parts()
        {
            FlushText();
            return _parts.ToImmutable();
        }

        public void Flatten(Bound value, bool whole, int depth)
        {
            var (operation, frame) = Follow(value);
            if (operation.ConstantValue is { HasValue: true, Value: var constant })
            {
                _text.Append(Convert.ToString(constant, CultureInfo.InvariantCulture));
                return;
            }

            switch (operation)
            {
                case IInterpolatedStringOperation interpolated:
                    Interpolated(interpolated, frame, depth);
                    return;
                case IInterpolatedStringHandlerCreationOperation { Content: IInterpolatedStringOperation content }:
                    Interpolated(content, frame, depth);
                    return;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } sum:
                    Flatten(new(sum.LeftOperand, frame), whole: false, depth);
                    Flatten(new(sum.RightOperand, frame), whole: false, depth);
                    return;
                case ITupleOperation tuple:
                    Separated(tuple.Elements, frame, depth);
                    return;
                case IObjectCreationOperation { Initializer: null, Arguments: { Length: > 0 } arguments } creation when creation.Constructor is not null:
                    _text.Append(creation.Type?.Name);
                    Separated(arguments.Select(a => a.Value), frame, depth);
                    return;
                case IPropertyReferenceOperation { Property.Name: "Name" or "FullName" or "AssemblyQualifiedName", Instance: ITypeOfOperation named }:
                    _text.Append(named.TypeOperand.Name);
                    return;
                case ITypeOfOperation typeOf:
                    _text.Append("typeof(").Append(typeOf.TypeOperand.Name).Append(')');
                    return;
                case ILocalReferenceOperation local when Flow.LocalValues.Around(local).Single(local.Local) is { } only && depth < DeepestBuilder:
                    Flatten(new(only, frame), whole, depth + 1);
                    return;
                case ILocalReferenceOperation local when whole && Flow.LocalValues.Around(local).Of(local.Local).Count > 1:
                    IsFollowable = false;
                    break;
                case IFieldReferenceOperation { Field: { IsReadOnly: true } or { IsConst: true } } field when Initialiser(field.Field) is { } initialiser && depth < DeepestBuilder:
                    Flatten(new(initialiser), whole, depth + 1);
                    return;
                case IPropertyReferenceOperation { Property.IsIndexer: false } property when Returned(property.Property.GetMethod) is { } returned && depth < DeepestBuilder:
                    Flatten(new(returned, frame), whole, depth + 1);
                    return;
                case IInvocationOperation call:
                    Call(call, frame, whole, depth);
                    return;
            }

            Hole(operation, frame);
        }

        private void Call(IInvocationOperation call, Frame? frame, bool whole, int depth)
        {
            var method = call.TargetMethod;
            if (method is { Name: "ToString", Parameters.IsEmpty: true } && call.Instance is { } printed)
            {
                Flatten(new(printed, frame), whole: false, depth);
                return;
            }

            if (method is { Name: "Append" or "Prepend", ContainingType.Name: "RedisKey" } && call is { Instance: { } start, Arguments.Length: 1 })
            {
                var pieces = new[] { start, call.Arguments[0].Value };
                foreach (var piece in method.Name == "Append" ? pieces : Enumerable.Reverse(pieces))
                    Flatten(new(piece, frame), whole: false, depth);
                return;
            }

            if (method.ContainingType?.SpecialType == SpecialType.System_String && method.IsStatic && OfString(call, frame, depth))
                return;

            if (Calls.Of(compilation).CertainTarget(call) is { } target && depth < DeepestBuilder && Returned(target) is { } returned)
            {
                Flatten(new(returned, new Frame(call, target, frame)), whole, depth + 1);
                return;
            }

            if (whole)
                IsFollowable = false;
            Hole(call, frame);
        }

        private bool OfString(IInvocationOperation call, Frame? frame, int depth)
        {
            switch (call.TargetMethod.Name)
            {
                case "Concat" when Elements(call.Arguments) is { } pieces:
                    foreach (var piece in pieces)
                        Flatten(new(piece, frame), whole: false, depth);
                    return true;
                case "Join" when call.Arguments.Length > 1 && call.Arguments[0].Value.ConstantValue is { HasValue: true } separator
                        && Elements(call.Arguments.RemoveAt(0)) is { } joined:
                    Separated(joined, frame, depth, Convert.ToString(separator.Value, CultureInfo.InvariantCulture) ?? "");
                    return true;
                case "Format" when call.Argument("format")?.Value.ConstantValue is { HasValue: true, Value: string format }
                        && Elements(call.Arguments.Where(a => a.Parameter?.Name is not ("format" or "provider")).ToImmutableArray()) is { } values:
                    return Formatted(format, values, frame, depth);
                default:
                    return false;
            }
        }

        /// <summary>The pieces of a params list written out; null when a whole array or sequence was passed.</summary>
        private static ImmutableArray<IOperation>? Elements(ImmutableArray<IArgumentOperation> arguments)
        {
            var pieces = ImmutableArray.CreateBuilder<IOperation>();
            foreach (var argument in arguments)
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

        private bool Formatted(string format, ImmutableArray<IOperation> values, Frame? frame, int depth)
        {
            for (var i = 0; i < format.Length; i++)
            {
                if (format[i] is '{' or '}' && i + 1 < format.Length && format[i + 1] == format[i])
                {
                    _text.Append(format[i++]);
                }
                else if (format[i] == '{')
                {
                    var end = format.IndexOf('}', i);
                    var digits = new string(format.Skip(i + 1).TakeWhile(char.IsDigit).ToArray());
                    if (end < 0 || !int.TryParse(digits, out var index) || index >= values.Length)
                        return false;
                    Flatten(new(values[index], frame), whole: false, depth);
                    i = end;
                }
                else
                {
                    _text.Append(format[i]);
                }
            }

            return true;
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
                        Flatten(new(hole.Expression, frame), whole: false, depth);
                        break;
                    case IInterpolatedStringAppendOperation { AppendCall: IInvocationOperation { Arguments: [{ Value: var appended }, ..] } }:
                        Flatten(new(appended, frame), whole: false, depth);
                        break;
                }
            }
        }

        private void Separated(IEnumerable<IOperation> pieces, Frame? frame, int depth, string separator = ",")
        {
            var first = true;
            foreach (var piece in pieces)
            {
                if (!first)
                    _text.Append(separator);
                first = false;
                Flatten(new(piece, frame), whole: false, depth);
            }
        }

        private void Hole(IOperation operation, Frame? frame)
        {
            FlushText();
            _parts.Add(new KeyPart(null, new Bound(operation, frame)));
        }

        private void FlushText()
        {
            if (_text.Length == 0)
                return;
            _parts.Add(new KeyPart(_text.ToString(), null));
            _text.Clear();
        }

        /// <summary>Through parameters, and through conversions: a <c>RedisKey</c> made of a string is that string.</summary>
        private static Bound Follow(Bound value)
        {
            var (operation, frame) = value.Resolve();
            while (operation is IConversionOperation conversion)
                (operation, frame) = new Bound(conversion.Operand, frame).Resolve();
            return new(operation, frame);
        }

        private IOperation? Initialiser(IFieldSymbol field)
        {
            foreach (var reference in field.DeclaringSyntaxReferences)
            {
                if (reference.GetSyntax() is VariableDeclaratorSyntax { Initializer: { } initialiser })
                    return Bodies.Of(compilation).Of(initialiser.Value, CancellationToken.None);
            }

            return null;
        }

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
    public bool IsSameAs(KeyPart other) =>
        Literal is not null || other.Literal is not null
            ? Literal == other.Literal
            : SameValue.Of(Hole!.Value, other.Hole!.Value);
}
