using Breakwater.Rules.Backpressure.UnlimitedPrefetch;
using Breakwater.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace Breakwater.Tests.Backpressure;

/// <summary>The rule on version 7 of the client; <see cref="UnlimitedPrefetchBefore7Tests"/> has the same for version 6.</summary>
public class UnlimitedPrefetchTests
{
    private const string Unlimited = "No prefetch limit is set on '{0}': the broker sends every ready message at once and they wait in this process";
    private const string OnArrival = "autoAck removes each message on arrival: no prefetch limit applies, and messages being handled are lost when the process stops";

    private const string Openers = """

        static class Openers
        {
            public static async Task<IChannel> OpenAsync(IConnection connection) { var opened = await connection.CreateChannelAsync(); return opened; }
            public static Task<IChannel> PlainAsync(IConnection connection) => connection.CreateChannelAsync();
            public static IChannel Open(IConnection connection) => connection.CreateChannelAsync().GetAwaiter().GetResult();
            public static Task BindAsync(this IChannel channel) => channel.QueueBindAsync("q", "e", "");
        }
        static class Limited
        {
            public static async Task<IChannel> OpenAsync(IConnection connection) { var opened = await connection.CreateChannelAsync(); await opened.BasicQosAsync(0, 5, false); return opened; }
            public static IChannel Open(IConnection connection) => connection.CreateChannelAsync().GetAwaiter().GetResult();
            public static Task LimitAsync(this IChannel channel) => channel.BasicQosAsync(0, 3, false);
        }
        class Pool
        {
            readonly ConcurrentBag<IChannel> _free = [];
            public async Task<IChannel> RentAsync(IConnection connection) { if (_free.TryTake(out var channel)) return channel; return await connection.CreateChannelAsync(); }
        }
        class Provider { public IChannel Channel { get; } = null!; }
        interface IOpener { Task<IChannel> OpenAsync(); }
        class Opener(IConnection connection) : IOpener { public async Task<IChannel> OpenAsync() => await connection.CreateChannelAsync(); }
        class Base { protected static Task LimitAsync(IChannel channel) => channel.BasicQosAsync(0, 3, false); }
        interface IScreen { Task Changed(); }
        class ScreenHub : Hub<IScreen>;
        """;

    private static Task Check(string code, OutputKind output = OutputKind.DynamicallyLinkedLibrary) =>
        new RuleTest<UnlimitedPrefetchAnalyzer> { TestState = { OutputKind = output, Sources = { code, WorkPrelude.Source, Openers } } }.RunAsync();

    private static Task Says(string code, string message)
    {
        var test = new RuleTest<UnlimitedPrefetchAnalyzer> { TestState = { Sources = { code, WorkPrelude.Source } } };
        test.TestState.ExpectedDiagnostics.Add(new DiagnosticResult(new UnlimitedPrefetchAnalyzer().Descriptor).WithLocation(0).WithArguments(message));
        return test.RunAsync();
    }

    /// <summary>A member of a class that has a connection.</summary>
    private static Task Member(string member) => Check("class C(IConnection connection, IAsyncBasicConsumer consumer) {\n" + member + "\n}");

    /// <summary>A handler of a consumer that acknowledges on arrival.</summary>
    private static Task Handler(string handler, string marked, string more = "", string before = "") => Check(
        "class C(IConnection connection, HttpClient http, Func<byte[], Task> handle, ConcurrentDictionary<string, int> seen, SemaphoreSlim gate, IHubContext<Hub> hub, IHubContext<ScreenHub, IScreen> screens, Channel<int> local, ILogger<C> log, Microsoft.Extensions.Caching.Memory.IMemoryCache memory, Microsoft.Extensions.Caching.Distributed.IDistributedCache cache, Microsoft.Extensions.Caching.Hybrid.HybridCache hybrid) {\n"
        + "async Task StartAsync() { var channel = await connection.CreateChannelAsync(); " + before + "var consumer = new AsyncEventingBasicConsumer(channel); consumer.ReceivedAsync += " + handler
        + ";\nawait channel." + marked + "(\"q\", true, consumer); }\n" + more + "\n}");

    // The catalogue's own examples.

    [Fact]
    public Task A_consumer_without_a_limit_is_reported() => Says(
        """
        class Bus(IConnection connection)
        {
            public async Task StartAsync(Func<byte[], Task> handle)
            {
                var channel = await connection.CreateChannelAsync();
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += async (_, ea) => { await handle(ea.Body.ToArray()); await channel.BasicAckAsync(ea.DeliveryTag, false); };
                await channel.{|#0:BasicConsumeAsync|}("orders", autoAck: false, consumer);
            }
        }
        """, string.Format(null, Unlimited, "channel"));

    [Fact]
    public Task A_consumer_that_acknowledges_on_arrival_is_reported() => Says(
        """
        class Events(IConnection connection, HttpClient http)
        {
            public async Task StartAsync()
            {
                var channel = await connection.CreateChannelAsync();
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += OnMessage;
                await channel.{|#0:BasicConsumeAsync|}("events", true, consumer);
            }
            async Task OnMessage(object sender, BasicDeliverEventArgs e) => await http.PostAsync("/hook", new ByteArrayContent(e.Body.ToArray()));
        }
        """, OnArrival);

    [Fact]
    public Task A_limit_of_zero_is_reported() => Says(
        """
        class Explicit(IConnection connection)
        {
            IChannel? _channel;
            public async Task StartAsync(IAsyncBasicConsumer consumer)
            {
                _channel = await connection.CreateChannelAsync();
                await _channel.BasicQosAsync(0, 0, false);
                await _channel.{|#0:BasicConsumeAsync|}("q", false, consumer);
            }
        }
        """, string.Format(null, Unlimited, "_channel"));

    [Theory]
    [InlineData("class Limited2(IConnection connection) { public async Task StartAsync(IAsyncBasicConsumer consumer) { var channel = await connection.CreateChannelAsync(); await channel.BasicQosAsync(0, 20, false); await channel.BasicConsumeAsync(\"q\", false, consumer); } }")]
    [InlineData("class Given(IChannel channel) { public Task<string> StartAsync(IAsyncBasicConsumer consumer) => channel.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("class Wrapper(IConnection connection) { public async Task StartAsync(bool autoAck, IAsyncBasicConsumer c) { var ch = await connection.CreateChannelAsync(); await ch.BasicConsumeAsync(\"q\", autoAck, c); } }")]
    [InlineData("""
        class Evictor(IConnection connection, ConcurrentDictionary<string, object> cache) { public async Task StartAsync() {
            var channel = await connection.CreateChannelAsync(); var queue = await channel.QueueDeclareAsync();
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, ea) => { cache.Clear(); return Task.CompletedTask; };
            await channel.BasicConsumeAsync(queue.QueueName, true, consumer); } }
        """)]
    public Task Consumers_that_are_in_order_are_silent(string code) => Check(code);

    // Own channels.

    [Theory]
    [InlineData("async Task M() { var ch = await connection.CreateChannelAsync(); await ch.[|BasicConsumeAsync|](queue: \"q\", autoAck: false, consumer: consumer); }")]
    [InlineData("async Task M(CancellationToken ct) { var ch = await connection.CreateChannelAsync(cancellationToken: ct).ConfigureAwait(false); await ch.[|BasicConsumeAsync|](\"q\", false, \"tag\", consumer, ct); }")]
    [InlineData("async Task M() { using IChannel ch = await connection.CreateChannelAsync(new CreateChannelOptions(true, true)); var tag = await ch.[|BasicConsumeAsync|](\"q\", false, \"\", false, false, null, consumer); }")]
    [InlineData("async Task M() { var opening = connection.CreateChannelAsync(); var ch = await opening; await IChannelExtensions.[|BasicConsumeAsync|](ch, \"q\", false, consumer); }")]
    [InlineData("void M() { var ch = connection.CreateChannelAsync().Result; ch.[|BasicConsumeAsync|](\"q\", false, consumer); }")]
    [InlineData("Task<string> M() { var ch = connection.CreateChannelAsync().GetAwaiter().GetResult(); return ch.[|BasicConsumeAsync|](\"q\", false, consumer); }")]
    [InlineData("async Task M() => await (await connection.CreateChannelAsync()).[|BasicConsumeAsync|](\"q\", false, consumer);")]
    [InlineData("IChannel? _ch; async Task M() { _ch = await connection.CreateChannelAsync(); await _ch!.[|BasicConsumeAsync|](\"q\", false, consumer); } void Close() => _ch = null;")]
    [InlineData("IChannel? _ch; async Task M() { _ch ??= await connection.CreateChannelAsync(); if (_ch?.[|BasicConsumeAsync|](\"q\", false, consumer) is { } started) await started; }")]
    [InlineData("IChannel? _ch; async Task<IChannel> GetAsync() => _ch ??= await connection.CreateChannelAsync(); async Task M() { var ch = await GetAsync(); await ch.[|BasicConsumeAsync|](\"q\", false, consumer); }")]
    [InlineData("IChannel? _ch; async Task<IChannel> GetAsync() { if (_ch is { IsOpen: true }) return _ch; _ch = await connection.CreateChannelAsync(); return _ch; } async Task M() => await (await GetAsync()).[|BasicConsumeAsync|](\"q\", false, consumer);")]
    [InlineData("async Task M() { var ch = await Openers.OpenAsync(connection); await ch.[|BasicConsumeAsync|](\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = await Openers.PlainAsync(connection); await ch.[|BasicConsumeAsync|](\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = Openers.Open(connection); await ch.[|BasicConsumeAsync|](\"q\", false, consumer); }")]
    [InlineData("async Task M(IOpener opener) { var ch = await opener.OpenAsync(); await ch.[|BasicConsumeAsync|](\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = await connection.CreateChannelAsync(); await ch.BindAsync(); await ch.[|BasicConsumeAsync|](\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = await connection.CreateChannelAsync(); await ch.[|BasicConsumeAsync|](\"q\", false, new Own(ch)); } class Own(IChannel ch) : AsyncDefaultBasicConsumer(ch);")]
    [InlineData("async Task M() { async Task Local() { var ch = await connection.CreateChannelAsync(); await ch.[|BasicConsumeAsync|](\"q\", false, consumer); } await Local(); }")]
    [InlineData("Func<Task> M() => async () => { var ch = await connection.CreateChannelAsync(); await ch.[|BasicConsumeAsync|](\"q\", false, consumer); };")]
    [InlineData("const ushort Zero = 0; async Task M() { var ch = await connection.CreateChannelAsync(); await ch.BasicQosAsync(prefetchSize: 0, prefetchCount: Zero, global: false); await ch.[|BasicConsumeAsync|](\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = await connection.CreateChannelAsync(); await ch.QueueDeclareAsync(\"q\", true, false, false, new Dictionary<string, object?> { [\"x-queue-type\"] = \"quorum\" }); await ch.[|BasicConsumeAsync|](\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = await connection.CreateChannelAsync(); await ch.QueueDeclareAsync(); await ch.[|BasicConsumeAsync|](\"\", false, consumer); }")]
    public Task An_own_channel_without_a_limit_is_reported(string member) => Member(member);

    [Theory]
    [InlineData("async Task M(ushort count) { var ch = await connection.CreateChannelAsync(); await ch.BasicQosAsync(0, count, false); await ch.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = await connection.CreateChannelAsync(); await SetUpAsync(ch); await ch.BasicConsumeAsync(\"q\", false, consumer); } async Task SetUpAsync(IChannel ch) => await ch.BasicQosAsync(0, 3, false);")]
    [InlineData("async Task M() { var ch = await connection.CreateChannelAsync(); await ch.LimitAsync(); await ch.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = await connection.CreateChannelAsync(); await Limited.LimitAsync(channel: ch); await ch.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = await Limited.OpenAsync(connection); await ch.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = Limited.Open(connection); await ch.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("async Task M(Pool pool) { var ch = await pool.RentAsync(connection); await ch.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("async Task M(Provider provider) { await provider.Channel.BasicConsumeAsync(\"q\", false, consumer); var ch = provider.Channel; await ch.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("IChannel Shared => field ??= connection.CreateChannelAsync().Result; async Task M() => await Shared.BasicConsumeAsync(\"q\", false, consumer);")]
    [InlineData("async Task M(IServiceProvider services) { var ch = services.GetRequiredService<IChannel>(); await ch.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("async Task M(IChannel? given) { var ch = given ?? await connection.CreateChannelAsync(); await ch.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("protected IChannel? Ch; async Task M() { Ch = await connection.CreateChannelAsync(); await Ch.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = await connection.CreateChannelAsync(); await ch.BasicConsumeAsync(\"q\", false, \"\", new Dictionary<string, object?> { [\"x-stream-offset\"] = \"first\" }, consumer); }")]
    [InlineData("async Task M() { var ch = await connection.CreateChannelAsync(); await ch.QueueDeclareAsync(\"q\", true, false, false, new Dictionary<string, object?> { [RabbitMQ.Client.Headers.XQueueType] = \"stream\" }); await ch.BasicConsumeAsync(\"q\", false, consumer); }")]
    [InlineData("async Task M() { var ch = await connection.CreateChannelAsync(); await ch.BasicConsumeAsync(\"q\", true, consumer); }")]
    public Task A_limit_that_is_set_or_may_be_is_silent(string member) => Member(member);

    [Fact]
    public Task Base_classes_may_set_the_limit() => Check(
        "class C(IConnection connection) : Base { async Task M(IAsyncBasicConsumer consumer) { var ch = await connection.CreateChannelAsync(); await ch.BasicConsumeAsync(\"q\", false, consumer); } }");

    [Fact]
    public Task Partial_types_are_seen_whole() => Check(
        """
        partial class Silent(IConnection connection) { IChannel? _ch; async Task OpenAsync() { _ch = await connection.CreateChannelAsync(); await _ch.BasicQosAsync(0, 9, false); } }
        partial class Silent { Task M(IAsyncBasicConsumer consumer) => _ch!.BasicConsumeAsync("q", false, consumer); }
        partial class Loud(IConnection connection) { IChannel? _ch; async Task OpenAsync() => _ch = await connection.CreateChannelAsync(); }
        partial class Loud { Task M(IAsyncBasicConsumer consumer) => _ch!.[|BasicConsumeAsync|]("q", false, consumer); }
        """);

    [Fact]
    public Task Top_level_programs_are_read() => Check(
        """
        using var connection = await new ConnectionFactory().CreateConnectionAsync();
        using var channel = await connection.CreateChannelAsync();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, ea) => await channel.BasicAckAsync(ea.DeliveryTag, false);
        await channel.[|BasicConsumeAsync|]("q", false, consumer);
        """, OutputKind.ConsoleApplication);

    // Acknowledged on arrival.

    [Theory]
    [InlineData("async (_, ea) => await http.GetAsync(\"/x\")")]
    [InlineData("(_, ea) => http.GetAsync(\"/x\")")]
    [InlineData("(_, ea) => { return http.GetAsync(\"/x\"); }")]
    [InlineData("async (_, ea) => { try { await handle(ea.Body.ToArray()).ConfigureAwait(false); } catch (Exception e) { log.LogError(e, \"\"); } }")]
    [InlineData("async delegate (object _, BasicDeliverEventArgs ea) { await cache.SetAsync(\"k\", ea.Body.ToArray(), new()); }")]
    [InlineData("async (_, ea) => { seen.Clear(); await Task.Yield(); await File.WriteAllBytesAsync(\"f\", ea.Body.ToArray()); }")]
    public Task Work_that_is_lost_is_reported(string handler) => Handler(handler, "[|BasicConsumeAsync|]");

    [Theory]
    [InlineData("OnMessage", "async Task OnMessage(object _, BasicDeliverEventArgs ea) => await http.GetAsync(\"/x\");")]
    [InlineData("new AsyncEventHandler<BasicDeliverEventArgs>(OnMessage)", "Task OnMessage(object _, BasicDeliverEventArgs ea) => handle([]);")]
    [InlineData("(_, ea) => HandleAsync()", "async Task HandleAsync() { using var answer = await http.GetAsync(\"/x\"); }")]
    [InlineData("async (_, ea) => await HandleAsync()", "Task HandleAsync() => InnerAsync(); async Task InnerAsync() => await http.GetAsync(\"/x\");")]
    [InlineData("(_, ea) => { Handle(); return Task.CompletedTask; }", "async void Handle() { await http.GetAsync(\"/x\"); }")]
    public Task Work_in_methods_is_followed(string handler, string more) => Handler(handler, "[|BasicConsumeAsync|]", more);

    [Theory]
    [InlineData("async (_, ea) => { memory.Remove(\"k\"); await cache.RemoveAsync(\"k\"); await hybrid.RemoveAsync(\"k\"); await hybrid.SetAsync(\"k\", 1); }", "")]
    [InlineData("async (_, ea) => { await hub.Clients.All.SendAsync(\"changed\"); await hub.Clients.Group(\"g\").SendCoreAsync(\"changed\", []); }", "")]
    [InlineData("async (_, ea) => { await screens.Clients.All.Changed(); await screens.Clients.Group(\"g\").Changed(); }", "")]
    [InlineData("async (_, ea) => { await local.Writer.WriteAsync(1); log.LogInformation(\"\"); await Task.Delay(1); await ValueTask.CompletedTask; }", "")]
    [InlineData("async (_, ea) => await UpdateAsync()", "async Task UpdateAsync() { await gate.WaitAsync(); try { seen.Clear(); } finally { gate.Release(); } }")]
    [InlineData("(_, ea) => { seen.Clear(); return Task.CompletedTask; }", "")]
    [InlineData("Handler", "AsyncEventHandler<BasicDeliverEventArgs> Handler => (_, _) => handle([]);")]
    public Task Work_that_may_be_lost_is_silent(string handler, string more) => Handler(handler, "BasicConsumeAsync", more);

    [Theory]
    [InlineData("await channel.QueueDeclareAsync(\"q\", true, exclusive: true, autoDelete: false); ")]
    [InlineData("await channel.QueueDeclareAsync(\"q\", durable: true, exclusive: false, autoDelete: true); ")]
    [InlineData("await channel.QueueDeclareAsync(); ")]
    public Task A_copy_of_a_broadcast_is_silent(string declaration) => Handler("(_, ea) => http.GetAsync(\"/x\")", "BasicConsumeAsync", before: declaration);

    [Theory]
    [InlineData("await channel.QueueDeclareAsync(\"q\", durable: true, exclusive: false, autoDelete: false); ")]
    [InlineData("await channel.QueueDeclareAsync(\"other\", true, exclusive: true); ")]
    [InlineData("await channel.BasicQosAsync(0, 10, false); ")]
    public Task A_queue_that_stays_is_reported(string declaration) => Handler("(_, ea) => http.GetAsync(\"/x\")", "[|BasicConsumeAsync|]", before: declaration);

    [Fact]
    public Task Consumer_classes_are_read() => Check(
        """
        class Lossy(IChannel channel, HttpClient http) : AsyncDefaultBasicConsumer(channel)
        {
            public override async Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) => await http.GetAsync("/x");
        }
        class Calm(IChannel channel) : AsyncDefaultBasicConsumer(channel)
        {
            public override Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) => Task.CompletedTask;
        }
        class Starter(IConnection connection, HttpClient http)
        {
            async Task M()
            {
                var channel = await connection.CreateChannelAsync();
                await channel.[|BasicConsumeAsync|]("q", true, new Lossy(channel, http));
                await channel.BasicConsumeAsync("q", true, new Calm(channel));
            }
        }
        """);

    [Fact]
    public Task A_handler_attached_in_another_method_is_found() => Check(
        """
        class C(IConnection connection, Func<byte[], Task> handle)
        {
            AsyncEventingBasicConsumer? _consumer;
            IChannel? _channel;
            async Task M() { _channel = await connection.CreateChannelAsync(); _consumer = new(_channel); Attach(); await _channel.[|BasicConsumeAsync|]("q", true, _consumer); }
            void Attach() => _consumer!.ReceivedAsync += On;
            Task On(object sender, BasicDeliverEventArgs e) => handle(e.Body.ToArray());
        }
        """);

    // The fix.

    private static Task Fixed(string code, string result, OutputKind output = OutputKind.DynamicallyLinkedLibrary, string? prefetch = null)
    {
        var test = new RuleTest<UnlimitedPrefetchAnalyzer, UnlimitedPrefetchFix>
        {
            TestState = { OutputKind = output, Sources = { code, WorkPrelude.Source } },
            FixedState = { Sources = { result, WorkPrelude.Source } },
        };
        if (prefetch is not null)
            test.TestState.AnalyzerConfigFiles.Add(("/.globalconfig", $"is_global = true\nbreakwater.BW0607.prefetch = {prefetch}\n"));
        return test.RunAsync();
    }

    [Fact]
    public Task The_limit_is_set_before_the_consumer_starts() => Fixed(
        """
        class C(IConnection connection)
        {
            async Task<string> M(IAsyncBasicConsumer consumer)
            {
                var channel = await connection.CreateChannelAsync();
                // Start.
                await channel.[|BasicConsumeAsync|]("a", false, consumer); // first
                return await channel.[|BasicConsumeAsync|]("b", false, consumer);
            }
        }
        """,
        """
        class C(IConnection connection)
        {
            async Task<string> M(IAsyncBasicConsumer consumer)
            {
                var channel = await connection.CreateChannelAsync();
                // Start.
                await channel.BasicQosAsync(prefetchSize: 0, prefetchCount: 10, global: false);
                await channel.BasicConsumeAsync("a", false, consumer); // first
                return await channel.BasicConsumeAsync("b", false, consumer);
            }
        }
        """);

    [Fact]
    public Task A_limit_of_zero_is_replaced() => Fixed(
        """
        class C(IConnection connection)
        {
            async Task M(IAsyncBasicConsumer consumer)
            {
                var channel = await connection.CreateChannelAsync();
                await channel.BasicQosAsync(0, prefetchCount: /* any */ 0, false);
                if (connection.IsOpen)
                    await channel.[|BasicConsumeAsync|]("a", false, consumer);
            }
        }
        """,
        """
        class C(IConnection connection)
        {
            async Task M(IAsyncBasicConsumer consumer)
            {
                var channel = await connection.CreateChannelAsync();
                await channel.BasicQosAsync(0, prefetchCount: /* any */ 50, false);
                if (connection.IsOpen)
                    await channel.BasicConsumeAsync("a", false, consumer);
            }
        }
        """, prefetch: "50");

    [Fact]
    public Task Top_level_programs_are_fixed() => Fixed(
        """
        var connection = await new ConnectionFactory().CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.[|BasicConsumeAsync|]("a", false, new AsyncEventingBasicConsumer(channel));
        """,
        """
        var connection = await new ConnectionFactory().CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(prefetchSize: 0, prefetchCount: 7, global: false);
        await channel.BasicConsumeAsync("a", false, new AsyncEventingBasicConsumer(channel));
        """, OutputKind.ConsoleApplication, prefetch: "7");

    [Theory]
    [InlineData("async Task M() => await (await connection.CreateChannelAsync()).[|BasicConsumeAsync|](\"q\", false, consumer);")]
    [InlineData("IChannel? _ch; async Task OpenAsync() => _ch = await connection.CreateChannelAsync(); Task M() => _ch!.[|BasicConsumeAsync|](\"q\", false, consumer);")]
    [InlineData("IChannel? _ch; async Task M() { _ch = await connection.CreateChannelAsync(); Func<Task> start = () => _ch.[|BasicConsumeAsync|](\"q\", false, consumer); await start(); }")]
    [InlineData("IChannel? _ch; async Task M() { _ch = await connection.CreateChannelAsync(); if (_ch.IsOpen) await _ch.[|BasicConsumeAsync|](\"q\", false, consumer); }")]
    public Task No_fix_where_the_limit_has_no_place(string member) =>
        new RuleTest<UnlimitedPrefetchAnalyzer, UnlimitedPrefetchFix> { TestState = { Sources = { "class C(IConnection connection, IAsyncBasicConsumer consumer) { " + member + " }", WorkPrelude.Source } } }.RunAsync();
}

/// <summary>The rule on the real version 6 of the client, whose channel is <c>IModel</c>.</summary>
public class UnlimitedPrefetchBefore7Tests
{
    private static Task Check(string code, string? result = null)
    {
        var test = new RuleTest<UnlimitedPrefetchAnalyzer, UnlimitedPrefetchFix> { TestState = { Sources = { code, WorkPrelude.Source } } };
        test.TestState.AdditionalReferences.Clear();
        test.TestState.AdditionalReferences.AddRange(References.WithOlderRabbit);
        foreach (var source in result is null ? [] : new[] { result, WorkPrelude.Source })
            test.FixedState.Sources.Add(source);
        return test.RunAsync();
    }

    [Theory]
    [InlineData("_channel.[|BasicConsume|](\"q\", false, consumer)")]
    [InlineData("_channel.[|BasicConsume|](queue: \"q\", autoAck: false, consumer: consumer)")]
    [InlineData("_channel.[|BasicConsume|](consumer, \"q\")")]
    [InlineData("_channel.[|BasicConsume|](\"q\", false, \"tag\", false, false, null, consumer)")]
    [InlineData("IModelExensions.[|BasicConsume|](_channel, \"q\", false, consumer)")]
    [InlineData("_channel?.[|BasicConsume|](\"q\", false, consumer)")]
    public Task Every_way_to_consume_is_reported(string consume) => Check(
        """
        class Worker : BackgroundService
        {
            readonly IConnection _connection;
            readonly IModel _channel;
            public Worker()
            {
                _connection = new ConnectionFactory { HostName = "broker", DispatchConsumersAsync = true }.CreateConnection();
                _channel = _connection.CreateModel();
                _channel.QueueDeclare(queue: "q", durable: true, exclusive: false, autoDelete: false, arguments: null);
            }
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                var consumer = new AsyncEventingBasicConsumer(_channel);
                consumer.Received += async (_, ea) => { await Task.Yield(); _channel.BasicAck(ea.DeliveryTag, false); };
                var started = new Func<string?>(() =>
        """ + consume + "); await Task.Yield(); } }");

    [Theory]
    [InlineData("void M(IBasicConsumer consumer) { using var ch = connection.CreateModel(); ch.BasicQos(0, 10, false); ch.BasicConsume(\"q\", false, consumer); }")]
    [InlineData("void M(IBasicConsumer consumer, IModel given) { given.BasicConsume(\"q\", false, consumer); }")]
    [InlineData("void M() { var ch = connection.CreateModel(); var name = ch.QueueDeclare().QueueName; var consumer = new EventingBasicConsumer(ch); consumer.Received += async (_, ea) => await http.GetAsync(\"/x\"); ch.BasicConsume(name, true, consumer); }")]
    [InlineData("void M() { var ch = connection.CreateModel(); var consumer = new EventingBasicConsumer(ch); consumer.Received += (_, ea) => Console.WriteLine(ea.RoutingKey); ch.BasicConsume(\"q\", true, consumer); }")]
    public Task What_is_in_order_is_silent(string member) => Check("class C(IConnection connection, HttpClient http) { " + member + " }");

    [Theory]
    [InlineData("IModel? _ch; void M(IConnection? maybe, IBasicConsumer consumer) { _ch = maybe?.CreateModel() ?? throw new TimeoutException(); if (_ch.IsOpen) _ch.[|BasicConsume|](\"q\", false, consumer); }")]
    [InlineData("IModel? _ch; IModel Get() => _ch ??= connection.CreateModel(); Action M(IBasicConsumer consumer) => () => Get().[|BasicConsume|](\"q\", false, consumer);")]
    [InlineData("IModel? _ch; IModel Open() { var ch = connection.CreateModel(); ch.CallbackException += (_, _) => { _ch?.Dispose(); _ch = Open(); }; return ch; } void M(IBasicConsumer consumer) { _ch = Open(); if (_ch != null) _ch.[|BasicConsume|](\"q\", false, consumer); }")]
    [InlineData("void M() { var ch = connection.CreateModel(); var consumer = new EventingBasicConsumer(ch); consumer.Received += async (_, ea) => await http.GetAsync(\"/x\"); ch.[|BasicConsume|](\"q\", true, consumer); }")]
    [InlineData("void M() { var ch = connection.CreateModel(); var consumer = new AsyncEventingBasicConsumer(ch); consumer.Received += On; ch.[|BasicConsume|](\"q\", true, consumer); } async Task On(object sender, BasicDeliverEventArgs e) => await http.GetAsync(\"/x\");")]
    [InlineData("void M() { var ch = connection.CreateModel(); ch.[|BasicConsume|](\"q\", true, new Own(ch, http)); } class Own(IModel ch, HttpClient http) : AsyncDefaultBasicConsumer(ch) { public override async Task HandleBasicDeliver(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IBasicProperties properties, ReadOnlyMemory<byte> body) => await http.GetAsync(\"/x\"); }")]
    public Task What_has_no_limit_is_reported(string member) => Check("class C(IConnection connection, HttpClient http) { " + member + " }");

    [Fact]
    public Task The_limit_is_set_before_the_consumer_starts() => Check(
        """
        class C(IConnection connection)
        {
            void M(IBasicConsumer consumer)
            {
                var channel = connection.CreateModel();
                channel.[|BasicConsume|]("q", false, consumer);
            }
        }
        """,
        """
        class C(IConnection connection)
        {
            void M(IBasicConsumer consumer)
            {
                var channel = connection.CreateModel();
                channel.BasicQos(0, 10, false);
                channel.BasicConsume("q", false, consumer);
            }
        }
        """);
}
