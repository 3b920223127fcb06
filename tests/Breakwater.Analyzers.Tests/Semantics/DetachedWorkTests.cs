using Breakwater.Flow;
using Breakwater.Semantics.Hosting;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class DetachedWorkTests
{
    private static Probe For(string code) => new(
        $$"""
        public static class Tasks { public static void Forget(this Task task) { } public static void WaitFor(this Task task) { } public static Task Logged(this Task task) => task; }
        public class A(IProductApi api)
        {
            private Task? kept;
            private readonly List<Task> all = [];
            private Task Work(int id = 0, CancellationToken ct = default) => api.LoadAsync(id, ct);
            private ValueTask Quick() => default;
            private async void Fire() => await Work();
            private void Run(object? state) { }
            public async Task M(A? other, CancellationToken ct) { await Task.Yield(); {{code}} }
        }
        """);

    private static List<DetachedWork> In(string code)
    {
        var probe = For(code);
        return [.. DetachedWork.In(probe.Body("M"), probe.Compilation)];
    }

    [Theory]
    [InlineData("_ = Work();", "Work()")]
    [InlineData("Work();", "Work()")]
    [InlineData("_ = Quick();", "Quick()")]
    [InlineData("other?.Work();", ".Work()")]
    [InlineData("_ = other!.Work().ConfigureAwait(false);", "other!.Work()")]
    [InlineData("_ = Quick().AsTask();", "Quick()")]
    [InlineData("Work().Forget();", "Work()")]
    [InlineData("Tasks.Forget(Work());", "Work()")]
    [InlineData("other?.Work().Forget();", ".Work()")]
    [InlineData("Work().ContinueWith(t => { });", "Work()")]
    [InlineData("_ = Work().WaitAsync(ct);", "Work()")]
    [InlineData("Fire();", "Fire()")]
    [InlineData("var task = Work();", "Work()")]
    [InlineData("Task task; task = Work();", "Work()")]
    [InlineData("async void Local() => await Work(1, ct); Local();", "Local()")]
    [InlineData("Action a = () => Work();", "Work()")]
    [InlineData("Func<object?, Task> a = async _ => { _ = Work(); await Work(); };", "Work()")]
    [InlineData("void Local() => Work();", "Work()")]
    [InlineData("Task.WhenAll(Work(), Work());", "Task.WhenAll(Work(), Work())")]
    [InlineData("Work().Logged();", "Work().Logged()")]
    [InlineData("if (ct.IsCancellationRequested) _ = Work();", "Work()")]
    public void IsWhatIsLetGo(string code, string call) => Assert.Equal(call, Assert.Single(In(code)).Call.Syntax.ToString());

    [Theory]
    [InlineData("await Work();")]
    [InlineData("return;")]
    [InlineData("var task = Work(); await task;")]
    [InlineData("kept = Work();")]
    [InlineData("all.Add(Work());")]
    [InlineData("all.Add(Work()); await Task.WhenAll(all);")]
    [InlineData("kept!.ContinueWith(t => { });")]
    [InlineData("_ = kept;")]
    [InlineData("Work().Wait();")]
    [InlineData("Work().GetAwaiter().GetResult();")]
    [InlineData("Work().WaitFor();")]
    [InlineData("_ = await Task.FromResult(1);")]
    [InlineData("_ = Task.Run(() => 1).Result;")]
    [InlineData("Func<Task> f = () => Work(); await f();")]
    [InlineData("Task Local() => Work(); await Local();")]
    [InlineData("var thread = new Thread(() => { }); thread.Start(); thread.Join();")]
    [InlineData("var tasks = new[] { Work() }; await Task.WhenAll(tasks);")]
    public void IsNotWhatIsKept(string code) => Assert.Empty(In(code));

    [Theory]
    [InlineData("_ = Task.Run(() => Work());", "() => Work()")]
    [InlineData("_ = Task.Run(async () => await Work(), ct);", "async () => await Work()")]
    [InlineData("Task.Factory.StartNew(async () => { await Work(); }).Unwrap();", "async () => { await Work(); }")]
    [InlineData("new TaskFactory().StartNew(Run, null);", "Run")]
    [InlineData("ThreadPool.QueueUserWorkItem(Run);", "Run")]
    [InlineData("ThreadPool.QueueUserWorkItem(state: null, callBack: _ => Work());", "_ => Work()")]
    [InlineData("ThreadPool.UnsafeQueueUserWorkItem(static s => { }, ct, false);", "static s => { }")]
    [InlineData("new Thread(() => Work().Wait()).Start();", "() => Work().Wait()")]
    [InlineData("new Thread(new ParameterizedThreadStart(Run)) { IsBackground = true }.Start(1);", "Run")]
    [InlineData("var thread = new Thread(Run); thread.IsBackground = true; thread.Start();", "Run")]
    [InlineData("Func<Task> f = () => Work(); _ = Task.Run(f);", "() => Work()")]
    [InlineData("_ = Task.Run(() => { }).ContinueWith(t => { });", "() => { }")]
    public void NamesTheStartedCode(string code, string started) =>
        Assert.Equal(started, In(code).Single(w => w.Code is not null).Code!.Syntax.ToString());

    [Theory]
    [InlineData("_ = Work();")]
    [InlineData("_ = Task.Run(Pick());  Func<Task> Pick() => () => Work();")]
    public void NamesNoCodeWhereTheCallIsTheWork(string code) => Assert.Null(Assert.Single(In(code)).Code);

    [Fact]
    public void NamesTheContinuations() => Assert.Equal(
        ["Run", "t => Work()"],
        Assert.Single(In("_ = Work().ContinueWith(t => Work()).ContinueWith(Run).ConfigureAwait(false);")).Continuations.Select(c => c.Syntax.ToString()));

    [Fact]
    public void FindsTheWorkAroundAnOperation()
    {
        var probe = For("_ = Task.Run(async () => { _ = Quick(); await Task.Delay(1); }); await Task.Delay(2);");
        var delays = probe.Calls("M", "Delay");
        var around = DetachedWork.Around(delays[0], probe.Compilation);
        Assert.Equal("Run", around!.Call.TargetMethod.Name);
        Assert.Null(DetachedWork.Around(delays[1], probe.Compilation));
        Assert.Null(DetachedWork.Around(around.Call, probe.Compilation));
        Assert.IsAssignableFrom<IAnonymousFunctionOperation>(BodyGraph.BodyOf(delays[0]));
    }
}
