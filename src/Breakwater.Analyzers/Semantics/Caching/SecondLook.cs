using Breakwater.Flow;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Breakwater.Semantics.Caching;

/// <summary>
/// Whether a cache-aside that takes a guard on its miss side looks into the cache again behind it. Dictionaries count in fields of every
/// type: the guard shows that they are shared. Any branch between the guard and the load that asks something other than the first read, the
/// parameters and constants is taken for a second look.
/// </summary>
internal sealed class SecondLook
{
    private const int Levels = 2;

    private readonly Compilation _compilation;
    private readonly CacheCalls _calls;
    private readonly MissPaths _paths;

    private SecondLook(Compilation compilation)
    {
        _compilation = compilation;
        _calls = new(compilation, CacheApi.WithEveryField(compilation));
        _paths = new(compilation, _calls);
    }

    /// <summary>Null when the compilation references no cache.</summary>
    public static SecondLook? Of(Compilation compilation) =>
        compilation.Know(static c => CacheApi.Of(c) is null ? null : new SecondLook(c));

    /// <summary>The cache-asides of a member, with the guard behind which each does not look again.</summary>
    public IEnumerable<(MissPath Path, Guard Guard)> MissingIn(
        IOperation block, ISymbol member, ImmutableHashSet<string> guardWords, CancellationToken cancellationToken)
    {
        if (!Guards.MayBeIn(block.Syntax, guardWords))
            yield break;
        foreach (var path in _paths.InMember(block, member))
        {
            if (GuardWithout(path, guardWords, cancellationToken) is { } guard)
                yield return (path, guard);
        }
    }

    /// <summary>The same for one body.</summary>
    public IEnumerable<(MissPath Path, Guard Guard)> MissingIn(IOperation body, ImmutableHashSet<string> guardWords, CancellationToken cancellationToken)
    {
        foreach (var path in _paths.In(body))
        {
            if (GuardWithout(path, guardWords, cancellationToken) is { } guard)
                yield return (path, guard);
        }
    }

    /// <summary>The guard that the callers wait for who missed, and behind which they all load; null when there is none, or when they look again.</summary>
    private Guard? GuardWithout(MissPath path, ImmutableHashSet<string> guardWords, CancellationToken cancellationToken)
    {
        var guards = Guards.Of(_compilation).Around(path.Load, guardWords)
            .Where(g => !g.IsLimit(_compilation, cancellationToken)).OrderBy(g => g.Position).ToList();
        var body = BodyGraph.BodyOf(path.Load);
        return guards is [{ Kind: not GuardKind.Decision } first, ..]
            && first.Position > path.Read.Operation.Syntax.SpanStart
            && BodyGraph.Of(body) is { } graph
            && !first.LosersLeave(loop => !_calls.In(body).Any(o => Looks(o, path) && loop.Syntax.Span.Contains(o.Operation.Syntax.Span)))
            && !LooksAgain(path, first, body, graph)
            && !IsDecidedOtherwise(path, first, body, graph)
            && !LockRegion.Of(_compilation).IsCoveredFromOutside(body, guardWords, cancellationToken)
            ? first
            : null;
    }

    private bool LooksAgain(MissPath path, Guard guard, IOperation body, BodyGraph graph)
    {
        foreach (var operation in _calls.In(body))
        {
            if (Looks(operation, path) && IsBetween(operation.Operation, path, guard, graph))
                return true;
        }

        return OwnCode.AndSelf(body).OfType<IInvocationOperation>()
            .Any(call => IsBetween(call, path, guard, graph) && LooksInside(call, path, Levels));
    }

    /// <summary>Whether an operation runs between the acquisition and the load, or is a part of the load's own call.</summary>
    private static bool IsBetween(IOperation operation, MissPath path, Guard guard, BodyGraph graph) =>
        operation.Syntax.SpanStart >= guard.Location.SourceSpan.End
        && (path.Load.Syntax.Span.Contains(operation.Syntax.Span)
            || (operation.Syntax.SpanStart < path.Load.Syntax.SpanStart && graph.Reaches(operation, path.Load)));

    /// <summary>Whether a method with source asks the cache, two calls deep.</summary>
    private bool LooksInside(IInvocationOperation call, MissPath path, int levels)
    {
        if (levels == 0 || Calls.Of(_compilation).CertainTarget(call) is not { } target
            || Bodies.Of(_compilation).Of(target, CancellationToken.None) is not { } body)
            return false;
        return _calls.In(body).Any(o => Looks(o, path))
            || OwnCode.AndSelf(body).OfType<IInvocationOperation>().Any(inner => LooksInside(inner, path, levels - 1));
    }

    /// <summary>Whether an operation finds out if the entry is there. A key that cannot be compared may be the same.</summary>
    private bool Looks(CacheOperation operation, MissPath path)
    {
        if (operation.Kind != path.Write.Kind || operation.Key is not { } source || !FindsOut(operation))
            return false;
        var key = CacheKey.Of(source, _compilation);
        return key.Skeleton is not { } one || path.Key.Skeleton is not { } other || one == other;
    }

    private static bool FindsOut(CacheOperation operation) =>
        operation.Verb is CacheVerb.Read or CacheVerb.ReadThrough
        || operation.Operation is IInvocationOperation { TargetMethod.Name: "TryAdd", Parent: not IExpressionStatementOperation };

    /// <summary>Whether a branch between the acquisition and the load decides on the load by something that can have changed meanwhile.</summary>
    private static bool IsDecidedOtherwise(MissPath path, Guard guard, IOperation body, BodyGraph graph)
    {
        var known = new KnownBefore(path.Read.Operation, guard.Acquisition, LocalValues.Around(body), graph);
        foreach (var block in graph.Blocks)
        {
            if (block is { BranchValue: { } condition, ConditionalSuccessor: { } conditional, FallThroughSuccessor: { } fallThrough }
                && condition.Syntax.SpanStart >= guard.Location.SourceSpan.End && condition.Syntax.SpanStart < path.Load.Syntax.SpanStart
                && Leads(conditional) != Leads(fallThrough) && !known.Holds(condition))
                return true;
        }

        return false;

        bool Leads(ControlFlowBranch branch) => branch.Destination is { } next && graph.Reaches(next, path.Load);
    }

    /// <summary>Values that were settled before the guard was got, and the result of getting it.</summary>
    private sealed class KnownBefore(IOperation read, IOperation acquisition, LocalValues locals, BodyGraph graph)
    {
        private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

        public bool Holds(IOperation value)
        {
            if (value.Syntax == read.Syntax || value.Syntax == acquisition.Syntax || value.ConstantValue.HasValue)
                return true;
            switch (value)
            {
                case ILocalReferenceOperation local:
                    return locals.DependsOn(local, o => o.Syntax == read.Syntax || o.Syntax == acquisition.Syntax)
                        || !_seen.Add(local.Local)
                        || (locals.Of(local.Local) is { Count: > 0 } given && given.All(g => Holds(g.Value)));
                case IParameterReferenceOperation { Parameter: var parameter }:
                    return !Roots.IsPrimaryConstructorParameter(parameter);
                case IFlowCaptureReferenceOperation capture:
                    return graph.CapturedBy(capture).All(Holds);
                case IFieldReferenceOperation { Field: { IsReadOnly: true, Type.SpecialType: not SpecialType.None } }:
                    return true;
                case IMemberReferenceOperation { Instance: { } instance } and (IPropertyReferenceOperation or IFieldReferenceOperation):
                    return Holds(instance) && (IsOfRead(instance) || instance.Type is { IsValueType: true } or { SpecialType: SpecialType.System_String });
                case IInvocationOperation call:
                    return (IsPure(call.TargetMethod.ContainingType) || IsOfRead(call.Instance)) && call.ChildOperations.All(Holds);
                case IConversionOperation or IUnaryOperation or IBinaryOperation or IIsPatternOperation or IPatternOperation or IIsTypeOperation
                    or IIsNullOperation or IAwaitOperation or IArgumentOperation or IDefaultValueOperation or IParenthesizedOperation
                    or IIncrementOrDecrementOperation or ICompoundAssignmentOperation or ISimpleAssignmentOperation or ITupleOperation
                    or IDeclarationExpressionOperation or IPropertySubpatternOperation:
                    return value.ChildOperations.All(Holds);
                default:
                    return value is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.PatternInput };
            }
        }

        private bool IsOfRead(IOperation? instance) =>
            instance is not null && (locals.DependsOn(instance, o => o.Syntax == read.Syntax || o.Syntax == acquisition.Syntax)
                || instance.DescendantsAndSelf().OfType<IFlowCaptureReferenceOperation>().Any(c => graph.CapturedBy(c).Any(IsOfRead)));

        private static bool IsPure(INamedTypeSymbol? type) =>
            type is { SpecialType: not SpecialType.None } or { Name: "Enumerable" or "Nullable" or "TimeSpan" or "Task" or "ConfiguredTaskAwaitable" };
    }
}
