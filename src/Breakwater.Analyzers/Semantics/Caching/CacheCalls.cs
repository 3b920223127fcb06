using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.Text;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// The cache operations of a body, calls of wrappers included. A wrapper is a method of the compilation whose body holds exactly one
/// cache operation, keyed by its own parameters, constants and members, that hands the value on unchanged or merely converted, in no
/// more than some fifty lines; two levels deep. Wrappers are found by summary: no configuration, no names.
/// </summary>
internal sealed class CacheCalls
{
    private const int Levels = 2;

    /// <summary>Characters of a method, some fifty lines: what does more than that does not forward.</summary>
    private const int LongestWrapper = 2500;

    private static readonly HashSet<string> Converters = new(StringComparer.Ordinal)
    {
        "Serialize", "SerializeAsync", "SerializeToUtf8Bytes", "SerializeObject", "Deserialize", "DeserializeAsync", "DeserializeObject",
        "GetBytes", "GetString", "ToString", "ToArray", "Parse", "FromResult", "ConfigureAwait", "AsTask", "Pack", "Unpack",
    };

    private readonly Compilation _compilation;
    private readonly CacheApi _api;
    private readonly ConditionalWeakTable<IOperation, IReadOnlyList<CacheOperation>> _inBody = new();
    private readonly ConcurrentDictionary<SyntaxNode, CacheVerbs> _mentioned = new();
    private readonly ConcurrentDictionary<IMethodSymbol, CacheVerbs>[] _mentionedInMethod = [new(SymbolEqualityComparer.Default), new(SymbolEqualityComparer.Default)];
    private readonly ConcurrentDictionary<IMethodSymbol, IOperation?>[] _wrapped = [new(SymbolEqualityComparer.Default), new(SymbolEqualityComparer.Default)];

    private readonly Lazy<bool> _areNamed;
    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _mayUse = new(SymbolEqualityComparer.Default);

    /// <summary>The operations on the caches that <paramref name="api"/> knows; <see cref="Of"/> where it is the usual one.</summary>
    public CacheCalls(Compilation compilation, CacheApi api)
    {
        _compilation = compilation;
        _api = api;
        _areNamed = new(() => compilation.SyntaxTrees.Any(MayBeUsedIn));
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static CacheCalls? Of(Compilation compilation) =>
        compilation.Know(static c => CacheApi.Of(c) is { } api ? new CacheCalls(c, api) : null);

    /// <summary>Whether code of a file may use a cache, itself or through a wrapper, or a dictionary that may be one.</summary>
    public bool MayBeUsedIn(SyntaxTree tree) =>
        _api.Names.AreIn(tree) || CallNames.TextOf(tree).IndexOf("Dictionary<", StringComparison.Ordinal) >= 0 || Wrappers.AreNamedIn(tree);

    /// <summary>Whether code of a type may use a cache, itself or through a wrapper, or a dictionary that may be one.</summary>
    public bool MayBeUsedBy(INamedTypeSymbol type) => _mayUse.GetOrAdd(type.OriginalDefinition, t =>
        _api.ReachOf(t) != CacheReach.Nothing || CacheWrappers.FilesOf(t).Any(Wrappers.AreNamedIn));

    /// <summary>Whether any file names a cache at all, for rules that look at bodies which need not name one themselves.</summary>
    public bool AreNamedAnywhere => _areNamed.Value;

    private CacheWrappers Wrappers => CacheWrappers.Of(_compilation)!;

    /// <summary>The cache operations that a body (see <see cref="Flow.BodyGraph.BodyOf"/>) runs itself, in the order of the source.</summary>
    public IReadOnlyList<CacheOperation> In(IOperation body) => _inBody.GetValue(body, b => Find(b, Levels));

    /// <summary>
    /// The cache operations that a called method runs itself, with the arguments of the call put in; each stands at its place inside
    /// the method. Empty when it is not certain which code runs.
    /// </summary>
    public IEnumerable<CacheOperation> RunBy(IInvocationOperation call)
    {
        if (Calls.Of(_compilation).CertainTarget(call) is not { } target || MentionedIn(target) == CacheVerbs.None
            || Bodies.Of(_compilation).Of(target, CancellationToken.None) is not { } body)
            yield break;

        var frame = new Frame(call, target, null);
        foreach (var operation in Flow.OwnCode.AndSelf(body))
        {
            if (Recognise(operation, frame, Levels - 1) is { } found)
                yield return found;
        }
    }

    /// <summary>The operations of a member and of the lambdas and local functions in it; none where no name in it is a cache's.</summary>
    public IEnumerable<CacheOperation> InMember(IOperation block, ISymbol member) =>
        MentionedIn(block.Syntax, member.ContainingType) == CacheVerbs.None
            ? []
            : Flow.OwnCode.Bodies(block).SelectMany(In);

    /// <summary>The operation as the outermost wrapper's own body has it; null where no wrapper stands between.</summary>
    public CacheOperation? Inside(CacheOperation operation) =>
        operation is { IsWrapped: true, Operation: IInvocationOperation call }
        && Calls.Of(_compilation).CertainTarget(call) is { } target && Bodies.Of(_compilation).Of(target, CancellationToken.None) is { } body
            ? In(Flow.BodyGraph.BodyOf(body)).FirstOrDefault(o => o.Api.Operation.Syntax == operation.Api.Operation.Syntax)
            : null;

    private List<CacheOperation> Find(IOperation body, int levels)
    {
        var found = new List<CacheOperation>();
        foreach (var operation in Flow.OwnCode.AndSelf(body))
        {
            if (Recognise(operation, null, levels) is { } cacheOperation)
                found.Add(cacheOperation);
        }

        found.Sort((a, b) => a.Operation.Syntax.SpanStart.CompareTo(b.Operation.Syntax.SpanStart));
        return found;
    }

    /// <summary>The cache operation that an operation is, itself or through wrappers.</summary>
    private CacheOperation? Recognise(IOperation operation, Frame? frame, int levels)
    {
        if (_api.Recognise(operation, frame) is { } direct)
            return direct;
        if (levels == 0 || operation is not IInvocationOperation call || Calls.Of(_compilation).CertainTarget(call) is not { } target
            || MentionedIn(target, levels) == CacheVerbs.None || WrappedBy(target, levels) is not { } inner)
            return null;

        return Recognise(inner, new Frame(call, target, frame), levels - 1) is { } wrapped
            ? wrapped with { Operation = call, IsWrapped = true }
            : null;
    }

    /// <summary>The single cache operation inside a method, when the method is a wrapper.</summary>
    private IOperation? WrappedBy(IMethodSymbol method, int levels) => _wrapped[levels - 1].GetOrAdd(method, m => FindWrapped(m, levels));

    private IOperation? FindWrapped(IMethodSymbol method, int levels)
    {
        if (method.DeclaringSyntaxReferences.Any(r => r.Span.Length > LongestWrapper) || Bodies.Of(_compilation).Of(method, CancellationToken.None) is not { } body)
            return null;
        CacheOperation? only = null;
        foreach (var operation in Flow.OwnCode.AndSelf(body))
        {
            if (Recognise(operation, null, levels - 1) is not { } found)
                continue;
            if (only is not null)
                return null;
            only = found;
        }

        return only is not null && IsKeyedByParameters(only, method) && HandsOn(only, method) ? only.Operation : null;
    }

    /// <summary>Whether a method that does one of these things may be a wrapper, by its signature: see <see cref="HandsOn"/>.</summary>
    private static bool MayHandOn(IMethodSymbol method, CacheVerbs verbs) =>
        ((verbs & CacheVerbs.Read) != 0 && GivesBack(method))
        || ((verbs & CacheVerbs.Write) != 0 && method.Parameters.Length > 0)
        || ((verbs & CacheVerbs.ReadThrough) != 0 && method.Parameters.Any(p => p.Type.TypeKind == TypeKind.Delegate))
        || (verbs & ~(CacheVerbs.Read | CacheVerbs.Write | CacheVerbs.ReadThrough)) != 0;

    private bool IsKeyedByParameters(CacheOperation operation, IMethodSymbol method)
    {
        if (operation.Key is not { } key)
            return true;
        var template = CacheKey.Of(key, _compilation);
        return template.IsFollowable && template.Parts.All(p => p.Hole is not { } hole || hole.Operation.DescendantsAndSelf().All(IsOwn));

        bool IsOwn(IOperation part) => part is not ILocalReferenceOperation
            && (part is not IParameterReferenceOperation parameter || SymbolEqualityComparer.Default.Equals(parameter.Parameter.ContainingSymbol.OriginalDefinition, method));
    }

    /// <summary>A read wrapper returns what it read, a write wrapper stores what it was given, a read-through loads with its own delegate.</summary>
    private static bool HandsOn(CacheOperation operation, IMethodSymbol method) => operation.Verb switch
    {
        CacheVerb.Read => GivesBack(method),
        CacheVerb.Write => operation.Value is { } value && IsParameter(value, method),
        CacheVerb.ReadThrough => operation.Factory is { } factory && RunsDelegateOf(factory, method),
        _ => true,
    };

    private static bool GivesBack(IMethodSymbol method) => !method.ReturnsVoid || method.Parameters.Any(p => p.RefKind == RefKind.Out);

    private static bool RunsDelegateOf(Bound factory, IMethodSymbol method) =>
        factory.Operation.DescendantsAndSelf().OfType<IParameterReferenceOperation>().Any(p => p.Type?.TypeKind == TypeKind.Delegate
            && (SymbolEqualityComparer.Default.Equals(p.Parameter.ContainingSymbol.OriginalDefinition, method)
                || (factory.Frame?.ArgumentOf(p.Parameter) is { } argument && RunsDelegateOf(argument, method))));

    private static bool IsParameter(Bound value, IMethodSymbol method)
    {
        var (operation, _) = value.Resolve();
        switch (operation)
        {
            case IParameterReferenceOperation parameter:
                return SymbolEqualityComparer.Default.Equals(parameter.Parameter.ContainingSymbol.OriginalDefinition, method);
            case ILocalReferenceOperation local:
                return Flow.LocalValues.Around(local).Single(local.Local) is { } only && IsParameter(new(only), method);
            case IConversionOperation converted:
                // Redis stores a type of its own, by a user-defined conversion.
                return IsParameter(new(converted.Operand), method);
            case IAwaitOperation awaited:
                return IsParameter(new(awaited.Operation), method);
            case ICoalesceOperation coalesce:
                return IsParameter(new(coalesce.Value), method);
            case IInvocationOperation call when Converters.Contains(call.TargetMethod.Name):
                return call.ChildOperations.Any(c => IsParameter(new(c is IArgumentOperation argument ? argument.Value : c), method));
            default:
                return false;
        }
    }

    /// <summary>
    /// What a body may do to caches, judged by the names in its source: those of the caches that its type can use, of the wrappers of
    /// other types, and of methods of its own type and its bases. A body without the verbs that a rule asks for need not be bound.
    /// </summary>
    /// <param name="body">The source of the body.</param>
    /// <param name="owner">The type whose methods the body can call by their simple names.</param>
    public CacheVerbs MentionedIn(SyntaxNode body, INamedTypeSymbol? owner) =>
        owner is not null && !MayBeUsedBy(owner)
            ? CacheVerbs.None
            : _mentioned.GetOrAdd(MemberText.BodyOf(body), b => MentionedIn(new MemberText(b, owner), null, Levels));

    /// <summary>The same for a method of the compilation, of any type.</summary>
    public CacheVerbs MentionedIn(IMethodSymbol method) =>
        method.ContainingType is { } owner && !MayBeUsedBy(owner) ? CacheVerbs.None : MentionedIn(method, Levels);

    /// <summary>Whether code may use a cache itself, no wrapper between.</summary>
    public bool MayReach(MemberText text) => MentionedIn(text, null, 0) != CacheVerbs.None;

    /// <summary>What a call of a method does to a cache for its caller: the wrapped operation, or what a method may do that loads with a delegate of its caller.</summary>
    public CacheVerbs VerbsFor(IMethodSymbol method, int levels)
    {
        if (MayHandOn(method, MentionedIn(method, levels)) && WrappedBy(method, levels) is { } inner && Recognise(inner, null, levels - 1) is { } operation)
            return operation.Verb.Alone();
        return method.Parameters.Any(p => p.Type.TypeKind == TypeKind.Delegate) ? MentionedIn(method, levels) : CacheVerbs.None;
    }

    /// <summary>The same for a method that may be a wrapper: the test that keeps summaries rare.</summary>
    private CacheVerbs MentionedIn(IMethodSymbol method, int levels) =>
        _mentionedInMethod[levels - 1].GetOrAdd(method.OriginalDefinition, m => m.DeclaringSyntaxReferences
            .Aggregate(CacheVerbs.None, (verbs, r) => verbs | MentionedIn(new MemberText(r.GetSyntax(), m.ContainingType), m, levels - 1)));

    private CacheVerbs MentionedIn(MemberText text, IMethodSymbol? self, int levels)
    {
        var verbs = CacheVerbs.None;
        CacheReach? reach = null;
        foreach (var call in text.Calls)
        {
            if (_api.MayName(call.Name))
                verbs |= _api.VerbsOf(call, text.Owner, reach ??= _api.ReachOf(text));
            if (levels == 0)
                continue;
            verbs |= Wrappers.Named(call, text, levels);
            if (text.Owner is not { } owner || !MayBeOnOwner(call, owner))
                continue;
            for (var type = owner; type is not null && type.IsDeclaredIn(_compilation); type = type.BaseType)
            {
                foreach (var member in type.GetMembers(call.Name))
                {
                    if (member is IMethodSymbol method && !SymbolEqualityComparer.Default.Equals(method, self))
                        verbs |= VerbsFor(method, levels);
                }
            }
        }

        return verbs;
    }

    /// <summary>Whether a call may be of a method of the type itself: by its simple name, or on another object of it.</summary>
    private bool MayBeOnOwner(NamedCall call, INamedTypeSymbol owner)
    {
        var members = MemberTypes.Of(_compilation);
        return call.IsOnSelf || members.MayBeOn(call, owner, on => members.Naming(owner, owner.Name).Contains(on));
    }
}
