namespace Breakwater.Core;

/// <summary>The boundary around a rule: an exception inside it becomes one Info that names the rule, and the build goes on.</summary>
internal static class Crash
{
    public const string Id = "BW0002";

    public static readonly DiagnosticDescriptor Descriptor = Core.Descriptor.Create(
        Id, "Rule stopped with an internal error",
        "Rule '{0}' stopped here with '{1}' at '{2}', so it may have missed findings",
        DiagnosticSeverity.Info, Scope.Everywhere);

    /// <summary>Runs <paramref name="check"/>; the delegates for the place and the report are only called when it throws.</summary>
    public static void Confine<TContext>(
        string ruleId, TContext context, Action<TContext> check, Func<TContext, Location?> place, Func<TContext, Action<Diagnostic>> report)
    {
        try
        {
            check(context);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            report(context)(Diagnostic.Create(
                Descriptor, place(context) ?? Location.None, ruleId, e.GetType().Name + ": " + FirstLine(e.Message), Origin(e)));
        }
    }

    private static string Origin(Exception e) => FirstLine(e.StackTrace ?? "").Trim();

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n');
        return end < 0 ? text : text.Substring(0, end).TrimEnd();
    }
}
