using System.Text;
using System.Text.Json;

namespace Breakwater.Cli.Tests;

/// <summary>The README's first command on the sample: it finds what was planted there, all of it and nothing else.</summary>
[Collection(nameof(Builds))]
public sealed class StorefrontTests
{
    private static readonly string Sample = Path.Combine(Repository.Root, "tests", "samples", "Storefront");

    [Fact]
    public async Task The_scan_finds_exactly_what_was_planted()
    {
        using var place = new Workplace();

        var run = await place.RunAsync(["scan", Sample, "--format", "json"]);

        Assert.True(run.ExitCode == ExitCode.Findings, $"exit code {run.ExitCode}\n{run.Error}");
        var found = Found(run.Output);
        var planted = Planted();
        Assert.NotEmpty(planted);
        var missed = new List<Planted>();
        // The longest fragment first: a shorter one may stand on its line too.
        foreach (var plant in planted.OrderByDescending(p => p.Code.Length))
        {
            if (found.Find(f => f.Rule == plant.Rule && f.File == plant.File && f.Line.Contains(plant.Code, StringComparison.Ordinal)) is { } hit)
                found.Remove(hit);
            else
                missed.Add(plant);
        }

        Assert.True(
            missed.Count == 0 && found.Count == 0,
            $"planted but not found:\n{string.Join('\n', missed)}\nfound but not planted:\n{string.Join('\n', found)}");
    }

    private static List<Hit> Found(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("findings").EnumerateArray().Select(f =>
        {
            var file = f.GetProperty("file").GetString() ?? "";
            var line = f.GetProperty("line").GetInt32();
            return new Hit(f.GetProperty("rule").GetString()!, file, file.Length > 0 ? File.ReadAllLines(Path.Combine(Sample, file))[line - 1] : "");
        })];
    }

    private static ImmutableArray<Planted> Planted()
    {
        var rows = Rows(File.ReadAllText(Path.Combine(Sample, "planted.csv")));
        Assert.Equal(["rule", "file", "code"], rows[0]);
        return [.. rows.Skip(1).Select(r => new Planted(r[0], r[1], r[2]))];
    }

    /// <summary>RFC 4180: fields in quotes may hold commas, line ends and doubled quotes.</summary>
    private static List<string[]> Rows(string text)
    {
        var rows = new List<string[]>();
        var row = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    field.Append(text[i++]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    row.Add(field.ToString());
                    field.Clear();
                    break;
                case '\n' when !quoted:
                    row.Add(field.ToString());
                    field.Clear();
                    rows.Add([.. row]);
                    row.Clear();
                    break;
                case '\r' when !quoted:
                    break;
                default:
                    field.Append(text[i]);
                    break;
            }
        }

        Assert.False(quoted, "planted.csv ends inside quotes");
        if (row.Count > 0 || field.Length > 0)
            rows.Add([.. row, field.ToString()]);
        return rows;
    }
}

/// <summary>A defect of the sample: the finding must start on the line of that file which holds the code.</summary>
internal sealed record Planted(string Rule, string File, string Code);

/// <summary>A finding, with the line that it starts on.</summary>
internal sealed record Hit(string Rule, string File, string Line);
