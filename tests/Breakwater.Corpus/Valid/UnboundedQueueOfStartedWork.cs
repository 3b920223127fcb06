using System.Threading.Channels;

namespace Breakwater.Corpus.Valid;

/// <summary>The loop starts each job and waits for none, so nothing piles up in the queue; the jobs that run have no limit, the queue is not to blame.</summary>
public sealed class UnboundedQueueOfStartedWork
{
    private readonly Channel<Func<Task>> _jobs = Channel.CreateUnbounded<Func<Task>>();
    private readonly HashSet<Task> _running = [];

    public void Schedule(Func<Task> job) => _jobs.Writer.TryWrite(job);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await _jobs.Reader.WaitToReadAsync(cancellationToken))
        {
            if (!_jobs.Reader.TryRead(out var job))
                continue;
            var running = job();
            lock (_running)
                _running.Add(running);
            _ = running.ContinueWith(Remove, TaskScheduler.Default);
        }
    }

    private void Remove(Task task)
    {
        lock (_running)
            _running.Remove(task);
    }
}
