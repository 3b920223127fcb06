using System.Text.Json;

namespace Breakwater.Packaging;

/// <summary>What the package has to know of a rule; read from <c>docs/rules.json</c>, which is generated from the analyzers.</summary>
/// <param name="Id">Such as <c>BW0601</c>.</param>
/// <param name="Enabled">Whether the rule is on without configuration.</param>
public sealed record RuleFacts(string Id, bool Enabled)
{
    /// <summary>All rules, ordered by id; throws when the file is not what the documentation step writes.</summary>
    public static IReadOnlyList<RuleFacts> Read(string path)
    {
        using var stream = File.OpenRead(path);
        var rules = JsonSerializer.Deserialize<RuleFacts[]>(stream, JsonSerializerOptions.Web) ?? [];
        if (rules.Length == 0)
            throw new InvalidDataException($"'{path}' lists no rule.");
        return [.. rules.OrderBy(r => r.Id, StringComparer.Ordinal)];
    }
}
