namespace Breakwater.Packaging;

/// <summary>The ids that <c>Breakwater.Analyzers.targets</c> hands to the compiler.</summary>
public static class RuleList
{
    /// <summary>An MSBuild file. A rule that is off by default is not among <c>BreakwaterRulesOnByDefault</c>: naming it to the compiler switches it on.</summary>
    public static string Write(IReadOnlyList<RuleFacts> rules)
    {
        return $"""
        <Project>
          <PropertyGroup>
            <BreakwaterRulesOnByDefault>{Ids(enabled: true)}</BreakwaterRulesOnByDefault>
            <BreakwaterRulesOffByDefault>{Ids(enabled: false)}</BreakwaterRulesOffByDefault>
          </PropertyGroup>
        </Project>

        """.ReplaceLineEndings("\n");

        string Ids(bool enabled) => string.Join(';', rules.Where(r => r.Enabled == enabled).Select(r => r.Id));
    }
}
