namespace Breakwater.Semantics.Caching;

/// <summary>
/// How long an entry lives, as far as the code shows it: the settings on the entry inside a factory, on a created entry, in options
/// that are created in the argument, in a local, in a readonly field's or getter's initialiser, and the lifetime arguments of
/// <c>Set</c>, <c>StringSet</c> and their like. Everything else is unknown, and unknown is silent.
/// </summary>
/// <param name="IsVisible">Whether all that decides the lifetime could be seen; false means nothing may be concluded from what is missing.</param>
/// <param name="Absolute">The first absolute lifetime that is set: the expression.</param>
/// <param name="Sliding">The first sliding lifetime that is set.</param>
/// <param name="HasToken">Whether a change token can end the entry.</param>
/// <param name="HasSize">Whether the entry has a size, so that a bounded cache can evict it.</param>
/// <param name="Settings">Every setting found, in the order of the source.</param>
internal sealed record EntryLifetime(
    bool IsVisible, IOperation? Absolute, IOperation? Sliding, bool HasToken, bool HasSize, ImmutableArray<LifetimeSetting> Settings)
{
    private static readonly EntryLifetime Unknown = new(false, null, null, false, false, ImmutableArray<LifetimeSetting>.Empty);

    /// <summary>Whether the code shows that the entry has no lifetime of any kind.</summary>
    public bool IsNone => IsVisible && Settings.IsEmpty;

    /// <summary>The lifetime that a write or read-through gives its entry.</summary>
    public static EntryLifetime Of(CacheOperation operation, Compilation compilation)
    {
        if (Innermost(operation.Operation, compilation, 0) is not IInvocationOperation call)
            return operation.Kind == CacheKind.Dictionary ? FromSettings(true, []) : Unknown;

        var settings = new List<LifetimeSetting>();
        var isVisible = true;
        foreach (var argument in call.Arguments)
        {
            if (argument.ArgumentKind == ArgumentKind.DefaultValue)
                continue;
            switch (argument.Parameter?.Name)
            {
                case "absoluteExpiration" or "absoluteExpirationRelativeToNow" or "duration":
                    settings.Add(new(SettingKind.Absolute, argument.Value, argument.Value));
                    break;
                case "expiry" when !IsNull(argument.Value):
                    settings.Add(new(SettingKind.Absolute, argument.Value, argument.Value));
                    break;
                case "keepTtl" when argument.Value.ConstantValue is not { HasValue: true, Value: false }:
                    settings.Add(new(SettingKind.Token, argument.Value, argument.Value));
                    break;
                case "expirationToken":
                    settings.Add(new(SettingKind.Token, argument.Value, argument.Value));
                    break;
                case "options" or "createOptions" or "policy" when !IsNull(argument.Value):
                    isVisible &= FromOptions(argument.Value, settings, compilation, 0);
                    break;
                case "factory" when operation.Kind == CacheKind.Memory:
                    isVisible &= FromFactory(argument.Value, settings, compilation);
                    break;
                case "setupAction" or "optionsProvider":
                    isVisible = false;
                    break;
            }
        }

        if (operation.Kind == CacheKind.Memory && call.TargetMethod.Name == "CreateEntry")
            isVisible &= FromCreatedEntry(call, settings);
        return FromSettings(isVisible, settings);
    }

    private static EntryLifetime FromSettings(bool isVisible, IReadOnlyCollection<LifetimeSetting> settings) => new(
        isVisible,
        settings.FirstOrDefault(s => s.Kind == SettingKind.Absolute)?.Value,
        settings.FirstOrDefault(s => s.Kind == SettingKind.Sliding)?.Value,
        settings.Any(s => s.Kind == SettingKind.Token),
        settings.Any(s => s.Kind == SettingKind.Size),
        settings.ToImmutableArray());

    /// <summary>The cache call inside the wrappers that stand around it; the lifetime is decided there, or not at all.</summary>
    private static IOperation Innermost(IOperation operation, Compilation compilation, int depth)
    {
        if (depth < 2 && operation is IInvocationOperation call && CacheApi.Of(compilation)?.Recognise(call) is null
            && Calls.Of(compilation).CertainTarget(call) is { } target && Bodies.Of(compilation).Of(target, CancellationToken.None) is { } body
            && CacheCalls.Of(compilation)?.In(body) is [var only])
            return Innermost(only.Operation, compilation, depth + 1);
        return operation;
    }

    private static bool FromFactory(IOperation factory, List<LifetimeSetting> settings, Compilation compilation)
    {
        var code = factory.Unwrap();
        var parameter = code switch
        {
            IAnonymousFunctionOperation lambda => lambda.Symbol.Parameters.FirstOrDefault(),
            IMethodReferenceOperation reference => reference.Method.OriginalDefinition.Parameters.FirstOrDefault(),
            _ => null,
        };
        var body = code is IMethodReferenceOperation method ? Bodies.Of(compilation).Of(method.Method, CancellationToken.None) : code as IAnonymousFunctionOperation;
        return parameter is not null && body is not null && FromEntry(body, o => o is IParameterReferenceOperation p && Is(p.Parameter, parameter), settings);
    }

    private static bool FromCreatedEntry(IInvocationOperation create, List<LifetimeSetting> settings) =>
        create.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var entry } }
        && FromEntry(Flow.BodyGraph.BodyOf(create), o => o is ILocalReferenceOperation { IsDeclaration: false } l && Is(l.Local, entry), settings);

    /// <summary>The settings made on an entry or options object in a body; false when it is handed to code that could set more.</summary>
    private static bool FromEntry(IOperation body, Func<IOperation, bool> isEntry, List<LifetimeSetting> settings)
    {
        foreach (var use in body.DescendantsAndSelf().Where(isEntry))
        {
            var holder = use;
            while (holder.Parent is { } parent)
            {
                if (parent is IConversionOperation or IParenthesizedOperation)
                {
                    holder = parent;
                }
                else if (parent is IPropertyReferenceOperation property && property.Instance == holder)
                {
                    if (KindOf(property.Property.Name) is { } kind && Assigned(property) is { } value)
                        settings.Add(new(kind, property, value));
                    else if (property.Property.Name is "ExpirationTokens" && property.Parent is IInvocationOperation { TargetMethod.Name: "Add" } added)
                        settings.Add(new(SettingKind.Token, property, added));
                    break;
                }
                else if (parent is IArgumentOperation { Parent: IInvocationOperation chained } && chained.Arguments.FirstOrDefault()?.Value == holder && chained.TargetMethod.IsExtensionMethod)
                {
                    if (!FromFluent(chained, settings))
                        return false;
                    holder = chained;
                }
                else if (parent is IInvocationOperation { Instance: var instance } member && instance == holder)
                {
                    if (!FromFluent(member, settings))
                        return false;
                    holder = member;
                }
                else if (parent is IExpressionStatementOperation)
                {
                    break;
                }
                else
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool FromFluent(IInvocationOperation call, List<LifetimeSetting> settings)
    {
        var name = call.TargetMethod.Name;
        var value = call.Arguments.LastOrDefault()?.Value;
        if (name.StartsWith("Set", StringComparison.Ordinal) && KindOf(name.Substring(3)) is { } kind && value is not null)
            settings.Add(new(kind, call, value));
        else if (name is "AddExpirationToken" && value is not null)
            settings.Add(new(SettingKind.Token, call, value));
        else if (name is not ("SetPriority" or "RegisterPostEvictionCallback" or "SetValue" or "Dispose"))
            return false;
        return true;
    }

    /// <summary>The settings of an options object; false when it cannot be seen where it is created.</summary>
    private static bool FromOptions(IOperation options, List<LifetimeSetting> settings, Compilation compilation, int depth)
    {
        options = options.Unwrap();
        switch (options)
        {
            case IObjectCreationOperation creation:
                foreach (var initialiser in creation.Initializer?.Initializers ?? ImmutableArray<IOperation>.Empty)
                {
                    if (initialiser is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation property } assignment && KindOf(property.Property.Name) is { } kind
                        && !IsNull(assignment.Value))
                        settings.Add(new(kind, property, assignment.Value));
                    else if (initialiser is IMemberInitializerOperation { InitializedMember: IPropertyReferenceOperation { Property.Name: "ExpirationTokens" } member })
                        settings.Add(new(SettingKind.Token, member, initialiser));
                }

                // FusionCacheEntryOptions(duration) and its like.
                if (creation.Argument("duration") is { ArgumentKind: not ArgumentKind.DefaultValue } duration)
                    settings.Add(new(SettingKind.Absolute, duration.Value, duration.Value));
                return creation.Arguments.All(a => a.Parameter?.Name is "duration" || a.ArgumentKind == ArgumentKind.DefaultValue);
            case IInvocationOperation { TargetMethod: var method } fluent when method.IsExtensionMethod && fluent.Arguments.Length > 0:
                return FromOptions(fluent.Arguments[0].Value, settings, compilation, depth) && FromFluent(fluent, settings);
            case IInvocationOperation { Instance: { } instance } fluent:
                return FromOptions(instance, settings, compilation, depth) && FromFluent(fluent, settings);
            case ILocalReferenceOperation local when depth < 4 && Flow.LocalValues.Around(local).Single(local.Local) is { } only:
                return FromOptions(only, settings, compilation, depth + 1)
                    && FromEntry(Flow.BodyGraph.BodyOf(local), o => o is ILocalReferenceOperation { IsDeclaration: false } l && l != local && Is(l.Local, local.Local) && !IsOptionsArgument(l), settings);
            case IFieldReferenceOperation { Field: { IsReadOnly: true } field } when depth < 4:
                return Created(field, compilation) is { } initial && FromOptions(initial, settings, compilation, depth + 1);
            case IPropertyReferenceOperation { Property: { SetMethod: null } property } when depth < 4:
                return Created(property, compilation) is { } made && FromOptions(made, settings, compilation, depth + 1);
            default:
                return false;
        }
    }

    /// <summary>Handing the options to the cache itself adds no setting.</summary>
    private static bool IsOptionsArgument(IOperation use) =>
        use.Parent is IArgumentOperation { Parameter.Name: "options" or "createOptions" or "policy" };

    private static IOperation? Created(ISymbol member, Compilation compilation)
    {
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

    private static SettingKind? KindOf(string name) => name switch
    {
        "AbsoluteExpiration" or "AbsoluteExpirationRelativeToNow" or "Expiration" or "LocalCacheExpiration" or "Duration" => SettingKind.Absolute,
        "SlidingExpiration" => SettingKind.Sliding,
        "ExpirationTokens" or "ChangeMonitors" => SettingKind.Token,
        "Size" => SettingKind.Size,
        _ => null,
    };

    private static IOperation? Assigned(IPropertyReferenceOperation property) =>
        property.Parent is IAssignmentOperation assignment && assignment.Target == property ? assignment.Value : null;

    private static bool IsNull(IOperation value)
    {
        // Redis wraps a lifetime in a type of its own, by a user-defined conversion.
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        return value is IDefaultValueOperation || value.ConstantValue is { HasValue: true, Value: null };
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
}

/// <summary>One place where a lifetime is set.</summary>
/// <param name="Kind">What it limits.</param>
/// <param name="Place">The property, call or argument.</param>
/// <param name="Value">The expression that gives the lifetime.</param>
internal sealed record LifetimeSetting(SettingKind Kind, IOperation Place, IOperation Value);
