namespace Breakwater.Semantics.Caching;

/// <summary>Code in and around a load that does not decide what is loaded: logging, failing, checking arguments, setting how long an entry lives.</summary>
internal static class LoadNoise
{
    private static readonly ImmutableHashSet<string> Checks = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "ArgumentException", "ArgumentNullException", "ArgumentOutOfRangeException", "ObjectDisposedException", "Guard");

    private static readonly ImmutableHashSet<string> Settings = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "AbsoluteExpiration", "AbsoluteExpirationRelativeToNow", "SlidingExpiration", "Expiration", "LocalCacheExpiration", "Duration",
        "Priority", "Size", "Tags", "SetAbsoluteExpiration", "SetSlidingExpiration", "SetDuration", "SetPriority", "SetSize", "SetOptions",
        "AddExpirationToken", "RegisterPostEvictionCallback");

    /// <summary>Whether <paramref name="reference"/> stands in such code of <paramref name="region"/>.</summary>
    public static bool Has(IOperation reference, IOperation region)
    {
        for (var current = reference; current is not null && current != region; current = current.Parent)
        {
            if (IsNoise(current) || (current.Parent is IConditionalOperation { WhenFalse: null } check && check.Condition == current && OnlyThrows(check.WhenTrue)))
                return true;
        }

        return false;
    }

    private static bool IsNoise(IOperation operation) => operation switch
    {
        IThrowOperation or INameOfOperation => true,
        { Type.Name: "TimeSpan" or "CancellationToken" } => true,
        IAssignmentOperation { Target: IMemberReferenceOperation { Member: var member } } => Settings.Contains(member.Name),
        IInvocationOperation { TargetMethod: var method } call => Settings.Contains(method.Name) || LogCalls.Is(call) || Checks.Contains(method.ContainingType?.Name ?? ""),
        _ => false,
    };

    private static bool OnlyThrows(IOperation branch) => branch switch
    {
        IBlockOperation { Operations: [var only] } => OnlyThrows(only),
        IExpressionStatementOperation statement => OnlyThrows(statement.Operation),
        IThrowOperation => true,
        _ => false,
    };
}
