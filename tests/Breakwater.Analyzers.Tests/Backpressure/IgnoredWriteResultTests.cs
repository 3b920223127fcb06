using Breakwater.Rules.Backpressure.IgnoredWriteResult;
using Breakwater.Testing;

namespace Breakwater.Tests.Backpressure;

public class IgnoredWriteResultTests
{
    private const string Usings = """
        using System;
        using System.Collections.Concurrent;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.Channels;
        using System.Threading.Tasks;
        using System.Threading.Tasks.Dataflow;
        using Waiting = System.Threading.Channels.Channel<Order>;

        """;

    private const string Order = """

        public record Order(int Id, string Email);
        """;

    private static Task Check(string code, OutputKind output = OutputKind.DynamicallyLinkedLibrary) =>
        new RuleTest<IgnoredWriteResultAnalyzer> { TestState = { OutputKind = output, Sources = { Usings + code, Usings + Order } } }.RunAsync();

    /// <summary>A class with a bounded channel, collection and block, and this in a method of it.</summary>
    private static Task In(string body, string options = "new BoundedChannelOptions(10)") => Check(
        $$"""
        class C
        {
            const Order? Nothing = null;
            static readonly Order Token = new(0, "");
            readonly Channel<Order> _c = Channel.CreateBounded<Order>({{options}});
            readonly BlockingCollection<Order> _q = new(10);
            readonly ActionBlock<Order> _b = new(o => Console.WriteLine(o), new() { BoundedCapacity = 5 });
            async Task M(Order o, bool b) { await Task.Yield(); {{body}} }
        }
        """);

    private static Task Says(string code, string queue, string method, OutputKind output = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<IgnoredWriteResultAnalyzer> { TestState = { OutputKind = output, Sources = { Usings + code, Usings + Order } } };
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new IgnoredWriteResultAnalyzer().Descriptor)
            .WithLocation(0).WithArguments(queue, method));
        return test.RunAsync();
    }

    // The catalogue's own examples.

    [Fact]
    public Task A_loop_that_tries_to_write_is_reported() => Says(
        """
        class Launcher
        {
            readonly Channel<Order> _jobs = Channel.CreateBounded<Order>(100);
            public Task StartAsync(IEnumerable<Order> all)
            {
                foreach (var o in all) _jobs.Writer.{|#0:TryWrite|}(o);
                return Task.CompletedTask;
            }
        }
        """, "_jobs", "TryWrite");

    [Fact]
    public Task A_post_to_a_bounded_block_is_reported() => Says(
        """
        class Worker
        {
            readonly ActionBlock<Order> _block = new(o => Console.WriteLine(o), new ExecutionDataflowBlockOptions { BoundedCapacity = 64 });
            public async Task FeedAsync(IAsyncEnumerable<Order> orders)
            {
                await foreach (var o in orders) _block.{|#0:Post|}(o);
            }
        }
        """, "_block", "Post");

    [Fact]
    public Task A_local_collection_in_a_program_is_reported() => Says(
        """
        const int Limit = 10;
        var queue = new BlockingCollection<Order>(Limit);
        queue.{|#0:TryAdd|}(new Order(1, "a"), millisecondsTimeout: 50);
        """, "queue", "TryAdd", OutputKind.ConsoleApplication);

    [Fact]
    public Task A_kept_writer_is_followed_to_its_channel() => Says(
        """
        class Audit
        {
            readonly ChannelWriter<Order> _writer;
            readonly Channel<Order> _channel;
            public Audit() { _channel = Channel.CreateBounded<Order>(new BoundedChannelOptions(500) { SingleReader = true }); _writer = _channel.Writer; }
            public void Record(Order o) => _writer.{|#0:TryWrite|}(o);
        }
        """, "_writer", "TryWrite");

    [Theory]
    [InlineData("class Signal { readonly Channel<bool> _c = Channel.CreateBounded<bool>(1); public void Set() => _c.Writer.TryWrite(true); }")]
    [InlineData("class Events { readonly Channel<Order> _c = Channel.CreateUnbounded<Order>(); public void Add(Order o) => _c.Writer.TryWrite(o); }")]
    [InlineData("class Lossy { readonly Channel<Order> _c = Channel.CreateBounded<Order>(10); public void Add(Order o) => _ = _c.Writer.TryWrite(o); }")]
    [InlineData("class Injected(ChannelWriter<Order> writer) { public void Add(Order o) => writer.TryWrite(o); }")]
    [InlineData("class Careful { readonly Channel<Order> _c = Channel.CreateBounded<Order>(10); public async Task AddAsync(Order o) { while (await _c.Writer.WaitToWriteAsync()) if (_c.Writer.TryWrite(o)) return; } }")]
    public Task Signals_unbounded_and_unknown_queues_are_silent(string code) => Check(code);

    // The call.

    [Theory]
    [InlineData("_c.Writer.[|TryWrite|](o);")]
    [InlineData("this._c.Writer.[|TryWrite|](o);")]
    [InlineData("_c?.Writer.[|TryWrite|](o);")]
    [InlineData("_c!.Writer!.[|TryWrite|](item: o);")]
    [InlineData("if (b) _c.Writer.[|TryWrite|](o); else _q.[|TryAdd|](o);")]
    [InlineData("_q.[|TryAdd|](o);")]
    [InlineData("_q?.[|TryAdd|](o);")]
    [InlineData("_q.[|TryAdd|](o, 0);")]
    [InlineData("_q.[|TryAdd|](o, TimeSpan.FromSeconds(1));")]
    [InlineData("_q.[|TryAdd|](o, 100, CancellationToken.None);")]
    [InlineData("_b.[|Post|](o);")]
    [InlineData("DataflowBlock.[|Post|](_b, o);")]
    [InlineData("DataflowBlock.[|Post|](item: o, target: _b);")]
    [InlineData("ITargetBlock<Order> t = _b; t.[|Post|](o);")]
    [InlineData("((ITargetBlock<Order>)_b).[|Post|](o);")]
    [InlineData("var w = _c.Writer; w.[|TryWrite|](o);")]
    [InlineData("ChannelWriter<Order> w = _c; w.[|TryWrite|](o);")]
    [InlineData("Action a = () => _c.Writer.[|TryWrite|](o); a();")]
    [InlineData("void Add(Order x) => _c.Writer.[|TryWrite|](x); Add(o);")]
    [InlineData("new List<Order> { o }.ForEach(x => _q.[|TryAdd|](x));")]
    [InlineData("await Task.Run(() => { _c.Writer.[|TryWrite|](o); });")]
    [InlineData("for (var i = 0; i < 3; _c.Writer.[|TryWrite|](o)) i++;")]
    [InlineData("try { _c.Writer.[|TryWrite|](new Order(1, \"\")); } finally { }")]
    public Task An_answer_that_nobody_reads_is_reported(string body) => In(body);

    [Theory]
    [InlineData("_ = _c.Writer.TryWrite(o);")]
    [InlineData("var ok = _c.Writer.TryWrite(o);")]
    [InlineData("if (!_q.TryAdd(o)) throw new InvalidOperationException();")]
    [InlineData("b = b && _b.Post(o);")]
    [InlineData("Func<bool> f = () => _c.Writer.TryWrite(o); f();")]
    [InlineData("while (!_c.Writer.TryWrite(o)) await Task.Delay(1);")]
    [InlineData("Console.WriteLine(_b.Post(o));")]
    [InlineData("_c.Writer.TryWrite(null!);")]
    [InlineData("_c.Writer.TryWrite(default!);")]
    [InlineData("_c.Writer.TryWrite(Token);")]
    [InlineData("_q.TryAdd(Nothing!);")]
    [InlineData("_q.TryAdd(o, -1);")]
    [InlineData("_q.TryAdd(o, Timeout.Infinite);")]
    [InlineData("_q.TryAdd(o, Timeout.InfiniteTimeSpan);")]
    [InlineData("await _c.Writer.WriteAsync(o);")]
    [InlineData("_q.Add(o);")]
    [InlineData("await _b.SendAsync(o);")]
    [InlineData("System.Linq.Expressions.Expression<Action> quoted = () => _c.Writer.TryWrite(o);")]
    public Task An_answer_that_is_read_or_given_up_on_purpose_is_silent(string body) => In(body);

    // The queue.

    [Theory]
    [InlineData("new BoundedChannelOptions(10) { FullMode = BoundedChannelFullMode.Wait }")]
    [InlineData("new BoundedChannelOptions(Environment.ProcessorCount)")]
    [InlineData("new BoundedChannelOptions(1) { Capacity = 2 }")]
    [InlineData("options: new(10) { SingleWriter = true }")]
    [InlineData("10")]
    [InlineData("capacity: Environment.ProcessorCount")]
    [InlineData("new BoundedChannelOptions(10), null")]
    public Task A_channel_that_refuses_is_reported(string options) => In("_c.Writer.[|TryWrite|](o);", options);

    [Theory]
    [InlineData("1")]
    [InlineData("new BoundedChannelOptions(1)")]
    [InlineData("new BoundedChannelOptions(9) { Capacity = 1 }")]
    [InlineData("new BoundedChannelOptions(10) { FullMode = BoundedChannelFullMode.DropOldest }")]
    [InlineData("new BoundedChannelOptions(10) { FullMode = BoundedChannelFullMode.DropWrite }")]
    [InlineData("new BoundedChannelOptions(10) { FullMode = (BoundedChannelFullMode)Environment.ProcessorCount }")]
    public Task A_channel_of_one_or_of_another_mode_is_silent(string options) => In("_c.Writer.TryWrite(o);", options);

    [Theory]
    [InlineData("readonly Waiting _c; public C(bool b) => _c = b ? Channel.CreateBounded<Order>(10) : Channel.CreateBounded<Order>(20);", true)]
    [InlineData("readonly Waiting _c; public C(bool b) => _c = b ? Channel.CreateBounded<Order>(10) : Channel.CreateUnbounded<Order>();", false)]
    [InlineData("readonly Waiting _c; public C(Waiting? c) => _c = c ?? Channel.CreateBounded<Order>(10);", false)]
    [InlineData("readonly Waiting _c = Make(); static Waiting Make() => Channel.CreateBounded<Order>(10);", true)]
    [InlineData("readonly Waiting _c = Make(); static Waiting Make() { var o = new BoundedChannelOptions(10); o.FullMode = BoundedChannelFullMode.DropNewest; return Channel.CreateBounded<Order>(o); }", false)]
    [InlineData("readonly Waiting _c = Make(9); static Waiting Make(int n) { var o = new BoundedChannelOptions(n); return Channel.CreateBounded<Order>(o); }", true)]
    [InlineData("Waiting? _c; public void Open() { _c ??= Channel.CreateBounded<Order>(10); }", true)]
    [InlineData("Waiting? _c; public void Open() { _c = Channel.CreateBounded<Order>(10); } public void Close() { _c = null; }", true)]
    [InlineData("internal Waiting _c = Channel.CreateBounded<Order>(10);", false)]
    [InlineData("internal readonly Waiting _c = Channel.CreateBounded<Order>(10);", true)]
    [InlineData("Waiting _c { get; } = Channel.CreateBounded<Order>(10);", true)]
    [InlineData("public Waiting _c { get; set; } = Channel.CreateBounded<Order>(10);", false)]
    [InlineData("static readonly Waiting _c = Channel.CreateBounded<Order>(10);", true)]
    public Task The_creations_of_a_variable_decide(string members, bool reported) => Check(
        $"partial class C {{ {members} }}\npartial class C {{ public void Add(Order o) => _c!.Writer.{(reported ? "[|TryWrite|]" : "TryWrite")}(o); }}");

    [Theory]
    [InlineData("readonly ChannelWriter<Order> _w = Channel.CreateBounded<Order>(10).Writer;", true)]
    [InlineData("readonly ChannelWriter<Order> _w = Make(); static ChannelWriter<Order> Make() => Channel.CreateBounded<Order>(10).Writer;", true)]
    [InlineData("readonly Waiting _c = Channel.CreateBounded<Order>(10); ChannelWriter<Order> _w; public C() { var c = _c; _w = c.Writer; }", true)]
    [InlineData("readonly Waiting _c = Channel.CreateUnbounded<Order>(); ChannelWriter<Order> _w; public C() => _w = _c.Writer;", false)]
    [InlineData("ChannelWriter<Order> _w; public C(Waiting c) => _w = c.Writer;", false)]
    [InlineData("ChannelWriter<Order> _w; public C(ChannelWriter<Order> w) => _w = w;", false)]
    public Task A_writer_has_the_creations_of_its_channel(string members, bool reported) => Check(
        $"class C {{ {members} public void Add(Order o) => _w.{(reported ? "[|TryWrite|]" : "TryWrite")}(o); }}");

    [Theory]
    [InlineData("BlockingCollection<Order> q = new();", false)]
    [InlineData("BlockingCollection<Order> q = new(new ConcurrentStack<Order>());", false)]
    [InlineData("BlockingCollection<Order> q = new(new ConcurrentStack<Order>(), 5);", true)]
    [InlineData("var q = new BlockingCollection<Order>(boundedCapacity: o.Id);", true)]
    [InlineData("var q = new BlockingCollection<Order>(1);", false)]
    [InlineData("using var q = new BlockingCollection<Order>(2);", true)]
    [InlineData("var q = new ConcurrentDictionary<Order, int>(); q.TryAdd(o, 1); return; } void N(BlockingCollection<Order> q, Order o) {", false)]
    public Task Collections(string declaration, bool reported) => Check(
        $"class C {{ void M(Order o) {{ {declaration} q.{(reported ? "[|TryAdd|]" : "TryAdd")}(o); }} }}");

    [Theory]
    [InlineData("var b = new BufferBlock<Order>(new DataflowBlockOptions { BoundedCapacity = 5 });", true)]
    [InlineData("var b = new TransformBlock<Order, int>(x => x.Id, new ExecutionDataflowBlockOptions { BoundedCapacity = 5 });", true)]
    [InlineData("var b = new TransformManyBlock<Order, char>(x => x.Email.ToCharArray(), new() { BoundedCapacity = 5 });", true)]
    [InlineData("var b = new BatchBlock<Order>(3, new GroupingDataflowBlockOptions { BoundedCapacity = 5 });", true)]
    [InlineData("var options = new DataflowBlockOptions(); options.BoundedCapacity = 9; var b = new BufferBlock<Order>(options);", true)]
    [InlineData("var options = new DataflowBlockOptions(); if (o.Id > 1) options.BoundedCapacity = 9; var b = new BufferBlock<Order>(options);", false)]
    [InlineData("var b = new BufferBlock<Order>(new DataflowBlockOptions { BoundedCapacity = 1 });", false)]
    [InlineData("var b = new BufferBlock<Order>(new DataflowBlockOptions { BoundedCapacity = -1 });", false)]
    [InlineData("var b = new BufferBlock<Order>();", false)]
    [InlineData("var b = new BroadcastBlock<Order>(x => x, new DataflowBlockOptions { BoundedCapacity = 5 });", false)]
    public Task Blocks(string declaration, bool reported) => Check(
        $"class C {{ void M(Order o) {{ {declaration} b.{(reported ? "[|Post|]" : "Post")}(o); }} }}");

    [Fact]
    public Task What_another_type_shows_is_unknown() => Check(
        """
        class Box { public Channel<Order> Queue { get; } = Channel.CreateBounded<Order>(10); }
        class Put(Box box) { public void Add(Order o) { box.Queue.Writer.TryWrite(o); var w = box.Queue.Writer; w.TryWrite(o); } }
        class Base { protected Channel<Order> Queue { get; } = Channel.CreateBounded<Order>(10); }
        class Derived : Base { public void Add(Order o) => Queue.Writer.[|TryWrite|](o); }
        """);

    [Fact]
    public Task Records_and_generic_types_are_read() => Check(
        """
        record Sink(string Name) { private readonly Channel<Order> _c = Channel.CreateBounded<Order>(10); public void Add(Order o) => _c.Writer.[|TryWrite|](o); }
        class Sink<T> { private readonly Channel<T> _c = Channel.CreateBounded<T>(10); public void Add(T o) => _c.Writer.[|TryWrite|](o); }
        struct Small { static readonly BlockingCollection<Order> Q = new(4); public readonly void Add(Order o) => Q.[|TryAdd|](o); }
        """);

    [Fact]
    public Task Another_TryWrite_is_silent() => Check(
        "class Pen { public bool TryWrite(Order o) => true; public bool Post(Order o) => true; } class C { readonly Pen _p = new(); void M(Order o) { _p.TryWrite(o); _p.Post(o); } }");

    // Waited for room.

    [Theory]
    [InlineData("while (await _c.Writer.WaitToWriteAsync()) { _c.Writer.TryWrite(o); }")]
    [InlineData("while (b && await _c.Writer.WaitToWriteAsync().ConfigureAwait(false)) _c.Writer.TryWrite(o);")]
    [InlineData("if (await _c.Writer.WaitToWriteAsync()) { Console.WriteLine(); _c.Writer.TryWrite(o); }")]
    [InlineData("if (!await _c.Writer.WaitToWriteAsync()) return; _c.Writer.TryWrite(o);")]
    [InlineData("var w = _c.Writer; if (await w.WaitToWriteAsync()) _c.Writer.TryWrite(o);")]
    [InlineData("while (await _c.Writer.WaitToWriteAsync()) { if (b) _c.Writer.TryWrite(o); else _c.Writer.TryWrite(o with { Id = 2 }); }")]
    [InlineData("_c.Writer.[|TryWrite|](o); if (await _c.Writer.WaitToWriteAsync()) _c.Writer.TryWrite(o);")]
    [InlineData("if (await _c.Writer.WaitToWriteAsync()) { _c.Writer.TryWrite(o); _c.Writer.[|TryWrite|](o); }")]
    [InlineData("if (await _c.Writer.WaitToWriteAsync()) { await _c.Writer.WriteAsync(o); _c.Writer.[|TryWrite|](o); }")]
    [InlineData("if (await _c.Writer.WaitToWriteAsync()) foreach (var x in new[] { o }) _c.Writer.[|TryWrite|](x);")]
    [InlineData("if (await _c.Writer.WaitToWriteAsync()) { } _c.Writer.[|TryWrite|](o);")]
    [InlineData("if (!await _c.Writer.WaitToWriteAsync()) { } _c.Writer.[|TryWrite|](o);")]
    [InlineData("if (await _c.Writer.WaitToWriteAsync()) { } else _c.Writer.[|TryWrite|](o);")]
    [InlineData("if (await _c.Writer.WaitToWriteAsync()) { Action later = () => _c.Writer.[|TryWrite|](o); later(); }")]
    [InlineData("do { _c.Writer.[|TryWrite|](o); } while (await _c.Writer.WaitToWriteAsync());")]
    [InlineData("await _c.Writer.WaitToWriteAsync(); _c.Writer.[|TryWrite|](o);")]
    [InlineData("var other = Channel.CreateBounded<Order>(5); if (await other.Writer.WaitToWriteAsync()) _c.Writer.[|TryWrite|](o);")]
    public Task A_single_writer_that_waited_for_room_is_silent_once(string body) => In(body, "new BoundedChannelOptions(10) { SingleWriter = true }");

    [Theory]
    [InlineData("new BoundedChannelOptions(10)")]
    [InlineData("new BoundedChannelOptions(10) { SingleWriter = false }")]
    public Task Several_writers_take_the_room_from_each_other(string options) =>
        In("while (await _c.Writer.WaitToWriteAsync()) { _c.Writer.[|TryWrite|](o); }", options);

    [Fact]
    public Task Test_projects_are_left_alone() => new RuleTest<IgnoredWriteResultAnalyzer>
    {
        TestCode = Usings + Order + "class A { readonly Channel<Order> _q = Channel.CreateBounded<Order>(10); public void Add(Order o) => _q.Writer.TryWrite(o); }",
        TestState = { AnalyzerConfigFiles = { ("/.globalconfig", "is_global = true\nbreakwater.project_kind = test\n") } },
    }.RunAsync();

    // The fix.

    private static Task Fixes(string code, string fixedCode, OutputKind output = OutputKind.DynamicallyLinkedLibrary) => new RuleTest<IgnoredWriteResultAnalyzer, IgnoredWriteResultFix>
    {
        TestState = { OutputKind = output, Sources = { Usings + code, Usings + Order } },
        FixedState = { Sources = { Usings + fixedCode, Usings + Order } },
    }.RunAsync();

    private static string Class(string method) =>
        "class C { readonly Channel<Order> _c = Channel.CreateBounded<Order>(10); readonly BlockingCollection<Order> _q = new(10); readonly ActionBlock<Order> _b = new(o => { }, new() { BoundedCapacity = 5 });\n" + method + "\n}";

    [Theory]
    [InlineData("async Task M(Order o) { await Task.Yield(); _c.Writer.[|TryWrite|](o); }", "async Task M(Order o) { await Task.Yield(); await _c.Writer.WriteAsync(o); }")]
    [InlineData("async Task M(Order o, CancellationToken ct) { await Task.Yield(); _c.Writer.[|TryWrite|](o); }", "async Task M(Order o, CancellationToken ct) { await Task.Yield(); await _c.Writer.WriteAsync(o, ct); }")]
    [InlineData("async Task M(Order o, CancellationToken a, CancellationToken b) { await Task.Yield(); _c.Writer.[|TryWrite|](o); }", "async Task M(Order o, CancellationToken a, CancellationToken b) { await Task.Yield(); await _c.Writer.WriteAsync(o); }")]
    [InlineData("async Task M(Order o, CancellationToken ct) { await Task.Yield(); _b.[|Post|](o); }", "async Task M(Order o, CancellationToken ct) { await Task.Yield(); await _b.SendAsync(o, ct); }")]
    [InlineData("async Task M(Order o, CancellationToken ct) { await Task.Yield(); DataflowBlock.[|Post|](item: o, target: _b); }", "async Task M(Order o, CancellationToken ct) { await Task.Yield(); await DataflowBlock.SendAsync(item: o, target: _b, cancellationToken: ct); }")]
    [InlineData("void M(Order o) => _q.[|TryAdd|](o);", "void M(Order o) => _q.Add(o);")]
    [InlineData("void M(Order o) => _q?.[|TryAdd|](o);", "void M(Order o) => _q?.Add(o);")]
    [InlineData("void M(Order o) { _q.[|TryAdd|](o, millisecondsTimeout: 50); }", "void M(Order o) { _q.Add(o); }")]
    [InlineData("void M(Order o, CancellationToken ct) { _q.[|TryAdd|](o, 50, ct); }", "void M(Order o, CancellationToken ct) { _q.Add(o, ct); }")]
    [InlineData("async Task M(Order o) => _c.Writer.[|TryWrite|](o);", "async Task M(Order o) => await _c.Writer.WriteAsync(o);")]
    [InlineData("Func<Order, Task> M(CancellationToken ct) => async o => { await Task.Yield(); _c.Writer.[|TryWrite|](o); };", "Func<Order, Task> M(CancellationToken ct) => async o => { await Task.Yield(); await _c.Writer.WriteAsync(o, ct); };")]
    [InlineData("void M(CancellationToken outer) { static async Task Local(Channel<Order> c, Order o) { await Task.Yield(); } async Task Inner(Order o) { await Task.Yield(); _c.Writer.[|TryWrite|](o); } }", "void M(CancellationToken outer) { static async Task Local(Channel<Order> c, Order o) { await Task.Yield(); } async Task Inner(Order o) { await Task.Yield(); await _c.Writer.WriteAsync(o, outer); } }")]
    [InlineData("async Task M(Order o)\n{\n    await Task.Yield();\n    // why\n    _c.Writer /* here */ .[|TryWrite|](o /* it */); // so\n}", "async Task M(Order o)\n{\n    await Task.Yield();\n    // why\n    await _c.Writer /* here */ .WriteAsync(o /* it */); // so\n}")]
    public Task The_writer_waits(string before, string after) => Fixes(Class(before), Class(after));

    [Fact]
    public Task A_program_can_wait() => Fixes(
        "var c = Channel.CreateBounded<Order>(5);\nc.Writer.[|TryWrite|](new Order(1, \"\"));",
        "var c = Channel.CreateBounded<Order>(5);\nawait c.Writer.WriteAsync(new Order(1, \"\"));", OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("void M(Order o) => _c.Writer.[|TryWrite|](o);")]
    [InlineData("Task M(Order o) { _b.[|Post|](o); return Task.CompletedTask; }")]
    [InlineData("async Task M(Order o) { await Task.Yield(); Action a = () => _c.Writer.[|TryWrite|](o); }")]
    [InlineData("async Task M(Order o) { await Task.Yield(); lock (_q) { _c.Writer.[|TryWrite|](o); } }")]
    [InlineData("async Task M(Order o) { await Task.Yield(); _c?.Writer.[|TryWrite|](o); }")]
    [InlineData("void M(Order o) => _q.[|TryAdd|](o, /* patient */ 50);")]
    public Task No_fix_where_nothing_can_wait(string method) => Fixes(Class(method), Class(method));

    [Fact]
    public Task Findings_inside_one_another_are_fixed_together() => Fixes(
        """
        class C
        {
            readonly Channel<Func<Task>> _w = Channel.CreateBounded<Func<Task>>(5);
            readonly Channel<Order> _c = Channel.CreateBounded<Order>(5);
            async Task M(Order o)
            {
                await Task.Yield();
                _w.Writer.[|TryWrite|](async () => { await Task.Yield(); _c.Writer.[|TryWrite|](o); });
            }
        }
        """,
        """
        class C
        {
            readonly Channel<Func<Task>> _w = Channel.CreateBounded<Func<Task>>(5);
            readonly Channel<Order> _c = Channel.CreateBounded<Order>(5);
            async Task M(Order o)
            {
                await Task.Yield();
                await _w.Writer.WriteAsync(async () => { await Task.Yield(); await _c.Writer.WriteAsync(o); });
            }
        }
        """);

    [Fact]
    public void The_fix_says_that_it_changes_behaviour_and_can_be_applied_to_all()
    {
        Assert.True(new IgnoredWriteResultFix().AllAtOnce);
        Assert.Equal(FixSafety.ChangesBehaviour, Descriptor.FixOf(new IgnoredWriteResultAnalyzer().Descriptor));
    }
}
