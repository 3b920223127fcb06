using System.Collections.Concurrent;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// Recognises the operations of the caches we know: IMemoryCache, IDistributedCache, HybridCache, FusionCache, Redis strings,
/// ObjectCache, the output cache's store, and dictionary fields that outlive a request. Calls of the caches themselves only;
/// <see cref="CacheCalls"/> looks through the wrappers of the compilation.
/// </summary>
internal sealed class CacheApi
{
    private static readonly Shape[] Shapes =
    [
        new(CacheKind.Memory, "Microsoft.Extensions.Caching.Memory.IMemoryCache",
            Read: ["TryGetValue"], Write: ["CreateEntry"], Remove: ["Remove"]),
        new(CacheKind.Memory, "Microsoft.Extensions.Caching.Memory.CacheExtensions",
            Read: ["Get", "TryGetValue"], ReadThrough: ["GetOrCreate", "GetOrCreateAsync"], Write: ["Set"]),
        new(CacheKind.Memory, "Microsoft.Extensions.Caching.Memory.MemoryCache",
            Read: ["TryGetValue"], Write: ["CreateEntry"], Remove: ["Remove"], Clear: ["Clear", "Compact"]),
        new(CacheKind.Distributed, "Microsoft.Extensions.Caching.Distributed.IDistributedCache",
            Read: ["Get", "GetAsync"], Write: ["Set", "SetAsync"], Remove: ["Remove", "RemoveAsync"]),
        new(CacheKind.Distributed, "Microsoft.Extensions.Caching.Distributed.DistributedCacheExtensions",
            Read: ["GetString", "GetStringAsync"], Write: ["Set", "SetAsync", "SetString", "SetStringAsync"]),
        new(CacheKind.Hybrid, "Microsoft.Extensions.Caching.Hybrid.HybridCache",
            ReadThrough: ["GetOrCreateAsync"], Write: ["SetAsync"], Remove: ["RemoveAsync"], RemoveByTag: ["RemoveByTagAsync"]),
        new(CacheKind.Fusion, "ZiggyCreatures.Caching.Fusion.IFusionCache",
            Read: ["TryGet", "TryGetAsync", "GetOrDefault", "GetOrDefaultAsync"], ReadThrough: ["GetOrSet", "GetOrSetAsync"],
            Write: ["Set", "SetAsync"], Remove: ["Remove", "RemoveAsync", "Expire", "ExpireAsync"],
            RemoveByTag: ["RemoveByTag", "RemoveByTagAsync"], Clear: ["Clear", "ClearAsync"]),
        new(CacheKind.Fusion, "ZiggyCreatures.Caching.Fusion.FusionCacheExtMethods",
            Read: ["TryGet", "TryGetAsync", "GetOrDefault", "GetOrDefaultAsync"], ReadThrough: ["GetOrSet", "GetOrSetAsync"],
            Write: ["Set", "SetAsync"], Remove: ["Remove", "RemoveAsync", "Expire", "ExpireAsync"],
            RemoveByTag: ["RemoveByTag", "RemoveByTagAsync"], Clear: ["Clear", "ClearAsync"]),
        new(CacheKind.Redis, "StackExchange.Redis.IDatabase",
            Read: ["StringGet"], Write: ["StringSet"], Remove: ["KeyDelete", "StringGetDelete"]),
        new(CacheKind.Redis, "StackExchange.Redis.IDatabaseAsync",
            Read: ["StringGetAsync"], Write: ["StringSetAsync"], Remove: ["KeyDeleteAsync", "StringGetDeleteAsync"]),
        new(CacheKind.ObjectCache, "System.Runtime.Caching.ObjectCache",
            Read: ["Get", "GetCacheItem", "Contains"], Write: ["Set", "Add", "AddOrGetExisting"], Remove: ["Remove"]),
        new(CacheKind.Output, "Microsoft.AspNetCore.OutputCaching.IOutputCacheStore", RemoveByTag: ["EvictByTagAsync"]),
        new(CacheKind.Dictionary, "System.Collections.Concurrent.ConcurrentDictionary`2",
            Read: ["TryGetValue", "ContainsKey"], ReadThrough: ["GetOrAdd"], Write: ["TryAdd", "AddOrUpdate"],
            Remove: ["TryRemove"], Clear: ["Clear"]),
        new(CacheKind.Dictionary, "System.Collections.Generic.Dictionary`2",
            Read: ["TryGetValue", "ContainsKey"], Write: ["Add", "TryAdd"], Remove: ["Remove"], Clear: ["Clear"]),
        new(CacheKind.Dictionary, "System.Collections.Generic.CollectionExtensions", Read: ["GetValueOrDefault"]),
    ];

    private readonly List<(INamedTypeSymbol Type, Shape Shape)> _types = [];
    private readonly Dictionary<ISymbol, Shape> _shapes = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<string, CacheVerbs> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CacheVerbs> _dictionaryNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CacheVerbs> _objectCacheNames = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<INamedTypeSymbol, Held> _held = new(SymbolEqualityComparer.Default);
    private readonly Hosting.ServiceLifetimes _lifetimes;
    private readonly bool _everyField;

    private CacheApi(Compilation compilation, bool everyField)
    {
        _everyField = everyField;
        Names = new(compilation, IsCache);
        _lifetimes = Hosting.ServiceLifetimes.Of(compilation);
        foreach (var shape in Shapes)
        {
            // Several references may define a type of this name, and a call may mean any of them.
            var types = TypeIndex.Of(compilation).All(shape.TypeName);
            foreach (var type in types)
            {
                _types.Add((type, shape));
                _shapes.Add(type, shape);
            }

            if (types.IsEmpty)
                continue;
            var names = shape.Kind switch
            {
                CacheKind.Dictionary => _dictionaryNames,
                CacheKind.ObjectCache => _objectCacheNames,
                _ => _names,
            };
            foreach (var verb in shape.Verbs)
                names[verb.Key] = (names.TryGetValue(verb.Key, out var known) ? known : CacheVerbs.None) | (CacheVerbs)(1 << (int)verb.Value);
        }
    }

    /// <summary>The caches that a compilation references; null when there are none.</summary>
    public static CacheApi? Of(Compilation compilation) =>
        compilation.Know(static c => new CacheApi(c, everyField: false) is { _types.Count: > 0 } api ? api : null);

    /// <summary>The same, and the dictionaries in fields of every type: for code whose guards show that it is shared.</summary>
    public static CacheApi WithEveryField(Compilation compilation) => new(compilation, everyField: true);

    /// <summary>Which files name a cache.</summary>
    public CacheNames Names { get; }

    /// <summary>Whether a type is a cache; dictionaries are only where they are kept.</summary>
    public bool IsCache(ITypeSymbol type) => _types.Any(t => t.Shape.Kind != CacheKind.Dictionary && !t.Type.IsStatic && type.Is(t.Type));

    /// <summary>
    /// What a method of this name can be in code of <paramref name="owner"/>; the test that costs nothing. Caches count where a file of
    /// the type or of a base names one, dictionaries where the type has a field of one.
    /// </summary>
    public CacheVerbs VerbsNamed(string method, INamedTypeSymbol? owner)
    {
        var verbs = CacheVerbs.None;
        if (_names.TryGetValue(method, out var direct) && Holds(owner).HasFlag(Held.Caches))
            verbs |= direct;
        if (_objectCacheNames.TryGetValue(method, out var old) && Holds(owner).HasFlag(Held.ObjectCaches))
            verbs |= old;
        if (_dictionaryNames.TryGetValue(method, out var more) && Holds(owner).HasFlag(Held.Dictionaries))
            verbs |= more;
        return verbs;
    }

    /// <summary>Whether a method of this name can be a cache operation in any type.</summary>
    public bool MayName(string method) =>
        _names.ContainsKey(method) || _objectCacheNames.ContainsKey(method) || _dictionaryNames.ContainsKey(method);

    /// <summary>What an indexer can be in code of <paramref name="owner"/>.</summary>
    public CacheVerbs VerbsOfIndexer(INamedTypeSymbol? owner) =>
        (Holds(owner) & (Held.Dictionaries | Held.ObjectCaches)) == 0 ? CacheVerbs.None : CacheVerbs.Read | CacheVerbs.Write;

    /// <summary>Whether code of the type may use a cache other than through wrappers: a file of it or of a base names one, or a base has one.</summary>
    public bool MayUseCaches(INamedTypeSymbol owner) => (Holds(owner) & (Held.Caches | Held.ObjectCaches)) != 0;

    /// <summary>The same, and the dictionaries of its fields.</summary>
    public bool MayUseAny(INamedTypeSymbol? owner) => Holds(owner) != Held.Nothing;

    private Held Holds(INamedTypeSymbol? owner)
    {
        var held = Held.Nothing;
        for (var type = owner; type is not null; type = type.ContainingType)
            held |= _held.GetOrAdd(type.OriginalDefinition, WhatIsHeld);
        return held;
    }

    private Held WhatIsHeld(INamedTypeSymbol type)
    {
        var held = type.BaseType is { SpecialType: SpecialType.None } inherited ? _held.GetOrAdd(inherited.OriginalDefinition, WhatIsHeld) : Held.Nothing;
        if (DeclaresDictionary(type))
            held |= Held.Dictionaries;
        if (type.DeclaringSyntaxReferences.IsEmpty)
            return Names.HandsOut(type) ? held | Held.Caches | Held.ObjectCaches : held;
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (Names.AreIn(reference.SyntaxTree))
                held |= Held.Caches | (_objectCacheNames.Count > 0 ? Held.ObjectCaches : Held.Nothing);
        }

        return held;
    }

    private bool DeclaresDictionary(INamedTypeSymbol owner) =>
        owner.DeclaringSyntaxReferences.Any(r => CallNames.TextOf(r.SyntaxTree).IndexOf("Dictionary<", StringComparison.Ordinal) >= 0
            && r.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Members.Any(MayBeDictionary))
        && owner.GetMembers().Any(member => member is IFieldSymbol { Type: INamedTypeSymbol { IsGenericType: true } type } field
            && _shapes.TryGetValue(type.OriginalDefinition, out var shape) && shape.Kind == CacheKind.Dictionary && OutlivesRequest(field));

    /// <summary>The type of a field is known only when it is bound, its characters are there.</summary>
    private static bool MayBeDictionary(MemberDeclarationSyntax member) => member switch
    {
        FieldDeclarationSyntax field => Mentions.AreIn(field.Declaration.Type, "Dictionary<"),
        PropertyDeclarationSyntax property => Mentions.AreIn(property.Type, "Dictionary<"),
        _ => false,
    };

    /// <summary>The cache operation that a call, indexer or assignment is; null when it is none.</summary>
    public CacheOperation? Recognise(IOperation operation, Frame? frame = null) => operation switch
    {
        IInvocationOperation call => OfCall(call, frame),
        IPropertyReferenceOperation { Property.IsIndexer: true } indexer => OfIndexer(indexer, frame),
        _ => null,
    };

    private CacheOperation? OfCall(IInvocationOperation call, Frame? frame)
    {
        var method = call.TargetMethod;
        if (!MayName(method.Name) || ShapeOf(method) is not { } shape || shape.VerbOf(method.Name) is not { } verb)
            return null;

        var receiver = call.Instance ?? (call.Arguments.Length > 0 ? call.Arguments[0].Value : null);
        if (receiver is null)
            return null;
        if (receiver is IConditionalAccessInstanceOperation)
            receiver = ConditionalReceiver(call) ?? receiver;
        var key = call.Argument("key")?.Value;
        var value = call.Argument("value")?.Value;
        var tags = call.Argument("tag") ?? call.Argument("tags");
        var factory = call.Argument("factory")?.Value ?? call.Argument("valueFactory")?.Value ?? call.Argument("addValueFactory")?.Value;
        switch (shape.Kind)
        {
            case CacheKind.Redis when key is null && verb == CacheVerb.Remove && call.Argument("keys") is { } keys:
                key = keys.Value;
                break;
            case CacheKind.Redis when key is null:
                return null;
            case CacheKind.Dictionary when !OutlivesRequest(receiver, frame):
                return null;
            case CacheKind.Dictionary when method.Name == "AddOrUpdate":
                value ??= call.Argument("addValue")?.Value ?? factory;
                break;
            case CacheKind.Dictionary or CacheKind.Fusion when verb == CacheVerb.ReadThrough && factory is null:
                // A value in place of a delegate: it was made before the cache was asked.
                verb = CacheVerb.Write;
                value ??= call.Argument("defaultValue")?.Value;
                break;
            case CacheKind.Memory when method.Name == "CreateEntry":
                value = EntryValue(call);
                break;
            case CacheKind.ObjectCache:
                key ??= call.Argument("item")?.Value;
                value ??= call.Argument("item")?.Value;
                break;
            case CacheKind.Hybrid when verb == CacheVerb.Remove:
                key ??= call.Argument("keys")?.Value;
                break;
        }

        return new CacheOperation
        {
            Kind = shape.Kind,
            Verb = verb,
            Operation = call,
            Api = new(call, frame),
            Cache = CacheIdentity.Of(new(receiver, frame)),
            Key = key is null ? null : new Bound(key, frame),
            Value = value is null || verb != CacheVerb.Write ? null : new Bound(value, frame),
            Factory = factory is null || verb != CacheVerb.ReadThrough ? null : new Bound(factory, frame),
            Tags = tags is null or { ArgumentKind: ArgumentKind.DefaultValue } ? null : new Bound(tags.Value, frame),
        };
    }

    private CacheOperation? OfIndexer(IPropertyReferenceOperation indexer, Frame? frame)
    {
        if (indexer.Instance is not { } receiver || indexer.Arguments.Length != 1
            || !_shapes.TryGetValue(indexer.Property.ContainingType.OriginalDefinition, out var shape)
            || shape.Kind is not (CacheKind.Dictionary or CacheKind.ObjectCache)
            || (shape.Kind == CacheKind.Dictionary && !OutlivesRequest(receiver, frame)))
            return null;

        var assignment = indexer.Parent is IAssignmentOperation parent && parent.Target == indexer ? parent : null;
        return new CacheOperation
        {
            Kind = shape.Kind,
            Verb = assignment is null ? CacheVerb.Read : CacheVerb.Write,
            Operation = indexer,
            Api = new(indexer, frame),
            Cache = CacheIdentity.Of(new(receiver, frame)),
            Key = new Bound(indexer.Arguments[0].Value, frame),
            Value = assignment is null ? null : new Bound(assignment.Value, frame),
        };
    }

    private Shape? ShapeOf(IMethodSymbol method)
    {
        var container = method.ContainingType;
        if (container is null)
            return null;
        if (_shapes.TryGetValue(container.OriginalDefinition, out var shape))
            return shape;

        // A class that implements or derives from a cache: its method counts as the member it implements.
        foreach (var (type, candidate) in _types)
        {
            if (candidate.VerbOf(method.Name) is null || type.IsStatic || candidate.Kind == CacheKind.Dictionary)
                continue;
            if (type.TypeKind == TypeKind.Interface ? Implements(method, type) : Overrides(method, type))
                return candidate;
        }

        return null;
    }

    private static bool Implements(IMethodSymbol method, INamedTypeSymbol type) =>
        method.ContainingType.AllInterfaces.Any(i =>
            SymbolEqualityComparer.Default.Equals(i.OriginalDefinition, type)
            && i.GetMembers(method.Name).Any(m => SymbolEqualityComparer.Default.Equals(
                method.ContainingType.FindImplementationForInterfaceMember(m)?.OriginalDefinition, method.OriginalDefinition)));

    private static bool Overrides(IMethodSymbol method, INamedTypeSymbol type)
    {
        for (var current = method.OverriddenMethod; current is not null; current = current.OverriddenMethod)
        {
            if (SymbolEqualityComparer.Default.Equals(current.ContainingType.OriginalDefinition, type))
                return true;
        }

        return false;
    }

    /// <summary>A dictionary is a cache to us when it outlives a request: a static field, or a field of a singleton.</summary>
    private bool OutlivesRequest(IOperation receiver, Frame? frame) =>
        new Bound(receiver, frame).Resolve().Operation is IFieldReferenceOperation { Field: var field } && OutlivesRequest(field);

    private bool OutlivesRequest(IFieldSymbol field) => _everyField || field.IsStatic || _lifetimes.IsSingleton(field.ContainingType);

    /// <summary>In <c>cache?.Get(k)</c> the call's instance is a placeholder; the receiver stands at the <c>?</c>.</summary>
    private static IOperation? ConditionalReceiver(IOperation call)
    {
        for (var current = call.Parent; current is not null; current = current.Parent)
        {
            if (current is IConditionalAccessOperation access)
                return access.Operation;
        }

        return null;
    }

    /// <summary>What a created entry is given as its value: by an assignment to <c>Value</c>, by <c>SetValue</c>, or not at all.</summary>
    private static IOperation? EntryValue(IInvocationOperation createEntry)
    {
        if (createEntry.Parent is not IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var entry } })
            return null;
        foreach (var operation in Flow.BodyGraph.BodyOf(createEntry).DescendantsAndSelf())
        {
            switch (operation)
            {
                case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "Value", Instance: ILocalReferenceOperation local } } assignment
                    when SymbolEqualityComparer.Default.Equals(local.Local, entry):
                    return assignment.Value;
                case IInvocationOperation { TargetMethod.Name: "SetValue", Arguments: [{ Value: ILocalReferenceOperation local }, var value] }
                    when SymbolEqualityComparer.Default.Equals(local.Local, entry):
                    return value.Value;
            }
        }

        return null;
    }

    /// <summary>The kinds of cache that the code of a type can reach, judged by its files and fields.</summary>
    [Flags]
    private enum Held
    {
        Nothing = 0,
        Caches = 1,
        ObjectCaches = 2,
        Dictionaries = 4,
    }

    private sealed record Shape(
        CacheKind Kind, string TypeName, string[]? Read = null, string[]? ReadThrough = null, string[]? Write = null,
        string[]? Remove = null, string[]? RemoveByTag = null, string[]? Clear = null)
    {
        private readonly Dictionary<string, CacheVerb> _verbs =
            new (string[]? Methods, CacheVerb Verb)[]
            {
                (Read, CacheVerb.Read), (ReadThrough, CacheVerb.ReadThrough), (Write, CacheVerb.Write),
                (Remove, CacheVerb.Remove), (RemoveByTag, CacheVerb.RemoveByTag), (Clear, CacheVerb.Clear),
            }
            .SelectMany(v => (v.Methods ?? []).Select(method => (method, v.Verb)))
            .ToDictionary(v => v.method, v => v.Verb, StringComparer.Ordinal);

        public IReadOnlyDictionary<string, CacheVerb> Verbs => _verbs;

        public CacheVerb? VerbOf(string method) => _verbs.TryGetValue(method, out var verb) ? verb : null;
    }
}
