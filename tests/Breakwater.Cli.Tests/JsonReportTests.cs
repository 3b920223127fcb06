using System.Text.Json;

namespace Breakwater.Cli.Tests;

public sealed class JsonReportTests
{
    [Fact]
    public void Everything_is_there_and_paths_are_relative()
    {
        var root = Path.GetTempPath().TrimEnd(Path.DirectorySeparatorChar);
        using var output = new StringWriter();

        JsonReport.Write(Some.Report(root, Severity.Warning, Some.Finding(file: Path.Combine(root, "src", "A.cs"), line: 3, column: 5)), output);

        using var document = JsonDocument.Parse(output.ToString());
        Assert.Equal("App.slnx", document.RootElement.GetProperty("target").GetString());
        Assert.Equal(1, document.RootElement.GetProperty("failing").GetInt32());
        var finding = Assert.Single(document.RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal(
            ("BW0601", "backpressure", "warning", "src/A.cs", 3, 5),
            (finding.GetProperty("rule").GetString(), finding.GetProperty("topic").GetString(), finding.GetProperty("severity").GetString(),
                finding.GetProperty("file").GetString(), finding.GetProperty("line").GetInt32(), finding.GetProperty("column").GetInt32()));
    }
}
