namespace Breakwater.Semantics;

/// <summary>Whether the program runs under several cultures: it localises requests, or sets the current culture somewhere.</summary>
internal sealed class CultureSwitches
{
    private CultureSwitches()
    {
    }

    public static bool AreIn(Compilation compilation) =>
        compilation.Know(static c => Exist(c) ? new CultureSwitches() : null) is not null;

    private static bool Exist(Compilation compilation)
    {
        var bodies = Bodies.Of(compilation);
        return Mentioned("UseRequestLocalization").Any(m => m is InvocationExpressionSyntax)
            || Mentioned("CurrentCulture").Concat(Mentioned("DefaultThreadCurrentCulture")).Any(m =>
                m.Parent is AssignmentExpressionSyntax assignment && assignment.Left == m
                && bodies.Of(m, CancellationToken.None) is IPropertyReferenceOperation { Property.ContainingType.Name: "CultureInfo" or "Thread" });

        IEnumerable<ExpressionSyntax> Mentioned(string name) => Mentions.In(compilation, name, ImmutableArray<string>.Empty, CancellationToken.None);
    }
}
