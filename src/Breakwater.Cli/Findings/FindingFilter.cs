namespace Breakwater.Cli.Findings;

/// <summary>What the user wants to see. Refuses a topic that does not exist.</summary>
internal sealed class FindingFilter
{
    private readonly Severity _lightest;
    private readonly ImmutableHashSet<Topic> _topics;

    public FindingFilter(Severity lightest, IEnumerable<string> topics)
    {
        _lightest = lightest;
        _topics = [.. topics.Select(Known)];
    }

    public ImmutableArray<Finding> Apply(ImmutableArray<Finding> findings) =>
        [.. findings.Where(f => f.Severity >= _lightest && (_topics.IsEmpty || _topics.Contains(f.Topic)))];

    private static Topic Known(string name)
    {
        if (Topics.Named(name) is { } topic)
            return topic;
        var near = Nearest.To(name, Topic.All.Select(t => t.Slug));
        throw new Refusal(
            ExitCode.Usage, $"There is no topic '{name}'." + (near.IsEmpty ? "" : $" Did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?"),
            "The topics: " + string.Join(", ", Topic.All.Select(t => t.Slug)));
    }
}
