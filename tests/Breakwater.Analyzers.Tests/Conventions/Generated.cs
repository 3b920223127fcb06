using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Breakwater.Tests.Conventions;

/// <summary>
/// What the documentation repeats from the code stands between two markers and is written here: page headers, options tables,
/// the index, the rule lists of the topic pages and rules.json. A topic page's "BW0601 UnboundedQueue, planned" becomes a link
/// when the rule exists. Checking compares; blessing rewrites.
/// </summary>
internal static partial class Generated
{
    private const string Json = "docs/rules.json";
    private const string Index = "docs/index.md";

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public static IEnumerable<Complaint> Check(House house) =>
        Wanted(house).Where(w => w.Text is null || house.Text(w.Path) != w.Text).Select(w => new Complaint(
            w.Path, w.Text is null ? $"has no '<!-- {w.Marker} -->' … '<!-- /{w.Marker} -->' to fill" : $"is out of step with the code ({w.Marker}); run the tests with BLESS=1"));

    /// <summary>Rewrites everything generated and writes a stub for each page that is missing.</summary>
    public static void Bless(House house)
    {
        foreach (var rule in house.Rules.Where(r => house.Text(r.PagePath) is null))
            Write(house, rule.PagePath, Stub.Of(rule));
        if (house.Text(Index) is null)
            Write(house, Index, "# Rules\n\n<!-- rules -->\n<!-- /rules -->\n");

        // One file can hold several generated parts, so each is computed from what the one before it left.
        for (var n = 0; n < Wanted(house).Count; n++)
        {
            if (Wanted(house)[n] is { Text: { } text } wanted)
                Write(house, wanted.Path, text);
        }
    }

    private static List<(string Path, string Marker, string? Text)> Wanted(House house)
    {
        var wanted = new List<(string, string, string?)>();
        foreach (var rule in house.Rules.DistinctBy(r => r.Id).Where(r => house.Text(r.PagePath) is not null))
        {
            Part(rule.PagePath, "header", Header(house, rule));
            Part(rule.PagePath, "options", Options(rule));
        }

        foreach (var topic in house.Rules.GroupBy(r => r.Topic).OrderBy(t => t.Key.Number))
        {
            var path = $"docs/topics/{topic.Key.Slug}.md";
            if (house.Text(path) is { } text)
            {
                wanted.Add((path, "planned", Linked(house, text)));
                Part(path, "rules", Table(topic, "../rules/"));
            }
        }

        if (house.Text(Index) is not null)
        {
            Part(Index, "rules", string.Join("\n\n", house.Rules.GroupBy(r => r.Topic).OrderBy(t => t.Key.Number)
                .Select(t => $"## {t.Key.Title()}\n\n{Table(t, "rules/")}")));
        }
        else
        {
            wanted.Add((Index, "rules", null));
        }

        wanted.Add((Json, "rules.json", JsonSerializer.Serialize(house.Rules.Select(r => Facts(house, r)), Layout) + "\n"));
        return wanted;

        void Part(string path, string marker, string content) => wanted.Add((path, marker, Between(house.Text(path)!, marker, content)));
    }

    private static string Linked(House house, string text) => Planned().Replace(text, mention =>
        house.Rules.FirstOrDefault(r => r.Id == mention.Groups[1].Value) is { } rule ? $"[{rule}](../rules/{rule.Id}.md)" : mention.Value);

    private static string? Between(string text, string marker, string content)
    {
        var (open, close) = ($"<!-- {marker} -->", $"<!-- /{marker} -->");
        var start = text.IndexOf(open, StringComparison.Ordinal);
        var end = text.IndexOf(close, StringComparison.Ordinal);
        return start < 0 || end < start ? null : $"{text[..(start + open.Length)]}\n{content}\n{text[end..]}";
    }

    private static string Header(House house, RuleEntry rule) => $"""
        | | |
        |---|---|
        | Topic | [{rule.Topic.Title()}](../topics/{rule.Topic.Slug}.md) |
        | Severity | {SeverityOf(rule)} |
        | Enabled | {(rule.Descriptor.IsEnabledByDefault ? "by default" : "only when configured")} |
        | Code fix | {FixOf(rule)} |
        | Fix all | {(rule.Fixes.Count == 0 ? "none" : rule.FixAll ? "yes" : "no, each finding needs a decision")} |
        | Scope | {Descriptor.ScopeOf(rule.Descriptor) switch { Scope.Production => "production code", Scope.Tests => "test code", _ => "all code" }} |
        | Since | {Releases.Since(house, rule.Id)} |
        | Precision | {Ledger.Precision(house, rule.Id)} |
        """;

    private static string Options(RuleEntry rule)
    {
        var rows = rule.Options.Select(o => $"| `{o.Key}` | `{o.DefaultText}` | {o.Meaning} |").ToList();
        return rows.Count == 0 ? "This rule has no options." : "| Option | Default | Meaning |\n|---|---|---|\n" + string.Join('\n', rows);
    }

    private static string Table(IEnumerable<RuleEntry> rules, string pages) =>
        new StringBuilder("| Rule | Problem | Severity | Code fix |\n|---|---|---|---|")
            .AppendJoin("", rules.Select(r => $"\n| [{r.Id} {r.Name}]({pages}{r.Id}.md) | {r.Title} | {SeverityOf(r)}{(r.Descriptor.IsEnabledByDefault ? "" : ", off")} | {FixOf(r)} |"))
            .ToString();

    private static object Facts(House house, RuleEntry rule) => new
    {
        rule.Id,
        rule.Name,
        Topic = rule.Topic.Number,
        TopicName = rule.Topic.Name,
        rule.Title,
        Severity = SeverityOf(rule).ToLowerInvariant(),
        Enabled = rule.Descriptor.IsEnabledByDefault,
        Scope = Descriptor.ScopeOf(rule.Descriptor).ToString().ToLowerInvariant(),
        Fix = Descriptor.FixOf(rule.Descriptor) switch { FixSafety.None => "none", FixSafety.Safe => "safe", _ => "changes-behaviour" },
        rule.FixAll,
        Since = Releases.Since(house, rule.Id),
        HelpUri = rule.Descriptor.HelpLinkUri,
    };

    private static string SeverityOf(RuleEntry rule) => rule.Descriptor.DefaultSeverity.ToString();

    private static string FixOf(RuleEntry rule) => Descriptor.FixOf(rule.Descriptor) switch
    {
        FixSafety.None => "none",
        FixSafety.Safe => "safe",
        _ => "changes behaviour",
    };

    /// <summary>The topic's name as words: <c>Thundering herd</c>.</summary>
    private static string Title(this Topic topic)
    {
        var words = topic.Slug.Replace('-', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static void Write(House house, string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(house.At(path))!);
        if (house.Text(path) != text)
            File.WriteAllText(house.At(path), text);
    }

    [GeneratedRegex(@"\b(BW\d{4})(?: \w+)?, planned")]
    private static partial Regex Planned();
}
