using System.Runtime.CompilerServices;
using Breakwater.Flow;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// How long an entry lives, as far as the code shows it: the settings on the entry inside a factory, on a created entry, in options
/// that are created in the argument, in a local, in a readonly field's or getter's initialiser, and the lifetime arguments of
/// <c>Set</c>, <c>StringSet</c> and their like, through the parameters of wrappers. A conditional setting counts as set. Everything
/// else is unknown, and unknown is silent.
/// </summary>
/// <param name="IsVisible">Whether all that decides the lifetime could be seen; false means nothing may be concluded from what is missing.</param>
/// <param name="Settings">Every setting found.</param>
internal sealed record EntryLifetime(bool IsVisible, ImmutableArray<LifetimeSetting> Settings)
{
    /// <summary>Whether the code shows that the entry has no lifetime of any kind.</summary>
    public bool IsNone => IsVisible && Settings.All(s => s.Kind == SettingKind.Jitter);

    /// <summary>The first absolute lifetime that is set.</summary>
    public LifetimeSetting? Absolute => First(SettingKind.Absolute);

    /// <summary>The first sliding lifetime that is set.</summary>
    public LifetimeSetting? Sliding => First(SettingKind.Sliding);

    /// <summary>Whether a change token can end the entry.</summary>
    public bool HasToken => First(SettingKind.Token) is not null;

    /// <summary>Whether the entry has a size, so that a bounded cache can evict it.</summary>
    public bool HasSize => First(SettingKind.Size) is not null;

    /// <summary>Whether the cache itself spreads the lifetimes of its entries.</summary>
    public bool HasJitter => First(SettingKind.Jitter) is not null;

    /// <summary>The lifetime that a write or read-through gives its entry.</summary>
    public static EntryLifetime Of(CacheOperation operation, Compilation compilation) =>
        compilation.Know(static c => new Memo(c))!.Of(operation);

    private LifetimeSetting? First(SettingKind kind) => Settings.FirstOrDefault(s => s.Kind == kind);

    private sealed class Memo(Compilation compilation)
    {
        private readonly ConditionalWeakTable<CacheOperation, EntryLifetime> _lifetimes = new();

        public EntryLifetime Of(CacheOperation operation) => _lifetimes.GetValue(operation, o =>
        {
            var reader = new Reader(compilation);
            var isVisible = reader.Read(o);
            return new(isVisible, reader.Settings.ToImmutable());
        });
    }

    /// <summary>Collects settings; each method answers whether it saw everything that can set a lifetime.</summary>
    private sealed class Reader(Compilation compilation)
    {
        public ImmutableArray<LifetimeSetting>.Builder Settings { get; } = ImmutableArray.CreateBuilder<LifetimeSetting>();

        public bool Read(CacheOperation operation)
        {
            if (operation.Api.Operation is not IInvocationOperation call)
                return operation.Kind == CacheKind.Dictionary;
            var isVisible = true;
            foreach (var argument in call.Arguments)
            {
                if (argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Parameter is { } parameter)
                    isVisible &= Argument(parameter.Name, new(argument.Value, operation.Api.Frame), operation.Kind);
            }

            if (operation.Kind == CacheKind.Memory && call.TargetMethod.Name == "CreateEntry")
                isVisible &= Created(call, operation.Api.Frame);
            if (operation.Kind == CacheKind.Redis)
                isVisible &= !IsExpiredApart(call) && !IsExpiredApart(operation.Operation);
            return isVisible;
        }

        private bool Argument(string parameter, Bound value, CacheKind kind)
        {
            switch (parameter)
            {
                case "absoluteExpiration" or "absoluteExpirationRelativeToNow" or "duration":
                    Add(SettingKind.Absolute, value.Operation, value);
                    return true;
                case "expiry":
                    Add(IsKept(value) ? SettingKind.Token : SettingKind.Absolute, value.Operation, value);
                    return true;
                case "keepTtl" when value.Resolve().Operation.ConstantValue is not { HasValue: true, Value: false }:
                case "expirationToken":
                    Add(SettingKind.Token, value.Operation, value);
                    return true;
                case "options" or "createOptions" or "policy":
                    return IsNull(value) || Options(value, 0);
                case "factory" when kind == CacheKind.Memory:
                    return Code(value);
                case "setupAction":
                    return IsNull(value) || Code(value);
                case "optionsProvider":
                    return false;
                default:
                    return true;
            }
        }

        /// <summary>What a factory or set-up action does to the entry or options that it is given.</summary>
        private bool Code(Bound code)
        {
            if (Population.CodeOf(code, compilation) is not { } body)
                return false;
            var parameter = body switch
            {
                IAnonymousFunctionOperation lambda => lambda.Symbol.Parameters.FirstOrDefault(),
                ILocalFunctionOperation local => local.Symbol.Parameters.FirstOrDefault(),
                _ => (Bodies.Of(compilation).DeclaredBy(body.Syntax, CancellationToken.None) as IMethodSymbol)?.Parameters.FirstOrDefault(),
            };
            var frame = code.Resolve().Frame;
            return parameter is not null && body.Descendants()
                .Where(o => o is IParameterReferenceOperation p && Is(p.Parameter, parameter))
                .All(use => BodyGraph.BodyOf(use).Syntax == body.Syntax && Use(use, frame));
        }

        private bool Created(IInvocationOperation create, Frame? frame)
        {
            IOperation made = create;
            while (Fluent(made) is { } chained)
            {
                if (!Set(chained, frame))
                    return false;
                made = chained;
            }

            return made.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var entry } }
                && BodyGraph.BodyOf(create) is var body
                && body.Descendants()
                    .Where(o => o is ILocalReferenceOperation { IsDeclaration: false } l && Is(l.Local, entry))
                    .All(use => BodyGraph.BodyOf(use) == body && Use(use, frame));
        }

        /// <summary>What one use of an entry or options object sets; false when it is handed to code that could set more.</summary>
        private bool Use(IOperation use, Frame? frame)
        {
            var holder = use;
            while (holder.Parent is { } parent)
            {
                switch (parent)
                {
                    case IConversionOperation or IParenthesizedOperation:
                        holder = parent;
                        continue;
                    case IPropertyReferenceOperation property when property.Instance == holder:
                        Property(property, frame);
                        return true;
                    case IArgumentOperation { Parameter.Name: "options" or "createOptions" or "policy", Parent: IInvocationOperation call } when IsOfCache(call):
                    case IExpressionStatementOperation or IUsingOperation or ISimpleAssignmentOperation { Target: IDiscardOperation }:
                        return true;
                }

                if (Fluent(holder) is not { } chained || !Set(chained, frame))
                    return false;
                holder = chained;
            }

            return true;
        }

        /// <summary>Handing options to a cache, or to a wrapper of one, adds no setting.</summary>
        private bool IsOfCache(IInvocationOperation call) =>
            CacheCalls.Of(compilation) is { } calls && calls.In(BodyGraph.BodyOf(call)).Any(o => o.Operation.Syntax == call.Syntax);

        /// <summary>The call that something is the receiver of, also as an extension's first argument.</summary>
        private static IInvocationOperation? Fluent(IOperation receiver) => receiver.Parent switch
        {
            IInvocationOperation member when member.Instance == receiver => member,
            IArgumentOperation { Parameter.Ordinal: 0, Parent: IInvocationOperation { TargetMethod.IsExtensionMethod: true } extension } => extension,
            _ => null,
        };

        private void Property(IPropertyReferenceOperation property, Frame? frame)
        {
            if (property.Property.Name is "ExpirationTokens" or "ChangeMonitors")
                Add(SettingKind.Token, property, new(property));
            else if (KindOf(property.Property.Name) is { } kind && property.Parent is IAssignmentOperation assignment && assignment.Target == property)
                Add(kind, property, new(assignment.Value, frame));
        }

        /// <summary>A fluent call; false for one that may set what we do not know.</summary>
        private bool Set(IInvocationOperation call, Frame? frame)
        {
            var name = call.TargetMethod.Name;
            var value = call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == (call.TargetMethod.IsExtensionMethod ? 1 : 0))?.Value;
            if (name.StartsWith("Set", StringComparison.Ordinal) && KindOf(name.Substring(3)) is { } kind)
                Add(kind, call, new(value ?? call, frame));
            else if (name is "AddExpirationToken")
                Add(SettingKind.Token, call, new(call));
            else if (name is "SetOptions" && value is not null)
                return Options(new(value, frame), 0);
            else if (call.TargetMethod.ContainingType.Name is "FusionCacheEntryOptions")
                return name.StartsWith("Set", StringComparison.Ordinal);
            else
                return name is "SetPriority" or "RegisterPostEvictionCallback" or "SetValue" or "Dispose";
            return true;
        }

        /// <summary>The settings of an options object; false when it cannot be seen where it is created.</summary>
        private bool Options(Bound options, int depth)
        {
            var (operation, frame) = options.Resolve();
            if (depth == 4)
                return false;
            switch (operation)
            {
                case IObjectCreationOperation creation:
                    return Creation(creation, frame);
                case IInvocationOperation fluent when Receiver(fluent) is { } receiver:
                    return Options(new(receiver, frame), depth) && Set(fluent, frame);
                case ILocalReferenceOperation local when LocalValues.Around(local).Single(local.Local) is { } only:
                    return Options(new(only, frame), depth + 1)
                        && Enclosing.Root(local).Descendants()
                            .Where(o => o is ILocalReferenceOperation { IsDeclaration: false } l && Is(l.Local, local.Local))
                            .All(use => Use(use, frame));
                case IFieldReferenceOperation { Field: { IsReadOnly: true } field }:
                    return Initial(field) is { } initial && Options(new(initial), depth + 1) && Shared(field);
                case IPropertyReferenceOperation { Property: { SetMethod: null, IsVirtual: false, IsOverride: false } property }:
                    return Initial(property) is { } made && Options(new(made), depth + 1) && Shared(property);
                default:
                    return false;
            }
        }

        private static IOperation? Receiver(IInvocationOperation fluent) =>
            fluent.Instance ?? (fluent.TargetMethod.IsExtensionMethod ? fluent.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0)?.Value : null);

        private bool Creation(IObjectCreationOperation creation, Frame? frame)
        {
            foreach (var initialiser in creation.Initializer?.Initializers ?? ImmutableArray<IOperation>.Empty)
            {
                if (initialiser is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation property })
                    Property(property, frame);
                else if (initialiser is IMemberInitializerOperation { InitializedMember: IPropertyReferenceOperation collection })
                    Property(collection, frame);
            }

            // FusionCacheEntryOptions(duration) and its like.
            if (creation.Argument("duration") is { ArgumentKind: not ArgumentKind.DefaultValue } duration)
                Add(SettingKind.Absolute, duration.Value, new(duration.Value, frame));
            return creation.Arguments.All(a => a.Parameter?.Name is "duration" || a.ArgumentKind == ArgumentKind.DefaultValue);
        }

        /// <summary>What the type that declares shared options does to them later.</summary>
        private bool Shared(ISymbol member) =>
            Mentions.InOutermostType(member, member.Name, CancellationToken.None)
                .Select(mention => Bodies.Of(compilation).Of(mention, CancellationToken.None))
                .Where(use => use is IMemberReferenceOperation reference && Is(reference.Member, member))
                .All(use => use!.Parent is INameOfOperation || Use(use, null));

        private IOperation? Initial(ISymbol member)
        {
            if (!member.IsDeclaredIn(compilation))
                return null;
            foreach (var reference in member.DeclaringSyntaxReferences)
            {
                ExpressionSyntax? expression = reference.GetSyntax() switch
                {
                    VariableDeclaratorSyntax { Initializer.Value: var value } => value,
                    PropertyDeclarationSyntax { Initializer.Value: var value } => value,
                    PropertyDeclarationSyntax { ExpressionBody.Expression: var value } => value,
                    PropertyDeclarationSyntax { AccessorList.Accessors: [{ ExpressionBody.Expression: var value }] } => value,
                    PropertyDeclarationSyntax { AccessorList.Accessors: [{ Body.Statements: [ReturnStatementSyntax { Expression: { } value }] }] } => value,
                    _ => null,
                };
                if (expression is not null)
                    return Bodies.Of(compilation).Of(expression, CancellationToken.None);
            }

            return null;
        }

        private void Add(SettingKind kind, IOperation place, Bound value)
        {
            if (!IsNull(value) && Settings.All(s => s.Place.Syntax != place.Syntax))
                Settings.Add(new(kind, place, value));
        }
    }

    private static SettingKind? KindOf(string name) => name switch
    {
        "AbsoluteExpiration" or "AbsoluteExpirationRelativeToNow" or "Expiration" or "LocalCacheExpiration" => SettingKind.Absolute,
        "SlidingExpiration" => SettingKind.Sliding,
        "Size" => SettingKind.Size,
        "JitterMaxDuration" or "Jittering" => SettingKind.Jitter,
        _ when name.StartsWith("Duration", StringComparison.Ordinal) => SettingKind.Absolute,
        _ => null,
    };

    /// <summary>Redis sets no expiry with the value, but in a call of its own beside it.</summary>
    private static bool IsExpiredApart(IOperation write) =>
        Enclosing.Root(write).Descendants().Any(o => o is IInvocationOperation { TargetMethod.Name: "KeyExpire" or "KeyExpireAsync" });

    private static bool IsKept(Bound value) =>
        Bare(value).Operation is IPropertyReferenceOperation { Property: { Name: "KeepTtl", ContainingType.Name: "Expiration" } };

    private static bool IsNull(Bound value)
    {
        var operation = Bare(value).Operation;
        return operation is IDefaultValueOperation || operation.ConstantValue is { HasValue: true, Value: null }
            || operation is IPropertyReferenceOperation { Property: { Name: "Default" or "Persist", ContainingType.Name: "Expiration" } };
    }

    /// <summary>Redis wraps a lifetime in a type of its own, by a user-defined conversion.</summary>
    private static Bound Bare(Bound value)
    {
        var (operation, frame) = value.Resolve();
        while (operation is IConversionOperation conversion)
            (operation, frame) = new Bound(conversion.Operand, frame).Resolve();
        return new(operation, frame);
    }

    private static bool Is(ISymbol left, ISymbol right) => SymbolEqualityComparer.Default.Equals(left.OriginalDefinition, right.OriginalDefinition);
}

/// <summary>What a setting limits.</summary>
internal enum SettingKind
{
    Absolute,
    Sliding,
    Token,
    Size,
    Jitter,
}

/// <summary>One place where a lifetime is set.</summary>
/// <param name="Kind">What it limits.</param>
/// <param name="Place">The property, call or argument.</param>
/// <param name="Value">The expression that gives the lifetime.</param>
internal sealed record LifetimeSetting(SettingKind Kind, IOperation Place, Bound Value);
