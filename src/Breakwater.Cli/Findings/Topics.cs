namespace Breakwater.Cli.Findings;

/// <summary>What users call the topics.</summary>
internal static class Topics
{
    /// <summary>The topic of a rule, also of one that is newer than this tool.</summary>
    public static Topic Of(string rule)
    {
        var number = int.Parse(rule.AsSpan(2, 2), NumberStyles.None, CultureInfo.InvariantCulture);
        return number < Topic.All.Length ? Topic.All[number] : new Topic(number, "Topic" + number, "topic-" + number);
    }

    /// <summary>For people: <c>Thundering herd</c>.</summary>
    public static string Display(Topic topic)
    {
        var words = topic.Slug.Replace('-', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>The topic that a user named, by slug or by category, without case; null when there is none.</summary>
    public static Topic? Named(string text) =>
        Topic.All.FirstOrDefault(t =>
            text.Equals(t.Slug, StringComparison.OrdinalIgnoreCase)
            || text.Equals(t.Name, StringComparison.OrdinalIgnoreCase)
            || text.Equals(t.Category, StringComparison.OrdinalIgnoreCase));
}
