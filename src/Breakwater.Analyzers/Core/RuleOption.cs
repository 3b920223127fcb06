using System.Diagnostics.CodeAnalysis;

namespace Breakwater.Core;

/// <summary>An editorconfig option of one rule, as documentation and validation see it.</summary>
public abstract class RuleOption
{
    private protected RuleOption(string ruleId, string name, string defaultText, string meaning)
    {
        Key = $"breakwater.{ruleId}.{name}";
        DefaultText = defaultText;
        Meaning = meaning;
    }

    /// <summary>The whole key, <c>breakwater.BW0601.report</c>.</summary>
    public string Key { get; }

    /// <summary>The default as one writes it in an editorconfig file.</summary>
    public string DefaultText { get; }

    /// <summary>What the option does: one sentence for the page's table.</summary>
    public string Meaning { get; }

    /// <summary>Why <paramref name="text"/> is not a value of this option, or null when it is one.</summary>
    public abstract string? Reject(string text);

    /// <summary>One word out of a few.</summary>
    public static RuleOption<string> Choice(string ruleId, string name, string meaning, string defaultValue, params string[] others) =>
        new(ruleId, name, defaultValue, defaultValue, meaning,
            (string text, [NotNullWhen(true)] out string? value) =>
            {
                value = others.Prepend(defaultValue).FirstOrDefault(o => o.Equals(text, StringComparison.OrdinalIgnoreCase));
                return value is not null;
            },
            "expected " + string.Join(" or ", others.Prepend(defaultValue).Select(o => $"'{o}'")));

    /// <summary>A whole number of at least <paramref name="minimum"/>.</summary>
    public static RuleOption<int> Number(string ruleId, string name, string meaning, int defaultValue, int minimum) =>
        new(ruleId, name, defaultValue, defaultValue.ToString(CultureInfo.InvariantCulture), meaning,
            (string text, out int value) =>
                int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value) && value >= minimum,
            $"expected a whole number of at least {minimum}");

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static RuleOption<bool> Flag(string ruleId, string name, string meaning, bool defaultValue) =>
        new(ruleId, name, defaultValue, defaultValue ? "true" : "false", meaning, bool.TryParse, "expected 'true' or 'false'");

    /// <summary>
    /// Words added to the default ones, separated by <c>,</c> or <c>|</c> (<c>;</c> and <c>#</c> cut an editorconfig value);
    /// compared without case.
    /// </summary>
    public static RuleOption<ImmutableHashSet<string>> Words(string ruleId, string name, string meaning, params string[] defaults)
    {
        var known = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, defaults);
        return new(ruleId, name, known, string.Join(",", defaults), meaning,
            (string text, [NotNullWhen(true)] out ImmutableHashSet<string>? value) =>
            {
                var words = text.Split([',', '|'], StringSplitOptions.RemoveEmptyEntries).Select(w => w.Trim()).Where(w => w.Length > 0);
                value = known.Union(words);
                return true;
            },
            "expected words separated by ','");
    }
}

/// <summary>An editorconfig option with a typed value.</summary>
public sealed class RuleOption<T> : RuleOption where T : notnull
{
    internal delegate bool Parser(string text, [MaybeNullWhen(false)] out T value);

    private readonly T _default;
    private readonly Parser _parse;
    private readonly string _expected;

    internal RuleOption(string ruleId, string name, T defaultValue, string defaultText, string meaning, Parser parse, string expected)
        : base(ruleId, name, defaultText, meaning)
    {
        _default = defaultValue;
        _parse = parse;
        _expected = expected;
    }

    /// <summary>The value in force for <paramref name="tree"/>; the default when nothing, or nothing readable, is set.</summary>
    public T Read(AnalyzerOptions options, SyntaxTree tree)
    {
        var known = options.AnalyzerConfigOptionsProvider;
        return (known.GetOptions(tree).TryGetValue(Key, out var text) || known.GlobalOptions.TryGetValue(Key, out text))
            && _parse(text, out var value) ? value : _default;
    }

    /// <inheritdoc/>
    public override string? Reject(string text) => _parse(text, out _) ? null : _expected;
}
