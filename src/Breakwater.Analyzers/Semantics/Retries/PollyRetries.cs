using Breakwater.Flow;

namespace Breakwater.Semantics.Retries;

/// <summary>
/// The retries that Polly is told to make, and whether their delays are known to be the same in every process. Options that derive
/// from Polly's own decide for themselves and are left alone, and so are options that code which is not seen fills in.
/// </summary>
internal sealed class PollyRetries
{
    /// <summary>Delays below this length wait for a lock or a file, not for a service.</summary>
    public const double ShortestOfInterest = 500;

    private const double ManyAttempts = 10;

    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol? _options;
    private readonly INamedTypeSymbol? _optionsOfResult;
    private readonly INamedTypeSymbol? _backoff;
    private readonly ImmutableHashSet<ISymbol?> _syntax;

    private PollyRetries(Compilation compilation)
    {
        _compilation = compilation;
        _options = compilation.Find("Polly.Retry.RetryStrategyOptions");
        _optionsOfResult = compilation.Find("Polly.Retry.RetryStrategyOptions`1");
        _backoff = compilation.Find("Polly.Contrib.WaitAndRetry.Backoff");
        _syntax = ImmutableHashSet.Create<ISymbol?>(
            SymbolEqualityComparer.Default,
            compilation.Find("Polly.RetrySyntax"), compilation.Find("Polly.AsyncRetrySyntax"),
            compilation.Find("Polly.RetryTResultSyntax"), compilation.Find("Polly.AsyncRetryTResultSyntax")).Remove(null);
    }

    /// <summary>Null when the compilation does not reference Polly.</summary>
    public static PollyRetries? Of(Compilation compilation) =>
        compilation.Know(static c => new PollyRetries(c) is var polly && (polly._optionsOfResult is not null || !polly._syntax.IsEmpty) ? polly : null);

    /// <summary>Whether a creation makes Polly's own options whose delays have no random part, with all that the body sets on them.</summary>
    public bool AreFixedOptions(IObjectCreationOperation creation)
    {
        if (creation.Type?.OriginalDefinition is not { } type
            || !(SymbolEqualityComparer.Default.Equals(type, _options) || SymbolEqualityComparer.Default.Equals(type, _optionsOfResult)))
            return false;

        var settings = SettingsOf(creation);
        if (settings is null || settings.Any(s => s.Name == "UseJitter"))
            return false;
        var generators = settings.Where(s => s.Name == "DelayGenerator").Select(s => s.Value).ToList();
        if (generators.Count > 0)
            return generators.All(g => FixedDelays.Of(_compilation).IsFixedDelegate(g) && IsOfInterest(DelayLength.OfDelegate(g, _compilation, ManyAttempts)));
        return settings.Where(s => s.Name == "Delay").All(s => !RandomSources.AreIn(s.Value, _compilation) && IsOfInterest(DelayLength.Of(s.Value, _compilation)));
    }

    /// <summary>Whether a call makes a policy of Polly 7 that waits the same time in every process.</summary>
    public bool IsFixedPolicy(IInvocationOperation call)
    {
        if (!call.TargetMethod.Name.StartsWith("WaitAndRetry", StringComparison.Ordinal) || !_syntax.Contains(call.TargetMethod.ContainingType.OriginalDefinition))
            return false;
        if (call.Argument("sleepDurationProvider") is { Value: var provider })
        {
            var attempts = call.Argument("retryCount") is { Value: var count } ? DelayLength.Of(count, _compilation) ?? ManyAttempts : ManyAttempts;
            return FixedDelays.Of(_compilation).IsFixedDelegate(provider) && IsOfInterest(DelayLength.OfDelegate(provider, _compilation, attempts));
        }

        return call.Argument("sleepDurations") is { Value: var durations } && AreFixedDurations(durations);
    }

    /// <summary>Whether options have a generator of delays, which wins over everything else that they say about delays.</summary>
    public bool HasGenerator(IObjectCreationOperation creation) => SettingsOf(creation)?.Any(s => s.Name == "DelayGenerator") == true;

    private static bool IsOfInterest(double? length) => length is null or >= ShortestOfInterest;

    /// <summary>What the initialiser and the body set; null when other code may set more.</summary>
    private List<(string Name, IOperation Value)>? SettingsOf(IObjectCreationOperation creation)
    {
        var settings = new List<(string, IOperation)>();
        foreach (var initialiser in creation.Initializer?.Initializers ?? ImmutableArray<IOperation>.Empty)
        {
            if (initialiser is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation property } assignment)
                settings.Add((property.Property.Name, assignment.Value));
        }

        if (IsFilledBy(creation))
            return null;
        if (HolderOf(creation) is not { } holder)
            return settings;
        foreach (var operation in Enclosing.Root(creation).DescendantsAndSelf())
        {
            switch (operation)
            {
                case IAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } instance } property } assignment when IsHolder(instance):
                    settings.Add((property.Property.Name, assignment.Value));
                    break;
                case ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation when IsHolder(operation) && IsFilledBy(operation):
                    return null;
            }
        }

        return settings;

        bool IsHolder(IOperation operation) => SymbolEqualityComparer.Default.Equals(VariableWrites.Referenced(operation.Unwrap()), holder);
    }

    /// <summary>The variable or member that options are kept in.</summary>
    private static ISymbol? HolderOf(IOperation creation)
    {
        var current = creation;
        while (current.Parent is IConversionOperation or IParenthesizedOperation)
            current = current.Parent;
        return current.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            ISimpleAssignmentOperation assignment when assignment.Value == current => VariableWrites.Referenced(assignment.Target),
            _ => null,
        };
    }

    /// <summary>Whether options are handed to code that binds or configures them.</summary>
    private bool IsFilledBy(IOperation options)
    {
        var current = options;
        while (current.Parent is IConversionOperation or IParenthesizedOperation)
            current = current.Parent;
        if (current.Parent is not IArgumentOperation { Parent: IInvocationOperation call })
            return false;
        if (call.TargetMethod.Name.StartsWith("Bind", StringComparison.Ordinal) || call.TargetMethod.Name.StartsWith("Configure", StringComparison.Ordinal))
            return true;
        return Calls.Of(_compilation).CertainTarget(call) is { } target && Bodies.Of(_compilation).Of(target, CancellationToken.None) is { } body
            && body.DescendantsAndSelf().Any(o => o is IAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "UseJitter" or "DelayGenerator" } });
    }

    /// <summary>A list of constant delays, or one of the back-offs that do not spread; one of the delays has to be of interest.</summary>
    private bool AreFixedDurations(IOperation durations)
    {
        for (var step = 0; step < 4; step++)
        {
            durations = durations.Unwrap();
            switch (durations)
            {
                case IInvocationOperation { TargetMethod: { Name: "ConstantBackoff" or "LinearBackoff" or "ExponentialBackoff" } method } call
                        when SymbolEqualityComparer.Default.Equals(method.ContainingType, _backoff):
                    return !RandomSources.AreIn(call, _compilation) && IsOfInterest(LengthOf(call));
                case ILocalReferenceOperation local when LocalValues.Around(local).Single(local.Local) is { } only:
                    durations = only;
                    continue;
                case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member
                        when AssignedValues.Direct(member.Member, _compilation, CancellationToken.None).Values is [var only]:
                    durations = only;
                    continue;
            }

            var lengths = ElementsOf(durations).Select(e => DelayLength.Of(e, _compilation)).ToList();
            return lengths.Count > 0 && lengths.All(l => l is not null) && lengths.Any(l => l >= ShortestOfInterest);
        }

        return false;
    }

    private static IEnumerable<IOperation> ElementsOf(IOperation list) => list switch
    {
        IArrayCreationOperation { Initializer: { } elements } => elements.ElementValues,
        IObjectCreationOperation { Initializer: { } elements } => elements.Initializers.Select(i => i is IInvocationOperation { Arguments: [var added] } ? added.Value : i),
        // A collection expression, of a newer compiler.
        _ when list.Syntax.GetFirstToken().IsKind(SyntaxKind.OpenBracketToken) => list.ChildOperations,
        _ => [],
    };

    /// <summary>The longest delay of a back-off; null when it is not constant.</summary>
    private double? LengthOf(IInvocationOperation backoff)
    {
        var first = Number("delay") ?? Number("initialDelay");
        return backoff.TargetMethod.Name switch
        {
            "LinearBackoff" => first * (1 + (Number("factor") * (Number("retryCount") - 1))),
            "ExponentialBackoff" => Number("factor") is { } factor && Number("retryCount") is { } count ? first * Math.Pow(factor, count - 1) : null,
            _ => first,
        };

        double? Number(string parameter) => backoff.Argument(parameter) is { Value: var value } ? DelayLength.Of(value, _compilation) : null;
    }
}
