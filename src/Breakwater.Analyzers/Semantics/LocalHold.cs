using Breakwater.Flow;

namespace Breakwater.Semantics;

/// <summary>How long a local keeps an object alive: until its last use, or across an <c>await</c> before it.</summary>
internal sealed class LocalHold
{
    private readonly IOperation _creation;

    private LocalHold(IOperation creation, ImmutableArray<LocalUse> uses)
    {
        _creation = creation;
        Uses = uses;
    }

    /// <summary>The reads of the local.</summary>
    public ImmutableArray<LocalUse> Uses { get; }

    /// <summary>Whether the method waits between the creation and the last use: until then its state holds the object.</summary>
    public bool LastsBeyondAwait => !Uses.IsEmpty && Uses.Max(u => u.Reference.Syntax.SpanStart) is var last
        && OwnCode.Of(BodyGraph.BodyOf(_creation)).Any(o => Waits(o) && o.Syntax.SpanStart > _creation.Syntax.SpanStart && o.Syntax.SpanStart < last);

    /// <summary>The uses of a local that holds the object of a creation; null when a lambda or local function captures it, which holds it as well.</summary>
    public static LocalHold? Of(ILocalSymbol local, IOperation creation)
    {
        var body = BodyGraph.BodyOf(creation);
        var uses = ImmutableArray.CreateBuilder<LocalUse>();
        foreach (var operation in Enclosing.Root(creation).Descendants())
        {
            if (operation is not ILocalReferenceOperation { IsDeclaration: false } reference || !SymbolEqualityComparer.Default.Equals(reference.Local, local)
                || (reference.Parent is ISimpleAssignmentOperation assignment && assignment.Target == reference))
                continue;
            if (BodyGraph.BodyOf(reference) != body)
                return null;
            uses.Add(new(reference));
        }

        return new(creation, uses.ToImmutable());
    }

    private static bool Waits(IOperation operation) =>
        operation is IAwaitOperation or IForEachLoopOperation { IsAsynchronous: true } or IUsingOperation { IsAsynchronous: true } or IUsingDeclarationOperation { IsAsynchronous: true };
}

/// <summary>One read of a local.</summary>
internal readonly record struct LocalUse(ILocalReferenceOperation Reference)
{
    /// <summary>Whether the use is a call of this method on the local, also behind <c>?.</c>.</summary>
    public bool IsCallOf(string method)
    {
        IOperation value = Reference;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IInvocationOperation call => call.Instance == value && call.TargetMethod.Name == method,
            IConditionalAccessOperation access => access.Operation == value && access.WhenNotNull is IInvocationOperation { Instance: IConditionalAccessInstanceOperation } call && call.TargetMethod.Name == method,
            _ => false,
        };
    }
}
