using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Breakwater.Tests.Conventions;

/// <summary>Ids, names, places and the wording of titles and messages.</summary>
internal static partial class Names
{
    private const int TitleLength = 60;
    private const int AnalyzerLines = 150;

    private static readonly string[] Vague = ["Helper", "Helpers", "Util", "Utils", "Utilities", "Manager", "Common"];

    public static IEnumerable<Complaint> Ids(House house)
    {
        foreach (var rule in house.Rules)
        {
            if (!IdFormat().IsMatch(rule.Id) || int.Parse(rule.Id.AsSpan(2, 2), CultureInfo.InvariantCulture) >= Topic.All.Length)
                yield return new(rule.Owner.Name, $"'{rule.Id}' is no id: BW, two digits of a topic, two of the rule");
            if (RuleEntry.IdOf(rule.Owner) != rule.Id)
                yield return new(rule.Owner.Name, "needs 'public const string Id' and must report under it");
        }

        foreach (var twice in house.Rules.GroupBy(r => r.Id).Where(g => g.Count() > 1))
            yield return new(twice.Key, $"is used by {string.Join(" and ", twice.Select(r => r.Owner.Name))}; an id is one rule's own");
    }

    /// <summary>Folder = namespace = class = test file.</summary>
    public static IEnumerable<Complaint> Places(House house)
    {
        foreach (var rule in house.Executable)
        {
            var home = $"Breakwater.Rules.{rule.Topic.Name}.{rule.Name}";
            if (rule.Owner.FullName != $"{home}.{rule.Name}Analyzer")
                yield return new(rule.ToString(), $"must be the class {home}.{rule.Name}Analyzer: its id belongs to topic {rule.Topic.Name}");
            if (house.Text($"{rule.Room}/{rule.Name}Analyzer.cs") is null)
                yield return new(rule.ToString(), $"must stand in {rule.Room}/{rule.Name}Analyzer.cs");
            foreach (var fix in rule.Fixes.Select(f => f.GetType()))
            {
                if (!fix.Name.EndsWith("Fix", StringComparison.Ordinal) || fix.Namespace != home || house.Text($"{rule.Room}/{fix.Name}.cs") is null)
                    yield return new(rule.ToString(), $"its fix '{fix.Name}' must be a class '…Fix' in {rule.Room}/");
            }

            var tests = $"tests/Breakwater.Analyzers.Tests/{rule.Topic.Name}/{rule.Name}Tests.cs";
            if (house.Text(tests) is not { } text)
                yield return new(rule.ToString(), $"has no tests; write them in {tests}");
            else if (!HasTests(text, rule.Name + "Tests"))
                yield return new(tests, $"must declare the class '{rule.Name}Tests' with at least one [Fact] or [Theory]");
        }
    }

    public static IEnumerable<Complaint> Style(House house)
    {
        foreach (var rule in house.Rules)
        {
            if (Commands().IsMatch(rule.Name))
                yield return new(rule.ToString(), "is named like advice; name the problem found, a noun phrase that reads after 'allow'");
            if (rule.Title.Length > TitleLength)
                yield return new(rule.ToString(), $"has a title of {rule.Title.Length} characters; {TitleLength} fit on a line of a build log");
            if (rule.Title.EndsWith('.') || TitleCommands().IsMatch(rule.Title))
                yield return new(rule.ToString(), $"title '{rule.Title}' must state the problem: no command, no full stop");
            if (Blame(rule.Message) is { } blame)
                yield return new(rule.ToString(), $"message '{rule.Message}' {blame}");
        }
    }

    /// <summary>What is wrong with the wording of a message or a message format; null when nothing is.</summary>
    public static string? Blame(string message) => message switch
    {
        _ when message.TrimEnd().EndsWith('.') => "must not end with a full stop",
        _ when SecondSentence().IsMatch(message) => "must be one sentence",
        _ when Advice().Match(message) is { Success: true } advice => $"gives advice ('{advice.Value.Trim()}'); state the fact and its consequence, the fix's title advises",
        _ when OtherQuotes().IsMatch(message) => "must quote symbols in '…'",
        _ => null,
    };

    public static IEnumerable<Complaint> Files(House house) =>
        house.Files("src", ".cs").Concat(house.Files("tests", ".cs")).SelectMany(file =>
        {
            var complaints = new List<Complaint>();
            var name = Path.GetFileNameWithoutExtension(file);
            if (Vague.FirstOrDefault(v => name.EndsWith(v, StringComparison.Ordinal)) is { } vague)
                complaints.Add(new(file, $"is named after nothing ('{vague}'); name it after what it knows"));
            if (name.EndsWith("Analyzer", StringComparison.Ordinal) && house.Text(file)!.TrimEnd().Split('\n').Length is > AnalyzerLines and var lines)
                complaints.Add(new(file, $"has {lines} lines, {AnalyzerLines} are one screen; move what it knows to Semantics or Flow"));
            return complaints;
        });

    private static bool HasTests(string text, string name) =>
        CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
            .Where(c => c.Identifier.Text == name)
            .SelectMany(c => c.DescendantNodes().OfType<AttributeSyntax>())
            .Any(a => a.Name.ToString() is "Fact" or "Theory");

    [GeneratedRegex(@"^BW\d{4}$")]
    private static partial Regex IdFormat();

    [GeneratedRegex("^(Avoid|Use|DoNot|Dont|Prefer|Consider|Ensure|Always|Never)(?=[A-Z]|$)|Should")]
    private static partial Regex Commands();

    [GeneratedRegex(@"^(Avoid|Use|Do not|Don't|Prefer|Consider|Ensure|Always|Never|Make|Add|Remove|Replace|Provide|Specify)\b|\b(should|must)\b", RegexOptions.IgnoreCase)]
    private static partial Regex TitleCommands();

    [GeneratedRegex(@"\b(should|must|ought to|consider|avoid|prefer|please|recommended|make sure)\b|(^|[,;:] )(use|add|remove|replace|call|set|do not|don't) ", RegexOptions.IgnoreCase)]
    private static partial Regex Advice();

    [GeneratedRegex(@"[.!?]\s+\p{Lu}|\n")]
    private static partial Regex SecondSentence();

    [GeneratedRegex("[\"`‘“]\\{?\\w+\\}?[\"`’”]")]
    private static partial Regex OtherQuotes();
}
