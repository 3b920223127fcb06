using Breakwater.Semantics;
using Microsoft.CodeAnalysis.Operations;

namespace Breakwater.Tests.Semantics;

public class WaitedTasksTests
{
    /// <summary>Each task as its source text, with the collection it is made from behind <c>/</c> and <c>*</c> where a loop adds it.</summary>
    private static string In(string statements)
    {
        var probe = new Probe($"public class C {{ Task A() => Task.CompletedTask; Task B() => Task.CompletedTask; Task F(int i) => Task.CompletedTask; async Task M(List<int> ids, Task given, List<Task> unknown) {{ await Task.Yield(); {statements} }} }}");
        var wait = probe.Body("M").DescendantsAndSelf().OfType<IInvocationOperation>().Single(WaitedTasks.AreWaitedForBy);
        return string.Join(" ", WaitedTasks.Of(wait).Select(t => t.Start.Syntax + (t.Source is { } source ? "/" + source.Syntax : "") + (t.Loop is null ? "" : "*")));
    }

    [Theory]
    [InlineData("await Task.WhenAll(A(), B());", "A() B()")]
    [InlineData("await Task.WhenAny(A(), B());", "A() B()")]
    [InlineData("Task.WaitAll(A(), B());", "A() B()")]
    [InlineData("await Task.WhenAll(new[] { A(), B() });", "A() B()")]
    [InlineData("await Task.WhenAll([A(), B(), .. ids.Select(i => F(i))]);", "A() B() i => F(i)/ids")]
    [InlineData("await Task.WhenAll(new List<Task> { A(), B() });", "A() B()")]
    [InlineData("var a = A(); await Task.WhenAll(a, given);", "A() given")]
    [InlineData("var all = new[] { A(), B() }; await Task.WhenAll(all);", "A() B()")]
    [InlineData("var all = new List<Task>(); all.Add(A()); all.Add(B()); await Task.WhenAll(all);", "A() B()")]
    [InlineData("List<Task> all = [A()]; all.Add(B()); await Task.WhenAll(all);", "A() B()")]
    [InlineData("var all = new Task[2]; all[0] = A(); all[1] = B(); await Task.WhenAll(all);", "A() B()")]
    [InlineData("await Task.WhenAll(ids.Select(F));", "F/ids")]
    [InlineData("await Task.WhenAll(ids.Select(i => F(i)).ToArray());", "i => F(i)/ids")]
    [InlineData("await Task.WhenAll(Enumerable.Select(ids, i => F(i)).Append(A()));", "i => F(i)/ids A()")]
    [InlineData("var all = ids.Select(i => F(i)).ToList(); await Task.WhenAll(all);", "i => F(i)/ids")]
    [InlineData("await Task.WhenAll(ids?.Select(i => F(i)) ?? []);", "i => F(i)/ids")]
    [InlineData("var all = new List<Task>(); all.AddRange(ids.Select(i => F(i))); await Task.WhenAll(all);", "i => F(i)/ids")]
    [InlineData("var all = new List<Task>(); foreach (var i in ids) { var t = F(i); all.Add(t); } await Task.WhenAll(all);", "F(i)/ids*")]
    [InlineData("var all = new List<Task>(); for (var i = 0; i < 3; i++) all.Add(F(i)); await Task.WhenAll(all);", "F(i)*")]
    [InlineData("foreach (var i in ids) { var all = new List<Task>(); all.Add(F(i)); await Task.WhenAll(all); }", "F(i)")]
    [InlineData("await Task.WhenAll(unknown);", "")]
    public void FindsTheTasks(string statements, string tasks) => Assert.Equal(tasks, In(statements));

    [Fact]
    public void FindsTheSelectOfAQuery() => Assert.EndsWith("/ids", In("await Task.WhenAll(from i in ids select F(i));"));
}
