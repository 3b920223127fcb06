using System.Text.Json;
using System.Text.RegularExpressions;

namespace Breakwater.Cli.Findings;

/// <summary>
/// Reads what the C# compiler writes for <c>ErrorLog=…,version=2.1</c>: our rules' results that nobody suppressed. Throws
/// <see cref="JsonException"/> when the text is not such a log.
/// </summary>
internal static partial class SarifLog
{
    public static ImmutableArray<Finding> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("runs", out var runs))
            throw new JsonException("The log has no 'runs'.");
        return [.. runs.EnumerateArray().SelectMany(OfRun)];
    }

    private static IEnumerable<Finding> OfRun(JsonElement run)
    {
        var rules = Items(run, "tool", "driver", "rules").ToLookup(r => Text(r, "id") ?? "");
        foreach (var result in Items(run, "results"))
        {
            if (Text(result, "ruleId") is { } id && OurId().IsMatch(id) && !IsSuppressed(result))
                yield return OfResult(id, result, rules[id].FirstOrDefault());
        }
    }

    private static Finding OfResult(string id, JsonElement result, JsonElement rule)
    {
        var place = Items(result, "locations").Select(l => At(l, "physicalLocation")).FirstOrDefault();
        return new Finding(
            id,
            Text(rule, "shortDescription", "text") ?? id,
            SeverityOf(Text(result, "level") ?? Text(rule, "defaultConfiguration", "level")),
            Text(result, "message", "text") ?? "",
            Text(place, "artifactLocation", "uri") is { } uri ? PathOf(uri) : null,
            SpanOf(At(place, "region")),
            Text(rule, "helpUri"),
            Text(result, "properties", "customProperties", "breakwater.fix"));
    }

    /// <summary>A suppression that someone asked for and has not been granted does not count.</summary>
    private static bool IsSuppressed(JsonElement result) =>
        Items(result, "suppressions").Any(s => Text(s, "status") is null or "accepted");

    private static Severity SeverityOf(string? level) => level switch
    {
        "error" => Severity.Error,
        "note" or "none" => Severity.Info,
        _ => Severity.Warning,
    };

    private static string PathOf(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var absolute) && absolute.IsFile ? absolute.LocalPath : Uri.UnescapeDataString(uri);

    private static Span SpanOf(JsonElement region)
    {
        var line = Number(region, "startLine") ?? 1;
        var column = Number(region, "startColumn") ?? 1;
        var endLine = Number(region, "endLine") ?? line;
        return new(line, column, endLine, Number(region, "endColumn") ?? column);
    }

    private static JsonElement At(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return default;
        }

        return element;
    }

    private static IEnumerable<JsonElement> Items(JsonElement element, params ReadOnlySpan<string> path)
    {
        var found = At(element, path);
        return found.ValueKind == JsonValueKind.Array ? [.. found.EnumerateArray()] : [];
    }

    private static string? Text(JsonElement element, params ReadOnlySpan<string> path)
    {
        var found = At(element, path);
        return found.ValueKind == JsonValueKind.String ? found.GetString() : null;
    }

    private static int? Number(JsonElement element, string name)
    {
        var found = At(element, name);
        return found.ValueKind == JsonValueKind.Number && found.TryGetInt32(out var value) ? value : null;
    }

    [GeneratedRegex(@"^BW\d{4}$")]
    private static partial Regex OurId();
}
