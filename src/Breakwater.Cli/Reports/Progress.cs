using Spectre.Console;

namespace Breakwater.Cli.Reports;

/// <summary>Shows that the tool works: a line that moves on a terminal, a line per event elsewhere. Never on the output stream.</summary>
internal static class Progress
{
    public static async Task<T> WatchAsync<T>(Screen screen, string target, Func<Action<string>, Task<T>> work)
    {
        var what = $"Building {target} with Breakwater's rules";
        if (!screen.IsTerminal)
        {
            screen.Line(what + " …");
            var told = new HashSet<string>();
            return await work(project =>
            {
                // Once, however many frameworks it has.
                if (told.Add(project))
                    screen.Line("  built " + project);
            });
        }

        return await screen.DrawAsync(console => console.Status().Spinner(Spinner.Known.Dots).StartAsync(
            Markup.Escape(what),
            status =>
            {
                var done = 0;
                return work(project => status.Status = Markup.Escape($"{what}: {++done} done, last {project}"));
            }));
    }
}
