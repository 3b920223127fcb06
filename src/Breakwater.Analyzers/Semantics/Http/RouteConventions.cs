using Breakwater.Flow;

namespace Breakwater.Semantics.Http;

/// <summary>
/// What the fluent API says about a mapped endpoint: the calls on it, on the groups it is mapped on, and the groups' prefixes. Follows
/// locals, and a group that is handed over as a parameter to the only call that hands one over.
/// </summary>
internal sealed class RouteConventions
{
    private const int Levels = 3;

    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellationToken;
    private readonly ImmutableArray<IInvocationOperation>.Builder _calls = ImmutableArray.CreateBuilder<IInvocationOperation>();
    private readonly List<string> _prefixes = [];
    private bool _arePrefixesKnown = true;

    private RouteConventions(Compilation compilation, CancellationToken cancellationToken)
    {
        _compilation = compilation;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The calls, the innermost first.</summary>
    public ImmutableArray<IInvocationOperation> Calls { get; private set; }

    /// <summary>The constant prefixes of the groups; default when one is not known.</summary>
    public ImmutableArray<string> Prefixes { get; private set; }

    /// <summary>What is said about the endpoints that a <c>Map…</c> call maps.</summary>
    public static RouteConventions Of(IInvocationOperation map, Compilation compilation, CancellationToken cancellationToken)
    {
        var found = new RouteConventions(compilation, cancellationToken);
        found._calls.AddRange(ChainFrom(map).Reverse());
        if (ReceiverOf(map) is { } receiver)
            found.AddGroup(receiver, Levels);
        found.Calls = found._calls.ToImmutable();
        found.Prefixes = found._arePrefixesKnown ? found._prefixes.ToImmutableArray() : default;
        return found;
    }

    /// <summary>What a call of an instance or extension method is made on.</summary>
    public static IOperation? ReceiverOf(IInvocationOperation call) =>
        call.Instance ?? (call.TargetMethod.IsExtensionMethod
            ? call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0)?.Value.Unwrap()
            : null);

    private static bool Maps(IInvocationOperation call) => call.TargetMethod.Name.StartsWith("Map", StringComparison.Ordinal);

    /// <summary>The calls made on a value one after the other, and on a local that it is kept in, up to the next <c>Map…</c>.</summary>
    private static IEnumerable<IInvocationOperation> ChainFrom(IOperation value)
    {
        var current = value;
        while (true)
        {
            var outer = current.Parent;
            while (outer is IConversionOperation or IParenthesizedOperation)
            {
                current = outer;
                outer = outer.Parent;
            }

            switch (outer)
            {
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.IsExtensionMethod: true } extension, Parameter.Ordinal: 0 } when !Maps(extension):
                    yield return extension;
                    current = extension;
                    continue;
                case IInvocationOperation call when call.Instance == current && !Maps(call):
                    yield return call;
                    current = call;
                    continue;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                    foreach (var call in CallsOn(declarator.Symbol, declarator))
                        yield return call;
                    yield break;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation local } assignment when assignment.Value == current:
                    foreach (var call in CallsOn(local.Local, assignment))
                        yield return call;
                    yield break;
                default:
                    yield break;
            }
        }
    }

    private static IEnumerable<IInvocationOperation> CallsOn(ILocalSymbol local, IOperation around) =>
        Enclosing.Root(around).DescendantsAndSelf().OfType<ILocalReferenceOperation>()
            .Where(r => SymbolEqualityComparer.Default.Equals(r.Local, local) && r.Parent is not IAssignmentOperation)
            .SelectMany(ChainFrom);

    private void AddGroup(IOperation group, int levels)
    {
        var current = group.Unwrap();
        if (current is ILocalReferenceOperation local)
        {
            _calls.AddRange(CallsOn(local.Local, local).Reverse());
            if (LocalValues.Around(local).Single(local.Local) is not { } only)
            {
                _arePrefixesKnown = false;
                return;
            }

            current = only.Unwrap();
        }

        while (current is IInvocationOperation call && ReceiverOf(call) is { } receiver)
        {
            if (call.TargetMethod.Name != "MapGroup")
                _calls.Add(call);
            else if (call.Argument("prefix")?.Value.ConstantValue is { HasValue: true, Value: string prefix })
                _prefixes.Add(prefix);
            else
                _arePrefixesKnown = false;
            current = receiver.Unwrap();
            if (current is ILocalReferenceOperation)
            {
                AddGroup(current, levels);
                return;
            }
        }

        if (current is IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: not MethodKind.AnonymousFunction } method } parameter })
            AddCallers(method, parameter, levels);
    }

    private void AddCallers(IMethodSymbol method, IParameterSymbol parameter, int levels)
    {
        var isGroup = parameter.Type.Name == "RouteGroupBuilder";
        var callers = levels == 0 ? [] : Mentions.In(_compilation, method.Name, ImmutableArray<string>.Empty, _cancellationToken)
            .Select(m => Semantics.Bodies.Of(_compilation).Of(m, _cancellationToken))
            .OfType<IInvocationOperation>()
            .Where(c => SymbolEqualityComparer.Default.Equals(c.TargetMethod.Definition(), method.Definition()))
            .Take(2).ToList();
        if (callers is [var only])
        {
            if (only.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == parameter.Ordinal)?.Value is { } group)
                AddGroup(group, levels - 1);
        }
        else if (isGroup || callers.Count > 1)
        {
            _arePrefixesKnown = false;
        }
    }
}
