namespace Breakwater.Cli.Reports;

/// <summary>Says on the error stream why the tool stopped.</summary>
internal static class RefusalReport
{
    public static void Write(Refusal refusal, Screen screen)
    {
        screen.Prose([new Piece("error:", Look.Bad), " " + refusal.Message]);
        foreach (var detail in refusal.Details)
            screen.Line(detail.Length > 0 ? "  " + detail : "");
    }
}
