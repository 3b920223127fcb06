using Breakwater.Rules.Backpressure.UnboundedQueue;
using Breakwater.Testing;

namespace Breakwater.Tests.Backpressure;

public class UnboundedQueueTests
{
    private const string Usings = """
        using System;
        using System.Collections.Concurrent;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Threading;
        using System.Threading.Channels;
        using System.Threading.RateLimiting;
        using System.Threading.Tasks;
        using System.Threading.Tasks.Dataflow;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.SignalR;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;

        """;

    private const string Order = """

        public record Order(int Id, string Email);
        """;

    private static Task Check(string code, OutputKind output = OutputKind.DynamicallyLinkedLibrary, params string[] more)
    {
        var test = new RuleTest<UnboundedQueueAnalyzer> { TestState = { OutputKind = output, Sources = { Usings + code, Usings + Order } } };
        foreach (var file in more)
            test.TestState.Sources.Add(Usings + file);
        return test.RunAsync();
    }

    private static Task Program(string code) => Check(code, OutputKind.ConsoleApplication);

    private static Task Statements(string code) => Check("class C { async Task M() { await Task.Yield();\n" + code + "\n} }");

    /// <summary>Expects the one finding, marked <c>{|#0:…|}</c>, to be worded this way.</summary>
    private static Task Says(string code, string queue, string writer, OutputKind output = OutputKind.DynamicallyLinkedLibrary)
    {
        var test = new RuleTest<UnboundedQueueAnalyzer> { TestState = { OutputKind = output, Sources = { Usings + code, Usings + Order } } };
        test.TestState.ExpectedDiagnostics.Add(new Microsoft.CodeAnalysis.Testing.DiagnosticResult(new UnboundedQueueAnalyzer().Descriptor)
            .WithLocation(0).WithArguments(queue, writer));
        return test.RunAsync();
    }

    // The catalogue's own examples.

    [Fact]
    public Task A_channel_field_fed_by_a_controller_is_reported() => Says(
        """
        public sealed class WorkQueue
        {
            private readonly Channel<Order> _orders = Channel.{|#0:CreateUnbounded|}<Order>();
            public ValueTask EnqueueAsync(Order order) => _orders.Writer.WriteAsync(order);
            public IAsyncEnumerable<Order> ReadAllAsync() => _orders.Reader.ReadAllAsync();
        }
        [ApiController] public class OrdersController(WorkQueue queue) : ControllerBase
        {
            [HttpPost] public async Task<IActionResult> Post(Order order) { await queue.EnqueueAsync(order); return Accepted(); }
        }
        """, "_orders", "'OrdersController.Post'");

    [Fact]
    public Task A_registered_channel_fed_by_an_endpoint_is_reported() => Says(
        """
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddSingleton(Channel.{|#0:CreateUnbounded|}<Order>());
        var app = builder.Build();
        app.MapPost("/orders", (Order o, Channel<Order> channel) => channel.Writer.TryWrite(o) ? Results.Accepted() : Results.StatusCode(503));
        """, "Channel<Order>", "'MapPost(\"/orders\")'", OutputKind.ConsoleApplication);

    [Fact]
    public Task A_static_blocking_collection_in_a_hub_is_reported() => Says(
        """
        public class FeedHub : Hub
        {
            static readonly BlockingCollection<string> Lines = {|#0:new()|};
            public void Send(string line) => Lines.Add(line);
        }
        """, "Lines", "'FeedHub.Send'");

    [Fact]
    public Task A_concurrent_queue_emptied_by_a_loop_is_reported() => Says(
        """
        public class RequestLog : BackgroundService
        {
            private readonly ConcurrentQueue<string> _lines = {|#0:new()|};
            public void Log(string line) => _lines.Enqueue(line);
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    while (_lines.TryDequeue(out var line)) await File.AppendAllTextAsync("log", line, stoppingToken);
                    await Task.Delay(1000, stoppingToken);
                }
            }
        }
        public class LogMiddleware(RequestDelegate next, RequestLog log)
        {
            public Task InvokeAsync(HttpContext context) { log.Log(context.Request.Path); return next(context); }
        }
        """, "_lines", "'LogMiddleware.InvokeAsync'");

    [Fact]
    public Task A_wake_up_signal_is_silent() => Check(
        """
        public sealed class Signals
        {
            private readonly Channel<bool> _wake = Channel.CreateUnbounded<bool>();
            public void Wake() => _wake.Writer.TryWrite(true);
        }
        """);

    [Fact]
    public Task A_configurable_limit_is_silent() => Check(
        """
        public class Sink(int? limit)
        {
            private readonly Channel<Order> _q = limit is { } n ? Channel.CreateBounded<Order>(n) : Channel.CreateUnbounded<Order>();
            public bool Post(Order o) => _q.Writer.TryWrite(o);
        }
        """);

    [Fact]
    public Task A_local_that_lives_for_one_call_is_silent() => Statements(
        """
        var merged = Channel.CreateUnbounded<Order>();
        merged.Writer.TryWrite(new Order(1, ""));
        merged.Writer.Complete();
        await foreach (var o in merged.Reader.ReadAllAsync()) Console.WriteLine(o);
        """);

    [Fact]
    public Task A_pool_is_silent() => Check(
        """
        public class Pool
        {
            private readonly ConcurrentQueue<byte[]> _free = new();
            public byte[] Rent() => _free.TryDequeue(out var b) ? b : new byte[4096];
            public void Return(byte[] b) => _free.Enqueue(b);
        }
        """);

    [Fact]
    public Task A_ring_that_trims_itself_is_silent() => Check(
        """
        public class RecentOrders : Hub
        {
            static readonly ConcurrentQueue<Order> Recent = new();
            public void Add(Order o) { Recent.Enqueue(o); while (Recent.Count > 100) Recent.TryDequeue(out _); }
        }
        """);

    // Where the queue is kept.

    [Theory]
    [InlineData("private readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>(new UnboundedChannelOptions { SingleReader = true });")]
    [InlineData("private readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>(options: new() { SingleReader = true });")]
    [InlineData("private readonly Channel<Order> _q = Channel.[|CreateUnboundedPrioritized|]<Order>(new() { Comparer = Comparer<Order>.Create((a, b) => a.Id - b.Id) });")]
    [InlineData("private Channel<Order> _q { get; } = Channel.[|CreateUnbounded|]<Order>();")]
    [InlineData("private static readonly Channel<Order> _q = System.Threading.Channels.Channel.[|CreateUnbounded|]<Order>();")]
    [InlineData("private readonly Channel<Order> _q; public Q() { _q = Channel.[|CreateUnbounded|]<Order>(); }")]
    [InlineData("private readonly Channel<Order> _q; public Q() { var made = Channel.[|CreateUnbounded|]<Order>(); _q = made; }")]
    [InlineData("private readonly Channel<Order> _q; public Q() => _q = (Channel<Order>)Channel.[|CreateUnbounded|]<Order>()!;")]
    [InlineData("private Channel<Order>? q; private Channel<Order> _q => q ??= Channel.[|CreateUnbounded|]<Order>();")]
    [InlineData("private Channel<Order> _q { get => field ??= Channel.[|CreateUnbounded|]<Order>(); }")]
    [InlineData("private readonly Channel<Order> _q = Make(); static Channel<Order> Make() => Channel.[|CreateUnbounded|]<Order>();")]
    [InlineData("private readonly Channel<Order> _q = Make<Order>(); static Channel<T> Make<T>() { var options = new UnboundedChannelOptions(); return Channel.[|CreateUnbounded|]<T>(options); }")]
    [InlineData("private readonly Channel<Order> _q = Environment.ProcessorCount > 1 ? Channel.[|CreateUnbounded|]<Order>() : Channel.[|CreateUnboundedPrioritized|]<Order>();")]
    [InlineData("private Channel<Order>? _q = null; public void Open() => _q = Channel.[|CreateUnbounded|]<Order>(); public void Close() => _q = default;")]
    public Task Wherever_the_type_keeps_it_a_channel_is_reported(string declaration) => Check(
        "public class Q { " + declaration + " public void Add(Order o) => _q!.Writer.TryWrite(o); }");

    [Theory]
    [InlineData("private readonly Channel<Order> _q = Channel.CreateBounded<Order>(100);")]
    [InlineData("private readonly Channel<Order> _q = Environment.ProcessorCount > 1 ? Channel.CreateUnbounded<Order>() : Channel.CreateBounded<Order>(5);")]
    [InlineData("private readonly Channel<Order> _q; public Q(Channel<Order>? given) { _q = given ?? Channel.CreateUnbounded<Order>(); }")]
    [InlineData("private readonly Channel<Order> _q; public Q(int n) { if (n > 0) _q = Channel.CreateBounded<Order>(n); else _q = Channel.CreateUnbounded<Order>(); }")]
    [InlineData("private Channel<Order> _q = Channel.CreateUnbounded<Order>(); public void Use(Channel<Order> other) => _q = other;")]
    [InlineData("private Channel<Order> _q = Channel.CreateUnbounded<Order>(); public void Use() => Interlocked.Exchange(ref _q, null!);")]
    [InlineData("public Channel<Order> _q = Channel.CreateUnbounded<Order>();")]
    [InlineData("public Channel<Order> _q { get; set; } = Channel.CreateUnbounded<Order>();")]
    [InlineData("private readonly Channel<Order> _q = Make(true); static Channel<Order> Make(bool b) { if (b) return Channel.CreateUnbounded<Order>(); return Channel.CreateBounded<Order>(1); }")]
    public Task A_set_that_is_bounded_or_unknown_is_silent(string declaration) => Check(
        "public class Q { " + declaration + " public void Add(Order o) => _q!.Writer.TryWrite(o); }");

    [Theory]
    [InlineData("new BlockingCollection<Order>()")]
    [InlineData("new BlockingCollection<Order>(new ConcurrentBag<Order>())")]
    [InlineData("new BlockingCollection<Order>(collection: new ConcurrentStack<Order>())")]
    public Task Blocking_collections_are_reported(string creation) => Check(
        "public class Q { private readonly BlockingCollection<Order> _q = " + creation.Replace("BlockingCollection<Order>", "[|BlockingCollection<Order>|]") + "; public void Add(Order o) => _q.TryAdd(o); }");

    [Theory]
    [InlineData("new(10)")]
    [InlineData("new(new ConcurrentBag<Order>(), 10)")]
    [InlineData("new(boundedCapacity: Limit)")]
    public Task Bounded_blocking_collections_are_silent(string creation) => Check(
        "public class Q { static int Limit => 5; private readonly BlockingCollection<Order> _q = " + creation + "; public void Add(Order o) => _q.TryAdd(o); }");

    [Theory]
    [InlineData("ActionBlock<Order>", "o => Console.WriteLine(o)")]
    [InlineData("ActionBlock<Order>", "o => Console.WriteLine(o), new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = 4 }")]
    [InlineData("ActionBlock<Order>", "o => Console.WriteLine(o), new() { BoundedCapacity = -1 }")]
    [InlineData("ActionBlock<Order>", "o => Console.WriteLine(o), new() { BoundedCapacity = DataflowBlockOptions.Unbounded }")]
    [InlineData("BufferBlock<Order>", "")]
    [InlineData("TransformBlock<Order, int>", "o => o.Id")]
    [InlineData("TransformManyBlock<Order, char>", "o => o.Email.ToCharArray()")]
    [InlineData("BatchBlock<Order>", "10")]
    public Task Blocks_are_reported(string type, string arguments) => Check(
        $"public class Q {{ private readonly {type} _q = new [|{type}|]({arguments}); public void Add(Order o) => _q.Post(o); }}");

    [Theory]
    [InlineData("ActionBlock<Order>", "o => Console.WriteLine(o), new ExecutionDataflowBlockOptions { BoundedCapacity = 64 }")]
    [InlineData("BufferBlock<Order>", "new() { BoundedCapacity = Limit }")]
    [InlineData("BufferBlock<Order>", "Given")]
    [InlineData("BroadcastBlock<Order>", "o => o")]
    [InlineData("WriteOnceBlock<Order>", "null")]
    public Task Bounded_blocks_and_blocks_of_one_value_are_silent(string type, string arguments) => Check(
        $"public class Q {{ static int Limit => 5; static DataflowBlockOptions Given => new(); private readonly {type} _q = new({arguments}); public void Add(Order o) => _q.Post(o); }}");

    [Theory]
    [InlineData("var options = new ExecutionDataflowBlockOptions(); options.BoundedCapacity = 9; _q = new(o => { }, options);")]
    [InlineData("var options = new ExecutionDataflowBlockOptions { BoundedCapacity = 9 }; _q = new(o => { }, options);")]
    [InlineData("var options = new ExecutionDataflowBlockOptions(); _q = [|new(o => { }, options)|];")]
    [InlineData("var options = new ExecutionDataflowBlockOptions(); options.BoundedCapacity = -1; _q = [|new(o => { }, options)|];")]
    public Task Options_locals_are_read(string body) => Check(
        "public class Q { private readonly ActionBlock<Order> _q; public Q() { " + body + " } public void Add(Order o) => _q.Post(o); }");

    [Fact]
    public Task Linking_is_no_write() => Check(
        """
        public class Pipeline
        {
            private readonly BufferBlock<Order> _in = [|new()|];
            private readonly ActionBlock<Order> _out = new(o => Console.WriteLine(o));
            public Pipeline() => _in.LinkTo(_out, new DataflowLinkOptions { PropagateCompletion = true });
            public Task Add(Order o) => _in.SendAsync(o);
        }
        """);

    [Fact]
    public Task Own_fields_for_both_ends_are_reported() => Says(
        """
        public class Q
        {
            private readonly ChannelWriter<Order> _writer;
            private readonly ChannelReader<Order> _reader;
            public Q()
            {
                var channel = Channel.{|#0:CreateUnbounded|}<Order>();
                _writer = channel.Writer;
                _reader = channel.Reader;
            }
            public void Add(Order o) => _writer.TryWrite(o);
            public ValueTask<Order> Take() => _reader.ReadAsync();
        }
        """, "channel", "its writers");

    [Fact]
    public Task A_kept_reader_alone_is_silent() => Check(
        """
        public class Q
        {
            private readonly ChannelReader<Order> _reader;
            public Q(IEnumerable<Order> all)
            {
                var channel = Channel.CreateUnbounded<Order>();
                foreach (var o in all) channel.Writer.TryWrite(o);
                channel.Writer.Complete();
                _reader = channel.Reader;
            }
            public ValueTask<Order> Take() => _reader.ReadAsync();
        }
        """);

    [Fact]
    public Task A_writer_kept_in_a_second_field_counts() => Check(
        """
        public class Q
        {
            private readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>();
            private readonly ChannelWriter<Order> _writer;
            public Q() => _writer = _q.Writer;
            public void Add(Order o) => _writer.TryWrite(o);
        }
        """);

    [Fact]
    public Task Partial_types_are_seen_whole() => Check(
        """
        public partial class Q { private readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>(); }
        public partial class R { private Channel<Order> _q = Channel.CreateUnbounded<Order>(); }
        """,
        more: "public partial class Q { public void Add(Order o) => _q.Writer.TryWrite(o); } public partial class R { void Limit() => _q = Channel.CreateBounded<Order>(3); void Add(Order o) => _q.Writer.TryWrite(o); }");

    [Fact]
    public Task Records_structs_generic_and_nested_types_are_owners() => Check(
        """
        public record R { private readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>(); public void Add(Order o) => _q.Writer.TryWrite(o); }
        public readonly struct S { private readonly Channel<Order> _q; public S() => _q = Channel.[|CreateUnbounded|]<Order>(); public void Add(Order o) => _q.Writer.TryWrite(o); }
        public class G<T> { private readonly Channel<T> _q = Channel.[|CreateUnbounded|]<T>(); public void Add(T o) => _q.Writer.TryWrite(o); }
        public class Outer
        {
            private class State { public readonly Channel<Order> Queue = Channel.[|CreateUnbounded|]<Order>(); }
            private readonly State _state = new();
            public void Add(Order o) => _state.Queue.Writer.TryWrite(o);
        }
        """);

    [Fact]
    public Task Aliases_and_static_usings_are_seen_through() => new RuleTest<UnboundedQueueAnalyzer>
    {
        TestCode = """
            using Orders = System.Threading.Channels.Channel<string>;
            using Factory = System.Threading.Channels.Channel;
            using static System.Threading.Channels.Channel;
            class A { readonly Orders _q = Factory.[|CreateUnbounded|]<string>(); public void Add(string o) => _q.Writer.TryWrite(o); }
            class B { readonly Orders _q = [|CreateUnbounded|]<string>(); public void Add(string o) => _q.Writer.TryWrite(o); }
            """,
    }.RunAsync();

    [Fact]
    public Task Own_types_with_the_same_names_are_silent() => new RuleTest<UnboundedQueueAnalyzer>
    {
        TestCode = """
            class Channel { public static Channel CreateUnbounded<T>() => new(); public void Add(object o) { } }
            class BlockingCollection<T> { public void Add(T o) { } }
            class Q
            {
                readonly Channel _q = Channel.CreateUnbounded<int>();
                readonly BlockingCollection<string> _b = new();
                public void Add(string o) { _q.Add(o); _b.Add(o); }
            }
            """,
    }.RunAsync();

    // Who writes, and what.

    [Theory]
    [InlineData("public async Task Add(Order o) => await _q.Writer.WriteAsync(o);")]
    [InlineData("public async Task Add(Order o, CancellationToken ct) => await _q.Writer.WriteAsync(cancellationToken: ct, item: o).ConfigureAwait(false);")]
    [InlineData("public void Add(Order o) { void Put() { _q.Writer.TryWrite(o); } Put(); }")]
    [InlineData("public void Add(Order o) => Task.Run(() => _q.Writer.TryWrite(o));")]
    [InlineData("public void Add(Order o) { var q = _q; q.Writer.TryWrite(o); }")]
    [InlineData("public void Add(Order o) { var w = _q.Writer; w.TryWrite(o); }")]
    [InlineData("public void Add(Order o) => _q?.Writer.TryWrite(o);")]
    [InlineData("public void Add(Order o) => this._q.Writer?.TryWrite(o);")]
    [InlineData("public Func<Order, bool> Add => _q.Writer.TryWrite;")]
    [InlineData("ChannelWriter<Order> Writer => _q.Writer; public void Add(Order o) => Writer.TryWrite(o);")]
    [InlineData("ChannelWriter<Order> Writer() => _q.Writer; public void Add(Order o) => Writer().TryWrite(o);")]
    [InlineData("public void Add(Order o) { if (o.Id > 0) _q.Writer.TryWrite(o); else _q.Writer.TryWrite(null!); }")]
    [InlineData("public ChannelWriter<Order> Writer => _q.Writer;")]
    [InlineData("public Channel<Order> Queue => _q;")]
    [InlineData("public void Start() => new Filler(_q.Writer).Run(); class Filler(ChannelWriter<Order> w) { public void Run() => w.TryWrite(new(1, \"\")); }")]
    public Task Every_way_to_write_counts(string member) => Check(
        "public class Q { private readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>(); " + member + " }");

    [Theory]
    [InlineData("public ChannelReader<Order> Reader => _q.Reader;")]
    [InlineData("public ValueTask<Order> Take() => _q.Reader.ReadAsync();")]
    [InlineData("static readonly Order Tick = new(0, \"\"); public void Add() => _q.Writer.TryWrite(Tick);")]
    [InlineData("public void Add() => _q.Writer.TryWrite(null!);")]
    [InlineData("public void Add() => _q.Writer.TryWrite(default(Order)!);")]
    [InlineData("internal ChannelWriter<Order> Writer => _q.Writer;")]
    public Task Without_a_write_of_data_there_is_silence(string member) => Check(
        "public class Q { private readonly Channel<Order> _q = Channel.CreateUnbounded<Order>(); " + member + " }");

    [Fact]
    public Task A_new_object_is_a_signal() => Check(
        """
        class Q { readonly BlockingCollection<object> _q = new(); public void Wake() => _q.Add(new object()); }
        enum Kind { A, B }
        class E { readonly Channel<Kind> _q = Channel.CreateUnbounded<Kind>(); public void Wake() => _q.Writer.TryWrite(Kind.A); }
        class F { readonly Channel<bool> _q = Channel.CreateUnbounded<bool>(); public void Wake(bool force) => _q.Writer.TryWrite(force); }
        class V { readonly Channel<ValueTuple> _q = Channel.CreateUnbounded<ValueTuple>(); public ChannelWriter<ValueTuple> Writer => _q.Writer; }
        """);

    [Fact]
    public Task A_queue_exposed_inside_the_assembly_is_judged_by_its_writers() => Check(
        """
        internal class Holder { internal Channel<Order> Queue { get; } = Channel.[|CreateUnbounded|]<Order>(); }
        internal class Writer(Holder holder) { public void Put(Order o) => holder.Queue.Writer.TryWrite(o); }
        internal class Bell { internal Channel<int> Queue { get; } = Channel.CreateUnbounded<int>(); }
        internal class Ringer(Bell bell) { public void Ring() => bell.Queue.Writer.TryWrite(1); }
        """);

    [Fact]
    public Task An_inherited_queue_is_reported() => Check(
        """
        public abstract class Base { protected readonly Channel<Order> Queue = Channel.[|CreateUnbounded|]<Order>(); }
        public class Derived : Base { public void Add(Order o) => Queue.Writer.TryWrite(o); }
        """);

    [Fact]
    public Task Writes_through_an_explicit_interface_count() => Check(
        """
        internal interface ISink { ChannelWriter<Order> Writer { get; } }
        internal class Sink : ISink
        {
            private readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>();
            ChannelWriter<Order> ISink.Writer => _q.Writer;
        }
        internal class User(ISink sink) { public void Put(Order o) => sink.Writer.TryWrite(o); }
        """);

    [Fact]
    public Task An_extension_block_can_write() => Check(
        """
        public class Q
        {
            private readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>();
            public void Add(Order o) => _q.Push(o);
        }
        public static class Extensions { extension(Channel<Order> channel) { public void Push(Order o) => channel.Writer.TryWrite(o); } }
        """);

    [Fact]
    public Task A_scheduler_must_take_everything() => Check(
        """
        class OwnScheduler : TaskScheduler
        {
            readonly BlockingCollection<Task> _tasks = new();
            protected override void QueueTask(Task task) => _tasks.Add(task);
            protected override bool TryExecuteTaskInline(Task task, bool queued) => false;
            protected override IEnumerable<Task> GetScheduledTasks() => _tasks;
        }
        class OwnContext : SynchronizationContext
        {
            readonly Channel<(SendOrPostCallback, object?)> _q = Channel.CreateUnbounded<(SendOrPostCallback, object?)>();
            public override void Post(SendOrPostCallback d, object? state) => _q.Writer.TryWrite((d, state));
        }
        """);

    [Theory]
    [InlineData("await foreach (var o in _q.Reader.ReadAllAsync()) _ = Work(o);", false)]
    [InlineData("while (await _q.Reader.WaitToReadAsync()) { if (_q.Reader.TryRead(out var o)) { var running = Work(o); _ = running.ContinueWith(t => { }); } }", false)]
    [InlineData("await foreach (var o in _q.Reader.ReadAllAsync()) await Work(o);", true)]
    [InlineData("await foreach (var o in _q.Reader.ReadAllAsync()) { await _slots.WaitAsync(); _ = Work(o); }", true)]
    [InlineData("await foreach (var o in _q.Reader.ReadAllAsync()) Console.WriteLine(o);", true)]
    public Task A_reader_that_only_starts_work_is_never_slow(string body, bool reported) => Check(
        $$"""
        class Q
        {
            readonly Channel<Order> _q = Channel.{{(reported ? "[|CreateUnbounded|]" : "CreateUnbounded")}}<Order>();
            readonly SemaphoreSlim _slots = new(3);
            public void Add(Order o) => _q.Writer.TryWrite(o);
            public async Task Run() { {{body}} }
            async Task Work(Order o) { await Task.Delay(o.Id); _slots.Release(); }
        }
        """);

    // Guards.

    [Theory]
    [InlineData("public bool Add(Order o) { if (_q.Reader.Count > 100) return false; return _q.Writer.TryWrite(o); }")]
    [InlineData("public bool Add(Order o) => _q.Reader.Count is < 100 && _q.Writer.TryWrite(o);")]
    [InlineData("public bool Add(Order o) { var n = _q.Reader.Count; if (n > 100) return false; return _q.Writer.TryWrite(o); }")]
    [InlineData("readonly SemaphoreSlim _slots = new(9); public async Task Add(Order o) { await _slots.WaitAsync(); _q.Writer.TryWrite(o); }")]
    [InlineData("public async Task Add(Order o, RateLimiter limiter) { using var lease = await limiter.AcquireAsync(); _q.Writer.TryWrite(o); }")]
    [InlineData("public void Add(Order o) { if (_q.Reader.Count < 9) Put(o); } void Put(Order o) => _q.Writer.TryWrite(o);")]
    [InlineData("public void Add(Order o) { _q.Writer.TryWrite(o); Trim(); } void Trim() { while (_q.Reader.Count > 9) _q.Reader.TryRead(out _); }")]
    [InlineData("public void Add(Order o) { while (!_q.Writer.TryWrite(o)) _q.Reader.TryRead(out _); }")]
    public Task A_guarded_queue_is_silent(string member) => Check(
        "public class Q { private readonly Channel<Order> _q = Channel.CreateUnbounded<Order>(); " + member + " }");

    [Theory]
    [InlineData("public void Add(Order o) { _q.Writer.TryWrite(o); if (_q.Reader.Count > 100) Console.WriteLine(1); }")]
    [InlineData("public void Add(Order o) { Console.WriteLine(_q.Reader.Count); _q.Writer.TryWrite(o); }")]
    [InlineData("public bool Add(Order o) { if (_q.Reader.Count > 100) return false; return _q.Writer.TryWrite(o); } public void Force(Order o) => _q.Writer.TryWrite(o);")]
    [InlineData("public void Add(Order o) { if (_q.Reader.Count < 9) Put(o); } public void Force(Order o) => Put(o); void Put(Order o) => _q.Writer.TryWrite(o);")]
    public Task A_queue_that_is_not_guarded_everywhere_is_reported(string member) => Check(
        "public class Q { private readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>(); " + member + " }");

    [Fact]
    public Task Other_families_are_guarded_by_their_own_counts() => Check(
        """
        class A { readonly BlockingCollection<Order> _q = new(); public void Add(Order o) { if (_q.Count < 9) _q.Add(o); } }
        class B { readonly ActionBlock<Order> _q = new(o => { }); public void Add(Order o) { if (_q.InputCount < 9) _q.Post(o); } }
        """);

    [Fact]
    public Task A_drain_that_the_writer_starts_is_reported() => Check(
        """
        class Q
        {
            readonly ConcurrentQueue<Order> _q = [|new()|];
            int _running;
            public void Add(Order o) { _q.Enqueue(o); if (Interlocked.Exchange(ref _running, 1) == 0) _ = Task.Run(DrainAsync); }
            async Task DrainAsync() { while (_q.TryDequeue(out var o)) await Task.Delay(o.Id); _running = 0; }
        }
        """);

    // The service container.

    [Theory]
    [InlineData("services.AddSingleton(_ => Channel.[|CreateUnbounded|]<Order>());")]
    [InlineData("services.AddSingleton<Channel<Order>>(sp => { var made = Channel.[|CreateUnbounded|]<Order>(); return made; });")]
    [InlineData("services.AddSingleton<Channel<Order>>(Channel.[|CreateUnbounded|]<Order>());")]
    [InlineData("services.AddSingleton(implementationInstance: Channel.[|CreateUnbounded|]<Order>());")]
    [InlineData("services.AddKeyedSingleton(\"orders\", Channel.[|CreateUnbounded|]<Order>());")]
    [InlineData("services.AddSingleton(Channel.[|CreateUnbounded|]<Order>()); services.AddSingleton(sp => sp.GetRequiredService<Channel<Order>>().Writer); services.AddSingleton(sp => sp.GetRequiredService<Channel<Order>>().Reader);")]
    [InlineData("var c = Channel.[|CreateUnbounded|]<Order>(); services.AddSingleton(c.Writer); services.AddSingleton(c.Reader);")]
    [InlineData("services.AddSingleton(Make); static Channel<Order> Make(IServiceProvider sp) => Channel.[|CreateUnbounded|]<Order>();")]
    [InlineData("services.AddSingleton(new [|BlockingCollection<Order>|]());")]
    [InlineData("services.AddSingleton(new [|BufferBlock<Order>|]());")]
    public Task Singletons_are_reported(string body) => Check(
        "static class Setup { public static void Add(IServiceCollection services) { " + body + " } }");

    [Theory]
    [InlineData("services.AddSingleton(Channel.CreateBounded<Order>(9));")]
    [InlineData("services.AddTransient(_ => Channel.CreateUnbounded<Order>());")]
    [InlineData("services.AddSingleton(new ConcurrentQueue<Order>());")]
    [InlineData("services.AddSingleton(sp => sp.GetHashCode() > 0 ? Channel.CreateBounded<Order>(9) : Channel.CreateUnbounded<Order>());")]
    [InlineData("services.AddSingleton(sp => { if (sp.GetHashCode() > 0) return Channel.CreateBounded<Order>(9); return Channel.CreateUnbounded<Order>(); });")]
    [InlineData("if (services.Count > 9) services.AddSingleton(Channel.CreateBounded<Order>(9)); else services.AddSingleton(Channel.CreateUnbounded<Order>());")]
    [InlineData("services.AddSingleton(Channel.CreateUnbounded<bool>());")]
    public Task Other_registrations_are_silent(string body) => Check(
        "static class Setup { public static void Add(IServiceCollection services) { " + body + " } }");

    [Fact]
    public Task A_registered_signal_is_silent() => Check(
        """
        static class Setup { public static void Add(IServiceCollection services) => services.AddSingleton(Channel.CreateUnbounded<int>()); }
        class Bell(ChannelWriter<int> wake) { public void Ring() => wake.TryWrite(1); }
        class Other { readonly Channel<int> _own = Channel.CreateBounded<int>(5); public void Put(int n) => _own.Writer.TryWrite(n); }
        """);

    [Fact]
    public Task A_registered_concurrent_queue_needs_a_loop_that_empties_it() => Check(
        """
        static class Setup { public static void Add(IServiceCollection services) => services.AddSingleton(new [|ConcurrentQueue<Order>|]()); }
        class Log(ConcurrentQueue<Order> queue) { public void Put(Order o) => queue.Enqueue(o); }
        class Drain(ConcurrentQueue<Order> queue) { public void Run() { while (queue.TryDequeue(out _)) { } } }
        """);

    [Fact]
    public Task A_local_of_the_program_is_silent() => Program(
        """
        var app = WebApplication.Create();
        var queue = Channel.CreateUnbounded<Order>();
        app.MapPost("/", (Order o) => queue.Writer.TryWrite(o));
        """);

    // The message.

    [Theory]
    [InlineData("[ApiController] public class A(IQ q) { [HttpPost] public void Post(Order o) => q.Add(o); }", "'A.Post'")]
    [InlineData("public class A(Q q) : ControllerBase { [NonAction] public void Post(Order o) => q.Add(o); }", "its writers")]
    [InlineData("public class A(Q q) : Microsoft.AspNetCore.Mvc.RazorPages.PageModel { public void OnPostSave(Order o) => q.Add(o); }", "'A.OnPostSave'")]
    [InlineData("public class A(Q q) { public void InvokeAsync(HttpContext c) => q.Add(new(1, \"\")); }", "'A.InvokeAsync'")]
    [InlineData("public class A(Q q) : Hub { public void Send(Order o) => q.AddMany(o); }", "'A.Send'")]
    [InlineData("static class A { static void Map(WebApplication app) => app.MapPut(\"/x\", Put); static void Put(Order o, IQ q) => q.Add(o); }", "'A.Put'")]
    [InlineData("static class A { static void Map(WebApplication app, Q q) => app.Use(async (c, next) => { q.Add(new(1, c.Request.Path)); await next(c); }); }", "'Use'")]
    [InlineData("static class A { static void Map(WebApplication app, Q q) { app.Run(Go); Task Go(HttpContext c) { q.Add(new(1, c.Request.Path)); return Task.CompletedTask; } } }", "'Go'")]
    [InlineData("public class A(Q q) : MassTransit.IConsumer<Order> { public Task Consume(MassTransit.ConsumeContext<Order> c) { q.Add(c.Message); return Task.CompletedTask; } }", "'A.Consume'")]
    [InlineData("class A { void Attach(RabbitMQ.Client.Events.AsyncEventingBasicConsumer c, Q q) => c.ReceivedAsync += (_, m) => { q.Add(new(1, m.RoutingKey)); return Task.CompletedTask; }; }", "'ReceivedAsync'")]
    [InlineData("class A(Q q) { void Attach(RabbitMQ.Client.Events.AsyncEventingBasicConsumer c) => c.ReceivedAsync += On; Task On(object s, RabbitMQ.Client.Events.BasicDeliverEventArgs m) { q.Add(new(1, m.RoutingKey)); return Task.CompletedTask; } }", "'A.On'")]
    [InlineData("class A(Q q) : Rebus.Handlers.IHandleMessages<Order> { public Task Handle(Order o) { q.Add(o); return Task.CompletedTask; } }", "'A.Handle'")]
    [InlineData("class A(Q q) : Quartz.IJob { public Task Execute(Quartz.IJobExecutionContext c) { q.Add(new(1, c.FireInstanceId)); return Task.CompletedTask; } }", "'A.Execute'")]
    [InlineData("abstract class Service { public abstract Task<Order> Get(Order o, Grpc.Core.ServerCallContext c); } class A(Q q) : Service { public override Task<Order> Get(Order o, Grpc.Core.ServerCallContext c) { q.Add(o); return Task.FromResult(o); } }", "'A.Get'")]
    [InlineData("class A(Q q) { void Attach(Azure.Messaging.ServiceBus.ServiceBusProcessor p) => p.ProcessMessageAsync += m => { q.Add(new(1, m.Identifier)); return Task.CompletedTask; }; }", "'ProcessMessageAsync'")]
    [InlineData("class A(Q q, Confluent.Kafka.IConsumer<int, Order> c) : BackgroundService { protected override Task ExecuteAsync(CancellationToken ct) { while (true) q.Add(c.Consume(ct).Message.Value); } }", "'A.ExecuteAsync'")]
    [InlineData("class A(Q q, ChannelReader<Order> r) : BackgroundService { protected override async Task ExecuteAsync(CancellationToken ct) { await foreach (var o in r.ReadAllAsync(ct)) q.Add(o); } }", "'A.ExecuteAsync'")]
    [InlineData("class A(Q q, ChannelReader<Order> r) : BackgroundService { protected override Task ExecuteAsync(CancellationToken ct) => Task.Run(Loop); async Task Loop() { while (await r.WaitToReadAsync()) while (r.TryRead(out var o)) q.Add(o); } }", "'A.Loop'")]
    [InlineData("class A(Q q) : BackgroundService { protected override async Task ExecuteAsync(CancellationToken ct) { for (var i = 0; i < 9; i++) q.Add(new(i, \"\")); await Task.Yield(); } }", "its writers")]
    [InlineData("class A(Q q) { public void Some(Order o) => q.Add(o); }", "its writers")]
    public Task The_message_names_who_feeds_the_queue(string feeder, string writer) => Says(
        """
        public interface IQ { void Add(Order o); }
        public class Q : IQ
        {
            private readonly Channel<Order> _q = Channel.{|#0:CreateUnbounded|}<Order>();
            public void Add(Order o) { var next = o with { Id = 2 }; Put(next); }
            private void Put(Order o) => _q.Writer.TryWrite(o);
            public void AddMany(params Order[] all) { foreach (var o in all) Add(all[0]); }
        }

        """ + feeder, "_q", writer);

    // Options, scope, generated code, expression trees.

    [Theory]
    [InlineData("all", true)]
    [InlineData("externally_fed", false)]
    public Task The_report_option_is_obeyed(string value, bool reported)
    {
        var test = new RuleTest<UnboundedQueueAnalyzer>
        {
            TestState =
            {
                Sources =
                {
                    Usings + Order + $$"""

                    class A { readonly Channel<Order> _q = Channel.{{(reported ? "[|CreateUnbounded|]" : "CreateUnbounded")}}<Order>(); public void Add(Order o) => _q.Writer.TryWrite(o); }
                    class B : Hub { static readonly Channel<Order> Q = Channel.[|CreateUnbounded|]<Order>(); public void Add(Order o) => Q.Writer.TryWrite(o); }
                    """,
                },
                AnalyzerConfigFiles = { ("/.globalconfig", $"is_global = true\nbreakwater.BW0601.report = {value}\n") },
            },
        };
        return test.RunAsync();
    }

    [Fact]
    public Task Test_projects_are_left_alone() => new RuleTest<UnboundedQueueAnalyzer>
    {
        TestCode = Usings + Order + "class A { readonly Channel<Order> _q = Channel.CreateUnbounded<Order>(); public void Add(Order o) => _q.Writer.TryWrite(o); }",
        TestState = { AnalyzerConfigFiles = { ("/.globalconfig", "is_global = true\nbreakwater.project_kind = test\n") } },
    }.RunAsync();

    // The fix.

    private static Task Fixes(string code, string fixedCode, int? capacity = null)
    {
        var test = new RuleTest<UnboundedQueueAnalyzer, UnboundedQueueFix> { TestState = { Sources = { Usings + code, Usings + Order } }, FixedState = { Sources = { Usings + fixedCode, Usings + Order } } };
        if (capacity is not null)
            test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\nbreakwater.BW0601.suggested_capacity = {capacity}\n"));
        return test.RunAsync();
    }

    private static Task OffersNothing(string code) => Fixes(code, code);

    private const string Body = "class Q { readonly Channel<Order> _q = Channel.@; public ValueTask Add(Order o) => _q.Writer.WriteAsync(o); }";

    [Theory]
    [InlineData("[|CreateUnbounded|]<Order>()", "CreateBounded<Order>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.Wait })")]
    [InlineData("[|CreateUnbounded|]<Order>( /* why */ )", "CreateBounded<Order>( /* why */ new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.Wait })")]
    [InlineData("[|CreateUnbounded|]<Order>(new UnboundedChannelOptions { SingleReader = true })", "CreateBounded<Order>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true })")]
    [InlineData("[|CreateUnbounded|]<Order>(new() { SingleReader = true, SingleWriter = false })", "CreateBounded<Order>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true, SingleWriter = false })")]
    [InlineData("[|CreateUnbounded|]<Order>(new UnboundedChannelOptions())", "CreateBounded<Order>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.Wait })")]
    public Task A_channel_gets_a_bound(string before, string after) => Fixes(Body.Replace("@", before), Body.Replace("@", after));

    [Fact]
    public Task Comments_and_lines_of_the_options_stay() => Fixes(
        """
        class Q
        {
            // Orders on their way out.
            readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>(new UnboundedChannelOptions
            {
                SingleReader = true, // one worker
                AllowSynchronousContinuations = false
            }); // kept
            public async Task Add(Order o) => await _q.Writer.WriteAsync(o);
        }
        """,
        """
        class Q
        {
            // Orders on their way out.
            readonly Channel<Order> _q = Channel.CreateBounded<Order>(new BoundedChannelOptions(1000)
            {
                FullMode = BoundedChannelFullMode.Wait,
                SingleReader = true, // one worker
                AllowSynchronousContinuations = false
            }); // kept
            public async Task Add(Order o) => await _q.Writer.WriteAsync(o);
        }
        """);

    [Fact]
    public Task Options_in_a_local_are_copied() => Fixes(
        """
        class Q
        {
            readonly Channel<Order> _q;
            public Q() { var o = new UnboundedChannelOptions { SingleReader = true }; _q = Channel.[|CreateUnbounded|]<Order>(o); }
            public async Task Add(Order o) => await _q.Writer.WriteAsync(o);
        }
        """,
        """
        class Q
        {
            readonly Channel<Order> _q;
            public Q() { var o = new UnboundedChannelOptions { SingleReader = true }; _q = Channel.CreateBounded<Order>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.Wait, SingleReader = o.SingleReader, SingleWriter = o.SingleWriter, AllowSynchronousContinuations = o.AllowSynchronousContinuations }); }
            public async Task Add(Order o) => await _q.Writer.WriteAsync(o);
        }
        """);

    [Fact]
    public Task The_capacity_is_configurable() => Fixes(
        Body.Replace("@", "[|CreateUnbounded|]<Order>()"),
        Body.Replace("@", "CreateBounded<Order>(new BoundedChannelOptions(50) { FullMode = BoundedChannelFullMode.Wait })"), capacity: 50);

    [Theory]
    [InlineData("[|new()|]", "new(1000)")]
    [InlineData("new [|BlockingCollection<Order>|]()", "new BlockingCollection<Order>(1000)")]
    [InlineData("new [|BlockingCollection<Order>|] { }", "new BlockingCollection<Order>(1000) { }")]
    [InlineData("new [|BlockingCollection<Order>|](new ConcurrentBag<Order>())", "new BlockingCollection<Order>(new ConcurrentBag<Order>(), 1000)")]
    [InlineData("new [|BlockingCollection<Order>|](collection: new ConcurrentBag<Order>())", "new BlockingCollection<Order>(collection: new ConcurrentBag<Order>(), 1000)")]
    public Task A_blocking_collection_gets_a_bound(string before, string after)
    {
        const string body = "class Q { readonly BlockingCollection<Order> _q = @; public void Add(Order o) => _q.Add(o); }";
        return Fixes(body.Replace("@", before), body.Replace("@", after));
    }

    [Theory]
    [InlineData("[|new(o => { })|]", "new(o => { }, new ExecutionDataflowBlockOptions { BoundedCapacity = 1000 })")]
    [InlineData("new [|ActionBlock<Order>|](o => { }, new() { MaxDegreeOfParallelism = 4 })", "new ActionBlock<Order>(o => { }, new() { BoundedCapacity = 1000, MaxDegreeOfParallelism = 4 })")]
    [InlineData("new [|ActionBlock<Order>|](o => { }, new() { MaxDegreeOfParallelism = 4, BoundedCapacity = -1 })", "new ActionBlock<Order>(o => { }, new() { MaxDegreeOfParallelism = 4, BoundedCapacity = 1000 })")]
    [InlineData("new [|ActionBlock<Order>|](o => { }, new ExecutionDataflowBlockOptions())", "new ActionBlock<Order>(o => { }, new ExecutionDataflowBlockOptions() { BoundedCapacity = 1000 })")]
    public Task A_block_gets_a_bound(string before, string after)
    {
        const string body = "class Q { readonly ActionBlock<Order> _q = @; public async Task Add(Order o) => await _q.SendAsync(o); }";
        return Fixes(body.Replace("@", before), body.Replace("@", after));
    }

    [Fact]
    public Task A_buffer_block_gets_its_own_options() => Fixes(
        "class Q { readonly BufferBlock<Order> _q = new [|BufferBlock<Order>|](); public Task Add(Order o) => _q.SendAsync(o); }",
        "class Q { readonly BufferBlock<Order> _q = new BufferBlock<Order>(new DataflowBlockOptions { BoundedCapacity = 1000 }); public Task Add(Order o) => _q.SendAsync(o); }");

    [Fact]
    public Task A_registered_channel_gets_a_bound() => Fixes(
        """
        static class Setup { public static void Add(IServiceCollection services) => services.AddSingleton(Channel.[|CreateUnbounded|]<Order>()); }
        class Put(ChannelWriter<Order> writer) { public async Task Go(Order o) => await writer.WriteAsync(o); }
        """,
        """
        static class Setup { public static void Add(IServiceCollection services) => services.AddSingleton(Channel.CreateBounded<Order>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.Wait })); }
        class Put(ChannelWriter<Order> writer) { public async Task Go(Order o) => await writer.WriteAsync(o); }
        """);

    [Theory]
    [InlineData("class Q { readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>(); public void Add(Order o) => _q.Writer.TryWrite(o); }")]
    [InlineData("class Q { readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>(); public void Add(Order o) => _ = _q.Writer.WriteAsync(o); }")]
    [InlineData("class Q { readonly Channel<Order> _q = Channel.[|CreateUnbounded|]<Order>(); public ValueTask Add(Order o) => _q.Writer.WriteAsync(o); public void Wake() => _q.Writer.TryWrite(null!); }")]
    [InlineData("class Q { readonly Channel<Order> _q = Channel.[|CreateUnboundedPrioritized|]<Order>(); public ValueTask Add(Order o) => _q.Writer.WriteAsync(o); }")]
    [InlineData("class Q { readonly BlockingCollection<Order> _q = [|new()|]; public void Add(Order o) => _q.Add(o); public void Try(Order o) => _q.TryAdd(o); }")]
    [InlineData("class Q { readonly ActionBlock<Order> _q = [|new(o => { })|]; public Task Add(Order o) => _q.SendAsync(o); public void Try(Order o) => _q.Post(o); }")]
    [InlineData("class Q { readonly BatchBlock<Order> _q = [|new(5000)|]; public Task Add(Order o) => _q.SendAsync(o); }")]
    [InlineData("class Q { readonly ConcurrentQueue<Order> _q = [|new()|]; public void Add(Order o) => _q.Enqueue(o); void Go() { while (_q.TryDequeue(out _)) { } } }")]
    [InlineData("public class Q { public Channel<Order> Queue { get; } = Channel.[|CreateUnbounded|]<Order>(); }")]
    public Task No_fix_where_a_writer_would_begin_to_fail(string code) => OffersNothing(code);

    [Fact]
    public Task No_fix_where_another_type_tries_to_write() => OffersNothing(
        """
        public class Q { public Channel<Order> Queue { get; } = Channel.[|CreateUnbounded|]<Order>(); public ValueTask Add(Order o) => Queue.Writer.WriteAsync(o); }
        class Box { public Q Q { get; } = new(); }
        """ + "\nclass Other(Box box) { public void Go(Order o) => box.Q.Queue.Writer.TryWrite(o); }");

    [Fact]
    public void The_fix_says_that_it_changes_behaviour_and_is_applied_one_by_one()
    {
        var fix = new UnboundedQueueFix();
        Assert.False(fix.AllAtOnce);
        Assert.Null(fix.GetFixAllProvider());
        Assert.Equal(FixSafety.ChangesBehaviour, Descriptor.FixOf(new UnboundedQueueAnalyzer().Descriptor));
    }

    [Fact]
    public Task A_queue_nobody_can_write_to_is_silent() => Check(
        """
        class A { private readonly ConcurrentQueue<Order> _q = new(); public int Count => _q.Count; }
        class B { private readonly BlockingCollection<Order> _q = new(); public Order Take() => _q.Take(); }
        """);
}
