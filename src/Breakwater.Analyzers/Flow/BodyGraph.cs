using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Breakwater.Flow;

/// <summary>
/// The control flow of one body (a method, accessor, lambda, local function or the top-level statements) and the few questions we
/// ask of it. Loop back edges are cut: "after" means later in the same turn, or after the loop. Exceptions are not followed into handlers.
/// </summary>
internal sealed class BodyGraph
{
    private static readonly ConditionalWeakTable<IOperation, BodyGraph> Known = new();

    private readonly ControlFlowGraph _graph;
    private readonly Dictionary<SyntaxNode, List<Place>> _places = [];
    private readonly Dictionary<CaptureId, List<IOperation>> _captured = [];

    private BodyGraph(ControlFlowGraph graph)
    {
        _graph = graph;
        foreach (var block in graph.Blocks)
        {
            var index = 0;
            foreach (var operation in block.Operations)
                Enter(operation, new Place(block, index++));
            if (block.BranchValue is { } value)
                Enter(value, new Place(block, index));
        }
    }

    /// <summary>The body that runs an operation: the nearest lambda or local function around it, else the whole member.</summary>
    public static IOperation BodyOf(IOperation operation)
    {
        var body = operation;
        while (body.Parent is { } parent && body is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
            body = parent;
        return body;
    }

    /// <summary>The body around a block and those of the lambdas and local functions in it; lambdas that are data run nowhere.</summary>
    public static IEnumerable<IOperation> BodiesIn(IOperation block) =>
        block.Descendants().Where(o => o is ILocalFunctionOperation or IAnonymousFunctionOperation && !o.IsInExpressionTree()).Prepend(BodyOf(block));

    /// <summary>The graph of a body that <see cref="BodyOf"/> gave; null for code that has none, such as an attribute's argument.</summary>
    public static BodyGraph? Of(IOperation body)
    {
        if (Known.TryGetValue(body, out var known))
            return known;
        return Create(body) is { } graph ? Known.GetValue(body, _ => new BodyGraph(graph)) : null;
    }

    /// <summary>The blocks, in the order of the source.</summary>
    public ImmutableArray<BasicBlock> Blocks => _graph.Blocks;

    /// <summary>The expressions that a capture of the compiler's lowering stands for: one, or one for each branch.</summary>
    public IReadOnlyList<IOperation> CapturedBy(IFlowCaptureReferenceOperation reference) =>
        _captured.TryGetValue(reference.Id, out var values) ? values : [];

    /// <summary>Where an operation of the body runs; empty when the compiler lowered it away. A <c>finally</c> stands once.</summary>
    public IReadOnlyList<Place> PlacesOf(IOperation operation) => _places.TryGetValue(operation.Syntax, out var places) ? places : [];

    /// <summary>Whether some path leads from <paramref name="from"/> to <paramref name="to"/> without passing an operation that <paramref name="stop"/> names.</summary>
    public bool Reaches(IOperation from, IOperation to, Func<IOperation, bool>? stop = null)
    {
        var targets = PlacesOf(to);
        foreach (var start in PlacesOf(from))
        {
            if (Follow(start.Block, start.Index + 1, targets, stop))
                return true;
            // Within one statement the order of evaluation is the order of the source for what we ask.
            if (targets.Any(t => t.Block == start.Block && t.Index == start.Index)
                && from.Syntax.SpanStart < to.Syntax.SpanStart)
                return true;
        }

        return false;
    }

    /// <summary>Whether an operation may run after another one: on some path, or in a <c>finally</c> on the way out.</summary>
    public bool MayFollow(IOperation first, IOperation second)
    {
        if (Reaches(first, second))
            return true;
        for (var current = second; current.Parent is { } parent; current = parent)
        {
            if (parent is ITryOperation { Finally: { } always } guarded && always == current
                && guarded.Syntax.Span.Contains(first.Syntax.Span) && !always.Syntax.Span.Contains(first.Syntax.Span))
                return true;
        }

        return false;
    }

    /// <summary>Whether every path from the start of the body to its regular end passes an operation.</summary>
    public bool IsOnEveryPath(IOperation operation)
    {
        var seen = new HashSet<int>();
        var open = new Stack<BasicBlock>();
        open.Push(_graph.Blocks[0]);
        var places = PlacesOf(operation);
        while (open.Count > 0)
        {
            var current = open.Pop();
            if (!seen.Add(current.Ordinal) || places.Any(p => p.Block == current))
                continue;
            if (current.Kind == BasicBlockKind.Exit)
                return false;
            foreach (var branch in Branches(current))
            {
                if (branch.Destination is { } next && !branch.FinallyRegions.Any(r => Stops(r, o => o.Syntax == operation.Syntax)))
                    open.Push(next);
            }
        }

        return places.Count > 0;
    }

    /// <summary>Whether some path leads from the start of a block to an operation.</summary>
    /// <param name="block">Where the path starts.</param>
    /// <param name="to">Where it has to arrive.</param>
    /// <param name="choose">The branches that a path may take out of a block; null for all.</param>
    public bool Reaches(BasicBlock block, IOperation to, Func<BasicBlock, IEnumerable<ControlFlowBranch>>? choose = null)
    {
        var targets = PlacesOf(to);
        var seen = new HashSet<int>();
        var open = new Stack<BasicBlock>();
        open.Push(block);
        while (open.Count > 0)
        {
            var current = open.Pop();
            if (!seen.Add(current.Ordinal))
                continue;
            if (targets.Any(t => t.Block == current))
                return true;
            foreach (var branch in choose?.Invoke(current) ?? Branches(current))
            {
                if (branch.Destination is { } next && next.Ordinal > current.Ordinal)
                    open.Push(next);
            }
        }

        return false;
    }

    /// <summary>The ways out of a block.</summary>
    public static IEnumerable<ControlFlowBranch> Branches(BasicBlock block)
    {
        if (block.ConditionalSuccessor is { } conditional)
            yield return conditional;
        if (block.FallThroughSuccessor is { } fallThrough)
            yield return fallThrough;
    }

    private bool Follow(BasicBlock block, int index, IReadOnlyList<Place> targets, Func<IOperation, bool>? stop)
    {
        var seen = new HashSet<int>();
        var open = new Stack<(BasicBlock Block, int Index)>();
        open.Push((block, index));
        while (open.Count > 0)
        {
            var (current, start) = open.Pop();
            if (Meets(current, start, targets, stop) is { } met)
            {
                if (met)
                    return true;
                continue;
            }

            foreach (var branch in Onward(current))
            {
                if (branch.Destination is { } next
                    && (stop is null || !branch.FinallyRegions.Any(region => Stops(region, stop)))
                    && seen.Add(next.Ordinal))
                    open.Push((next, 0));
            }
        }

        return false;
    }

    /// <summary>The ways out of a block; where one leads back to the start of a loop, the ways out of the loop.</summary>
    private IEnumerable<ControlFlowBranch> Onward(BasicBlock block) =>
        Branches(block).SelectMany(branch => branch.Destination is { } next && next.Ordinal <= block.Ordinal ? WaysOut(next.Ordinal, LastOf(next)) : [branch]);

    /// <summary>The last block of the loop that starts here: an `if` at its end goes back from each of its branches.</summary>
    private static int LastOf(BasicBlock first) => first.Predecessors.Max(p => p.Source.Ordinal);

    private IEnumerable<ControlFlowBranch> WaysOut(int first, int last)
    {
        for (var ordinal = first; ordinal <= last; ordinal++)
        {
            foreach (var branch in Branches(_graph.Blocks[ordinal]))
            {
                if (branch.Destination is not { } next || (next.Ordinal >= first && next.Ordinal <= last))
                    continue;
                if (next.Ordinal > last)
                    yield return branch;
                else
                {
                    foreach (var outer in WaysOut(next.Ordinal, last))
                        yield return outer;
                }
            }
        }
    }

    /// <summary>Whether a block, from an index on, holds a target before anything that stops; null when it holds neither.</summary>
    private static bool? Meets(BasicBlock block, int index, IReadOnlyList<Place> targets, Func<IOperation, bool>? stop)
    {
        for (var i = index; i <= block.Operations.Length; i++)
        {
            if (targets.Any(t => t.Block == block && t.Index == i))
                return true;
            var operation = i < block.Operations.Length ? block.Operations[i] : block.BranchValue;
            if (operation is not null && stop is not null && operation.DescendantsAndSelf().Any(stop))
                return false;
        }

        return null;
    }

    private bool Stops(ControlFlowRegion region, Func<IOperation, bool> stop)
    {
        for (var ordinal = region.FirstBlockOrdinal; ordinal <= region.LastBlockOrdinal; ordinal++)
        {
            var block = _graph.Blocks[ordinal];
            if (block.Operations.Any(o => o.DescendantsAndSelf().Any(stop)) || block.BranchValue?.DescendantsAndSelf().Any(stop) == true)
                return true;
        }

        return false;
    }

    private void Enter(IOperation operation, Place place)
    {
        foreach (var inner in operation.DescendantsAndSelf())
        {
            if (inner is IFlowCaptureOperation capture)
            {
                if (!_captured.TryGetValue(capture.Id, out var values))
                    _captured.Add(capture.Id, values = []);
                values.Add(capture.Value);
            }

            if (!_places.TryGetValue(inner.Syntax, out var places))
                _places.Add(inner.Syntax, places = []);
            if (!places.Contains(place))
                places.Add(place);
        }
    }

    private static ControlFlowGraph? Create(IOperation body)
    {
        switch (body)
        {
            case IAnonymousFunctionOperation or ILocalFunctionOperation:
                var outer = body.Parent is { } parent ? GraphOf(BodyOf(parent)) : null;
                return outer is null ? null : Inner(outer, body);
            case IMethodBodyOperation method:
                return ControlFlowGraph.Create(method);
            case IConstructorBodyOperation constructor:
                return ControlFlowGraph.Create(constructor);
            case IBlockOperation block:
                return ControlFlowGraph.Create(block);
            case IFieldInitializerOperation field:
                return ControlFlowGraph.Create(field);
            case IPropertyInitializerOperation property:
                return ControlFlowGraph.Create(property);
            case IParameterInitializerOperation parameter:
                return ControlFlowGraph.Create(parameter);
            default:
                return null;
        }
    }

    private static ControlFlowGraph? GraphOf(IOperation body) => Of(body)?._graph;

    private static ControlFlowGraph? Inner(ControlFlowGraph outer, IOperation body)
    {
        if (body is ILocalFunctionOperation { Symbol: var symbol })
        {
            foreach (var local in outer.LocalFunctions)
            {
                if (SymbolEqualityComparer.Default.Equals(local, symbol))
                    return outer.GetLocalFunctionControlFlowGraph(local);
            }

            return null;
        }

        foreach (var block in outer.Blocks)
        {
            foreach (var operation in block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations)
            {
                foreach (var inner in operation.DescendantsAndSelf())
                {
                    if (inner is IFlowAnonymousFunctionOperation lambda && lambda.Syntax == body.Syntax)
                        return outer.GetAnonymousFunctionControlFlowGraph(lambda);
                }
            }
        }

        return null;
    }

    /// <summary>An operation of a block by its index; the index after the last operation is the branch value.</summary>
    public readonly record struct Place(BasicBlock Block, int Index);
}
