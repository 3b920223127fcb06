using System.Text.RegularExpressions;

namespace Breakwater.Semantics.Specs;

/// <summary>
/// What each <c>{name}</c> of a Cucumber expression matches: the built-in types, the project's own transformations, and the enums
/// that its steps take.
/// </summary>
internal sealed class ParameterTypes
{
    private const string Anything = ".*";
    private const string WholeNumber = @"-?\d+";
    private const string Number = @"[-+]?(?:\d+(?:[\p{Pc}\p{Po}\p{Pd} ]\d+)*(?:[\p{Pc}\p{Po}]\d+)?|[\p{Pc}\p{Po}]\d+)(?:E[-+]?\d+)?";
    private const string QuotedText = @"(?:(?:""([^""\\]*(?:\\.[^""\\]*)*)"")|(?:'([^'\\]*(?:\\.[^'\\]*)*)'))";

    private static readonly ImmutableDictionary<string, string> BuiltIn = new Dictionary<string, string>
    {
        [""] = Anything, ["word"] = @"[^\s]+", ["string"] = Anything,
        ["Byte"] = WholeNumber, ["Int16"] = WholeNumber, ["Int32"] = WholeNumber, ["Int64"] = WholeNumber,
        ["byte"] = WholeNumber, ["int"] = WholeNumber, ["long"] = WholeNumber,
        ["Single"] = Number, ["Double"] = Number, ["Decimal"] = Number,
        ["float"] = Number, ["double"] = Number, ["decimal"] = Number,
        ["Boolean"] = Anything, ["Char"] = Anything, ["DateTime"] = Anything, ["Guid"] = Anything,
    }.ToImmutableDictionary();

    private static readonly ImmutableDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["Byte"] = "byte", ["Int32"] = "int", ["Int64"] = "long", ["Single"] = "float", ["Double"] = "double", ["Decimal"] = "decimal",
    }.ToImmutableDictionary();

    private readonly Dictionary<string, HashSet<string>> _patterns = new(StringComparer.Ordinal);

    public ParameterTypes()
    {
        foreach (var builtIn in BuiltIn)
            Add(builtIn.Key, builtIn.Value);
    }

    /// <summary>Adds an enum, as the type of a step's parameter.</summary>
    public void AddEnum(INamedTypeSymbol type) => Add(FullName(type), Anything);

    /// <summary>Adds a transformation.</summary>
    /// <param name="name">The name it was given, if any.</param>
    /// <param name="regex">What it accepts, if it says so.</param>
    /// <param name="result">What it makes of the text.</param>
    public void AddTransformation(string? name, string? regex, INamedTypeSymbol result)
    {
        var pattern = Pattern(regex);
        var type = result.MetadataName;
        var isSystemType = result.SpecialType is SpecialType.System_Object or SpecialType.System_String || (BuiltIn.ContainsKey(type) && IsInSystem(result));
        Add(!isSystemType && (name is null || name == type) ? FullName(result) : name ?? type, pattern);
        if (isSystemType && Aliases.TryGetValue(type, out var alias))
            Add(alias, pattern);
    }

    /// <summary>The regular expression for <c>{name}</c>, one capturing group per argument; null when there is no such type.</summary>
    public string? PatternOf(string name)
    {
        if (name == "string")
            return QuotedText;
        if (!_patterns.TryGetValue(name, out var patterns))
        {
            var full = _patterns.Where(p => p.Key.EndsWith("." + name, StringComparison.Ordinal) || p.Key.EndsWith("+" + name, StringComparison.Ordinal)).ToList();
            if (full.Count != 1)
                return null;
            patterns = full[0].Value;
        }

        return patterns.Contains(Anything) ? "(.*)"
            : patterns.Count == 1 ? "(" + patterns.First() + ")"
            : "((?:" + string.Join(")|(?:", patterns) + "))";
    }

    private static string Pattern(string? regex)
    {
        if (regex is null)
            return Anything;
        regex = regex.TrimStart('^').TrimEnd('$');
        if (regex.Contains("(?") || regex.Contains("\\("))
            return Anything;
        regex = "(?:" + regex.Replace("(", "(?:") + ")";
        try
        {
            _ = new Regex(regex);
            return regex;
        }
        catch (ArgumentException)
        {
            return Anything;
        }
    }

    private void Add(string name, string pattern)
    {
        if (!_patterns.TryGetValue(name, out var patterns))
            _patterns.Add(name, patterns = new HashSet<string>(StringComparer.Ordinal));
        patterns.Add(pattern);
    }

    private static bool IsInSystem(INamedTypeSymbol type) => type.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true };

    /// <summary>The name that reflection gives the type.</summary>
    private static string FullName(INamedTypeSymbol type)
    {
        if (type.ContainingType is { } outer)
            return FullName(outer) + "+" + type.MetadataName;
        var name = type.MetadataName;
        for (var space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
            name = space.Name + "." + name;
        return name;
    }
}
