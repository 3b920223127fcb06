using System.CommandLine;
using Breakwater.Cli.Pages;

namespace Breakwater.Cli.Commands;

/// <summary><c>breakwater explain BW1101</c>: a rule's page, offline.</summary>
internal static class ExplainCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var rule = new Argument<string>("rule") { Description = "A rule's id or name: BW1101, CacheStampede; case does not matter." };
        var command = new Command("explain", "Prints a rule's page: why it matters, what it reports, what to write instead.") { rule };
        command.SetAction(parsed =>
        {
            var page = RulePages.In(surroundings.Carried.Pages).Find(parsed.GetValue(rule)!);
            new PageView(surroundings.Output).Write(page.Text());
            return ExitCode.Clean;
        });
        return command;
    }
}
