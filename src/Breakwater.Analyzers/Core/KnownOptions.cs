using System.Reflection;

namespace Breakwater.Core;

/// <summary>
/// Everything that can be configured: the options that rules declare, found by reflection once per process, and the keys of the
/// house. Says what is wrong with a key or a value and which key was probably meant.
/// </summary>
internal sealed class KnownOptions
{
    /// <summary>What every key of ours starts with.</summary>
    public const string Prefix = "breakwater.";

    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly string[] ProjectKinds = ["production", "test"];
    private static readonly Lazy<KnownOptions> Assembly = new(() => new KnownOptions(typeof(KnownOptions).Assembly.GetTypes()));

    private readonly Dictionary<string, RuleOption> _options = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _rules = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The ids and options that these types declare.</summary>
    public KnownOptions(IEnumerable<Type> types)
    {
        foreach (var type in types.Where(t => !t.ContainsGenericParameters))
        {
            if (type.GetField("Id", Static) is { IsLiteral: true } id && id.GetRawConstantValue() is string ruleId)
                _rules.Add(ruleId);
            foreach (var field in type.GetFields(Static).Where(f => f.DeclaringType == type && typeof(RuleOption).IsAssignableFrom(f.FieldType)))
            {
                if (field.GetValue(null) is RuleOption option)
                    _options[option.Key] = option;
            }
        }
    }

    /// <summary>What this assembly declares.</summary>
    public static KnownOptions OfThisAssembly => Assembly.Value;

    /// <summary>Why this setting has no effect, as the end of a sentence; null when it has one.</summary>
    public string? Blame(string key, string value)
    {
        if (key.Equals(ProjectKind.Key, StringComparison.OrdinalIgnoreCase))
            return ProjectKinds.Contains(value.Trim(), StringComparer.OrdinalIgnoreCase) ? null : NotAValue(value, "expected 'production' or 'test'");
        if (_options.TryGetValue(key, out var option))
            return option.Reject(value) is { } expected ? NotAValue(value, expected) : null;

        var rest = key.Substring(Prefix.Length);
        var dot = rest.IndexOf('.');
        if (dot < 0)
            return "there is no such option" + DidYouMean(key);
        var id = rest.Substring(0, dot).ToUpperInvariant();
        if (!_rules.Contains(id))
            return $"there is no rule '{id}'" + DidYouMean(key);

        var siblings = _options.Keys.Where(k => k.StartsWith($"{Prefix}{id}.", StringComparison.OrdinalIgnoreCase)).ToList();
        if (siblings.Count == 0)
            return $"rule '{id}' has no options";
        return DidYouMean(key) is { Length: > 0 } meant
            ? $"rule '{id}' has no such option{meant}"
            : $"rule '{id}' knows only {string.Join(", ", siblings.OrderBy(s => s, StringComparer.Ordinal).Select(s => $"'{s}'"))}";
    }

    private static string NotAValue(string value, string expected) => $"'{value}' is not a value of it, {expected}";

    private string DidYouMean(string key)
    {
        var (nearest, distance) = _options.Keys.Append(ProjectKind.Key)
            .Select(known => (known, Words.Distance(known.ToLowerInvariant(), key.ToLowerInvariant())))
            .OrderBy(k => k.Item2).ThenBy(k => k.known, StringComparer.Ordinal)
            .First();
        return distance <= Math.Max(2, (key.Length - Prefix.Length) / 4) ? $" (did you mean '{nearest}'?)" : "";
    }
}
