using System.Text;
using Breakwater.Core;

namespace Breakwater.Packaging;

/// <summary>
/// The analyzer config file behind a value of <c>BreakwaterMode</c>. It sets categories, not rules: a line for a rule would
/// silently win over a category line of the user's own. Only what is off by default has no other switch than its own line.
/// </summary>
public sealed class Preset
{
    private readonly string _purpose;
    private readonly string _severity;
    private readonly Func<Topic, bool> _covers;
    private readonly bool _switchesOn;

    private Preset(string mode, string purpose, string severity, Func<Topic, bool> covers, bool switchesOn)
    {
        FileName = $"Breakwater.{mode}.globalconfig";
        _purpose = purpose;
        _severity = severity;
        _covers = covers;
        _switchesOn = switchesOn;
    }

    /// <summary>The modes that need a file; <c>Recommended</c> ships none.</summary>
    public static IReadOnlyList<Preset> All { get; } =
    [
        // Topic 0 stays as it is in both: a rule's crash is a suggestion so that it cannot stop a build.
        new("Strict", "Every suggestion is a warning.", "warning", topic => topic.Number > 0, switchesOn: false),
        new("All", "Every rule is a warning, those that are off by default too.", "warning", topic => topic.Number > 0, switchesOn: true),
        new("None", "Every rule is off until you set its own severity.", "none", _ => true, switchesOn: false),
    ];

    /// <summary>Its name in the package.</summary>
    public string FileName { get; }

    /// <summary>The file's text.</summary>
    public string Write(IReadOnlyList<RuleFacts> rules)
    {
        // The level puts the file below every global config of the user's; an .editorconfig wins over all of them.
        var text = new StringBuilder("# ").Append(_purpose).Append("\nis_global = true\nglobal_level = -50\n\n");
        foreach (var topic in Topic.All.Where(_covers))
            text.Append($"dotnet_analyzer_diagnostic.category-{topic.Category}.severity = {_severity}\n");
        foreach (var rule in rules.Where(r => _switchesOn && !r.Enabled))
            text.Append($"dotnet_diagnostic.{rule.Id}.severity = {_severity}\n");
        return text.ToString();
    }
}
