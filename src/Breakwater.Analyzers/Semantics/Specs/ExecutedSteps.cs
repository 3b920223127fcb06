using System.Text;

namespace Breakwater.Semantics.Specs;

/// <summary>The kinds of steps that a binding serves, or the one kind that a step is.</summary>
[Flags]
internal enum StepKinds
{
    None = 0,
    Given = 1,
    When = 2,
    Then = 4,
    All = Given | When | Then,
}

/// <summary>The scenario that a step runs in: what a scope looks at.</summary>
internal sealed class ScenarioRun(string feature, string scenario, ImmutableHashSet<string> tags)
{
    public string Feature { get; } = feature;

    public string Scenario { get; } = scenario;

    /// <summary>The tags of feature, rule, scenario and examples block, without the <c>@</c>.</summary>
    public ImmutableHashSet<string> Tags { get; } = tags;

    /// <summary>Whether the run time skips it.</summary>
    public bool IsIgnored { get; } = tags.Any(t => t.Equals("ignore", StringComparison.OrdinalIgnoreCase));
}

/// <summary>A step as the run time meets it: typed, with the values of an outline's row filled in.</summary>
internal sealed class ExecutedStep(Step source, StepKinds kind, string text, ScenarioRun run)
{
    public Step Source { get; } = source;

    public StepKinds Kind { get; } = kind;

    public string Text { get; } = text;

    public ScenarioRun Run { get; } = run;
}

/// <summary>
/// The steps of a feature in the order in which they run, backgrounds included. A step that two rows of one examples block leave
/// alike appears once for that block. An outline without rows gives none: its data come from elsewhere, as do those of a scenario
/// that the external data plug-in makes an outline.
/// </summary>
internal static class ExecutedSteps
{
    private const string ExternalData = "DataSource:";

    public static IEnumerable<ExecutedStep> Of(Feature feature)
    {
        var tags = ImmutableHashSet.Create(StringComparer.Ordinal, [.. feature.Tags]);
        foreach (var scenario in feature.Scenarios)
        {
            foreach (var step in Of(feature.Title, scenario, tags, feature.Background))
                yield return step;
        }

        foreach (var rule in feature.Rules)
        {
            foreach (var scenario in rule.Scenarios)
            {
                foreach (var step in Of(feature.Title, scenario, tags.Union(rule.Tags), feature.Background.AddRange(rule.Background)))
                    yield return step;
            }
        }
    }

    private static IEnumerable<ExecutedStep> Of(
        string feature, Scenario scenario, ImmutableHashSet<string> tags, ImmutableArray<Step> background)
    {
        tags = tags.Union(scenario.Tags);
        if (!scenario.IsOutline && !tags.Any(t => t.StartsWith(ExternalData, StringComparison.OrdinalIgnoreCase)))
        {
            var run = new ScenarioRun(feature, scenario.Title, tags);
            foreach (var (step, kind) in Typed(background, scenario.Steps))
                yield return new ExecutedStep(step, kind, step.Text, run);
            yield break;
        }

        foreach (var examples in scenario.Examples)
        {
            if (examples.Rows.IsEmpty)
                continue;
            var run = new ScenarioRun(feature, scenario.Title, tags.Union(examples.Tags));
            foreach (var (step, kind) in Typed(background, scenario.Steps))
            {
                var template = Template(step.Text, background.Contains(step) ? ImmutableArray<string>.Empty : examples.Header);
                if (template.Length == 1)
                {
                    yield return new ExecutedStep(step, kind, step.Text, run);
                    continue;
                }

                foreach (var row in examples.Rows)
                    yield return new ExecutedStep(step, kind, Fill(template, row), run);
            }
        }
    }

    private static IEnumerable<(Step Step, StepKinds Kind)> Typed(ImmutableArray<Step> background, ImmutableArray<Step> steps)
    {
        var kind = StepKinds.Given;
        foreach (var step in background.AddRange(steps))
        {
            kind = step.Keyword switch
            {
                StepKeyword.Given => StepKinds.Given,
                StepKeyword.When => StepKinds.When,
                StepKeyword.Then => StepKinds.Then,
                _ => kind,
            };
            yield return (step, kind);
        }
    }

    /// <summary>The text cut at its placeholders: literal, column, literal, and so on; one literal when there is no placeholder.</summary>
    private static ImmutableArray<(string Literal, int Column)> Template(string text, ImmutableArray<string> header)
    {
        var parts = ImmutableArray.CreateBuilder<(string, int)>();
        var done = 0;
        for (var open = Next(text, 0); open >= 0; open = Next(text, open + 1))
        {
            var close = text.IndexOf('>', open);
            var column = close < 0 ? -1 : header.IndexOf(text.Substring(open + 1, close - open - 1));
            if (column < 0)
                continue;
            parts.Add((text.Substring(done, open - done), column));
            done = close + 1;
            open = close;
        }

        parts.Add((text.Substring(done), -1));
        return parts.ToImmutable();

        static int Next(string text, int from) => from < text.Length ? text.IndexOf('<', from) : -1;
    }

    private static string Fill(ImmutableArray<(string Literal, int Column)> template, ImmutableArray<string> row)
    {
        var text = new StringBuilder();
        foreach (var (literal, column) in template)
        {
            text.Append(literal);
            if (column >= 0)
                text.Append(row[column]);
        }

        return text.ToString();
    }
}
