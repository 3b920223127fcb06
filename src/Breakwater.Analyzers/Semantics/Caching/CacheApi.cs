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
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _caches = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, CacheReach> _held = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<string>> _dictionaries = new(SymbolEqualityComparer.Default);
    private readonly Hosting.ServiceLifetimes _lifetimes;
    private readonly Compilation _compilation;
    private readonly bool _everyField;
    private readonly Lazy<bool> _objectCachesAreNamed;

    private CacheApi(Compilation compilation, bool everyField, CacheNames? given)
    {
        _compilation = compilation;
        _everyField = everyField;
        _objectCachesAreNamed = new(() => compilation.SyntaxTrees.Any(t => CallNames.TextOf(t).IndexOf("Runtime.Caching", StringComparison.Ordinal) >= 0));
        Names = given ?? new(compilation, IsCache, IsOfLibrary);
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
                names[verb.Key] = (names.TryGetValue(verb.Key, out var known) ? known : CacheVerbs.None) | verb.Value.Alone();
        }
    }

    /// <summary>The caches that a compilation references; null when there are none.</summary>
    public static CacheApi? Of(Compilation compilation) =>
        compilation.Know(static c => new CacheApi(c, everyField: false, null) is { _types.Count: > 0 } api ? api : null);

    /// <summary>The same, and the dictionaries in fields of every type: for code whose guards show that it is shared.</summary>
    public static CacheApi WithEveryField(Compilation compilation) => new(compilation, everyField: true, Of(compilation)?.Names);

    /// <summary>Which files name a cache.</summary>
    public CacheNames Names { get; }

    /// <summary>Whether a type is a cache; dictionaries are only where they are kept.</summary>
    public bool IsCache(ITypeSymbol type) => _caches.GetOrAdd(type.OriginalDefinition, t =>
        _types.Any(known => known.Shape.Kind != CacheKind.Dictionary && !known.Type.IsStatic && t.Is(known.Type)));

    private bool IsOfLibrary(INamedTypeSymbol type) => _types.Any(known =>
        known.Shape.Kind != CacheKind.Dictionary && SymbolEqualityComparer.Default.Equals(known.Type.ContainingAssembly, type.ContainingAssembly));

    /// <summary>What a call can be in code that reaches these caches; the test that costs nothing.</summary>
    /// <param name="call">The call.</param>
    /// <param name="owner">The type whose code it is.</param>
    /// <param name="reach">What the code reaches, see <see cref="ReachOf(MemberText)"/>.</param>
    public CacheVerbs VerbsOf(NamedCall call, INamedTypeSymbol? owner, CacheReach reach)
    {
        var verbs = CacheVerbs.None;
        if (call.Name == CallNames.Indexer)
        {
            if ((reach & CacheReach.ObjectCaches) != 0 && Names.MayBeOn(call, owner))
                verbs |= CacheVerbs.Read | CacheVerbs.Write;
        }
        else
        {
            if ((reach & CacheReach.Caches) != 0 && _names.TryGetValue(call.Name, out var direct) && Names.MayBeOn(call, owner))
                verbs |= direct;
            if ((reach & CacheReach.ObjectCaches) != 0 && _objectCacheNames.TryGetValue(call.Name, out var old) && Names.MayBeOn(call, owner))
                verbs |= old;
        }

        if ((reach & CacheReach.Dictionaries) != 0 && MayBeOnDictionary(call, owner))
            verbs |= call.Name == CallNames.Indexer ? CacheVerbs.Read | CacheVerbs.Write : _dictionaryNames.TryGetValue(call.Name, out var more) ? more : CacheVerbs.None;
        return verbs;
    }

    private bool MayBeOnDictionary(NamedCall call, INamedTypeSymbol? owner) =>
        owner is not null && MemberTypes.Of(_compilation).MayBeOn(call, owner, on => DictionariesOf(owner).Contains(on));

    /// <summary>Whether a method of this name, or an indexer, can be a cache operation in any code.</summary>
    public bool MayName(string method) =>
        method == CallNames.Indexer || _names.ContainsKey(method) || _objectCacheNames.ContainsKey(method) || _dictionaryNames.ContainsKey(method);

    /// <summary>
    /// What a piece of code reaches other than through wrappers. Caches count where a file of its type or of a base names one, and the
    /// member itself names one or a member by which its type has one; dictionaries where the member names a field of one.
    /// </summary>
    public CacheReach ReachOf(MemberText text)
    {
        const CacheReach Named = CacheReach.Caches | CacheReach.ObjectCaches;
        var reach = ReachOf(text.Owner);
        if ((reach & Named) != 0 && !Names.AreIn(text))
            reach &= ~Named;
        if ((reach & CacheReach.Dictionaries) != 0 && !DictionariesOf(text.Owner).Any(text.Names))
            reach &= ~CacheReach.Dictionaries;
        return reach;
    }

    /// <summary>What code of a type may reach other than through wrappers.</summary>
    public CacheReach ReachOf(INamedTypeSymbol? owner)
    {
        var reach = CacheReach.Nothing;
        for (var type = owner; type is not null; type = type.ContainingType)
            reach |= _held.GetOrAdd(type.OriginalDefinition, WhatIsHeld);
        return reach;
    }

    private CacheReach WhatIsHeld(INamedTypeSymbol type)
    {
        var held = type.BaseType is { SpecialType: SpecialType.None } inherited ? _held.GetOrAdd(inherited.OriginalDefinition, WhatIsHeld) : CacheReach.Nothing;
        if (!_dictionaries.GetOrAdd(type, FindDictionaries).IsEmpty)
            held |= CacheReach.Dictionaries;
        if (type.DeclaringSyntaxReferences.IsEmpty)
            return Names.HandsOut(type) ? held | CacheReach.Caches | CacheReach.ObjectCaches : held;
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (Names.AreIn(reference.SyntaxTree))
                held |= CacheReach.Caches | (_objectCacheNames.Count > 0 && _objectCachesAreNamed.Value ? CacheReach.ObjectCaches : CacheReach.Nothing);
        }

        return held;
    }

    /// <summary>The dictionaries in the fields of a type, of its bases and of the types around it.</summary>
    private IEnumerable<string> DictionariesOf(INamedTypeSymbol? owner)
    {
        for (var around = owner; around is not null; around = around.ContainingType)
        {
            for (var type = around; type is not null; type = type.BaseType)
            {
                foreach (var name in _dictionaries.GetOrAdd(type.OriginalDefinition, FindDictionaries))
                    yield return name;
            }
        }
    }

    private ImmutableArray<string> FindDictionaries(INamedTypeSymbol owner)
    {
        if (!owner.DeclaringSyntaxReferences.Any(r => CallNames.TextOf(r.SyntaxTree).IndexOf("Dictionary<", StringComparison.Ordinal) >= 0
            && r.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Members.Any(MayBeDictionary)))
            return ImmutableArray<string>.Empty;
        return owner.GetMembers().OfType<IFieldSymbol>()
            .Where(field => field.Type is INamedTypeSymbol { IsGenericType: true } type
                && _shapes.TryGetValue(type.OriginalDefinition, out var shape) && shape.Kind == CacheKind.Dictionary && OutlivesRequest(field))
            .Select(field => (field.AssociatedSymbol ?? field).Name)
            .ToImmutableArray();
    }

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
