using System.Collections.Concurrent;

namespace Breakwater.Corpus.Valid;

/// <summary>A task scheduler may neither refuse a task nor make the thread wait that starts it, so its queue cannot have a bound.</summary>
public sealed class UnboundedQueueOfTaskScheduler : TaskScheduler, IDisposable
{
    private readonly ConcurrentQueue<Task> _waiting = new();
    private readonly SemaphoreSlim _count = new(0);
    private volatile bool _stopped;

    public void Run()
    {
        while (!_stopped)
        {
            _count.Wait();
            while (_waiting.TryDequeue(out var task))
                TryExecuteTask(task);
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _count.Release();
    }

    protected override void QueueTask(Task task)
    {
        _waiting.Enqueue(task);
        _count.Release();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _waiting;
}
