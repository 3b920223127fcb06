using System.Text;

namespace Breakwater.Semantics.Specs;

/// <summary>What a step's keyword says of it; <c>*</c> is an <see cref="And"/>.</summary>
internal enum StepKeyword
{
    Given,
    When,
    Then,
    And,
    But,
}

/// <summary>
/// The keywords of one spoken language, as Gherkin publishes them. They are embedded as a table of one line per language: code,
/// then feature, rule, background, scenario, outline, examples, given, when, then, and, but, each keyword closed by a bar.
/// </summary>
internal sealed class GherkinKeywords
{
    private static readonly Lazy<ImmutableDictionary<string, GherkinKeywords>> Table = new(Load);

    private readonly ImmutableDictionary<string, StepKeyword> _kinds;

    private GherkinKeywords(string[] columns)
    {
        Feature = Keywords(columns[1]);
        Rule = Keywords(columns[2]);
        Background = Keywords(columns[3]);
        Scenario = Keywords(columns[4]);
        Outline = Keywords(columns[5]);
        Examples = Keywords(columns[6]);

        // A keyword in several lists counts as And first, then in the order of the lists.
        var kinds = ImmutableDictionary.CreateBuilder<string, StepKeyword>(StringComparer.Ordinal);
        foreach (var kind in new[] { StepKeyword.And, StepKeyword.Given, StepKeyword.When, StepKeyword.Then, StepKeyword.But })
        {
            foreach (var keyword in Keywords(columns[7 + (int)kind]))
            {
                if (!kinds.ContainsKey(keyword))
                    kinds.Add(keyword, kind);
            }
        }

        _kinds = kinds.ToImmutable();
        Steps = _kinds.Keys.OrderByDescending(k => k.Length).ThenBy(k => k, StringComparer.Ordinal).ToImmutableArray();
    }

    /// <summary>The codes of all known languages.</summary>
    public static IEnumerable<string> Languages => Table.Value.Keys;

    public ImmutableArray<string> Feature { get; }

    public ImmutableArray<string> Rule { get; }

    public ImmutableArray<string> Background { get; }

    public ImmutableArray<string> Scenario { get; }

    public ImmutableArray<string> Outline { get; }

    public ImmutableArray<string> Examples { get; }

    /// <summary>The keywords of steps with their trailing space or apostrophe, the longest first.</summary>
    public ImmutableArray<string> Steps { get; }

    /// <summary>What a keyword out of <see cref="Steps"/> means.</summary>
    public StepKeyword KindOf(string keyword) => _kinds[keyword];

    /// <summary>The keywords of a language; a region without keywords of its own has those of its language. Null when it is unknown.</summary>
    public static GherkinKeywords? Of(string language)
    {
        if (Table.Value.TryGetValue(language, out var keywords))
            return keywords;
        var dash = language.IndexOf('-');
        return dash > 0 && Table.Value.TryGetValue(language.Substring(0, dash), out keywords) ? keywords : null;
    }

    private static ImmutableDictionary<string, GherkinKeywords> Load()
    {
        using var stream = typeof(GherkinKeywords).Assembly.GetManifestResourceStream("GherkinKeywords.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var table = ImmutableDictionary.CreateBuilder<string, GherkinKeywords>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var columns = line.Split('\t');
            table.Add(columns[0], new GherkinKeywords(columns));
        }

        return table.ToImmutable();
    }

    private static ImmutableArray<string> Keywords(string column) =>
        column.Split(['|'], StringSplitOptions.RemoveEmptyEntries).ToImmutableArray();
}
