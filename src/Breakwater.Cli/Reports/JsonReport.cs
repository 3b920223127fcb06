using System.Text.Encodings.Web;
using System.Text.Json;

namespace Breakwater.Cli.Reports;

/// <summary>The findings for scripts: one JSON document, paths relative to <c>root</c>. Names are only added, never changed.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        // Readable in a terminal and in a diff; it is never put into HTML as it is.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(ScanReport report, TextWriter output) =>
        output.WriteLine(JsonSerializer.Serialize(
            new
            {
                version = 1,
                target = report.Result.Target.Name,
                root = report.Result.Target.Root,
                projects = report.Result.Projects,
                seconds = Math.Round(report.Result.Time.TotalSeconds, 1),
                failing = report.Failing,
                findings = report.Result.Findings.Select(f => new
                {
                    rule = f.Rule,
                    title = f.Title,
                    topic = f.Topic.Slug,
                    severity = Wording.Word(f.Severity),
                    message = f.Message,
                    file = report.Relative(f),
                    line = f.Span.Line,
                    column = f.Span.Column,
                    endLine = f.Span.EndLine,
                    endColumn = f.Span.EndColumn,
                    fix = f.Fix,
                    helpUri = f.HelpUri,
                }),
            },
            Readable));
}
