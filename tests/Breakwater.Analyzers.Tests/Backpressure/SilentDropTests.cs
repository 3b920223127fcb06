using Breakwater.Rules.Backpressure.SilentDrop;
using Breakwater.Testing;

namespace Breakwater.Tests.Backpressure;

public class SilentDropTests
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.Channels;
        using System.Threading.Tasks;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.DependencyInjection;
        using Mode = System.Threading.Channels.BoundedChannelFullMode;

        """;

    private const string Order = """

        public record Order(int Id, string Email);
        public record Ask(int Id, TaskCompletionSource<string> Answer);
        """;

    private static RuleTest<SilentDropAnalyzer> Test(string code, OutputKind output = OutputKind.DynamicallyLinkedLibrary) =>
        new() { TestState = { OutputKind = output, Sources = { Usings + code, Usings + Order } } };

    private static Task Check(string code, OutputKind output = OutputKind.DynamicallyLinkedLibrary) => Test(code, output).RunAsync();

    private static Task Says(string code, params object[] arguments)
    {
        var test = Test(code);
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new SilentDropAnalyzer().Descriptor)
            .WithLocation(0).WithArguments(arguments));
        return test.RunAsync();
    }

    private const string DeadBranch = "TryWrite still returns true, so the false case never happens";

    // The catalogue's own examples.

    [Fact]
    public Task A_refusal_that_never_comes_is_reported() => Says(
        """
        public class Mailer
        {
            private readonly Channel<Order> _outbox = Channel.CreateBounded<Order>(new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropWrite });
            public IActionResult Send(Order o)
            {
                if (!{|#0:_outbox.Writer.TryWrite(o)|}) return new StatusCodeResult(503);
                return new AcceptedResult();
            }
        }
        """, "_outbox", "items", DeadBranch);

    [Fact]
    public Task A_queue_of_work_is_reported() => Says(
        """
        public class Jobs
        {
            readonly Channel<Func<CancellationToken, Task>> _work =
                Channel.{|#0:CreateBounded|}<Func<CancellationToken, Task>>(new BoundedChannelOptions(50) { FullMode = BoundedChannelFullMode.DropOldest });
            public ValueTask RunAsync(Func<CancellationToken, Task> job) => _work.Writer.WriteAsync(job);
        }
        """, "_work", "work items", "nobody is told");

    [Fact]
    public Task A_queue_of_questions_is_reported() => Says(
        """
        class Batcher
        {
            static Channel<Ask> Make()
            {
                var options = new BoundedChannelOptions(10);
                options.FullMode = BoundedChannelFullMode.DropNewest;
                return Channel.{|#0:CreateBounded|}<Ask>(options);
            }
            readonly Channel<Ask> _asks = Make();
        }
        """, "_asks", "items somebody awaits", "nobody is told");

    [Theory]
    [InlineData("class Prices { readonly Channel<decimal> _latest = Channel.CreateBounded<decimal>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest }); public void Publish(decimal p) => _latest.Writer.TryWrite(p); }")]
    [InlineData("class Wake { readonly Channel<object?> _c = Channel.CreateBounded<object?>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }); public bool Signal() => _c.Writer.TryWrite(null); }")]
    [InlineData("class Counted { int _lost; readonly Channel<Func<Task>> _c; public Counted() => _c = Channel.CreateBounded<Func<Task>>(new BoundedChannelOptions(9) { FullMode = BoundedChannelFullMode.DropWrite }, _ => Interlocked.Increment(ref _lost)); }")]
    [InlineData("class Closing { readonly Channel<int> _c = Channel.CreateBounded<int>(new BoundedChannelOptions(9) { FullMode = BoundedChannelFullMode.DropOldest }); public bool Add(int x) => _c.Writer.TryWrite(x); public void Stop() => _c.Writer.Complete(); }")]
    public Task Data_signals_callbacks_and_completion_are_silent(string code) => Check(code);

    // The dead branch: how the answer is used.

    /// <summary>A class with a channel of plain data that drops, and this in a method of it.</summary>
    private static Task In(string body, string members = "") => Check(
        $$"""
        class C
        {
            readonly Channel<Order> _c = Channel.CreateBounded<Order>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest });
            static readonly Order Token = new(0, "");
            bool _ok;
            {{members}}
            async Task<bool> M(Order o, bool b) { await Task.Yield(); {{body}} return b; }
        }
        """);

    [Theory]
    [InlineData("if (!{0}) return false;")]
    [InlineData("return {0};")]
    [InlineData("b = b && {0};")]
    [InlineData("b = {0} ? true : false;")]
    [InlineData("var ok = {0}; Console.WriteLine(ok);")]
    [InlineData("bool ok; ok = {0}; if (ok) return true;")]
    [InlineData("Console.WriteLine({0});")]
    [InlineData("while (!{0}) await Task.Delay(1);")]
    [InlineData("switch ({0}) { case true: break; }")]
    [InlineData("if ({0} is false) return false;")]
    [InlineData("_ok = {0};")]
    [InlineData("bool Local() => {0}; Local();")]
    [InlineData("Func<bool> f = () => {0}; f();")]
    public Task A_used_answer_is_reported(string body) => In(body.Replace("{0}", "[|_c.Writer.TryWrite(o)|]"));

    [Theory]
    [InlineData("{0};")]
    [InlineData("_ = {0};")]
    [InlineData("var ok = {0};")]
    [InlineData("bool ok; ok = {0};")]
    [InlineData("Action a = () => {0}; a();")]
    public Task An_unused_answer_is_silent(string body) => In(body.Replace("{0}", "_c.Writer.TryWrite(o)"));

    [Theory]
    [InlineData("return _c.Writer.TryWrite(Token);")]
    [InlineData("return _c.Writer.TryWrite(null!);")]
    [InlineData("return _c.Writer.TryWrite(default!);")]
    [InlineData("await _c.Writer.WriteAsync(o);")]
    [InlineData("System.Linq.Expressions.Expression<Func<bool>> quoted = () => _c.Writer.TryWrite(o);")]
    public Task A_signal_and_a_waiting_write_are_silent(string body) => In(body);

    [Fact]
    public Task A_conditional_access_is_reported() => In("return _c?[|.Writer.TryWrite(o)|] == true;");

    // The dead branch: what else false could mean.

    [Theory]
    [InlineData("public ChannelReader<Order> Reader => _c.Reader;", true)]
    [InlineData("void Read(ChannelReader<Order> r) { } void Start() => Read(_c.Reader);", true)]
    [InlineData("ChannelWriter<Order> Own => _c.Writer; void Add(Order o) => Own.TryWrite(o);", true)]
    [InlineData("void Check() => ArgumentNullException.ThrowIfNull(_c);", true)]
    [InlineData("void Stop() => _c.Writer.Complete();", false)]
    [InlineData("void Stop() { var w = _c.Writer; w.TryComplete(new Exception()); }", false)]
    [InlineData("void Stop() => _c?.Writer.TryComplete();", false)]
    [InlineData("void Stop(CancellationToken ct) => ct.Register(() => _c.Writer.TryComplete());", false)]
    [InlineData("public Channel<Order> Queue => _c;", false)]
    [InlineData("internal ChannelWriter<Order> Writer => _c.Writer;", false)]
    [InlineData("protected ChannelWriter<Order> Open() => _c.Writer;", false)]
    [InlineData("public ChannelWriter<Order> Writer; public C() => Writer = _c.Writer;", false)]
    [InlineData("void Finish(ChannelWriter<Order> w) => w.Complete(); void Stop() => Finish(_c.Writer);", false)]
    [InlineData("static void Use<T>(T t) { } void Stop() => Use(_c);", false)]
    [InlineData("object[] All() => new object[] { _c };", false)]
    [InlineData("object All() { List<Channel<Order>> all = [_c]; return all; }", false)]
    [InlineData("object All() { List<ChannelReader<Order>> all = [_c.Reader]; return all; }", true)]
    [InlineData("void Stop() { if (_c is { } c) c.Writer.Complete(); }", false)]
    [InlineData("void Stop() { if (_c is { Writer: var w }) w.Complete(); }", false)]
    [InlineData("void Stop() { if (_c?.Writer is ChannelWriter<Order> w) w.Complete(); }", false)]
    [InlineData("void Stop() { switch (_c) { case { } c: c.Writer.Complete(); break; } }", false)]
    [InlineData("bool Stop() => _c switch { { } c => c.Writer.TryComplete(), _ => false };", false)]
    [InlineData("void Show() { if (_c is { } c) Console.WriteLine(c.Reader.Count); }", true)]
    [InlineData("async Task<Channel<Order>> Get() { await Task.Yield(); return _c; } async Task Stop() => (await Get()).Writer.Complete();", false)]
    [InlineData("IEnumerable<Channel<Order>> All() { yield return _c; }", false)]
    public Task Completion_and_writers_elsewhere_make_false_possible(string members, bool reported) =>
        In(reported ? "return [|_c.Writer.TryWrite(o)|];" : "return _c.Writer.TryWrite(o);", members);

    [Fact]
    public Task An_interface_shows_the_queue() => Check(
        """
        interface IHave { ChannelWriter<Order> Writer { get; } }
        class C : IHave
        {
            readonly Channel<Order> _c = Channel.CreateBounded<Order>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest });
            ChannelWriter<Order> IHave.Writer => _c.Writer;
            public bool Add(Order o) => _c.Writer.TryWrite(o);
        }
        """);

    [Theory]
    [InlineData("public Channel<Order> _c { get; } = @;", false)]
    [InlineData("internal readonly Channel<Order> _c = @;", false)]
    [InlineData("Channel<Order> _c { get; } = @;", true)]
    [InlineData("static readonly Channel<Order> _c = @;", true)]
    [InlineData("Channel<Order>? _c; void Open() { _c ??= @; }", true)]
    [InlineData("readonly Channel<Order> _c; public C(bool b) => _c = b ? @ : Channel.CreateBounded<Order>(5);", false)]
    [InlineData("readonly Channel<Order> _c; public C(bool b) => _c = b ? @ : @;", true)]
    [InlineData("readonly Channel<Order> _c = Make(); static Channel<Order> Make() => @;", true)]
    [InlineData("readonly Channel<Order> _c = Make(); static Channel<Order> Make() { var c = @; return c; }", true)]
    [InlineData("readonly Channel<Order> _c; public C(Channel<Order> c) => _c = c;", false)]
    public Task The_creations_of_a_variable_decide(string member, bool reported) => Check(
        "partial class C { " + member.Replace("@", "Channel.CreateBounded<Order>(new BoundedChannelOptions(9) { FullMode = Mode.DropWrite })")
        + " } partial class C { public bool Add(Order o) => " + (reported ? "[|_c!.Writer.TryWrite(o)|]" : "_c!.Writer.TryWrite(o)") + "; }");

    [Theory]
    [InlineData("", true)]
    [InlineData("c.Writer.Complete();", false)]
    [InlineData("Fill(c.Writer); void Fill(ChannelWriter<Order> w) { }", false)]
    [InlineData("Read(c.Reader); void Read(ChannelReader<Order> r) { }", true)]
    [InlineData("Fill(); ChannelWriter<Order> Fill() => c.Writer;", true)]
    public Task A_local_channel_is_judged_by_its_body(string more, bool reported) => Check(
        "class P { bool M(Order o) { var c = Channel.CreateBounded<Order>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); "
        + more + " return " + (reported ? "[|c.Writer.TryWrite(o)|]" : "c.Writer.TryWrite(o)") + "; } }");

    [Theory]
    [InlineData("Channel<Order>", "c")]
    [InlineData("ChannelWriter<Order>", "c.Writer")]
    public Task A_local_channel_leaves_by_the_result_of_its_method(string type, string result) => Check(
        $"class C {{ {type} Open(Order o) {{ var c = Channel.CreateBounded<Order>(new BoundedChannelOptions(9) {{ FullMode = Mode.DropOldest }}); if (!c.Writer.TryWrite(o)) throw new Exception(); return {result}; }} }}");

    [Fact]
    public Task A_program_is_a_body_too() => Check(
        """
        var c = Channel.CreateBounded<Order>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest });
        if (![|c.Writer.TryWrite(new Order(1, ""))|]) return;
        """, OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("readonly ChannelWriter<Order> _w = Channel.CreateBounded<Order>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }).Writer;", true)]
    [InlineData("readonly Channel<Order> _c = Channel.CreateBounded<Order>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); readonly ChannelWriter<Order> _w; public C() => _w = _c.Writer;", true)]
    [InlineData("readonly Channel<Order> _c = Channel.CreateBounded<Order>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); readonly ChannelWriter<Order> _w; public C() => _w = _c.Writer; void Stop() => _w.Complete();", false)]
    [InlineData("readonly ChannelWriter<Order> _w; public C(ChannelWriter<Order> w) => _w = w;", false)]
    public Task A_kept_writer_is_followed(string members, bool reported) =>
        Check($"class C {{ {members} public bool Add(Order o) => {(reported ? "[|_w.TryWrite(o)|]" : "_w.TryWrite(o)")}; }}");

    // The options.

    [Theory]
    [InlineData("new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }", true)]
    [InlineData("new BoundedChannelOptions(Environment.ProcessorCount) { FullMode = Mode.DropNewest }", true)]
    [InlineData("options: new(9) { SingleReader = true, FullMode = Mode.DropWrite }", true)]
    [InlineData("new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }, null", true)]
    [InlineData("itemDropped: null, options: new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }", true)]
    [InlineData("new BoundedChannelOptions(9) { FullMode = (Mode)3 }", true)]
    [InlineData("new BoundedChannelOptions(9) { FullMode = Constant }", true)]
    [InlineData("Shared", true)]
    [InlineData("new BoundedChannelOptions(9)", false)]
    [InlineData("9", false)]
    [InlineData("new BoundedChannelOptions(9) { FullMode = Mode.Wait }", false)]
    [InlineData("new BoundedChannelOptions(9) { FullMode = Given }", false)]
    [InlineData("new BoundedChannelOptions(9) { FullMode = Given == Mode.Wait ? Mode.DropNewest : Mode.DropOldest }", false)]
    [InlineData("new BoundedChannelOptions(1) { FullMode = Mode.DropOldest }", false)]
    [InlineData("new BoundedChannelOptions(9) { FullMode = Mode.DropOldest, Capacity = 1 }", false)]
    [InlineData("new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }, _ => { }", false)]
    [InlineData("new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }, itemDropped: Lost", false)]
    [InlineData("Elsewhere", false)]
    public Task The_mode_the_capacity_and_the_callback_decide(string options, bool reported) => Check(
        $$"""
        class C
        {
            const Mode Constant = Mode.DropNewest;
            static readonly BoundedChannelOptions Shared = new(9) { FullMode = Mode.DropOldest };
            public static BoundedChannelOptions Elsewhere { get; set; } = new(9) { FullMode = Mode.DropOldest };
            static Mode Given => Mode.DropOldest;
            static void Lost(Action work) { }
            readonly Channel<Action> _c = Channel.{{(reported ? "[|CreateBounded|]" : "CreateBounded")}}<Action>({{options}});
            public void Add(Action a) => _c.Writer.TryWrite(a);
        }
        """);

    [Theory]
    [InlineData("var o = new BoundedChannelOptions(9); o.FullMode = Mode.DropOldest;", true)]
    [InlineData("var o = new BoundedChannelOptions(9) { FullMode = Mode.Wait }; o.FullMode = Mode.DropOldest;", true)]
    [InlineData("var o = new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }; if (b) o.FullMode = Mode.DropWrite;", true)]
    [InlineData("var o = new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }; if (b) o.FullMode = Mode.Wait;", false)]
    [InlineData("var o = new BoundedChannelOptions(9); if (b) o.FullMode = Mode.DropOldest;", false)]
    [InlineData("var o = new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }; o.Capacity = 1;", false)]
    [InlineData("var o = new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }; configure(o);", false)]
    [InlineData("var o = options;", false)]
    public Task Options_in_a_local_are_read(string body, bool reported) => Check(
        "class C { readonly Channel<Action> _c; public C(bool b, BoundedChannelOptions options, Action<BoundedChannelOptions> configure) { " + body
        + " _c = Channel." + (reported ? "[|CreateBounded|]" : "CreateBounded") + "<Action>(o); } }");

    // What an item is.

    [Theory]
    [InlineData("Action", true)]
    [InlineData("Func<Task>?", true)]
    [InlineData("Handler", true)]
    [InlineData("TaskCompletionSource", true)]
    [InlineData("TaskCompletionSource<int>", true)]
    [InlineData("Ask", true)]
    [InlineData("Derived", true)]
    [InlineData("IAsk", true)]
    [InlineData("Hidden", true)]
    [InlineData("KeyValuePair<int, TaskCompletionSource>", true)]
    [InlineData("Promise", true)]
    [InlineData("Order", false)]
    [InlineData("string", false)]
    [InlineData("Task", false)]
    [InlineData("Waits", false)]
    [InlineData("WithStatic", false)]
    [InlineData("Job", false)]
    [InlineData("(int Id, TaskCompletionSource Done)", false)]
    [InlineData("object", false)]
    public Task Work_is_told_from_data(string item, bool reported) => Check(
        $$"""
        public delegate void Handler(Order o);
        public record Derived(int Id, TaskCompletionSource<string> Answer, int More) : Ask(Id, Answer);
        public interface IHas { TaskCompletionSource Done { get; } }
        public interface IAsk : IHas { }
        public class Hidden { private readonly TaskCompletionSource _done = new(); public void Done() => _done.SetResult(); }
        public class Promise : TaskCompletionSource<int> { }
        public record Waits(Task Done);
        public class WithStatic { public static readonly TaskCompletionSource Done = new(); }
        public record Job(Func<Task> Work);
        class C { readonly Channel<{{item}}> _c = Channel.{{(reported ? "[|CreateBounded|]" : "CreateBounded")}}<{{item}}>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); }
        """);

    [Theory]
    [InlineData("class C<T> { readonly Channel<T> _c = Channel.CreateBounded<T>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); }")]
    [InlineData("class C { public Channel<Action> Queue { get; set; } = Channel.CreateBounded<Action>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); }")]
    [InlineData("class C { readonly Channel<Action> _c; public C(bool b) => _c = b ? Channel.CreateUnbounded<Action>() : Channel.CreateBounded<Action>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); }")]
    [InlineData("class C { readonly Channel<Action> _c = Channel.CreateBounded<Action>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); static readonly Action Go = () => { }; public void Add() => _c.Writer.TryWrite(Go); }")]
    [InlineData("class C { readonly Lazy<Channel<Action>> _c = new(() => Channel.CreateBounded<Action>(9)); }")]
    public Task Work_that_may_be_kept_is_silent(string code) => Check(code);

    [Theory]
    [InlineData("class C { void M(IServiceCollection s) => s.AddSingleton(Channel.[|CreateBounded|]<Ask>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest })); }")]
    [InlineData("class C { void M(IServiceCollection s) => s.AddSingleton<Channel<Ask>>(p => Channel.[|CreateBounded|]<Ask>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest })); }")]
    [InlineData("class C { void M(IServiceCollection s) { var c = Channel.[|CreateBounded|]<Ask>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); s.AddSingleton(c.Writer); } }")]
    [InlineData("class C { readonly Dictionary<int, Channel<Action>> _all = new(); void M() { _all[1] = Channel.[|CreateBounded|]<Action>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); } }")]
    [InlineData("class C { void M(Action a) { var c = Channel.[|CreateBounded|]<Action>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); c.Writer.TryWrite(a); c.Writer.Complete(); } }")]
    [InlineData("class C { readonly Channel<Action> _c; public C(bool b) => _c = b ? Channel.[|CreateBounded|]<Action>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }) : Channel.CreateBounded<Action>(new BoundedChannelOptions(5) { FullMode = Mode.DropOldest }); }")]
    [InlineData("class C { readonly Channel<Action> _c = Channel.[|CreateBounded|]<Action>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); public bool Add(Action a) => [|_c.Writer.TryWrite(a)|]; }")]
    public Task Each_channel_of_work_is_reported_once(string code) => Check(code);

    [Fact]
    public Task A_registered_channel_is_named_by_its_type() => Says(
        "class C { void M(IServiceCollection s) => s.AddSingleton(Channel.{|#0:CreateBounded|}<Ask>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest })); }",
        "Channel<Ask>", "items somebody awaits", "nobody is told");

    [Theory]
    [InlineData("work", false)]
    [InlineData("all", true)]
    public Task Every_item_can_be_made_to_count(string value, bool reported)
    {
        var test = Test(
            "class C { readonly Channel<Order> _c = Channel." + (reported ? "[|CreateBounded|]" : "CreateBounded") + "<Order>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); public void Add(Order o) => _c.Writer.TryWrite(o); "
            + "readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); public void Wake() => _wake.Writer.TryWrite(true); }");
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\nbreakwater.BW0603.require_callback = {value}\n"));
        return test.RunAsync();
    }

    [Fact]
    public Task Test_projects_are_left_alone()
    {
        var test = Test("class C { readonly Channel<Action> _c = Channel.CreateBounded<Action>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }); }");
        test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", "is_global = true\nbreakwater.project_kind = test\n"));
        return test.RunAsync();
    }

    // The fix.

    private static Task Fixes(string code, string fixedCode, params string[] more)
    {
        var test = new RuleTest<SilentDropAnalyzer, SilentDropFix> { TestState = { Sources = { Usings + code, Usings + Order } }, FixedState = { Sources = { Usings + fixedCode, Usings + Order } } };
        foreach (var file in more)
        {
            test.TestState.Sources.Add(file);
            test.FixedState.Sources.Add(file);
        }

        return test.RunAsync();
    }

    private const string Dropping = "class C { readonly Channel<Order> _c = Channel.CreateBounded<Order>(@); public bool Add(Order o) => [|_c.Writer.TryWrite(o)|]; }";

    [Theory]
    [InlineData("new BoundedChannelOptions(9) { FullMode = BoundedChannelFullMode.DropWrite }", "new BoundedChannelOptions(9) { FullMode = BoundedChannelFullMode.Wait }")]
    [InlineData("new BoundedChannelOptions(9) { SingleReader = true, FullMode = /* why */ Mode.DropOldest }", "new BoundedChannelOptions(9) { SingleReader = true, FullMode = /* why */ Mode.Wait }")]
    [InlineData("new(9) { FullMode = System.Threading.Channels.BoundedChannelFullMode.DropNewest }, null", "new(9) { FullMode = System.Threading.Channels.BoundedChannelFullMode.Wait }, null")]
    [InlineData("options: new(9) { FullMode = (Mode)1 }", "options: new(9) { FullMode = Mode.Wait }")]
    public Task The_mode_becomes_wait(string before, string after) =>
        Fixes(Dropping.Replace("@", before), Dropping.Replace("@", after).Replace("[|", "").Replace("|]", ""));

    [Fact]
    public Task An_assigned_mode_becomes_wait() => Fixes(
        """
        class C
        {
            readonly Channel<Action> _c;
            public C()
            {
                var options = new BoundedChannelOptions(9);
                options.FullMode = BoundedChannelFullMode.DropOldest; // newest wins
                _c = Channel.[|CreateBounded|]<Action>(options);
            }
        }
        """,
        """
        class C
        {
            readonly Channel<Action> _c;
            public C()
            {
                var options = new BoundedChannelOptions(9);
                options.FullMode = BoundedChannelFullMode.Wait; // newest wins
                _c = Channel.CreateBounded<Action>(options);
            }
        }
        """);

    [Fact]
    public Task Every_creation_of_a_variable_waits() => Fixes(
        "class C { readonly Channel<Action> _c; public C(bool b) => _c = b ? Channel.[|CreateBounded|]<Action>(new BoundedChannelOptions(9) { FullMode = Mode.DropOldest }) : Channel.CreateBounded<Action>(new BoundedChannelOptions(5) { FullMode = Mode.DropNewest }); }",
        "class C { readonly Channel<Action> _c; public C(bool b) => _c = b ? Channel.CreateBounded<Action>(new BoundedChannelOptions(9) { FullMode = Mode.Wait }) : Channel.CreateBounded<Action>(new BoundedChannelOptions(5) { FullMode = Mode.Wait }); }");

    [Fact]
    public Task No_fix_where_the_mode_is_written_in_another_file()
    {
        const string code = "class C { readonly Channel<Action> _c = Channel.[|CreateBounded|]<Action>(Settings.Make()); }";
        return Fixes(code, code, "static class Settings { public static System.Threading.Channels.BoundedChannelOptions Make() => new(9) { FullMode = System.Threading.Channels.BoundedChannelFullMode.DropOldest }; }");
    }

    [Fact]
    public void The_fix_says_that_it_changes_behaviour_and_is_applied_one_by_one()
    {
        var fix = new SilentDropFix();
        Assert.False(fix.AllAtOnce);
        Assert.Null(fix.GetFixAllProvider());
        Assert.Equal(FixSafety.ChangesBehaviour, Descriptor.FixOf(new SilentDropAnalyzer().Descriptor));
    }
}
