namespace Breakwater.Tests.Conventions;

/// <summary>Every id has a page in the house's format, and every topic with rules has its page.</summary>
internal static class Pages
{
    private static readonly string[] Always = ["Why", "Violation", "Fix", "What it does not report", "When to suppress", "Options", "Nearest rules elsewhere", "Source"];

    /// <summary>What the house itself reports cannot be provoked by a user's code, so there is nothing to execute.</summary>
    private static readonly string[] WithoutExample = [.. Always.Except(["Violation", "Fix"])];

    public static IEnumerable<Complaint> Check(House house) =>
        house.Rules.SelectMany(r => Check(house, r)).Concat(house.Rules.Select(r => r.Topic).Distinct()
            .Where(t => house.Text($"docs/topics/{t.Slug}.md") is null)
            .Select(t => new Complaint($"docs/topics/{t.Slug}.md", $"is missing although topic {t.Name} has rules; map the article's advice to them there")))
        .Concat(house.Files("docs/rules", ".md").Where(f => Orphan(house, f))
            .Select(f => new Complaint(f, "belongs to no rule and is not marked '> Retired in <version>: <reason>'")));

    private static IEnumerable<Complaint> Check(House house, RuleEntry rule)
    {
        var text = house.Text(rule.PagePath);
        if (text is null)
        {
            yield return new(rule.PagePath, $"is missing; run the tests with BLESS=1 for a stub and write it");
            yield break;
        }

        var page = Page.Parse(text);
        var heading = $"{rule.Id} {rule.Name}: {rule.Title}";
        if (page.Heading != heading)
            yield return new(rule.PagePath, $"must start with '# {heading}'");
        if (page.Consequence.Length == 0)
            yield return new(rule.PagePath, "needs one line of consequence right under its heading");
        if (text.Contains(Stub.Placeholder))
            yield return new(rule.PagePath, "still has ‹placeholders›; replace them by prose");

        var wanted = rule.Analyzer is null ? WithoutExample : Always;
        var found = page.Sections.Select(s => s.Title).ToList();
        if (!found.Where(wanted.Contains).SequenceEqual(wanted))
            yield return new(rule.PagePath, $"must have the sections {string.Join(", ", wanted)} in this order; it has {string.Join(", ", found)}");
        foreach (var empty in page.Sections.Where(s => s.Text.Trim().Length == 0))
            yield return new(rule.PagePath, $"says nothing under '## {empty.Title}'");
        if (rule.Analyzer is null)
            yield break;

        foreach (var title in new[] { "Violation", "Fix" })
        {
            if (page[title] is { Blocks.Count: 0 })
                yield return new(rule.PagePath, $"needs a fenced example under '## {title}'");
        }

        foreach (var block in page["Violation"]?.Blocks.Where(b => b.Language == "csharp") ?? [])
        {
            var lines = block.Text.Split('\n').Count(l => l.Trim() is not ("" or "{" or "}" or "};"));
            if (lines > 12)
                yield return new(rule.PagePath, $"shows a Violation of {lines} lines; 12 are enough to see the problem");
        }
    }

    private static bool Orphan(House house, string file) =>
        house.Rules.All(r => r.PagePath != file) && !house.Text(file)!.Contains("\n> Retired in ", StringComparison.Ordinal);
}
