namespace Breakwater.Cli.Findings;

/// <summary>How much a finding weighs, lightest first.</summary>
internal enum Severity
{
    Info,
    Warning,
    Error,
}

/// <summary>A place in a file, counted from one; the end is exclusive.</summary>
internal readonly record struct Span(int Line, int Column, int EndLine, int EndColumn);

/// <summary>One defect, as the compiler reported it.</summary>
/// <param name="Rule">Such as <c>BW0601</c>.</param>
/// <param name="Title">The rule's title.</param>
/// <param name="Severity">The severity in force for the project, not the rule's default.</param>
/// <param name="Message">The fact and its consequence.</param>
/// <param name="File">The full path; null for a finding about a project as a whole.</param>
/// <param name="Span">Where in the file.</param>
/// <param name="HelpUri">The rule's page.</param>
/// <param name="Fix">What the code fix promises, <c>safe</c> or <c>changes-behaviour</c>; null when there is none.</param>
internal sealed record Finding(
    string Rule, string Title, Severity Severity, string Message, string? File, Span Span, string? HelpUri, string? Fix)
{
    /// <summary>The topic that the rule belongs to; a rule of a newer package may have one that this tool does not know.</summary>
    public Topic Topic { get; } = Topics.Of(Rule);
}
