using Breakwater.Cli.Findings;
using Spectre.Console;

namespace Breakwater.Cli.Reports;

/// <summary>The few styles that the tool uses, so that a colour means one thing.</summary>
internal static class Look
{
    public static readonly Style Heading = new(Color.Aqua, decoration: Decoration.Bold);
    public static readonly Style Strong = new(decoration: Decoration.Bold);
    public static readonly Style Quiet = new(Color.Grey);
    public static readonly Style Code = new(Color.Aqua);
    public static readonly Style Link = new(Color.Grey, decoration: Decoration.Underline);
    public static readonly Style Good = new(Color.Green, decoration: Decoration.Bold);
    public static readonly Style Bad = new(Color.Red, decoration: Decoration.Bold);
    public static readonly Style Warning = new(Color.Yellow, decoration: Decoration.Bold);
    public static readonly Style Info = new(Color.DodgerBlue1, decoration: Decoration.Bold);

    public static Style Of(Severity severity) => severity switch
    {
        Severity.Error => Bad,
        Severity.Warning => Warning,
        _ => Info,
    };
}
