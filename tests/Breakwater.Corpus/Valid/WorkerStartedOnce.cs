namespace Breakwater.Corpus.Valid;

/// <summary>The stored task is work that runs until the host stops it: nobody waits for a result, and the token is the host's.</summary>
public static class WorkerStartedOnce
{
    private static Task? s_worker;

    public static void Start(HttpClient http, CancellationToken cancellation)
    {
        if (s_worker != null)
            return;

        s_worker = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1));
            while (await timer.WaitForNextTickAsync(cancellation))
                await http.GetStringAsync("/alive", cancellation);
        });
    }
}
