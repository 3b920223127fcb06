namespace Breakwater.Semantics.Caching;

/// <summary>Calls that tell somebody else of a change, judged by their names: whoever listens may drop what it holds.</summary>
internal static class Announcements
{
    private static readonly string[] Verbs = ["Publish", "Raise", "Notify", "Dispatch", "Enqueue", "Trigger"];

    /// <summary>Whether a call announces something through a member or parameter that was handed in.</summary>
    public static bool IsOne(IInvocationOperation call) =>
        Verbs.Any(verb => call.TargetMethod.Name.StartsWith(verb, StringComparison.Ordinal))
        && call.Instance?.Unwrap() is IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation or ILocalReferenceOperation;
}
